"""Which communities a study looks at."""

from dataclasses import replace

import by_hand
import polars as pl
import pytest

from workbench import data
from workbench.data.community import in_memory
from workbench.errors import DataError
from workbench.studies.communities import carrying, lacks, missing, open_all, wanted
from workbench.studies.durations import DAY, HOUR, MINUTE, SECOND
from workbench.studies.hypotheses import hashes, hypotheses

POSTS = by_hand.table("""
    post_id thread_id author_id created_at
    q1      q1        ann       2024-01-01T00:00Z
    a1      q1        bob       2024-01-01T01:00Z
""")


def test_embedded_ones_come_first(keep):
    """Without a list: the catalogue in its order, then what else is loaded, by name."""
    keep(POSTS, "zebra")
    keep(POSTS, "club")

    assert wanted() == [*data.catalogue(), "club", "zebra"]


def test_a_list_in_the_environment(monkeypatch):
    """WORKBENCH_DATASETS is a comma list; names given in the code win."""
    monkeypatch.setenv("WORKBENCH_DATASETS", " zebra, club ,")

    assert wanted() == ["zebra", "club"]
    assert wanted(["club"]) == ["club"]
    monkeypatch.setenv("WORKBENCH_DATASETS", " , ")
    assert wanted() == list(data.catalogue())


def test_open_all_opens_in_order(keep):
    """The communities come back in the order they were asked for."""
    keep(POSTS, "club")
    keep(POSTS, "zebra")

    assert [one.name for one in open_all(["zebra", "club"])] == ["zebra", "club"]


def test_open_all_loads_what_is_embedded():
    """An embedded data set that is not loaded yet is loaded, and its first look notes hashes."""
    (one,) = open_all(["vader-lexicon"])

    assert one.ratings.height > 0
    assert data.first_look("vader-lexicon")["hypotheses"] == hashes()


def test_open_all_unknown_name(keep):
    """A name that is neither loaded nor embedded is refused with those there are."""
    keep(POSTS, "club")
    with pytest.raises(
        DataError, match=r"^nowhere: no data set of this name is loaded; there are chit-chat, club"
    ):
        open_all(["nowhere"])


def test_missing_names_columns():
    """What a data set lacks is said as table.column, in the order of the hypothesis."""
    needs = hypotheses()["H1.1"].needs
    assert needs == ["posts.author_id", "posts.thread_id", "posts.created_us"]

    assert missing({"posts": {"thread_id"}}, "H1.1") == ["posts.author_id", "posts.created_us"]
    assert missing({"posts": {"author_id", "thread_id", "created_us"}}, "H1.1") == []
    assert missing({}, "H1.1") == needs


def test_carrying_leaves_out_what_cannot_carry(keep):
    """Ratings without posts are left out of a study on answers."""
    keep(POSTS, "club")

    assert [one.name for one in carrying("01", ["vader-lexicon", "club"])] == ["club"]


def test_carrying_nothing():
    """If no data set can carry the study nothing is left, and the pages say so."""
    assert carrying("01", ["vader-lexicon"]) == []


def test_a_kind_without_windows_is_left_out(keep):
    """A community of a kind for which no landmark was fixed cannot carry the study; it says why."""
    keep(POSTS, "club")
    keep(POSTS, "book", platform="guest book")

    assert [one.name for one in carrying("01", ["book", "club"])] == ["club"]
    (reason,) = lacks(open_all(["book"])[0], "H1.1")
    assert reason.startswith("a landmark for communities of kind 'guest book' (fixed for: direct")


def test_threads_made_by_pauses_cannot_be_asked_for_the_hour(keep):
    """Where an hour's silence cut the threads, the share answered within it is the rule's."""
    club = keep(POSTS, "club")
    options = {**club.manifest["options"], "answers": "next"}
    paused = replace(club, manifest={**club.manifest, "options": options})

    assert lacks(paused, "H1.3") == [
        "answers that are known to be answers: threads were made by the hour between messages "
        "(load again with --answers thread)"
    ]
    assert lacks(paused, "H1.1") == lacks(club, "H1.3") == []


