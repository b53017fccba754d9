"""The reader of Stack Exchange: an invented site by hand, its choices, and what it refuses."""

import shutil
from collections import Counter
from datetime import UTC, datetime

import polars as pl
import pytest

from workbench.errors import SourceError
from workbench.schema import PEOPLE, POSTS, RATINGS, TAGS, conform
from workbench.sources import stackexchange
from workbench.sources._xml_rows import CUT

DAY = 86_400_000_000
MEASURED = ("length", "has_code", "has_link", "has_question")


def us(*moment):
    """Microseconds since 1970 of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture
def site(data, tmp_path):
    """A copy of the invented site, to be spoiled."""
    return shutil.copytree(data / "stackexchange", tmp_path / "Invented.site")


@pytest.fixture
def batches(data):
    """Everything that is read of the invented site."""
    return list(stackexchange.read(data / "stackexchange"))


def table(batches, name):
    """The rows of one table of all batches."""
    return pl.concat([b.tables[name] for b in batches if name in b.tables], how="diagonal")


def noted(batches):
    """All notes, summed."""
    return sum((Counter(batch.notes) for batch in batches), Counter())


def joined(batches):
    """Batches whose posts have the same columns, as `rows_of` needs them."""
    batches = list(batches)
    every = ["row", "post_id"]
    return [
        stackexchange.Batch(
            {"posts": b.tables["posts"].select(every)} if "posts" in b.tables else {}, b.rejected
        )
        for b in batches
    ]


def test_posts_by_hand(batches):
    """Every question, answer and comment stands in its thread, and nobody's text in the table."""
    posts = table(batches, "posts")

    assert posts.select("post_id", "thread_id", "parent_id", "author_id", "kind").rows() == [
        ("1", "1", None, "11", "question"),
        ("2", "1", "1", "12", "answer"),
        ("3", "1", "1", None, "answer"),  # a deleted account, though its name is there
        ("4", "4", None, "-1", "question"),
        ("10", "10", None, "13", "question"),  # an account that also has a name
        ("c1", "1", "2", "11", "comment"),  # on an answer, in the thread of its question
        ("c2", "1", "1", None, "comment"),
        ("c3", None, "999", "12", "comment"),  # on a post that is not there
        ("c4", None, "5", "13", "comment"),  # on a tag wiki
    ]
    assert not set(posts.columns) & {"Body", "Text", "Title", "tags"}
    conform(posts.drop_nulls("thread_id"), POSTS, where="test")


def test_texts_by_hand(batches):
    """Length is that of what is read; code and links are those of how it is written."""
    measured = {
        row[0]: row[1:] for row in table(batches, "posts").select("post_id", *MEASURED).rows()
    }

    assert measured["1"] == (21, True, False, True)  # "How do I sort a & b?" and a line break
    # "See this" is 8, a blank, one face beyond the basic plane; the only ? is in the address.
    assert measured["2"] == (10, False, True, False)
    assert measured["10"] == (6, False, False, True)  # a face, a blank, an Arabic word and its ؟
    assert measured["c1"] == (17, True, False, True)  # code between backticks
    assert measured["c2"] == (9, False, False, False)  # "a < b & c"


def test_times_points_and_programs_by_hand(batches):
    """Times are to the millisecond as written, and the site's account and named bots programs."""
    posts = {row["post_id"]: row for row in table(batches, "posts").to_dicts()}

    assert posts["2"]["created_us"] == us(2024, 1, 1, 10, 30) + 250_000
    assert (posts["2"]["precision_us"], posts["4"]["precision_us"]) == (1_000, 1_000_000)
    assert posts["3"]["edited_us"] == us(2024, 1, 2, 9)
    assert posts["10"]["edited_us"] is None  # its date cannot be read, which is noted
    assert (posts["1"]["score"], posts["c1"]["score"]) == (2, 1)
    assert [key for key, row in posts.items() if row["is_bot"]] == ["2", "4", "c3"]


