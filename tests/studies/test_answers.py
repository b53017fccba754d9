"""The sentences of the answer box."""

import itertools
import re

import pytest

from workbench.errors import StudyError
from workbench.studies.answers import Numbers, Words, answer, scale
from workbench.studies.saying import digits
from workbench.studies.scales import scales
from workbench.studies.scales.crowdsourcing import Crowd
from workbench.studies.scales.feedback_speed import beside
from workbench.studies.scales.overload import Load

WORDS = Words(
    landmark="24 hours", when="in the next 30 days", horizon="31 days", among="336 of 796"
)
EVERYBODY = Words(landmark="24 hours", when="in the next 30 days", horizon="31 days")


# What the sentences of each file of scales are tried with.
TRIED_WITH = {
    "feedback_speed": WORDS,
    "crowdsourcing": Crowd("500 groups", "the joint score", "The rest is silence."),
    "overload": Load("1 hour", "in the hour before", "6 messages a day", "The rest is silence."),
}


def words_for(name):
    """Words that the sentence of a scale understands."""
    return TRIED_WITH[scale(name).sentence.__module__.rpartition(".")[2]]


def said(name, *numbers, words=WORDS, grade="C", prespecified=True):
    """The answer for an estimate, its limits and the smallest difference that matters."""
    return answer(name, Numbers(*numbers), words=words, grade=grade, prespecified=prespecified)


def test_risk_difference_says_more_and_fewer():
    """A difference of 1 in 100, from 1 fewer to 3 more, reads as natural frequencies."""
    text = said("risk difference", 0.0102, -0.0104, 0.0298, 0.02)

    # 1.02, -1.04 and 2.98 in 100: the interval is 4.02 wide, so one decimal is kept.
    assert "had not come back after 24 hours (336 of 796): of 100 who had been answered" in text
    assert "about 1.0 more came back in the next 30 days than of 100 similar newcomers" in text
    assert "anything from 1.0 fewer to 3.0 more." in text
    assert "Fixed beforehand: a difference of 2 in 100 is worth acting on." in text
    assert text.endswith("Nobody was answered at random.")


def test_everybody_is_compared_without_a_selection():
    """Where nobody is left out, the sentence begins with the answered."""
    text = said("risk difference", 0.05, 0.01, 0.09, 0.02, words=EVERYBODY)
    assert text.startswith("Of 100 newcomers answered within 24 hours, about 5.0 more came back")


def test_interval_on_one_side_names_the_direction_once():
    """Both ends below zero: the smaller size comes first and `fewer` stands once."""
    text = said("risk difference", -0.2, -0.31, -0.11, 0.02, prespecified=False)

    assert "about 20 fewer" in text
    assert "anything from 11 to 31 fewer." in text
    assert "The line drawn in the hypothesis" in text


def test_no_difference_is_said_as_as_many():
    """A rounded zero is neither more nor fewer."""
    text = said("risk difference", 0.0004, -0.2, 0.2, 0.02)
    assert "about as many came back in the next 30 days as of 100" in text


def test_limit_just_below_zero_keeps_its_side():
    """-0.3 in 100 would round to 0: one more decimal says on which side it lies."""
    text = said("risk difference", 0.07, -0.003, 0.15, 0.02)
    assert "anything from 0.3 fewer to 15.0 more." in text


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.0, 0.15, "0 to 15 more"),
        (-0.15, 0.0, "0 to 15 fewer"),
        (0.02, 0.13, "2 to 13 more"),
        (-0.13, -0.02, "2 to 13 fewer"),
        (-0.02, 0.13, "2 fewer to 13 more"),
    ],
)
def test_range_puts_the_smaller_size_first(low, high, words):
    """Over signs and zeros an interval reads from the smaller size to the larger, or across."""
    assert f"anything from {words}." in said("risk difference", (low + high) / 2, low, high, 0.02)


def test_hazard_ratio_is_said_as_a_percentage_against_somebody():
    """log 1.5 is 50 % faster, log 0.5 is 50 % slower; the comparison group is named."""
    text = said("log hazard ratio", 0.0, -0.6931, 0.4055, 0.09531)

    assert "anything from 50 % slower to 50 % faster" in text
    assert "than similar newcomers not yet answered, over the first 31 days" in text
    assert "a pace 10 % faster is worth acting on" in text


def test_days_say_how_those_who_never_came_back_count():
    """A mean up to a horizon includes people who never returned; the sentence says so."""
    text = said("days sooner", 0.2, -0.4, 1.1, 0.24)
    assert "(whoever never came back counts with the whole time)" in text
    assert "anything from 0.4 days later to 1.1 days sooner." in text


def test_share_within_the_hour_names_most_and_few():
    """A share is said as a share; five points around one half are neither most nor few."""
    text = said("probability", 0.25, 0.24, 0.26, 0.05, grade="D", prespecified=False)

    assert "about 25.0 were answered" in text
    assert "“most” takes 55 of 100 or more, “few” 45 or fewer." in text
    assert "Nobody was answered at random" not in text


def test_beside_says_the_contrast_with_nobody_left_out():
    """The co-reported contrast is one short sentence with its interval."""
    text = beside(Numbers(0.0254, -0.0562, 0.1071, 0.02))
    assert text == (
        "With nobody left out for having come back early: about 3 more (6 fewer to 11 more)."
    )


@pytest.mark.parametrize(
    ("name", "centre", "width"),
    [
        (name, centre, width)
        for name in scales()
        for centre, width in itertools.product((-0.3, 0.0, 0.3), (0.01, 0.2))
    ],
)
def test_every_scale_speaks_over_the_grid(name, centre, width):
    """No sentence has an unfilled place, a double space, a doubled sign or a negative count."""
    if name == "probability":
        centre = 0.5 + centre / 2
    text = said(name, centre, centre - width, centre + width, 0.02, words=words_for(name))

    assert "  " not in text
    assert "{" not in text
    assert not re.search(r"(?<!\w)-\d", text)
    assert text.count("Fixed beforehand: ") == 1


def test_digits_keeps_two_of_the_spread():
    """A spread of 4 keeps one decimal, of 0.4 two; a hidden side costs one more."""
    assert [digits([1, 1 + width]) for width in (40, 4, 0.4, 0.04, 0)] == [0, 1, 2, 3, 0]
    assert digits([-0.3, 15]) == 1


def test_unknown_scale_is_refused():
    """A scale without a sentence is named with those there are."""
    with pytest.raises(StudyError, match=r"scale 'furlongs' has no sentence; .*risk diff"):
        scale("furlongs")


def test_a_study_says_what_chance_did_not_decide():
    """In a comparison without an experiment the study's own sentence closes the answer."""
    text = answer(
        "chance of winning", Numbers(0.01, 0.0, 0.02, 0.01), words=TRIED_WITH["crowdsourcing"],
        grade="C", prespecified=True, unassigned="No idea was commented on at random.",
    )  # fmt: skip
    assert text.endswith("No idea was commented on at random.")
    assert "Nobody was answered" not in text


def test_an_elasticity_is_said_as_itself():
    """One half less 0.8 is -0.3: of 1 % more coming in, 0.8 % more was answered."""
    text = said("elasticity below one half", -0.3, -0.4, -0.2, 0.1, words=TRIED_WITH["overload"])
    assert "Above 6 messages a day, where 1 % more came in on a day about 0.80 % more was" in text
    assert "anything from 0.70 to 0.90 % more." in text
