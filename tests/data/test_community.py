"""Open: tables when asked for, and one line where they are not what was stored."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import workbench as wb
from workbench.data import store
from workbench.errors import DataError
from workbench.schema import RATINGS, SCHEMA_VERSION


@pytest.fixture
def mine(export):
    """The invented forum, loaded and open."""
    wb.load("mine", path=export)
    return wb.open("mine")


def test_tables_are_read_once(mine):
    """The posts of the forum, the same object every time; a table it does not have is empty."""
    assert mine.posts["post_id"].to_list() == ["q1", "a1", "a2"]
    assert mine.posts is mine.posts
    assert mine.people.height == 2
    assert mine.communities["name"].item() == mine.title == "Allotment forum"
    assert mine.ratings.schema == RATINGS.polars_schema()
    assert mine.ratings.is_empty()


def test_lazy_tables_hold_the_same(mine):
    """Reading only what is needed gives the same rows."""
    wanted = mine.lazy("posts").filter(pl.col("post_id") == "a1").collect()

    assert_frame_equal(wanted, mine.posts[1:2])
    assert mine.lazy("ratings").collect().is_empty()


def test_there_is_no_such_table(mine):
    """The message lists those there are."""
    with pytest.raises(DataError, match=r"no table 'votes'; there are communities, people, posts"):
        mine.lazy("votes")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("mine", "workbench load SOURCE PATH --name mine"),
        ("chit-chat", "workbench load chit-chat"),
    ],
)
def test_not_loaded(name, command):
    """The message is the command that helps; a data set of the catalogue needs no path."""
    with pytest.raises(DataError) as refused:
        wb.open(name)
    assert str(refused.value) == f"data set {name}: not loaded. Load it first: {command}"


@pytest.mark.parametrize("version", [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1])
def test_another_version_of_the_schema(mine, version):
    """Tables that mean something else are not opened."""
    path = mine.folder / store.MANIFEST
    path.write_text(json.dumps({"schema_version": version}))

    with pytest.raises(
        DataError,
        match=rf"got version {version}\. Load again: workbench load SOURCE PATH --name mine",
    ):
        wb.open("mine")


def test_a_file_of_another_size(mine):
    """A file cut short is found without reading it; one that is gone as well."""
    path = mine.folder / "posts.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match=r"expected posts.parquet with [\d,]+ bytes, got [\d,]+\."):
        wb.open("mine")

    path.unlink()
    with pytest.raises(DataError, match=r"bytes, got none\. Open it again"):
        wb.open("mine")


def test_a_damaged_file_of_the_right_size(mine):
    """Bytes overwritten in place are found when the table is read."""
    path = mine.folder / "posts.parquet"
    path.write_bytes(bytes(path.stat().st_size))

    with pytest.raises(DataError, match=r"expected table posts in .*, got a damaged file"):
        wb.open("mine").posts  # noqa: B018
