"""A newer export merged with the store: every row is accounted for, and none is lost."""

from dataclasses import replace

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from two_exports import at, export, gone, threads, together

from workbench.data.uniting import LIMITS
from workbench.schema import POSTS, TABLES

MAY = """
    post parent minute score
    q    -      0      1
    a    q      10     1
    r    -      20     1
    b    r      30     1
"""
JUNE = """
    post parent minute score
    r    -      20     1
    c    q      40     1
    d    b      50     1
    b    r      30     7
"""


def test_a_newer_export_by_hand():
    """June covers minutes 5 to 60: q is before it, a is gone, b has changed, c and d are new."""
    grown = together(export(MAY, covers=(0, 35)), export(JUNE, covers=(5, 60)))

    assert grown.changes["posts"] == {
        "new": 2,  # c, d
        "updated": 1,  # b
        "unchanged": 1,  # r
        "outdated": 0,
        "gone": 1,  # a
        "set_aside": 0,
        "not_covered": 1,  # q
        "back": 0,
    }
    posts = grown.tables["posts"]
    assert posts.select("post_id", "score", "is_gone").rows() == [
        ("q", 1, False),
        ("a", 1, True),
        ("r", 1, False),
        ("b", 7, False),
        ("c", 1, False),
        ("d", 1, False),
    ]
    # June knows neither q nor that c answers it; d answers b, which answers r.
    assert threads(grown) == {"q": "q", "a": "q", "r": "r", "b": "r", "c": "q", "d": "r"}
    assert posts["parent_id"].to_list() == [None, "q", None, "r", "q", "b"]
    assert grown.notes["threads_joined_across_exports"] == 1
    limits = grown.tables["communities"].select(LIMITS)
    assert limits.rows() == [(at(0), at(60))]


def test_what_comes_back_is_not_gone():
    """A post of May that June lacks and July has again counts as back, and as updated."""
    may, june = export(MAY, covers=(0, 35)), export(JUNE, covers=(0, 60))
    july = export(MAY, covers=(0, 90))

    assert gone(together(may, june)) == {"q", "a"}
    grown = together(may, june, july)
    assert gone(grown) == {"c", "d"}
    assert grown.changes["posts"]["back"] == 2
    # q and a are there again, and b has its old points again.
    assert grown.changes["posts"]["updated"] == 3


def test_what_was_gone_stays_gone_where_nobody_looks():
    """July covers its own month only, so that it says nothing about a."""
    may, june = export(MAY, covers=(0, 35)), export(JUNE, covers=(5, 60))
    july = export("post minute\ne 70", covers=(65, 90))
    grown = together(may, june, july)

    assert gone(grown) == {"a"}
    assert grown.changes["posts"]["not_covered"] == 6


def test_a_row_that_could_not_be_used_has_not_vanished():
    """In June, r is dated in the year 1970 and set aside; the store keeps it as it was."""
    spoiled = [{"post": "r", "minute": -30_000_000}, {"post": "c", "minute": 40}]
    grown = together(export(MAY, covers=(0, 35)), export(spoiled, covers=(0, 60)))

    assert grown.changes["posts"]["set_aside"] == 1  # r
    assert gone(grown) == {"q", "a", "b"}


def test_a_damaged_export_makes_nothing_vanish():
    """Where parts of it could not be read, what it lacks may be in these."""
    grown = together(
        export(MAY, covers=(0, 35)), export("post minute\nc 40", covers=(0, 60), whole=False)
    )

    assert gone(grown) == set()
    assert grown.changes["posts"]["not_covered"] == 4


def test_an_older_export_only_fills_gaps():
    """May after June adds q and a; b keeps its points of June. June covers a and lacks it."""
    grown = together(export(JUNE, covers=(5, 60)), export(MAY, covers=(0, 35)))

    counts = grown.changes["posts"]
    assert {name: n for name, n in counts.items() if n} == {
        "new": 2,  # q, a
        "unchanged": 1,  # r
        "outdated": 1,  # b
        "not_covered": 2,  # c, d
    }
    assert gone(grown) == {"a"}
    scores = dict(grown.tables["posts"].select("post_id", "score").iter_rows())
    assert scores["b"] == 7
    assert threads(grown)["c"] == "q"


def test_an_earlier_export_that_ends_at_the_same_moment():
    """The one loaded now is newer; loaded once more, the earlier one does not win."""
    may, june = export(MAY, covers=(0, 60)), export(JUNE, covers=(0, 60))
    grown = together(may, june, replace(may, again=True))

    assert gone(together(may, june)) == gone(grown) == {"q", "a"}
    assert gone(together(may, june, may)) == {"c", "d"}
    same(grown.tables, together(may, june).tables)


