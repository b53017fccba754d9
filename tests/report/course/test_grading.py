"""Grading: every notebook gets rows and a page, whatever it does, and harms nobody else."""

from __future__ import annotations

import csv
import io
import os
import sys

import handed
import psutil
import pytest

from workbench.errors import DataError, ReportError
from workbench.report.course import grading
from workbench.report.course.apart import _outcome, attempt, template_of
from workbench.report.course.attempt import CHECK_MIME
from workbench.report.course.confined import _landlock_version
from workbench.report.course.grading import GRADES, grade
from workbench.report.course.marks import Outcome
from workbench.studies import exercises
from workbench.studies.exercises import EXERCISES

GOOD = (
    handed.said("1c", "1471", state="right"),
    handed.said("1d", f"{EXERCISES['1d'].answer('s-1'):.1f}"),
)
confined = pytest.mark.skipif(_landlock_version() < 4, reason="needs Linux with Landlock")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a notebook of these cells apart, for at most `timeout` seconds."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SECRET_OF_THE_TEACHER", "password")

    def _run(*sources, timeout=60):
        with template_of([]) as template:
            content = handed.json.loads(handed.notebook(*sources))
            return attempt(content, template, timeout=timeout, datasets=[])

    return _run


def rows(out):
    """The rows of grades.csv."""
    return list(csv.DictReader(io.StringIO((out / GRADES).read_text(encoding="utf-8"))))


