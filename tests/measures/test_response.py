"""First responses: definitions, censoring, ties, and what cannot be known."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MeasureError
from workbench.measures import collect
from workbench.measures.response import DEFINITIONS, first_response, reply_facts, threads

# Collecting is as slow as the machine is busy: its time is not what is tested.
UNTIMED = settings(deadline=None, max_examples=60)

HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def club(posts_from):
    """Thread a with every sort of reply, b without any, c by a deleted account, one cut off."""
    return posts_from("""
        post_id thread_id author_id created_us precision_us kind     is_bot
        a       a         ann       100        1            question no
        a1      a         ann       110        1            comment  no
        a2      a         auto      120        1            comment  yes
        a3      a         -         130        5            comment  no
        a4      a         bob       140        1            answer   no
        b       b         bob       200        1            question no
        c       c         -         300        1            question no
        c1      c         -         310        1            answer   no
        c2      c         bob       320        1            answer   no
        z1      z         ann       400        1            answer   no
    """)


@pytest.fixture(scope="module")
def until_1000(communities_from):
    """One community, watched until 1000."""
    return communities_from("""
        community_id observed_until_us
        c            1000
    """)


def test_threads_by_hand(club, records):
    """A thread is there with its opening post; the one that lost it is not."""
    got = records(threads(club))

    assert [(row["thread_id"], row["asker_id"], row["opened_us"]) for row in got] == [
        ("a", "ann", 100),
        ("b", "bob", 200),
        ("c", None, 300),
    ]
    assert [row["precision_us"] for row in got] == [1, 1, 1]
    assert not any(row["asker_is_bot"] for row in got)


@pytest.mark.parametrize(
    ("definition", "kinds", "waits", "answered"),
    [
        # a: 110 - 100 (ann herself). b: 1000 - 200, still waiting. c: 310 - 300.
        ("any", None, [10, 800, 10], [True, False, True]),
        # a: 120 - 100 (the program). c: the deleted reply may be the asker's own; bob, 320 - 300.
        ("other", None, [20, 800, 20], [True, False, True]),
        # a: 130 - 100: the deleted account is not ann's.
        ("human", None, [30, 800, 20], [True, False, True]),
        # a: only bob's post is an answer, 140 - 100.
        ("human", ["answer"], [40, 800, 20], [True, False, True]),
        # No post is an idea: a waits 1000 - 100, c 1000 - 300.
        ("any", ["idea"], [900, 800, 700], [False, False, False]),
    ],
)
def test_first_response_by_hand(club, until_1000, records, definition, kinds, waits, answered):
    """Each definition counts its own replies; a thread without one waits to the record's end."""
    got = records(first_response(club, until_1000, definition=definition, kinds=kinds))

    assert [row["thread_id"] for row in got] == ["a", "b", "c"]
    assert [row["wait_us"] for row in got] == waits
    assert [row["answered"] for row in got] == answered
    assert [row["response_us"] is not None for row in got] == answered


def test_tick_is_the_coarser_of_the_two_posts(club, until_1000, records):
    """A response on a 5-unit clock makes the wait uncertain by 5, whatever the question's clock."""
    got = records(first_response(club, until_1000, definition="human"))

    # a is answered by a3 (tick 5); b by nobody (its own tick); c by c2 (tick 1).
    assert [row["tick_us"] for row in got] == [5, 1, 1]


def test_reply_dated_before_its_thread_waits_zero(posts_from, until_1000, records):
    """A clock that runs behind gives a wait of 0, not a negative one, and keeps its own date."""
    posts = posts_from("""
        post_id thread_id author_id created_us
        a       a         ann       100
        a1      a         bob       98
    """)

    (row,) = records(first_response(posts, until_1000, definition="human"))

    assert (row["wait_us"], row["response_us"], row["answered"]) == (0, 98, True)


def test_unknown_community_has_no_censored_wait(posts_from, until_1000, records):
    """Without the end of the record nobody knows how long a silent thread waited; it stays."""
    posts = posts_from("""
        community_id post_id thread_id author_id created_us
        elsewhere    a       a         ann       100
        elsewhere    b       b         ann       100
        elsewhere    b1      b         bob       103
    """)

    got = records(first_response(posts, until_1000, definition="human"))

    assert [(row["thread_id"], row["wait_us"]) for row in got] == [("a", None), ("b", 3)]


