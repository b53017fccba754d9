"""Interrupted and simultaneous loads, in processes of their own, killed for real."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_forum import write_export

import workbench as wb
from workbench.errors import DataError

CODE = """
import sys, small_forum, workbench as wb
from workbench.data import loading, store
small_forum.register()
export, loads = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(loads)):
    print(wb.load("mine", path=export, force=int(loads) > 1).unchanged)
"""


@pytest.fixture
def start():
    """Start processes that have everything imported and wait for a line before they load."""
    begun: list[subprocess.Popen] = []

    def begin(export: Path, *, loads: int = 1, seconds_per_line: float = 0) -> subprocess.Popen:
        run = subprocess.Popen(
            [sys.executable, "-c", CODE, str(export), str(loads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).parent),
                "FORUM_SECONDS_PER_LINE": str(seconds_per_line),
            },
        )
        begun.append(run)
        assert run.stdout.readline() == "ready\n"
        return run

    yield begin
    for run in begun:
        run.kill()
        run.communicate()


def go(run: subprocess.Popen) -> None:
    """Let the process load."""
    run.stdin.write("\n")
    run.stdin.flush()


def leftovers(home: Path) -> list[str]:
    """Folders that should not outlive a run."""
    prefixes = (".part-", ".new-", ".old-", ".gone-")
    return [p.name for p in (home / "processed").iterdir() if p.name.startswith(prefixes)]


def sound_or_absent() -> bool:
    """True if the data set is loaded, and then all of it; there is nothing in between."""
    if "mine" not in wb.names():
        with pytest.raises(DataError, match="not loaded"):
            wb.check("mine")
        return False
    report = wb.check("mine")
    assert report.problems == ()
    assert report.counts["posts"] == {"read": 40, "kept": 39, "quarantined": 1, "derived": 0}
    return True


def test_killed_at_ten_random_moments(export, data_home, start):
    """After kill -9 the data set is either not loaded or sound, and the next load puts it right."""
    write_export(export, lines=40)
    begun = time.monotonic()
    wb.load("mine", path=export)
    seconds = time.monotonic() - begun
    wb.remove("mine")
    moments = random.Random(1959)
    ended = []

    for _ in range(10):
        run = start(export, loads=5)
        go(run)
        time.sleep(moments.uniform(0, 2 * seconds))
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=60)
        ended.append(run.returncode)
        loaded = sound_or_absent()
        assert leftovers(data_home) == []
        if loaded and moments.random() < 0.5:  # interrupt first loads as well as later ones
            wb.remove("mine")

    assert -signal.SIGKILL in ended
    assert not wb.load("mine", path=export, force=True).unchanged
    assert sound_or_absent()


def test_killed_while_merging(export, data_home, start):
    """After kill -9 either the first export stands alone or both do, and nothing in between."""
    later = write_export(export.with_name("later.forum"), lines=30)
    wb.load("mine", path=later)
    wb.load("mine", path=write_export(export, lines=40))
    both = wb.open("mine").posts
    moments = random.Random(1979)

    for _ in range(3):
        wb.load("mine", path=later, replace=True)
        run = start(export, loads=5)
        go(run)
        time.sleep(moments.uniform(0, 1))
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=60)
        assert wb.open("mine").posts.height in (29, 39)
        assert wb.check("mine").problems == ()
        assert leftovers(data_home) == []
    wb.load("mine", path=export)
    assert wb.open("mine").posts.equals(both)


def test_two_loads_at_once(export, data_home, start):
    """The second waits for the first and then finds nothing left to do."""
    write_export(export, lines=20)
    runs = [start(export, seconds_per_line=0.05) for _ in range(2)]
    for run in runs:
        go(run)
    said = sorted(run.communicate(timeout=60)[0].strip() for run in runs)

    assert said == ["False", "True"]
    assert wb.check("mine").problems == ()
    assert leftovers(data_home) == []


def test_reading_while_loading(export, start):
    """A load that goes on does not keep anybody from opening what is there."""
    wb.load("mine", path=export)
    write_export(export, lines=6)
    run = start(export, seconds_per_line=0.2)
    go(run)
    time.sleep(0.3)

    assert wb.open("mine").posts.height == 3
    assert run.poll() is None
    assert run.communicate(timeout=60)[0] == "False\n"
    assert wb.open("mine").posts.height == 5


def test_opening_never_falls_between_two_renames(export, start):
    """While another process swaps versions in again and again, every open succeeds."""
    wb.load("mine", path=export)
    run = start(export, loads=20)
    go(run)
    opened = 0
    while run.poll() is None:
        assert wb.open("mine").title == "Allotment forum"
        opened += 1

    assert run.communicate()[0].split() == ["False"] * 20
    assert opened > 0
