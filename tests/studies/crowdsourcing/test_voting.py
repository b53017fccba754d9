"""H2.4: judgements that count, majorities of so many judges, and honest confidence."""

from __future__ import annotations

import pytest
from invented_contests import judged_by, simulated_judges

from workbench.models.wisdom import chance_right
from workbench.studies.crowdsourcing import voting
from workbench.studies.crowdsourcing.needs import lacks
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import Figure, TableView

ROWS = [
    (1, "x", "A"), (1, "y", "A"), (1, "z", "B"),
    (2, "x", "B"), (2, "y", "A"), (2, "z", "A"),
    (3, "x", "B"), (3, "y", "B"), (3, "z", "B"),
    (4, "x", "B"),
]  # fmt: skip
TRUTHS = {1: "A", 2: "B", 3: "B", 9: "A"}


@pytest.fixture(scope="module")
def judges():
    """Fifteen judges of 120 items, five of each."""
    return simulated_judges(1)


def test_judgements_by_hand():
    """Nobody's, empty and later ones are left out; a judge counts once, or not at all."""
    more = [
        (1, "x", "A"), (2, "y", "B"), (3, None, "B"), (3, "w", None),
        (1, "v", "A", "after"), (1, "u", "A", "before"),
    ]  # fmt: skip
    got = voting.judgements(judged_by(ROWS + more, TRUTHS))
    every = voting.judgements(judged_by(ROWS + more, TRUTHS), every=True)

    # x said A twice to item 1, which counts once; y said A and B to item 2, which does not count.
    assert len(got) == len(ROWS) - 1 + 1
    assert got.groupby("item").size().to_dict() == {"1": 4, "2": 2, "3": 3, "4": 1}
    assert len(every) == len(ROWS) + 3


def test_curve_by_hand():
    """One judge is right in 2/3, 1/3 and all of the cases, three in two of three."""
    found = voting.curve(judged_by(ROWS, TRUTHS))

    assert found.curve["share_right"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert (found.n, found.largest, found.without_truth) == (3, 3, 1)


def test_who_is_not_counted_by_hand():
    """Contradicting pairs and known classes nobody judged are counted, and stand in the answer."""
    torn = [(2, "y", "B"), (3, "x", "A"), (1, "x", "A"), (3, "y", "C", "after")]
    community = judged_by(ROWS + torn, TRUTHS)

    # y said A and B to 2, x said B and A to 3; 9 has a known class and no judgement.
    assert voting.not_counted(community) == (2, 1)


def test_few_judges_are_warned_of(judges):
    """Fifteen judges are few, and the answer says so; what is not counted stands beside it."""
    got = voting.estimated(judges, hypotheses("02")["H2.4"])

    assert got.words.beside.startswith("Only 15 judges gave these labels")
    assert "0 with a known class that nobody judged and 0 times a rater gave" in got.windows
    many = simulated_judges(1, judges=30)
    assert voting.estimated(many, hypotheses("02")["H2.4"]).words.beside == ""


def test_lacks_is_said_in_words():
    """No known class among the judged, one class for all, or too few judges."""
    assert "judged items whose right class is known" in voting.lacking(judged_by(ROWS, {9: "A"}))[0]
    assert "different right classes" in voting.lacking(judged_by(ROWS, {1: "A", 2: "A"}))[0]
    thin = judged_by([(1, "x", "A"), (2, "x", "B"), (3, "x", "B"), (3, "y", "B")], TRUTHS)
    assert "3 judges or more for half" in voting.lacking(thin)[0]
    assert lacks(judged_by(ROWS, TRUTHS), "H2.4") == []


def test_estimate_is_the_slope_of_the_curve(judges):
    """The estimate is the slope with its interval; items are what is counted."""
    got = voting.estimated(judges, hypotheses("02")["H2.4"])
    found = voting.curve(judges)

    assert (got.estimate, got.low, got.high) == (found.estimate, found.low, found.high)
    assert got.low > 0  # judges of this simulator are right in 7 of 10 cases
    assert got.people == got.n == 120
    assert got.df == 14


def test_tables_compare_with_errors_apart(judges):
    """Where errors have no pattern the crowd is right about as often as independence says."""
    row = voting.votes_table([judges]).frame.iloc[0]

    assert row["apart"] == pytest.approx(chance_right(5, skill=row["one"]))
    assert row["many"] == pytest.approx(row["apart"], abs=0.1)
    assert row["needed"] > 5


def test_models_state_their_confidence(judges):
    """Three models and two solutions of one of them, each with its right labels and its error."""
    frame = voting.models_table([judges]).frame.set_index("labels by")

    assert frame.index.tolist() == [voting.MAJORITY, voting.COIN, voting.FIRST, voting.MATRIX]
    assert (frame["right"] > 0.6).all()
    assert (frame["low"] < frame["right"]).all()
    assert (frame["wrong"] + frame["right"] * frame["items"]).tolist() == pytest.approx([120] * 4)


def test_figures_say_the_numbers(judges):
    """The curve and the confidence have their numbers in words."""
    curve, confidence = voting.majority_figure([judges]), voting.confidence_figure([judges])

    assert isinstance(curve, Figure)
    assert "of 100 by one judge" in curve.alt
    assert "Even sizes are left out" in curve.caption
    assert "labels stated at" in confidence.alt


def test_too_few_judges_are_said_in_place_of_a_figure():
    """A data set that the method refuses has a table of reasons."""
    shown = voting.majority_figure([judged_by([(1, "x", "A"), (2, "y", "B")], {1: "A", 2: "B"})])

    assert isinstance(shown, TableView)
    assert "3 raters" in shown.frame["why"][0]
