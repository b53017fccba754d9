"""The kept table: read back as written, tied to the code, and a state for the verdict."""

from dataclasses import replace

import pytest

from workbench.errors import StudyError
from workbench.studies.calibration.covered import code_key
from workbench.studies.calibration.draws import NEITHER, SHOWN, Target
from workbench.studies.calibration.judging import Judged
from workbench.studies.calibration.table import (
    Row,
    as_text,
    kept_rows,
    read_table,
    state,
    table_file,
)
from workbench.studies.verdict import FAILED, PASSED, UNAVAILABLE

JUDGED = Judged(400, 0, 0.49, 0.5, 0.01, 0.02, 0.3, 1.0, 0.95, 0.928, 0.972, 0.05, 0.03, 0.07, ())


def row(*faults, hypothesis="H1.1", held_to="interval", key="key", code=None):
    """A row with these faults, made for the present code or for another."""
    target = Target(hypothesis, "planted", NEITHER, truth=0.49, held_to=held_to)
    code = code or code_key(())
    return Row("world", key, target, replace(JUDGED, faults=faults), code=code)


def stored(tmp_path, *rows, replicates=400, waiting=()):
    """A table in a file."""
    path = tmp_path / "calibration.json"
    text = as_text(list(rows), replicates=replicates, seed=1, waiting=waiting)
    path.write_text(text, encoding="utf-8")
    return read_table(path)


def test_a_table_is_read_back_as_it_was_written(tmp_path):
    """Targets, numbers and faults survive, and the file is made for the present code."""
    table = stored(tmp_path, row(), row("bias 1, allowed 0.1"))

    assert table.rows == (row(), row("bias 1, allowed 0.1"))
    assert (table.fresh, table.replicates) == (True, 400)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row()], PASSED),
        ([row(), row("coverage 0.8")], FAILED),
        ([row(hypothesis="H9")], UNAVAILABLE),
        ([row(held_to=SHOWN)], UNAVAILABLE),
        ([row(), row(held_to=SHOWN)], PASSED),
    ],
)
def test_state_of_a_hypothesis(tmp_path, rows, expected):
    """Every judged row must pass; what is only shown decides nothing."""
    assert state("H1.1", stored(tmp_path, *rows)) == expected


def test_a_stale_row_of_another_hypothesis_changes_nothing(tmp_path):
    """A study whose code has changed makes no other study's rows stale."""
    table = stored(tmp_path, row(), row("bias", hypothesis="H9", code="other"))

    assert not table.fresh
    assert state("H1.1", table) == PASSED
    assert state("H9", table) == UNAVAILABLE
    assert kept_rows(tmp_path / "calibration.json", replicates=400, seed=1) == (row(),)


def test_days_sooner_have_rows_of_their_own(tmp_path):
    """Rows in days decide on the estimate in days, the others on the hazard ratio."""
    table = stored(tmp_path, row(), row("bias", key="H1.1, days sooner, nothing to adjust for"))

    assert state("H1.1", table) == PASSED
    assert state("H1.1", table, days=True) == FAILED


def test_a_stale_table_is_unavailable(tmp_path):
    """A table for other code says nothing about this code, good or bad; nor does none at all."""
    assert state("H1.1", stored(tmp_path, row(code="other"))) == UNAVAILABLE
    assert state("H1.1", stored(tmp_path, row("bias", code="other"))) == UNAVAILABLE
    assert read_table(tmp_path / "none.json") is None
    assert state("H1.1", None) == UNAVAILABLE


def test_a_quick_table_is_unavailable(tmp_path):
    """A few data sets decide nothing."""
    table = stored(tmp_path, row(), replicates=100)

    assert (table.fresh, table.enough) == (True, False)
    assert state("H1.1", table) == UNAVAILABLE


def test_worlds_that_are_still_to_come_hold_up_their_own_hypothesis(tmp_path):
    """Until the last world of a hypothesis is in, it is not judged; others are."""
    table = stored(tmp_path, row(), row(hypothesis="H9"), waiting=["H1.1"])

    assert state("H1.1", table) == UNAVAILABLE
    assert state("H9", table) == PASSED


def test_a_quick_look_does_not_replace_a_longer_run(tmp_path):
    """Fewer data sets in the same file are refused in one line; the same number goes on."""
    stored(tmp_path, row())
    path = tmp_path / "calibration.json"

    assert kept_rows(path, replicates=400, seed=1) == (row(),)
    assert kept_rows(path, replicates=400, seed=2) == ()
    with pytest.raises(
        StudyError, match=r"^calibrate: expected at least the 400 data sets a world"
    ):
        kept_rows(path, replicates=100, seed=1)


@pytest.mark.parametrize("text", ['{"rows": [', "[]", "null", '{"rows": []}', "\udcff"])
def test_a_damaged_table_is_as_none(tmp_path, text):
    """A page is made all the same: without a table the check is unavailable."""
    path = tmp_path / "calibration.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    assert read_table(path) is None
    assert kept_rows(path, replicates=400, seed=1) == ()


def test_counts_must_be_counts(tmp_path):
    """A table whose number of data sets is no number is none."""
    stored(tmp_path, row())
    path = tmp_path / "calibration.json"
    path.write_text(path.read_text("utf-8").replace("400,", '"x",'), encoding="utf-8")

    assert read_table(path) is None


def test_the_kept_table_belongs_to_this_code():
    """What is in the repository was made by `workbench calibrate` from the code beside it."""
    table = read_table()

    assert table is not None, f"no {table_file().name}; run workbench calibrate"
    assert table.fresh, "models, measures or simulator have changed; run workbench calibrate"
    assert table.enough
