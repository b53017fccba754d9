"""Simulated data get no verdict: their rows say whether the planted truth was recovered."""

import pytest

from workbench import simulate
from workbench.studies.hypotheses import hypotheses
from workbench.studies.recovered import (
    NOT_RECOVERED,
    RECOVERED,
    TRUE_VALUE,
    UNKNOWN,
    planted,
    recovery,
)
from workbench.studies.verdict import LEANS
from workbench.studies.wording import beyond_grade

TRUTH = {"true_values": {"landmark": {"value": 0.02}, "days_sooner": {"value": 1.5},
                         "per_halving": {"value": None}}}  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(0.0, 0.1, RECOVERED), (0.02, 0.1, RECOVERED), (0.03, 0.1, NOT_RECOVERED)],
)
def test_the_interval_decides(low, high, word):
    """Recovered is what the interval holds, its limits included."""
    found = recovery(TRUTH, hypothesis="H1.1", scale="risk difference", low=low, high=high)

    assert (found.word, found.truth) == (word, 0.02)
    assert "planted 0.020" in found.said
    assert ("does not hold" in found.said) == (word == NOT_RECOVERED)


def test_the_scale_chooses_the_truth():
    """Where days take the place of the hazard ratio, so does their truth."""
    assert planted(TRUTH, "H1.2a", "days sooner") == 1.5
    assert planted(TRUTH, "H1.2a", "log hazard ratio") is None


@pytest.mark.parametrize("truth", [None, {}, TRUTH])
def test_no_truth_is_said(truth):
    """Without a number to compare with, nothing is called recovered."""
    found = recovery(truth, hypothesis="H1.2b", scale="log hazard ratio", low=0.0, high=1.0)

    assert (found.word, found.truth) == (UNKNOWN, None)


def test_the_simulator_knows_every_hypothesis():
    """Each hypothesis of study 1 has its true value under the name that is asked for."""
    known = simulate.truths(simulate.Settings())

    assert set(TRUE_VALUE) == set(hypotheses("01"))
    assert set(TRUE_VALUE.values()) <= set(known)
    assert all(known[value].hypothesis == name for name, value in TRUE_VALUE.items())


def test_the_words_are_no_verdicts():
    """No word of the rule stands in a simulated row, and no cause is claimed."""
    found = recovery(TRUTH, hypothesis="H1.1", scale="risk difference", low=0.0, high=0.1)

    for word in (RECOVERED, NOT_RECOVERED, UNKNOWN):
        assert word not in {*LEANS, *LEANS.values()}
        assert "supported" not in word
    assert beyond_grade(found.said, "D") == []
