"""`workbench get`: what it fetches, what it would fetch, what it asks for, and what it refuses."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from data.fetched import judged, put
from data.local_server import Answer, Server, entry, offer, quick, serving

from workbench import data
from workbench.cli.getting import bars


@pytest.fixture(autouse=True)
def raw(home, monkeypatch):
    """A raw folder of this test, and no waiting between attempts."""
    quick(monkeypatch)
    monkeypatch.delenv("WORKBENCH_RAW", raising=False)
    return home / "data" / "raw"


@pytest.fixture
def server(monkeypatch):
    """A server with three data sets: open, of unknown licence, and gone."""
    with serving() as one:
        offer(
            monkeypatch,
            entry(one.put("a.bin")),
            entry(one.put("b.bin", content=b"bb"), name="shy", permission="unstated"),
            entry(one.put("c.bin", Answer(b"", 404)), name="gone"),
        )
        yield one


def test_a_data_set_is_fetched_and_then_at_hand(say, server: Server, raw):
    """How much came and where it lies; then licence and citation; progress is on stderr."""
    first, second = say("get", "numbers"), say("get", "numbers")

    assert first.status == 0
    assert first.out == (
        f"numbers: fetched 1 file, 131,072 bytes, into {raw / 'numbers'}\n"
        "  licence: CC0-1.0. Do what you like.\n"
        "  cite: Nobody (2024). Numbers.\n"
        "  next: no notebook uses it yet; its files are yours\n"
    )
    assert first.err == "numbers: a.bin, 131,072 bytes\n"
    assert second.out.startswith("numbers: all files are at hand, nothing was fetched\n")
    assert second.err == ""
    assert len(server.asked) == 1


def test_a_dry_run_fetches_nothing(say, server: Server, raw):
    """Bytes, address and licence of everything that is missing."""
    said = say("get", "numbers", "shy", "numbers", "--dry-run")

    assert said.status == 0
    assert said.out == (
        "numbers: 1 of 1 files are missing, 131,072 bytes to fetch (licence: CC0-1.0)\n"
        f"  a.bin  131,072 bytes  {server.base}a.bin\n"
        "shy: 1 of 1 files are missing, 2 bytes to fetch "
        "(licence: CC0-1.0, unstated: --accept-licence)\n"
        f"  b.bin  2 bytes  {server.base}b.bin\n"
        f"In all 131,074 bytes, into {raw}. Nothing was fetched.\n"
    )
    assert server.asked == []
    assert not raw.exists()


def test_a_dry_run_of_a_wheel_says_the_command(say):
    """One line for five hundred files."""
    said = say("get", "delidata", "--dry-run")

    assert said.status == 0
    assert "  python -m pip download --no-deps delitoolkit==0.3.9\n" in said.out
    assert said.out.count("\n") == 3


def test_a_licence_is_accepted_by_a_word(say, server: Server):
    """Without it one line says what may be done; with it the data come."""
    assert say("get", "shy").problem.endswith("say workbench get shy --accept-licence")
    assert say("get", "shy", "--accept-licence").status == 0
    assert data.at_hand()["shy"]


def test_one_that_fails_keeps_none_back(say, server: Server):
    """The others are fetched; every failure has its line, and the status is 1."""
    said = say("get", "gone", "shy", "numbers")
    problems = [line for line in said.err.splitlines() if line.startswith("workbench: ")]

    assert said.status == 1
    assert said.out.startswith("numbers: fetched 1 file")
    assert {line.split(": ")[1] for line in problems} == {"get gone", "get shy"}


def test_open_takes_all_that_may_be_passed_on(say, server: Server):
    """The data set of unknown licence is left out."""
    assert say("get", "--open", "--dry-run").out.count("files are missing") == 2
    assert say("get", "--open", "shy", "--dry-run").out.count("files are missing") == 3


def test_an_unknown_name_stops_before_anything_is_fetched(say, server: Server):
    """The names that there are stand in the line."""
    assert say("get", "numbers", "nope").problem == (
        "get: expected one of numbers, shy, gone; got 'nope'. Choose one of them."
    )
    assert server.asked == []


def test_without_a_name_the_call_is_wrong(say):
    """Nothing is fetched by accident."""
    said = say("get")

    assert said.status == 2
    assert "get: expected names of data sets, or --open." in said.err


def test_an_interruption_is_one_line(say, server: Server, monkeypatch):
    """What has come is kept, and the status is that of an interruption."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("workbench.data.get", stop)
    said = say("get", "numbers")

    assert said.status == 130
    assert said.err == ("workbench: get: stopped; what has come is kept. Say it again to go on.\n")


def test_the_list_says_what_is_at_hand(say, server: Server):
    """Size before it is fetched, then that it is there; licence and citation always."""
    say("get", "numbers")
    out = say("list").out.partition("Fetched by workbench get, then loaded by name:\n")[2]

    assert out.startswith(
        "  numbers: Numbers (at hand; CC0-1.0; passing it on: open)\n"
        "    cite: Nobody (2024). Numbers.\n"
        "  shy: Numbers (2 bytes to fetch; CC0-1.0; passing it on: unstated)\n"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": "judgments", "used_in": ("02",)}, "workbench load numbers"),
        ({"used_in": ("02", "A2")}, "workbench run --study 02 --study A2"),
    ],
    ids=["with a reader", "without"],
)
def test_what_to_type_next(say, monkeypatch, raw, changes, said):
    """Fetching loads nothing: the last line says what does, or what uses the files."""
    about = replace(judged("numbers"), **{"source": "", **changes})
    offer(monkeypatch, about)
    put(raw, about)

    assert say("get", "numbers").out.splitlines()[-1] == f"  next: {said}"
    assert data.names() == []


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_a_terminal_has_one_bar_a_file(monkeypatch):
    """The bar has the file's name and its bytes; the first ends before the second begins."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with bars("numbers") as show:
        show("a.bin", 1_000, 2_000)
        show("a.bin", 2_000, 2_000)
        show("b.bin", 500, 500)

    first, second = terminal.getvalue().split("\n")[:2]
    assert "numbers: a.bin: 100%" in first
    assert "2.00k/2.00k" in first
    assert "numbers: b.bin: 100%" in second