def test_rejected_by_hand(batches, rows_of):
    """Every row of Posts.xml and then of Comments.xml is a post or has a reason."""
    _, rejected, found = rows_of(joined(batches), "posts")

    assert found == {
        5: "tag wiki, not a contribution",
        6: "tag wiki excerpt, not a contribution",
        7: "answer without a question",
        8: "unparsable time",  # 30 February
        9: "Id is not a whole number",
        11: "of a type that is not known",
        16: "PostId is not a whole number",
        17: "UserId is not a whole number",
    }
    assert rejected["place"][0] == "Posts.xml row 5"
    assert rejected["place"][-1] == "Comments.xml row 6"


def test_votes_by_hand(batches, rows_of):
    """Votes up and down on kept posts are ratings to the day; all others are counted by kind."""
    kept, _, found = rows_of(batches, "ratings")

    assert kept.select("row", "item_id", "value", "created_us").rows() == [
        (1, "1", 1.0, us(2024, 1, 1)),
        (2, "1", 1.0, us(2024, 1, 2)),
        (3, "2", 1.0, us(2024, 1, 1)),
        (4, "3", 1.0, us(2024, 1, 1)),
        (5, "3", -1.0, us(2024, 1, 1)),
        (6, "4", -1.0, us(2024, 1, 1)),
    ]
    assert found == {7: "unparsable time"}
    assert kept["rater_id"].is_null().all()
    assert set(kept["scale"]) == {"vote"}
    assert set(kept["precision_us"]) == {DAY}
    conform(kept, RATINGS, where="test")
    notes = noted(batches)
    others = {name: n for name, n in notes.items() if name.startswith("votes_")}
    assert others == {
        "votes_for_posts_that_are_not_in_the_export": 1,
        "votes_for_pages_that_are_no_contributions": 1,
        "votes_of_kind_acceptance": 1,
        "votes_of_kind_bounty_begun": 1,
        "votes_of_kind_unknown": 1,
    }
    # 12 rows of Votes.xml: 6 ratings, 1 rejected, 5 of other kinds or for other posts.
    assert kept.height + len(found) + sum(others.values()) == 12


def test_notes_by_hand(batches):
    """What the site says of itself is counted again; changes in the history are counted."""
    notes = noted(batches)

    assert notes["scores_that_differ_from_the_votes"] == 1  # post 4: 5 points, one vote down
    assert notes["questions_whose_answers_differ_from_a_recount"] == 1  # question 4: 1, none there
    assert notes["questions_with_an_accepted_answer"] == 1
    assert notes["posts_closed"] == notes["posts_owned_by_the_community"] == 1
    assert notes["dates_of_edits_that_cannot_be_read"] == 1
    assert notes["comments_whose_post_was_not_kept"] == 2
    history = {name: n for name, n in notes.items() if name.startswith("in_the_history_")}
    assert history == {
        "in_the_history_first_versions": 4,
        "in_the_history_edits": 1,
        "in_the_history_closings": 1,
        "in_the_history_edits_suggested_by_others": 1,
        "in_the_history_other_events": 1,
    }


def test_people_tags_and_community_by_hand(batches):
    """Accounts have their day of joining; tags are small; the record begins with the first post."""
    people = table(batches, "people")
    assert people.select("person_id", "joined_us", "is_bot").rows() == [
        ("-1", us(2023, 12, 31), True),
        ("11", us(2024, 1, 1, 9), False),
        ("12", us(2024, 1, 1, 9, 30), True),
        ("13", us(2024, 1, 1, 9, 40), False),
    ]
    conform(people, PEOPLE, where="test")
    tags = conform(table(batches, "tags"), TAGS, where="test")
    assert tags.select("post_id", "tag").rows() == [
        ("1", "python"), ("1", "regex"), ("4", "python"), ("4", "c++"), ("10", "c++"),
    ]  # fmt: skip
    about = table(batches, "communities").row(0, named=True)
    assert (about["community_id"], about["platform"]) == ("stackexchange", "questions and answers")
    assert (about["timezone"], about["timezone_source"]) == ("UTC", "documented")
    assert about["record_start"] == "launch"
    assert about["observed_until_us"] is None


