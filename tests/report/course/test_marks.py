"""Marks: the state of each exercise, why, and the rows of the table."""

from __future__ import annotations

import json

import handed
import pytest

from workbench.report.course.marks import Outcome, as_csv, marks, rows
from workbench.report.course.submission import read
from workbench.studies.exercises import EXERCISES

RIGHT = {"1c": 1471.0, "1d": 5.0}


def right(name, student):
    """The right answers of these tests."""
    return RIGHT[name]


@pytest.fixture
def given(tmp_path):
    """A submission that was read, made of these cells."""

    def make(*sources, **options):
        path = handed.put(tmp_path, "one", handed.notebook(*sources, **options))
        return read(path, 1, [handed.ORIGINAL])

    return make


def checked(**answers):
    """What the checks of a run showed."""
    return {
        name: {"exercise": name, "answer": answer, "state": "right", "student": "s-1"}
        for name, answer in answers.items()
    }


def states(found):
    """Exercise and state of each mark."""
    return [(mark.exercise, mark.state) for mark in found]


def test_right_and_not_yet(given):
    """An answer within the tolerance is right; another one gets the hint."""
    found = marks(given("x"), Outcome(checked(**{"1c": "1450", "1d": "9"})), right)

    # 1c forgives 25 of 1,471; 1d forgives 2 of 5.
    assert states(found) == [("1c", "right"), ("1d", "not yet")]
    assert found[0].note == ""
    assert found[1].note.endswith(f"Hint: {EXERCISES['1d'].hint}")


def test_a_check_is_not_taken_on_trust(given):
    """A notebook that says right where it is not is compared again, and the note says so."""
    (first, _) = marks(given("x"), Outcome(checked(**{"1c": "3", "1d": "5"})), right)

    assert first.state == "not yet"
    assert first.note.startswith("The notebook said “right”; checked again, it is not yet. Hint: ")


def test_the_id_of_the_copy_decides(given):
    """A check that was made for another id is judged by the id of the copy, and named."""
    said = checked(**{"1d": "5"})
    said["1d"]["student"] = "s-999"

    (_, second) = marks(given("x"), Outcome(said), right)

    assert second.state == "right"
    assert second.note == "The check in the notebook was made for another id than this copy's."


def test_without_an_id_a_world_of_ones_own_cannot_be_judged(given):
    """Only the exercises on real data are judged where a copy has no id."""
    found = marks(given("x", student="mary"), Outcome(checked(**{"1c": "1471", "1d": "5"})), right)

    assert states(found) == [("1c", "right"), ("1d", "error")]
    assert found[1].note == "This copy has no id, so that its own right answer is not known."


def test_a_cell_that_failed(given):
    """The note names the cell and the kind of the error, and what to do."""
    one = given("x = 1", "check('1c', y)", 'check("1d", 4)')

    errors = {1: "ImportError", 2: "NameError"}
    (first, second) = marks(one, Outcome(errors=errors), right)

    assert first.state == "error"
    assert first.note == (
        "Cell 2 stopped with NameError. Restart the kernel, run all cells from the top, and mend "
        "the first one that stops: here it was cell 1, ImportError."
    )
    assert second.state == "no answer"
    assert second.note == (
        "Cell 3 showed no result of its check: let check(…) stand in its last line."
    )


@pytest.mark.parametrize(
    ("end", "state", "why"),
    [
        ("time out", "time out", "it took longer than is allowed"),
        ("it ended before it was done", "error", "it ended before it was done"),
    ],
)
def test_a_run_that_was_cut_off(given, end, state, why):
    """What was reached counts; the rest says where and why the run was cut off."""
    outcome = Outcome(checked(**{"1c": "1471"}), end=end, reached=3)

    (first, second) = marks(given("check('1c', 1)", "check('1d', 1)"), outcome, right)

    assert first.state == "right"
    assert (second.state, second.note) == (
        state, f"The run was cut off in cell 3, because {why}. What came before it counts.",
    )  # fmt: skip


def test_a_check_that_was_taken_out(given):
    """Where nothing asks any more, the note says so; a mark is made all the same."""
    (first, _) = marks(given("x = 1"), Outcome(), right)

    assert (first.state, first.note) == ("no answer", "Its check is no longer in the notebook.")


def test_rows_hold_points_for_checks_and_room_for_words(given):
    """A right check has one point, another none; prompts wait for the teacher's points."""
    one = given("x", words="Weather.")
    table = rows(one, marks(one, Outcome(checked(**{"1c": "1471", "1d": "90"})), right))

    assert [(row["exercise"], row["state"], row["points"]) for row in table] == [
        ("1c", "right", 1), ("1d", "not yet", 0), ("A threat.", "to read", None),
    ]  # fmt: skip
    assert "Weather" not in json.dumps(table)


def test_no_cell_of_the_table_is_a_formula(given):
    """An answer that a spreadsheet would run is made text."""
    one = given("x")
    outcome = Outcome(checked(**{"1c": "=HYPERLINK(1)", "1d": "-5"}))

    lines = as_csv(rows(one, marks(one, outcome, right))).splitlines()

    assert lines[0] == "submission,id,notebook,exercise,state,answer,points,note"
    assert lines[1].startswith("1,s-1,01_small,1c,not yet,'=HYPERLINK(1),0,")
    assert lines[2].startswith("1,s-1,01_small,1d,not yet,-5,0,")
    assert lines[3] == "1,s-1,01_small,A threat.,no answer,,,"


def test_an_empty_table_has_its_head():
    """Nothing handed in is a head without rows."""
    assert as_csv([]) == "submission,id,notebook,exercise,state,answer,points,note\n"
