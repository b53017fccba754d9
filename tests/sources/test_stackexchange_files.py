"""Where the tables of a site lie: every form of a dump gives the same, others one line."""

import shutil

import polars as pl
import py7zr
import pytest

from workbench.errors import SourceError
from workbench.sources import stackexchange
from workbench.sources._stackexchange_files import recognised, site, tables

NAMES = ("Posts", "Comments", "Votes", "Users", "PostHistory")


@pytest.fixture
def folder(data):
    """The invented site."""
    return data / "stackexchange"


def packed(path, folder, names):
    """A 7z archive of some tables."""
    with py7zr.SevenZipFile(path, "w") as archive:
        for name in names:
            archive.write(folder / f"{name}.xml", f"{name}.xml")
    return path


def posts(path):
    """The posts of a site, without its name."""
    parts = [b.tables["posts"] for b in stackexchange.read(path) if "posts" in b.tables]
    return pl.concat(parts, how="diagonal").drop("community_id")


def test_every_form_gives_the_same(folder, tmp_path):
    """A folder, an archive and a folder of one archive a table hold the same posts."""
    whole = packed(tmp_path / "coffee.example.com.7z", folder, NAMES)
    parts = tmp_path / "parts.example.com"
    parts.mkdir()
    for name in NAMES:
        packed(parts / f"parts.example.com-{name}.7z", folder, [name])

    assert recognised(whole) == "it is a 7z archive"
    assert recognised(parts) == "it holds 7z archives of tables"
    assert posts(whole).equals(posts(folder))
    assert posts(parts).equals(posts(folder))


def test_names_of_sites(folder, tmp_path):
    """A site is called as its folder or archive; a file as the folder that it lies in."""
    archive = packed(tmp_path / "stackoverflow.com-Posts.7z", folder, ["Posts"])

    assert site(folder) == site(folder / "Posts.xml") == "stackexchange"
    assert site(archive) == "stackoverflow.com"


def test_unpacked_files_are_deleted(folder, tmp_path, monkeypatch):
    """Nobody's text stays behind, also where reading ends before its end."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    archive = packed(tmp_path / "a.7z", folder, NAMES)

    batches = stackexchange.read(archive)
    next(batches)
    assert list((tmp_path / "temporary").iterdir())
    batches.close()

    assert list((tmp_path / "temporary").iterdir()) == []


def test_tables_that_are_missing_or_there_twice(folder, tmp_path):
    """Without Posts.xml, or with two files of a table, nothing is guessed."""
    copy = shutil.copytree(folder, tmp_path / "copy")
    shutil.copy(copy / "Posts.xml", copy / "posts.xml")
    if len(list(copy.glob("[Pp]osts.xml"))) < 2:
        pytest.skip("this disk does not tell small letters from capital ones")
    empty = tmp_path / "empty"
    empty.mkdir()
    twice = tmp_path / "twice"
    twice.mkdir()
    for name in ("a", "b"):
        packed(twice / f"{name}.7z", folder, ["Posts"])
    expected = {
        copy: "test: expected one file a table, got 2 whose names differ only in small and "
        "capital letters. Take one of them away.",
        empty: "test: expected Posts.xml, got none in it. Name a site's folder, its 7z archive, "
        "or Posts.xml itself.",
        packed(tmp_path / "c.7z", folder, ["Votes"]): "test: expected Posts.xml, got none in it. "
        "Name a site's folder, its 7z archive, or Posts.xml itself.",
        twice: "test: expected the tables of one site, got a table in several archives. "
        "Name one archive, or put those of one site into a folder of their own.",
    }
    for path, message in expected.items():
        with pytest.raises(SourceError) as caught, tables(path, where="test"):
            pass
        assert str(caught.value) == message


def test_nothing_at_all(tmp_path):
    """A path with nothing behind it is one line."""
    with pytest.raises(SourceError, match="got nothing at that path"):
        list(stackexchange.read(tmp_path / "absent.xml"))
    with pytest.raises(SourceError, match="got nothing at that path"):
        list(stackexchange.read(tmp_path / "absent.7z"))
