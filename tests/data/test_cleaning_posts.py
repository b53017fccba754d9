"""Rules that can be switched, each by hand both ways, and the sum of rows under any choice."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_forum import COMMUNITY, MINUTE, START

from workbench.data import rules
from workbench.data.cleaning import clean
from workbench.schema import TABLES
from workbench.sources import REJECTED

NONE = pl.DataFrame(schema=REJECTED)
DAY = 86_400_000_000


@pytest.fixture
def cleaned(communities):
    """Clean posts, and other tables, under some choices."""

    def done(posts, *, choices=None, **others):
        tables = {"posts": posts, "communities": communities, **others}
        return clean(tables, NONE, rules=choices)

    return done


def rows(got, name):
    """How many rows a rule met."""
    return got.rules[name]["rows"]


def ids(got):
    """The posts that were kept, by id."""
    return sorted(got.tables["posts"]["post_id"])


def test_every_rule_is_counted(posts_from, cleaned):
    """Rules that met no row stand there with their choice and a 0."""
    got = cleaned(posts_from("post_id minute\na 0"), choices={"zero-lag": "set-aside"})

    assert list(got.rules) == list(rules.NAMES)
    assert got.rules["zero-lag"] == {"choice": "set-aside", "rows": 0}
    # ann has no row in people: one is made for her, and no other rule had anything to do.
    assert {name for name in got.rules if rows(got, name)} == {"people-without-a-row"}


def test_the_first_or_the_last_of_rows_with_one_id(posts_from, cleaned):
    """Of versions first, second, first, either the first row or the last one stays."""
    posts = posts_from("post_id author_id minute\nq ann 0\nq bob 0\nq ann 0")

    first = cleaned(posts)
    last = cleaned(posts, choices={"repeated-ids": "keep-last"})

    assert dict(first.quarantine.select("row", "reason").iter_rows()) == {
        2: "post_id used before by another row", 3: "exact duplicate",
    }  # fmt: skip
    assert dict(last.quarantine.select("row", "reason").iter_rows()) == {
        1: "exact duplicate", 2: "post_id used again by a later row",
    }  # fmt: skip
    for got in (first, last):
        assert (rows(got, "exact-duplicates"), rows(got, "repeated-ids")) == (1, 1)


def test_the_record_stretches_to_posts_outside_it(posts_from, communities, cleaned):
    """Minutes 0 and 9 lie outside 1 to 3; kept, they move the limits out, but not inwards."""
    posts = posts_from("post_id minute\na 0\nb 2\nc 9")
    stated = communities.with_columns(
        observed_from_us=pl.lit(START + MINUTE), observed_until_us=pl.lit(START + 3 * MINUTE)
    )

    aside = cleaned(posts, communities=stated)
    kept = cleaned(posts, communities=stated, choices={"outside-record": "stretch"})
    inside = cleaned(posts[1:2], communities=stated, choices={"outside-record": "stretch"})

    limits = ["observed_from_us", "observed_until_us"]
    assert (ids(aside), rows(aside, "outside-record")) == (["b"], 2)
    assert (ids(kept), rows(kept, "outside-record")) == (["a", "b", "c"], 2)
    assert kept.tables["communities"].select(limits).row(0) == (START, START + 9 * MINUTE)
    assert inside.tables["communities"].select(limits).row(0) == stated.select(limits).row(0)


def test_replies_before_their_thread(posts_from, cleaned):
    """A minute early is set aside, or kept with its date."""
    posts = posts_from("post_id parent_id minute\nq - 10\nr q 9")

    aside, kept = cleaned(posts), cleaned(posts, choices={"early-replies": "keep"})

    assert (ids(aside), ids(kept)) == (["q"], ["q", "r"])
    assert rows(aside, "early-replies") == rows(kept, "early-replies") == 1
    assert rows(kept, "clock-repair") == 0


def test_clocks_that_differ_a_little(posts_from, cleaned):
    """Three seconds early keeps its date, or is moved to the opening post; a later one is not."""
    posts = posts_from("post_id parent_id minute\nq - 10\nr q 10\ns q 11").with_columns(
        created_us=pl.col("created_us") - pl.Series([0, 3_000_000, 0])
    )

    kept, moved = cleaned(posts), cleaned(posts, choices={"clock-repair": "move"})

    assert rows(kept, "clock-repair") == rows(moved, "clock-repair") == 1
    begin = START + 10 * MINUTE
    assert kept.tables["posts"]["created_us"].to_list() == [
        begin - 3_000_000,
        begin,
        begin + MINUTE,
    ]
    assert moved.tables["posts"]["created_us"].to_list() == [begin, begin, begin + MINUTE]
    # Having been moved there is no reply at the very moment.
    assert rows(moved, "zero-lag") == 0


def test_posts_dated_to_the_day(posts_from, cleaned):
    """A tick of a day is coarse, one of an hour is not."""
    posts = posts_from("post_id minute\na 0\nb 1\nc 2").with_columns(
        precision_us=pl.Series([1, DAY // 24, DAY])
    )

    kept, aside = cleaned(posts), cleaned(posts, choices={"day-only-times": "set-aside"})

    assert rows(kept, "day-only-times") == rows(aside, "day-only-times") == 1
    assert kept.tables["posts"]["precision_us"].max() == DAY
    assert ids(aside) == ["a", "b"]


def test_replies_at_the_very_moment(posts_from, cleaned):
    """By somebody else, deleted or not: not by the asker, and not where both are deleted."""
    posts = posts_from("""
        post_id parent_id author_id minute
        q       -         ann       0
        own     q         ann       0
        other   q         bob       0
        gone    q         -         0
        later   q         bob       1
        x       -         -         5
        y       x         -         5
    """)

    kept, aside = cleaned(posts), cleaned(posts, choices={"zero-lag": "set-aside"})

    assert rows(kept, "zero-lag") == rows(aside, "zero-lag") == 2
    assert ids(aside) == ["later", "own", "q", "x", "y"]


def test_posts_without_an_author(posts_from, cleaned):
    """All are nobody's; set aside are replies, and the posts that open threads stay nobody's."""
    posts = posts_from("""
        post_id parent_id author_id minute
        q       -         -         0
        r       q         -         1
        s       r         bob       2
    """)

    kept, aside = cleaned(posts), cleaned(posts, choices={"deleted-accounts": "set-aside"})

    assert rows(kept, "deleted-accounts") == rows(aside, "deleted-accounts") == 2
    assert kept.tables["people"]["person_id"].to_list() == ["bob"]
    assert ids(aside) == ["q", "s"]
    # s answered r, which is not there any more.
    assert (rows(kept, "missing-parents"), rows(aside, "missing-parents")) == (0, 1)
    assert aside.tables["posts"]["parent_id"].to_list() == [None, None]


def test_posts_changed_after_the_first_reply(posts_from, cleaned):
    """Minutes of writing, of the first reply by another, and of the change decide."""
    posts = posts_from("""
        post_id parent_id author_id minute
        q       -         ann       0
        own     q         ann       1
        r       q         bob       5
        s       r         cat       7
        early   -         ann       10
        t       early     bob       15
        alone   -         ann       20
    """).with_columns(
        edited_us=START + MINUTE * pl.Series([6, None, 6, None, 12, None, 30]),
    )

    kept, aside = cleaned(posts), cleaned(posts, choices={"edited-after-reply": "set-aside"})

    # q: answered by another at 5, changed at 6. r: answered at 7, changed at 6. early: changed at
    # 12, answered at 15. alone: nobody answered.
    assert rows(kept, "edited-after-reply") == rows(aside, "edited-after-reply") == 1
    assert "q" not in ids(aside)
    assert len(ids(aside)) == 6


def test_threads_without_their_opening_post(posts_from, cleaned):
    """Two posts under a question that is not there stay under a name of their own, or go."""
    posts = posts_from("post_id thread_id minute\na q 0\nb q 1\nc c 2\nd c 3")

    kept, aside = cleaned(posts), cleaned(posts, choices={"unopened-threads": "set-aside"})

    assert rows(kept, "unopened-threads") == rows(aside, "unopened-threads") == 2
    assert kept.tables["posts"]["thread_id"].to_list() == ["missing:q", "missing:q", "c", "c"]
    assert ids(aside) == ["c", "d"]


def test_programs_that_are_known(posts_from, cleaned):
    """The export's flag counts, or its programs are people, in posts and in people."""
    posts = posts_from("post_id author_id minute\na ann 0\nb robo 1").with_columns(
        is_bot=pl.Series([False, True])
    )
    people = pl.DataFrame({"community_id": ["c"], "person_id": ["robo"], "is_bot": [True]})

    told = cleaned(posts, people=people)
    ignored = cleaned(posts, people=people, choices={"known-bots": "people"})

    assert rows(told, "known-bots") == rows(ignored, "known-bots") == 1
    assert told.tables["people"]["is_bot"].to_list() == [False, True]
    for table in ("posts", "people"):
        assert not ignored.tables[table]["is_bot"].any()
    assert ignored.notes["posts_by_bots"] == 0


