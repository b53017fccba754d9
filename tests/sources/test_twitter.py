"""The reader of tweets: three invented exports by hand, any tweets, its options, real ones."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import data as room
from workbench.errors import SourceError
from workbench.schema import COMMUNITIES, PEOPLE, POSTS, TAGS, conform
from workbench.sources import twitter
from workbench.sources._twitter_times import NUMBERS_BEGAN_MS, dated
from workbench.sources._twitter_tweets import FIELDS, flat

COLLECTED = Path(__file__).parents[3] / "shared/raw/perceval_items/twitter.json"
EXPORTS = ("archive", "tweets.jsonl", "page.json")
NUMBERS = ("post_id", "thread_id", "parent_id", "author_id", "recipient_id")
NOW = "Sun Mar 01 12:00:00 +0000 2020"
ROW = pl.Schema([("reason", pl.String), *FIELDS.items()])
NUMBER = 1234085979589967872  # of 1 March 2020, 12:00:00.400


def tweet(number=NUMBER, **fields):
    """A tweet of interface 1.1 with what a post must have."""
    return {"id_str": str(number), "created_at": NOW, "user": {"id_str": "5"}} | fields


def saved(path: Path, content) -> Path:
    """A JSON file."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def one(tmp_path):
    """A function: one tweet -> its row, or the reason why it is none, and the notes."""

    def row(fields):
        batch, last = twitter.read(saved(tmp_path / "one.json", [fields]))
        conform(last.tables["people"], PEOPLE, where="test")
        reason = batch.rejected["reason"].to_list()
        return reason[0] if reason else batch.tables["posts"].row(0, named=True), batch.notes

    return row


@pytest.mark.parametrize("name", EXPORTS)
def test_posts_by_hand(name, data, rows_of):
    """Every column of every kept post of the invented exports is the one of the worked table."""
    kept, _, _ = rows_of(twitter.read(data / "twitter" / name), "posts")
    worked = pl.read_csv(
        data / "twitter/expected.csv", schema_overrides=dict.fromkeys(NUMBERS, pl.String)
    ).filter(pl.col("file") == name)
    times = {
        us: pl.col(written).str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us").dt.epoch("us")
        for us, written in (("created_us", "created"), ("edited_us", "edited"))
    }
    worked = worked.with_columns(**times).drop("file", "created", "edited")

    assert kept.select(worked.columns).rows() == worked.rows()
    assert "text" not in kept.columns
    # Without a conversation, the thread follows from the posts answered when data are cleaned.
    conform(kept.with_columns(pl.col("thread_id").fill_null("?")), POSTS, where="test")


def test_rejected_by_hand(data, rows_of):
    """Every line that is no post is set aside with its reason and its line."""
    _, rejected, _ = rows_of(twitter.read(data / "twitter/tweets.jsonl"), "posts")

    # Line 3 is blank, so that the retweet of the fourth row stands in line 5.
    assert rejected.select("row", "reason", "place").rows() == [
        (4, "retweet, not a contribution of its own", "line 5"),
        (6, "a number of a tweet or an account is not whole", "line 7"),
        (7, "tweet without its author", "line 8"),
        (8, "unparsable time", "line 9"),
        (9, "tweet without its number", "line 10"),
        (10, "not a tweet", "line 11, tweet 1"),
        (11, "not a tweet", "line 11, tweet 2"),
    ]


def test_notes_by_hand(data):
    """What stands beside the tweets of a page, and what is odd in them, is counted."""
    page, _ = twitter.read(data / "twitter/page.json")
    lines, _ = twitter.read(data / "twitter/tweets.jsonl")

    assert page.notes == {
        "posts_dated_by_their_number": 1,
        "posts_dated_over_2_s_from_what_their_number_tells": 0,
        "earlier_versions_of_edited_posts": 1,
        "texts_that_the_export_cut_short": 0,
        "tweets_shown_only_for_context": 1,
        "things_the_platform_did_not_hand_out": 1,
    }
    # The quote of 13:08 has a number made at 12:08; one answer is cut short.
    assert lines.notes["posts_dated_over_2_s_from_what_their_number_tells"] == 1
    assert lines.notes["texts_that_the_export_cut_short"] == 1


