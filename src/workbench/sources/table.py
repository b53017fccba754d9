"""
Any platform: one table of posts as CSV or Parquet, with a map of its columns.

Licence: that of the table; ask whoever made the export.

Quirks are the exporter's. Columns that have a canonical name are taken without a map. A thread is
named by `thread_id` or follows from `parent_id`; what thread ids stand for is decided later, from
all rows (`thread_ids`). Times are never guessed: a clock without a zone needs `timezone`, and dates
whose day and month cannot be told apart need `day_first`. The tick of a time is that of its written
form; a Parquet column of times counts as written to its last decimal that is not zero, and to the
second at least. Texts are read for their length only. A row of the wrong width, or with a value
that cannot be read, is rejected with its reason. Blank lines are no rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import REJECTED, Batch, Option, Said, Source, _columns
from workbench.sources._accounts import DELETED
from workbench.sources._clock import settle
from workbench.sources._community import community, slug
from workbench.sources._grid import Grid, open_grid
from workbench.sources._times import DAY, Clock, known_zone, read_times

SUFFIXES = (".csv", ".tsv", ".parquet", ".pq")
THREAD_IDS = ("detect", "post", "topic")
RECORD_STARTS = ("cut", "launch")
NO_TEXTS = pl.Series("texts", [], pl.String)

OPTIONS = (
    Option(
        "map",
        f"canonical name=column of the file; names: {', '.join(_columns.NAMES)}",
        kind="pairs",
    ),
    Option("timezone", "IANA zone of times that carry none, such as Europe/Rome"),
    Option(
        "day_first",
        "whether 3/4/2024 is 3 April or 4 March",
        kind="switch",
        switch=("day-first", "month-first"),
    ),
    Option("time_format", "strptime format that all times have, such as %d.%m.%Y %H:%M"),
    Option("platform", "kind of platform, as pages name it", "forum"),
    Option("title", "name of the community shown to readers; else the file's name"),
    Option(
        "record_start",
        "launch if the record begins with the community, else cut",
        "cut",
        choices=RECORD_STARTS,
    ),
    Option("observed_from", "first moment the record covers, ISO 8601; else the first post"),
    Option("observed_until", "last moment the record covers, ISO 8601; else the last post"),
    Option(
        "thread_ids",
        "what thread_id holds: ids of posts, numbers of topics, or whichever is found",
        "detect",
        choices=THREAD_IDS,
    ),
    Option("separator", "what separates cells in a CSV file; else it is detected"),
    Option("encoding", "how the text of a CSV file is encoded", "utf-8"),
    Option(
        "deleted",
        "author ids that stand for deleted accounts, as empty ones always do",
        DELETED,
        kind="list",
    ),
)


def detect(path: Path) -> str:
    """Words for a file named as CSV or Parquet; any platform's table is one."""
    suffix = path.suffix.lower()
    return f"its name ends in {suffix}" if suffix in SUFFIXES and path.is_file() else ""


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read a table of posts in batches, after one pass that decides what its times mean.

    Raises
    ------
    SourceError
        The file, its columns or its times cannot be read, or an option is unknown or contradictory.
    """
    where = f"table {path.name}"
    chosen = _checked(SOURCE.choices(options or {}), where=where)
    grid, columns = _opened(path, chosen, where=where)
    clock = _clock(grid, columns["created_at"], chosen, where=where)
    about = _community(path, chosen, where=where)
    wanted = list(dict.fromkeys(columns.values()))
    first = {"communities": about}
    for frame in grid.batches(wanted):
        times = read_times(frame[columns["created_at"]], clock)
        judged = _columns.judged(
            frame,
            columns,
            times,
            deleted=chosen["deleted"],
            community_id=slug(path.stem, otherwise="table"),
        )
        bad = pl.col("reason").is_not_null()
        rejected = judged.filter(bad).with_columns(table=pl.lit("posts")).select(list(REJECTED))
        yield Batch({**first, "posts": judged.filter(~bad).drop("reason")}, rejected)
        first = {}


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """
    The texts, where a column holds them, and names of accounts; raises as `read` does.

    An id without a letter is nobody's name.
    """
    where = f"table {path.name}"
    grid, columns = _opened(path, _checked(SOURCE.choices(options or {}), where=where), where=where)
    people = [columns[name] for name in ("author_id", "recipient_id") if name in columns]
    written = [columns[name] for name in ("text",) if name in columns]
    for frame in grid.batches(list(dict.fromkeys(people + written))):
        names = pl.concat([frame[name].rename("names") for name in people])
        called = names.filter(names.str.contains(r"\p{L}").fill_null(False))
        yield Said(frame[written[0]].drop_nulls() if written else NO_TEXTS, called)


def _opened(path: Path, chosen: Mapping[str, Any], *, where: str) -> tuple[Grid, dict[str, str]]:
    """The table's cells, and which column is which."""
    separator = "\t" if chosen["separator"] in ("tab", "\\t") else chosen["separator"]
    grid = open_grid(path, where=where, separator=separator, encoding=chosen["encoding"])
    return grid, _columns.resolve(grid.columns, chosen["map"], where=where)


