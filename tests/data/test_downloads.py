"""The catalogue of downloads: what it pins, and how its files are found in anybody's own tree."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from pathlib import Path, PurePosixPath

import pytest
from local_server import CONTENT, entry, offer

from workbench import data
from workbench.data.downloads import RawFile, holds
from workbench.data.shown import checked_words
from workbench.errors import DataError

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "raw"
DATASETS = Path(__file__).resolve().parents[2] / "docs" / "datasets.md"
CATALOGUE = data.downloads()
FILE = RawFile("a.bin", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def raw(tmp_path, monkeypatch) -> Path:
    """An empty raw folder, and a catalogue of one file."""
    monkeypatch.setenv("WORKBENCH_RAW", str(tmp_path / "raw"))
    offer(monkeypatch, entry(FILE))
    return tmp_path / "raw"


def put(path: Path, content: bytes = CONTENT) -> Path:
    """Write a file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("about", CATALOGUE.values(), ids=CATALOGUE)
def test_every_file_is_pinned(about):
    """Sizes and hashes are whole, names stay in the folder, addresses name a commit."""
    assert len({file.name for file in about.files}) == len(about.files) > 0
    for file in [*about.files, *([about.wheel.itself] if about.wheel else [])]:
        assert file.bytes > 0
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert not PurePosixPath(file.name).is_absolute()
        assert ".." not in PurePosixPath(file.name).parts
    addresses = [file.address for file in about.files]
    if about.wheel is None:
        place = r"https://raw\.githubusercontent\.com/[\w.-]+/[\w.-]+/[0-9a-f]{40}/[\w.%/-]+"
        assert all(re.fullmatch(place, address) for address in addresses)
    else:
        assert set(addresses) == {""}
        assert about.wheel.folder.endswith("/")


@pytest.mark.parametrize("about", CATALOGUE.values(), ids=CATALOGUE)
def test_every_data_set_says_what_may_be_done_with_it(about):
    """Title, licence, permission, terms, citation and quirks, as words that a page may show."""
    for words in (about.title, about.licence, about.terms, about.citation, about.note):
        assert checked_words(words, where=about.name) == words
    assert about.permission in {"open", "unstated", "restrictive"}
    assert re.fullmatch(r"(10\.\d{4,}/\S+)?", about.doi)
    assert about.terms.endswith(".")
    assert about.note.endswith(".")
    assert about.citation.endswith(".")
    assert about.name == data.download(about.name).name
    assert about.bytes == sum(file.bytes for file in about.files)


def test_two_challenges_are_one():
    """Of the twenty files of OpenIDEO, the two that hold the same challenge are named."""
    about = data.download("openideo")

    assert len(about.files) == 20
    assert "graph15 and graph21" in about.note
    assert len({file.sha256 for file in about.files}) == 20


def test_the_corpus_of_talks_is_taken_out_of_a_wheel():
    """Five hundred groups, and a command to download the wheel by hand."""
    about = data.download("delidata")

    assert len(about.files) == 500
    assert about.wheel.command == "python -m pip download --no-deps delitoolkit==0.3.9"


def test_every_data_set_is_described():
    """docs/datasets.md has name, title, licence, size and citation of each, as in the catalogue."""
    page = " ".join(DATASETS.read_text("utf-8").split())

    for about in CATALOGUE.values():
        for words in (f"`{about.name}`", about.title, about.licence, about.citation, about.note):
            assert words in page, about.name
        assert f"{len(about.files)} | {about.bytes:,} | {about.permission} |" in page, about.name


def test_an_unknown_name_is_refused():
    """The message has all names."""
    with pytest.raises(DataError, match=r"^get: expected one of wikipedia-thanks, openideo, "):
        data.raw_files("nope")


@pytest.mark.parametrize(
    "where", ["numbers/a.bin", "a.bin", "mine/2024/another name.dat"], ids=["own", "top", "deep"]
)
def test_a_file_is_found_wherever_it_lies(raw, where):
    """Its content decides, not its name or folder."""
    assert data.raw_files("numbers") is None
    path = put(raw / where)

    assert data.raw_files("numbers") == {"a.bin": path}
    assert data.at_hand() == {"numbers": True}
    assert data.missing(data.download("numbers")) == ()


