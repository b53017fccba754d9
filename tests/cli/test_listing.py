"""`workbench list`, `check` and `remove`: what is there, what it can carry, and what stays."""

from __future__ import annotations

import io
import json
import re
import shlex

import pytest
from data.fetched import judged, put
from data.local_server import offer

from workbench import data
from workbench.cli.listing import _too_few
from workbench.studies.hypotheses import hypotheses


def test_an_empty_list_says_how_to_begin(say):
    """Before anything is loaded, the embedded data sets are there to be named."""
    said = say("list")

    assert said.status == 0
    assert said.out.startswith("Nothing is loaded yet; workbench run loads what is at hand.\n")
    for entry in data.catalogue().values():
        assert f"  {entry.name}: {entry.title} ({entry.package} {entry.version}" in said.out
        assert f"cite: {entry.citation}" in said.out


def test_a_list_counts_what_is_loaded(say, mine):
    """A loaded data set has a line with its size."""
    assert "  mine: mine; 3 posts\n" in say("list").out


def test_a_list_says_what_is_fetched_and_loaded(say, home, monkeypatch):
    """A fetched data set is at hand, then loaded, and stays so when its files are gone."""
    about = judged("votes")
    offer(monkeypatch, about)
    file = put(home / "data" / "raw", about)

    assert "  votes: Votes (at hand; " in say("list").out
    say("load", "votes")
    assert "  votes: Votes; 4 ratings, 2 truths\n" in say("list").out
    assert "  votes: Votes (loaded; " in say("list").out
    file.unlink()
    assert "  votes: Votes (loaded; its files are not at hand; " in say("list").out


def test_a_check_of_ratings_alone(say, home, monkeypatch):
    """Without posts a data set is sound, and is told apart by what its tables hold."""
    about = judged("votes")
    offer(monkeypatch, about)
    put(home / "data" / "raw", about)
    say("load", "votes")

    said = say("check", "votes")

    assert said.status == 0
    assert said.out.startswith("Votes (votes): sound\n  source judgments; record without dates\n")
    assert "ratings: 4 read = 4 kept + 0 set aside" in said.out
    lines = said.out.splitlines()
    assert any(
        line.startswith("  H1.1, H1.1w, ")
        and line.endswith(": lacks posts whose authors are told apart (posts.author_id), and more")
        for line in lines
    )


def test_a_damaged_data_set_does_not_hide_the_others(say, mine):
    """A line says what is wrong with it, and the list goes on."""
    (data.open(mine).folder / "posts.parquet").write_bytes(b"")
    said = say("list")

    assert said.status == 0
    assert "  mine: data set mine: expected posts.parquet with" in said.out
    assert "Embedded, load by name:" in said.out


def test_a_check_says_what_it_can_carry(say, mine):
    """Counts, reasons and window stand first; then a line for every hypothesis."""
    said = say("check", mine)

    assert said.status == 0
    assert said.out.startswith("mine (mine): sound\n")
    assert "record 2024-05-01T10:00:00Z to 2024-05-02T09:30:00Z" in said.out
    assert "posts: 5 read = 3 kept + 2 set aside" in said.out
    assert "    posts, exact duplicate: 1\n" in said.out
    assert "  thread ids read as: post ids\n" in said.out
    for hypothesis in hypotheses("01").values():
        # Rosalind Quackenbush and bob: two people, where fifty are asked for.
        assert (
            f"  {hypothesis.question} ({hypothesis.id}), but 2 people are fewer than the "
            f"{hypothesis.minimum_people} it asks for\n"
        ) in said.out
    assert ": lacks raters who are told apart (ratings.rater_id), and more\n" in said.out
    assert "\nQuestions it can answer:\n" in said.out
    assert "observed_from_us" not in said.out


@pytest.mark.parametrize(
    ("people", "said"),
    [(50, ""), (51, ""), (1, ", but 1 person is fewer than the 50 it asks for"),
     (49, ", but 49 people are fewer than the 50 it asks for")],
)  # fmt: skip
def test_too_few_people_for_a_question_are_said(people, said):
    """A question that asks for fifty people can be asked of fifty."""
    assert _too_few(people, 50) == said


