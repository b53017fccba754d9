"""Around a post: the community's volume before it, and what its author had received."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MeasureError
from workbench.measures import collect
from workbench.measures.context import received_before, volume_before

# Collecting is as slow as the machine is busy: its time is not what is tested.
UNTIMED = settings(deadline=None, max_examples=60)


def test_volume_before_by_hand(posts_from, records):
    """Window 10: at 20 there are the two of 10 and the one of 15, not the other of 20."""
    posts = posts_from("""
        community_id post_id thread_id author_id created_us
        c            a       a         ann       10
        c            b       a         bob       10
        c            d       a         -         15
        c            e       a         ann       20
        c            f       a         bob       20
        c            g       a         cy        26
        other        a       a         ann       19
    """)

    got = records(volume_before(posts, window_us=10))

    # a, b: nothing before. d: a, b. e, f: a, b (just 10 old) and d. g (16..25): e, f.
    assert [(row["community_id"], row["post_id"], row["volume"]) for row in got] == [
        ("c", "a", 0),
        ("c", "b", 0),
        ("c", "d", 2),
        ("c", "e", 3),
        ("c", "f", 3),
        ("c", "g", 2),
        ("other", "a", 0),
    ]


@UNTIMED
@given(data=st.data(), window_us=st.integers(1, 40))
def test_volume_before_equals_its_definition_in_loops(nasty, records, data, window_us):
    """On any tables the running count is what comparing all pairs of posts gives."""
    frame = data.draw(nasty)["posts"]
    posts = frame.to_dicts()
    by_loops = [
        {
            "community_id": post["community_id"],
            "post_id": post["post_id"],
            "volume": sum(
                other["community_id"] == post["community_id"]
                and 0 < post["created_us"] - other["created_us"] <= window_us
                for other in posts
            ),
        }
        for post in posts
    ]

    got = records(volume_before(frame, window_us=window_us))

    assert got == records(by_loops)


@UNTIMED
@given(data=st.data(), window_us=st.integers(1, 40), shift=st.integers(-(10**15), 10**15))
def test_volume_before_does_not_depend_on_the_origin_of_time(
    nasty, records, data, window_us, shift
):
    """Moving every clock by the same amount changes no count."""
    posts = data.draw(nasty)["posts"]
    moved = posts.with_columns(created_us=posts["created_us"] + shift)

    assert records(volume_before(moved, window_us=window_us)) == records(
        volume_before(posts, window_us=window_us)
    )


@pytest.mark.parametrize("window_us", [0, -2000])
def test_volume_before_refuses_an_empty_window(posts_from, window_us):
    """A window without length would say 0 for every post."""
    posts = posts_from("post_id thread_id created_us\na a 1")
    with pytest.raises(MeasureError) as error:
        volume_before(posts, window_us=window_us)
    assert str(error.value) == (
        f"volume_before: window_us is {window_us:,}; expected more than 0 microseconds. "
        "Pass the length of the time to look back."
    )


def test_received_before_by_hand(posts_from, records):
    """Messages of the same moment as one's first are not before it; groups have no rows."""
    posts = posts_from("""
        community_id post_id thread_id author_id recipient_id created_us
        c            a       a         ann       bob          10
        c            b       b         -         bob          12
        c            d       d         cy        bob          15
        c            e       a         bob       ann          15
        c            f       d         bob       cy           30
        c            g       g         ann       dee          31
        group        a       a         ann       -            10
    """)

    got = records(received_before(posts))

    # bob began at 15: two before that. ann and cy got theirs after their own. dee never wrote.
    assert [(row["person_id"], row["received"]) for row in got] == [
        ("ann", 0),
        ("bob", 2),
        ("cy", 0),
    ]
    assert {row["community_id"] for row in got} == {"c"}


def test_received_before_has_no_rows_without_addressees(posts_from):
    """Where nobody is addressed the measure is unknown, not zero."""
    posts = posts_from("post_id thread_id author_id created_us\na a ann 1\nb a bob 2")

    got = collect(received_before(posts))

    assert len(got) == 0
    assert list(got.columns) == ["community_id", "person_id", "received"]


@UNTIMED
@given(data=st.data())
def test_received_before_equals_its_definition_in_loops(nasty, records, data):
    """On any tables the counts are those of plain loops over people."""
    frame = data.draw(nasty)["posts"]
    posts = frame.to_dicts()
    by_loops = []
    for community in ("c", "d"):
        mine = [post for post in posts if post["community_id"] == community]
        if all(post["recipient_id"] is None for post in mine):
            continue
        for person in {post["author_id"] for post in mine} - {None}:
            first = min(post["created_us"] for post in mine if post["author_id"] == person)
            received = sum(
                post["recipient_id"] == person and post["created_us"] < first for post in mine
            )
            by_loops.append({"community_id": community, "person_id": person, "received": received})

    assert records(received_before(frame)) == records(by_loops)


# Counted once more in plain Python from the file. Exact.
COLLEGE_SENDERS, COLLEGE_HAD_RECEIVED = 1350, 738


def test_most_students_had_mail_before_they_wrote(college):
    """More than half of those who wrote had been written to before."""
    got = collect(received_before(college["posts"]))

    assert len(got) == COLLEGE_SENDERS
    assert (got["received"] > 0).sum() == COLLEGE_HAD_RECEIVED
