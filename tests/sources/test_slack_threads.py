"""Threads of Slack messages by hand, and against a slow reading of the rule on any channel."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.sources._slack_threads import LONGEST_SILENCE_US, RUNGS, rungs, threads
from workbench.sources._times import MINUTE

ROWS = {
    "ts": pl.String,
    "thread_ts": pl.String,
    "created_us": pl.Int64,
    "author_id": pl.String,
    "is_bot": pl.Boolean,
}
REACTED = {"ts": pl.String, "rater_id": pl.String}


def channel(*rows):
    """Messages of one channel: minute, author, minute of the thread's opener; programs are `p`."""
    return pl.DataFrame(
        [
            (f"{at:04d}", None if of is None else f"{of:04d}", at * MINUTE, who, who == "p")
            for at, who, of in rows
        ],
        schema=ROWS,
        orient="row",
    )


def openers(messages, answers):
    """For every message the minute of the opener of its thread."""
    return [int(ts) for ts in threads(messages, answers=answers)["opener"]]


def answered(messages, *reactions, answers="next"):
    """How many openers stand on each rung."""
    placed = pl.concat([messages, threads(messages, answers=answers)], how="horizontal")
    given = [(f"{at:04d}", who) for at, who in reactions]
    return rungs(placed, pl.DataFrame(given, schema=REACTED, orient="row"))


def rung(name):
    """One opener on this rung, none on the others."""
    return {other: int(other == name) for other in RUNGS}


def test_threads_by_hand():
    """Within an hour a message continues its channel; replies in threads are aside."""
    messages = channel(
        (0, "a", None),
        (60, "b", None),  # exactly an hour: continues
        (121, "a", None),  # 61 minutes: opens
        (130, "b", 130),  # a Slack thread opens one, whatever was before
        (140, "c", None),  # continues what stands before it in the channel
        (190, "a", 130),  # a reply in the thread is not in the channel
        (199, "a", None),  # 59 minutes after minute 140
        (900, "c", 800),  # its opener is not in the record
        (910, "c", None),  # 711 minutes after minute 199
    )

    assert openers(messages, "next") == [0, 0, 121, 130, 130, 130, 130, 800, 910]
    assert openers(messages, "thread") == [0, 60, 121, 130, 140, 130, 199, 800, 910]


def test_a_reply_makes_its_opener_one():
    """Exports from before threads were marked name the opener only in the reply."""
    messages = channel((0, "a", None), (5, "b", None), (9, "a", 5))

    assert openers(messages, "next") == [0, 5, 5]


def test_order_in_the_file_does_not_matter():
    """The clock decides which message came before."""
    messages = channel((50, "b", None), (0, "a", None), (100, "c", None))

    assert openers(messages, "next") == [0, 0, 0]


def test_a_message_stored_twice_counts_once():
    """The copy goes where the first goes, also where it lost its mark."""
    messages = channel((0, "a", 0), (30, "b", 0), (30, "b", None), (70, "c", None))

    # Minute 30 is a reply in the thread, so that minute 70 is 70 minutes after minute 0.
    assert openers(messages, "next") == [0, 0, 0, 70]


def test_no_messages():
    """A channel of events alone has no thread."""
    assert openers(channel(), "next") == []
    assert sum(answered(channel()).values()) == 0


@pytest.mark.parametrize(
    ("messages", "reactions", "best"),
    [
        ([(0, "a", 0), (9, "b", 0)], [], "in_their_thread"),
        ([(0, "a", 0), (9, "a", 0), (20, "b", None)], [(0, "b")], "by_the_next_message"),
        ([(0, "a", None), (9, "b", None)], [], "by_the_next_message"),
        ([(0, "a", None), (50, "a", None), (100, "b", None)], [], "by_the_next_message"),
        ([(0, "a", None), (9, "b", None), (20, "a", None)], [], "by_the_next_message"),
        ([(0, "a", None), (9, "a", None)], [(0, "b")], "by_a_reaction_only"),
        ([(0, "a", None), (9, "p", None)], [(0, "a")], "not_at_all"),
        ([(0, "a", 0), (9, "p", 0)], [], "not_at_all"),
        ([(0, "a", None)], [], "not_at_all"),
        ([(0, "a", None), (9, None, None)], [], "by_the_next_message"),
    ],
)
def test_rungs_by_hand(messages, reactions, best):
    """The best answer counts: by another person, not by a program, not by oneself."""
    assert answered(channel(*messages), *reactions) == rung(best)


def test_openers_by_programs_are_not_counted():
    """What a program posts needs no answer."""
    assert answered(channel((0, "p", None), (9, "a", None))) == dict.fromkeys(RUNGS, 0)


def test_rungs_of_threads_alone():
    """With Slack's threads alone each message in the channel opens one; the rungs still tell."""
    messages = channel((0, "a", None), (9, "b", None), (20, "b", None))

    # Minute 0 is followed by b; minutes 9 and 20 by nobody else.
    assert answered(messages, answers="thread") == {
        "in_their_thread": 0,
        "by_the_next_message": 1,
        "by_a_reaction_only": 0,
        "not_at_all": 2,
    }


CHANNELS = st.lists(
    st.tuples(
        st.integers(0, 400), st.sampled_from("abp"), st.one_of(st.none(), st.integers(0, 400))
    ),
    max_size=14,
    unique_by=lambda row: row[0],
).map(sorted)


def slowly(rows, answers):
    """The rule, one message after the other: the opener and the run of each."""
    named = {of for at, _, of in rows if of is not None and of != at}
    found, before = [], None
    for at, _, of in rows:
        if of is not None and of != at:
            found.append((of, of))
            continue
        opens = before is None or of == at or at in named
        opens = opens or (at - before[0]) * MINUTE > LONGEST_SILENCE_US
        run = at if opens else before[1]
        before = (at, run)
        found.append((run if answers == "next" else at, run))
    return found


@settings(max_examples=60)
@given(CHANNELS, st.sampled_from(["next", "thread"]))
def test_threads_follow_the_rule(rows, answers):
    """Any channel is cut as the rule says, read message by message."""
    rows = [(at, who, of) for at, who, of in rows if of is None or of <= at]

    assert openers(channel(*rows), answers) == [opener for opener, _ in slowly(rows, answers)]


@settings(max_examples=60)
@given(CHANNELS, st.sampled_from(["next", "thread"]), st.lists(st.sampled_from("ab"), max_size=2))
def test_rungs_follow_their_meaning(rows, answers, likers):
    """Any opener is counted once, on the best rung that it reaches."""
    rows = [(at, who, of) for at, who, of in rows if of is None or of <= at]
    placed = list(zip(rows, slowly(rows, answers), strict=True))
    liked = [(at, who) for at, *_ in rows[:3] for who in likers]
    expected = dict.fromkeys(RUNGS, 0)
    for (at, who, _), (opener, run) in placed:
        if opener != at or who == "p":
            continue
        others = [row for row in placed if row[0][1] not in (who, "p")]
        reply = any(of == at and later != at for (later, _, of), _ in others)
        follow = any(
            its == run and later > at and of in (None, later) for (later, _, of), (_, its) in others
        )
        like = any(on == at and by != who for on, by in liked)
        best = 0 if reply else 1 if follow else 2 if like else 3
        expected[RUNGS[best]] += 1

    assert answered(channel(*rows), *liked, answers=answers) == expected
