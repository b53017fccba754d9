"""Threads: pointer jumping, cycles, and telling post ids from topic numbers."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.data import threads
from workbench.errors import DataError


def follow(pointers: list[int], start: int) -> list[int]:
    """The rows visited from `start` by single steps until one repeats."""
    seen = [start]
    while (here := pointers[seen[-1]]) not in seen:
        seen.append(here)
    return seen


@st.composite
def pointer_lists(draw):
    """Up to 40 rows that each point anywhere, to themselves included."""
    size = draw(st.integers(1, 40))
    return draw(st.lists(st.integers(0, size - 1), min_size=size, max_size=size))


@given(pointer_lists())
def test_cycles_are_those_found_by_single_steps(pointers):
    """A row is on a cycle if walking from it comes back to it by way of another row."""
    got = threads.on_cycle(pl.Series(pointers, dtype=pl.UInt32)).to_list()

    walks = [follow(pointers, row) for row in range(len(pointers))]
    assert got == [pointers[w[-1]] == w[0] and len(w) > 1 for w in walks]


@given(pointer_lists())
def test_ends_are_those_found_by_single_steps(pointers):
    """Where a walk stops at a row pointing to itself, jumping ends at that row."""
    got = threads.ends(pl.Series(pointers, dtype=pl.UInt32)).to_list()

    for row, end in enumerate(got):
        last = follow(pointers, row)[-1]
        if pointers[last] == last:
            assert end == last


def test_a_chain_longer_than_any_power_of_two_is_followed_to_its_root():
    """1,000 answers, each to the one before, all belong to the first post."""
    chain = pl.Series([0, *range(999)], dtype=pl.UInt32)

    assert threads.ends(chain).unique().to_list() == [0]


def opening_post(posts, row, mode):
    """The thread of one post, found by single steps through plain dictionaries."""
    by_id = {post["post_id"]: post for post in posts}
    while True:
        key, parent = row["thread_id"], row["parent_id"]
        if key is not None and mode == "topic":
            same = [post for post in posts if post["thread_id"] == key]
            return min(same, key=lambda post: (post["created_us"], post["row"]))["post_id"]
        sought = parent if key is None else key
        if sought in (None, row["post_id"]):
            return row["post_id"]
        if sought not in by_id:
            return f"missing:{sought}"
        row = by_id[sought]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.sampled_from(["post", "topic"]), st.randoms(use_true_random=False))
def test_threads_are_those_found_by_single_steps(size, mode, random):
    """Any mixture of thread keys and parents without rings, in both modes."""
    ids = [f"p{i}" for i in range(size)]
    posts = [
        {
            "community_id": "c",
            "post_id": ids[i],
            "thread_id": random.choice([None, ids[i], "gone", *(ids[:i] or ["t"])]),
            "parent_id": random.choice([None, ids[i], "lost", *ids[:i]]),
            "created_us": random.randrange(3),
            "row": i + 1,
        }
        for i in range(size)
    ]
    random.shuffle(posts)
    text = {"thread_id": pl.String, "parent_id": pl.String}

    got = threads.thread_ids(pl.DataFrame(posts, schema_overrides=text), mode).to_list()

    assert got == [opening_post(posts, row, mode) for row in posts]


def test_chains_of_parents_by_hand(posts_from):
    """An answer to an answer is in the thread of the question."""
    posts = posts_from("""
        post_id parent_id minute
        q       -         0
        a       q         1
        b       a         2
        r       -         3
        s       gone      4
        t       s         5
    """)

    # b -> a -> q; s answers a post that is not there, and t answers s.
    want = ["q", "q", "q", "r", "missing:gone", "missing:gone"]
    assert threads.thread_ids(posts, "post").to_list() == want


def test_a_thread_key_goes_before_the_parent(posts_from):
    """Where the export names the thread, the parent does not decide."""
    posts = posts_from("""
        post_id thread_id parent_id minute
        q       q         -         0
        r       r         -         1
        a       r         q         2
        b       -         a         3
    """)

    # a says thread r although it answers q; b answers a, so it is in r too.
    assert threads.thread_ids(posts, "post").to_list() == ["q", "r", "r", "r"]


def test_a_missing_thread_never_gets_the_id_of_a_post(posts_from):
    """A post that is itself called `missing:x` is not mistaken for a missing opening post."""
    posts = posts_from("""
        post_id   parent_id minute
        missing:x -         0
        a         x         1
    """)

    assert threads.thread_ids(posts, "post").to_list() == ["missing:x", "missing:missing:x"]


def test_topics_are_opened_by_their_earliest_post(posts_from):
    """Ties in time go to the row that comes first; an answer without topic follows its parent."""
    posts = posts_from("""
        post_id thread_id parent_id minute
        p9      t1        -         5
        p2      t1        -         1
        p1      t1        -         1
        p4      -         p9        6
        p5      -         -         7
    """)

    # p2 and p1 share the first minute, p2 stands first. p4 answers p9, which is in t1. p5 is alone.
    assert threads.thread_ids(posts, "topic").to_list() == ["p2", "p2", "p2", "p2", "p5"]


def test_equal_ids_in_two_communities_are_two_posts(posts_from):
    """An answer in one community never joins the thread of the other."""
    posts = posts_from("""
        community_id post_id parent_id minute
        c            q       -         0
        d            q       o         1
        d            o       -         0
        d            a       q         2
    """)

    assert threads.thread_ids(posts, "post").to_list() == ["q", "o", "o", "o"]


def test_topic_numbers_that_are_post_numbers_too_are_seen_through(posts_from):
    """Posts 2 and 3 are in topics 1 and 2, so keys 2 and 3 are not their ids."""
    posts = posts_from("""
        post_id thread_id minute
        1       1         0
        2       1         1
        3       2         2
        4       2         3
        5       3         4
        6       3         5
    """)

    # Key 1 names post 1 of topic 1, by accident; keys 2 and 3 name posts of topics 1 and 2: 1 of 3.
    assert threads.found_mode(posts, "detect") == "topic"
    assert threads.thread_ids(posts, "topic").to_list() == ["1", "1", "3", "3", "5", "5"]


def test_two_topics_of_which_one_number_fits_by_accident(posts_from):
    """Half of the keys naming themselves is not enough."""
    posts = posts_from("""
        post_id thread_id minute
        1       1         0
        2       1         1
        3       2         2
    """)

    assert threads.found_mode(posts, "detect") == "topic"


@pytest.mark.parametrize("own", ["q", "-"])
def test_ids_of_opening_posts_are_seen_even_where_many_are_cut_off(posts_from, own):
    """Threads whose opening post is not in the record say nothing; the others name themselves."""
    posts = posts_from(f"""
        post_id thread_id minute
        q       {own}     0
        a       q         1
        b       gone      2
        c       lost      3
    """)

    # Of the keys q, gone and lost, only q is the id of a post; it carries q, or opens on its own.
    assert threads.found_mode(posts, "detect") == "post"


def test_keys_that_name_no_post_are_topics(posts_from):
    """Text keys such as a subject line can only be topics."""
    posts = posts_from("""
        post_id thread_id minute
        1       pruning   0
        2       pruning   1
    """)

    assert threads.found_mode(posts, "detect") == "topic"


def test_no_keys_at_all(posts_from):
    """Without thread keys parents decide, whichever name that has."""
    assert threads.found_mode(posts_from("post_id minute\nq 0"), "detect") == "post"


def test_unknown_mode(posts_from):
    """The message lists what there is."""
    with pytest.raises(DataError, match=r"thread_ids 'tree': expected detect, post, topic\."):
        threads.found_mode(posts_from("post_id minute\nq 0"), "tree")


def test_which_opening_post_is_missing(posts_from):
    """The name of an absent post tells its id; a post that opens its thread names none."""
    posts = posts_from("""
        post_id   thread_id         minute
        missing:x missing:x         0
        a         missing:missing:x 1
        b         missing:x         2
    """)

    # No post may have the id, so that the mark is doubled where a post is called `missing:x`.
    assert threads.missing_openers(posts).to_list() == [None, "x", None]