def test_marked_posts_of_an_earlier_export_are_counted(posts_from, cleaned):
    """What a later export no longer had stays."""
    posts = posts_from("post_id minute\na 0\nb 1").with_columns(is_gone=pl.Series([True, None]))

    got = cleaned(posts)

    assert (ids(got), rows(got, "vanished-posts")) == (["a", "b"], 1)


def test_tags_follow_their_posts(posts_from, cleaned):
    """A tag of a post that was set aside, or is in another community, goes too; a tag is once."""
    posts = posts_from("post_id parent_id minute\nq - 10\nr q 1")
    tags = pl.DataFrame(
        {
            "community_id": ["c", "c", "c", "d"],
            "post_id": ["q", "q", "r", "q"],
            "tag": ["tea", "tea", "tea", "tea"],
        }
    )

    got = cleaned(posts, tags=tags)

    assert got.tables["tags"].rows() == [("c", "q", "tea")]
    assert got.counts["tags"] == {"read": 4, "kept": 1, "quarantined": 3, "derived": 0}
    assert (rows(got, "stray-tags"), rows(got, "exact-duplicates")) == (2, 1)


@pytest.mark.parametrize(
    ("word", "leads"),
    [
        ("ann@club.example", True),
        ("@ann", True),
        ("＠ann", True),
        ("https://ann.example", True),
        ("WWW.ann.example", True),
        ("ask u/ann", True),
        ("/u/ann", True),
        ("x" * 65, True),
        ("x" * 64, False),
        ("c++", False),
        ("tcp/ip", False),
        ("menu/layout", False),
    ],
)
def test_tags_and_channels_that_may_lead_to_a_person(posts_from, cleaned, word, leads):
    """Such a tag is set aside and such a channel emptied, counted both, and shown nowhere."""
    posts = posts_from("post_id minute\nq 0\nr 1").with_columns(channel=pl.Series([word, "tea"]))
    tags = pl.DataFrame({"community_id": "c", "post_id": ["q", "q"], "tag": [word, "tea"]})

    got = cleaned(posts, tags=tags)

    assert got.tables["tags"]["tag"].to_list() == (["tea"] if leads else sorted([word, "tea"]))
    assert got.tables["posts"]["channel"].to_list() == [None if leads else word, "tea"]
    assert got.notes["channels_emptied"] == leads
    assert rows(got, "leading-tags") == 2 * leads  # one tag and one channel
    assert set(got.quarantine["reason"]) == (
        {"a tag that may lead to a person"} if leads else set()
    )
    assert not leads or word not in str(got.quarantine.rows())