def test_tags_and_people_by_hand(data):
    """Hashtags are small, once a post; authors of posts have the day their account was made."""
    first, last = twitter.read(data / "twitter/tweets.jsonl")

    assert first.tables["tags"].select("post_id", "tag").rows() == [
        ("1234085979589967872", "bikes"),
        ("1234087487861686272", "räder"),
    ]
    # 2 April 2009, 08:00 and 1 January 2016, 00:00 in seconds since 1970.
    assert last.tables["people"].select("person_id", "joined_us", "is_bot").rows() == [
        ("501", 1_238_659_200_000_000, False),
        ("502", 1_451_606_400_000_000, True),
    ]
    conform(first.tables["tags"], TAGS, where="test")
    conform(last.tables["communities"], COMMUNITIES, where="test")


def test_only_tweets_of_an_archive_are_opened(data, tmp_path, rows_of):
    """A zip is read as its folder is; messages and account data in it may hold anything."""
    folder = tmp_path / "export"
    shutil.copytree(data / "twitter/archive", folder)
    for name in ("direct-messages", "account", "tweet-headers", "deleted-tweets"):
        (folder / f"data/{name}.js").write_bytes(b"\xff no script at all")
    (folder / "Your archive.html").write_text("hello")
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))

    kept, rejected, _ = rows_of(twitter.read(packed), "posts")

    assert kept.drop("place").equals(
        rows_of(twitter.read(data / "twitter/archive"), "posts")[0].drop("place")
    )
    assert rejected["place"].to_list() == ["data/tweets.js, tweet 3"]
    assert twitter.detect(packed) == twitter.detect(folder) == "it holds tweets.js"


def test_a_file_of_an_archive_by_itself(data, tmp_path, rows_of):
    """tweets.js may be read alone; without a reply to herself its owner has no number."""
    part = data / "twitter/archive/data/tweets-part1.js"
    old = tmp_path / "tweet.js"
    old.write_text(part.read_text().replace("YTD.tweets.part1", "YTD.tweet.part0") + ";\n")

    for path in (part, old):
        kept, _, _ = rows_of(twitter.read(path), "posts")
        assert kept["author_id"].to_list() == ["owner", "owner"]
        assert kept["place"].to_list() == ["tweet 1", "tweet 2"]
        assert twitter.detect(path) == "it begins as tweets.js of an archive does"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"retweeted_status": {"id_str": "1"}}, "retweet, not a contribution of its own"),
        ({"text": "RT @somebody: x"}, "retweet, not a contribution of its own"),
        (
            {"referenced_tweets": [{"type": "retweeted", "id": "1"}]},
            "retweet, not a contribution of its own",
        ),
        ({"edit_history_tweet_ids": [str(NUMBER), "9"]}, "an earlier version of an edited tweet"),
        ({"created_at": "2020-03-01T12:00:00"}, "time without a zone"),
        ({"created_at": 5}, None),
        ({"id_str": "12x"}, "a number of a tweet or an account is not whole"),
        ({"id_str": None, "id": True}, "a number of a tweet or an account is not whole"),
        ({"id_str": None, "id": -1}, "tweet without its number"),
        ({"user": None}, "tweet without its author"),
        ({"user": {"id": 5.5}}, "a number of a tweet or an account is not whole"),
        ({"id_str": "20", "created_at": None}, "unparsable time"),
    ],
)
def test_what_is_no_post(one, fields, reason):
    """Each way of not being a post has its words; a time that is no text counts as none."""
    row, notes = one(tweet() | fields)

    if reason is not None:
        assert row == reason
    else:
        assert notes["posts_dated_by_their_number"] == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # Above 2**53 the neighbour of an odd number is what a float would hold.
        ({"id_str": None, "id": 2**60 + 1}, {"post_id": "1152921504606846977"}),
        ({"id_str": "9" * 20}, {"post_id": "9" * 20}),
        ({"in_reply_to_status_id": -1}, {"parent_id": None, "kind": "post"}),
        ({"in_reply_to_status_id": 7}, {"parent_id": "7", "kind": "comment"}),
        ({"favorite_count": "many"}, {"score": None}),
        ({"favorite_count": True}, {"score": None}),
        ({"public_metrics": {"like_count": 9}}, {"score": 9}),
        ({"text": "&lt;3"}, {"length": 2}),
        ({"text": "\ud83d"}, {"length": 1, "has_question": False}),
        ({"text": "a\0b"}, {"length": 3}),
        ({}, {"length": None, "precision_us": 1_000_000}),
        ({"created_at": "2020-03-01T12:00:00.000Z"}, {"precision_us": 1_000_000}),
        ({"created_at": "2020-03-01T12:00:00.120Z"}, {"precision_us": 1_000}),
        # Made 400 ms after 12:00:00, as the number tells.
        (
            {"created_at": None},
            {"created_us": 1_583_064_000_400_000, "precision_us": 1_000},
        ),
        (
            {"edit_history": {"edit_tweet_ids": ["3", str(NUMBER)]}, "conversation_id": NUMBER},
            {"post_id": "3", "thread_id": "3", "edited_us": 1_583_064_000_000_000},
        ),
        ({"user": None, "author": {"id": "6", "username": "HelperBot"}}, {"is_bot": True}),
        ({"entities": [], "referenced_tweets": {}, "edit_info": 1}, {"kind": "post"}),
    ],
)
def test_one_tweet(one, fields, expected):
    """Numbers stay exact, counts that are none stay empty, and times have the tick they show."""
    row, _ = one(tweet() | fields)

    assert {name: row[name] for name in expected} == expected


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)
KEYS = (
    "id", "id_str", "text", "full_text", "created_at", "user", "author_id", "entities", "data",
    "statuses", "tweet", "includes", "meta", "errors", "referenced_tweets", "edit_info",
    "edit_history_tweet_ids", "favorite_count", "conversation_id", "in_reply_to_status_id",
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), JUNK) | JUNK, max_size=4))
def test_any_json_is_kept_or_rejected(tmp_path_factory, rows_of, content):
    """Whatever stands where a tweet should be, nothing fails and no row is lost."""
    path = saved(tmp_path_factory.mktemp("any") / "any.json", content)
    *batches, last = twitter.read(path)

    assert last.tables["communities"].height == 1
    assert all(isinstance(text, str) for one in twitter.said(path) for text in one.texts)
    if batches:
        rows_of(batches, "posts")


