"""The sentences of the answer box."""

import itertools
import re

import pytest

from workbench.errors import StudyError
from workbench.studies.answers import SCALES, Numbers, Words, answer, change, digits, scale, trust

WORDS = Words(landmark="24 hours", window="30 days")


def test_risk_difference_says_more_and_fewer():
    """A difference of 1 in 100, from 1 fewer to 3 more, reads as natural frequencies."""
    text = answer(
        "risk difference",
        Numbers(0.0102, -0.0104, 0.0298, 0.02),
        words=WORDS,
        grade="C",
        prespecified=True,
    )

    # 1.02, -1.04 and 2.98 in 100: the interval is 4.02 wide, so one decimal is kept.
    assert "about 1.0 more came back" in text
    assert "anything from 1.0 fewer to 3.0 more." in text
    assert "Fixed beforehand: a difference of 2 in 100 is worth acting on." in text
    assert text.endswith("Nobody was answered at random.")


def test_interval_on_one_side_names_the_direction_once():
    """Both ends below zero: the smaller size comes first and `fewer` stands once."""
    text = answer(
        "risk difference",
        Numbers(-0.2, -0.31, -0.11, 0.02),
        words=WORDS,
        grade="C",
        prespecified=False,
    )

    assert "about 20 fewer" in text
    assert "anything from 11 to 31 fewer." in text
    assert "The line drawn in the hypothesis" in text


def test_hazard_ratio_is_said_as_a_percentage():
    """log 1.5 is 50 % faster, log 0.5 is 50 % slower."""
    text = answer(
        "log hazard ratio",
        Numbers(0.0, -0.6931, 0.4055, 0.09531),
        words=WORDS,
        grade="C",
        prespecified=True,
    )

    assert "anything from 50 % slower to 50 % faster" in text
    assert "a pace 10 % faster is worth acting on" in text


def test_share_within_the_hour_is_said_as_a_share():
    """The estimate minus one half is turned back into a share."""
    text = answer(
        "probability minus one half",
        Numbers(-0.25, -0.26, -0.24, 0.05),
        words=WORDS,
        grade="D",
        prespecified=False,
    )

    assert "about 25.0 were answered" in text
    assert "it takes a share 5 in 100 away from one half to speak of most or of few." in text
    assert "Nobody was answered at random" not in text


@pytest.mark.parametrize(
    ("name", "centre", "width"),
    [
        (name, centre, width)
        for name in SCALES
        for centre, width in itertools.product((-0.3, 0.0, 0.3), (0.01, 0.2))
    ],
)
def test_every_scale_speaks_over_the_grid(name, centre, width):
    """No sentence has an unfilled place, a double space, a doubled sign or a negative count."""
    text = answer(
        name,
        Numbers(centre, centre - width, centre + width, 0.02),
        words=WORDS,
        grade="C",
        prespecified=True,
    )

    assert "  " not in text
    assert "{" not in text
    assert not re.search(r"(?<!\w)-\d", text)
    assert text.count("Fixed beforehand: ") == 1


def test_trust_names_what_is_missing_and_what_could_have_been_seen():
    """The design, the exploratory status, the unavailable checks and the power are all said."""
    text = trust(
        "risk difference",
        grade="C",
        prespecified=False,
        detectable=0.171,
        unavailable=["calibration"],
        failed=["negative control"],
    )

    assert text.startswith("Design grade C. Nobody was answered at random.")
    assert "exploratory" in text
    assert "a difference of 17 in 100" in text
    assert "Failed: negative control." in text
    assert "Not checked yet: calibration" in text


def test_change_repeats_the_rule_and_the_people_needed():
    """What decided, what was written against, and how many people it would take."""
    text = change(["p is not below 0.05"], against="It is small.", needed="9,400 people.")

    assert "because p is not below 0.05." in text
    assert text.endswith("It is small. 9,400 people.")


def test_digits_keeps_two_of_the_spread():
    """A spread of 4 keeps one decimal, of 0.04 three, of 40 none."""
    assert [digits([0, width]) for width in (40, 4, 0.4, 0.04, 0)] == [0, 1, 2, 3, 0]


def test_unknown_scale_is_refused():
    """A scale without a sentence is named with those there are."""
    with pytest.raises(StudyError, match=r"scale 'furlongs' has no sentence; there are risk diff"):
        scale("furlongs")
