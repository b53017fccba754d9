"""Newcomers: the reasons to call somebody new, and what a cut record invents."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MeasureError
from workbench.measures.newcomers import (
    BECAUSE,
    FIRST_SEEN,
    JOINED,
    LAUNCHED,
    SILENT,
    invented_share,
    newcomers,
)

# Collecting is as slow as the machine is busy: its time is not what is tested.
UNTIMED = settings(deadline=None, max_examples=60)


@pytest.fixture(scope="module")
def posts(posts_from):
    """Two communities with the same people; ann's first two posts are of one moment."""
    return posts_from("""
        community_id post_id thread_id author_id created_us is_bot
        old          a2      a2        ann       105        no
        old          a10     a2        ann       105        no
        old          b       b         bob       160        no
        old          c       a2        cy        170        no
        old          d       d         dee       110        no
        old          e       e         auto      180        yes
        old          f       f         -         190        no
        young        g       g         ann       105        no
        young        h       g         eve       106        no
        young        i       g         helper    107        no
    """)


@pytest.fixture(scope="module")
def people(people_from):
    """cy's account is older than the record, dee's was made inside it, helper is a program."""
    return people_from("""
        community_id person_id joined_us is_bot
        old          ann       -         no
        old          cy        40        no
        old          dee       109       no
        young        eve       99        no
        young        helper    -         yes
    """)


@pytest.fixture(scope="module")
def communities(communities_from):
    """One record that begins later than its community, one that begins with it; both from 100."""
    return communities_from("""
        community_id record_start observed_from_us observed_until_us
        old          cut          100              500
        young        launch       100              500
    """)


def test_newcomers_by_hand(posts, people, communities, records):
    """Each person has the reason that the tables support, and programs have no row."""
    got = records(newcomers(posts, people, communities, washout_us=60))

    assert [
        (row["community_id"], row["person_id"], row["is_newcomer"], row["because"]) for row in got
    ] == [
        ("old", "ann", False, FIRST_SEEN),  # 105 is before 100 + 60
        ("old", "bob", True, SILENT),  # 160 is not, and nobody knows when bob joined
        ("old", "cy", False, FIRST_SEEN),  # silent until 170, but the account is of 40
        ("old", "dee", True, JOINED),  # 109 lies in 100..500
        ("young", "ann", True, LAUNCHED),
        ("young", "eve", False, FIRST_SEEN),  # an account of 99, before the record
    ]


def test_first_post_of_one_moment_is_the_smallest_id(posts, people, communities, records):
    """Of a10 and a2, both at 105, a10 is first as text, and it did not open its thread."""
    got = records(newcomers(posts, people, communities, washout_us=60))

    first = {(row["community_id"], row["person_id"]): row for row in got}
    names = ("first_us", "first_post_id", "first_thread_id", "opened")
    assert [first["old", "ann"][name] for name in names] == [105, "a10", "a2", False]
    assert [first["old", "bob"][name] for name in names] == [160, "b", "b", True]


def newcomers_by_loops(tables, washout_us):
    """The definition of `newcomers`, person by person."""
    posts, people = tables["posts"].to_dicts(), tables["people"].to_dicts()
    communities = {row["community_id"]: row for row in tables["communities"].to_dicts()}
    accounts = {(row["community_id"], row["person_id"]): row for row in people}
    persons = {
        (post["community_id"], post["author_id"]) for post in posts if post["author_id"] is not None
    }
    rows = []
    for community, person in persons:
        mine = [p for p in posts if (p["community_id"], p["author_id"]) == (community, person)]
        account = accounts.get((community, person), {"joined_us": None, "is_bot": False})
        if account["is_bot"] or any(post["is_bot"] for post in mine):
            continue
        first = min(mine, key=lambda post: (post["created_us"], post["post_id"]))
        about, joined = communities[community], account["joined_us"]
        begin, end = about["observed_from_us"], about["observed_until_us"]
        if joined is not None and begin <= joined <= end:
            because = JOINED
        elif joined is not None and joined < begin:
            because = FIRST_SEEN
        elif about["record_start"] == "launch":
            because = LAUNCHED
        elif first["created_us"] >= begin + washout_us:
            because = SILENT
        else:
            because = FIRST_SEEN
        rows.append(
            {
                "community_id": community,
                "person_id": person,
                "first_us": first["created_us"],
                "first_post_id": first["post_id"],
                "first_thread_id": first["thread_id"],
                "opened": first["post_id"] == first["thread_id"],
                "is_newcomer": because != FIRST_SEEN,
                "because": because,
            }
        )
    return rows


@UNTIMED
@given(data=st.data(), washout_us=st.integers(0, 20))
def test_newcomers_equal_their_definition_in_loops(nasty, records, data, washout_us):
    """On any tables the expressions give what plain loops over the definition give."""
    tables = data.draw(nasty)

    got = records(newcomers(**tables, washout_us=washout_us))

    assert got == records(newcomers_by_loops(tables, washout_us))
    assert {row["because"] for row in got} <= set(BECAUSE)


def cut(tables, cut_us):
    """The same community, had its record begun at `cut_us`."""
    return {
        "posts": tables["posts"].filter(pl.col("created_us") >= cut_us),
        "people": tables["people"],
        "communities": tables["communities"].with_columns(
            record_start=pl.lit("cut"), observed_from_us=pl.lit(cut_us)
        ),
    }