def test_a_reply_never_joins_a_thread_that_opens_later():
    """In June, c answers z, which July dates at minute 80: that is more than a clock may be off."""
    june = export("post parent minute\nc z 40", covers=(5, 60))
    july = export("post minute\nz 80", covers=(70, 90))
    grown = together(june, july)

    assert threads(grown) == {"c": "missing:z", "z": "z"}
    assert grown.notes["threads_opened_too_late_to_join"] == 1


def test_two_exports_that_contradict_each_other_make_no_ring():
    """Each says that its post answers the other's: both stay without an opening post."""
    grown = together(export("post parent minute\na b 1"), export("post parent minute\nb a 1"))

    assert threads(grown) == {"a": "missing:b", "b": "missing:a"}


def test_a_thread_that_was_joined_to_another():
    """A moderator moved q into the thread of p; the answer that June does not cover goes along."""
    may = export("post thread minute\nq q 10\na q 11\np p 5", covers=(0, 12))
    june = export("post thread minute\nq p 10\np p 5", covers=(0, 10))
    # June was taken early: what it covers ends before a.
    grown = together(june, may)
    assert threads(grown) == {"p": "p", "q": "q", "a": "q"}

    later = export("post thread minute\nq p 10\np p 5\ne p 20", covers=(0, 20))
    grown = together(may, later)
    assert threads(grown) == {"p": "p", "q": "p", "a": "p", "e": "p"}
    assert gone(grown) == {"a"}


def test_topics_go_on_where_their_opening_post_is_stored():
    """The topic 7 begins with b in June, but May knows that b is in the thread of q."""
    may = export("post thread minute\nq 7 0\nb 7 30\nx 8 31", mode="topic", covers=(0, 35))
    june = export(
        "post thread minute\nb 7 30\nc 7 40\ny 8 45\nz 9 50", mode="topic", covers=(25, 60)
    )
    grown = together(may, june)

    # Topic 8 begins with y in June, and x is gone, so that they cannot be told to be one.
    assert threads(grown) == {"q": "q", "b": "q", "c": "q", "x": "x", "y": "y", "z": "z"}
    assert grown.notes["threads_by_topic_not_joined"] == 2


def people(*given: tuple[str, int | None, bool]) -> pl.DataFrame:
    """Accounts with the minute of joining, and whether they are programs."""
    made = [
        {"community_id": "club", "person_id": who, "joined_us": joined and at(joined), "is_bot": b}
        for who, joined, b in given
    ]
    return pl.DataFrame(made, schema=TABLES["people"].polars_schema())


def test_people_are_united():
    """The earliest joining date stands; a program stays one where the newer export has no row."""
    may = export(MAY, people=people(("ann", 9, False), ("bot", 3, True), ("cy", None, True)))
    june = export(
        [{"post": "c", "minute": 40, "author": "bot"}],
        people=people(("ann", 12, True), ("cy", 8, False)),
    )
    grown = together(may, june)

    assert grown.tables["people"].drop("community_id").rows() == [
        ("ann", at(9), True),
        ("bot", at(3), True),
        ("cy", at(8), False),
    ]
    counts = grown.changes["people"]
    assert {name: n for name, n in counts.items() if n} == {"updated": 2, "unchanged": 1}


def test_the_record_begins_where_the_first_export_begins():
    """May begins with the community and June is cut: together they begin with the community."""
    may = export(MAY, covers=(0, 35), community={"record_start": "launch", "timezone": "UTC"})
    june = export(JUNE, covers=(5, 60), community={"timezone": "Europe/Rome"})

    for grown, zone in ((together(may, june), "Europe/Rome"), (together(june, may), "Europe/Rome")):
        community = grown.tables["communities"].row(0, named=True)
        assert (community["record_start"], community["timezone"]) == ("launch", zone)


def test_a_community_called_after_its_file():
    """Another id with the same title and platform is the same community."""
    june = export(JUNE, covers=(5, 60), community={"community_id": "june-csv"})
    grown = together(export(MAY, covers=(0, 35)), june)

    assert grown.notes["communities_matched_by_title"] == 1
    assert grown.tables["posts"]["community_id"].unique().to_list() == ["club"]
    assert grown.changes["posts"]["new"] == 2
    assert grown.described["community_id"].to_list() == ["club"]