@settings(max_examples=12)
@given(st.lists(st.sampled_from(["post", "reply", "retweet", "broken"]), max_size=30))
def test_rows_read_are_rows_kept_and_rejected(tmp_path_factory, kinds):
    """Of n tweets, the posts and answers are kept and the others are rejected, in any order."""
    made = {
        "post": {},
        "reply": {"in_reply_to_status_id_str": "1"},
        "retweet": {"text": "RT @x"},
        "broken": {"user": 0},
    }
    content = [tweet(NUMBER + n) | made[kind] for n, kind in enumerate(kinds)]
    path = saved(tmp_path_factory.mktemp("some") / "some.json", content)
    *batches, last = twitter.read(path)

    kept = sum(b.tables["posts"].height for b in batches)
    assert kept == kinds.count("post") + kinds.count("reply")
    assert sum(b.rejected.height for b in batches) == len(kinds) - kept
    assert last.tables["people"].height == (kept > 0)


@settings(max_examples=25)
@given(st.datetimes(datetime(2010, 11, 5), datetime(2035, 1, 1)), st.integers(0, 2**22 - 1))
def test_a_number_tells_its_millisecond(moment, rest):
    """A tweet dated by its number is dated to the millisecond in which that was made."""
    milliseconds = int(moment.replace(tzinfo=UTC).timestamp()) * 1_000 + moment.microsecond // 1_000
    number = (milliseconds - NUMBERS_BEGAN_MS) * 2**22 + rest
    fields = flat(tweet(number, created_at=None), users={}, owner=None)
    row = dated(pl.DataFrame([fields | {"reason": None}], schema=ROW)).row(0, named=True)

    assert row["created_us"] == milliseconds * 1_000
    assert row["by_number"]
    assert row["reason"] is None


