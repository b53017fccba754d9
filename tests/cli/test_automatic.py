"""`workbench load auto`: what it says before it loads, and what it hands on."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from workbench.cli.automatic import auto_command
from workbench.errors import SourceError

SHARED = [click.Option(["--name"], required=True), click.Option(["--force"], is_flag=True)]


@pytest.fixture
def auto():
    """A function: words -> what the command printed as progress, and what it would load."""

    def run(*words):
        loads = []
        command = auto_command(lambda name, **how: loads.append((name, how)), shared=SHARED)
        done = CliRunner().invoke(command, words, catch_exceptions=False)
        return done, loads

    return run


def tweets(folder: Path) -> Path:
    """The beginning of an archive."""
    path = folder / "tweets.js"
    path.write_text("window.YTD.tweets.part0 = " + json.dumps([]))
    return path


def test_the_source_and_its_reason_are_said(auto, home):
    """One line says what the export is read as; the choices are those that nobody made."""
    path = tweets(home)
    done, loads = auto(str(path), "--name", "mine")

    assert done.stderr == (
        "mine: read as twitter, because it begins as tweets.js of an archive does.\n"
    )
    assert done.stdout == ""
    assert loads == [
        ("mine", {"path": path, "source": "twitter", "options": {"title": "mine"}, "force": False})
    ]


@pytest.mark.parametrize(("word", "chosen"), [("--keep-going", True), ("--stop-at-damage", False)])
def test_what_is_given_is_handed_on(auto, home, word, chosen):
    """Shared choices and what to do with damage reach the load."""
    _, loads = auto(str(tweets(home)), "--name", "mine", "--force", word)

    ((_, how),) = loads
    assert how["force"] is True
    assert how["options"] == {"title": "mine", "keep_going": chosen}


def test_a_source_without_a_title_gets_none(auto, data_of_tests):
    """Only choices that the source offers are made."""
    _, loads = auto(str(data_of_tests / "chitchat/dataset.json"), "--name", "mine")

    assert loads[0][1]["options"] == {}


@pytest.fixture
def data_of_tests() -> Path:
    """The folder with one invented export for each platform."""
    return Path(__file__).parents[1] / "data"


def test_nothing_is_loaded_where_nothing_is_recognised(auto, home):
    """The line names what there is to choose from, and nothing is handed on."""
    path = home / "notes.txt"
    path.write_text("dear diary")

    with pytest.raises(SourceError, match=r"^load mine: expected an export that a source .* table"):
        auto(str(path), "--name", "mine")


def test_help_has_its_example(auto):
    """The help says what is looked at, and how the command is typed."""
    done, loads = auto("--help")

    assert "workbench load auto PATH --name mine" in done.output
    assert "first lines" in done.output
    assert loads == []