def test_another_community_stands_beside():
    """Two titles are two communities, and nothing of one vanishes by the other."""
    other = export(JUNE, covers=(0, 60), community={"community_id": "z", "name": "Another club"})
    grown = together(export(MAY, covers=(0, 35)), other)

    assert grown.tables["communities"]["community_id"].to_list() == ["club", "z"]
    assert grown.changes["posts"]["new"] == 4
    assert grown.changes["posts"]["not_covered"] == 4
    assert gone(grown) == set()


def test_days_that_no_export_covers_are_told():
    """From day 2 to day 5 nothing was exported: three days; the fourth export fills one of them."""
    day = 24 * 60
    one = export("post minute\na 1", covers=(0, 2 * day))
    two = export(f"post minute\nb {6 * day}", covers=(5 * day, 7 * day))
    three = export(f"post minute\nc {3 * day}", covers=(2 * day, 3 * day))

    assert together(one, two).notes["days_between_exports"] == 3
    assert together(one, two, three).notes["days_between_exports"] == 2


def ratings(*given: tuple[str, float]) -> pl.DataFrame:
    """Ratings of items, without a rater."""
    made = [
        {"community_id": "club", "item_id": item, "scale": "stars", "value": value}
        for item, value in given
    ]
    return pl.DataFrame(made, schema=TABLES["ratings"].polars_schema())


def test_ratings_of_what_is_described_are_replaced():
    """June describes r, b, c and x: their ratings are June's; those of q and y stay."""
    given = [("q", 1.0), ("r", 1.0), ("r", 1.0), ("x", 2.0), ("y", 3.0)]
    may = export(MAY, covers=(0, 35), ratings=ratings(*given))
    june = export(JUNE, covers=(5, 60), ratings=ratings(("r", 1.0), ("c", 5.0), ("x", 4.0)))
    grown = together(may, june)

    left = grown.tables["ratings"].select("item_id", "value").rows()
    assert left == [("c", 5.0), ("q", 1.0), ("r", 1.0), ("x", 4.0), ("y", 3.0)]
    counts = grown.changes["ratings"]
    assert {name: n for name, n in counts.items() if n} == {
        "new": 2,  # c, x
        "unchanged": 1,  # one of r
        "not_covered": 2,  # q, y
        "replaced": 2,  # the other of r, and x
    }

    back = together(june, may).changes["ratings"]
    assert {name: n for name, n in back.items() if n} == {
        "new": 2,  # q, y
        "unchanged": 1,
        "outdated": 2,
        "not_covered": 2,  # c, x
    }


def tags(*given: tuple[str, str]) -> pl.DataFrame:
    """Tags of posts."""
    made = [{"community_id": "club", "post_id": post, "tag": tag} for post, tag in given]
    return pl.DataFrame(made, schema=TABLES["tags"].polars_schema())


def test_tags_of_posts_that_are_described_are_replaced():
    """In June, r has another tag and b none; q is not in June."""
    may = export(MAY, tags=tags(("q", "soil"), ("r", "soil"), ("b", "frost")), covers=(0, 35))
    june = export(JUNE, tags=tags(("r", "seed")), covers=(5, 60))
    grown = together(may, june)

    assert grown.tables["tags"].select("post_id", "tag").rows() == [("q", "soil"), ("r", "seed")]
    counts = grown.changes["tags"]
    assert (counts["new"], counts["not_covered"], counts["replaced"]) == (1, 1, 2)


def table(name: str, *given: dict[str, object]) -> pl.DataFrame:
    """A table of the club; columns that are not given are empty."""
    made = [{"community_id": "club", **row} for row in given]
    return pl.DataFrame(made, schema=TABLES[name].polars_schema())


def test_truths_and_ideas_of_what_is_described_are_replaced():
    """June says anew who won with r, and nothing of b any more; what May says of q stays."""
    contests = table("contests", {"contest_id": "may", "name": "May call"})
    entered = [{"post_id": post, "contest_id": "may", "won": False} for post in ("q", "r", "b")]
    known = [{"item_id": post, "value": 1.0} for post in ("q", "r")]
    first = {"ideas": table("ideas", *entered), "truths": table("truths", *known)}
    won = {"post_id": "r", "contest_id": "may", "won": True}
    may = export(MAY, contests=contests, covers=(0, 35), **first)
    june = export(JUNE, contests=contests, ideas=table("ideas", won), covers=(5, 60))
    grown = together(may, june)

    assert grown.tables["ideas"].select("post_id", "won").rows() == [("q", False), ("r", True)]
    assert grown.tables["truths"]["item_id"].to_list() == ["q"]
    assert grown.changes["ideas"]["replaced"] == 2
    assert grown.changes["truths"]["replaced"] == 1


