"""The kept table: read back as written, tied to the code, and a state for the verdict."""

import ast
from dataclasses import replace

import pytest

from workbench.errors import StudyError
from workbench.studies.calibration.draws import NEITHER, SHOWN, Target
from workbench.studies.calibration.judging import Judged
from workbench.studies.calibration.table import (
    Row,
    _bare,
    as_text,
    code_key,
    read_table,
    state,
    table_file,
)
from workbench.studies.verdict import FAILED, PASSED, UNAVAILABLE

JUDGED = Judged(400, 0, 0.49, 0.5, 0.01, 0.02, 0.3, 1.0, 0.95, 0.928, 0.972, 0.05, 0.03, 0.07, ())


def row(*faults, hypothesis="H1.1", held_to="interval"):
    """A row with these faults."""
    target = Target(hypothesis, "planted", NEITHER, truth=0.49, held_to=held_to)
    return Row("world", "key", target, replace(JUDGED, faults=faults))


def stored(tmp_path, *rows, key=None):
    """A table in a file, as it would be kept for the present code or for another."""
    path = tmp_path / "calibration.json"
    path.write_text(
        as_text(list(rows), key=key or code_key(), replicates=400, seed=1), encoding="utf-8"
    )
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


def test_a_stale_table_is_unavailable(tmp_path):
    """A table for other code says nothing about this code, good or bad; nor does none at all."""
    assert state("H1.1", stored(tmp_path, row(), key="other")) == UNAVAILABLE
    assert state("H1.1", stored(tmp_path, row("bias"), key="other")) == UNAVAILABLE
    assert read_table(tmp_path / "none.json") is None
    assert state("H1.1", None) == UNAVAILABLE


def test_a_damaged_table_is_one_line(tmp_path):
    """A cut file says which command makes it anew."""
    path = tmp_path / "calibration.json"
    path.write_text('{"rows": [', encoding="utf-8")

    with pytest.raises(StudyError, match=r"got a damaged file\. Run make calibrate\."):
        read_table(path)


def test_words_make_no_table_stale():
    """Docstrings and comments are left out of the hash; a changed number is not."""
    said = 'def f():\n    """One."""\n    return 1  # why\n'
    resaid = 'def f():\n    """Two."""\n    return 1\n'
    changed = 'def f():\n    """One."""\n    return 2\n'
    first, second, third = (ast.dump(_bare(ast.parse(code))) for code in (said, resaid, changed))

    assert first == second != third


def test_the_kept_table_belongs_to_this_code():
    """What is in the repository was made by `make calibrate` from the code beside it."""
    table = read_table()

    assert table is not None, f"no {table_file().name}; run make calibrate"
    assert table.fresh, "models, measures or simulator have changed; run make calibrate"
    assert table.replicates >= 400