def test_questions_without_answers_are_left_out(keep):
    """Where only posts of kind answer count and there are none, nobody could ever be answered."""
    keep(POSTS, "site", platform="questions and answers")
    assert lacks(open_all(["site"])[0], "H1.1") == ["a post of kind answer"]


@pytest.mark.parametrize(
    ("ticks", "lacking"),
    [
        # A tenth of the 24 hours of a forum's landmark is 144 minutes.
        ([1, 144 * MINUTE], []),
        (
            [SECOND, SECOND, 145 * MINUTE],
            ["one clock: 1 post is dated to 145 minutes, 2 to the second"],
        ),
        (
            [1, DAY, DAY],
            [
                "one clock: 2 posts are dated to the day, 1 to a part of a second "
                "(load again with --rule day-only-times=set-aside)"
            ],
        ),
        (
            [MINUTE, HOUR, 3 * HOUR, DAY, DAY],
            ["one clock: 3 posts are dated to the day, 2 to the hour"],
        ),
        ([DAY], ["a finer clock: 1 post is dated to the day, and no other"]),
    ],
)
def test_clocks_too_coarse_for_the_landmark(ticks, lacking):
    """Posts by width of their tick: a tenth of the landmark is fine enough, more is named."""
    number = len(ticks)
    posts = pl.DataFrame(
        {
            "community_id": "c",
            "post_id": [str(i) for i in range(number)],
            "thread_id": "0",
            "author_id": "ann",
            "created_us": 1_700_000_000_000_000,
            "precision_us": ticks,
            "kind": "post",
            "is_bot": False,
        }
    )
    about = {"community_id": "c", "name": "Club", "platform": "forum", "timezone": "UTC"}
    described = pl.DataFrame({**about, "timezone_source": "stated", "record_start": "cut"})
    tables = {"posts": posts, "communities": described}
    club = in_memory("club", tables, title="Club", source="tests", options={})

    assert lacks(club, "H1.1") == lacking


def test_without_replies_nobody_can_be_judged(keep):
    """Submissions alone, or comments whose threads are not there: not said to be unanswered."""
    alone = by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-01T00:00Z
        q2      q2        bob       2024-01-01T01:00Z
    """)
    lost = by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-01T00:00Z
        a2      q0        bob       2024-01-01T01:00Z
        a3      q0        cat       2024-01-01T02:00Z
    """)
    keep(alone, "alone")
    keep(lost, "lost")
    keep(POSTS, "club")

    assert [one.name for one in carrying("01", ["alone", "lost", "club"])] == ["club"]
    reasons = [lacks(one, "H1.1") for one in open_all(["alone", "lost"])]
    assert reasons == [[f"replies: none of {n} posts answers another"] for n in (2, 3)]


def test_a_clock_of_days_is_named_by_what_loads(keep):
    """A table with one bare date among times: left out, and back once the rule sets it aside."""
    posts = pl.concat([POSTS, by_hand.table("""
        post_id thread_id author_id created_at
        q2      q2        cat       2024-01-02
    """)])  # fmt: skip
    keep(posts, "mixed", timezone="UTC")
    keep(posts, "clean", timezone="UTC", rules={"day-only-times": "set-aside"})

    mixed, clean = open_all(["mixed", "clean"])
    (reason,) = lacks(mixed, "H1.1")
    assert reason.startswith("one clock: 1 post is dated to the day, 2 to the ")
    assert lacks(clean, "H1.1") == []
    assert clean.manifest["rules"]["day-only-times"] == {"choice": "set-aside", "rows": 1}


def test_one_title_for_two_is_told_apart(keep):
    """Two data sets with one title get their names added, so that no table merges them."""
    keep(POSTS, "east", title="Forum")
    keep(POSTS, "west", title="Forum")
    keep(POSTS, "other", title="Club")

    titles = [one.title for one in open_all(["east", "west", "other"])]
    assert titles == ["Forum (east)", "Forum (west)", "Club"]
