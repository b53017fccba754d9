"""Archives, packed files and holes that are made to do harm, as each reader meets them."""

from __future__ import annotations

import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import py7zr
import pytest

from workbench.errors import SourceError
from workbench.sources import _archives, sources


def refused(name: str, path: Path, **options: object) -> str:
    """The one line with which a reader refuses an export."""
    with pytest.raises(SourceError) as error:
        list(sources()[name].read(path, options=options))
    assert "\n" not in str(error.value)
    return str(error.value)


def member(name: str, *, mode: int = 0o644, flags: int = 0) -> zipfile.ZipInfo:
    """What a zip says of one file."""
    info = zipfile.ZipInfo(name)
    info.external_attr, info.flag_bits = mode << 16, flags
    return info


def zipped(path: Path, *members: tuple[zipfile.ZipInfo, bytes]) -> Path:
    """A zip archive of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


def locked(path: Path, *members: tuple[zipfile.ZipInfo, bytes]) -> Path:
    """The same with every file marked as locked with a password, in both places that say so."""
    content = zipped(path, *members).read_bytes()
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        parts = content.split(mark)
        flagged = [p[: at - 4] + bytes([p[at - 4] | 1]) + p[at - 3 :] for p in parts[1:]]
        content = mark.join([parts[0], *flagged])
    path.write_bytes(content)
    return path


DAY = b'[{"type": "message", "user": "U1", "text": "hi", "ts": "1709546400.000100"}]'
TWEETS = b'window.YTD.tweets.part0 = [{"tweet": {"id": "1", "full_text": "hi"}}]'
INSIDE = {"slack": ("general/2024-03-04.json", DAY), "twitter": ("data/tweets.js", TWEETS)}


@pytest.mark.parametrize("name", INSIDE)
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (member("../../etc/cron.d/x"), "a name that leads outside the archive"),
        (member("/etc/passwd"), "a name that leads outside the archive"),
        (member("C:\\\\x"), "a name that leads outside the archive"),
        (member("link", mode=stat.S_IFLNK | 0o777), "a link"),
    ],
    ids=["up", "root", "drive", "link"],
)
def test_members_of_a_zip_that_lead_elsewhere(name, bad, message, tmp_path):
    """One such name or link beside a sound export, and the archive is not used."""
    inside, content = INSIDE[name]
    path = zipped(tmp_path / "x.zip", (member(inside), content), (bad, b"/etc/passwd"))

    assert message in refused(name, path, keep_going=True)


@pytest.mark.parametrize("name", INSIDE)
def test_a_locked_zip(name, tmp_path):
    """A password is not asked for; the line says what to do."""
    inside, content = INSIDE[name]

    assert "locked with a password" in refused(
        name, locked(tmp_path / "x.zip", (member(inside), content))
    )


@pytest.mark.parametrize("name", INSIDE)
def test_a_zip_that_fills_a_disk(name, tmp_path, monkeypatch):
    """A few kilobytes that state megabytes are refused before a byte is unpacked."""
    monkeypatch.setattr(_archives, "MOST_BYTES", 2**20)
    inside, _ = INSIDE[name]
    path = zipped(tmp_path / "x.zip", (member(inside), b" " * 2**23))

    # 8 MiB of blanks become about 8 KiB, far more than 200 times less.
    assert "Such an archive is made to fill a disk" in refused(name, path)


@pytest.mark.parametrize("name", INSIDE)
def test_a_zip_that_hides_its_size(name, tmp_path):
    """A member that goes on behind the size it states is damage, not memory."""
    inside, _ = INSIDE[name]
    path = zipped(tmp_path / "x.zip", (member(inside), b" " * 2**23))
    content = path.read_bytes()
    path.write_bytes(content.replace((2**23).to_bytes(4, "little"), (50).to_bytes(4, "little")))

    assert "expected" in refused(name, path)


@pytest.mark.parametrize(("name", "lacks"), [("slack", "got none"), ("twitter", "got none")])
def test_a_zip_in_a_zip(name, lacks, tmp_path):
    """Archives inside of archives are never opened."""
    inside, content = INSIDE[name]
    inner = zipped(tmp_path / "inner.zip", (member(inside), content))
    path = zipped(tmp_path / "x.zip", (member("inner.zip"), inner.read_bytes()))

    assert lacks in refused(name, path)


def test_a_locked_7z(tmp_path):
    """As with a zip."""
    path = tmp_path / "site.7z"
    with py7zr.SevenZipFile(path, "w", password="x") as archive:
        archive.writestr("<posts></posts>", "Posts.xml")

    assert "locked with a password" in refused("stackexchange", path)


BOMBS = """
import gzip, resource, sys
from pathlib import Path
import zstandard
from workbench.errors import SourceError
from workbench.sources import _files, _grid, _ndjson, _twitter_files, sources

small = 2**22
_grid.LONGEST = _ndjson.LONGEST = _twitter_files.LARGEST_WHOLE = small
_files.whole.__kwdefaults__["most"] = small
folder, start = Path(sys.argv[1]), sys.argv[2:]
blanks = b" " * 2**20
options = {"table": {"timezone": "UTC"}}

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

for name, file in zip(start[::2], start[1::2]):
    list(sources()[name].read(Path(file), options=options.get(name, {})))
before = peak()
with zstandard.open(folder / "rows.zst", "wb") as out:
    out.write(b'{"a": "')
    for _ in range(200):
        out.write(blanks)
with gzip.open(folder / "dataset.json.gz", "wb", compresslevel=1) as out:
    for _ in range(200):
        out.write(blanks)
with (folder / "posts.csv").open("wb") as out:
    out.write(b"author_id,thread_id,created_at\\nann,1,2024-05-13\\n")
    out.truncate(200 * 2**20)  # no line ends there, and no disk is filled
(folder / "dataset.json").write_bytes((folder / "posts.csv").read_bytes()[:100])
with (folder / "dataset.json").open("r+b") as out:
    out.truncate(200 * 2**20)
for name, file in [
    ("reddit", "rows.zst"), ("twitter", "rows.zst"), ("twitter", "dataset.json.gz"),
    ("reddit", "dataset.json.gz"), ("collegemsg", "dataset.json.gz"), ("table", "posts.csv"),
    ("chitchat", "dataset.json"), ("vader", "dataset.json"), ("twitter", "dataset.json"),
    ("reddit", "dataset.json"), ("stackexchange", "dataset.json"),
]:
    try:
        list(sources()[name].read(folder / file, options=options.get(name, {})))
        print(name, file, "read")
    except SourceError as error:
        print(name, file, "refused")
print(peak() - before)
"""


def test_bombs_cost_no_memory(tmp_path):
    """200 MB that lie on the disk as nothing, packed or as a hole, never are in memory at once."""
    run = subprocess.run(
        [sys.executable, "-c", BOMBS, str(tmp_path)],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    *tried_ones, grown = run.stdout.splitlines()

    assert [line.split()[-1] for line in tried_ones] == ["refused"] * 11
    assert float(grown) < 150
