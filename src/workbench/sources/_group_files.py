"""One group's file: its cards, who chose which of them at first and at last, how much was said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import SourceError
from workbench.sources import _files, _grid

HEADER = (
    "group_id", "message_id", "message_type", "origin", "original_text", "clean_text",
    "annotation_type", "annotation_target", "annotation_additional", "team_performance",
    "performance_change", "sol_tracker_message", "sol_tracker_all",
)  # fmt: skip
READ = ("group_id", "message_type", "origin", "original_text", "sol_tracker_all")
INITIAL, MESSAGE, SUBMIT = "INITIAL", "MESSAGE", "SUBMIT"
BEFORE_CARDS = "&&"
VOWELS = "AEIOU"

NO_TABLE = "the group's file is cut, or cannot be read as a table"
NO_BEGINNING = "the group's file has no line of its beginning, or several"
NO_CARDS = "the group's cards are not a vowel, a consonant, an even and an odd number"


@dataclass(frozen=True)
class Group:
    """
    What a file tells of its group.

    name : the group's id. cards : card -> its kind. first, last : person -> what they chose, as it
    stands there; None where the line cannot be read. wrote, submitted : people who sent a message
    or an answer, and people who sent an answer. messages, submissions : how many there were.
    problem : why nothing of the group can be used; empty for a good one.
    """

    name: str
    cards: dict[str, str]
    first: dict[str, Any] | None
    last: dict[str, Any] | None
    wrote: frozenset[str] = frozenset()
    submitted: frozenset[str] = frozenset()
    messages: int = 0
    submissions: int = 0
    problem: str = ""


def is_group(path: Path) -> bool:
    """Whether a file begins with the columns of a group's talk."""
    start = _files.head(path, size=512).removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    cells = start.decode("utf-8", "replace").strip().split("\t")
    return tuple(cell.strip('"') for cell in cells) == HEADER


def files(path: Path) -> Iterator[tuple[Path, bool]]:
    """Every file of a folder by name, or the file itself, and whether it is a group's."""
    found = sorted(path.iterdir()) if path.is_dir() else [path]
    for file in found:
        if file.is_file() and not file.name.startswith("."):
            yield file, is_group(file)


def group(file: Path, *, where: str) -> Group:
    """
    What one file tells; one that cannot be read as a table has that as its problem.

    The texts of messages are neither kept nor looked at.
    """
    try:
        table = _grid.open_grid(file, where=where, separator="\t")
        rows = [row for frame in table.batches(READ) for row in frame.iter_rows(named=True)]
    except SourceError:
        return Group("", {}, None, None, problem=NO_TABLE)
    begun = [row for row in rows if row["message_type"] == INITIAL and row["reason"] is None]
    if len(begun) != 1 or not begun[0]["group_id"].strip():
        return Group("", {}, None, None, problem=NO_BEGINNING)
    cards = _cards(begun[0]["original_text"])
    said = [row for row in rows if row["message_type"] in (MESSAGE, SUBMIT)]
    answered = [row["origin"] for row in said if row["message_type"] == SUBMIT]
    return Group(
        name=begun[0]["group_id"].strip(),
        cards=cards,
        first=_tracked(begun[0]),
        last=_tracked(rows[-1]),
        wrote=frozenset(row["origin"] for row in said),
        submitted=frozenset(answered),
        messages=len(said) - len(answered),
        submissions=len(answered),
        problem="" if len(cards) == 4 else NO_CARDS,
    )


def texts(file: Path, *, where: str) -> Iterator[str]:
    """What people wrote to each other in one file; nothing of one that cannot be read."""
    try:
        table = _grid.open_grid(file, where=where, separator="\t")
        frames = list(table.batches(["message_type", "original_text"]))
    except SourceError:
        return
    for frame in frames:
        for kind, text in frame.select("message_type", "original_text").iter_rows():
            if kind == MESSAGE and text:
                yield text


def _cards(written: str) -> dict[str, str]:
    """The four cards by kind, of `people&&cards`; empty where they are not one of each."""
    listed = written.rpartition(BEFORE_CARDS)[2].split(",")
    kinds = {card.strip(): _kind(card.strip()) for card in listed}
    return kinds if len(listed) == 4 == len({*kinds.values()} - {""}) else {}


def _kind(card: str) -> str:
    """What a card shows: one digit or one capital letter."""
    if len(card) != 1 or not card.isascii():
        return ""
    if card.isdigit():
        return "odd" if int(card) % 2 else "even"
    if not card.isupper():
        return ""
    return "vowel" if card in VOWELS else "consonant"


def _tracked(row: dict[str, Any]) -> dict[str, Any] | None:
    """Who has chosen what, as a row says; None where it does not."""
    try:
        found = json.loads(row["sol_tracker_all"]) if row["reason"] is None else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