def test_what_reading_counted_is_counted_here(posts_from, communities):
    """Converted times and merged accounts are the reader's; its own reasons have a rule too."""
    rejected = pl.DataFrame([("posts", 9, "no time", "line 9")], schema=REJECTED, orient="row")
    tables = {"posts": posts_from("post_id minute\na 0"), "communities": communities}
    read = {"local_times_converted": 7, "posts_of_merged_accounts": 2, "odd": 1}

    got = clean(tables, rejected, read_notes=read)

    counted = [rows(got, n) for n in ("local-times", "merged-accounts", "unusable-rows")]
    assert counted == [7, 2, 1]
    assert got.notes["odd"] == 1


def every_choice():
    """Any choice for every rule."""
    return st.fixed_dictionaries({rule.name: st.sampled_from(rule.choices) for rule in rules.RULES})


IDS = st.sampled_from(["1", "2", "3", "4", "5"])


@st.composite
def exports(draw):
    """Posts that break all kinds of rules, with tags of some of them."""
    minute = st.integers(0, 4)
    post = st.fixed_dictionaries(
        {
            "post_id": IDS,
            "parent_id": st.one_of(st.none(), IDS),
            "author_id": st.sampled_from(["ann", "bob", "robo", None]),
            "created_us": minute.map(lambda m: START + m * MINUTE // 10),
            "edited_us": st.one_of(st.none(), minute.map(lambda m: START + m * MINUTE)),
            "precision_us": st.sampled_from([1, DAY]),
            "is_bot": st.booleans(),
        }
    )
    tag = st.fixed_dictionaries({"post_id": IDS, "tag": st.sampled_from(["tea", "milk"])})
    found = {}
    for name, one in (("posts", post), ("tags", tag)):
        kinds = TABLES[name].polars_schema()
        listed = draw(st.lists(one, max_size=12))
        columns = {key: kinds[key] for row in listed[:1] for key in row}
        frame = pl.DataFrame(listed, schema=columns) if listed else TABLES[name].empty()
        found[name] = frame.with_columns(community_id=pl.lit("c"))
    found["posts"] = found["posts"].with_columns(kind=pl.lit("post"))
    return found


@settings(max_examples=40, deadline=None)
@given(exports(), every_choice(), st.sampled_from([None, START + MINUTE // 10]))
def test_rows_add_up_under_every_choice(tables, choices, until):
    """Whatever is chosen: read = kept + set aside, each with a rule, and tables that fit."""
    about = pl.DataFrame([{**COMMUNITY, "community_id": "c", "observed_until_us": until}],
                         schema_overrides={"observed_until_us": pl.Int64})  # fmt: skip

    got = clean({**tables, "communities": about}, NONE, rules=choices)

    for name in ("posts", "tags"):
        aside = got.quarantine.filter(pl.col("table") == name).height
        assert got.tables[name].height + aside == tables[name].height
    posts = got.tables["posts"]
    assert not set(posts["parent_id"].drop_nulls()) - set(posts["post_id"])
    assert set(got.tables["tags"]["post_id"]) <= set(posts["post_id"])
    end = got.tables["communities"]["observed_until_us"].item()
    assert posts.is_empty() or posts["created_us"].max() <= end
    by_rule = {name: got.rules[name]["rows"] for name in got.rules}
    for reason, number in got.quarantine.group_by("reason").len().iter_rows():
        assert by_rule[rules.rule_of(reason)] >= number
    assert rules.rule_of("unheard of") not in {
        rules.rule_of(reason) for reason in got.quarantine["reason"]
    }
    assert {name: one["choice"] for name, one in got.rules.items()} == choices
