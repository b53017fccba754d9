"""The command that loads a data set again, with the choices that were made."""

import shlex

import pytest

from workbench import sources
from workbench.data import rules
from workbench.data.commands import load_command

FILE = [{"name": "posts.csv", "sha256": "aa", "bytes": 3}]


def options(**given):
    """All options of the table reader, as a manifest keeps them."""
    defaults = {option.name: option.default for option in sources.source("table").options}
    return {**defaults, "deleted": list(defaults["deleted"]), **given}


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ({}, ""),
        ({"title": "mine"}, ""),
        ({"title": "Our forum"}, "--title 'Our forum'"),
        ({"map": {"post_id": "id", "author_id": "user"}}, "--map post_id=id,author_id=user"),
        ({"day_first": True}, "--day-first"),
        ({"day_first": False}, "--month-first"),
        ({"deleted": ["[deleted]", "gone"]}, "--deleted '[deleted],gone'"),
        ({"thread_ids": "topic"}, "--thread-ids topic"),
        ({"record_start": "cut", "timezone": "UTC"}, "--timezone UTC"),
        ({"map": 3, "deleted": "gone", "separator": []}, ""),
    ],
)
def test_choices_are_typed_as_they_were_made(given, typed):
    """What is as without a choice is left out, and so is what cannot have been a choice."""
    manifest = {"source": "table", "inputs": FILE, "options": options(**given)}

    words = load_command("mine", manifest).split(" --name mine ")

    assert words[0] == "workbench load table posts.csv"
    assert shlex.split(words[1]) == [*shlex.split(typed), "--force"]


@pytest.mark.parametrize(
    ("cleaning", "typed"),
    [
        ({"rules": rules.chosen({})}, ""),
        (
            {"rules": rules.chosen({"zero-lag": "set-aside", "quick-bots": "flag"})},
            "--rule zero-lag=set-aside --rule quick-bots=flag",
        ),
        ({"rules": {"zero-lag": "keep; rm"}}, "--rule 'zero-lag=keep; rm'"),
        ({"rules": {"zero-lag": 3}, "same_person": "a hash"}, "--same-person LIST"),
        ({"rules": ["zero-lag"], "same_person": None}, ""),
        (["rules"], ""),
    ],
)
def test_cleaning_is_chosen_again(cleaning, typed):
    """Rules with another choice than the usual one, and that a list of accounts is needed."""
    manifest = {"source": "table", "inputs": FILE, "options": options(), "cleaning": cleaning}

    words = load_command("mine", manifest).split(" --name mine ")[1]

    assert shlex.split(words) == [*shlex.split(typed), "--force"]


@pytest.mark.parametrize(
    ("name", "manifest", "command"),
    [
        ("mine", None, "workbench load SOURCE PATH --name mine"),
        ("mine", "", "workbench load SOURCE PATH --name mine --force"),
        ("mine", {"source": ["table"]}, "workbench load SOURCE PATH --name mine --force"),
        (
            "mine",
            {"source": "table", "inputs": FILE * 2, "options": None},
            "workbench load table PATH --name mine --force",
        ),
        (
            "mine",
            {"source": "table", "inputs": [{**FILE[0], "name": "file 1.csv"}], "options": None},
            "workbench load table PATH --name mine --force",
        ),
        ("chit-chat", None, "workbench load chit-chat"),
        ("chit-chat", {}, "workbench load chit-chat --force"),
    ],
)
def test_what_is_not_known_is_left_to_the_reader(name, manifest, command):
    """Without a manifest, or with a damaged one, the words to fill in are in capitals."""
    assert load_command(name, manifest) == command