def test_a_class_of_all_kinds(tmp_path, monkeypatch):
    """A good notebook, a broken one, one that leaves, one of nothing: each has rows and a page."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    folder, out, told = tmp_path / "in", tmp_path / "out", []
    handed.put(folder, "a", handed.notebook(*GOOD, words="People <b>leave</b>.\n\n=1+1"))
    handed.put(folder, "b", "{ not json")
    handed.put(folder, "c", handed.notebook(GOOD[0], "import os; os._exit(3)", GOOD[1]))
    moon = handed.put(folder, "d", handed.notebook("x = 1", student="Rosalind", of="99_moon"))
    moon.rename(moon.with_name("moon.ipynb"))

    done = grade(folder, [handed.ORIGINAL], out=out, timeout=100, datasets=[], tell=told.append)

    assert (done.submissions, done.problems, done.without_id) == (4, 3, (2, 4))
    got = [(r["submission"], r["exercise"], r["state"], r["points"]) for r in rows(out)]
    assert got == [
        ("1", "1c", "right", "1"), ("1", "1d", "right", "1"), ("1", "A threat.", "to read", ""),
        ("2", "1c", "error", "0"), ("2", "1d", "error", "0"),
        ("3", "1c", "right", "1"), ("3", "1d", "error", "0"), ("3", "A threat.", "no answer", ""),
        ("4", "", "error", "0"),
    ]  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == [
        "001-s-1-01.html", "002-01.html", "003-s-1-01.html", "004.html", GRADES,
    ]  # fmt: skip
    assert told[0] == "001-s-1-01 (1 of 4): 2 of 2 right"
    assert len(told) == 4
    page = (out / "001-s-1-01.html").read_text(encoding="utf-8")
    assert "All 2 exercises are right. Well done." in page
    assert "People &lt;b&gt;leave&lt;/b&gt;." in page
    assert "Rosalind" not in "".join(path.read_text("utf-8") for path in out.iterdir())


def test_what_ran_before_the_end_counts(run):
    """
    A loop without end is ended when the time is over; the checks before it are kept.

    A process that left the family is ended too, also without its environment.
    """
    leave = (
        "import subprocess, sys\n"
        "more = dict(start_new_session=True, stdout=subprocess.DEVNULL)\n"
        "subprocess.Popen(['sleep', '654'], **more)\n"
        'again = \'import subprocess; subprocess.Popen(["/bin/sleep", "655"], env={})\'\n'
        "subprocess.run([sys.executable, '-c', again], env={}, **more)"
    )
    outcome = run(GOOD[0], f"{leave}\nwhile True: pass", timeout=12)

    assert outcome.end == "time out"
    assert outcome.reached in (0, 1, 2)  # a busy machine may need the time for less
    assert outcome.reached < 2 or outcome.checks["1c"]["answer"] == "1471"
    running = [one.info["cmdline"] for one in psutil.process_iter(["cmdline"])]
    assert ["sleep", "654"] not in running
    assert sys.platform != "linux" or ["/bin/sleep", "655"] not in running


def test_half_a_character_in_an_answer(tmp_path):
    """A notebook can write into the results what no page can hold: it becomes a question mark."""
    line = r'{"cell": 0, "checks": [{"exercise": "1c", "answer": "half \ud800"}]}'
    (tmp_path / "said.jsonl").write_text(f'{line}\n{{"finished": true}}\n', encoding="utf-8")

    outcome = _outcome(tmp_path / "said.jsonl", over=False)
    assert (outcome.checks["1c"]["answer"], outcome.end) == ("half ?", "finished")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe_in_place_of_the_results(tmp_path):
    """Nobody ever writes into it, and nobody waits for it."""
    os.mkfifo(tmp_path / "said.jsonl")

    outcome = _outcome(tmp_path / "said.jsonl", over=False)
    assert (outcome.checks, outcome.end) == ({}, "it ended before it was done")


def test_an_error_does_not_keep_the_next_cells_from_running(run):
    """
    Errors leave their kind and nothing of what they say; sys.exit is one of them.

    Home, data and reports are in the run's own folder; the caller's variables stay outside.
    """
    look = (
        "import os\nfrom workbench import data\n"
        "root = os.path.dirname(os.getcwd())\n"
        "places = [data.data_folder(), data.reports_folder(), os.path.expanduser('~')]\n"
        "inside = all(str(place).startswith(root) for place in places)\n"
        "known = 'SECRET_OF_THE_TEACHER' in os.environ\n"
    )
    shown = handed.said("1c", "{}").replace("'{}'", "str([inside, known])")

    outcome = run("raise ValueError('a name')", "import sys; sys.exit()", look + shown)

    assert outcome.errors == {1: "ValueError", 2: "SystemExit"}
    assert outcome.end == "finished"
    assert outcome.checks["1c"]["answer"] == "[True, False]"
    assert "a name" not in str(outcome)


def test_printing_without_end(run):
    """A flood of text ends the run, and the sentence says so."""
    outcome = run(GOOD[0], "while True: print('x' * 1_000_000)", timeout=120)

    assert outcome.end == "it printed more than can be read"
    assert outcome.checks["1c"]["answer"] == "1471"


@confined
def test_a_run_cannot_write_elsewhere_nor_call_out(run, tmp_path):
    """Files outside are neither changed nor deleted, there is no network, and memory ends."""
    precious = tmp_path / "data" / "precious"
    precious.parent.mkdir()
    precious.write_text("years of work", encoding="utf-8")
    harm = [
        f"open({str(precious)!r}, 'w')",
        f"import os; os.remove({str(precious)!r})",
        f"import shutil; shutil.rmtree({str(precious.parent)!r})",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "open('here', 'w').write('fine')",
        "x = bytearray(50_000_000_000)",
    ]

    outcome = run(*harm)

    refused = dict.fromkeys((1, 2, 3, 4), "PermissionError")
    assert outcome.errors == {**refused, 6: "MemoryError"}
    assert precious.read_text(encoding="utf-8") == "years of work"


def test_data_sets_are_copies(embedded, at_embedded):
    """Each run gets the chosen data sets, without the key, and not the teacher's other ones."""
    with template_of(["chit-chat"]) as template:
        found = {path.name for path in template.rglob("*") if path.is_file()}
        names = os.listdir(template / "data" / "processed")

    assert names == ["chit-chat"]
    assert {"manifest.json", "posts.parquet"} <= found
    assert not any(name.startswith("pseudonym") for name in found)
    assert (embedded / "private" / "pseudonym.key").is_file()


