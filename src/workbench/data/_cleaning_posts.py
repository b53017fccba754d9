"""Clean posts: their threads found, every rule that speaks of posts applied and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from workbench.data import _cleaning_marks as marks
from workbench.data import _cleaning_programs as programs
from workbench.data import threads
from workbench.data.rows import ORIGIN, described, impossible, key_rules, split
from workbench.data.rules import FLAG, REASONS, SET_ASIDE
from workbench.schema import POSTS


@dataclass(frozen=True)
class CleanedPosts:
    """
    posts : those kept, with `row` and `place`. aside : quarantine. notes : as in `Cleaned`.
    met : rows that a rule met without setting them aside, by rule. flagged : accounts that became
    programs, one row each. thread_ids : what the thread keys were taken for.
    """

    posts: pl.DataFrame
    aside: pl.DataFrame
    notes: dict[str, int]
    met: dict[str, int]
    flagged: pl.DataFrame
    thread_ids: str


def cleaned_posts(
    posts: pl.DataFrame,
    communities: pl.DataFrame,
    *,
    mode: str,
    skew: int,
    choices: Mapping[str, str],
) -> CleanedPosts:
    """Posts with their threads; `choices` are those of all rules."""
    kept, aside, stretched = _readable(posts, communities, choices)
    cycle = pl.lit(threads.on_cycle(threads.parents(kept)))
    kept, looping = split(kept, POSTS, [("parent links form a cycle", cycle)])
    mode = threads.found_mode(kept, mode)
    cycle = pl.lit(threads.on_cycle(threads.links(kept, mode)))
    kept, crossing = split(kept, POSTS, [("thread links form a cycle", cycle)])
    kept = kept.with_columns(threads.thread_ids(kept, mode))
    kept, late, met = _switched(kept, choices, skew)
    kept, notes = _noted(kept, skew)
    met |= {
        "outside-record": stretched,
        "clock-repair": notes["replies_within_clock_skew"],
        "missing-parents": notes["missing_parents"],
        "self-parents": notes["posts_naming_themselves_as_parent"],
        "vanished-posts": int(marks.gone(kept).sum()),
    }
    if choices["clock-repair"] == "move":
        kept = _moved(kept, skew)
    kept, flagged, bots = _programs(kept, choices)
    notes["posts_by_bots"] = int(kept["is_bot"].sum())
    quarantine = pl.concat([aside, looping, crossing, *late])
    return CleanedPosts(
        kept.select(*POSTS.names, *ORIGIN), quarantine, notes, {**met, **bots}, flagged, mode
    )


def _readable(
    posts: pl.DataFrame, communities: pl.DataFrame, choices: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Posts that can be placed and dated, the others, and how many the record stretches to."""
    windows = communities.select("community_id", "observed_from_us", "observed_until_us")
    posts = posts.join(windows, on="community_id", how="left", maintain_order="left")
    ended = pl.col("created_us") + pl.col("precision_us") <= pl.col("observed_from_us")
    after = pl.col("created_us") > pl.col("observed_until_us")
    outside = ended.fill_null(False) | after.fill_null(False)
    rules = [
        (REASONS["undescribed-communities"], ~described(communities)),
        *key_rules(POSTS, later=("thread_id",), last=choices["repeated-ids"] == "keep-last"),
        (REASONS["impossible-dates"], impossible("created_us")),
    ]
    kept, aside = split(posts, POSTS, rules)
    if choices["outside-record"] != SET_ASIDE:
        return kept, aside, int(kept.select(outside.sum()).item())
    kept, beyond = split(kept, POSTS, [(REASONS["outside-record"], outside)])
    return kept, pl.concat([aside, beyond]), 0


def _switched(
    posts: pl.DataFrame, choices: Mapping[str, str], skew: int
) -> tuple[pl.DataFrame, list[pl.DataFrame], dict[str, int]]:
    """Posts left by the rules that can keep them; those set aside; rows met but kept, by rule."""
    aside, met = [], {}
    steps: dict[str, marks.Mark] = {"early-replies": partial(marks.early, skew=skew), **marks.MARKS}
    for name, mark in steps.items():
        found = mark(posts)
        if choices[name] == SET_ASIDE:
            posts, left = split(posts, POSTS, [(REASONS[name], pl.lit(found))])
            aside.append(left)
        else:
            met[name] = int(found.sum())
    # Posts of deleted accounts that open a thread are nobody's too, whatever becomes of replies.
    met["deleted-accounts"] = posts["author_id"].null_count()
    return posts, aside, met


def _moved(posts: pl.DataFrame, skew: int) -> pl.DataFrame:
    """Posts with those that are a little early at the moment of their opening post."""
    begun = marks.opened(posts)["opened_us"]
    when = pl.when(pl.lit(marks.within_skew(posts, skew=skew))).then(pl.lit(begun))
    return posts.with_columns(created_us=when.otherwise("created_us"))


def _noted(posts: pl.DataFrame, skew: int) -> tuple[pl.DataFrame, dict[str, int]]:
    """Posts with parents that are in the record or empty, and what is worth counting in them."""
    itself = posts["parent_id"].eq(posts["post_id"]).fill_null(False)
    absent = posts["parent_id"].is_not_null() & threads.positions(posts, "parent_id").is_null()
    unopened = posts.filter(marks.unopened(posts))
    notes = {
        "missing_parents": int(absent.sum()),
        "posts_naming_themselves_as_parent": int(itself.sum()),
        "threads_without_opening_post": unopened.select("community_id", "thread_id").n_unique(),
        "replies_within_clock_skew": int(marks.within_skew(posts, skew=skew).sum()),
        "posts_by_deleted_authors": posts["author_id"].null_count(),
        "ids_out_of_order": _out_of_order(posts),
    }
    parent = pl.when(pl.lit(~(itself | absent))).then("parent_id")
    return posts.with_columns(parent.alias("parent_id")), notes


def _out_of_order(posts: pl.DataFrame) -> int:
    """Posts whose number is below that of the post before them, in communities that number them."""
    numbers = posts.select(
        "community_id", "created_us", number=pl.col("post_id").cast(pl.Int64, strict=False)
    )
    numbered = numbers.filter(pl.col("number").is_not_null().all().over("community_id"))
    # Within one tick of the clock the order is not known, so that the ids decide.
    ordered = numbered.sort("community_id", "created_us", "number")
    falls = pl.col("number").diff().over("community_id") < 0
    return ordered.filter(falls).height


def _programs(
    posts: pl.DataFrame, choices: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, int]]:
    """Posts with the programs that the choices make of accounts; those accounts; posts by rule."""
    met = {"known-bots": int(posts["is_bot"].sum())}
    if choices["known-bots"] != FLAG:
        posts = posts.with_columns(is_bot=pl.lit(False))
    found = programs.suspects(posts)
    met |= {name: int(programs.by(accounts, posts).sum()) for name, accounts in found.items()}
    chosen = [accounts for name, accounts in found.items() if choices[name] == FLAG]
    flagged = pl.concat([posts.select(programs.ACCOUNT).clear(), *chosen]).unique()
    more = pl.lit(programs.by(flagged, posts))
    return posts.with_columns(is_bot=pl.col("is_bot") | more), flagged, met
