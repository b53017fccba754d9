"""Which source an export is for: one, none or several, and what is then said."""

import os
import zipfile
from pathlib import Path

import pytest

from workbench import sources
from workbench.errors import SourceError
from workbench.sources import Source
from workbench.sources._recognise import Recognised, fitting, recognised


def reader(name, why, *, general=False):
    """A source that says `why` of every path, and reads nothing."""
    return Source(name, f"posts of {name}", lambda _: why, iter, general=general)


@pytest.fixture
def among(monkeypatch):
    """A function: these sources, and no others, are those there are."""

    def put(*readers):
        known = {one.name: one for one in readers}
        monkeypatch.setattr(sources, "sources", lambda: known)

    return put


def test_one_source_fits(among, tmp_path):
    """The one that knows the export is taken, with its reason."""
    among(reader("fax", ""), reader("post", "it is folded"))

    assert recognised(tmp_path, where="test") == Recognised("post", "it is folded")


def test_a_general_source_is_asked_last(among, tmp_path):
    """One that takes anything yields to one that knows the export, and is taken where none does."""
    paper = reader("paper", "it is paper", general=True)

    among(paper, reader("post", "it is folded"))
    assert fitting(tmp_path) == {"post": "it is folded"}
    among(paper, reader("fax", ""))
    assert recognised(tmp_path, where="test") == Recognised("paper", "it is paper")


def test_several_sources_fit(among, tmp_path):
    """All are named with their reasons, and how to choose."""
    among(reader("fax", "it beeps"), reader("post", "it is folded"))

    with pytest.raises(SourceError) as caught:
        recognised(tmp_path / ".", where="load mine")
    assert str(caught.value) == (
        f"load mine: expected one source to recognise {tmp_path.name}, got 2: fax, because it "
        "beeps; post, because it is folded. Choose one, as in workbench load fax PATH --name NAME."
    )


def test_no_source_fits(among, tmp_path):
    """What each source reads is said, and what to do with anything else."""
    among(reader("fax", ""), reader("post", ""))
    (tmp_path / "page.htm").write_text("words")

    with pytest.raises(SourceError) as caught:
        recognised(tmp_path, where="load mine")
    assert str(caught.value) == (
        f"load mine: expected an export that a source recognises, got {tmp_path.name}, which none "
        "does. They read: fax: posts of fax; post: posts of post. Name one, as in workbench load "
        "SOURCE PATH --name NAME; other posts can be saved as one table for workbench load table."
    )


def zipped(path, *names):
    """A zip archive of files with these names."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "content")


@pytest.mark.parametrize(
    ("name", "put", "said"),
    [
        ("x", Path.mkdir, "expected an export, got an empty folder. Name the folder that holds"),
        ("x", Path.touch, "expected rows, got an empty file. Export it again."),
        (
            "x",
            lambda path: os.mkfifo(path),
            "expected a file, got a pipe or a device. Write what comes out of it",
        ),
        ("x.zip", zipped, "expected an export, got an empty zip archive. Download it again."),
        (
            "x.zip",
            lambda path: zipped(path, "a/1.ZIP", "a/note.txt"),
            "expected an export, got archives within an archive. Unpack it and name one of those",
        ),
        (
            "x.zip",
            lambda path: zipped(path, "site/Posts.xml", "site/Users.xml"),
            "expected an export, got a zip archive of XML files. Unpack it and name the folder.",
        ),
        (
            "x.log",
            lambda path: path.write_text("words", encoding="utf-16"),
            "expected an export, got text in UTF-16. Save it as UTF-8.",
        ),
    ],
)
def test_what_is_no_export_is_called_what_it_is(tmp_path, name, put, said):
    """The list of all that can be read would say nothing about what is wrong."""
    put(tmp_path / name)

    with pytest.raises(SourceError) as caught:
        recognised(tmp_path / name, where="load mine")

    assert str(caught.value).startswith(f"load mine: {said}")
    assert "\n" not in str(caught.value)


def test_nothing_there(among, tmp_path):
    """A path that leads nowhere is no question of sources."""
    among(reader("fax", ""))

    with pytest.raises(SourceError) as refused:
        recognised(tmp_path / "absent", where="x")
    assert str(refused.value) == (
        f"x: expected an export at {tmp_path / 'absent'}, found nothing there. Mend the path."
    )


def test_an_export_that_may_not_be_read(among, tmp_path):
    """A refusal of the operating system is one line."""

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    among(Source("fax", "posts of fax", refuse, iter))

    with pytest.raises(SourceError, match=r"^x: expected a readable export, got 'Permission den"):
        recognised(tmp_path, where="x")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("chitchat/dataset.json", "chitchat"),
        ("vader/vader_lexicon.txt", "vader"),
        ("twitter/archive", "twitter"),
        ("twitter/tweets.jsonl", "twitter"),
        ("twitter/page.json", "twitter"),
        ("judgments/objects", "judgments"),
        ("judgments/toolkit.csv", "judgments"),
        ("estimates/wide.csv", "estimates"),
        ("group_decisions", "group_decisions"),
        ("table/forum.csv", "table"),
    ],
)
def test_invented_exports_are_told_apart(data: Path, path, name):
    """Of all sources there are, exactly one recognises each export."""
    assert recognised(data / path, where="test").source == name


def test_a_damaged_zip_says_so(tmp_path):
    """No source can look into it, so that the message is about the archive and not about them."""
    path = tmp_path / "export.zip"
    path.write_bytes(b"PK\x03\x04 and no more")

    with pytest.raises(SourceError, match=r"^load mine: expected a folder or a zip archive, got"):
        recognised(path, where="load mine")
