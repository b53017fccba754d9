"""Exercises: right, not yet, a hint, and never an error."""

import pickle

import pytest
from IPython.core.formatters import DisplayFormatter

from workbench.studies.exercises import CHECK_MIME, EXERCISES, check, state_of

# 1a: 7,380 of 13,838 threads. 1c: a step from .60 to .65.
ANSWERS = {"1a": 53.33, "1c": 1_471}


class Silent:
    """A thing that cannot say what it is."""

    def __str__(self) -> str:  # noqa: D105
        raise ValueError


@pytest.mark.parametrize(("name", "value"), ANSWERS.items())
def test_right(at_embedded, name, value):
    """The answers worked out by hand are right, also as text."""
    assert check(name, value) == f"{name}: right."
    assert check(name, str(value)) == f"{name}: right."


def test_a_count_is_right_as_a_whole_number(at_embedded):
    """1b asks for people answered within an hour: the next number is already wrong."""
    right = EXERCISES["1b"].answer("example-1")

    assert right == int(right)
    assert check("1b", int(right)) == "1b: right."
    assert check("1b", right + 1).startswith("1b: not yet. Hint: Set LANDMARK_HOURS = 1")


@pytest.mark.parametrize("name", EXERCISES)
def test_no_answer_yet(name):
    """Nothing typed gives the hint, and no data are needed for it."""
    assert check(name, None) == f"{name}: no answer yet. Hint: {EXERCISES[name].hint}"
    assert state_of(name, None) == "no answer"


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("value", ["many", "", [53], {}, Silent(), float("nan"), float("inf"), 1j])
def test_whatever_is_typed_never_raises(at_embedded, name, value):
    """Words, lists, not-a-number and stranger things are not yet right."""
    assert check(name, value).startswith(f"{name}: not yet")
    assert EXERCISES[name].hint in check(name, value)
    assert state_of(name, value) == "not yet"


def test_half_a_character_can_be_kept():
    """JSON can hold half a character and no notebook can store it, wherever it was typed."""
    reply = check("2a\udfff", "\ud800 half", "s-\ud800")

    assert reply.about == {
        "exercise": "2a?", "state": "not yet", "answer": "? half", "student": "s-?",
    }  # fmt: skip
    assert reply.encode("utf-8").startswith(b"There is no exercise")


def test_an_exercise_that_cannot_say_what_it_is():
    """Its kind stands in its place."""
    assert check(Silent(), 1).about["exercise"] == "Silent"


def test_data_that_are_not_loaded_do_not_raise(tmp_path, monkeypatch):
    """Without College messages the page goes on, and names the kind of problem."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))

    assert check("1a", 53.3).startswith("1a: not yet (DataError). Hint: ")


def test_unknown_exercise():
    """An exercise that does not exist is answered with those there are."""
    said = f"There is no exercise '9z'; there are {', '.join(EXERCISES)}."

    assert check("9z", 1) == said
    assert check(["9z"], 1).startswith("There is no exercise ['9z']")
    assert state_of("9z", 1) == "not yet"


def test_a_reply_carries_what_was_checked():
    """A notebook keeps the sentence for the reader, and state, answer and copy for the grader."""
    data, _ = DisplayFormatter().format(check("1c", "  many \n people ", "s-042"))

    assert data["text/markdown"].startswith("*1c: not yet (ValueError). Hint: ")
    assert data["text/plain"] == data["text/markdown"].strip("*")
    assert data[CHECK_MIME] == {
        "exercise": "1c", "state": "not yet", "answer": "many people", "student": "s-042",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said"), [(None, ""), (7, "7"), ("x" * 500, "x" * 79 + "…"), (Silent(), "Silent")]
)
def test_the_answer_is_kept_short(value, said):
    """What was typed is one short line for the grader, whatever it was."""
    assert check("1c", value).about["answer"] == said


def test_a_reply_is_a_sentence_that_can_be_copied():
    """A reply can be stored and read again with what it carries."""
    again = pickle.loads(pickle.dumps(check("1c", 5)))

    assert again == check("1c", 5)
    assert again.about["state"] == "not yet"


@pytest.mark.parametrize("name", EXERCISES)
def test_names_begin_with_the_number_of_the_notebook(name):
    """1a belongs to notebook 01: the grader finds the exercises of a notebook by that."""
    assert name[:-1].isdigit()
    assert name[-1].isalpha()


@pytest.mark.parametrize("name", ["1d", "2d", "3d"])
def test_the_answer_of_another_copy_is_not_right_here(name):
    """In a simulated world the truth belongs to the copy; that of another one is not yet right."""
    asked = EXERCISES[name]
    answers = [asked.answer(f"s-{number}") for number in range(20)]
    far = max(answers, key=lambda answer: abs(answer - answers[0]))

    assert asked.own
    assert check(name, answers[0], "s-0") == f"{name}: right."
    assert check(name, far, "s-0").startswith(f"{name}: not yet. Hint: ")
