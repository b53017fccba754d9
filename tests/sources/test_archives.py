"""Folders and zip archives of every kind: read without unpacking, or refused in one line."""

import io
import os
import random
import stat
import struct
import zipfile

import pytest

from workbench.errors import SourceError
from workbench.sources import _archives
from workbench.sources._archives import members

ONE_LINE = r"^test: expected [^\n]*, got [^\n]*\. [^\n]*\.$"


def zipped(path, files, *, method=zipfile.ZIP_DEFLATED):
    """A zip archive with these files: name -> bytes."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return path


def contents(path, **options):
    """Name -> bytes of every file, as they are read."""
    found = {}
    for member in members(path, where="test", **options):
        with member.open() as stream:
            found[member.name] = stream.read()
        assert member.size == len(found[member.name])
    return found


def refused(path, match):
    """Whether listing a path fails with one line in which `match` stands."""
    with pytest.raises(SourceError, match=ONE_LINE) as caught:
        members(path, where="test")
    return match in str(caught.value)


def test_a_folder_and_its_zip_hold_the_same(tmp_path):
    """Names are relative, parted by slashes and sorted; empty files are files."""
    files = {"a/2.json": b"two", "a/1.json": b"", "list.json": b"[]"}
    folder = tmp_path / "export"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    found = contents(folder)

    assert found == contents(zipped(tmp_path / "x.zip", files)) == files
    assert list(found) == ["a/1.json", "a/2.json", "list.json"]


def test_one_top_folder_is_the_export(tmp_path):
    """A folder that holds everything is left out of the names, unless asked for."""
    path = zipped(tmp_path / "x.zip", {"top/a/1": b"1", "top/b": b"2", "__MACOSX/top/._b": b"3"})

    assert contents(path) == {"a/1": b"1", "b": b"2"}
    assert contents(path, unwrap=False) == {"top/a/1": b"1", "top/b": b"2"}
    assert contents(zipped(tmp_path / "y.zip", {"a/1": b"1", "b/1": b"2"})).keys() == {"a/1", "b/1"}


def test_what_a_desktop_leaves_behind_is_no_file(tmp_path):
    """Shadows of files and previews are not part of an export; names like theirs are."""
    files = {"a/.DS_Store": b"x", "a/._1": b"x", "Thumbs.db": b"x", "a/_1": b"y", "b/.1": b"z"}

    assert contents(zipped(tmp_path / "x.zip", files)) == {"a/_1": b"y", "b/.1": b"z"}


def test_backslashes_part_names(tmp_path):
    """Some programs write the separator of their system."""
    path = zipped(tmp_path / "x.zip", {"a\\1": b"1", "a\\b\\2": b"2", "3": b"3"})

    assert contents(path).keys() == {"a/1", "a/b/2", "3"}


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "C:/x", "C:\\x", "a\\..\\..\\x"])
def test_names_that_lead_outside(tmp_path, name):
    """Nothing is ever unpacked, but such an archive is not an export; the name is not shown."""
    path = zipped(tmp_path / "x.zip", {"good": b"1", name: b"2"})

    assert refused(path, "a name that leads outside the archive (file 2)")


def test_links(tmp_path):
    """A link in an archive or in a folder is refused, whatever it points to."""
    path = tmp_path / "x.zip"
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/hostname")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(path)

    assert refused(path, "a link (file 1)")
    assert refused(folder, "a link or a device")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a/1.json", "a/1.json"), ("a/1.json", "a\\1.json")])
def test_two_files_of_one_name(tmp_path, names):
    """Programs differ in which of the two they unpack, so that neither is read."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "[]")

    assert refused(path, "two files of one name in the archive")


def test_devices(tmp_path):
    """A pipe in a folder would never end."""
    os.mkfifo(tmp_path / "pipe")

    assert refused(tmp_path, "a link or a device")


def test_locked(tmp_path):
    """A file that needs a password says what to do."""
    path = zipped(tmp_path / "x.zip", {"a": b"1"})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # the flags of the entry in the table of contents
    path.write_bytes(raw)

    assert refused(path, "a file locked with a password (file 1)")


