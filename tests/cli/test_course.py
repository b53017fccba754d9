"""`workbench student` and `copy`: what they print, and what they refuse in one line."""

from __future__ import annotations

import json
import re

import pytest

from workbench.cli import course
from workbench.cli.notebooks import notebook_folder, notebook_paths


def test_a_student_gets_every_notebook(say, home):
    """One line says whose copies they are, how many, and where."""
    said = say("student", "--seed", "s-042", "class/one")

    folder = home / "class" / "one"
    count = len(notebook_paths())
    assert said.out == f"s-042: {count} notebooks without solutions in {folder}\n"
    assert sorted(path.name for path in folder.iterdir()) == [p.name for p in notebook_paths()]


def test_chosen_notebooks_only(say, home):
    """A list of numbers, in any order and with repeats, gives those and no others."""
    assert say("student", "--seed", "s-1", "--studies", "01, 00,01", "one").status == 0

    assert sorted(path.name[:2] for path in (home / "one").iterdir()) == ["00", "01"]


def test_an_id_is_drawn_by_lot(say, home):
    """Without a seed an id is drawn, which is printed and stands in the copy."""
    said = say("student", "--studies", "01", "one")

    (student,) = re.findall(r"^(s-\d{6}): 1 notebook without solutions in ", said.out)
    (path,) = (home / "one").iterdir()
    about = json.loads(path.read_text(encoding="utf-8"))["metadata"]["workbench"]["copy"]
    assert about["student"] == student


@pytest.mark.parametrize(
    ("studies", "got"), [("07", "07"), ("01,x", "x"), ("", "none"), (" ", "none")]
)
def test_numbers_that_there_are_not(say, home, studies, got):
    """The message names the numbers that there are, and what was asked for."""
    said = say("student", "--seed", "s-1", "--studies", studies, "one").problem

    assert said.startswith("student: expected numbers of notebooks (00, 01")
    assert f", got {got}. Choose of these, such as --studies 01,02." in said
    assert not (home / "one").exists()


def test_a_name_in_place_of_an_id(say):
    """A name is refused, and not repeated."""
    said = say("student", "--seed", "Rosalind", "one").problem

    assert said.startswith("student: --seed: expected an id of up to 32 letters")
    assert "Rosalind" not in said


def test_work_of_a_student_stays(say, home):
    """A second call for the same folder is refused."""
    say("student", "--seed", "s-1", "--studies", "00", "one")

    said = say("student", "--seed", "s-2", "--studies", "00", "one").problem
    assert said.startswith(f"student: expected no 00_start_here.ipynb in {home / 'one'}, got one.")


def test_a_copy_in_any_folder(say, home):
    """With a slash the folder is taken as it is."""
    said = say("copy", "00", "./thesis")

    assert said.out == f"Your copy: {home / 'thesis' / '00_start_here.ipynb'}\n"
    assert (home / "thesis" / "00_start_here.ipynb").is_file()


def test_a_copy_under_a_name_lies_beside_the_notebooks(say, home, monkeypatch):
    """A bare name is a folder beside the notebooks, where `workbench run` does not look."""
    beside = home / "notebooks"
    monkeypatch.setattr(course, "notebook_folder", lambda: beside)

    assert (
        say("copy", "00", "mine").out == f"Your copy: {beside / 'mine' / '00_start_here.ipynb'}\n"
    )
    own = beside / "mine" / "00_start_here.ipynb"
    assert own not in sorted(beside.glob("*.ipynb"))
    assert say("copy", "00", "mine").problem.startswith("copy: expected no 00_start_here.ipynb in ")


def test_a_folder_of_the_project_is_no_name(say):
    """The folder of the profile notebook belongs to the project."""
    said = say("copy", "00", "profile").problem

    assert said == (
        "copy: expected a name of your own, got profile, which is a folder of the project. "
        "Choose another, such as mine."
    )
    assert (notebook_folder() / "profile").is_dir()


def test_a_number_that_there_is_not(say):
    """An unknown notebook is a wrong call: status 2, with the numbers that there are."""
    said = say("copy", "77", "mine")

    assert said.status == 2
    assert "no notebook is numbered 77; there are 00, 01" in said.err


@pytest.fixture
def no_data(monkeypatch):
    """Submissions that see no data set, so that nothing needs to be loaded."""
    monkeypatch.setattr(course, "_public", list)


def test_grading_says_where_to_look(say, home, no_data):
    """One line a notebook while it runs, then where the grades are and what was odd."""
    (home / "in").mkdir()
    (home / "in" / "01_feedback_speed.ipynb").write_text("broken", encoding="utf-8")

    said = say("grade", "in")

    out = home / "in-graded"
    assert said.out.splitlines() == [
        f"1 notebook; open {out / 'grades.csv'}",
        "Not read or not run to the end: 1; the rows say why.",
        "Without the id of a copy, counted in the order of the files: 1.",
    ]
    assert said.err == "001-01 (1 of 1): 0 of 4 right\n"
    assert sorted(path.name for path in out.iterdir()) == ["001-01.html", "grades.csv"]
    assert say("grade", "in").problem.startswith(f"grade: expected a new folder, got {out} with ")


def test_results_where_one_wants_them(say, home, no_data):
    """--out names the folder; a copy of a notebook without exercises is no problem."""
    say("student", "--seed", "s-1", "--studies", "00", "in")

    said = say("grade", "in", "--out", "week/3")

    assert said.out == f"1 notebook; open {home / 'week' / '3' / 'grades.csv'}\n"
    rows = (home / "week" / "3" / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1:] == [
        "1,s-1,00_start_here,,no answer,,0,There is nothing to grade in this notebook."
    ]


def test_nothing_to_grade(say, home, no_data):
    """A folder that is not there is one line."""
    assert say("grade", "nowhere").problem.startswith(
        f"grade: expected a folder with notebooks at {home / 'nowhere'}, found none."
    )


@pytest.mark.parametrize("seconds", ["0", "soon"])
def test_a_time_that_is_none(say, seconds):
    """A limit below a second, or a word, is a wrong call."""
    assert say("grade", "in", "--timeout", seconds).status == 2


def test_public_data_sets_only(at_embedded, monkeypatch):
    """What others loaded for themselves is not handed to submissions."""
    from workbench import data  # noqa: PLC0415
    from workbench.cli import running  # noqa: PLC0415

    monkeypatch.setattr(running, "bring_up_to_date", lambda names: names)
    monkeypatch.setattr(data, "names", lambda: ["chit-chat", "crowd-cf", "mine"])

    assert course._public() == ["chit-chat", "crowd-cf"]
