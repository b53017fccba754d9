"""Accounts that behave like programs: counted, flagged where that is chosen, and who is not one."""

import polars as pl
import pytest
from small_forum import START

from workbench.data._cleaning_programs import QUICK_US, suspects
from workbench.data.cleaning import clean
from workbench.sources import REJECTED

SECOND = 1_000_000
HOUR = 3_600 * SECOND
NONE = pl.DataFrame(schema=REJECTED)


def posts_of(author, times, *, parent=None, tick=1, mark="p", bot=False):
    """Canonical posts of one author at these moments after the start, each a thread or a reply."""
    names = [f"{author}{mark}{number}" for number in range(len(times))]
    return pl.DataFrame(
        {
            "community_id": "c",
            "post_id": names,
            "thread_id": names if parent is None else parent,
            "parent_id": parent or [None] * len(times),
            "author_id": author,
            "created_us": [START + time for time in times],
            "precision_us": tick,
            "kind": "post",
            "is_bot": bot,
        },
        schema_overrides={"parent_id": pl.String, "precision_us": pl.Int64},
    )


def suspected(posts):
    """Rule -> the accounts that it suspects, in order."""
    return {name: sorted(found["author_id"]) for name, found in suspects(posts).items()}


def regular(number, *, odd=0, jitter=0):
    """Moments an hour apart, but `odd` gaps of 1, 2, ... days; every second late by `jitter`."""
    gaps = [HOUR] * (number - 1 - odd) + [24 * HOUR * place for place in range(1, odd + 1)]
    times = [sum(gaps[:place]) for place in range(number)]
    return [time + jitter * (place % 2) for place, time in enumerate(times)]


@pytest.mark.parametrize(
    ("posts", "is_regular"),
    [
        # 19 gaps, all an hour; one post fewer is too few to tell.
        (posts_of("a", regular(20)), True),
        (posts_of("a", regular(19)), False),
        # 10 of 19 gaps are more than half, 9 are not.
        (posts_of("a", regular(20, odd=9)), True),
        (posts_of("a", regular(20, odd=10)), False),
        # 17 seconds late every second time: gaps of 3,617 and 3,583 seconds are within 1 % of each
        # other. 30 seconds late: 10 of 19 gaps are 3,630 seconds, still more than half.
        (posts_of("a", regular(20, jitter=17 * SECOND)), True),
        (posts_of("a", regular(20, jitter=30 * SECOND)), True),
        # Of 20 gaps 10 are 3,630 and 10 are 3,570 seconds: no more than half.
        (posts_of("a", regular(21, jitter=30 * SECOND)), False),
        # A hundredth of an hour is 36 seconds: a clock of 36 seconds can tell, one of 37 cannot.
        (posts_of("a", regular(20), tick=36 * SECOND), True),
        (posts_of("a", regular(20), tick=37 * SECOND), False),
        # Twenty posts at one moment are one act.
        (posts_of("a", [0] * 20), False),
        # Whoever is known to be a program is not suspected.
        (posts_of("a", regular(20), bot=True), False),
    ],
)
def test_regular_posts_by_hand(posts, is_regular):
    """Number of posts, share of gaps alike, and a clock fine enough to tell."""
    assert suspected(posts)["regular-bots"] == (["a"] if is_regular else [])


def answers(*, number=20, wait=QUICK_US, tick=1, to="asker", replies=1):
    """Questions by `to`, hours apart and uneven, and replies by `quick` after each."""
    asked = [place * place * HOUR for place in range(1, number + 1)]
    questions = posts_of(to, asked, tick=tick)
    parts = [questions]
    for turn in range(replies):
        times = [time + wait for time in asked]
        names = questions["post_id"].to_list()
        parts.append(posts_of("quick", times, parent=names, tick=tick, mark=f"r{turn}"))
    return pl.concat(parts)


@pytest.mark.parametrize(
    ("posts", "is_quick"),
    [
        (answers(), True),
        (answers(number=19), False),
        (answers(wait=QUICK_US + 1), False),
        # A clock of six seconds cannot show five.
        (answers(wait=0, tick=6 * SECOND), False),
        (answers(wait=0, tick=5 * SECOND), True),
        # Going on with one's own post answers nobody; a reply dated before what it answers tells
        # nothing.
        (answers(to="quick"), False),
        (answers(wait=-1), False),
        # Twenty replies to ten questions are twenty replies.
        (answers(number=10, replies=2), True),
    ],
)
def test_quick_answers_by_hand(posts, is_quick):
    """Number of replies to others, and the middle wait, where the clock is fine enough."""
    assert suspected(posts)["quick-bots"] == (["quick"] if is_quick else [])


def test_the_parent_is_answered_before_the_opening_post():
    """Five seconds after a comment are quick, whenever its thread was opened."""
    hours = [place * place * HOUR for place in range(1, 21)]
    opening = posts_of("asker", [0])
    comments = posts_of("talker", hours, parent=["askerp0"] * 20)
    replies = posts_of("quick", [hour + QUICK_US for hour in hours],
                       parent=comments["post_id"].to_list())  # fmt: skip
    replies = replies.with_columns(thread_id=pl.lit("askerp0"))

    assert suspected(pl.concat([opening, comments, replies]))["quick-bots"] == ["quick"]
    # Without parents the waits are those since the opening post: an hour and more.
    bare = pl.concat([opening, comments, replies]).with_columns(parent_id=pl.lit(None, pl.String))
    assert suspected(bare)["quick-bots"] == []


@pytest.mark.parametrize("chosen", ["count", "flag"])
def test_suspects_are_counted_or_flagged(communities, chosen):
    """Posts of suspects are counted either way; only the choice makes programs of them."""
    posts = pl.concat([answers(), posts_of("clock", regular(20)), posts_of("clock", [], mark="x")])
    people = pl.DataFrame({"community_id": "c", "person_id": ["clock", "asker"], "is_bot": False})
    tables = {"posts": posts, "people": people, "communities": communities}

    got = clean(tables, NONE, rules={"regular-bots": chosen, "quick-bots": "flag"})

    assert got.rules["regular-bots"] == {"choice": chosen, "rows": 20}
    assert got.rules["quick-bots"] == {"choice": "flag", "rows": 20}
    flagged = {"quick", "clock"} if chosen == "flag" else {"quick"}
    for table, column in (("posts", "author_id"), ("people", "person_id")):
        programs = got.tables[table].filter("is_bot")[column]
        assert set(programs) == flagged
    assert got.notes["posts_by_bots"] == 20 * len(flagged)