def test_contests_never_vanish_and_are_as_the_newer_export_has_them():
    """June gives the first contest its end and no longer lists the second."""
    may = [{"contest_id": "a", "opened_us": at(0)}, {"contest_id": "b", "opened_us": at(1)}]
    closed = {**may[0], "closed_us": at(50)}
    grown = together(
        export(MAY, contests=table("contests", *may), covers=(0, 35)),
        export(JUNE, contests=table("contests", closed), covers=(5, 60)),
    )

    assert grown.tables["contests"].select("contest_id", "closed_us").rows() == [
        ("a", at(50)),
        ("b", None),
    ]
    counts = grown.changes["contests"]
    assert (counts["new"], counts["updated"], counts["not_covered"]) == (0, 1, 1)


@st.composite
def records(draw, *, of="abcdefgh", covers=None):
    """An export of some of eight posts, with parents among all of them, and limits or none."""
    some = draw(st.lists(st.sampled_from(of), unique=True, min_size=1))
    posts = [
        {
            "post": post,
            "parent": draw(st.sampled_from([None, *"abcdefgh"[: "abcdefgh".index(post)]])),
            "minute": "abcdefgh".index(post) * 10,
            "score": draw(st.integers(0, 1)),
        }
        for post in some
    ]
    first, last = min(p["minute"] for p in posts), max(p["minute"] for p in posts)
    from_any = st.none() | st.integers(0, first)
    return export(posts, covers=covers or (draw(from_any), draw(st.integers(last, 90))))


def same(one, other):
    """Return if the tables are equal."""
    for name in TABLES:
        assert_frame_equal(one[name], other[name])


@settings(max_examples=8)
@given(records(), records())
def test_every_row_is_accounted_for(old, new):
    """The export's rows are new, updated, unchanged or outdated; those of the store have a fate."""
    grown = together(old, new)

    for name, counts in grown.changes.items():
        taken = counts["new"] + counts["updated"] + counts["unchanged"]
        assert taken + counts["outdated"] == new.tables[name].height
        fates = ("not_covered", "gone", "set_aside", "replaced")
        stays = sum(counts.get(fate, 0) for fate in fates)
        met = counts["updated"] + counts["unchanged"] + counts["outdated"]
        assert met + stays == old.tables[name].height
    keys = pl.concat([one.tables["posts"].select(POSTS.key) for one in (old, new)]).unique()
    assert grown.tables["posts"].height == keys.height
    posts = grown.tables["posts"]
    own = dict(posts.select("post_id", "thread_id").iter_rows())
    assert all(own.get(thread, thread) == thread for thread in own.values())
    assert posts["is_gone"].null_count() == 0


@settings(max_examples=6)
@given(records(), records())
def test_the_same_export_again_changes_nothing(one, two):
    """A, B, B gives the tables of A, B; every row of B that was taken is unchanged."""
    once, twice = together(one, two), together(one, two, two)

    same(once.tables, twice.tables)
    assert twice.changes["posts"]["updated"] == twice.changes["posts"]["new"] == 0


@settings(max_examples=6)
@given(st.data())
def test_an_export_of_everything_replaces_what_it_covers(data):
    """Where B has every post of A and covers all its time, A and then B is B alone."""
    whole = data.draw(records(covers=(0, 90)))
    part = data.draw(records(of=whole.tables["posts"]["post_id"].to_list(), covers=(0, 80)))
    grown = together(part, whole)

    alone = whole.tables["posts"].with_columns(is_gone=pl.lit(False))
    same(grown.tables, {**whole.tables, "posts": alone})


@settings(max_examples=6)
@given(records(), records())
def test_the_order_of_two_exports_does_not_matter(one, two):
    """Unless they end at the same moment; parents may be unknown to what was loaded first."""
    ends = [e.tables["communities"]["observed_until_us"][0] for e in (one, two)]
    forth, back = together(one, two), together(two, one)
    if ends[0] != ends[1]:
        for name in ("communities", "people"):
            assert_frame_equal(forth.tables[name], back.tables[name])
        left, right = (grown.tables["posts"].drop("parent_id") for grown in (forth, back))
        assert_frame_equal(left, right)
