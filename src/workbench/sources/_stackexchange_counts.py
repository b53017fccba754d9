"""What a Stack Exchange dump says about itself, counted again; and what it holds but no table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from workbench.sources._xml_rows import Rows

FACTS = (
    *("id", "thread", "answers", "is_accepted", "is_closed", "is_owned", "is_edit_undated"),
    "tags",
)
UP, DOWN = "2", "3"
OTHER_VOTES = {
    "1": "acceptance",
    "4": "offensive",
    "5": "favourite",
    "6": "closing",
    "7": "reopening",
    "8": "bounty_begun",
    "9": "bounty_ended",
    "10": "deletion",
    "11": "undeletion",
    "12": "spam",
    "15": "review_by_moderators",
    "16": "approved_edit",
}
CHANGES = {
    **dict.fromkeys(("1", "2", "3"), "first_versions"),
    **dict.fromkeys(("4", "5", "6"), "edits"),
    **dict.fromkeys(("7", "8", "9"), "rollbacks"),
    "10": "closings",
    "11": "reopenings",
    "12": "deletions",
    "13": "undeletions",
    "24": "edits_suggested_by_others",
}


@dataclass(frozen=True)
class Known:
    """
    What is known of the rows of Posts.xml once all are read.

    frame : one row a number, sorted by it: `id, thread, score, answers, is_kept`.
    rows : how many rows the file has, those without a number among them.
    """

    frame: pl.DataFrame
    rows: int

    @property
    def lowest(self) -> int | None:
        """The lowest number of a kept post, if there is one."""
        lowest = self.frame.filter("is_kept")["id"].min()
        return lowest if isinstance(lowest, int) else None

    def at(self, numbers: pl.Series) -> np.ndarray[Any, Any]:
        """Where in `frame` each number stands; -1 where it does not, or is empty."""
        ids, sought = self.frame["id"].to_numpy(), numbers.fill_null(-1).to_numpy()
        if not len(ids):
            return np.full(len(sought), -1)
        place = np.minimum(np.searchsorted(ids, sought), len(ids) - 1)
        found = (ids[place] == sought) & numbers.is_not_null().to_numpy()
        return np.where(found, place, -1)


def facts(judged: pl.DataFrame) -> pl.DataFrame:
    """What to remember of some rows of Posts.xml."""
    columns = ("id", "thread", "score", "answers")
    return judged.select(*columns, is_kept=pl.col("reason").is_null()).drop_nulls("id")


def known(parts: Sequence[pl.DataFrame], *, rows: int) -> Known:
    """All facts together; of two rows with one number, the one that is kept counts."""
    whole = pl.concat(parts).sort("id", "is_kept", descending=[False, True])
    return Known(whole.unique("id", keep="first", maintain_order=True), rows)


def of_posts(kept: pl.DataFrame) -> dict[str, int]:
    """What posts are worth knowing for, in numbers."""
    columns = {
        "questions_with_an_accepted_answer": "is_accepted",
        "posts_closed": "is_closed",
        "posts_owned_by_the_community": "is_owned",
        "dates_of_edits_that_cannot_be_read": "is_edit_undated",
    }
    return {note: int(kept[column].sum()) for note, column in columns.items()}


def recounted(known: Known) -> dict[str, int]:
    """Questions whose number of answers is not the one that the site states."""
    kept = known.frame.filter("is_kept")
    is_question = pl.col("id") == pl.col("thread")
    found = kept.filter(~is_question).group_by(id="thread").len(name="found")
    both = kept.filter(is_question).join(found, on="id", how="left")
    differs = pl.col("answers") != pl.col("found").fill_null(0)
    return {"questions_whose_answers_differ_from_a_recount": int(both.select(differs.sum()).item())}


def in_threads(comments: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Comments with `thread_id`, that of the post they are about; empty where it is not kept."""
    at = known.at(comments["parent"])
    is_kept = known.frame["is_kept"].to_numpy()
    at = np.where((at >= 0) & is_kept[at] if len(is_kept) else False, at, -1)
    where = pl.Series(at).cast(pl.Int64)
    thread = known.frame["thread"].gather(where.replace(-1, None))
    return comments.drop("parent").with_columns(thread_id=thread.cast(pl.String))


def ratings(votes: pl.DataFrame, known: Known) -> tuple[pl.DataFrame, dict[str, int]]:
    """
    Votes up and down for kept posts, with their `value` and their place `at` in `known`, rows that
    could not be read, and how many votes are neither, by kind.
    """
    at = known.at(votes["post"])
    is_kept = known.frame["is_kept"].to_numpy()
    state = pl.DataFrame({"at": at, "is_kept": is_kept[at] if len(is_kept) else at >= 0})
    placed = votes.hstack(state)
    bad, updown = pl.col("reason").is_not_null(), pl.col("kind").is_in([UP, DOWN])
    told = placed.filter(bad | (updown & (pl.col("at") >= 0) & pl.col("is_kept")))
    value = pl.when(pl.col("kind") == UP).then(1.0).otherwise(-1.0)
    rest = placed.filter(~bad)
    kinds = Counter(rest.filter(~updown)["kind"])
    notes = Counter(
        {
            "votes_for_posts_that_are_not_in_the_export": rest.filter(
                updown & (pl.col("at") < 0)
            ).height,
            "votes_for_pages_that_are_no_contributions": rest.filter(
                updown & (pl.col("at") >= 0) & ~pl.col("is_kept")
            ).height,
        }
    )
    for kind, count in kinds.items():
        notes[f"votes_of_kind_{OTHER_VOTES.get(kind, 'unknown')}"] += count
    return told.with_columns(value=value).drop("is_kept", "kind", "post"), dict(notes)


def no_points(known: Known) -> np.ndarray[Any, Any]:
    """A zero for each row of `known`."""
    return np.zeros(known.frame.height, np.int64)


def add_points(points: np.ndarray[Any, Any], told: pl.DataFrame) -> None:
    """Add votes, as `ratings` returns them, to the points of their posts, in place."""
    good = told.filter(pl.col("reason").is_null())
    np.add.at(points, good["at"].to_numpy(), good["value"].cast(pl.Int64).to_numpy())


def disagreements(points: np.ndarray[Any, Any], known: Known) -> dict[str, int]:
    """Posts whose score is not that of the votes."""
    differs = pl.col("is_kept") & (pl.col("score") != pl.Series(points))
    count = known.frame.select(differs.sum()).item()
    return {"scores_that_differ_from_the_votes": int(count)}


def changes(blocks: Iterable[Rows]) -> dict[str, int]:
    """How many changes of each kind the history of posts holds."""
    notes: Counter[str] = Counter()
    for rows in blocks:
        for kind in rows.frame["PostHistoryTypeId"]:
            notes[f"in_the_history_{CHANGES.get(kind, 'other_events')}"] += 1
        notes["in_the_history_rows_that_cannot_be_read"] += rows.rejected.height
    return dict(notes)
