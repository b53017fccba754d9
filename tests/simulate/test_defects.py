"""Defects: each one by hand, all of them counted, none in another's way."""

import polars as pl
import pytest
from invented_square import CHANGE, HOUR, SECOND, communities, people, posts, square

from workbench.errors import SimulationError
from workbench.simulate.defects import STEPS, Defects, names, plant

ALONE = Defects.none()


def alone(written, seed=1, where=("a",), **shares):
    """Tables and counts after planting these defects only."""
    tables = {"communities": communities(*where), "people": people(written), "posts": written}
    return plant(tables, Defects(**{**vars(ALONE), **shares}), seed=seed)


def thread(*replies, opened=CHANGE, author="ann"):
    """A question by `author` and replies, each (id, parent, author, seconds later)."""
    rows = [("a", "q", "q", None, author, opened)]
    rows += [("a", i, "q", parent, who, opened + s * SECOND) for i, parent, who, s in replies]
    return posts(rows)


def test_the_steps_are_the_defects():
    """Every share has its function, in the order in which shares are declared."""
    assert tuple(step.__name__ for step in STEPS) == names()


def test_nothing_planted_changes_only_the_ids():
    """Without defects the rows are the same; posts are numbered 2, 4, ... as time goes on."""
    written = thread(("r1", "q", "bob", 10), ("r2", "r1", "ann", 20))

    tables, counts = alone(written)

    assert set(counts.values()) == {0}
    ids = tables["posts"].select("post_id", "thread_id", "parent_id").rows()
    assert ids == [("2", "2", None), ("4", "2", "2"), ("6", "2", "4")]
    same = ["community_id", "author_id", "created_us", "length"]
    assert tables["posts"].select(same).equals(written.select(same))
    assert (
        tables["people"]
        .drop("merged_into")
        .sort("person_id")
        .equals(people(written).sort("person_id"))
    )


def test_local_stamps_name_a_zone_for_one_community():
    """One of two communities is dated by the wall, and its posts are counted."""
    written = pl.concat(
        [thread(("r", "q", "bob", 5)), posts([("b", "x", "x", None, "eve", CHANGE)])]
    )

    tables, counts = alone(written, where=("a", "b"), local_stamps=1)

    stamped = tables["communities"].drop_nulls("stamps_in")
    assert stamped["stamps_in"].to_list() == ["Asia/Tokyo"]
    assert counts["local_stamps"] == {"a": 2, "b": 1}[stamped["community_id"].item()]


def test_the_repeated_hour_by_hand():
    """Two hours of the world's time are one hour of the wall's: their limits are exact."""
    rows = [
        ("a", "before", "before", None, "ann", CHANGE - HOUR - 1),
        ("a", "first", "first", None, "ann", CHANGE - HOUR),
        ("a", "last", "before", "before", "bob", CHANGE + HOUR - 1),
        ("a", "after", "first", "first", "eve", CHANGE + HOUR),
        ("a", "later", "before", "last", "eve", CHANGE + 2 * HOUR),
    ]

    tables, counts = alone(posts(rows), local_stamps=1, repeated_hour=1)

    # Lost are first and last; after and later answered them, and first had opened a thread.
    assert tables["communities"]["stamps_in"].item() == "Europe/Rome"
    assert counts["repeated_hour"] == 2
    assert counts["parents_in_the_repeated_hour"] == 2
    assert counts["threads_opened_in_the_repeated_hour"] == 1
    assert counts["local_stamps"] == 3


def test_no_hour_is_repeated_without_local_stamps():
    """A clock in universal time is never set back."""
    assert alone(square()["posts"], where=("a", "b"), repeated_hour=1)[1]["repeated_hour"] == 0


def test_deleted_accounts_leave_their_posts():
    """Everybody deletes the account but the program; what they wrote stays without an author."""
    written = thread(("r", "q", "robo", 5)).with_columns(recipient_id=pl.lit("ann"))
    tables = {
        "communities": communities("a"),
        "people": people(written).with_columns(is_bot=pl.col("person_id") == "robo"),
        "posts": written,
        "ratings": pl.DataFrame(
            {"community_id": ["a"], "item_id": ["q"], "rater_id": ["ann"], "created_us": [CHANGE]}
        ),
    }

    spoiled, counts = plant(tables, Defects(**{**vars(ALONE), "deleted_accounts": 1}), seed=1)

    assert (counts["deleted_accounts"], counts["posts_by_deleted_accounts"]) == (1, 1)
    assert spoiled["posts"]["author_id"].to_list() == [None, "robo"]
    assert spoiled["posts"]["recipient_id"].to_list() == [None, None]
    assert spoiled["people"]["person_id"].to_list() == ["robo"]
    assert spoiled["ratings"].select("item_id", "rater_id").row(0) == ("2", None)


def test_merged_accounts_wrote_the_earlier_half():
    """Of five posts the first two are under the old account; who wrote once has one account."""
    later = [(f"r{i}", "q", "ann", i) for i in range(1, 5)]

    tables, counts = alone(thread(*later, ("x", "q", "bob", 9)), merged_accounts=1)

    authors = tables["posts"]["author_id"].to_list()
    assert authors == ["ann-old", "ann-old", "ann", "ann", "ann", "bob"]
    assert tables["people"].drop_nulls("merged_into").select("person_id", "merged_into").rows() == [
        ("ann-old", "ann")
    ]
    assert (counts["merged_accounts"], counts["posts_of_merged_accounts"]) == (1, 2)


@pytest.mark.parametrize("seed", range(5))
def test_early_replies_are_one_to_five_seconds_early(seed):
    """Only replies to the opening post are moved, by whole seconds."""
    written = thread(("r", "q", "bob", 3_600), ("rr", "r", "eve", 7_200))

    tables, counts = alone(written, seed=seed, early_replies=1)

    first, second, third = tables["posts"]["created_us"]
    assert counts["early_replies"] == 1
    assert (CHANGE - first) // SECOND in range(1, 6)
    assert (second, third) == (CHANGE, CHANGE + 7_200 * SECOND)


