"""
Reddit: submissions and comments as the public dumps and download tools write them, one row a line.

Licence: none is stated. The texts belong to those who wrote them, and Reddit's terms of use hold;
docs/platforms/reddit.md says what that means.

PATH is one file of rows (NDJSON), packed or not, or a folder of such files: RS_2015-03.zst,
RC_2015-03.bz2, AskHistorians_comments.zst. What a row is follows from the row: a comment has
`link_id`, a submission has `title`. A subreddit is a community; several may be in one export, and
people's own pages (u_name) are rejected, because their name is a person's.

Quirks. created_utc is a number in some months and text in others; times are read to the second.
A score is that of the moment of the fetch, which was seconds or months after the post. Texts that
were removed or deleted before the fetch have no length. Texts are written with &amp;, &lt; and
&gt;, each of which counts as one character. The flair of a submission is its tag.

Submissions and comments may cover different times. The record is then the time that both cover,
unless option `observed` says otherwise; what is dated beyond it is left for cleaning to set aside.

A post that was fetched twice: the later fetch shall stand first, because the first one is kept.
Files are therefore read from the latest to the earliest fetch of their first row, and rows are put
in that order within every 16 MiB of a file. Two fetches further apart in one file stay in the order
of the file.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.schema import TAGS
from workbench.sources import (
    KEEP_GOING,
    REJECTED,
    Batch,
    Option,
    Said,
    Source,
    _compressed,
    _ndjson,
    _reddit_rows,
)
from workbench.sources._community import community
from workbench.sources._reddit_record import Record

SUFFIXES = (".zst", ".bz2", ".xz", ".gz", ".ndjson", ".jsonl", ".json")
STARTS = ("RS_", "RC_")
HEAD_BYTES = 2**20
LOOKED_AT = 5
RECORD_STARTS = ("cut", "launch")
OBSERVED = ("both", "either")

OPTIONS = (
    Option("subreddits", "only these subreddits, such as AskHistorians; else all", (), kind="list"),
    Option(
        "record_start",
        "launch if the record begins with the community, else cut",
        "cut",
        choices=RECORD_STARTS,
    ),
    Option(
        "observed",
        "the record is the time that both submissions and comments cover, or that of either",
        "both",
        choices=OBSERVED,
    ),
    Option(
        "thread_ids", "what thread_id holds: here the id of a submission", "post", choices=("post",)
    ),
    KEEP_GOING,
)


def detect(path: Path) -> str:
    """Words for a file whose first row is a post of a subreddit, or a folder with such a file."""
    files = itertools.islice(_listed(path), LOOKED_AT) if path.is_dir() else [path]
    return "its first row is a post of a subreddit" if any(map(_first_row, files)) else ""


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read all files in batches of some thousand rows; the last batch holds the communities.

    Raises
    ------
    SourceError
        A file cannot be opened or is damaged, or there is no post at all or none of `subreddits`.
    """
    where = f"reddit {path.name}"
    chosen = _checked(options, where=where)
    state = _State(where)
    for rows, place in _rows(path, chosen, where=where):
        yield state.batch(rows, place, wanted=chosen["subreddits"])
    state.close(asked=chosen["subreddits"])
    passed_over = _passed_over(path) if path.is_dir() else {}
    limits = state.record.limits(both=chosen["observed"] == "both")
    communities = _communities(limits, record_start=chosen["record_start"])
    yield Batch({"communities": communities}, notes=state.record.notes() | passed_over)


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """
    Titles and texts, and the names of authors; raises as `read` does of files.

    Pages of people and rows that `read` rejects are among them, and all subreddits.
    """
    where = f"reddit {path.name}"
    for rows, _ in _rows(path, _checked(options, where=where), where=where):
        texts = pl.concat([rows[name] for name in ("title", "selftext", "body")]).drop_nulls()
        names = rows["author"].drop_nulls().unique()
        yield Said(texts.rename("text"), names.filter(~names.is_in(_reddit_rows.NOBODY)))


def _checked(options: Mapping[str, Any] | None, *, where: str) -> dict[str, Any]:
    """The options, if each is one that `read` can follow; subreddits in small letters."""
    chosen = SOURCE.choices(options or {})
    for option in OPTIONS:
        if option.choices and chosen[option.name] not in option.choices:
            raise SourceError(
                f"{where}: option {option.name} expected {' or '.join(option.choices)}, "
                f"got {chosen[option.name]!r}. Choose one of these."
            )
    asked = [str(name).strip().lower().strip("/") for name in chosen["subreddits"] or ()]
    return {**chosen, "subreddits": [name.removeprefix("r/") for name in asked]}


def _listed(folder: Path) -> Iterator[Path]:
    """Files of a folder, and of the folders in it, that are named like rows of Reddit, by name."""
    for path in sorted(folder.rglob("*")):
        named = path.suffix.lower() in SUFFIXES or path.name.startswith(STARTS)
        if named and not path.name.startswith(".") and path.is_file():
            yield path