@st.composite
def steady_people(draw, frame_of, longest):
    """People who never fall silent for longer than `longest` while they take part."""
    rows = []
    for person in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, 60))
        for step in draw(st.lists(st.integers(0, longest), max_size=20)):
            rows.append({"author_id": f"p{person}", "created_us": at})
            at += step
        rows.append({"author_id": f"p{person}", "created_us": at})
    named = [{**row, "post_id": f"{n}", "thread_id": f"{n}"} for n, row in enumerate(rows)]
    return {
        "posts": frame_of(named, "posts"),
        "people": frame_of([], "people"),
        "communities": frame_of([{"record_start": "launch"}], "communities"),
    }


@UNTIMED
@given(data=st.data(), longest=st.integers(1, 30), cut_us=st.integers(0, 300))
def test_cutting_a_record_invents_nobody(frame, records, data, longest, cut_us):
    """Where no silence is longer than the washout, whoever is new after a cut was new before it."""
    whole = data.draw(steady_people(frame, longest))
    after = cut(whole, cut_us)
    old = set(whole["posts"].filter(pl.col("created_us") < cut_us)["author_id"])

    got = records(newcomers(**after, washout_us=longest))

    assert not old & {row["person_id"] for row in got if row["is_newcomer"]}
    (share,) = records(
        invented_share(whole["posts"], whole["communities"], cut_us=cut_us, washout_us=longest)
    )
    assert share["invented"] == 0
    assert share["newcomers"] == sum(row["is_newcomer"] for row in got)


def test_without_a_washout_the_cut_invents_newcomers(posts_from, communities_from, records):
    """Ann and bob write every 10; cut at 45, they look new unless silence for 10 is asked for."""
    posts = posts_from("""
        post_id thread_id author_id created_us
        1       1         ann       30
        2       2         ann       40
        3       3         ann       50
        4       4         bob       38
        5       5         bob       48
        6       6         cy        60
    """)
    communities = communities_from("""
        community_id record_start
        c            launch
    """)

    naive = records(invented_share(posts, communities, cut_us=45, washout_us=0))
    # 45 + 10 = 55: ann (50) and bob (48) are too early, cy (60) is new.
    careful = records(invented_share(posts, communities, cut_us=45, washout_us=10))

    assert naive == [{"community_id": "c", "newcomers": 3, "invented": 2}]
    assert careful == [{"community_id": "c", "newcomers": 1, "invented": 0}]


# Counted once more in plain Python from the file: record cut after 60 days, washout in days ->
# newcomers counted, and how many of them had written before the cut. Exact.
COLLEGE_INVENTED = {0: (601, 484), 30: (206, 129), 60: (127, 74)}


@pytest.mark.parametrize(("washout_days", "expected"), COLLEGE_INVENTED.items())
def test_long_silences_make_a_washout_unsafe(college, records, washout_days, expected):
    """Students paused over the summer: after 60 silent days most of the "new" had been there."""
    day = 86_400_000_000
    begin = college["communities"]["observed_from_us"].item()

    (row,) = records(
        invented_share(
            college["posts"],
            college["communities"],
            cut_us=begin + 60 * day,
            washout_us=washout_days * day,
        )
    )

    assert (row["newcomers"], row["invented"]) == expected


def invented_by_loops(tables, cut_us, washout_us):
    """The definition of `invented_share`, from the loops of `newcomers` without join dates."""
    rows = []
    for about in tables["communities"].to_dicts():
        name = about["community_id"]
        begin = max(cut_us, about["observed_from_us"])
        own = {
            "posts": tables["posts"].filter(
                (pl.col("community_id") == name) & (pl.col("created_us") >= cut_us)
            ),
            "people": tables["people"].clear(),
            "communities": tables["communities"].with_columns(
                record_start=pl.lit("cut"), observed_from_us=pl.lit(begin)
            ),
        }
        new = {
            row["person_id"] for row in newcomers_by_loops(own, washout_us) if row["is_newcomer"]
        }
        earlier = {
            post["author_id"]
            for post in tables["posts"].to_dicts()
            if post["community_id"] == name and post["created_us"] < cut_us
        }
        rows.append({"community_id": name, "newcomers": len(new), "invented": len(new & earlier)})
    return rows


@UNTIMED
@given(data=st.data(), cut_us=st.integers(-5, 35), washout_us=st.integers(0, 10))
def test_invented_share_equals_its_definition_in_loops(nasty, records, data, cut_us, washout_us):
    """On any tables the counts are those of plain loops, with a row for silent communities too."""
    tables = data.draw(nasty)

    got = invented_share(
        tables["posts"], tables["communities"], cut_us=cut_us, washout_us=washout_us
    )

    assert records(got) == records(invented_by_loops(tables, cut_us, washout_us))


def test_unknown_community_makes_nobody_a_newcomer(posts, people, communities, records):
    """Where nothing is known of the record, a first post is only that; the person stays."""
    known = communities.filter(pl.col("community_id") == "young")

    got = records(newcomers(posts, people, known, washout_us=60))

    old = [row for row in got if row["community_id"] == "old"]
    assert len(old) == 4
    assert {row["because"] for row in old} == {FIRST_SEEN}
    assert not any(row["is_newcomer"] for row in old)


def test_a_negative_washout_is_refused(posts, people, communities):
    """Both measures say what they got and what to pass."""
    with pytest.raises(MeasureError) as error:
        newcomers(posts, people, communities, washout_us=-1000)
    assert str(error.value) == (
        "newcomers: washout_us is -1,000; expected 0 or more microseconds. "
        "Pass the silence that makes somebody new."
    )
    with pytest.raises(MeasureError, match=r"^invented_share: washout_us is -1;"):
        invented_share(posts, communities, cut_us=0, washout_us=-1)
