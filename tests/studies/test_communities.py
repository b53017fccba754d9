"""Which communities a study looks at."""

import by_hand
import pytest

from workbench import data
from workbench.errors import DataError
from workbench.studies.communities import carrying, lacks, missing, open_all, support, wanted
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


def test_questions_without_answers_are_left_out(keep):
    """Where only posts of kind answer count and there are none, nobody could ever be answered."""
    keep(POSTS, "site", platform="questions and answers")
    assert lacks(open_all(["site"])[0], "H1.1") == ["a post of kind answer"]


def test_one_title_for_two_is_told_apart(keep):
    """Two data sets with one title get their names added, so that no table merges them."""
    keep(POSTS, "east", title="Forum")
    keep(POSTS, "west", title="Forum")
    keep(POSTS, "other", title="Club")

    titles = [one.title for one in open_all(["east", "west", "other"])]
    assert titles == ["Forum (east)", "Forum (west)", "Club"]


def test_support_has_a_row_a_hypothesis(keep):
    """Every data set meets every hypothesis; what is missing is named."""
    keep(POSTS, "club", title="Club")
    rows = support(["club", "vader-lexicon"]).frame

    assert len(rows) == 2 * len(hypotheses())
    assert set(rows.loc[rows["dataset"] == "Club", "missing"]) == {"nothing"}
    lacking = rows.loc[rows["dataset"] != "Club", "missing"]
    assert set(lacking) == {"posts.author_id, posts.thread_id, posts.created_us"}