def test_reply_facts_by_hand(club, posts_from, records):
    """Each number is what a reader counts in the table."""
    (got,) = records(reply_facts(club))

    assert got == {
        "community_id": "c",
        "threads": 4,
        "threads_without_opening_post": 1,  # z
        "opened_by_deleted": 1,  # c
        "opened_by_bot": 0,
        "replies": 7,  # a1-a4, c1, c2, z1
        "self_replies": 1,  # a1
        "by_deleted": 2,  # a3, c1
        "by_bot": 1,  # a2
        "zero_lag": 0,
        "negative_lag": 0,
    }

    skewed = posts_from("""
        post_id thread_id author_id created_us is_bot
        a       a         auto      100        yes
        a1      a         bob       100        no
        a2      a         auto      100        yes
        a3      a         bob       99         no
        z1      z         bob       99         no
    """)
    (got,) = records(reply_facts(skewed))
    # a2 is the asker's own; z1 has no opening post to be compared with.
    assert (got["opened_by_bot"], got["zero_lag"], got["negative_lag"]) == (1, 1, 1)


@UNTIMED
@given(data=st.data())
def test_stricter_definitions_never_answer_sooner(nasty, records, data):
    """Any, other, human: each step down the ladder answers fewer threads, and none earlier."""
    tables = data.draw(nasty)
    ladder = [
        {
            (row["community_id"], row["thread_id"]): row
            for row in records(
                first_response(tables["posts"], tables["communities"], definition=definition)
            )
        }
        for definition in DEFINITIONS
    ]

    for loose, strict in pairwise(ladder):
        assert loose.keys() == strict.keys()
        for thread, row in strict.items():
            assert row["wait_us"] >= loose[thread]["wait_us"]
            assert loose[thread]["answered"] or not row["answered"]


@UNTIMED
@given(data=st.data(), longer=st.integers(1, 1000))
def test_a_later_end_moves_only_unanswered_threads(nasty, records, data, longer):
    """Watching longer adds that time to each unanswered thread and nothing to the others."""
    tables = data.draw(nasty)
    communities = tables["communities"]
    later = communities.with_columns(pl.col("observed_until_us") + longer)

    def waits(ends):
        rows = records(first_response(tables["posts"], ends, definition="human"))
        return {(row["community_id"], row["thread_id"]): row for row in rows}

    before, after = waits(communities), waits(later)

    for thread, row in after.items():
        added = 0 if row["answered"] else longer
        assert row["wait_us"] - before[thread]["wait_us"] == added


# Counted once more with a sort and a group in Polars, without the measure, on the same messages
# (to the minute). The number of threads is exact, the others are rounded to the digits given.
COLLEGE_THREADS, COLLEGE_ANSWERED, COLLEGE_MEDIAN_HOURS = 13_838, 0.4667, 3.9167


def test_college_messages_reproduce_the_known_numbers(college):
    """Fewer than half of the conversations were answered; the answered had waited four hours."""
    got = collect(first_response(college["posts"], college["communities"], definition="human"))

    assert len(got) == COLLEGE_THREADS
    assert got["answered"].mean() == pytest.approx(COLLEGE_ANSWERED, abs=5e-5)
    median = got.loc[got["answered"], "wait_us"].median() / HOUR
    assert median == pytest.approx(COLLEGE_MEDIAN_HOURS, abs=5e-5)
    assert (got["tick_us"] == 60_000_000).all()


def test_first_response_rejects_an_unknown_definition(club, until_1000):
    """The message lists the definitions there are."""
    with pytest.raises(MeasureError) as error:
        first_response(club, until_1000, definition="people")
    assert str(error.value) == (
        "first_response: definition is one of any, other, human; got 'people'. Choose one of these."
    )


@pytest.mark.parametrize("kinds", ["answer", []])
def test_first_response_rejects_kinds_that_are_no_list(club, until_1000, kinds):
    """A text would be read letter by letter, and an empty list would answer nothing."""
    with pytest.raises(MeasureError) as error:
        first_response(club, until_1000, definition="any", kinds=kinds)
    assert str(error.value) == (
        "first_response: kinds is a list of kinds of post, or None for all; "
        f"got {kinds!r}. Write it as ['answer']."
    )