def test_an_archive_that_grows_too_far(tmp_path, monkeypatch):
    """Refused are more bytes than the bound and than the archive can hold; either alone passes."""
    path = zipped(tmp_path / "x.zip", {"a": bytes(1_000_000)})  # shrinks about a thousandfold
    monkeypatch.setattr(_archives, "MOST_BYTES", 999_999)

    assert refused(path, f"1,000,000 bytes from {path.stat().st_size:,}")
    monkeypatch.setattr(_archives, "MOST_GROWTH", 10_000)
    assert len(members(path, where="test")) == 1
    monkeypatch.undo()
    assert len(members(path, where="test")) == 1


def test_shared_bytes_are_counted_once(tmp_path, monkeypatch):
    """Many entries that point to the same compressed bytes do not hide how far they grow."""
    path = zipped(tmp_path / "x.zip", {"a": bytes(100_000)})
    raw = path.read_bytes()
    start, end = raw.index(b"PK\x01\x02"), raw.index(b"PK\x05\x06")
    tail = bytearray(raw[end:])
    struct.pack_into("<HHI", tail, 8, 500, 500, 500 * (end - start))
    path.write_bytes(raw[:start] + 500 * raw[start:end] + bytes(tail))
    monkeypatch.setattr(_archives, "MOST_BYTES", 1_000_000)

    # 500 x 100,000 bytes; by the sizes stated they shrink a hundredfold or so each.
    assert refused(path, "50,000,000 bytes from")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("stated", [0, 5, 999, 1001, 2000])
def test_a_member_of_another_size_than_stated(tmp_path, method, stated):
    """More or fewer bytes than the table of contents states are damage, also one byte."""
    path = zipped(tmp_path / "x.zip", {"a": b"x" * 1000}, method=method)
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, raw.index(b"PK\x01\x02") + 24, stated)
    path.write_bytes(raw)
    (member,) = members(path, where="test")

    with (
        pytest.raises(SourceError, match=r"^test: file 1 of the archive: expected what its table"),
        member.open() as stream,
    ):
        stream.read()


def test_too_many_files(tmp_path, monkeypatch):
    """A folder or an archive with more files than any export is the wrong one."""
    for name in "abc":
        (tmp_path / name).write_text("x")
    path = zipped(tmp_path / "d", dict.fromkeys("abc", b"x"))
    monkeypatch.setattr(_archives, "MOST_MEMBERS", 2)

    assert refused(tmp_path, "got more than 2")
    assert refused(path, "got more than 2")


@pytest.mark.parametrize("seed", range(40))
def test_any_damage_is_one_line(tmp_path, seed):
    """Whatever bytes of an archive are changed or cut, it is read as it was or refused."""
    rng = random.Random(seed)
    files = {"a/1": b"one" * 50, "b": bytes(300)}
    path = zipped(tmp_path / "x.zip", files)
    raw = bytearray(path.read_bytes())
    for _ in range(rng.randrange(1, 4)):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    path.write_bytes(raw[: rng.choice([len(raw), len(raw), rng.randrange(len(raw))])])

    try:
        found, said = contents(path), ""
    except SourceError as error:
        found, said = {}, str(error)

    assert "\n" not in said
    assert set(found.values()) <= set(files.values())


def test_not_an_archive(tmp_path):
    """Text, nothing, an empty file."""
    path = tmp_path / "x"
    path.write_text("plain")

    assert refused(path, "got something else or a damaged one")
    path.write_text("")
    with pytest.raises(SourceError, match="test: expected rows, got an empty file"):
        members(path, where="test")
    with pytest.raises(SourceError, match="test: expected a file, got nothing at that path"):
        members(tmp_path / "absent", where="test")


def test_unreadable(tmp_path, monkeypatch):
    """What the system refuses to list or to open is told in its words."""
    (tmp_path / "secret").write_text("x")
    (member,) = members(tmp_path, where="test")
    (tmp_path / "secret").unlink()

    with pytest.raises(SourceError, match=r"expected readable files, got 'No such file") as caught:
        member.open()
    assert "secret" not in str(caught.value)

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert refused(tmp_path, "'Permission denied'")


def test_a_stream_is_read_in_parts(tmp_path):
    """The stream gives lines and parts as any other, and ends where the file does."""
    path = zipped(tmp_path / "x.zip", {"a": b"one\ntwo\n" * 10_000})
    (member,) = members(path, where="test")

    with member.open() as stream:
        assert stream.readline() == b"one\n"
        assert stream.read(3) == b"two"
        assert len(stream.read()) == 80_000 - 7
        assert stream.read() == b""
    with member.open() as stream:
        assert sum(1 for _ in io.TextIOWrapper(stream)) == 20_000
