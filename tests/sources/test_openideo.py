"""The reader of OpenIDEO: by hand, its errors, and the twenty published files."""

import json
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import SourceError
from workbench.schema import CONTESTS, IDEAS, PEOPLE, POSTS, conform
from workbench.sources import openideo

FILES = Path(__file__).resolve().parents[3] / "shared/raw/ideation/openideo/graph_data"
shared = pytest.mark.skipif(not FILES.is_dir(), reason="the samples are not beside the project")

# Counted once in the published files with the json module alone. Exact.
CHALLENGES, IDEAS_READ, COMMENTS, DUPLICATES, WINNERS = 19, 8_342, 32_345, 117, 171
ACCOUNTS, UNDATED, LATE, IN_TWO = 4_872, 32, 11, 23


def us(*moment):
    """Microseconds since 1970 of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000


def table(batches, name):
    """A table of all batches."""
    return pl.concat([batch.tables[name] for batch in batches if name in batch.tables])


@pytest.fixture
def batches(data):
    """The invented challenges: two, and a file that repeats the first."""
    return list(openideo.read(data / "openideo", options={}))


def test_posts_by_hand(batches, rows_of):
    """Ideas open threads; the same name in two challenges is two ideas; graph10 comes last."""
    kept, _, found = rows_of(batches, "posts")

    assert kept["post_id"].to_list() == [
        "bicycles-for-all/a-shared-pump",
        "bicycles-for-all/a-shared-pump#1",
        "bicycles-for-all/a-shared-pump#2",
        "bicycles-for-all/a-shared-pump#4",
        "bicycles-for-all/chain-in-a-jar",
        "quiet-streets/a-shared-pump",
        "quiet-streets/a-shared-pump#1",
        "quiet-streets/a-shared-pump#2",
        "quiet-streets/felt-under-chairs",
    ]
    assert Counter(kept["kind"]) == {"idea": 4, "comment": 5}
    assert kept["created_us"][0] == us(2010, 6, 16, 7, 49)
    assert kept["created_us"][1] == us(2010, 6, 17, 12, 15)  # 12:15PM is after noon
    assert kept["created_us"][3] == us(2011, 5, 1, 0, 5)  # 12:05AM is after midnight
    assert kept["channel"].unique(maintain_order=True).to_list() == [
        "bicycles-for-all",
        "quiet-streets",
    ]
    assert found == {
        4: "exact duplicate",
        **dict.fromkeys(range(11, 15), "repeated challenge"),
    }
    conform(kept, POSTS, where="test")


def test_ideas_and_contests_by_hand(batches):
    """Only winners are marked; an idea of which less is known keeps its place."""
    ideas, contests = table(batches, "ideas"), table(batches, "contests")

    assert ideas.select("contest_id", "stage", "won", "views").rows() == [
        ("bicycles-for-all", "concept", True, 120),
        ("bicycles-for-all", "inspiration", False, None),
        ("quiet-streets", "inspiration", False, 30),
        ("quiet-streets", "concept", False, 7),
    ]
    assert contests.select("contest_id", "name").rows() == [
        ("bicycles-for-all", "How might we mend bicycles for all?"),
        ("quiet-streets", "How might we make streets quiet?"),
    ]
    conform(ideas, IDEAS, where="test")
    conform(contests, CONTESTS, where="test")


def test_people_and_community_by_hand(batches):
    """Accounts are those of all files; the record ends with the last thing that has a date."""
    people = table(batches, "people")

    # 3f.. joined on 14 June 2010, 9c.. on no known day, ab.. on 15 June, e7.. on 1 September.
    assert people["joined_us"].to_list() == [
        us(2010, 6, 14),
        None,
        us(2010, 6, 15, 20, 5),
        us(2010, 9, 1, 9, 59),
    ]
    about = table(batches, "communities").row(0, named=True)
    assert (about["platform"], about["record_start"]) == ("forum", "launch")
    assert (about["timezone"], about["timezone_source"]) == ("UTC", "assumed")
    assert about["observed_until_us"] == us(2011, 5, 1, 0, 5)
    conform(people, PEOPLE, where="test")


@pytest.mark.parametrize("year", [2103, 9999])
def test_a_date_that_cannot_be_is_no_end_of_the_record(data, tmp_path, year):
    """The record ends with what is dated up to 2035; later dates are for cleaning to set aside."""
    file = tmp_path / "graph2.json"
    sound = (data / "openideo/graph2.json").read_text()
    file.write_text(sound.replace("September 2, 2010", f"September 2, {year}"))
    batches = list(openideo.read(file))

    assert table(batches, "posts")["created_us"].max() == us(year, 9, 2, 13, 30)
    # The last of the others: the second idea, of 3 September 2010 at 8 in the morning.
    assert table(batches, "communities")["observed_until_us"].to_list() == [us(2010, 9, 3, 8, 0)]


def test_notes(batches):
    """Number 1 is on the list of challenges and not among the files; 10 is 0 once more."""
    notes = Counter()
    for batch in batches:
        notes.update(batch.notes)

    assert notes == {
        "ideas_without_a_list_of_comments": 1,
        "repeated_challenges": 1,
        "challenges_missing_from_the_numbering": 1,
    }


def test_one_file_and_a_zip(data, tmp_path):
    """One file is an export whose beginning is cut, unless it is number 0; a zip is a folder."""
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in (data / "openideo").iterdir():
            archive.write(file, f"graph_data/{file.name}")

    starts = {
        name: table(list(openideo.read(data / "openideo" / name)), "communities")["record_start"][0]
        for name in ("graph0.json", "graph2.json")
    }
    assert starts == {"graph0.json": "launch", "graph2.json": "cut"}
    assert openideo.detect(packed)
    assert table(list(openideo.read(packed)), "posts").height == 9


def test_detect(data, tmp_path):
    """A file that opens with a challenge is one, and a folder of them; nothing else is."""
    (tmp_path / "graph1.json").write_text('{"py/object": "classes.Comment"}')

    assert openideo.detect(data / "openideo")
    assert openideo.detect(data / "openideo/graph2.json")
    for other in (tmp_path, tmp_path / "graph1.json", tmp_path / "absent", data / "chitchat"):
        assert not openideo.detect(other)


def test_nothing_to_read(tmp_path):
    """A folder without files of challenges is one readable error, and so is a path to nothing."""
    (tmp_path / "notes.json").write_text("{}")

    with pytest.raises(SourceError, match=r"expected files such as graph0\.json with"):
        list(openideo.read(tmp_path))
    with pytest.raises(SourceError, match="expected a file, got nothing at that path"):
        list(openideo.read(tmp_path / "absent"))


def test_a_damaged_file(data, tmp_path, rows_of):
    """A file that was cut stops the load, or is one rejected row if that is asked for."""
    for file in (data / "openideo").iterdir():
        content = file.read_bytes()
        (tmp_path / file.name).write_bytes(content[:-9] if file.name == "graph2.json" else content)

    with pytest.raises(SourceError, match=r"graph2.json: expected JSON .* or add --keep-going"):
        list(openideo.read(tmp_path))
    kept, rejected, found = rows_of(openideo.read(tmp_path, options={"keep_going": True}), "posts")
    assert kept["channel"].unique().to_list() == ["bicycles-for-all"]
    assert found[7] == "damaged file"
    assert rejected["place"][1] == "graph2.json"


def test_said(data):
    """What people wrote is told to the scan alone, with the numbers of their accounts."""
    texts = [text for said in openideo.said(data / "openideo") for text in said.texts]
    names = {name for said in openideo.said(data / "openideo") for name in said.names}

    assert {"Felt under chairs", "Cut up old hats.", "Grease would stop that."} <= set(texts)
    assert names == {"3f" * 16, "ab12" * 8, "9c0d" * 8, "e7" * 16}


def test_said_leaves_out_a_damaged_file(data, tmp_path):
    """With keep_going the scan is told what can be read."""
    (tmp_path / "graph0.json").write_text("{")
    (tmp_path / "graph2.json").write_bytes((data / "openideo/graph2.json").read_bytes())

    (said,) = openideo.said(tmp_path, options={"keep_going": True})
    assert said.texts.len() == 6


@pytest.fixture(scope="module")
def published():
    """The twenty published files as batches."""
    return list(openideo.read(FILES))


@pytest.mark.shared
@shared
def test_published_files(published, reasons):
    """The published files hold the known counts, and what is set aside is known too."""
    posts, ideas = table(published, "posts"), table(published, "ideas")
    rejected = reasons(pl.concat([batch.rejected for batch in published]))

    assert Counter(posts["kind"]) == {"idea": IDEAS_READ, "comment": COMMENTS - DUPLICATES}
    # graph21 repeats graph15: 449 ideas and 2,435 comments.
    assert rejected == {"exact duplicate": DUPLICATES, "repeated challenge": 449 + 2_435}
    assert table(published, "contests").height == CHALLENGES
    assert ideas["won"].sum() == WINNERS
    assert ideas.filter("won")["stage"].unique().to_list() == ["concept"]
    assert table(published, "people").height == ACCOUNTS
    assert posts["author_id"].null_count() == 0
    assert posts["channel"].n_unique() == CHALLENGES
    names = ideas.select("contest_id", name=pl.col("post_id").str.split("/").list.last())
    assert (names.group_by("name").len()["len"] > 1).sum() == IN_TWO
    joined = table(published, "people").drop_nulls("joined_us")
    first = posts.group_by(person_id="author_id").agg(pl.col("created_us").min())
    late = joined.join(first, on="person_id").filter(pl.col("joined_us") > pl.col("created_us"))
    assert (joined.height, late.height) == (ACCOUNTS - UNDATED, LATE)
    assert posts["channel"].str.len_chars().max() <= 64


@pytest.mark.shared
@shared
def test_published_clock(published):
    """No comment comes before its idea; the clock skipped no hour in Britain nor in America."""
    posts = table(published, "posts")
    ideas = posts.filter(pl.col("kind") == "idea").select("thread_id", opened="created_us")
    waits = posts.filter(pl.col("kind") == "comment").join(ideas, on="thread_id")
    wall = posts.select(pl.from_epoch("created_us", "us"))

    assert waits.select((pl.col("created_us") - pl.col("opened")).min()).item() >= 0
    for zone in ("Europe/London", "America/New_York", "America/Los_Angeles"):
        there = pl.col("created_us").dt.replace_time_zone(
            zone, non_existent="null", ambiguous="earliest"
        )
        assert wall.select(there.is_null().sum()).item() > 0


@pytest.mark.shared
@shared
def test_published_references():
    """Every reference below a comment has the one number of its file, and the list is empty."""
    files = sorted(FILES.glob("graph*.json"))
    for file in files:
        below = [
            comment["sub_comments"]
            for idea in json.loads(file.read_bytes())["concept_graph"]["node"].values()
            for comment in idea.get("comments", [])
        ]
        assert below.count([]) == 1
        assert len({str(one).strip("[]") for one in below if one}) == 1
