"""How the record was put together, and what follows: rules of threads, ends of kinds, exports."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from workbench.data.manifest import readable
from workbench.studies.durations import DAY
from workbench.studies.profile.parts import Part
from workbench.studies.profile.record import SURPRISING

NEAR_DAYS, NEAR_SHARE = 3, 0.05  # how far apart ends may lie, in days and of the record
BY_NEXT = (
    "Messages of a channel were taken as answers to the one before them if at most an hour lay "
    "between (answers=next). A longer silence in a channel cannot be a wait by that rule: whoever "
    "is answered after it, outside a thread of the platform, looks unanswered, and a talk about "
    "something else within the hour looks like an answer."
)
OPENERS = {
    "openers_answered_in_their_thread": "in their thread on the platform",
    "openers_answered_by_the_next_message": "by a next message of the channel alone",
    "openers_answered_by_a_reaction_only": "by a reaction alone",
    "openers_answered_not_at_all": "not at all",
}
GONE = (
    "they are kept, and count as waiting to the end of the record although nobody saw them after "
    "the last export that held them, so that shares unanswered long after are too high. Months "
    "that an earlier export covers keep what was deleted since, the months after it hold only "
    "what was left: later months look better answered. The trend by month leaves these posts out; "
    "what was deleted before any export is in no month."
)
ONE_EXPORT = "Only one export was loaded, so that what disappeared before it is not known."


class Span(NamedTuple):
    """Posts of one kind: how many, the first moment and the last, in microseconds."""

    posts: int
    first: int
    last: int


def how_made(part: Part) -> list[str]:
    """Sentences on how threads were made, kinds that begin or end apart, and several exports."""
    said = [by_next(part), *ends_apart(part), _gone(part.community.posts), _between(part)]
    return [sentence for sentence in said if sentence]


def by_next(part: Part) -> str:
    """That messages were taken as answers to the one before, and how many openers that gave."""
    about = part.whole.manifest
    if about["options"].get("answers") != "next":
        return ""
    counts = {words: about["notes"].get(name, 0) for name, words in OPENERS.items()}
    if not sum(counts.values()):
        return BY_NEXT
    listed = ", ".join(f"{count:,} {words}" for words, count in counts.items())
    return f"{BY_NEXT} Of {sum(counts.values()):,} openers by people were answered: {listed}."


def ends_apart(part: Part) -> list[str]:
    """
    Kinds of reply that end well before the last thread is opened, or begin well after the first.

    Apart are ends by more than three days and a twentieth of the record, if twenty posts or more
    of the kind were to be expected in between, at its own pace.
    """
    posts = part.community.posts
    opening = pl.col("post_id") == pl.col("thread_id")
    opened, replied = _spans(posts.filter(opening)), _spans(posts.filter(~opening))
    if not opened or not replied:
        return []
    first = min(opened, key=lambda kind: opened[kind].first)
    last = max(opened, key=lambda kind: opened[kind].last)
    whole = opened[last].last - opened[first].first
    said = []
    for kind, span in replied.items():
        word = "Replies" if kind in opened else f"{kind.capitalize()}s"
        late, early = span.first - opened[first].first, opened[last].last - span.last
        if _missed(span, early, whole):
            said.append(
                f"{word} end on {_date(span.last)}, {early // DAY:,} days before the {last}s that "
                "open threads: threads opened after that look unanswered."
            )
        if _missed(span, late, whole):
            said.append(
                f"{word} begin on {_date(span.first)}, {late // DAY:,} days after "
                f"the {first}s that open threads: threads opened before that look unanswered, or "
                "answered late."
            )
    return said


def _spans(posts: pl.DataFrame) -> dict[str, Span]:
    found = posts.group_by("kind").agg(
        pl.len(), pl.col("created_us").min().alias("first"), pl.col("created_us").max().alias("end")
    )
    return {kind: Span(*numbers) for kind, *numbers in found.sort("kind").iter_rows()}


def _missed(span: Span, apart: int, whole: int) -> bool:
    """Whether so long a time without posts of a kind is neither short nor chance."""
    if apart <= max(NEAR_DAYS * DAY, NEAR_SHARE * whole):
        return False
    return span.posts * apart >= SURPRISING * max(span.last - span.first, 1)


def _date(us: int) -> str:
    return (readable(us) or "")[:10]


def _gone(posts: pl.DataFrame) -> str:
    gone = int(posts["is_gone"].fill_null(False).sum())
    if gone:
        return f"In an earlier export and no longer in the latest: {gone:,} posts; {GONE}"
    return ONE_EXPORT if posts["is_gone"].is_null().all() else ""


def _between(part: Part) -> str:
    days = part.whole.manifest["notes"].get("days_between_exports", 0)
    if not days:
        return ""
    return (
        f"Between the exports lie {days:,} days that none of them covers: what was written then is "
        "missing, and waits run on over these days."
    )
