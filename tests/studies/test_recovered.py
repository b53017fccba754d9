"""Simulated data get no verdict: their rows say whether the planted truth was recovered."""

import pytest

from workbench import simulate
from workbench.studies.hypotheses import hypotheses
from workbench.studies.recovered import (
    NOT_RECOVERED,
    RECOVERED,
    TOO_IMPRECISE,
    TRUE_VALUE,
    UNKNOWN,
    planted,
    recovery,
)
from workbench.studies.verdict import LEANS
from workbench.studies.wording import beyond_grade

TRUTH = {"true_values": {"landmark": {"value": 0.02}, "days_sooner": {"value": 1.5},
                         "per_halving": {"value": None}}}  # fmt: skip


def found(value, low, high, *, hypothesis="H1.1", null=0.0, sesoi=0.02):
    """What is said of an interval where `value` was planted."""
    truth = {"true_values": {TRUE_VALUE[hypothesis]: {"value": value}}}
    return recovery(
        truth, hypothesis=hypothesis, scale="risk difference",
        low=low, high=high, null=null, sesoi=sesoi,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.001, 0.1, RECOVERED),
        (0.02, 0.1, RECOVERED),
        (0.0, 0.1, TOO_IMPRECISE),  # holds 0 at its edge
        (-0.5, 0.5, TOO_IMPRECISE),
        (0.03, 0.1, NOT_RECOVERED),
        (-0.1, 0.01, NOT_RECOVERED),
    ],
)
def test_the_interval_decides_where_something_was_planted(low, high, word):
    """The interval holds the truth, limits included, and is precise if it leaves out the null."""
    known = found(0.02, low, high)

    assert (known.word, known.truth) == (word, 0.02)
    assert "planted 0.020" in known.said
    assert ("does not hold" in known.said) == (word == NOT_RECOVERED)
    vague = "It also holds 0: it could not tell the two apart."
    assert (vague in known.said) == (word == TOO_IMPRECISE)


@pytest.mark.parametrize("value", [0.0, 1.5e-17])
@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (-0.01, 0.01, RECOVERED),
        (-0.01, 0.3, RECOVERED),  # harm that matters is excluded
        (-0.02, 0.02, RECOVERED),
        (-0.021, 0.021, TOO_IMPRECISE),
        (0.001, 0.01, NOT_RECOVERED),
    ],
)
def test_the_interval_decides_where_nothing_was_planted(value, low, high, word):
    """If the null is true, up to rounding, an interval is precise that leaves one side out."""
    known = found(value, low, high)

    assert known.word == word
    vague = "It reaches beyond 0.020, the smallest difference worth acting on, on both sides of 0: "
    vague += "it rules out neither."
    assert (vague in known.said) == (word == TOO_IMPRECISE)


def test_a_share_is_held_against_one_half():
    """The null of a share is a half: an interval that holds it and the truth says little."""
    share = {"hypothesis": "H1.3", "null": 0.5, "sesoi": 0.1}

    assert found(0.45, 0.4, 0.49, **share).word == RECOVERED
    vague = found(0.45, 0.4, 0.51, **share)
    assert vague.word == TOO_IMPRECISE
    assert "It also holds 0.5: it could not tell the two apart." in vague.said


def test_what_is_said_of_a_miss():
    """Adjusted comparisons are biased as planted; a share compares nobody and adjusts nothing."""
    chance = "the interval does not hold it. One interval in twenty misses by chance."
    missed = found(0.4, 0.41, 0.45, hypothesis="H1.3", null=0.5)

    assert missed.said.endswith(chance)
    assert found(0.02, 0.03, 0.1).said.endswith(
        f"{chance} Expected here: the page adjusts for what a record shows, and that leaves a bias "
        "(see A1)."
    )
    held = "the interval holds it. One interval in twenty misses by chance."
    assert found(0.02, 0.01, 0.1).said.endswith(held)


def test_the_scale_chooses_the_truth():
    """Where days take the place of the hazard ratio, so does their truth."""
    assert planted(TRUTH, "H1.2a", "days sooner") == 1.5
    assert planted(TRUTH, "H1.2a", "log hazard ratio") is None


@pytest.mark.parametrize("truth", [None, {}, TRUTH])
def test_no_truth_is_said(truth):
    """Without a number to compare with, nothing is called recovered."""
    known = recovery(
        truth, hypothesis="H1.2b", scale="log hazard ratio",
        low=0.0, high=1.0, null=0.0, sesoi=0.05,
    )  # fmt: skip

    assert (known.word, known.truth) == (UNKNOWN, None)


def test_the_simulator_knows_every_hypothesis():
    """Each hypothesis of study 1 has its true value under the name that is asked for."""
    known = simulate.truths(simulate.Settings())

    assert set(TRUE_VALUE) == set(hypotheses("01"))
    assert set(TRUE_VALUE.values()) <= set(known)
    assert all(known[value].hypothesis == name for name, value in TRUE_VALUE.items())


def test_the_words_are_no_verdicts():
    """No word of the rule stands in a simulated row, and no cause is claimed."""
    for word in (RECOVERED, TOO_IMPRECISE, NOT_RECOVERED, UNKNOWN):
        assert word not in {*LEANS, *LEANS.values()}
        assert "supported" not in word
    for value, low, high in ((0.02, 0.01, 0.1), (0.02, -1, 1), (0.0, -1, 1), (0.02, 0.03, 0.1)):
        assert beyond_grade(found(value, low, high).said, "D") == []
