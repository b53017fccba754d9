"""An invented forum whose reader tells what was written and by whom; and pages about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench.report.page import shell
from workbench.sources import Batch, Said, Source

NAME = "Quetzalina Gardenia"
HANDLE = "quetzal_gardener"
TEXT = "last tuesday my marmalade froze under the wooden bridge and nobody laughed"

POSTS = (
    {"id": "q1", "author": "u1", "name": NAME, "handle": HANDLE, "text": TEXT},
    {"id": "q2", "author": "u2", "name": "Page", "handle": "ok", "text": "short"},
)


def detect(path: Path) -> str:
    """Words for a file of this invented format."""
    return "its name ends in .spoken" if path.suffix == ".spoken" else ""


def _posts(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read(path: Path, *, options: Mapping[str, Any]) -> Iterator[Batch]:
    """All posts in one batch, a minute apart."""
    rows = [
        {
            "community_id": "c", "post_id": post["id"], "author_id": post["author"],
            "created_us": 1_700_000_000_000_000 + 60_000_000 * row, "precision_us": 1,
            "kind": "post", "is_bot": False, "row": row, "place": f"line {row}",
        }
        for row, post in enumerate(_posts(path), 1)
    ]  # fmt: skip
    community = {
        "community_id": "c", "name": "Allotment", "platform": "forum", "timezone": "UTC",
        "timezone_source": "stated", "record_start": "cut",
    }  # fmt: skip
    yield Batch(tables={"posts": pl.DataFrame(rows), "communities": pl.DataFrame([community])})


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """Every text, and both names of every account."""
    for post in _posts(path):
        yield Said(pl.Series([post["text"]]), pl.Series([post["name"], post["handle"]]))


SOURCE = Source(name="spoken", help="an invented forum", detect=detect, read=read, said=said)


def write_export(path: Path) -> Path:
    """The forum's export."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(post) + "\n" for post in POSTS), encoding="utf-8")
    return path


def page(body: str, *, title: str = "Waiting") -> str:
    """A page of the workbench with one section."""
    return shell(title=title, main_html=f"<h1>{title}</h1><h2>Results</h2>{body}")
