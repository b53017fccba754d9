"""What else was waiting for somebody when a turn arrived: load, backlog, being there."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from workbench.errors import MeasureError
from workbench.measures import need
from workbench.schema import POSTS

PERSON = ["community_id", "recipient_id"]
COUNTS = ("load", "load_after", "conversations", "backlog", "sent")
EVERYWHERE = ""
_THREAD = [*PERSON, "thread_id"]


def inbound(
    turns: Any, posts: Any, *, window_us: int, online_us: int, horizon_us: int, within_us: int
) -> nw.LazyFrame[Any]:
    """
    The surroundings of every turn, as its recipient met them.

    All counts leave out what is dated to the very moment of the turn. They are running numbers of
    what has come and not yet gone, which need one sort where a join over a range of times would
    look at every pair.

    Parameters
    ----------
    turns : the rows of `measures.turns.turns`. window_us : how long back load and sends reach.
    online_us : how recent an own post must be. horizon_us : age from which a turn without a reply
    counts as given up. within_us : the time in which a reply counts. All in microseconds.

    Returns
    -------
    One row per turn: its columns, and
        load : turns from other threads that arrived for the same person in the window before.
        load_after : the same in a window that begins when the time to reply has ended.
        conversations : other threads with a turn that waits for the person, not given up.
        backlog : turns that wait for the person in any thread, this one included, not given up.
        sent : own posts in the window before, anywhere. online : an own post, anywhere, at most
            `online_us` before the turn.

    Raises
    ------
    MeasureError
        A length is not positive, or a column is missing.

    Source
    ------
    In-flow as in Gomez-Rodriguez, Gummadi & Schölkopf (2014), doi:10.1609/icwsm.v8i1.14549.
    """
    lengths = {
        "window_us": window_us, "online_us": online_us,
        "horizon_us": horizon_us, "within_us": within_us,
    }  # fmt: skip
    for name, length in lengths.items():
        if length <= 0:
            raise MeasureError(
                f"inbound: {name} is {length:,}; expected more than 0 microseconds. "
                "Pass a length of time."
            )
    known = nw.from_native(turns).lazy()
    asked = known.select(*_THREAD, "arrived_us").unique()
    counts = _counted(
        _spans(known, posts, window_us=window_us, online_us=online_us, horizon_us=horizon_us),
        _questions(asked, later_us=within_us + window_us),
    )
    return (
        known.join(counts, on=[*_THREAD, "arrived_us"], how="left")
        .with_columns(online=nw.col("seen") > 0)
        .drop("seen")
    )


def _spans(
    known: nw.LazyFrame[Any], posts: Any, *, window_us: int, online_us: int, horizon_us: int
) -> list[nw.LazyFrame[Any]]:
    """What is counted, from when to when it counts: person, place (a thread, or all), kind."""
    written = need(posts, POSTS, ("community_id", "author_id", "created_us"), where="inbound")
    own = written.rename({"author_id": "recipient_id"}).filter(~nw.col("recipient_id").is_null())
    recent = known.select(*_THREAD, since="arrived_us", until=nw.col("arrived_us") + window_us)
    waiting = _waiting(known, horizon_us)
    apart = _apart(waiting)
    span = [*PERSON, "since", "until"]

    def of(frame: nw.LazyFrame[Any], kind: str, place: nw.Expr) -> nw.LazyFrame[Any]:
        return frame.select(*span, place=place, kind=nw.lit(kind))

    sent = own.select(*PERSON, since="created_us", until=nw.col("created_us") + window_us)
    seen = own.select(*PERSON, since="created_us", until=nw.col("created_us") + online_us)
    return [
        *(of(recent, "load", place) for place in (nw.lit(EVERYWHERE), nw.col("thread_id"))),
        *(of(apart, "conversations", place) for place in (nw.lit(EVERYWHERE), nw.col("thread_id"))),
        of(waiting, "backlog", nw.lit(EVERYWHERE)),
        of(sent, "sent", nw.lit(EVERYWHERE)),
        of(seen, "seen", nw.lit(EVERYWHERE)),
    ]


def _questions(asked: nw.LazyFrame[Any], *, later_us: int) -> list[nw.LazyFrame[Any]]:
    """What is asked at which moment: other threads are all of them (+1) less this one (-1)."""

    def of(name: str, kind: str, *, later: int = 0, here: bool = False) -> nw.LazyFrame[Any]:
        return asked.with_columns(
            place=nw.col("thread_id") if here else nw.lit(EVERYWHERE),
            kind=nw.lit(kind),
            name=nw.lit(name),
            sign=nw.lit(-1 if here else 1, nw.Int64),
            moment=nw.col("arrived_us") + later,
        )

    elsewhere = (
        ("load", "load", 0),
        ("load_after", "load", later_us),
        ("conversations", "conversations", 0),
    )
    return [
        *(of(n, k, later=later, here=here) for n, k, later in elsewhere for here in (False, True)),
        *(of(name, name) for name in ("backlog", "sent", "seen")),
    ]


def _counted(
    spans: list[nw.LazyFrame[Any]], questions: list[nw.LazyFrame[Any]]
) -> nw.LazyFrame[Any]:
    """For each moment that is asked about: how many spans have begun before it and not ended."""
    every = nw.concat(spans)
    key = [*PERSON, "place", "kind"]
    begun = every.select(*key, moment="since", rank=nw.lit(2), change=nw.lit(1, nw.Int64))
    # A span that ends at a moment is still open at it.
    ended = every.select(
        *key, moment=nw.col("until") + 1, rank=nw.lit(0), change=nw.lit(-1, nw.Int64)
    )
    asked = nw.concat(questions).with_columns(rank=nw.lit(1), change=nw.lit(0, nw.Int64))
    # What begins in a group ends in it: one order over all of them is faster, and its sum is 0 anew
    # at the beginning of each.
    order = ["recipient_id", "place", "kind", "moment", "rank"]
    running = nw.col("change").cum_sum().over("community_id", order_by=order)
    told = (
        nw.concat([begun, ended, asked], how="diagonal")
        .with_columns(count=running * nw.col("sign"))
        .filter(nw.col("rank") == 1)
    )
    none = nw.lit(0, nw.Int64)
    return told.group_by(*_THREAD, "arrived_us").agg(
        **{
            name: nw.when(nw.col("name") == name).then(nw.col("count")).otherwise(none).sum()
            for name in (*COUNTS, "seen")
        }
    )


def _waiting(known: nw.LazyFrame[Any], horizon_us: int) -> nw.LazyFrame[Any]:
    """From when to when each turn waits: up to the reply, or until it counts as given up."""
    given_up = nw.col("arrived_us") + horizon_us
    return known.select(
        *_THREAD,
        since="arrived_us",
        until=nw.min_horizontal(nw.coalesce("replied_us", given_up), given_up),
    )


def _apart(waiting: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The same spans without overlap within a thread, so that their number is that of threads."""
    once = waiting.group_by(*_THREAD, "since").agg(until=nw.col("until").max())
    following = nw.col("since").shift(-1).over(*_THREAD, order_by="since")
    return once.with_columns(following=following).select(
        *_THREAD, "since", until=nw.min_horizontal("until", nw.coalesce("following", "until"))
    )
