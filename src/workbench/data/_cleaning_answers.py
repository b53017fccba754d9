"""Clean what is beside posts and people: ratings, truths, tags, contests and their ideas."""

from __future__ import annotations

import polars as pl

from workbench.data._cleaning_words import addressed, leading
from workbench.data.rows import Rules, impossible, key_rules, split
from workbench.data.rules import REASONS
from workbench.schema import CONTESTS, IDEAS, RATINGS, TAGS, TRUTHS

Parted = tuple[pl.DataFrame, pl.DataFrame]
# What makes two ratings of one rater the same; when and how fast they were given does not.
REPEATED = (
    *("community_id", "item_id", "rater_id", "scale"),
    *("value", "label", "round", "group_id"),
)
CONTEST_DATES = ("opened_us", "closed_us")


def cleaned_ratings(ratings: pl.DataFrame, known: Rules) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Ratings that say something, the others as quarantine, and how many kept ones are repeats."""
    dated = [(REASONS["impossible-dates"], impossible("created_us"))]
    kept, aside = split(ratings, RATINGS, [*known, *key_rules(RATINGS), *dated, *_saying()])
    again = ~pl.struct(REPEATED).is_first_distinct() & pl.col("rater_id").is_not_null()
    return kept, aside, int(kept.select(again.sum()).item())


def cleaned_truths(truths: pl.DataFrame, known: Rules, *, last: bool) -> Parted:
    """Truths that say something, and the others as quarantine."""
    return split(truths, TRUTHS, [*known, *_saying(), *key_rules(TRUTHS, last=last)])


def _saying() -> Rules:
    """A rating or truth holds a number, or a class that is not blank."""
    number = pl.col("value").is_finite().fill_null(False)
    word = pl.col("label").str.strip_chars().str.len_chars().fill_null(0) > 0
    return [(REASONS["empty-answers"], ~number & ~word)]


def cleaned_tags(tags: pl.DataFrame, posts: pl.DataFrame, *, last: bool) -> Parted:
    """Tags of these posts that lead to nobody, and the others as quarantine."""
    unfit = [
        (REASONS["leading-tags"], leading("tag")),
        (REASONS["stray-tags"], ~_among(posts, "post_id")),
    ]
    return split(tags, TAGS, unfit + key_rules(TAGS, last=last))


def cleaned_contests(
    contests: pl.DataFrame, known: Rules, *, last: bool
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, int]]:
    """
    Contests, those set aside, and how many lost a date that cannot be or a name that may lead to
    a person: the contest itself stays, because its ideas were entered all the same.
    """
    kept, aside = split(contests, CONTESTS, known + key_rules(CONTESTS, last=last))
    wrong = {name: impossible(name).fill_null(False) for name in CONTEST_DATES}
    named = addressed("name").fill_null(False)
    notes = {
        "contest_dates_emptied": int(kept.select(sum(bad.sum() for bad in wrong.values())).item()),
        "contest_names_emptied": int(kept.select(named.sum()).item()),
    }
    emptied = [
        pl.when(~bad).then(name).alias(name) for name, bad in {**wrong, "name": named}.items()
    ]
    return kept.with_columns(emptied), aside, notes


def cleaned_ideas(
    ideas: pl.DataFrame, posts: pl.DataFrame, contests: pl.DataFrame, *, last: bool
) -> Parted:
    """Ideas whose post and contest are there, and the others as quarantine."""
    unfit = [
        (REASONS["stray-tags"], ~_among(posts, "post_id")),
        (REASONS["stray-ideas"], ~_among(contests, "contest_id")),
    ]
    return split(ideas, IDEAS, key_rules(IDEAS, last=last) + unfit)


def _among(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Whether the row's community and id are among those of `frame`; an empty id is not."""
    key = pl.struct("community_id", name)
    return key.is_in(frame.select(key).to_series().implode())