def test_one_file_alone(data):
    """Posts.xml itself is a site, of which less is known."""
    batches = list(stackexchange.read(data / "stackexchange/Posts.xml"))

    assert set(table(batches, "posts")["kind"]) == {"question", "answer"}
    assert not any({"people", "ratings"} & batch.tables.keys() for batch in batches)
    assert "scores_that_differ_from_the_votes" not in noted(batches)


def test_choices(site):
    """Comments and the measuring of texts can be left out; a title and a start can be given."""
    options = {"comments": False, "bodies": False, "title": "Ours", "record_start": "cut"}
    batches = list(stackexchange.read(site, options=options))

    posts, about = table(batches, "posts"), table(batches, "communities").row(0, named=True)
    assert posts.height == 5
    assert not set(MEASURED) & set(posts.columns)
    assert (about["name"], about["record_start"]) == ("Ours", "cut")
    assert about["community_id"] == "invented-site"
    with pytest.raises(
        SourceError,
        match=r"^stackexchange Invented.site: option record_start expected cut, launch, "
        r"got 'now'\. Choose one of these\.$",
    ):
        next(stackexchange.read(site, options={"record_start": "now"}))


def test_a_part_of_a_site_has_no_launch(site):
    """A dump whose first posts are not there may have begun earlier."""
    posts = site / "Posts.xml"
    posts.write_bytes(posts.read_bytes().replace(b'Id="', b'Id="1000'))

    about = table(list(stackexchange.read(site)), "communities")

    assert about["record_start"].to_list() == ["cut"]


def test_an_empty_site(site):
    """A dump without any post is not one; tables without any row are none but empty."""
    (site / "Comments.xml").write_text("<comments></comments>")
    assert "comment" not in set(table(list(stackexchange.read(site)), "posts")["kind"])
    (site / "Posts.xml").write_text("<posts />")
    with pytest.raises(
        SourceError,
        match=r"^stackexchange Invented.site: Posts.xml: expected rows of posts, got none\. "
        r"Download it again\.$",
    ):
        list(stackexchange.read(site))


def test_cut_anywhere(site, rows_of):
    """A file cut at any byte is refused in one line; read on, each row is there or rejected."""
    posts = site / "Posts.xml"
    whole = posts.read_bytes()
    every, _, usual = rows_of(joined(stackexchange.read(posts)), "posts")
    for size in range(whole.index(b" />") + 3, len(whole) - len(b"</posts>"), 97):
        posts.write_bytes(whole[:size])
        with pytest.raises(SourceError, match=r"got a file that is cut off\. .*--keep-going\.$"):
            list(stackexchange.read(posts))
        batches = stackexchange.read(posts, options={"keep_going": True})

        kept, rejected, found = rows_of(joined(batches), "posts")

        complete, begun = whole[:size].count(b"/>"), whole[:size].count(b"<r")
        assert kept.height + rejected.height == begun
        assert found.get(begun) == (usual.get(begun) if begun == complete else CUT)
        assert kept["post_id"].to_list() == every["post_id"].to_list()[: kept.height]


def test_detect(data, site, tmp_path):
    """A folder, an archive and a file are known by what they hold, not by their names alone."""
    other = tmp_path / "other.xml"
    other.write_text("<users></users>")

    assert stackexchange.SOURCE.detect(site) == "it holds Posts.xml"
    (site / "Posts.xml").rename(site / "posts.XML")
    assert stackexchange.SOURCE.detect(site) == "it holds Posts.xml"
    assert stackexchange.SOURCE.detect(site / "posts.XML") == "it opens with <posts>"
    assert not stackexchange.SOURCE.detect(other)
    assert not stackexchange.SOURCE.detect(data / "simulated")
    assert not stackexchange.SOURCE.detect(data / "chitchat/dataset.json")
    assert not stackexchange.SOURCE.detect(tmp_path / "absent")


def test_said(data):
    """For the scan of pages: texts as they are read, and names as they are shown."""
    parts = list(stackexchange.said(data / "stackexchange"))

    texts = [text for part in parts for text in part.texts]
    names = [name for part in parts for name in part.names]
    assert "How do I sort a & b?\n" in texts
    assert 'How to "sort"?' in texts
    assert "a < b & c" in texts
    assert {"Quiet & Co", "user77", "user13", "helper-bot"} <= set(names)
