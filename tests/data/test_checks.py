"""Check: a sound data set has no problems, and every damage is named."""

import json
import shutil

import polars as pl
import pytest

import workbench as wb
from workbench.data import columns_present, first_look, store
from workbench.data.manifest import file_hash
from workbench.errors import DataError


@pytest.fixture
def mine(export):
    """The invented forum, loaded."""
    return wb.load("mine", path=export).folder


def replace_posts(folder, change):
    """Rewrite the posts with the manifest's facts mended, so that only their content is wrong."""
    path, about = folder / "posts.parquet", folder / store.MANIFEST
    change(pl.read_parquet(path)).write_parquet(path)
    manifest = json.loads(about.read_text())
    manifest["tables"]["posts"] |= {"bytes": path.stat().st_size, "sha256": file_hash(path)}
    about.write_text(json.dumps(manifest))


def test_a_sound_data_set(mine):
    """Counts, reasons and the columns that hold values; the forum has no scores."""
    report = wb.check("mine")

    assert report.problems == ()
    assert report.title == "Allotment forum"
    assert report.counts["posts"] == {"read": 4, "kept": 3, "quarantined": 1, "derived": 0}
    assert report.quarantine == {"posts": {"no time": 1}}
    assert report.notes["derived_people"] == 2
    assert report.columns["ratings"] == ()
    assert "author_id" in report.columns["posts"]
    assert "score" not in report.columns["posts"]
    assert columns_present(wb.open("mine")) == {t: set(c) for t, c in report.columns.items()}


@pytest.mark.parametrize("table", ["posts", "quarantine"])
def test_a_changed_file_is_named(mine, table):
    """One flipped bit is enough."""
    path = mine / f"{table}.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    (problem,) = wb.check("mine").problems
    assert problem == (
        f"{table}.parquet: its content is not the one that was stored. "
        "Load again: workbench load forum export.forum --name mine --force"
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda t: t[:-1], "posts: 2 rows, but the manifest counts others."),
        (lambda t: t[::-1], "posts: rows are not in the order they are stored in."),
        (
            lambda t: t.with_columns(post_id=pl.lit("q1")),
            "posts: community_id + post_id is not unique.",
        ),
        (
            lambda t: t.with_columns(kind=pl.lit(None, pl.String)),
            "posts: column kind of table posts is empty in 3 rows; it must always be filled. "
            "Reject those rows in the source.",
        ),
        (
            lambda t: t.with_columns(thread_id=pl.col("post_id").shift(-1, fill_value="q1")),
            "posts: 3 name a thread after a post that opened none.",
        ),
    ],
)
def test_tables_that_do_not_fit_are_named(mine, change, problem):
    """Each of the things that measures rely on."""
    replace_posts(mine, change)

    assert problem in wb.check("mine").problems


def test_counts_that_do_not_add_up_are_named(mine):
    """Rows read are rows kept and rows in quarantine."""
    about = mine / store.MANIFEST
    manifest = json.loads(about.read_text())
    manifest["counts"]["posts"]["read"] += 1
    about.write_text(json.dumps(manifest))

    assert wb.check("mine").problems == (
        "posts: rows read are not rows kept and rows in quarantine.",
    )


def test_a_column_that_is_gone_is_named(mine):
    """What needs the column is not looked at."""
    replace_posts(mine, lambda t: t.drop("post_id"))

    (problem,) = wb.check("mine").problems
    assert problem.startswith("posts: table posts needs post_id; found ")


def test_pseudonyms_of_another_key_are_named(mine, data_home):
    """After the key was exchanged, people cannot be matched with those of later data sets."""
    (data_home / "private" / "pseudonym.key").write_bytes(bytes(32))

    (problem,) = wb.check("mine").problems
    assert problem.startswith("pseudonyms were made with another key")


def test_looking_makes_no_key(mine, data_home):
    """A lost key is named; a new one would hide that the old one can be restored."""
    shutil.rmtree(data_home / "private")

    (problem,) = wb.check("mine").problems

    path = data_home / "private" / "pseudonym.key"
    assert problem == f"the pseudonym key is missing: restore {path} from a copy."
    assert wb.open("mine").posts.height == 3
    assert not (data_home / "private").exists()


def test_what_is_not_loaded_cannot_be_checked():
    """The same line as for opening."""
    with pytest.raises(DataError, match="not loaded"):
        wb.check("mine")


def test_remove_keeps_what_is_private(mine, data_home):
    """The key and the record of the first look outlive the tables."""
    key = (data_home / "private" / "pseudonym.key").read_bytes()

    wb.remove("mine")

    assert wb.names() == []
    assert not mine.exists()
    assert (data_home / "private" / "pseudonym.key").read_bytes() == key
    assert first_look("mine") is not None


def test_remove_what_is_not_there():
    """Nothing to remove is said, not passed over."""
    with pytest.raises(DataError, match=r"not loaded, so there is nothing to remove\."):
        wb.remove("mine")
