"""Open: tables when asked for, and one line where they are not what was stored."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import workbench as wb
from workbench.data import columns_present, manifest, store
from workbench.data.community import in_memory
from workbench.errors import DataError, SchemaError
from workbench.schema import RATINGS, SCHEMA_VERSION, TABLES


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


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_can_be_asked_for(mine, table):
    """As it is stored, or without rows where the data set has none; most have a short way."""
    assert mine.read(table.name).schema == table.polars_schema()
    if table.name != "tags":
        assert_frame_equal(getattr(mine, table.name), mine.read(table.name))


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


def mine_tables(mine):
    """The tables of the invented forum."""
    return {name: mine.read(name) for name in ("communities", "people", "posts")}


def unstored(mine, **changed):
    """The invented forum again, as tables that were never stored."""
    return in_memory(
        "unstored", {**mine_tables(mine), **changed}, title="Unstored forum", source="tests",
        options={"seed": 1},
    )  # fmt: skip


def test_tables_in_memory_are_read_like_stored_ones(mine):
    """The same rows whole, lazily and by name; a table that was not given is empty."""
    held = unstored(mine)

    assert_frame_equal(held.posts, mine.posts)
    assert_frame_equal(held.lazy("people").collect(), mine.people)
    assert held.platform == mine.platform
    assert held.ratings.schema == RATINGS.polars_schema()
    assert columns_present(held) == columns_present(mine)
    with pytest.raises(DataError, match="no table 'votes'"):
        held.lazy("votes")


def test_a_data_set_in_memory_has_a_whole_manifest(mine):
    """Every fact a load writes, but for the files; hashes follow name and value of the options."""
    held = unstored(mine)

    assert manifest.misfits(held.manifest) == ["tables"]
    assert (held.title, held.manifest["is_simulated"]) == ("Unstored forum", False)
    assert held.manifest["counts"]["posts"]["read"] == mine.posts.height
    assert held.manifest["observed"] == mine.manifest["observed"]
    other = in_memory(
        "unstored", held.held, title="Unstored forum", source="tests", options={"seed": 2},
    )  # fmt: skip
    assert other.manifest["config_hash"] != held.manifest["config_hash"]


def test_only_what_has_a_truth_is_simulated(mine):
    """The truth goes into the manifest and says that nobody wrote these posts."""
    known = in_memory(
        "known", mine_tables(mine), title="Known", source="simulated", options={},
        truth={"tau": 0.1},
    )  # fmt: skip

    assert known.manifest["is_simulated"] is True
    assert known.manifest["truth"] == {"tau": 0.1}
    assert manifest.misfits(known.manifest) == ["tables"]


def test_a_data_set_in_memory_has_no_files(mine):
    """Asking for one says what to ask for instead."""
    with pytest.raises(DataError) as refused:
        unstored(mine).file("posts")
    assert str(refused.value) == (
        "data set unstored: expected files, got tables in memory. Ask for the tables."
    )


def test_tables_in_memory_are_canonical(mine):
    """An unknown table, none of communities, or a missing column is refused."""
    with pytest.raises(DataError, match=r"others of communities, people, posts, .*, got .*votes"):
        unstored(mine, votes=mine.posts)
    with pytest.raises(DataError, match=r"expected the table communities .*, got none\. Bring"):
        in_memory("x", {}, title="x", source="tests", options={})
    with pytest.raises(SchemaError, match="table posts needs created_us"):
        unstored(mine, posts=mine.posts.drop("created_us"))
