"""The ledger: adjusted p-values, one row a finding, equal bytes for equal findings."""

from __future__ import annotations

import csv
import random

import executed
import pytest

from workbench.errors import ReportError
from workbench.report.ledger import adjusted, write_ledger
from workbench.studies.finding import LEDGER


def row(**changes: object) -> dict[str, object]:
    """A finding as a page keeps it."""
    return executed.finding(**changes).to_json()


def test_p_values_are_adjusted_by_hand():
    """Holm for what was specified beforehand, Benjamini-Hochberg for the rest, per data set."""
    confirmatory = {"dataset_id": "a", "family": "confirmatory", "prespecified": True}
    rows = [
        row(**confirmatory, hyp_id="H1", p=0.01),
        row(**confirmatory, hyp_id="H2", p=0.03),
        row(**confirmatory, hyp_id="H3", p=None),
        row(**{**confirmatory, "prespecified": False}, hyp_id="H4", p=0.02),
        row(**{**confirmatory, "family": "a: exploratory"}, hyp_id="H5", p=0.01),
        row(**{**confirmatory, "family": "a: exploratory"}, hyp_id="H6", p=0.04),
        row(**{**confirmatory, "dataset_id": "b"}, hyp_id="H1", p=0.04),
    ]
    got = {(r["dataset_id"], r["hyp_id"]): (r["p_holm"], r["q_bh"]) for r in adjusted(rows)}

    # a, confirmatory: two tests, 0.01 * 2 = 0.02 and max(0.02, 0.03 * 1) = 0.03; H3 is no test.
    assert got["a", "H1"] == (pytest.approx(0.02), None)
    assert got["a", "H2"] == (pytest.approx(0.03), None)
    assert got["a", "H3"] == (None, None)
    # Not specified beforehand: never in Holm, and alone in its family.
    assert got["a", "H4"] == (None, pytest.approx(0.02))
    # a, exploratory: 0.01 * 2 / 1 = 0.02 and 0.04 * 2 / 2 = 0.04.
    assert got["a", "H5"] == (None, pytest.approx(0.02))
    assert got["a", "H6"] == (None, pytest.approx(0.04))
    # Another data set is another family.
    assert got["b", "H1"] == (pytest.approx(0.04), None)


def test_adjusting_keeps_verdicts_and_input():
    """The study's verdict and its rows stay as they were."""
    given = row(p_holm=0.5, verdict="supported")
    [got] = adjusted([given])
    assert got["verdict"] == "supported"
    assert got["p_holm"] == pytest.approx(0.21)  # one test: its own p
    assert given == row(p_holm=0.5, verdict="supported")


def test_a_finding_on_two_pages_counts_once_and_must_agree():
    """The same row twice is one row; two results of one question are an error."""
    other = row(hyp_id="H1.2", p=0.03)
    assert [r["p_holm"] for r in adjusted([row(p=0.5), other, other])] == [0.5, 0.06]
    with pytest.raises(ReportError) as caught:
        adjusted([other, {**other, "estimate": 0.9}])
    assert str(caught.value) == (
        "ledger: expected one result of H1.2 on garden (risk difference), got two that differ. "
        "Build all pages again with --force."
    )


@pytest.mark.parametrize("seed", range(5))
def test_ledger_is_the_same_whatever_the_order(tmp_path, seed):
    """The columns are the ledger's, rows are sorted, and the order of pages does not matter."""
    rows = [
        row(hyp_id=f"H{n}", dataset_id=name, p=n / 100, evalue_point=None)
        for n in range(1, 6)
        for name in ("b", "a")
    ]
    write_ledger(rows, tmp_path / "one.csv")
    random.Random(seed).shuffle(rows)
    write_ledger(rows, tmp_path / "two.csv")

    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as file:
        got = list(csv.DictReader(file))
    assert tuple(got[0]) == LEDGER
    assert [(r["hyp_id"], r["dataset_id"]) for r in got[:3]] == [
        ("H1", "a"),
        ("H1", "b"),
        ("H2", "a"),
    ]
    assert (got[0]["is_simulated"], got[0]["evalue_point"]) == ("false", "")


def test_numbers_keep_all_their_digits(tmp_path):
    """What is read back from the ledger equals what was found; a comma in a verdict is quoted."""
    write_ledger([row(estimate=0.1 + 0.2, verdict="so, so", n=10**9)], tmp_path / "ledger.csv")
    with (tmp_path / "ledger.csv").open(encoding="utf-8", newline="") as file:
        [got] = list(csv.DictReader(file))
    assert float(got["estimate"]) == 0.1 + 0.2
    assert (got["verdict"], got["n"]) == ("so, so", "1000000000")


def test_ledger_without_findings_has_its_header(tmp_path):
    """No finding is an empty table, not a missing one."""
    write_ledger([], tmp_path / "ledger.csv")
    assert (tmp_path / "ledger.csv").read_text(encoding="utf-8") == ",".join(LEDGER) + "\n"
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.csv"]


def test_a_page_from_before_a_column_was_added(tmp_path):
    """Its row has an empty cell there; a later look says so in its own."""
    before = row(hyp_id="H1")
    del before["look"]
    write_ledger([before, row(hyp_id="H2", look="later")], tmp_path / "ledger.csv")

    with (tmp_path / "ledger.csv").open(encoding="utf-8", newline="") as file:
        assert [line["look"] for line in csv.DictReader(file)] == ["", "later"]
