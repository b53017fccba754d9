"""
Simulated community: an export that was made from known effects, with the truth beside it.

Licence: that of this package; nobody wrote the posts and no account is anybody's. `workbench
simulate` writes such a folder: newline-delimited JSON, one file a table, and `truth.json`.

Quirks, planted so that reading and cleaning can be held against what is known. Where `stamps_in` of
a community names a zone, its posts are dated by a clock on the wall of that zone; a time within the
hour that the clock showed twice is rejected. An account that was merged into another is no row of
people, and its posts are the other's. Ratings may be dated to the day only. Texts, of any script,
are the last version, and are read for their length only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import REJECTED, Batch, Source, _files
from workbench.sources._clock import form
from workbench.sources._columns import KINDS
from workbench.sources._planted import read_truth
from workbench.sources._times import DAY, Clock, known_zone, read_times

TRUTH, POSTS = "truth.json", "posts.ndjson"
TEXT = pl.String()
FILES = {
    "communities": (
        *("community_id", "name", "platform", "timezone", "timezone_source", "record_start"),
        *("observed_from", "observed_until", "ranking_policy", "stamps_in"),
        "simulated",
    ),
    "people": ("community_id", "account_id", "joined_at", "is_bot", "merged_into"),
    "posts": (
        *("community_id", "post_id", "thread_id", "parent_id", "author_id", "recipient_id"),
        *("created_at", "edited_at", "kind", "score", "is_bot", "role", "text"),
    ),
    "ratings": ("community_id", "item_id", "rater_id", "scale", "value", "created_at"),
}
TYPES = {
    "score": pl.Int64(),
    "value": pl.Float64(),
    "is_bot": pl.Boolean(),
    "simulated": pl.Boolean(),
}
OPTIONAL = {"ratings"}
LIMITS = ("observed_from", "observed_until")
MERGED = "merged into another account"
MERGED_INTO_NOBODY = "merged into an account that is not in the export"
UNKNOWN_KIND = f"kind is none of {', '.join(KINDS)}"
BEYOND_ASCII = r"[^\x00-\x7F]"
RIGHT_TO_LEFT = r"[\p{Arabic}\p{Hebrew}\p{Syriac}\p{Thaana}\p{Nko}]"


def detect(path: Path) -> str:
    """Words for a folder with posts and a truth."""
    fits = (path / TRUTH).is_file() and (path / POSTS).is_file()
    return f"it holds {POSTS} and {TRUTH}" if fits else ""


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read the folder as one batch with its truth.

    Notes count each post once, however often it is written.

    Raises
    ------
    SourceError
        A file is missing or is not what `workbench simulate` writes; a community has an unknown
        zone or an unreadable limit, or does not say that it is simulated.
    """
    SOURCE.choices(options or {})
    where = f"simulated {path.name}"
    truth = read_truth(path / TRUTH, where=where)
    given = {name: _rows(path / f"{name}.ndjson", name, where=where) for name in FILES}
    communities = _communities(given["communities"], where=where)
    survivors = _survivors(given["people"], where=where)
    judged = {
        "people": _people(given["people"], survivors),
        "posts": _posts(given["posts"], given["communities"], survivors),
        "ratings": _ratings(given["ratings"], survivors),
    }
    good = pl.col("reason").is_null()
    kept = {name: rows.filter(good) for name, rows in judged.items()}
    rejected = [
        rows.filter(~good).with_columns(table=pl.lit(name)).select(list(REJECTED))
        for name, rows in judged.items()
    ]
    counted = ["reason", "is_local", "is_moved", "is_edited", "beyond_ascii", "right_to_left"]
    tables = {name: rows.drop(*counted, "is_day", strict=False) for name, rows in kept.items()}
    yield Batch(
        tables={"communities": communities, **tables},
        rejected=pl.concat(rejected),
        notes=_notes(kept),
        truth=truth,
    )


def _rows(path: Path, table: str, *, where: str) -> pl.DataFrame:
    """The rows of a file with their number and place; the file of an optional table may lack."""
    columns = FILES[table]
    schema = {name: TYPES.get(name, TEXT) for name in columns}
    if table in OPTIONAL and not path.exists():
        rows = pl.DataFrame(schema=schema)
    else:
        _files.check(path, where=f"{where}: {path.name}")
        try:
            # Polars would unpack what is packed, to whatever size.
            packed = _files.head(path, size=100).strip()[:1] not in (b"{", b"")
            # Nor could it find a file whose name is no text.
            with path.open("rb") as stream:
                rows = pl.read_ndjson(b"[]" if packed else stream, schema=schema)
        except pl.exceptions.PolarsError:  # its text quotes values
            raise SourceError(
                f"{where}: expected lines of JSON objects with {', '.join(columns)} in "
                f"{path.name}, got something else. Simulate the community again."
            ) from None
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return rows.with_columns(row=number, place=pl.format("line {}", number))


def _survivors(people: pl.DataFrame, *, where: str) -> pl.DataFrame:
    """Merged accounts and the account in the export that each is now, one row each."""
    key = ["community_id", "account_id"]
    merged = people.drop_nulls("merged_into").select(*key, "merged_into").unique(key)
    chained = merged.join(
        merged, left_on=["community_id", "merged_into"], right_on=key, how="semi"
    ).height
    if chained:
        raise SourceError(
            f"{where}: expected merged_into to name an account that was not merged itself, got "
            f"{chained:,} that were. Name the one that is left."
        )
    here = people.select("community_id", merged_into="account_id")
    return merged.join(here, on=["community_id", "merged_into"], how="semi")


