"""The simulated worlds of exercises: one truth a copy, found by the better analysis only."""

import inspect

import numpy as np
import pytest

from workbench.errors import StudyError
from workbench.simulate import practice
from workbench.studies import exercises
from workbench.studies.exercises import EXERCISES, check, world
from workbench.studies.exercises.practice import ID, planted

COPIES = [f"s-{number:03d}" for number in range(6)]


def _newcomers(table):
    shares = table.groupby(["keen", "answered"])["returned"].mean().unstack()
    weights = table["keen"].value_counts(normalize=True)
    crude = table.groupby("answered")["returned"].mean()
    return crude[True] - crude[False], ((shares[True] - shares[False]) * weights).sum()


def _labels(table):
    majority = (table.sum(axis=1) > 1).astype(int)
    pairs = [("first", "second"), ("first", "third"), ("second", "third")]
    agree = np.mean([(table[one] == table[other]).mean() for one, other in pairs])
    with_majority = np.mean([(table[name] == majority).mean() for name in table])
    # p squared + (1 - p) squared = agree, solved for p above one half.
    return with_majority, (1 + np.sqrt(2 * agree - 1)) / 2


def _turns(table):
    numbers = table.astype({"replied": float})[["doublings", "replied"]]
    within = numbers - numbers.groupby(table["person"]).transform("mean")
    slopes = [-np.polyfit(each["doublings"], each["replied"], 1)[0] for each in (numbers, within)]
    return tuple(slopes)


BOTH = {"1d": ("newcomers", _newcomers), "2d": ("labels", _labels), "3d": ("turns", _turns)}


@pytest.mark.parametrize("student", COPIES)
@pytest.mark.parametrize("name", BOTH)
def test_the_better_analysis_passes_and_the_tempting_one_does_not(name, student):
    """In every copy the analysis of the hint is right, and the tempting one is not yet right."""
    which, analyses = BOTH[name]
    tempting, better = analyses(world(which, student))

    assert check(name, 100 * better, student) == f"{name}: right."
    assert check(name, 100 * tempting, student).startswith(f"{name}: not yet. Hint: ")


@pytest.mark.parametrize(
    ("name", "range_"),
    [("1d", practice.EFFECTS), ("2d", practice.SKILLS), ("3d", practice.SLOPES)],
)
def test_a_guess_is_seldom_right(name, range_):
    """The best guess without data is right for a sixth of the copies at most."""
    # Truths are uniform: a guess covers twice the tolerance of the whole width (in percent).
    low, high = range_

    assert 2 * EXERCISES[name].tolerance / (100 * (high - low)) <= 1 / 6


@pytest.mark.parametrize("which", ["newcomers", "labels", "turns"])
def test_a_copy_has_one_world_and_others_have_others(which):
    """The same id gives the same table every time; truths differ from copy to copy."""
    first = world(which, "s-001")

    assert first.equals(world(which, "s-001"))
    assert not first.equals(world(which, "s-002"))
    assert len({round(planted(which, student), 6) for student in COPIES}) == len(COPIES)


@pytest.mark.parametrize(
    "student", ["", "mary", "s 042", "s-042; rm", "=1+1", "-1", "a" * 32 + "1", 42, None, "s-042\n"]
)
def test_an_id_is_no_name(student):
    """Names, formulas and anything that is no short id with a digit are refused in one line."""
    with pytest.raises(StudyError) as refused:
        world("newcomers", student)

    assert str(refused.value) == (
        "world: expected an id of up to 32 letters, digits, - and _, with a digit in it, "
        "got something else. Take one such as s-042, not a name."
    )


@pytest.mark.parametrize("student", ["s-042", "42", "K7", "2026_group-3"])
def test_usual_ids_pass(student):
    """Numbers of a list, with letters or without, are ids."""
    assert ID.fullmatch(student)


def test_a_world_that_does_not_exist():
    """The message names the worlds that there are."""
    with pytest.raises(StudyError, match="expected one of newcomers, labels, turns, got 'moon'"):
        world("moon", "s-042")


def test_an_id_that_is_none_never_raises_in_a_check():
    """A check goes on even where somebody typed a name in place of the id."""
    assert check("1d", 5, "mary").startswith("1d: not yet (StudyError). Hint: ")


def test_nothing_in_a_reply_tells_the_truth():
    """Neither the sentence nor what it carries holds the planted number."""
    said = check("1d", 99, "s-042")
    truth = f"{100 * planted('newcomers', 's-042'):.1f}"

    assert truth not in said
    assert truth not in str(said.about)
    assert "tolerance" not in inspect.signature(exercises.check).parameters
    assert EXERCISES["1d"].hint in said
