"""7z archives: only the files asked for are unpacked, and dangerous ones are refused unread."""

import re
import shutil

import py7zr
import pytest

from workbench.errors import SourceError
from workbench.sources import _sevenzip
from workbench.sources._sevenzip import unpack

WANTED = {"posts.xml", "votes.xml"}


@pytest.fixture
def pack(tmp_path):
    """A function: name -> bytes, options of the writer -> an archive of them."""

    def packed(files, **options):
        path = tmp_path / "site.7z"
        with py7zr.SevenZipFile(path, "w", **options) as archive:
            for name, content in files.items():
                archive.writestr(content, name)
        return path

    return packed


@pytest.fixture
def home(tmp_path):
    """An empty folder to unpack into."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def refused(path, home):
    """The one line with which an archive is refused; nothing is left in the folder."""
    with pytest.raises(SourceError) as caught:
        unpack(path, WANTED, home, where="test")
    assert re.fullmatch(r"test: expected [^\n]*, got [^\n]*\. [^\n]*\.", str(caught.value))
    return str(caught.value)


def test_only_what_is_asked_for(pack, home):
    """Files are found by name in any case and folder; nothing else reaches the disk."""
    path = pack(
        {"site/Posts.xml": b"posts", "VOTES.xml": b"", "Badges.xml": b"x", "Posts.xml.exe": b"x"}
    )

    found = unpack(path, WANTED, home, where="test")

    assert {name: file.read_bytes() for name, file in found.items()} == {
        "posts.xml": b"posts",
        "votes.xml": b"",
    }
    assert sorted(file.name for file in home.iterdir()) == ["posts.xml", "votes.xml"]


def test_large_files_come_whole(pack, home):
    """A file of several megabytes has every byte of the original."""
    content = bytes(range(256)) * 20_000

    found = unpack(pack({"Posts.xml": content}), WANTED, home, where="test")

    assert found["posts.xml"].read_bytes() == content


@pytest.mark.parametrize("header", [False, True])
def test_locked(pack, home, header):
    """A password is not asked for, whether it hides the names too or not."""
    path = pack({"Posts.xml": b"posts"}, password="1234", header_encryption=header)

    assert refused(path, home) == (
        "test: expected the plain files of an export, got one locked with a password. "
        "Unpack it with the password and name the folder."
    )


@pytest.mark.parametrize(
    "name", ["/etc/Posts.xml", "../Posts.xml", "a/../../Posts.xml", "C:/Posts.xml", "..\\Posts.xml"]
)
def test_names_that_lead_outside(pack, home, monkeypatch, name):
    """One such name, and the archive is not used, wanted or not."""
    monkeypatch.setattr("py7zr.py7zr.check_archive_path", lambda _: True)
    monkeypatch.setattr(py7zr.SevenZipFile, "_sanitize_archive_arcname", lambda _, given: given)
    path = pack({"Posts.xml": b"posts", name: b"x"})

    assert refused(path, home) == (
        "test: expected the plain files of an export, got a name that leads outside the archive. "
        "Do not use it."
    )
    assert list(home.iterdir()) == []


def test_links(tmp_path, home):
    """A link is refused, whatever it points to."""
    (tmp_path / "Posts.xml").symlink_to("/etc/hostname")
    path = tmp_path / "site.7z"
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.write(tmp_path / "Posts.xml", "Posts.xml")

    assert "got a link or a device. Pack it again without links." in refused(path, home)
    assert list(home.iterdir()) == []


def test_the_same_name_twice(pack, home):
    """Two files of one table cannot both be meant."""
    said = refused(pack({"a/Posts.xml": b"1", "b/posts.XML": b"2"}), home)

    assert "got a file of the same name twice. Unpack it and name one folder." in said


def test_bombs(pack, home, monkeypatch):
    """What grows far beyond its size on the disk is not unpacked."""
    path = pack({"Posts.xml": b"\0" * 1_000_000, "Other.xml": b"\0" * 1_000_000})
    assert unpack(path, WANTED, home, where="test")
    monkeypatch.setattr(_sevenzip, "MOST_BYTES", 1_500_000)

    said = refused(path, home)

    assert f"got 2 files of 2,000,000 bytes from {path.stat().st_size:,}. " in said
    assert "made to fill a disk" in said
    monkeypatch.setattr(_sevenzip, "MOST_BYTES", 2_000_000)
    assert unpack(path, WANTED, home, where="test")


def test_a_full_disk(pack, home, monkeypatch):
    """What does not fit is not begun."""
    usage = shutil.disk_usage(home)._replace(free=4)
    monkeypatch.setattr(_sevenzip.shutil, "disk_usage", lambda _: usage)

    assert refused(pack({"Posts.xml": b"posts"}), home) == (
        "test: expected 5 free bytes to unpack it, got 4 on the disk of temporary files. "
        "Make room there, or unpack it elsewhere and name the folder."
    )
    assert unpack(pack({"Posts.xml": b"post"}), WANTED, home, where="test")


def test_no_archive(tmp_path, home):
    """Something else under that name is one line."""
    path = tmp_path / "site.7z"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c" + b"no more than a name")

    assert refused(path, home) == (
        "test: expected a 7z archive, got something else or a damaged one. Download it again."
    )


def test_damage_anywhere(pack, home):
    """With any byte changed or the end cut off, the content is right or the archive refused."""
    path = pack({"Posts.xml": b"posts " * 50})
    whole = path.read_bytes()
    spoiled = [whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :] for at in range(len(whole))]
    for content in spoiled[::3] + [whole[:size] for size in range(1, len(whole), 13)]:
        path.write_bytes(content)
        try:
            found = unpack(path, WANTED, home, where="test")
        except SourceError:
            continue
        assert not found or found["posts.xml"].read_bytes() == b"posts " * 50
