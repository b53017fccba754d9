"""The reader of Chit-Chat: by hand, on any conversations, its errors, and the published file."""

import json
import random
import time
from datetime import UTC, datetime

import polars as pl
import pytest

from workbench.errors import SourceError
from workbench.schema import POSTS, RATINGS, conform
from workbench.sources import chitchat

# README of chitchat-dataset 0.9.0: conversations, utterances, unique participants. Exact.
CONVERSATIONS, MESSAGES, PEOPLE = 7_168, 258_145, 1_315
# Counted once in that file with the json module alone. Exact.
DUPLICATES, EMPTY, ONE_SIDED, RATED = 749, 33, 3_150, 5_988
CPU_SECONDS = 30  # about 2.5 on one slow core; this bound only catches a change of order


def us(*moment):
    """Microseconds since 1970 of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture
def read(data, rows_of):
    """A function: name of a table -> kept rows, rejected rows, reasons of the invented file."""
    return lambda table: rows_of(chitchat.read(data / "chitchat/dataset.json", options={}), table)


def test_posts_by_hand(read):
    """Summer times are six hours, winter times seven hours behind UTC; the first kept opens."""
    kept, _, _ = read("posts")

    assert kept["post_id"].to_list() == ["talk-1-1", "talk-1-2", "talk-1-3", "talk-2-2"]
    # In talk-2 the first message is empty, so that the second one opens the thread.
    assert kept["thread_id"].to_list() == ["talk-1-1"] * 3 + ["talk-2-2"]
    assert kept["created_us"][0] == us(2018, 6, 1, 18, 0)
    assert kept["created_us"][3] == us(2018, 11, 10, 19, 0, 9)
    # "yes" and a waving hand: 3 letters, a blank, 1 character outside the basic plane.
    assert kept["length"].to_list() == [5, 14, 5, 7]
    assert kept["place"][3] == "conversation 2, message 2"
    assert "text" not in kept.columns
    conform(kept, POSTS, where="test")


def test_rejected_by_hand(read):
    """Every message that cannot be used is counted, a conversation without any as one row."""
    _, rejected, found = read("posts")

    assert found == {
        4: "exact duplicate",
        5: "empty message",
        6: "empty message",
        8: "local time occurs twice",  # 4 November 2018, 01:30
        9: "local time does not exist",  # 11 March 2018, 02:30
        10: "unparsable time",
        11: "conversation without messages",
        12: "message lacks sender, text or time",
        13: "not a message",
        14: "message lacks sender, text or time",
    }
    places = dict(rejected.select("row", "place").iter_rows())
    assert places[8] == "conversation 3, message 1"
    assert places[11] == "conversation 4"


def test_ratings_by_hand(read):
    """Ratings belong to the thread; one off the scale and one without a thread are rejected."""
    kept, _, found = read("ratings")

    assert kept.select("item_id", "scale", "value").rows() == [
        ("talk-1-1", "witty", 5.0),
        ("talk-1-1", "upbeat", 10.0),
    ]
    assert kept["rater_id"].is_null().all()
    assert found == {
        3: "rating is not a number from 1 to 10",
        4: "rating of a conversation without a kept message",
    }
    conform(kept, RATINGS, where="test")


def test_people_and_community(data):
    """Senders of rejected messages are people; blanks are not. The zone is documented."""
    (batch,) = chitchat.read(data / "chitchat/dataset.json", options={})

    assert batch.tables["people"]["person_id"].to_list() == ["person-a", "person-b", "person-c"]
    about = batch.tables["communities"].row(0, named=True)
    assert about["platform"] == "paired chat"
    assert about["record_start"] == "cut"
    assert (about["timezone"], about["timezone_source"]) == ("America/Denver", "documented")


@pytest.mark.parametrize("seed", range(20))
def test_any_messages_are_kept_or_rejected(seed, tmp_path, rows_of):
    """Messages and ratings read = kept + rejected; every thread has a message that was kept."""
    rng = random.Random(seed)
    stamps = ["2018-06-01T12:00:00Z", "2018-06-01T12:00:01Z", "2018-11-04T01:59:59Z", "?"]
    talks, messages, ratings = {}, 0, 0
    for number in range(rng.randrange(1, 6)):
        turns = [
            [
                {"sender": rng.choice("ab"), "text": rng.choice(["", "x", "y"]), "timestamp": stamp}
                for stamp in rng.choices(stamps, k=rng.randrange(3))
            ]
            for _ in range(rng.randrange(4))
        ]
        given = {scale: rng.randrange(13) for scale in rng.sample(["witty", "upbeat"], 1)}
        talks[f"t{number}"] = {"messages": turns, "start": "", "ratings": given}
        messages += sum(map(len, turns)) or 1
        ratings += len(given)
    path = tmp_path / "dataset.json"
    path.write_text(json.dumps(talks))
    batches = list(chitchat.read(path, options={}))

    kept, rejected, _ = rows_of(batches, "posts")
    rated, unrated, _ = rows_of(batches, "ratings")

    assert kept.height + rejected.height == messages
    assert rated.height + unrated.height == ratings
    assert (kept["thread_id"] == kept["post_id"]).sum() == kept["thread_id"].n_unique()
    assert set(rated["item_id"]) <= set(kept["post_id"])
    assert kept["post_id"].is_unique().all()


def test_half_an_emoji(tmp_path, rows_of):
    """JSON can hold half a character; it is stored as a sign, wherever it stands."""
    half, sign = "\ud83d", "\N{REPLACEMENT CHARACTER}"
    message = {"text": f"hi{half}", "sender": f"ann{half}", "timestamp": "2018-06-01T12:00:00Z"}
    talks = {f"talk{half}": {"messages": [[message]], "ratings": {f"witty{half}": 5}}}
    path = tmp_path / "dataset.json"
    path.write_text(json.dumps(talks))

    kept, _, _ = rows_of(chitchat.read(path, options={}), "posts")
    rated, _, _ = rows_of(chitchat.read(path, options={}), "ratings")

    assert kept.select("post_id", "author_id", "length").row(0) == (
        f"talk{sign}-1",
        f"ann{sign}",
        3,
    )
    assert rated.select("item_id", "scale").row(0) == (f"talk{sign}-1", f"witty{sign}")


def test_a_rejected_rating_has_a_number(tmp_path, rows_of):
    """A rating is found by its place, because its name is whatever the file says."""
    message = {"text": "hi", "sender": "ann", "timestamp": "2018-06-01T12:00:00Z"}
    talks = {"talk": {"messages": [[message]], "ratings": {"witty": 5, "Ann is rude": 99}}}
    path = tmp_path / "dataset.json"
    path.write_text(json.dumps(talks))

    _, rejected, _ = rows_of(chitchat.read(path, options={}), "ratings")

    assert rejected["place"].to_list() == ["conversation 1, rating 2"]


def test_detect(data, tmp_path):
    """A JSON file that opens with a conversation is one, other JSON and other files are not."""
    other = tmp_path / "other.json"
    other.write_text('{"a": {"b": 1}}')

    assert chitchat.detect(data / "chitchat/dataset.json")
    assert not chitchat.detect(other)
    assert not chitchat.detect(data / "vader/vader_lexicon.txt")
    assert not chitchat.detect(tmp_path / "absent.json")


@pytest.mark.parametrize("content", [b'{"a": ', b"\xff\xfe\x00", b"[" * 200_000])
def test_not_json(content, tmp_path):
    """Broken, binary and endlessly nested content is one readable error."""
    path = tmp_path / "dataset.json"
    path.write_bytes(content)

    with pytest.raises(SourceError, match="expected JSON, got something else or a part of it"):
        next(chitchat.read(path, options={}))


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"a": 1}', '{"a": {}}', '{"a": {"messages": [1]}}']
)
def test_other_json(content, tmp_path):
    """JSON that holds no conversations is not read as one."""
    path = tmp_path / "dataset.json"
    path.write_text(content)

    with pytest.raises(SourceError, match="expected an object of conversations"):
        next(chitchat.read(path, options={}))


@pytest.fixture(scope="module")
def published(installed):
    """The installed file as one batch, the processor seconds it took, and its path."""
    path = installed("chitchat-dataset", "chitchat_dataset/dataset.json")
    begun = time.process_time()
    (batch,) = chitchat.read(path, options={})
    return batch, time.process_time() - begun, path


def test_published_file(published, reasons):
    """The file of the package has the published numbers, and the known faults are set aside."""
    batch, seconds, _ = published
    posts = batch.tables["posts"]

    assert reasons(batch.rejected) == {"exact duplicate": DUPLICATES, "empty message": EMPTY}
    assert posts.height == MESSAGES - DUPLICATES - EMPTY
    assert posts["thread_id"].n_unique() == CONVERSATIONS
    assert batch.tables["people"].height == PEOPLE
    assert batch.tables["ratings"].height == 3 * RATED
    assert seconds < CPU_SECONDS
    conform(posts, POSTS, where="test")


def test_published_one_sided(published):
    """One conversation more is one-sided once duplicates and empty messages are set aside."""
    posts = published[0].tables["posts"]
    sides = posts.group_by("thread_id").agg(pl.col("author_id").n_unique().alias("n"))

    assert (sides["n"] == 1).sum() == ONE_SIDED + 1


def test_published_clock_is_mountain(published):
    """The first message never comes before `start`, which is UTC, and mostly within a minute."""
    batch, _, path = published
    talks = json.loads(path.read_bytes())
    starts = pl.DataFrame(
        {"thread": list(talks), "start": [talk["start"] for talk in talks.values()]}
    ).filter(pl.Series(["prompt" in talk for talk in talks.values()]))
    opened = batch.tables["posts"].filter(pl.col("post_id") == pl.col("thread_id"))
    opened = opened.with_columns(thread=pl.col("post_id").str.replace(r"-\d+$", ""))

    began = pl.col("start").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us").dt.epoch("us")
    waits = opened.join(starts, on="thread").select(pl.col("created_us") - began).to_series()

    # Read as UTC all 6,929 would lie 6 or 7 hours before their start.
    assert waits.len() == 6_929
    assert waits.min() >= 0
    assert waits.median() < 60_000_000
