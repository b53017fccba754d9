"""The verdict rule, over the grid and at its edges."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from workbench.errors import StudyError
from workbench.studies.verdict import (
    FAILED,
    IMPRECISE,
    INCONCLUSIVE,
    LEANS,
    METHOD,
    MONITORING,
    NOT_ENOUGH,
    OPPOSITE,
    PASSED,
    SUPPORTED,
    TOO_SMALL,
    UNAVAILABLE,
    WEAK,
    Evidence,
    verdict,
)

SESOI = 0.02
ALL_PASSED = {"calibration": PASSED, "specification curve": PASSED, "negative control": PASSED}


def evidence(estimate, std_error, *, people=500, events=100, controls=ALL_PASSED, p=None):
    """Evidence with a normal interval and its two-sided p, unless p is given."""
    z = norm.ppf(0.975)
    return Evidence(
        estimate=estimate,
        low=estimate - z * std_error,
        high=estimate + z * std_error,
        low_90=estimate - norm.ppf(0.95) * std_error,
        high_90=estimate + norm.ppf(0.95) * std_error,
        p=2 * norm.sf(abs(estimate / std_error)) if p is None else p,
        people=people,
        events=events,
        detectable=(z + norm.ppf(0.8)) * std_error,
        controls=controls,
    )


def decide(case, **options):
    """The verdict's word for a pre-specified row."""
    return verdict(case, sesoi=SESOI, prespecified=True, **options).word


@pytest.mark.parametrize(
    ("case", "word"),
    [
        (evidence(0.05, 0.01), SUPPORTED),
        (evidence(0.05, 0.01, people=49), NOT_ENOUGH),
        (evidence(0.05, 0.01, events=19), NOT_ENOUGH),
        (evidence(0.05, 0.01, people=50, events=20), SUPPORTED),
        (evidence(0.05, 0.01, controls={**ALL_PASSED, "calibration": FAILED}), METHOD),
        (evidence(0.05, 0.01, controls={**ALL_PASSED, "calibration": UNAVAILABLE}), INCONCLUSIVE),
        (evidence(0.05, 0.01, controls={**ALL_PASSED, "negative control": FAILED}), INCONCLUSIVE),
        (evidence(0.05, 0.01, p=0.06), INCONCLUSIVE),
        # 0.005 +- 1.645 * 0.002 lies inside the band although p = 0.012: too small wins.
        (evidence(0.005, 0.002), TOO_SMALL),
        (evidence(-0.05, 0.01), OPPOSITE),
        # inside the band and below zero: too small to matter comes first.
        (evidence(-0.010, 0.003), TOO_SMALL),
        (evidence(0.019, 0.005), INCONCLUSIVE),
        (evidence(0.01, 0.05), IMPRECISE),
        # the interval holds zero, yet 0.02 could have been seen (2.8 * 0.007 = 0.0196).
        (evidence(0.012, 0.007), INCONCLUSIVE),
    ],
)
def test_rule_row_by_row(case, word):
    """Each line of the rule decides where it should."""
    assert decide(case) == word


def test_the_band_is_open_at_its_ends():
    """An interval that just reaches the band's edge is not inside it."""
    half = norm.ppf(0.95) * 0.005
    assert decide(evidence(SESOI - half, 0.005)) != TOO_SMALL
    assert decide(evidence(SESOI - half - 1e-9, 0.005)) == TOO_SMALL


def test_every_cell_of_the_grid_has_one_known_word():
    """Over signs, sizes, precision and controls the rule always ends in a listed word."""
    states = (PASSED, FAILED, WEAK, UNAVAILABLE)
    for effect, error, calibration, control in itertools.product(
        (-0.1, -0.01, 0.0, 0.01, 0.1), (0.001, 0.01, 0.1), states, states
    ):
        case = evidence(
            effect, error, controls={"calibration": calibration, "negative control": control}
        )
        strict = verdict(case, sesoi=SESOI, prespecified=True)
        lean = verdict(case, sesoi=SESOI, prespecified=False)
        assert strict.word in LEANS
        assert lean.word == LEANS[strict.word]
        assert strict.reasons