def _checked(chosen: dict[str, Any], *, where: str) -> dict[str, Any]:
    """The options, if each is one that `read` can follow."""
    allowed: dict[str, tuple[Any, ...]] = {
        "thread_ids": THREAD_IDS,
        "record_start": RECORD_STARTS,
        "day_first": (None, True, False),
    }
    for name, values in allowed.items():
        if chosen[name] not in values:
            words = ", ".join("none" if v is None else str(v).lower() for v in values)
            raise SourceError(
                f"{where}: option {name} expected {words}, got {chosen[name]!r}. "
                "Choose one of these."
            )
    for name, value in chosen.items():
        if not _is_text(value):
            raise SourceError(
                f"{where}: option {name} expected text, got characters that are none. "
                "Type it again, in UTF-8."
            )
    separator = chosen["separator"]
    if separator not in (None, "tab", "\\t") and (len(separator) != 1 or separator in '"\r\n\0'):
        raise SourceError(
            f"{where}: option separator expected 'tab' or one character that is no quotation "
            f"mark and no line break, got {separator!r}. Leave it out to have it detected."
        )
    if chosen["timezone"] is not None:
        known_zone(chosen["timezone"], where=where)
    return chosen


def _is_text(value: Any) -> bool:
    """Whether UTF-8 can write whatever text an option holds."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def _clock(grid: Grid, column: str, chosen: Mapping[str, Any], *, where: str) -> Clock:
    clock = Clock(chosen["timezone"], chosen["day_first"], chosen["time_format"])
    written = (frame.filter(pl.col("reason").is_null())[column] for frame in grid.batches([column]))
    return settle(written, clock, where=where)


def _community(path: Path, chosen: Mapping[str, Any], *, where: str) -> pl.DataFrame:
    since = _moment(chosen, "observed_from", where=where)
    until = _moment(chosen, "observed_until", where=where)
    if since is not None and until is not None and until < since:
        raise SourceError(
            f"{where}: expected observed_until after observed_from, got an earlier moment. "
            "Exchange them."
        )
    return community(
        community_id=slug(path.stem, otherwise="table"),
        name=chosen["title"] or path.stem.encode("utf-8", "replace").decode(),
        platform=chosen["platform"],
        record_start=chosen["record_start"],
        timezone=chosen["timezone"] or "UTC",
        timezone_source="stated" if chosen["timezone"] else "assumed",
        observed_from_us=since,
        observed_until_us=until,
    )


def _moment(chosen: Mapping[str, Any], name: str, *, where: str) -> int | None:
    """One end of the record in microseconds; a date alone means until that day's end."""
    if chosen[name] is None:
        return None
    read = read_times(pl.Series([str(chosen[name])]), Clock(chosen["timezone"])).row(0, named=True)
    if read["us"] is None:
        raise SourceError(
            f"{where}: option {name} expected a moment such as 2024-06-30T12:00Z, "
            f"got {chosen[name]!r} ({read['problem']}). Write it so, or add --timezone."
        )
    whole_day = name == "observed_until" and read["precision_us"] == DAY
    return int(read["us"]) + (DAY - 1 if whole_day else 0)


SOURCE = Source(
    name="table",
    help="posts of any platform, as one CSV or Parquet table with a map of its columns",
    detect=detect,
    read=read,
    options=OPTIONS,
    said=said,
    general=True,
)
