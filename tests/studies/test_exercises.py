"""Exercises: right, not yet, a hint, and never an error."""

import pytest

from workbench.studies.exercises import EXERCISES, check

# 1a: 7,380 of 13,838 threads. 1c: a step from .60 to .65.
ANSWERS = {"1a": 53.33, "1c": 1_471}


@pytest.mark.parametrize(("name", "value"), ANSWERS.items())
def test_right(at_embedded, name, value):
    """The answers worked out by hand are right, also as text."""
    assert check(name, value) == f"{name}: right."
    assert check(name, str(value)) == f"{name}: right."


def test_a_count_is_right_as_a_whole_number(at_embedded):
    """1b asks for people answered within an hour: the next number is already wrong."""
    right = EXERCISES["1b"].answer()

    assert right == int(right)
    assert check("1b", int(right)) == "1b: right."
    assert check("1b", right + 1).startswith("1b: not yet. Hint: Set LANDMARK_HOURS = 1")


@pytest.mark.parametrize("name", EXERCISES)
def test_no_answer_yet(name):
    """Nothing typed gives the hint, and no data are needed for it."""
    assert check(name, None) == f"{name}: no answer yet. Hint: {EXERCISES[name].hint}"


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("value", ["many", "", [53], {}, object(), float("nan"), float("inf"), 1j])
def test_whatever_is_typed_never_raises(at_embedded, name, value):
    """Words, lists, not-a-number and stranger things are not yet right."""
    assert check(name, value).startswith(f"{name}: not yet")
    assert EXERCISES[name].hint in check(name, value)


def test_data_that_are_not_loaded_do_not_raise():
    """Without College messages the page goes on, and names the kind of problem."""
    assert check("1a", 53.3).startswith("1a: not yet (DataError). Hint: ")


def test_unknown_exercise():
    """An exercise that does not exist is answered with those there are."""
    assert check("9z", 1) == "There is no exercise '9z'; there are 1a, 1b, 1c."