@given(
    estimate=st.floats(-1, 1),
    std_error=st.floats(1e-3, 1),
    state=st.sampled_from([FAILED, WEAK, UNAVAILABLE]),
    name=st.sampled_from(sorted(ALL_PASSED)),
)
def test_a_missing_control_always_forbids_supported(estimate, std_error, state, name):
    """Whatever the numbers, one control that is not passed forbids the word."""
    case = evidence(estimate, std_error, controls={**ALL_PASSED, name: state})
    decided = verdict(case, sesoi=SESOI, prespecified=True)

    assert decided.word != SUPPORTED
    if decided.word in {INCONCLUSIVE, IMPRECISE}:
        assert any(name in reason for reason in decided.reasons)


@pytest.mark.parametrize(
    ("state", "words"),
    [(FAILED, "failed"), (WEAK, "is too weak to tell"), (UNAVAILABLE, "is missing")],
)
def test_each_state_has_words_of_its_own(state, words):
    """A check that could not tell was run; it is not called missing."""
    case = evidence(0.05, 0.01, controls={**ALL_PASSED, "negative control": state})
    decided = verdict(case, sesoi=SESOI, prespecified=True)

    assert decided.reasons == (f"the check “negative control” {words}",)


@pytest.mark.parametrize(
    ("people", "events", "said"),
    [(1, 1, "1 person and 1 event"), (0, 19, "0 people and 19 events"),
     (1_200, 2, "1,200 people and 2 events")],
)  # fmt: skip
def test_too_few_are_counted_in_words(people, events, said):
    """One is a person or an event, any other number people or events."""
    decided = verdict(
        evidence(0.05, 0.01, people=people, events=events), sesoi=SESOI, prespecified=True
    )

    assert decided.reasons == (f"the smaller arm has {said}; 50 and 20 are needed",)


def test_a_hypothesis_without_events_asks_for_people_alone():
    """Where no events are counted, none are said to be missing."""
    decided = verdict(
        evidence(0.05, 0.01, people=12, events=0),
        sesoi=SESOI,
        prespecified=True,
        minimum_events=0,
    )
    assert decided.reasons == ("the smaller arm has 12 people; 50 are needed",)


def test_exploratory_rows_only_lean():
    """Data that were looked at never get a verdict word of their own."""
    word = verdict(evidence(0.05, 0.01), sesoi=SESOI, prespecified=False).word
    assert word == "exploratory: leans towards"


def test_simulated_data_get_no_verdict():
    """A verdict on simulated data is refused."""
    with pytest.raises(StudyError, match="expected real data, got simulated ones"):
        verdict(evidence(0.05, 0.01), sesoi=SESOI, prespecified=True, is_simulated=True)


def test_sesoi_must_be_positive():
    """A hypothesis without a smallest difference cannot be judged."""
    with pytest.raises(StudyError, match="sesoi must be positive, got 0"):
        verdict(evidence(0.05, 0.01), sesoi=0.0, prespecified=True)


def test_unknown_state_of_a_control_is_refused():
    """A misspelt state would silently forbid the word."""
    with pytest.raises(StudyError, match="passed, failed, weak, unavailable; got pased"):
        decide(evidence(0.05, 0.01, controls={"calibration": "pased"}))


@pytest.mark.parametrize("prespecified", [True, False])
def test_a_later_look_decides_nothing(prespecified):
    """What would be supported on a first look is only watched on any other."""
    case = evidence(0.05, 0.01)
    got = verdict(case, sesoi=SESOI, prespecified=prespecified, later_look=True)

    assert got.word == MONITORING
    assert got.reasons == ("the first look decides, at other data or with another cleaning",)