def test_no_reply_is_dated_before_the_record():
    """A thread that opens with the record has no room for an earlier reply."""
    from_start = thread(("r", "q", "bob", 60), opened=CHANGE - 200 * HOUR)

    assert alone(from_start, early_replies=1)[1]["early_replies"] == 0


def test_missing_parents_name_nobodys_number():
    """The id of a missing parent is odd, and those of posts are even; the thread is still known."""
    tables, counts = alone(thread(("r", "q", "bob", 5)), missing_parents=1)

    assert counts["missing_parents"] == 1
    ids = tables["posts"].select("post_id", "thread_id", "parent_id").rows()
    assert ids == [("2", "2", None), ("4", "2", "1")]


def test_edited_and_other_scripts_by_hand():
    """Every post is edited a minute to a day later; the first and third run from right to left."""
    written = thread(("r1", "q", "bob", 5), ("r2", "q", "bob", 6))

    tables, counts = alone(written, edited_text=1, other_scripts=1)

    later = tables["posts"]["edited_us"] - tables["posts"]["created_us"]
    assert later.is_between(60 * SECOND, 24 * HOUR).all()
    assert tables["posts"]["script"].to_list() == ["right to left", "accented", "right to left"]
    assert [counts[n] for n in ("edited_text", "other_scripts", "right_to_left")] == [3, 3, 2]


def test_ids_out_of_order_fall_once_each():
    """With every pair exchanged, every second id is below the one before it."""
    later = [(f"r{i}", "q", "ann", i) for i in range(1, 6)]

    tables, counts = alone(thread(*later), ids_out_of_order=1)

    assert tables["posts"]["post_id"].to_list() == ["4", "2", "8", "6", "12", "10"]
    assert tables["posts"]["thread_id"].unique().to_list() == ["4"]
    assert counts["ids_out_of_order"] == 3


def test_posts_of_one_moment_are_not_exchanged():
    """Where time does not tell which came first, no order is wrong."""
    assert alone(thread(("r", "q", "bob", 0)), ids_out_of_order=1)[1]["ids_out_of_order"] == 0


def test_exact_duplicates_are_the_same_row():
    """A row written twice differs in nothing; one spoiled otherwise is not written twice."""
    written = thread(("r", "q", "bob", 5))

    tables, counts = alone(written, missing_parents=1, exact_duplicates=1)

    assert counts["exact_duplicates"] == 1
    assert tables["posts"]["post_id"].to_list() == ["2", "2", "4"]
    assert tables["posts"].row(0) == tables["posts"].row(1)


def test_ratings_lose_their_hour():
    """A dated rating is dated to its day; one without a time has none to lose."""
    tables = {
        "communities": communities("a"),
        "people": people(thread()),
        "posts": thread(),
        "ratings": pl.DataFrame(
            {"community_id": ["a", "a"], "item_id": ["q", "q"], "rater_id": ["ann", "ann"]}
        ).with_columns(created_us=pl.Series([CHANGE, None])),
    }

    spoiled, counts = plant(tables, Defects(**{**vars(ALONE), "day_only_ratings": 1}), seed=1)

    # The clocks changed at 1:00, an hour into the day.
    assert spoiled["ratings"]["created_us"].to_list() == [CHANGE - HOUR, None]
    assert counts["day_only_ratings"] == 1


def test_a_share_is_kept_and_never_rounds_to_nothing():
    """Of 1500 posts 1 % are 15; a share too small for one row spoils one."""
    written = square()["posts"]

    assert alone(written, where=("a", "b"), edited_text=0.01)[1]["edited_text"] == 15
    assert alone(written, where=("a", "b"), edited_text=1e-9)[1]["edited_text"] == 1


@pytest.mark.parametrize("name", sorted(set(names()) - {"deleted_accounts", "merged_accounts"}))
def test_leaving_one_out_leaves_the_draws_of_others(name):
    """The same accounts are deleted and merged whichever other defect is left out."""
    whole, _ = plant(square(), Defects(), seed=3)
    spoiled, _ = plant(square(), Defects().without(name), seed=3)

    assert spoiled["people"].equals(whole["people"])


def test_edits_do_not_depend_on_other_defects():
    """With nothing else planted the same posts are edited at the same moments."""
    tables = square()
    others = ("early_replies", "repeated_hour", "exact_duplicates")
    many, _ = plant(tables, Defects().without(*others), seed=3)
    one, _ = plant(tables, Defects(**{**vars(ALONE), "edited_text": 0.01}), seed=3)

    edits = [spoiled["posts"]["edited_us"].drop_nulls().sort() for spoiled in (many, one)]
    assert edits[0].equals(edits[1])
    assert len(edits[0]) == 15


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_plants_the_same(seed):
    """Twice the same tables for a seed, and others for another."""
    once, twice, other = (plant(square(), Defects(), seed=s)[0] for s in (seed, seed, seed + 10))

    assert all(once[table].equals(twice[table]) for table in once)
    assert not once["posts"].equals(other["posts"])


def test_what_is_no_share_is_refused():
    """A share is a number from 0 to 1."""
    with pytest.raises(
        SimulationError, match=r"defects: edited_text: expected a share from 0 to 1, got 2\. Mend"
    ):
        Defects(edited_text=2)


def test_an_unknown_defect_is_refused():
    """Whoever leaves out what is not there learns what is."""
    with pytest.raises(
        SimulationError, match="defects: typos: not known; there are local_stamps, repeated"
    ):
        Defects().without("typos")
