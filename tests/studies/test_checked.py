"""One row a hypothesis: how its method did where the truth is known."""

from __future__ import annotations

from workbench.studies.calibration.table import read_table
from workbench.studies.checked import calibration_by_hypothesis, coverage_by_study
from workbench.studies.hypotheses import hypotheses


def test_rows_are_those_of_the_kept_table():
    """Every hypothesis has a row; worlds judged and shown are counted as they are kept."""
    view = calibration_by_hypothesis()
    rows = view.frame.set_index("hypothesis")
    kept = list(read_table().of("H1.1"))
    judged = [row for row in kept if row.passed is not None]

    assert list(rows.index) == list(hypotheses())
    assert rows.loc["H1.1", "judged worlds passed"] == (
        f"{sum(row.passed for row in judged)} of {len(judged)}"
    )
    assert rows.loc["H1.1", "shown only"] == len(kept) - len(judged)
    assert rows.loc["H1.1", "simulated data sets"] == sum(row.judged.replicates for row in kept)
    assert f"Of {len(hypotheses())} hypotheses: " in view.caption


def test_without_a_table_nothing_is_called_tried(monkeypatch):
    """No kept table: every method is not tried, and nothing is counted."""
    monkeypatch.setattr("workbench.studies.checked.read_table", lambda: None)
    frame = calibration_by_hypothesis().frame

    assert set(frame["result"]) == {"not tried"}
    assert frame["judged worlds passed"].isna().all()


def test_pictures_are_by_study():
    """A study with kept numbers has a picture of its own, one without has none."""
    drawn = coverage_by_study()

    assert set(drawn) <= {row.study for row in hypotheses().values()}
    assert all("95 % intervals" in figure.caption for figure in drawn.values())
