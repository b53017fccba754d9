"""Turns by hand and by loops: who is awaited, what is one turn, which post is its reply."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MeasureError
from workbench.measures.turns import DAY, RECIPIENTS, turns, turns_by_day

NAMES = ("thread_id", "recipient_id", "sender_id", "arrived_us", "posts", "precision_us")


def short(records, measure):
    """Rows as tuples: thread, recipient, sender, arrived, posts, tick, replied."""
    return [
        tuple(row[name] for name in (*NAMES, "replied_us"))
        for row in sorted(records(measure), key=lambda r: (r["arrived_us"], r["recipient_id"]))
    ]


def test_a_run_of_posts_is_one_turn_dated_by_its_first(posts_from, people_from, records):
    """Posts of one sender before the reply are one turn; the answer opens a turn the other way."""
    posts = posts_from("""
        post_id thread_id author_id recipient_id created_us precision_us
        a       a         ann       bob          10         1
        a1      a         ann       bob          12         5
        a2      a         bob       ann          20         1
        a3      a         ann       bob          30         1
    """)
    people = people_from("person_id is_bot\nann no\nbob no")

    got = short(records, turns(posts, people, recipient="addressee"))

    # ann's 10 and 12 are one turn, answered at 20; bob's 20 is answered at 30; 30 never is.
    assert got == [
        ("a", "bob", "ann", 10, 2, 5, 20),
        ("a", "ann", "bob", 20, 1, 1, 30),
        ("a", "bob", "ann", 30, 1, 1, None),
    ]


def test_a_partner_is_awaited_only_after_an_own_post(posts_from, people_from, records):
    """Without addressees the first turn has no recipient: it would have one for replying only."""
    posts = posts_from("""
        post_id thread_id author_id created_us
        a       a         ann       10
        a1      a         bob       20
        a2      a         ann       30
        b       b         ann       40
        c       c         ann       50
        c1      c         bob       51
        c2      c         cy        52
    """)
    people = people_from("person_id is_bot\nann no")

    got = short(records, turns(posts, people, recipient="partner"))

    # a at 10 is left out. b has one writer and c three: nobody is known as the partner.
    assert got == [("a", "ann", "bob", 20, 1, 1, 30), ("a", "bob", "ann", 30, 1, 1, None)]


def test_an_opener_is_awaited_by_everybody_in_the_thread(posts_from, people_from, records):
    """Two senders are two turns with one reply; deleted senders count; programs await nobody."""
    posts = posts_from("""
        post_id thread_id author_id created_us
        a       a         ann       10
        a1      a         bob       20
        a2      a         -         21
        a3      a         bob       22
        a4      a         ann       30
        r       r         robot     40
        r1      r         ann       41
        x       lost      bob       42
    """)
    people = people_from("person_id is_bot\nrobot yes\nann no")

    got = short(records, turns(posts, people, recipient="opener"))

    assert got == [("a", "ann", "bob", 20, 2, 1, 30), ("a", "ann", None, 21, 1, 1, 30)]


def test_within_one_tick_both_count_as_replied_to(posts_from, people_from, records):
    """Nobody knows who was first, so both waits are less than one tick."""
    posts = posts_from("""
        post_id thread_id author_id recipient_id created_us
        a       a         ann       bob          10
        a1      a         bob       ann          10
    """)
    people = people_from("person_id is_bot\nann no")

    got = short(records, turns(posts, people, recipient="addressee"))

    assert got == [("a", "ann", "bob", 10, 1, 1, 10), ("a", "bob", "ann", 10, 1, 1, 10)]


def by_loops(posts, programs, recipient):
    """The same turns from the definition, post by post."""
    found = {}
    for post in posts:
        thread = [p for p in posts if (p["community_id"], p["thread_id"]) == (
            post["community_id"], post["thread_id"])]  # fmt: skip
        to = post["recipient_id"]
        if recipient == "opener":
            to = next((p["author_id"] for p in thread if p["post_id"] == p["thread_id"]), None)
        if recipient == "partner":
            pair = {p["author_id"] for p in thread} - {None}
            others = pair - {post["author_id"]}
            to = others.pop() if len(pair) == 2 and post["author_id"] is not None else None
        if to is None or to == post["author_id"] or (post["community_id"], to) in programs:
            continue
        own = sorted(p["created_us"] for p in thread if p["author_id"] == to)
        before = sum(moment < post["created_us"] for moment in own)
        if recipient != "addressee" and not before:
            continue
        later = [moment for moment in own if moment >= post["created_us"]]
        reply = min(later, default=None)
        key = (post["community_id"], post["thread_id"], to, post["author_id"], before, reply)
        found.setdefault(key, []).append(post)
    return [
        (*key[:4], min(p["created_us"] for p in run), len(run), key[5])
        for key, run in found.items()
    ]


@pytest.mark.parametrize("recipient", RECIPIENTS)
@settings(max_examples=25)
@given(data=st.data())
def test_turns_equal_their_definition_in_loops(recipient, nasty, records, data):
    """On any tables the rows are those of plain loops over posts."""
    tables = data.draw(nasty)
    programs = {(p["community_id"], p["person_id"]) for p in tables["people"].to_dicts()
                if p["is_bot"]}  # fmt: skip
    expected = by_loops(tables["posts"].to_dicts(), programs, recipient)

    got = records(turns(tables["posts"], tables["people"], recipient=recipient))

    names = ("community_id", *NAMES[:5], "replied_us")
    assert sorted([tuple(r[n] for n in names) for r in got], key=str) == sorted(expected, key=str)


def test_turns_by_day_by_hand(posts_from, people_from, records):
    """A day counts the turns that arrived on it and those of them that were answered in time."""
    posts = posts_from(f"""
        post_id thread_id author_id recipient_id created_us
        a       a         ann       bob          {DAY + 1}
        a1      a         bob       ann          {DAY + 5}
        b       b         cy        bob          {DAY + 7}
        b1      b         bob       cy           {DAY + 18}
        c       c         cy        bob          {2 * DAY}
    """)
    people = people_from("person_id is_bot\nann no")

    rows = turns(posts, people, recipient="addressee")
    got = [row for row in records(turns_by_day(rows, within_us=10)) if row["recipient_id"] == "bob"]

    # On day 1 two arrive: one waits 4, the other 11, which is too long. On day 2 one, unanswered.
    assert [(row["day"], row["arrived"], row["answered"]) for row in got] == [(1, 2, 1), (2, 1, 0)]


def test_an_unknown_recipient_is_refused(posts_from, people_from):
    """The message names the three that there are."""
    with pytest.raises(MeasureError, match=r"turns: recipient is one of addressee, partner, op.*"):
        turns(posts_from("post_id thread_id created_us"), people_from("person_id"), recipient="me")


def test_a_missing_column_is_named(posts_from, people_from):
    """Direct messages without addressees cannot have turns by addressee."""
    posts = posts_from("post_id thread_id created_us").drop("recipient_id")

    with pytest.raises(MeasureError, match=r"turns: table posts needs recipient_id; found .*"):
        turns(posts, people_from("person_id"), recipient="addressee")
