"""Attempts to break the comparison, by hand and on the real communities."""

from types import SimpleNamespace

import by_hand
import pandas as pd
import pytest

from workbench.models.effects import aipw
from workbench.studies.feedback_speed import breaking
from workbench.studies.feedback_speed.returning import in_100, landmark_difference


def test_washout_by_hand(keep, monkeypatch):
    """Of those counted as new after the first quarter of the posts, the share that had posted."""
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        a1      a1        ann       2024-01-02T00:00Z
        e1      e1        eve       2024-01-11T00:00Z
        c1      c1        cat       2024-01-06T00:00Z
        e2      e2        eve       2024-02-03T00:00Z
        a2      a2        ann       2024-02-15T00:00Z
        b1      b1        bob       2024-01-22T00:00Z
        f1      f1        fay       2024-02-05T00:00Z
        c2      c2        cat       2024-04-10T00:00Z
        d1      d1        dan       2024-04-10T00:00Z
    """)
    limits = {"observed_from": "2024-01-01T00:00Z", "observed_until": "2024-04-30T00:00Z"}
    community = keep(posts, title="Club", **limits)

    monkeypatch.setattr(breaking, "SMALLEST", 1)
    view = breaking.washout_check([SimpleNamespace(community=community)])
    table = view.frame

    # Of nine posts two are a quarter, so that the cut is at the third, e1 of the 11th of January.
    # Days of silence after it: eve 0, bob 11, fay 25, ann 35, cat and dan 90; ann and cat had
    # posted before.
    assert table["washout"].tolist() == ["7 days", "14 days", "30 days"]
    assert table["counted as new"].tolist() == [5, 4, 3]
    assert table["had posted before"].tolist() == [2, 2, 2]
    assert table["share"].tolist() == pytest.approx([2 / 5, 2 / 4, 2 / 3])
    assert view.caption.startswith("If the first quarter of the posts were missing")

    # Two people are fewer than three: no count, and no share that would tell it.
    monkeypatch.setattr(breaking, "SMALLEST", 3)
    hidden = breaking.washout_check([SimpleNamespace(community=community)]).frame
    assert hidden["counted as new"].tolist() == [5, 4, 3]
    assert hidden["had posted before"].tolist() == ["under 3"] * 3
    assert hidden["share"].isna().all()


def test_balance_improves(college_cohort, chitchat_cohort):
    """Weighting brings the largest difference between the groups down, in both communities."""
    figure = breaking.balance_figure([college_cohort, chitchat_cohort])

    assert len(figure.drawn.axes) == 2
    for said in figure.alt.split(". ", 1)[1].rstrip(".").split("; "):
        before, after = (float(part.split()[-2]) for part in said.split(", "))
        assert after < before


def test_two_methods_beside_each_other(college_cohort):
    """g-computation and AIPW stand in one row, with what the weights leave."""
    row = breaking.doubly_robust([college_cohort]).frame.iloc[0]
    robust = aipw(
        college_cohort.at_landmark, outcome="returned", exposure="responded",
        covariates=college_cohort.covariates, clusters="day",
    )  # fmt: skip

    assert row["g-computation, in 100"] == in_100(landmark_difference(college_cohort))
    assert row["AIPW, in 100"] == in_100(robust)
    assert row["effective answered"] < 139
    assert row["effective not"] < 197


def test_other_landmarks(college_cohort):
    """Every landmark of the grid has a point of each method."""
    figure = breaking.landmark_grid([college_cohort])
    (ax,) = figure.drawn.axes

    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "1 hour", "6 hours", "24 hours", "3 days",
    ]  # fmt: skip
    assert len(ax.lines) == 3  # the line at zero, and a row of points a method
    assert "College messages: from" in figure.alt


def test_the_grid_names_what_excludes_zero(college_cohort):
    """The caption names landmarks whose interval excludes zero, and when returns begin to count."""
    figure = breaking.landmark_grid([college_cohort])
    table = breaking.grid_of(college_cohort)
    clear = table[(table["low"] > 0) | (table["high"] < 0)]

    # Returns count from 24 hours on, or from the landmark where that is later.
    assert table["counts_from"].tolist() == ["24 hours"] * 6 + ["3 days"] * 2
    assert set(clear["landmark"]) == {"1 hour"}
    assert set(clear["method"]) == {"g-computation", "AIPW"}
    assert "excludes zero at 1 hour by g-computation and at 1 hour by AIPW" in figure.caption
    assert "from 24 hours (landmark 1 hour, 6 hours, 24 hours) or from 3 days" in figure.caption


def test_the_grid_says_when_nothing_excludes_zero():
    """Intervals that hold zero are not named; one begin of counting is said once."""
    table = pd.DataFrame(
        {
            "landmark": ["1 minute", "5 minutes"],
            "counts_from": "24 hours",
            "method": "AIPW",
            "low": [-1.0, -0.5],
            "high": [2.0, 0.5],
        }
    )

    assert breaking._clear(table) == "no interval excludes zero"
    assert breaking._counts_from(table) == "returns count from 24 hours after the first post"
    assert breaking._clear(table.assign(low=[-1.0, 0.1])) == (
        "the interval excludes zero at 5 minutes by AIPW"
    )