def _now(rows: pl.DataFrame, column: str, survivors: pl.DataFrame) -> pl.Series:
    """The account that `column` was merged into; empty where it was not."""
    keys = ["community_id", column]
    names = survivors.rename({"account_id": column})
    return rows.join(names, on=keys, how="left", maintain_order="left")["merged_into"]


def _communities(given: pl.DataFrame, *, where: str) -> pl.DataFrame:
    """Communities as the schema has them; what dates every post must be readable."""
    where = f"{where}: communities.ndjson"
    real = given.height - int(given["simulated"].sum())
    if real:
        raise SourceError(
            f"{where}: expected simulated to be true of every community, got {real:,} of which it "
            "is not. Load data of people with their own source."
        )
    for name in ("timezone", "stamps_in"):
        for zone in given[name].drop_nulls().unique(maintain_order=True):
            _check_zone(zone, where=f"{where}: {name}")
    limits = {f"{name}_us": _limit(given[name], where=where) for name in LIMITS}
    return given.drop(*LIMITS, "stamps_in", "simulated").with_columns(**limits)


def _check_zone(zone: str, *, where: str) -> None:
    try:
        known_zone(zone, where=where)
    except SourceError:  # its cure is an option that this source does not have
        raise SourceError(
            f"{where}: expected an IANA time zone, got {form(zone)}. Simulate the community again."
        ) from None


def _limit(written: pl.Series, *, where: str) -> pl.Series:
    """The moments at which the records begin or end; empty where none is written."""
    times = read_times(written, Clock())
    unread = int((written.is_not_null() & times["us"].is_null()).sum())
    if unread:
        raise SourceError(
            f"{where}: {written.name}: expected a moment such as 2024-01-31T00:00:00Z, got "
            f"{unread:,} that cannot be read as one. Simulate the community again."
        )
    return times["us"]


def _people(given: pl.DataFrame, survivors: pl.DataFrame) -> pl.DataFrame:
    joined = read_times(given["joined_at"], Clock())
    is_here = _now(given.drop("merged_into"), "account_id", survivors).is_not_null()
    how = pl.when(is_here).then(pl.lit(MERGED)).otherwise(pl.lit(MERGED_INTO_NOBODY))
    merged = pl.when(pl.col("merged_into").is_not_null()).then(how)
    unread = pl.when(pl.col("joined_at").is_not_null()).then(joined["problem"])
    return given.select(
        *("row", "place", "community_id", "is_bot"),
        person_id="account_id",
        joined_us=joined["us"],
        reason=pl.coalesce(merged, unread),
    )


def _posts(given: pl.DataFrame, communities: pl.DataFrame, survivors: pl.DataFrame) -> pl.DataFrame:
    zones = communities.select("community_id", "stamps_in").unique("community_id")
    stamped = given.join(zones, on="community_id", how="left", maintain_order="left")
    parts = [
        part.with_columns(read_times(part["created_at"], Clock(part["stamps_in"][0])))
        for part in stamped.partition_by("stamps_in", maintain_order=True)
    ]
    dated = pl.concat(parts).sort("row") if parts else stamped.with_columns(_no_times())
    unknown = pl.when(~pl.col("kind").is_in(KINDS)).then(pl.lit(UNKNOWN_KIND))
    author, text = _now(dated, "author_id", survivors), pl.col("text")
    return dated.select(
        *("row", "place", "community_id", "post_id", "thread_id", "parent_id"),
        author_id=pl.coalesce(author, "author_id"),
        recipient_id=pl.coalesce(_now(dated, "recipient_id", survivors), "recipient_id"),
        created_us="us",
        precision_us="precision_us",
        kind="kind",
        score="score",
        length=text.str.len_chars().cast(pl.Int64),
        is_bot="is_bot",
        role="role",
        reason=pl.coalesce("problem", unknown),
        is_local=pl.col("stamps_in").is_not_null(),
        is_moved=author.is_not_null(),
        is_edited=pl.col("edited_at").is_not_null(),
        beyond_ascii=text.str.contains(BEYOND_ASCII),
        right_to_left=text.str.contains(RIGHT_TO_LEFT),
    )


def _no_times() -> pl.DataFrame:
    return read_times(pl.Series([], dtype=pl.String), Clock())


def _ratings(given: pl.DataFrame, survivors: pl.DataFrame) -> pl.DataFrame:
    """Ratings; a date without an hour is the day's first moment in UTC."""
    times = read_times(given["created_at"], Clock("UTC"))
    return given.select(
        *("row", "place", "community_id", "item_id", "scale", "value"),
        rater_id=pl.coalesce(_now(given, "rater_id", survivors), "rater_id"),
        created_us=times["us"],
        reason=pl.when(pl.col("created_at").is_not_null()).then(times["problem"]),
        is_day=times["precision_us"] == DAY,
    )


def _notes(kept: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    posts = kept["posts"].unique(["community_id", "post_id"])
    kinds = {
        "local_times_converted": "is_local",
        "posts_of_merged_accounts": "is_moved",
        "posts_edited": "is_edited",
        "posts_beyond_ascii": "beyond_ascii",
        "posts_with_right_to_left_text": "right_to_left",
    }
    notes = {kind: int(posts[column].sum()) for kind, column in kinds.items()}
    return {**notes, "ratings_dated_to_the_day": int(kept["ratings"]["is_day"].sum())}


SOURCE = Source(
    name="simulated",
    help="a simulated community, with what was planted in it",
    detect=detect,
    read=read,
    simulated=True,
)
