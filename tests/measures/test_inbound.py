"""What else waited when a turn arrived: by hand, by loops, and the refusals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MeasureError
from workbench.measures.inbound import COUNTS, inbound
from workbench.measures.turns import turns

LENGTHS = {"window_us": 10, "online_us": 4, "horizon_us": 12, "within_us": 3}


def test_inbound_by_hand(posts_from, people_from, records):
    """Other threads only; what has the date of the turn itself is not yet there."""
    posts = posts_from("""
        post_id thread_id author_id recipient_id created_us
        a       a         ann       bob          100
        b       b         cy        bob          104
        b1      b         bob       cy           106
        c       c         dan       bob          107
        a1      a         ann       bob          107
        d       d         eve       bob          110
        e       e         fay       bob          122
    """)
    people = people_from("person_id is_bot\nann no")
    rows = turns(posts, people, recipient="addressee")

    got = {
        (row["thread_id"], row["arrived_us"]): tuple(row[n] for n in (*COUNTS, "online"))
        for row in records(inbound(rows, posts, **LENGTHS))
        if row["recipient_id"] == "bob"
    }

    # a at 100 is one turn with 107, never answered, given up at 112. Later window [103, 113[:
    # b, c, d. b at 104: a came within 10 and waits; its later window [107, 117[ has c and d.
    # c at 107: a and b came within 10; b was answered at 106, so only a waits; bob wrote at 106;
    # [110, 120[ has d. d at 110: a (exactly 10 old), b, c came; a and c wait; 106 is 4 ago; [113,
    # 123[ has e. e at 122: nothing came within 10; a and c were given up, d (110 + 12) still waits.
    assert got == {
        ("a", 100): (0, 3, 0, 0, 0, False),
        ("b", 104): (1, 2, 1, 1, 0, False),
        ("c", 107): (2, 1, 1, 1, 1, True),
        ("d", 110): (3, 1, 2, 2, 1, True),
        ("e", 122): (0, 0, 1, 1, 0, False),
    }


def by_loops(turn, every, posts):
    """The counts of one turn from their definitions."""
    now, thread = turn["arrived_us"], turn["thread_id"]
    mine = [t for t in every if all(t[k] == turn[k] for k in ("community_id", "recipient_id"))]
    others = [t for t in mine if t["thread_id"] != thread]
    window, within = LENGTHS["window_us"], LENGTHS["within_us"]
    later = now + within + window
    own = [
        p["created_us"] for p in posts
        if (p["community_id"], p["author_id"]) == (turn["community_id"], turn["recipient_id"])
    ]  # fmt: skip

    def waits(one):
        given_up = one["arrived_us"] + LENGTHS["horizon_us"]
        end = given_up if one["replied_us"] is None else min(one["replied_us"], given_up)
        return one["arrived_us"] < now <= end

    return (
        sum(0 < now - t["arrived_us"] <= window for t in others),
        sum(0 < later - t["arrived_us"] <= window for t in others),
        len({t["thread_id"] for t in others if waits(t)}),
        sum(waits(t) for t in mine),
        sum(0 < now - moment <= window for moment in own),
        any(0 < now - moment <= LENGTHS["online_us"] for moment in own),
    )


@settings(max_examples=25)
@given(data=st.data(), recipient=st.sampled_from(["addressee", "opener"]))
def test_inbound_equals_its_definition_in_loops(nasty, records, data, recipient):
    """On any tables every count is that of plain loops over turns and posts."""
    tables = data.draw(nasty)
    rows = turns(tables["posts"], tables["people"], recipient=recipient)
    every, posts = records(rows), tables["posts"].to_dicts()

    got = records(inbound(rows, tables["posts"], **LENGTHS))

    assert len(got) == len(every)
    for row in got:
        counts = tuple(row[name] for name in (*COUNTS, "online"))
        assert counts == by_loops(row, every, posts)


@pytest.mark.parametrize("name", LENGTHS)
def test_lengths_must_be_positive(name, posts_from, people_from):
    """A window of nothing is refused by its name."""
    posts = posts_from("post_id thread_id created_us")
    rows = turns(posts, people_from("person_id"), recipient="addressee")

    with pytest.raises(MeasureError, match=rf"inbound: {name} is 0; expected more than 0 micro.*"):
        inbound(rows, posts, **{**LENGTHS, name: 0})