def test_a_check_says_what_is_missing(say):
    """Ratings of words carry no question about answers, and the columns they lack are named."""
    say("load", "vader-lexicon")
    said = say("check", "vader-lexicon")

    assert said.status == 0
    assert "\nQuestions it can answer:\n  none\nQuestions it cannot answer:\n" in said.out
    lines = said.out.partition("Questions it cannot answer:\n")[2].splitlines()
    asked = [name for line in lines for name in re.findall(r"H\d[.]\w+", line)]
    assert sorted(asked) == sorted(hypotheses())
    assert all(": lacks " in line for line in lines)


def test_a_damaged_data_set_is_not_sound(say, mine):
    """A file that is not the one that was stored is a problem, and status 1."""
    path = data.open(mine).folder / "posts.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    said = say("check", mine)

    assert said.status == 1
    assert "mine (mine): NOT sound" in said.out
    assert (
        "problem: posts.parquet: its content is not the one that was stored. Load again: workbench "
        "load table posts.csv --name mine "
        "--map post_id=id,thread_id=topic,author_id=user,created_at=when --force\n"
    ) in said.out


def test_the_command_that_loads_again_can_be_typed(say, mine, export):
    """What the refusal tells to type mends the data set."""
    path = data.open(mine).folder / "posts.parquet"
    path.write_bytes(bytes(path.stat().st_size))
    problem = re.search(r"Load again: workbench (.*)", say("check", mine).out)

    assert problem
    assert say(*shlex.split(problem[1])).out.startswith("mine: loaded\n")
    assert data.check(mine).problems == ()


@pytest.mark.parametrize("words", [["list"], ["check", "mine"], ["remove", "mine", "--yes"]])
def test_a_file_in_place_of_the_data_folder(say, home, monkeypatch, words):
    """Nothing is pretended about a data folder that is a file."""
    (home / "file").write_text("")
    monkeypatch.setenv("WORKBENCH_DATA", str(home / "file"))

    assert say(*words).problem == (
        f"data folder {home / 'file'}: expected a folder, but {home / 'file'} is not a folder. "
        "Set WORKBENCH_DATA to one, or move that file away."
    )


def test_a_manifest_changed_by_hand_does_not_hide_the_others(say, mine, export):
    """One line says what is wrong with it; the list goes on."""
    words = ("load", "table", str(export), "--name", "other", "--map")
    assert say(*words, "post_id=id,thread_id=topic,author_id=user,created_at=when").status == 0
    path = data.open(mine).folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "notes": [1]}), "utf-8")
    said = say("list")

    assert said.status == 0
    assert "  mine: data set mine: expected a manifest in" in said.out
    assert "got one whose notes cannot be right." in said.out
    assert "  other: other; 3 posts\n" in said.out


def test_a_check_of_nothing(say):
    """What is not loaded cannot be checked."""
    assert say("check", "mine").problem == (
        "data set mine: not loaded. Load it first: workbench load SOURCE PATH --name mine"
    )


def test_remove_asks_first(say, mine, monkeypatch):
    """No is the answer when nobody answers, and nothing is deleted then."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    said = say("remove", mine)

    assert said.status == 1
    assert "Delete the tables of mine? [y/N]" in said.out
    assert data.names() == [mine]


@pytest.mark.parametrize("words", [["--yes"], []], ids=["yes", "asked"])
def test_remove_keeps_what_is_private(say, mine, home, monkeypatch, words):
    """The tables go; the pseudonym key and the record of the first look stay."""
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    private = {p: p.read_bytes() for p in (home / "data" / "private").rglob("*") if p.is_file()}
    said = say("remove", mine, *words)

    assert said.status == 0
    assert "mine: removed. The pseudonym key and the record of the first look stay." in said.out
    assert data.names() == []
    assert private
    assert {path: path.read_bytes() for path in private} == private


def test_remove_of_nothing(say):
    """What is not loaded cannot be removed."""
    assert say("remove", "mine", "--yes").problem == (
        "data set mine: not loaded, so there is nothing to remove."
    )