def test_a_data_set_that_is_not_loaded(tmp_path, monkeypatch):
    """The message names what is missing and what there is."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))

    with pytest.raises(DataError) as refused, template_of(["moon"]):
        pass
    assert str(refused.value) == (
        "grade: expected loaded data sets, got moon. There are none; see workbench load --help"
    )


def test_points_that_were_filled_in_stay(tmp_path):
    """A folder with anything in it is refused before anything runs."""
    handed.put(tmp_path / "in", "a", handed.notebook())
    out = tmp_path / "out"
    out.mkdir()
    (out / GRADES).write_text("points", encoding="utf-8")

    with pytest.raises(ReportError) as refused:
        grade(tmp_path / "in", [handed.ORIGINAL], out=out, timeout=1, datasets=[])

    assert str(refused.value) == (
        f"grade: expected a new folder, got {out} with files in it. Points may be filled in there: "
        "choose another one with --out, or move it away."
    )
    assert (out / GRADES).read_text(encoding="utf-8") == "points"


def test_a_file_in_place_of_the_results(tmp_path):
    """What the disk refuses is one line."""
    handed.put(tmp_path / "in", "a", handed.notebook())
    (tmp_path / "out").write_text("", encoding="utf-8")

    with pytest.raises(ReportError, match=r"grade: expected a folder to write to at .*, got: "):
        grade(tmp_path / "in", [], out=tmp_path / "out", timeout=1, datasets=[])


def test_the_same_copy_twice(tmp_path, monkeypatch):
    """Two submissions of one id and notebook are both graded; the second says so."""
    monkeypatch.setattr(grading, "attempt", lambda *_, **__: Outcome())
    for name in "abc":
        handed.put(tmp_path / "in", name, handed.notebook(student="s-2" if name == "c" else "s-1"))

    grade(tmp_path / "in", [handed.ORIGINAL], out=tmp_path / "out", timeout=9, datasets=[])

    notes = {
        row["submission"]: row["note"] for row in rows(tmp_path / "out") if row["exercise"] == "1c"
    }
    said = "Submission 1 is a copy of the same notebook with the same id. "
    assert [notes[number].startswith(said) for number in "123"] == [False, True, False]


def test_a_submission_that_cannot_be_graded(tmp_path, monkeypatch):
    """Its rows say so, grades.csv is there from the first on, and the next one is graded."""
    out, told = tmp_path / "out", []

    def _attempt(content, *_, **__):
        if "second" in str(content):
            assert len(rows(out)) == 3
            raise ZeroDivisionError("a name")
        return Outcome()

    monkeypatch.setattr(grading, "attempt", _attempt)
    for name in ("first", "second", "third"):
        handed.put(tmp_path / "in", name, handed.notebook(f"'{name}'", student="s-1"))

    done = grade(
        tmp_path / "in", [handed.ORIGINAL], out=out, timeout=9, datasets=[], tell=told.append
    )

    assert (done.submissions, done.problems, len(told)) == (3, 1, 3)
    said = "This notebook could not be graded (ZeroDivisionError): look at it by hand."
    second = [row for row in rows(out) if row["submission"] == "2"]
    assert [(row["exercise"], row["state"], row["note"]) for row in second] == [
        ("1c", "error", said), ("1d", "error", said),
    ]  # fmt: skip
    assert [row["state"] for row in rows(out) if row["submission"] == "3"] == ["no answer"] * 3
    assert said in (out / "002-s-1-01.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("there", [False, True])
def test_nothing_was_handed_in(tmp_path, there):
    """A folder that is not there, or holds no notebook, is one line."""
    folder = tmp_path / "in"
    if there:
        (folder / ".ipynb_checkpoints").mkdir(parents=True)
        (folder / ".ipynb_checkpoints" / "01_small.ipynb").write_text("{}", encoding="utf-8")

    with pytest.raises(ReportError) as refused:
        grade(folder, [], out=tmp_path / "out", timeout=1, datasets=[])

    assert str(refused.value) == (
        f"grade: expected a folder with notebooks at {folder}, found none. Put what was handed in "
        "there, one folder a student or all in one."
    )


def test_the_grader_looks_for_what_checks_show():
    """The kind of output that is collected is the one that `check` makes."""
    assert CHECK_MIME == exercises.CHECK_MIME