def test_the_own_folder_goes_first(raw):
    """A second copy elsewhere is not looked at."""
    put(raw / "aaa" / "copy.bin")
    own = put(raw / "numbers" / "a.bin")

    assert data.raw_files("numbers") == {"a.bin": own}


def test_a_compressed_file_is_found(raw):
    """It is used as it is; a plain one elsewhere is preferred."""
    packed = put(raw / "mine" / "a.bin.gz", gzip.compress(CONTENT))
    assert data.raw_files("numbers") == {"a.bin": packed}

    plain = put(raw / "zzz" / "a.bin")
    assert data.raw_files("numbers") == {"a.bin": plain}


DAMAGED = gzip.compress(CONTENT)
SIZE_ALONE = len(CONTENT).to_bytes(4, "little")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.bin", CONTENT[:-1] + b"!"),
        ("a.bin", CONTENT + b"!"),
        ("a.bin.part", CONTENT),
        ("a.bin.gz", gzip.compress(CONTENT[:-1] + b"!")),
        ("a.bin.gz", DAMAGED[:200] + DAMAGED[300:]),
        ("a.bin.gz", b"no gzip" + SIZE_ALONE),
        ("a.bin.gz", gzip.compress(CONTENT) + gzip.compress(b"") + SIZE_ALONE),
        ("a.bin.gz", gzip.compress(CONTENT * 2)[:-4] + SIZE_ALONE),
        ("a.bin.gz", b"1"),
    ],
    ids=[
        "one byte", "longer", "unfinished", "packed byte", "damaged", "no gzip", "rubbish", "more",
        "tiny",
    ],
)  # fmt: skip
def test_another_content_is_not_it(raw, name, content):
    """A file of the right name, or the right size, is not enough."""
    put(raw / "numbers" / name, content)

    assert data.raw_files("numbers") is None


def test_a_change_is_noticed(raw):
    """A file that was right is looked at again once it has another date."""
    path = put(raw / "numbers" / "a.bin")
    assert data.raw_files("numbers") is not None

    path.write_bytes(CONTENT[::-1])
    os.utime(path, ns=(1, 1))

    assert data.raw_files("numbers") is None


def test_what_is_no_file_is_passed_over(raw):
    """A folder of that name, a link into nothing and a pipe."""
    (raw / "numbers" / "a.bin").mkdir(parents=True)
    (raw / "link").symlink_to(raw / "nothing")
    os.mkfifo(raw / "pipe")

    assert data.raw_files("numbers") is None


def test_a_linked_folder_is_searched(raw, tmp_path):
    """Big files often lie on another disk; a link that leads back is no endless way."""
    put(tmp_path / "disk" / "a.bin")
    raw.mkdir()
    (raw / "mine").symlink_to(tmp_path / "disk")
    (tmp_path / "disk" / "back").symlink_to(raw)

    assert data.raw_files("numbers") == {"a.bin": raw / "mine" / "a.bin"}


def test_what_cannot_be_read_is_passed_over(tmp_path, monkeypatch):
    """A file of somebody else does not stop the search."""

    def refuse(*_: object) -> str:
        raise PermissionError

    monkeypatch.setattr("workbench.data.manifest.file_hash", refuse)
    monkeypatch.setitem(holds.__globals__, "file_hash", refuse)

    assert not holds(put(tmp_path / "new.bin"), FILE)


def test_one_file_of_two_is_not_enough(raw, monkeypatch):
    """All or none: a study cannot begin with half a data set."""
    other = RawFile("b.bin", 1, hashlib.sha256(b"b").hexdigest())
    offer(monkeypatch, entry(FILE, other))
    put(raw / "a.bin")

    assert data.raw_files("numbers") is None
    assert data.missing(data.download("numbers")) == (other,)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="no raw files beside the project")
@pytest.mark.parametrize("name", CATALOGUE)
def test_real_files_are_found(name, monkeypatch):
    """Files that lie beside the project are recognised, and nothing is fetched."""
    monkeypatch.setenv("WORKBENCH_RAW", str(SHARED))
    found = data.raw_files(name)
    if name == "delidata" and found is None:
        pytest.skip("the wheel is not there")

    assert found is not None
    assert list(found) == [file.name for file in data.download(name).files]
    assert data.get(name).fetched == ()
