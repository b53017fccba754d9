"""
The time that an export of Reddit covers: submissions and comments come in files of their own.

Where only one of the two is there, every submission looks unanswered or every comment has lost
what it answers. The two are compared over the whole export, because a small subreddit is often
silent for long while a file of all of them is not.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import polars as pl

from workbench.sources._times import DAY

LEAST = 3 * DAY  # that a kind must be missing for
SHARE = 20  # and more than one twentieth of the longer span
FEWEST = 5  # days with submissions, and with comments, for the time of both to be a record
NO_TOGETHER = "submissions_and_comments_cover_different_times"
KINDS = {"post": "submissions", "comment": "comments"}


@dataclass
class Span:
    """The days on which posts of one kind were written, and its first and last moment."""

    days: set[int] = field(default_factory=set)
    first: int | None = None
    last: int | None = None

    def add(self, created: pl.Series) -> None:
        """More posts, by when they were written (microseconds since 1970 UTC)."""
        times = [*created.bottom_k(1), *created.top_k(1), *self.ends()]
        if times:
            self.first, self.last = min(times), max(times)
        self.days.update((created // DAY).unique())

    def ends(self) -> list[int]:
        """First and last moment; nothing where no post is there."""
        return [] if self.first is None or self.last is None else [self.first, self.last]

    def silence(self) -> int:
        """The longest time from a day with posts to the next, in microseconds."""
        days = sorted(self.days)
        return DAY * max((b - a for a, b in itertools.pairwise(days)), default=0)


class Record:
    """What is known so far: the span of each kind, and name and span of each community."""

    def __init__(self) -> None:
        self.spans = {kind: Span() for kind in KINDS}
        self.names: dict[str, str] = {}
        self.ends: dict[str, tuple[int, int]] = {}

    def add(self, kept: pl.DataFrame) -> None:
        """One batch of rows as `_reddit_rows.judged` gives them, without those rejected."""
        for kind, span in self.spans.items():
            span.add(kept.filter(kind=kind)["created_us"])
        met = kept.group_by("community_id", maintain_order=True).agg(
            name=pl.col("_name").first(),
            first=pl.col("created_us").min(),
            last=pl.col("created_us").max(),
        )
        for which, name, first, last in met.iter_rows():
            self.names.setdefault(which, name)
            before = self.ends.get(which, (first, last))
            self.ends[which] = (min(first, before[0]), max(last, before[1]))

    def limits(self, *, both: bool) -> pl.DataFrame:
        """
        A row a community in order: community_id, name as first met, and the limits of its record.

        A limit is empty where it is that of the community's own posts. With `both` no limit lies
        beyond the time that submissions and comments cover together.
        """
        schema = {"community_id": pl.String, "name": pl.String, "first": pl.Int64, "last": pl.Int64}
        rows = [(which, self.names[which], *ends) for which, ends in self.ends.items()]
        each = pl.DataFrame(rows, schema, orient="row").sort("community_id")
        start, end = self.together() if both else (None, None)
        within = (pl.lit(start, pl.Int64), pl.lit(end, pl.Int64))
        beyond = {
            side: ~pl.col(side).is_between(*within).fill_null(value=True)
            for side in ("first", "last")
        }
        return each.select(
            "community_id",
            "name",
            observed_from_us=pl.when(beyond["first"]).then(within[0]),
            observed_until_us=pl.when(beyond["last"]).then(within[1]),
        )

    def together(self) -> tuple[int | None, int | None]:
        """
        First and last moment of the record, if a kind is missing at an end of it; otherwise empty.

        Not where the kind was once silent for longer: then the end may be such a silence too.
        """
        missed = self._missed()
        sides = {
            side for (kind, side), width in missed.items() if width > self.spans[kind].silence()
        }
        if not sides or self._apart():
            return None, None
        firsts, lasts = zip(*(span.ends() for span in self.spans.values()), strict=True)
        start = max(firsts) if "first" in sides else min(firsts)
        return start, min(lasts) if "last" in sides else max(lasts)

    def notes(self) -> dict[str, int]:
        """Kinds that are not in the export, and days for which only one of the two is."""
        counts = {f"no_{KINDS[kind]}_in_the_export": 1 for kind in self._absent()}
        for (kind, _), width in self._missed().items():
            other = next(name for name in KINDS if name != kind)
            name = f"days_of_{KINDS[other]}_without_{KINDS[kind]}"
            counts[name] = counts.get(name, 0) + width // DAY
        if self._missed() and self._apart():
            counts[NO_TOGETHER] = 1
        return counts if self.ends else {}

    def _absent(self) -> list[str]:
        """Kinds of which there is no post."""
        return [kind for kind, span in self.spans.items() if not span.days]

    def _missed(self) -> dict[tuple[str, str], int]:
        """
        Kind, and end of the export where it is missing -> for how long, in microseconds.

        A kind is missing where it begins later or ends earlier than the other by more than three
        days and a twentieth of the longer span.
        """
        if self._absent():
            return {}
        ends = {kind: span.ends() for kind, span in self.spans.items()}
        allowed = max(LEAST, max(last - first for first, last in ends.values()) // SHARE)
        earliest = min(first for first, _ in ends.values())
        latest = max(last for _, last in ends.values())
        return {
            (kind, side): width
            for kind, (first, last) in ends.items()
            for side, width in (("first", first - earliest), ("last", latest - last))
            if width > allowed
        }

    def _apart(self) -> bool:
        """Whether the time of both kinds holds too few days of either to be a record."""
        firsts, lasts = zip(*(span.ends() for span in self.spans.values()), strict=True)
        start, end = max(firsts) // DAY, min(lasts) // DAY
        each = [sum(start <= day <= end for day in span.days) for span in self.spans.values()]
        return min(each) < FEWEST