def test_both_interfaces_say_the_same(one):
    """One answer as interface 1.1 and as interface 2 write it is one and the same post."""
    old = tweet() | {
        "full_text": "why &lt; https://t.co/x",
        "favorite_count": 2,
        "in_reply_to_status_id_str": "7",
        "in_reply_to_user_id_str": "6",
    }
    new = {
        "id": str(NUMBER),
        "author_id": "5",
        "created_at": "2020-03-01T12:00:00.000Z",
        "text": "why &lt; https://t.co/x",
        "public_metrics": {"like_count": 2},
        "referenced_tweets": [{"type": "replied_to", "id": "7"}],
        "in_reply_to_user_id": "6",
    }

    assert one(old) == one(new)


def test_batches_count_on(tmp_path, rows_of, monkeypatch):
    """Rows are numbered over all batches, and an account that comes again is one account."""
    monkeypatch.setattr(twitter, "ROWS", 2)
    path = saved(tmp_path / "some.json", [tweet(NUMBER + n) for n in range(5)])
    *batches, last = twitter.read(path)

    assert len(batches) == 3
    assert rows_of(batches, "posts")[0]["row"].to_list() == [1, 2, 3, 4, 5]
    assert last.tables["people"].height == 1


def test_what_people_say_is_told_to_scans_alone(data):
    """Texts in full and names as typed and shown; the tables of `read` hold neither."""
    said = list(twitter.said(data / "twitter/tweets.jsonl"))
    texts = pl.concat([one.texts for one in said])
    names = set(pl.concat([one.names for one in said]))

    assert "Long 🚲🚲" in texts.to_list()
    assert texts.len() == 9  # a line without text has none, and one has two forms of it
    assert {"invented_one", "Invented One", "invented-bot", "Helper"} <= names
    stored = "".join(
        frame.write_csv()
        for batch in twitter.read(data / "twitter/tweets.jsonl")
        for frame in batch.tables.values()
    )
    assert not any(name in stored for name in names)


def test_an_archive_names_those_it_mentions(data):
    """In an archive, names stand where others are mentioned or answered."""
    (said,) = twitter.said(data / "twitter/archive")

    assert set(said.names) == {"Invented Allotment", "invented_allotment"}


def test_options_that_cannot_be(data):
    """A word that is no choice is refused with those that there are."""
    path = data / "twitter/page.json"

    with pytest.raises(
        SourceError,
        match=r"^twitter page.json: option record_start expected cut, launch, got 'x'\. Choose one",
    ):
        next(twitter.read(path, options={"record_start": "x"}))
    with pytest.raises(SourceError, match="unknown option colour; it takes title, platform"):
        next(twitter.read(path, options={"colour": "red"}))


@pytest.mark.parametrize(
    ("thread_ids", "alone"),
    [("post", "missing:1582800000000000000"), ("topic", "1582825767543242752")],
)
def test_a_loaded_search_has_its_threads(data, tmp_path, monkeypatch, thread_ids, alone):
    """Conversations are threads; one without its opening post is opened by nobody or the first."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    path = data / "twitter/page.json"
    report = room.load("mine", path=path, options={"thread_ids": thread_ids})

    assert report.counts["posts"] == {"read": 5, "kept": 3, "quarantined": 2, "derived": 0}
    posts = room.open("mine").posts.sort("created_us")
    assert posts["thread_id"].to_list() == [alone, "1583382583964598272", "1583382583964598272"]
    assert room.open("mine").manifest["cleaning"]["thread_ids_found"] == thread_ids


@pytest.mark.shared
@pytest.mark.skipif(not COLLECTED.is_file(), reason="the sample is not beside the project")
def test_tweets_that_a_collector_saved(rows_of):
    """Of five real tweets in another program's wrapping, four are retweets and one is a post."""
    kept, rejected, _ = rows_of(twitter.read(COLLECTED), "posts")

    assert twitter.detect(COLLECTED) == "it says that it comes from Twitter"
    assert (kept.height, rejected.height) == (1, 4)
    assert rejected["reason"].unique().to_list() == ["retweet, not a contribution of its own"]
