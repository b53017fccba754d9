"""The reader of the VADER lexicon: by hand, on any lines, its errors, and the published file."""

import random

import pytest

from workbench.errors import SourceError
from workbench.schema import COMMUNITIES, RATINGS, conform
from workbench.sources import vader

FILE = "vaderSentiment/vader_lexicon.txt"
# Hutto & Gilbert (2014): over 7,500 items with ten ratings each; 7,520 lines in version 3.3.2.
ITEMS = 7_520


def test_ratings_by_hand(data, rows_of):
    """Items are numbered by line, ten ratings each; tokens are in no table."""
    batches = list(vader.read(data / "vader/vader_lexicon.txt", options={}))
    kept, _, _ = rows_of(batches, "ratings")

    # Lines 1, 2 and 7 of 7 are items.
    assert kept["item_id"].unique(maintain_order=True).to_list() == [
        "item-00001", "item-00002", "item-00007",
    ]  # fmt: skip
    assert kept["value"].to_list()[:10] == [2, 1, 3, 2, 1, 3, 2, 1, 2, 2]
    assert kept["scale"].unique().to_list() == ["sentiment"]
    assert kept["rater_id"].is_null().all()
    assert kept["place"][10] == "line 2"
    assert "alpha" not in str(batches[0])
    conform(kept, RATINGS, where="test")


def test_rejected_by_hand(data, rows_of):
    """Too few cells, too few ratings, one off the scale and no list: one rejected row each."""
    _, rejected, found = rows_of(
        vader.read(data / "vader/vader_lexicon.txt", options={}), "ratings"
    )

    # Lines 1 and 2 give rows 1-20, so that lines 3-6 are rows 21-24.
    assert found == dict.fromkeys((21, 22, 23, 24), "not an item with ten ratings")
    assert rejected["place"].to_list() == ["line 3", "line 4", "line 5", "line 6"]


def test_community_is_undated(data):
    """Nothing is dated, so neither end of the record is made up."""
    (batch,) = vader.read(data / "vader/vader_lexicon.txt", options={})
    about = conform(batch.tables["communities"], COMMUNITIES, where="test").row(0, named=True)

    assert about["observed_from_us"] is None
    assert about["observed_until_us"] is None


@pytest.mark.parametrize("seed", range(10))
def test_any_lines_are_kept_or_rejected(seed, tmp_path, rows_of):
    """A good line gives ten rows, a bad one gives one rejected row, whatever their order."""
    rng = random.Random(seed)
    good, bad = "w\t0\t0\t[0, 1, 2, 3, 4, -4, -3, -2, -1, 0]", ["w\t0\t0\t[NaN]", "", "w\t\t\t[[]]"]
    chosen = [good] + [rng.choice([good, *bad]) for _ in range(20)]
    path = tmp_path / "x.txt"
    path.write_text("\n".join([*chosen, good]) + "\n")

    kept, rejected, _ = rows_of(vader.read(path, options={}), "ratings")

    assert kept.height == 10 * (chosen.count(good) + 1)
    assert rejected.height == len(chosen) - chosen.count(good)


def test_detect(data, tmp_path):
    """A text file whose first line is an item is one."""
    assert vader.detect(data / "vader/vader_lexicon.txt")
    assert not vader.detect(data / "table/forum.csv")
    assert not vader.detect(tmp_path / "absent.txt")


def test_no_item_at_all(tmp_path):
    """Some other text is refused as a whole."""
    path = tmp_path / "x.txt"
    path.write_text("once upon a time\n")

    with pytest.raises(SourceError, match="expected lines of token, mean, deviation and ten"):
        next(vader.read(path, options={}))


@pytest.mark.parametrize("ratings", ["[" * 100_000, f"[{'1' * 5_000}]"], ids=["deep", "long"])
def test_ratings_that_no_parser_takes(tmp_path, rows_of, ratings):
    """Lists in lists without end, and numbers without end, are lines that are no item."""
    path = tmp_path / "x.txt"
    path.write_text(f":)\t0\t0\t[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n:(\t0\t0\t{ratings}\n")

    kept, _, reasons = rows_of(vader.read(path, options={}), "ratings")

    assert kept.height == 10
    assert reasons == {11: "not an item with ten ratings"}


def test_not_utf8(tmp_path):
    """Bytes that are no UTF-8 are one readable error."""
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SourceError, match="expected UTF-8 text, got other bytes"):
        next(vader.read(path, options={}))


def test_published_file(installed, rows_of):
    """The file of the package has ten ratings for each of its items, and no faulty line."""
    kept, rejected, _ = rows_of(
        vader.read(installed("vaderSentiment", FILE), options={}), "ratings"
    )

    assert rejected.is_empty()
    assert kept["item_id"].n_unique() == ITEMS
    assert kept.height == 10 * ITEMS
