"""Fixtures of the command line: folders of its own, a small export, and commands run in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from workbench.cli import main

HEAD = "id,topic,user,when"
ROWS = (
    "1,1,Rosalind Quackenbush,2024-05-01T10:00Z",
    "2,1,bob,2024-05-01T11:00Z",
    "2,1,bob,2024-05-01T11:00Z",
    "3,3,,2024-05-02T09:30Z",
    "4,4,bob,yesterday",
)
MAP = "post_id=id,thread_id=topic,author_id=user,created_at=when"


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def problem(self) -> str:
        """The one line of a known problem: status 1, nothing on stdout, no traceback."""
        assert self.status == 1
        assert self.out == ""
        assert self.err.startswith("workbench: ")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("workbench: ").rstrip("\n")


Say = Callable[..., Said]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with empty places for data and reports."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("WORKBENCH_REPORTS", str(tmp_path / "reports"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run `workbench WORDS` in this process."""

    def run(*words: str) -> Said:
        status = 0
        try:
            main(words)
        except SystemExit as stop:
            status = int(stop.code or 0)
        printed = capsys.readouterr()
        return Said(status, printed.out, printed.err)

    return run


@pytest.fixture
def export(home: Path) -> Path:
    """A small export: a row twice, a deleted author, a time that cannot be read."""
    path = home / "posts.csv"
    path.write_text("\n".join((HEAD, *ROWS)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def mine(export: Path, say: Say) -> str:
    """The small export, loaded under this name."""
    assert say("load", "table", str(export), "--name", "mine", "--map", MAP).status == 0
    return "mine"
