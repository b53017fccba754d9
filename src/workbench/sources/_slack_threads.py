"""
Which thread each Slack message belongs to, and how the messages that opened one were answered.

Many answers on Slack are not in the thread of what they answer: they are the next message of the
channel. So a rule has to say which of those belong together; it is stated in `threads`, and
`rungs` counts how much hangs on it.
"""

from __future__ import annotations

import polars as pl

from workbench.sources._times import MINUTE

LONGEST_SILENCE_US = 60 * MINUTE
NEXT, THREAD = "next", "thread"
RUNGS = ("in_their_thread", "by_the_next_message", "by_a_reaction_only", "not_at_all")


def threads(messages: pl.DataFrame, *, answers: str) -> pl.DataFrame:
    """
    The thread of each message of one channel, as the `ts` of the message that opened it.

    A reply in a Slack thread belongs to that thread. A message that opened a Slack thread opens
    one here. Of the others, with `answers="next"` a message belongs to the same thread as the
    message before it in the channel (replies in threads left aside), if that was at most an hour
    earlier; else, and with `answers="thread"` always, it opens one.

    Parameters
    ----------
    messages : a row a message, with `ts`, `thread_ts`, `created_us`. Of rows with the same `ts` the
        first counts, and the others go where it goes.

    Returns
    -------
    DataFrame, a row a message, in order
        opener : ts of the message that opened its thread. run : the same under `next`.
        in_channel : it stands in the channel, not only in a Slack thread.
    """
    replied = messages.filter(pl.col("thread_ts") != pl.col("ts"))["thread_ts"].unique()
    named = messages.select("ts", "thread_ts", "created_us").with_row_index("at")
    reply = (pl.col("thread_ts") != pl.col("ts")).fill_null(False)
    opened = (pl.col("thread_ts") == pl.col("ts")).fill_null(False)
    opened |= pl.col("ts").is_in(replied.implode())
    first = named.unique("ts", keep="first").with_columns(reply=reply, opened=opened & ~reply)
    line = first.filter(~pl.col("reply")).sort("created_us", "ts")
    late = (pl.col("created_us").diff() > LONGEST_SILENCE_US).fill_null(True)
    starts = pl.when(late | pl.col("opened")).then("ts")
    runs = line.select("ts", run=starts.forward_fill())
    placed = first.join(runs, on="ts", how="left").with_columns(
        run=pl.coalesce("run", "thread_ts"), own=pl.when("reply").then("thread_ts").otherwise("ts")
    )
    opener = "run" if answers == NEXT else "own"
    by_ts = placed.select("ts", "run", opener=opener, in_channel=~pl.col("reply"))
    return named.join(by_ts, on="ts", how="left", maintain_order="left").select(
        "opener", "run", "in_channel"
    )


def rungs(messages: pl.DataFrame, reacted: pl.DataFrame) -> dict[str, int]:
    """
    How many messages by people that opened a thread were answered, by the best answer they got.

    Parameters
    ----------
    messages : a row a message of one channel, no `ts` twice, with the columns of `threads` and
        `ts, created_us, author_id, is_bot`.
    reacted : a row a reaction, with `ts` and `rater_id`.

    Returns
    -------
    dict, the names of `RUNGS` -> messages
        Another person, who is no program, wrote in their Slack thread; else wrote in the channel
        before an hour of silence or another thread; else reacted; else nothing.
    """
    asked = messages.filter((pl.col("opener") == pl.col("ts")) & ~pl.col("is_bot"))
    said = messages.filter(~pl.col("is_bot")).select(
        "in_channel", "thread_ts", "run", "created_us", who="author_id", said="ts"
    )
    other = pl.col("who").ne_missing(pl.col("author_id"))
    later = (pl.col("created_us_right") > pl.col("created_us")) | (
        (pl.col("created_us_right") == pl.col("created_us")) & (pl.col("said") > pl.col("ts"))
    )
    replied = asked.join(
        said.filter(~pl.col("in_channel")), left_on="ts", right_on="thread_ts", how="inner"
    ).filter(other)["ts"]
    # Whoever wrote last in a run answered all others in it, and whoever wrote last but one this
    # person; so two rows a run are enough, however long it is.
    by_person = (
        said.filter("in_channel")
        .sort("created_us", "said")
        .unique(["run", "who"], keep="last", maintain_order=True)
    )
    last = by_person.group_by("run", maintain_order=True).tail(2)
    followed = asked.join(last, on="run", how="inner").filter(other & later)["ts"]
    liked = asked.join(reacted, on="ts", how="inner").filter(
        pl.col("rater_id").ne_missing(pl.col("author_id"))
    )["ts"]
    ways = [pl.col("ts").is_in(ts.unique().implode()) for ts in (replied, followed, liked)]
    best = pl.lit(RUNGS[3])
    for name, way in zip(reversed(RUNGS[:3]), reversed(ways), strict=True):
        best = pl.when(way).then(pl.lit(name)).otherwise(best)
    counted = asked.select(best.alias("rung"))["rung"].value_counts()
    found = dict(counted.iter_rows())
    return {name: int(found.get(name, 0)) for name in RUNGS}