def _passed_over(folder: Path) -> dict[str, int]:
    """How many files of a folder are read as holding nothing, or not read at all."""
    listed = list(_listed(folder))
    shown = [p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")]
    counts = {
        "files_without_rows": sum(not path.stat().st_size for path in listed),
        "files_not_read": len(shown) - len(listed),
    }
    return {name: count for name, count in counts.items() if count}


def _first_row(path: Path) -> dict[str, Any]:
    """The first row of a file, if it is a post of a subreddit; otherwise nothing."""
    start = _compressed.head(path, size=HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        row = json.loads(start.split(b"\n", 1)[0])
    except (ValueError, RecursionError):
        return {}
    known = isinstance(row, dict) and "subreddit" in row and "created_utc" in row
    return row if known else {}


def _rows(
    path: Path, chosen: Mapping[str, Any], *, where: str
) -> Iterator[tuple[pl.DataFrame, str]]:
    """Chunk by chunk the fields of all rows, and what the place of a row begins with."""
    if not path.is_dir():
        for lines in _ndjson.chunks(path, where=where, keep_going=chosen["keep_going"]):
            yield _ndjson.frame(lines, _reddit_rows.FIELDS), "line"
        return
    files = [(n, file) for n, file in enumerate(_listed(path), start=1) if file.stat().st_size]
    if not files:
        raise SourceError(
            f"{where}: expected files such as RS_2015-03.zst or comments.ndjson, got none with "
            "anything in it. Name the folder that holds them."
        )
    for number, file in sorted(files, key=lambda one: _last_fetched(one[1]), reverse=True):
        at = f"{where}, file {number} by name"
        for lines in _ndjson.chunks(file, where=at, keep_going=chosen["keep_going"]):
            yield _ndjson.frame(lines, _reddit_rows.FIELDS), f"file {number}, line"


def _last_fetched(path: Path) -> int:
    """When the first row of a file was fetched; 0 where that is not known."""
    lines = _ndjson.Lines(1, json.dumps(_first_row(path)).encode())
    times = _ndjson.frame(lines, _reddit_rows.FIELDS).select(_reddit_rows.fetched())
    return times.item() or 0


@dataclass
class _State:
    """What is known so far: rows counted, posts seen, the record that the kept ones make."""

    where: str
    rows: int = 0
    seen: int = 0
    record: Record = field(default_factory=Record)

    def batch(self, rows: pl.DataFrame, place: str, *, wanted: Sequence[str]) -> Batch:
        """One chunk of rows as a batch."""
        others = 0
        self.seen += rows.select(_reddit_rows.is_post().sum()).item()
        if wanted:
            name = _reddit_rows.community_id()
            mine = rows.filter(name.is_in(wanted) | name.is_null())
            others, rows = rows.height - mine.height, mine
        rows = _latest_first(rows).with_columns(
            row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64) + self.rows,
            place=pl.format("{} {}", pl.lit(place), "line"),
        )
        self.rows += rows.height
        judged = _reddit_rows.judged(rows)
        kept = judged.filter(pl.col("reason").is_null())
        bad = judged.filter(pl.col("reason").is_not_null()).with_columns(table=pl.lit("posts"))
        self.record.add(kept)
        tables = {
            "posts": kept.select(pl.exclude("^_.*$", "reason")),
            "tags": kept.filter(pl.col("_tag").is_not_null()).select(*TAGS.key[:2], tag="_tag"),
        }
        notes = _reddit_rows.notes(kept)
        if others:
            notes["rows_of_other_subreddits"] = others
        return Batch(tables, bad.select(list(REJECTED)), notes)

    def close(self, *, asked: Sequence[str]) -> None:
        """Nothing was wrong with the export as a whole, or a SourceError."""
        if not self.seen:
            raise SourceError(
                f"{self.where}: expected rows with subreddit, id and created_utc, got none. "
                "Take a dump of submissions or comments: one JSON object a line."
            )
        if asked and not self.record.names:
            raise SourceError(
                f"{self.where}: expected posts of {', '.join(asked)}, got only those of other "
                "subreddits. Check the names of option subreddits, or leave it out."
            )


def _communities(limits: pl.DataFrame, *, record_start: str) -> pl.DataFrame:
    """Rows for the subreddits of `Record.limits`."""
    alike = community(
        community_id="",
        name="",
        platform="forum",
        record_start=record_start,
        timezone="UTC",
        timezone_source="documented",
    )
    named = limits.with_columns(name=pl.format("r/{}", "name"))
    rest = alike.drop(named.columns)
    return named.join(rest, how="cross").select(alike.columns)


def _latest_first(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in their order, or, where an id stands in several, by their last fetch."""
    known = rows["id"].drop_nulls()
    if known.n_unique() == known.len():
        return rows
    return rows.sort(_reddit_rows.fetched(), descending=True, nulls_last=True, maintain_order=True)


def ids(typed: str, kind: str, posts: pl.Series) -> list[str]:
    """A name without `u/`, or an id with its kind in front; both in small letters."""
    small = typed.lower()
    if kind == "account":
        return [re.sub(r"^/?u(?:ser)?/", "", small)]
    if re.match(r"t[13]_", small):
        return [small]
    forms = pl.Series([f"t3_{small}", f"t1_{small}"])
    stored = forms.filter(forms.is_in(posts.implode()))
    return (forms if stored.is_empty() else stored).to_list()


SOURCE = Source(
    name="reddit",
    help="submissions and comments of subreddits (NDJSON as of Pushshift and Arctic Shift)",
    detect=detect,
    read=read,
    options=OPTIONS,
    said=said,
    ids=ids,
)
