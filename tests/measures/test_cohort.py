"""The cohort of newcomers: exposure by the landmark, outcome after it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import MeasureError
from workbench.measures import collect
from workbench.measures.cohort import cohort

# Collecting is as slow as the machine is busy: its time is not what is tested.
UNTIMED = settings(deadline=None, max_examples=60)

HOUR = 3_600_000_000
DAY = 24 * HOUR
SHORT = {"landmark_us": 10, "from_us": 10, "until_us": 50, "washout_us": 0}


@pytest.fixture(scope="module")
def club(posts_from, people_from, communities_from):
    """Five people who begin at 100 or later, in a record of 0 to 160."""
    return {
        "posts": posts_from("""
            post_id thread_id author_id created_us is_bot
            a       a         ann       100        no
            a1      a         auto      101        yes
            a2      a         bob       110        no
            a3      a         ann       112        no
            b       b         bob       120        no
            b1      b         ann       150        no
            c       c         cy        100        no
            c1      c         ann       111        no
            c2      c         cy        105        no
            d       d         dee       100        no
            d1      c         dee       100        no
            d2      c         dee       151        no
            e       e         eve       120        no
        """),
        "people": people_from("community_id person_id is_bot\nc auto yes"),
        "communities": communities_from("""
            community_id record_start observed_from_us observed_until_us
            c            launch       0                160
        """),
    }


def test_cohort_by_hand(club, records):
    """Landmark at +10, window (+10, +50]: who was answered, and who wrote elsewhere afterwards."""
    rows = {row["person_id"]: row for row in records(cohort(**club, **SHORT))}

    # bob's first post (a2) is a reply: he is a newcomer, but not one who opened a thread.
    assert sorted(rows) == ["ann", "cy", "dee", "eve"]

    def told(person, *names):
        return tuple(rows[person][name] for name in names)

    exposure = ("thread_id", "first_us", "response_us", "responded")
    # ann: the program at 101 is nobody; bob at 110 is in time (100 + 10).
    assert told("ann", *exposure) == ("a", 100, 110, True)
    # cy: own reply at 105 does not count, dee's at 100 does.
    assert told("cy", *exposure) == ("c", 100, 100, True)
    assert told("dee", *exposure) == ("d", 100, None, False)
    assert told("eve", *exposure) == ("e", 120, None, False)

    early = ("returned_early", "contributed_early")
    after = ("next_us", "returned", "contributed")
    # ann: 112 in her own thread and 111 (c1), 150 (b1) elsewhere; 150 is still in (110, 150].
    assert told("ann", *early, *after) == (False, False, 111, True, True)
    # cy: only her own thread, at 105.
    assert told("cy", *early, *after) == (False, True, None, False, False)
    # dee: elsewhere in the first tick, and at 151, one too late.
    assert told("dee", *early, *after) == (True, True, 100, False, False)
    assert told("eve", *early, *after) == (False, False, None, False, False)

    # The record ends at 160: 100 + 50 is inside, eve's 120 + 50 is not.
    assert {row["end_us"] for row in rows.values()} == {160}
    assert [rows[person]["complete"] for person in sorted(rows)] == [True, True, True, False]


def test_opening_again_by_hand(posts_from, people_from, communities_from, records):
    """A reply in somebody's thread is a return; only a thread of one's own is opened again."""
    tables = {
        "posts": posts_from("""
            post_id thread_id author_id created_us
            a       a         ann       100
            a1      b         ann       120
            b       b         bob       100
            b1      b1        bob       150
            c       c         cy        100
            c1      c1        cy        110
            c2      c2        cy        151
        """),
        "people": people_from("community_id person_id is_bot\nc nobody no"),
        "communities": communities_from("""
            community_id record_start observed_from_us observed_until_us
            c            launch       0                160
        """),
    }
    rows = {row["person_id"]: row for row in records(cohort(**tables, **SHORT))}

    # The window is (110, 150]: ann replies to bob at 120; bob opens b1 at 150, which is still in;
    # cy opens c1 at 110, too early, and c2 at 151, too late.
    assert [rows[p]["returned"] for p in ("ann", "bob", "cy")] == [True, True, False]
    assert [rows[p]["opened_again"] for p in ("ann", "bob", "cy")] == [False, True, False]


def test_kinds_restrict_responses_but_not_contributions(club, records):
    """With answers only, messages answer nobody, and coming back counts as before."""
    usual = records(cohort(**club, **SHORT))
    strict = records(cohort(**club, **SHORT, kinds=["answer"]))

    assert not any(row["responded"] for row in strict)
    assert {row["response_us"] for row in strict} == {None}
    same = ("person_id", "next_us", "returned", "contributed", "returned_early")
    assert sorted([str(row[name]) for name in same] for row in strict) == sorted(
        [str(row[name]) for name in same] for row in usual
    )


def opening_by_newcomer(tables, washout_us):
    """First posts that opened a thread, of newcomers, in plain Python."""
    posts, people = tables["posts"].to_dicts(), tables["people"].to_dicts()
    accounts = {(row["community_id"], row["person_id"]): row for row in people}
    for about in tables["communities"].to_dicts():
        name, begin = about["community_id"], about["observed_from_us"]
        mine = [post for post in posts if post["community_id"] == name]
        for person in {post["author_id"] for post in mine} - {None}:
            own = [post for post in mine if post["author_id"] == person]
            account = accounts.get((name, person), {"joined_us": None, "is_bot": False})
            if account["is_bot"] or any(post["is_bot"] for post in own):
                continue
            first = min(own, key=lambda post: (post["created_us"], post["post_id"]))
            joined = account["joined_us"]
            if joined is not None and joined <= about["observed_until_us"]:
                new = joined >= begin
            else:
                late = first["created_us"] >= begin + washout_us
                new = about["record_start"] == "launch" or late
            if new and first["post_id"] == first["thread_id"]:
                others = [post for post in own if post["post_id"] != first["post_id"]]
                thread = [post for post in mine if post["thread_id"] == first["thread_id"]]
                yield about, first, others, thread


def cohort_by_loops(tables, landmark_us, from_us, until_us, washout_us, kinds):
    """The definition of `cohort`, person by person."""
    rows = []
    for about, first, others, thread in opening_by_newcomer(tables, washout_us):
        at = first["created_us"]
        response = min(
            (
                post["created_us"]
                for post in thread
                if post["author_id"] != first["author_id"]
                and not post["is_bot"]
                and (kinds is None or post["kind"] in kinds)
            ),
            default=None,
        )
        elsewhere = [p["created_us"] for p in others if p["thread_id"] != first["thread_id"]]
        anywhere = [post["created_us"] for post in others]
        rows.append(
            {
                "community_id": about["community_id"],
                "person_id": first["author_id"],
                "thread_id": first["thread_id"],
                "first_us": at,
                "response_us": response,
                "responded": response is not None and response - at <= landmark_us,
                "next_us": min(elsewhere, default=None),
                "returned_early": any(t - at <= landmark_us for t in elsewhere),
                "returned": any(from_us < t - at <= until_us for t in elsewhere),
                "contributed_early": any(t - at <= landmark_us for t in anywhere),
                "contributed": any(from_us < t - at <= until_us for t in anywhere),
                "opened_again": any(
                    from_us < post["created_us"] - at <= until_us
                    for post in others
                    if post["post_id"] == post["thread_id"]
                ),
                "end_us": about["observed_until_us"],
                "complete": at + until_us <= about["observed_until_us"],
            }
        )
    return rows


@UNTIMED
@given(
    data=st.data(),
    landmark_us=st.integers(0, 8),
    wait_us=st.integers(0, 4),
    width_us=st.integers(1, 15),
    washout_us=st.integers(0, 10),
    kinds=st.sampled_from([None, ["answer"]]),
)
def test_cohort_equals_its_definition_in_loops(
    nasty, records, data, landmark_us, wait_us, width_us, washout_us, kinds
):
    """On any tables the expressions give what plain loops over the definition give."""
    tables = data.draw(nasty)
    from_us = landmark_us + wait_us
    options = {
        "landmark_us": landmark_us,
        "from_us": from_us,
        "until_us": from_us + width_us,
        "washout_us": washout_us,
        "kinds": kinds,
    }

    assert records(cohort(**tables, **options)) == records(cohort_by_loops(tables, **options))


@UNTIMED
@given(data=st.data())
def test_early_flags_agree_with_the_next_post(nasty, records, data):
    """Whoever returned early has a next post by the landmark, and the other way round."""
    for row in records(cohort(**data.draw(nasty), **SHORT)):
        by_landmark = row["next_us"] is not None and row["next_us"] <= row["first_us"] + 10
        assert row["returned_early"] == by_landmark
        assert row["contributed_early"] or not row["returned_early"]
        assert row["contributed"] or not row["returned"]
        assert row["returned"] or not row["opened_again"]


# Counted once more with sorts and groups in Polars, without the measures, on the same messages:
# landmark 24 h, window (24 h, 31 d], threads are pairs of people. Shares to six digits.
COLLEGE_ROWS, COLLEGE_COMPLETE = 809, 796
COLLEGE_WHOLE = {False: (517, 0.783366), True: (279, 0.727599)}
COLLEGE_NOT_EARLY = {False: (197, 0.604061), True: (139, 0.568345)}


def test_college_newcomers_reproduce_the_known_numbers(college):
    """Answered newcomers came back no more often than the others, by either contrast."""
    got = collect(cohort(**college, landmark_us=DAY, from_us=DAY, until_us=31 * DAY, washout_us=0))
    assert len(got) == COLLEGE_ROWS
    complete = got[got["complete"]]
    assert len(complete) == COLLEGE_COMPLETE

    for rows, known in (
        (complete, COLLEGE_WHOLE),
        (complete[~complete["returned_early"]], COLLEGE_NOT_EARLY),
    ):
        for responded, (number, share) in known.items():
            arm = rows[rows["responded"] == responded]
            assert len(arm) == number
            assert arm["returned"].mean() == pytest.approx(share, abs=5e-7)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"landmark_us": -5},
            "cohort: landmark_us is -5; expected 0 or more microseconds. "
            "Pass the time within which a response counts.",
        ),
        (
            {"landmark_us": 2000, "from_us": 1000},
            "cohort: expected a window that begins at the landmark (2,000) or later; from_us is "
            "1,000. Raise from_us, or what follows is partly what came before.",
        ),
        (
            {"until_us": 10},
            "cohort: expected a window that ends after it begins; from_us is 10 and until_us 10. "
            "Raise until_us.",
        ),
    ],
)
def test_cohort_refuses_windows_out_of_order(club, changed, message):
    """Each message says which of the three times is wrong."""
    with pytest.raises(MeasureError) as error:
        cohort(**club, **{**SHORT, **changed})
    assert str(error.value) == message


def test_rows_do_not_depend_on_the_order_of_posts(club, records):
    """Shuffled tables give the same rows: nothing reads the order of a file."""
    shuffled = {**club, "posts": club["posts"].sample(fraction=1, shuffle=True, seed=7)}
    assert not shuffled["posts"].equals(club["posts"])

    assert records(cohort(**shuffled, **SHORT)) == records(cohort(**club, **SHORT))
