"""Cleaning: every rule by hand, and the sum of rows for any table."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_forum import COMMUNITY, MINUTE, START

from workbench.data.cleaning import clean
from workbench.data.rows import EARLIEST_US, LATEST_US
from workbench.errors import DataError
from workbench.schema import PEOPLE, POSTS, RATINGS
from workbench.sources import REJECTED

NONE = pl.DataFrame(schema=REJECTED)


def aside(cleaned):
    """Quarantine as a mapping from row to reason."""
    return dict(cleaned.quarantine.select("row", "reason").iter_rows())


def test_duplicates_and_reused_ids(posts_from, communities):
    """A row said twice is set aside; so is another post under a used id; the first row stays."""
    posts = posts_from("""
        post_id author_id minute
        q       ann       0
        q       ann       0
        q       bob       0
        r       bob       1
    """)

    got = clean({"posts": posts, "communities": communities}, NONE)

    assert aside(got) == {2: "exact duplicate", 3: "post_id used before by another row"}
    assert got.tables["posts"]["author_id"].to_list() == ["ann", "bob"]


def test_empty_values_and_times_that_cannot_be(posts_from, communities):
    """Rows without an id or outside 1995 to 2035 are set aside; the limits themselves are not."""
    posts = posts_from("""
        post_id minute
        -       0
        early   0
        first   0
        last    0
        late    0
    """).with_columns(
        created_us=pl.Series([START, EARLIEST_US - 1, EARLIEST_US, LATEST_US - 1, LATEST_US])
    )

    got = clean({"posts": posts, "communities": communities}, NONE)

    outside = "dated outside 1995 to 2035"
    assert aside(got) == {1: "post_id is empty", 2: outside, 5: outside}


def test_posts_outside_the_stated_record(posts_from, communities):
    """A stated window of minutes 1 to 3 keeps its limits; a tick that reaches into it is inside."""
    posts = posts_from("""
        post_id minute
        a       0
        b       1
        c       3
        d       4
        e       0
    """).with_columns(precision_us=pl.Series([1, 1, 1, 1, 2 * MINUTE]))
    stated = communities.with_columns(
        observed_from_us=pl.lit(START + MINUTE), observed_until_us=pl.lit(START + 3 * MINUTE)
    )

    got = clean({"posts": posts, "communities": stated}, NONE)

    # e is dated minute 0 to within two minutes: it may be from minute 1.
    assert aside(got) == {1: "dated outside the record", 4: "dated outside the record"}
    assert got.tables["communities"]["observed_from_us"].item() == START + MINUTE
    assert got.tables["communities"]["observed_until_us"].item() == START + 3 * MINUTE


def test_the_record_reaches_from_its_first_to_its_last_post(posts_from, communities):
    """Unstated limits are those of the posts kept; a community without dates keeps none."""
    posts = posts_from("post_id minute\na 2\nb 7\n")
    second = communities.with_columns(community_id=pl.lit("silent"))

    got = clean({"posts": posts, "communities": pl.concat([communities, second])}, NONE)

    limits = got.tables["communities"].select("observed_from_us", "observed_until_us").rows()
    assert limits == [(START + 2 * MINUTE, START + 7 * MINUTE), (None, None)]


def test_ratings_bound_a_record_without_posts_only(posts_from, communities):
    """Votes dated to midnight move no limit of the posts; where there are no posts they are all."""
    posts = posts_from("post_id minute\na 2\nb 7\n")
    ratings = pl.DataFrame(
        {"community_id": ["c", "d", "d"], "created_us": [START, START, START + 1]}
    )
    ratings = ratings.with_columns(item_id=pl.lit("a"), scale=pl.lit("vote"), value=pl.lit(1.0))
    both = pl.concat([communities, communities.with_columns(community_id=pl.lit("d"))])

    got = clean({"posts": posts, "ratings": ratings, "communities": both}, NONE)

    limits = got.tables["communities"].select("observed_from_us", "observed_until_us").rows()
    assert limits == [(START + 2 * MINUTE, START + 7 * MINUTE), (START, START + 1)]


def test_replies_dated_before_their_thread(posts_from, communities):
    """Up to five seconds and the two ticks a reply may be early; it is kept and counted."""
    posts = posts_from("""
        post_id parent_id minute
        q       -         10
        late    q         11
        near    q         10
        far     q         10
        day     q         10
    """).with_columns(
        created_us=pl.col("created_us") - pl.Series([0, 0, 5_000_002, 5_000_003, 600_000_000]),
        precision_us=pl.Series([1, 1, 1, 1, 600_000_000]),
    )

    got = clean({"posts": posts, "communities": communities}, NONE)

    # Allowed: 5,000,000 + 1 + 1 microseconds. `day` is known to ten minutes only: it may be late.
    assert aside(got) == {4: "dated before its thread opened"}
    assert got.notes["replies_within_clock_skew"] == 2
    kept = got.tables["posts"].filter(pl.col("post_id") == "near")
    assert kept["created_us"].item() == START + 10 * MINUTE - 5_000_002


def test_clock_skew_is_a_choice(posts_from, communities):
    """With no skew allowed the near reply goes as well."""
    posts = posts_from("post_id parent_id minute\nq - 10\nnear q 10").with_columns(
        created_us=pl.col("created_us") - pl.Series([0, 3])
    )

    got = clean({"posts": posts, "communities": communities}, NONE, clock_skew_us=0)

    assert aside(got) == {2: "dated before its thread opened"}


def test_cycles_and_what_hangs_on_them(posts_from, communities):
    """Posts that answer each other in a ring go; an answer to one of them lost its parent."""
    posts = posts_from("""
        post_id parent_id minute
        a       b         0
        b       a         1
        c       b         2
        d       d         3
    """)

    got = clean({"posts": posts, "communities": communities}, NONE)

    ring = "parent links form a cycle"
    assert aside(got) == {1: ring, 2: ring}
    kept = got.tables["posts"].select("post_id", "thread_id", "parent_id").rows()
    assert kept == [("c", "missing:b", None), ("d", "d", None)]
    assert got.notes["missing_parents"] == 1
    assert got.notes["posts_naming_themselves_as_parent"] == 1


def test_thread_keys_in_a_ring(posts_from, communities):
    """Two posts that each name the other as their thread tell nothing."""
    posts = posts_from("post_id thread_id minute\na b 0\nb a 1\nc c 2")

    got = clean({"posts": posts, "communities": communities}, NONE, thread_ids="post")

    assert aside(got) == dict.fromkeys((1, 2), "thread links form a cycle")


def test_a_parent_set_aside_is_missing_afterwards(posts_from, communities):
    """Nothing in the table names a post that is not in it."""
    posts = posts_from("""
        post_id thread_id parent_id minute
        q       q         -         10
        early   q         q         1
        late    q         early     12
    """)

    got = clean({"posts": posts, "communities": communities}, NONE)

    assert aside(got) == {2: "dated before its thread opened"}
    assert got.tables["posts"]["parent_id"].to_list() == [None, None]
    assert got.notes["missing_parents"] == 1


def test_people_are_completed_from_what_they_did(posts_from, communities):
    """Whoever wrote, received or rated has a row; derived rows are counted apart."""
    posts = posts_from("""
        post_id author_id recipient_id minute
        a       ann       bob          0
        b       robo      -            1
        c       -         ann          2
    """).with_columns(is_bot=pl.Series([False, True, False]))
    people = pl.DataFrame(
        {"community_id": ["c", "c"], "person_id": ["ann", "zoe"], "is_bot": [False, False]}
    ).with_columns(joined_us=pl.Series([START, -5]))
    ratings = pl.DataFrame(
        {"community_id": ["c"], "item_id": ["a"], "rater_id": ["eve"], "scale": ["fun"]}
    ).with_columns(value=pl.lit(4.0))
    tables = {"posts": posts, "people": people, "ratings": ratings, "communities": communities}

    got = clean(tables, NONE)

    rows = got.tables["people"].select("person_id", "is_bot", "joined_us").rows()
    want = [("ann", START), ("bob", None), ("eve", None), ("robo", None), ("zoe", None)]
    assert rows == [(name, name == "robo", joined) for name, joined in want]
    assert got.counts["people"] == {"read": 2, "kept": 2, "quarantined": 0, "derived": 3}
    noted = ("derived_people", "join_dates_emptied", "posts_by_deleted_authors", "posts_by_bots")
    assert [got.notes[kind] for kind in noted] == [3, 1, 1, 1]


def test_rows_of_a_community_that_nobody_described(posts_from, communities):
    """Posts, people and ratings need a row in communities."""
    strays = {"community_id": ["elsewhere"]}
    tables = {
        "posts": posts_from("post_id minute\na 0").with_columns(community_id=pl.lit("elsewhere")),
        "people": pl.DataFrame({**strays, "person_id": ["ann"], "is_bot": [False]}),
        "ratings": pl.DataFrame({**strays, "item_id": ["a"], "scale": ["fun"], "value": [1.0]}),
        "communities": communities,
    }

    got = clean(tables, NONE)

    assert got.quarantine["table"].to_list() == ["people", "posts", "ratings"]
    assert set(got.quarantine["reason"]) == {"its community is not described"}


def test_rejected_rows_count_as_read(posts_from, communities):
    """What a source could not read stands in the quarantine beside the rest, with its place."""
    rejected = pl.DataFrame([("posts", 2, "no time", "line 2")], schema=REJECTED, orient="row")

    got = clean({"posts": posts_from("post_id minute\na 0"), "communities": communities}, rejected)

    assert got.counts["posts"] == {"read": 2, "kept": 1, "quarantined": 1, "derived": 0}
    assert got.quarantine.rows() == [("posts", 2, "no time", "line 2")]


def test_an_unknown_thread_mode_is_refused(posts_from, communities):
    """The choice is checked before anything is made of it."""
    with pytest.raises(DataError, match="thread_ids 'maybe'"):
        clean({"communities": communities}, NONE, thread_ids="maybe")


IDS = st.sampled_from(["1", "2", "3", "4", "missing:1", "t1", None])
TIMES = st.sampled_from([0, EARLIEST_US, START, START + 1, START + 6_000_000, START - MINUTE, None])


@st.composite
def nasty_posts(draw):
    """Posts with colliding ids, rings, self-parents, impossible times and empty required values."""
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "community_id": st.sampled_from(["c", "d", "nowhere", None]),
                    "post_id": IDS,
                    "thread_id": IDS,
                    "parent_id": IDS,
                    "author_id": st.sampled_from(["ann", "bob", None]),
                    "recipient_id": st.sampled_from(["cy", None]),
                    "created_us": TIMES,
                    "precision_us": st.sampled_from([1, MINUTE, None]),
                    "kind": st.sampled_from(["post", "post", None]),
                    "is_bot": st.sampled_from([True, False, None]),
                }
            ),
            max_size=25,
        )
    )
    schema = {
        name: kind for name, kind in POSTS.polars_schema().items() if rows and name in rows[0]
    }
    frame = pl.DataFrame(rows, schema=schema or POSTS.polars_schema())
    return frame.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))


@settings(max_examples=60, deadline=None)
@given(
    nasty_posts(),
    st.sampled_from(["detect", "post", "topic"]),
    st.sampled_from([None, START]),
    st.integers(0, 3),
)
def test_whatever_comes_in_is_kept_or_set_aside(posts, mode, until, rejects):
    """For any posts: rows add up, and what is kept is what measures rely on."""
    limits = {"observed_from_us": pl.Int64, "observed_until_us": pl.Int64}
    both = [{**COMMUNITY, "community_id": c, "observed_until_us": until} for c in ("c", "d", "d")]
    rejected = pl.DataFrame(
        [("posts", 100 + i, "no time", None) for i in range(rejects)], schema=REJECTED, orient="row"
    )
    tables = {"posts": posts, "communities": pl.DataFrame(both, schema_overrides=limits)}

    got = clean(tables, rejected, thread_ids=mode)

    kept, quarantine = got.tables["posts"], got.quarantine.filter(pl.col("table") == "posts")
    assert kept.height + quarantine.height == posts.height + rejects
    assert quarantine["row"].n_unique() == quarantine.height
    ids = kept.select("community_id", "post_id").rows()
    assert len(set(ids)) == len(ids)
    by_id = {(c, i): t for c, i, t in kept.select("community_id", "post_id", "thread_id").rows()}
    for community, _, thread, parent in kept.select(
        "community_id", "post_id", "thread_id", "parent_id"
    ).rows():
        assert by_id.get((community, thread), thread) == thread
        assert parent is None or (community, parent) in by_id
    named = set(got.tables["people"].select("community_id", "person_id").rows())
    wrote = kept.select("community_id", "author_id").drop_nulls().rows()
    assert set(wrote) <= named


@settings(max_examples=20, deadline=None)
@given(nasty_posts(), st.randoms(use_true_random=False))
def test_the_order_of_rows_in_memory_does_not_matter(posts, random):
    """Rows are numbered, so a shuffled table gives the same tables and the same quarantine."""
    order = list(range(posts.height))
    random.shuffle(order)
    both = pl.DataFrame([{**COMMUNITY, "community_id": c} for c in ("c", "d")])

    straight = clean({"posts": posts, "communities": both}, NONE)
    shuffled = clean({"posts": posts[order], "communities": both}, NONE)

    assert straight.quarantine.equals(shuffled.quarantine)
    assert straight.tables["posts"].equals(shuffled.tables["posts"])


def test_ids_below_the_one_before_are_counted(posts_from, communities):
    """Numbers that fall as time goes on are noted, in communities that number their posts."""
    posts = posts_from("""
        post_id minute
        2       0
        10      1
        4       2
        6       3
        8       3
        7       4
    """)
    words = posts.with_columns(
        community_id=pl.lit("d"), post_id=pl.format("x{}", "post_id"), row=pl.col("row") + 6
    )
    both = pl.concat([communities, communities.with_columns(community_id=pl.lit("d"))])

    got = clean({"posts": pl.concat([posts, words]), "communities": both}, NONE)

    # 10 -> 4 and 8 -> 7; at minute 3 nothing says which of 6 and 8 came first.
    assert got.notes["ids_out_of_order"] == 2
    assert got.quarantine.is_empty()


def test_unlisted_tables_are_empty(communities):
    """A platform without people or ratings gives empty tables with all columns."""
    got = clean({"communities": communities}, NONE)

    assert got.tables["people"].schema == PEOPLE.polars_schema()
    assert got.tables["ratings"].schema == RATINGS.polars_schema()
