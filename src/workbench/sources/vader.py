"""
VADER: ten ratings of the sentiment of each of 7,520 words, emoticons and phrases.

The file vader_lexicon.txt comes inside the Python package vaderSentiment (MIT licence); C. J. Hutto
& E. Gilbert (2014), VADER: a parsimonious rule-based model for sentiment analysis of social media
text, ICWSM 8.

Quirks. No header; four cells separated by tabs: token, mean, standard deviation, and a list of ten
whole ratings from -4 to 4. The slots of the list are not people: slot 3 of two items may be two
raters, so that no rater can be followed. Items are numbered by line, and the token is never read
into a table. Nothing is dated, so that the record has no beginning and no end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import REJECTED, Batch, Source, _files
from workbench.sources._community import community

COMMUNITY = "vader"
RATINGS_PER_ITEM = 10
LOWEST, HIGHEST = -4, 4
LARGEST_BYTES = 2**23  # twenty times the published file


def detect(path: Path) -> str:
    """Words for a text file whose first line is an item of the lexicon."""
    if path.suffix != ".txt" or not path.is_file():
        return ""
    first = _files.head(path, size=4096).decode("utf-8", errors="replace").split("\n", 1)[0]
    return "its first line is a word with ten ratings" if _ratings(first) is not None else ""


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read the lexicon as one batch: ratings and one community.

    A row is one rating; a line that is not an item counts as one rejected row.

    Raises
    ------
    SourceError
        The file is not there, is not UTF-8 text, or no line is an item.
    """
    SOURCE.choices(options or {})
    where = f"vader {path.name}"
    _files.check(path, where=where)
    try:
        with path.open("rb") as stream:
            text = _files.whole(stream, where=where, most=LARGEST_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise SourceError(
            f"{where}: expected UTF-8 text, got other bytes. "
            "Take vader_lexicon.txt from the package vaderSentiment."
        ) from None
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    items = pl.DataFrame(
        {
            "line": range(1, len(lines) + 1),
            "value": [_ratings(line) for line in lines],
        },
        schema={"line": pl.Int64, "value": pl.List(pl.Float64)},
    )
    rows = items.explode("value", empty_as_null=True, keep_nulls=True).select(
        "value",
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        place=pl.format("line {}", "line"),
        item_id=pl.format("item-{}", pl.col("line").cast(pl.String).str.zfill(5)),
    )
    bad = pl.col("value").is_null()
    if rows.select(bad.all()).item():
        raise SourceError(
            f"{where}: expected lines of token, mean, deviation and ten ratings, got none. "
            "Take vader_lexicon.txt from the package vaderSentiment."
        )
    yield Batch(
        tables={"ratings": _rated(rows.filter(~bad)), "communities": _community()},
        rejected=rows.filter(bad)
        .select(
            table=pl.lit("ratings"),
            row="row",
            reason=pl.lit("not an item with ten ratings"),
            place="place",
        )
        .select(list(REJECTED)),
    )


def _ratings(line: str) -> list[float] | None:
    """The ten ratings of one line, or None where it is not an item."""
    cells = line.split("\t")
    if len(cells) != 4:
        return None
    try:
        values = json.loads(cells[3])
    except (ValueError, RecursionError):
        return None
    fits = (
        isinstance(values, list)
        and len(values) == RATINGS_PER_ITEM
        and all(type(v) in (int, float) and LOWEST <= v <= HIGHEST for v in values)
    )
    return [float(v) for v in values] if fits else None


def _rated(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "row",
        "place",
        "item_id",
        "value",
        community_id=pl.lit(COMMUNITY),
        rater_id=pl.lit(None, pl.String),
        scale=pl.lit("sentiment"),
    )


def _community() -> pl.DataFrame:
    return community(
        community_id=COMMUNITY,
        name="Sentiment ratings",
        platform="rating task",
        record_start="cut",
        timezone="UTC",
        timezone_source="assumed",
    )


SOURCE = Source(
    name="vader",
    help="ten sentiment ratings of each of 7,520 words (vader_lexicon.txt of vaderSentiment)",
    detect=detect,
    read=read,
)
