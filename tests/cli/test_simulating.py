"""`workbench simulate`: what it makes and says, what it refuses, and what a run does with it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from workbench import data, simulate
from workbench.cli import running, simulating
from workbench.simulate import defects


def test_words_of_the_help_are_those_of_the_simulation():
    """The sizes and defects that the help names are those there are."""
    assert tuple(simulate.SIZES) == simulating.SIZES
    assert defects.names() == simulating.DEFECTS


def test_a_community_is_made_and_loaded(say):
    """It says what was planted and that nothing gets a verdict; progress is on stderr."""
    said = say("simulate", "practice", "--effect", "tau=0.4", "--effect", "days=60")

    assert said.status == 0
    assert said.out.startswith("Planted, seed 1:\n")
    assert "  H1.2a, log hazard ratio: 0.4\n" in said.out
    assert "Nothing simulated gets a verdict" in said.out
    assert "The studies: workbench run --datasets practice" in said.out
    assert said.err.startswith("practice: simulating, size tiny, seed 1\n")
    truth = data.open("practice").manifest["truth"]
    assert (truth["settings"]["tau"], truth["settings"]["days"]) == (0.4, 60)
    assert truth["defects"]["counts"]["missing_parents"] > 0
    assert "practice: Simulated community practice; " in say("list").out
    checked = say("check", "practice").out
    assert "  simulated: it shows what methods recover, and decides no claim\n" in checked


def test_the_same_call_makes_the_same(say):
    """A second call with the same choices gives the same export, so that nothing is read."""
    call = ("simulate", "practice", "--effect", "days=60", "--seed", "5")
    say(*call)

    assert "Simulated community practice: unchanged, nothing was read" in say(*call).out


def test_defects_are_left_out_by_name_or_all(say, home):
    """One is left out, or all; the export stays where one wants it."""
    some = ("--without", "missing_parents", "--without", "early_replies")
    say("simulate", "some", "--effect", "days=60", *some)
    kept = say("simulate", "clean", "--without", "all", "--keep-export", "mine/export")

    counts = data.open("some").manifest["truth"]["defects"]["counts"]
    assert (counts["missing_parents"], counts["early_replies"]) == (0, 0)
    assert counts["deleted_accounts"] > 0
    assert "  defects of the export: none\n" in kept.out
    assert "clean: writing the export to mine/export\n" in kept.err
    truth = json.loads((home / "mine" / "export" / "truth.json").read_text("utf-8"))
    assert truth == data.open("clean").manifest["truth"]


def test_every_effect_is_explained():
    """docs/definitions.md has each name with its usual value; the help says that it does."""
    page = (Path(__file__).parents[2] / "docs" / "definitions.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \|", page.partition("| usual |")[2], re.MULTILINE)
    kinds = {field.name: (field.type, field.default) for field in fields(simulate.Settings)}

    assert [name for name, _ in rows] == list(kinds)
    for name, usual in rows:
        kind, default = kinds[name]
        assert simulating._value(name, usual, str(kind)) == default
    assert "docs/definitions.md" in simulating.simulate.get_help(click.Context(simulating.simulate))


@pytest.mark.parametrize("effect", ["tau", "speed=1", "=1"])
def test_an_effect_that_is_none(say, effect):
    """A name that is not known, or one without a value, is answered with all names."""
    done = say("simulate", "practice", "--effect", effect)

    assert done.status == 2
    known = ", ".join(field.name for field in fields(simulate.Settings))
    assert f"expected NAME=VALUE with a name of {known}; got {effect!r}." in done.err


@pytest.mark.parametrize(
    ("effect", "wanted"),
    [("tau=big", "a number"), ("days=1.5", "a whole number"), ("survivor=maybe", "yes or no")],
)
def test_a_value_that_is_none(say, effect, wanted):
    """A value must be of the kind of its setting."""
    name, _, value = effect.partition("=")

    done = say("simulate", "practice", "--effect", effect)

    assert done.status == 2
    assert f"{name}: expected {wanted}, got {value!r}." in done.err


def test_words_as_values(say):
    """Yes and no, and the words that some settings have."""
    say("simulate", "practice", "--effect", "survivor = yes", "--effect", "pace=fast")

    settings = data.open("practice").manifest["truth"]["settings"]
    assert (settings["survivor"], settings["pace"]) == (True, "fast")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--effect", "tau=9"], "simulate: tau must be a number from -1.5 to 1.5, got 9.0."),
        (["--keep-export", "."], "export .: expected a new or an empty folder, got one that is"),
        (["--keep-export", "note.txt/a"], "export note.txt/a: expected a new or an empty folder"),
    ],
    ids=["effect", "folder", "file"],
)
def test_known_problems_are_one_line(say, home, words, said):
    """What cannot be simulated or written is one line, and nothing is loaded."""
    (home / "note.txt").write_text("mine")

    done = say("simulate", "practice", *words)

    assert done.status == 1
    assert done.err.splitlines()[-1].startswith(f"workbench: {said}")
    assert data.names() == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("crowd-cf", "load crowd-cf: expected a name of your own, got that of a data set that"),
        ("chit-chat", "load chit-chat: expected a name of your own, got that of the embedded"),
        ("My forum", "data set 'My forum': expected small letters, digits and hyphens"),
    ],
)
def test_a_name_is_refused_before_anything_is_made(say, home, name, said):
    """Nothing is simulated, and no folder is written."""
    done = say("simulate", name, "--keep-export", "kept")

    assert (done.status, done.err.count("\n")) == (1, 1)
    assert done.err.startswith(f"workbench: {said}")
    assert not (home / "kept").exists()


@pytest.mark.parametrize("inside", ["", "raw", "processed/practice/new"])
def test_an_export_is_not_kept_in_the_data_folder(say, inside):
    """Neither the folder itself nor one below it, and it is said before anything is made."""
    folder = data.data_folder() / inside

    done = say("simulate", "practice", "--keep-export", str(folder))

    assert done.problem == (
        f"export {folder}: expected a folder outside the data folder {data.data_folder()}, got "
        "one inside, where the workbench keeps what it makes. Name another."
    )
    assert not folder.exists()


def test_the_name_of_real_data_is_refused(say, mine):
    """Real data are never replaced by simulated ones, and nothing is simulated in vain."""
    assert say("simulate", mine).problem == (
        "data set mine: expected a name that is free for simulated data, got that of real data. "
        "Choose another name, or say: workbench remove mine"
    )


def test_a_run_leaves_simulated_data_out_unless_named(say, mine, capsys):
    """All loaded data means the real ones; one line says what was left out, and how to see it."""
    say("simulate", "practice", "--effect", "days=60")

    everything = running.bring_up_to_date(None)
    told = capsys.readouterr().err
    assert everything == [*data.catalogue(), mine]
    assert "practice: simulated, left out; to see it: workbench run --datasets practice\n" in told
    assert running.bring_up_to_date(["practice"]) == ["practice"]
    assert capsys.readouterr().err == ""
