"""Cells of judgements -> ratings and truths, each row with a reason where it cannot be used."""

from __future__ import annotations

import polars as pl

from workbench.sources._accounts import identifier
from workbench.sources._judgments_files import Found
from workbench.sources._numbered import keys
from workbench.sources._numbers import no_number, nothing, number
from workbench.sources._truths import settled, stated

MOST_CLASSES = 20
LEAST_NUMBERS = 0.9
LONGEST_CLASS = 60

# Items whose id is an address or words that somebody wrote; names of files are neither.
_FILES = "jpe?g|png|gif|webp|svg|tiff?|bmp|txt|csv|tsv|json|xml|pdf|wav|mp3|mp4|avi|npy"
_ADDRESS = r"(?i)://|^www\.|@|^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,24}(?::\d+)?(?:[/?#].*)?$"
_FILE = rf"(?i)^[^/?#]+\.(?:{_FILES})$"
_WORDS = r"\S\s+\S+\s+\S|.{61}"


def are_numbers(found: Found) -> bool:
    """
    Whether the answers are numbers rather than classes, as far as they tell.

    They are where nine of ten are numbers, and these have decimals or are of more than twenty
    kinds, or stand in a column that is called a number. Beside a column of numbers a label is a
    class.
    """
    if not found.answers.select(no_number("value").all()).item():
        return False
    filled = found.answers.filter(pl.col("reason").is_null() & ~no_number("answer"))
    numbers = filled.select(number("answer")).to_series().drop_nulls()
    if numbers.len() == 0 or numbers.len() < LEAST_NUMBERS * filled.height:
        return False
    many = numbers.n_unique() > MOST_CLASSES
    return many or found.scored or bool((numbers != numbers.round()).any())


def judged(found: Found, *, numbers: bool) -> pl.DataFrame:
    """
    One row a judgement: `row, place, reason, item_id, rater_id, label, value, truth, seconds`.

    Empty `truth` is one that the row does not state. `untimed` and `unvalued` mark seconds, and
    values beside a label, that could not be read.
    """
    cells = found.answers.select(
        "row",
        "place",
        "reason",
        "truth",
        item_id=identifier("item"),
        rater_id=identifier("rater"),
        answer=identifier("answer"),
        number=number("answer") if numbers else number("value"),
        unanswered=no_number("answer") if numbers else nothing("answer"),
        seconds=pl.when(number("seconds") >= 0).then(number("seconds")),
        timed=~no_number("seconds"),
        valued=~no_number("value"),
    )
    reasons = [
        ("no item", pl.col("item_id").is_null()),
        ("no rater", pl.col("rater_id").is_null()),
        ("no answer", pl.col("unanswered")),
        ("the answer is not a number", pl.col("number").is_null())
        if numbers
        else ("the answer is a text, not a class", _is_text("answer")),
    ]
    checks = [pl.when(bad).then(pl.lit(reason)) for reason, bad in reasons]
    return cells.select(
        "row", "place", "item_id", "rater_id", "truth", "seconds",
        reason=pl.coalesce("reason", *checks),
        label=pl.lit(None, pl.String) if numbers else "answer",
        value="number",
        untimed=pl.col("timed") & pl.col("seconds").is_null(),
        unvalued=pl.col("valued") & pl.col("number").is_null(),
    )  # fmt: skip


def truths(found: Found, rows: pl.DataFrame, *, numbers: bool) -> pl.DataFrame:
    """One row a statement of what is right: `row, place, reason, item_id, label, value`."""
    kept = rows.filter(pl.col("reason").is_null())
    told = pl.concat(
        [
            found.truths.select("truth", "place", "reason", item_id=identifier("item")),
            stated(kept.filter(~nothing("truth"))).select("truth", "place", "reason", "item_id"),
        ]
    )
    reasons = [
        ("no item", pl.col("item_id").is_null()),
        ("no truth", no_number("truth") if numbers else nothing("truth")),
        ("the truth is not a number", number("truth").is_null())
        if numbers
        else ("the truth is a text, not a class", _is_text("truth")),
    ]
    checks = [pl.when(bad).then(pl.lit(reason)) for reason, bad in reasons]
    read = told.select(
        "place", "item_id",
        truth=number("truth") if numbers else identifier("truth"),
        reason=pl.coalesce("reason", *checks),
    )  # fmt: skip
    empty = pl.lit(None, pl.String), pl.lit(None, pl.Float64)
    label, value = (empty[0], pl.col("truth")) if numbers else (pl.col("truth"), empty[1])
    return settled(read).with_columns(label=label, value=value).drop("truth")


def item_keys(*tables: pl.DataFrame) -> pl.DataFrame | None:
    """
    Item -> `item-1`, in the order in which items first stand; None where items may be named.

    They are numbered where an id is an address or words, which would lead to a site or a person.
    """
    telling = pl.col("id").str.contains(_WORDS) | (
        pl.col("id").str.contains(_ADDRESS) & ~pl.col("id").str.contains(_FILE)
    )
    items = pl.concat([table["item_id"] for table in tables])
    return keys(items, called="item", telling=telling)


def doubtful(judged: pl.DataFrame) -> dict[str, int]:
    """What a study must know of the judgements that are kept, by kind."""
    kept = judged.filter(pl.col("reason").is_null())
    pairs = kept.group_by("item_id", "rater_id").agg(kinds=pl.struct("label", "value").n_unique())
    return {
        "pairs_of_item_and_rater_with_different_answers": pairs.filter(pl.col("kinds") > 1).height,
        "seconds_not_read": int(kept["untimed"].sum()),
        "values_not_read": int(kept["unvalued"].sum()),
    }


def _is_text(column: str) -> pl.Expr:
    """True for what is too long for the name of a class, or has more than one line."""
    cell = pl.col(column).str.strip_chars()
    return (cell.str.len_chars() > LONGEST_CLASS) | cell.str.contains(r"[\r\n]")
