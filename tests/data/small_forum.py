"""An invented forum: a source for tests, one JSON object a line, with names and texts to hide."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench import sources
from workbench.sources import REJECTED, Batch, Option, Source

MINUTE = 60_000_000
START = 1_700_000_000_000_000  # 2023-11-14T22:13:20Z
HANDLE = "quetzalcoatl_gardener"
TEXT = "marmalade skies over the allotment"

COMMUNITY = {
    "community_id": "allotment",
    "name": "Allotment forum",
    "platform": "forum",
    "timezone": "UTC",
    "timezone_source": "stated",
    "record_start": "cut",
    "observed_from_us": None,
    "observed_until_us": None,
}


def detect(path: Path) -> str:
    """Words for a file of this invented format."""
    return "its name ends in .forum" if path.suffix == ".forum" else ""


def read(path: Path, *, options: Mapping[str, Any]) -> Iterator[Batch]:
    """One batch a line; a line without a time is rejected. Waits as long as the tests ask."""
    for row, line in enumerate(path.read_text().splitlines(), start=1):
        time.sleep(float(os.environ.get("FORUM_SECONDS_PER_LINE", "0")))
        fields = json.loads(line)
        if fields.get("minute") is None:
            rejected = {"table": "posts", "row": row, "reason": "no time", "place": f"line {row}"}
            yield Batch(tables={}, rejected=pl.DataFrame([rejected], schema=REJECTED))
            continue
        post = {
            "community_id": "allotment",
            "post_id": fields["id"],
            "thread_id": None,
            "parent_id": fields.get("parent"),
            "author_id": fields.get("author"),
            "created_us": START + MINUTE * fields["minute"] + options.get("later_us", 0),
            "precision_us": 1,
            "kind": "post",
            "is_bot": False,
            "text": fields.get("text"),
            "row": row,
            "place": f"line {row}",
        }
        tables = {"posts": pl.DataFrame([post])}
        if row == 1:
            tables["communities"] = pl.DataFrame([COMMUNITY])
        yield Batch(tables=tables)


SOURCE = Source(
    name="forum",
    help="an invented forum",
    detect=detect,
    read=read,
    options=(Option("later_us", "added to every time", 0),),
)


def register() -> None:
    """Put this source beside the real ones, in a process of its own."""
    known = {**sources.sources(), "forum": SOURCE}
    sources.sources = lambda: known  # type: ignore[assignment]


def write_export(path: Path, lines: int = 4) -> Path:
    """An export: question, two answers, an answer to the first answer, then more questions."""
    posts = [
        {"id": "q1", "minute": 0, "author": HANDLE, "text": TEXT},
        {"id": "a1", "parent": "q1", "minute": 5, "author": "bo"},
        {"id": "a2", "parent": "a1", "minute": 9, "author": HANDLE},
        {"id": "x", "author": "bo"},
    ]
    posts += [{"id": f"n{i}", "minute": 10 + i, "author": f"person {i}"} for i in range(lines - 4)]
    path.write_text("".join(json.dumps(post) + "\n" for post in posts[:lines]))
    return path
