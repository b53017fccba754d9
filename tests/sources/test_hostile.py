"""Hostile and broken exports: each reader reads them, or refuses them in one line; nothing else."""

from __future__ import annotations

import json
import os
import pickle
import random
import stat
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import py7zr
import pytest
from fuzzing import CHANGES, tried, written
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_exports import OPTIONS, plain, starts

from workbench import data as wb
from workbench.errors import DataError, SourceError, WorkbenchError
from workbench.sources import KEEP_GOING, Batch, _archives, sources

EXAMPLES, LOADS = 60, 6
GOING_ON = sorted(name for name, one in sources().items() if KEEP_GOING in one.options)
BEYOND = 2**53 + 1  # the first whole number that a float cannot hold


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty data folder, so that no test touches real data."""
    folder = tmp_path / "home"
    monkeypatch.setenv("WORKBENCH_DATA", str(folder))
    return folder


def refused(name: str, path: Path, **options) -> str:
    """The one line with which a reader refuses an export."""
    given_options = {**OPTIONS.get(name, {}), **options}
    with pytest.raises(SourceError) as error:
        list(sources()[name].read(path, options=given_options))
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", sources())
def test_every_source_has_a_sound_export(name, tmp_path):
    """Its folder of invented exports holds one that is read and loaded without any fault."""
    assert starts(name)
    assert tried(plain(name), (), keep_going=False, load=True) == []


@pytest.mark.parametrize("name", sources())
@settings(max_examples=EXAMPLES, derandomize=True, database=None)
@given(data=st.data())
def test_any_damage_is_read_or_refused(name, data):
    """Rows add up or one line says why not: no other exception, no warning, nobody's words."""
    one = data.draw(st.sampled_from(starts(name)))
    changes = tuple(data.draw(st.lists(CHANGES, min_size=1, max_size=2)))

    assert tried(one, changes, keep_going=data.draw(st.booleans()), load=False) == []


@pytest.mark.parametrize("name", sources())
@settings(max_examples=LOADS, derandomize=True, database=None)
@given(change=CHANGES, keep_going=st.booleans())
def test_any_damage_is_loaded_or_leaves_nothing(name, change, keep_going):
    """A refused load leaves data sets as they were, and no folder that is half written."""
    assert tried(plain(name), (change,), keep_going=keep_going, load=True) == []


def kept(batches: list[Batch]) -> tuple[set[str], int]:
    """Ids of posts that were kept, and how many rows were rejected."""
    posts = [batch.tables["posts"]["post_id"] for batch in batches if "posts" in batch.tables]
    return set(pl.concat(posts)) if posts else set(), sum(b.rejected.height for b in batches)


@pytest.mark.parametrize("name", GOING_ON)
def test_what_stands_before_a_cut_is_kept(name, tmp_path):
    """Wherever a file ends too early, keep_going gives the posts before that and one row for it."""
    source, rng = sources()[name], random.Random(7)
    for one in (one for one in starts(name) if one.pack in ("", ".gz", ".zst")):
        whole, aside = kept(list(source.read(written(one, (), tmp_path / "whole"))))
        file = max(one.tree, key=lambda name: len(one.tree[name]))
        content, last = one.tree[file], set()
        for at in sorted(rng.sample(range(len(content)), 12)):
            spoilt = replace(one, tree={**one.tree, file: content[:at]})
            path = written(spoilt, (), tmp_path / f"{one.name}{one.pack}{at}")
            try:
                found, rejected = kept(list(source.read(path, options={"keep_going": True})))
            except SourceError:  # nothing at all was before the cut
                assert not last
                continue
            assert last <= found <= whole
            assert rejected <= aside + 1
            last = found


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


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE posts [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE posts [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE posts SYSTEM "http://a.example/x.dtd">',
    ],
    ids=["laughs", "file", "address"],
)
@pytest.mark.parametrize("keep_going", [False, True])
def test_entities(head, keep_going, tmp_path):
    """Nothing is multiplied and nothing is fetched: a declaration ends the reading."""
    path = tmp_path / "Posts.xml"
    row = '<row Id="1" PostTypeId="1" CreationDate="2020-01-01T00:00:00.000" Body="&l9;" />'
    path.write_text(f'<?xml version="1.0"?>{head}<posts>\n{row}\n</posts>')

    said = refused("stackexchange", path, keep_going=keep_going)
    assert "got a declaration of a document type or of an entity" in said


@dataclass
class Touch:
    """Leaves a mark if it is ever unpickled."""

    mark: Path

    def __reduce__(self):
        """What unpickling does."""
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("name", sources())
def test_a_pickle_is_never_loaded(name, tmp_path):
    """Under the name of every file of an export, or its own, a pickle is bytes that are no text."""
    mark, one = tmp_path / "mark", plain(name)
    harm = pickle.dumps(Touch(mark))
    spoilt = replace(one, tree=dict.fromkeys(one.tree, harm))
    own = tmp_path / "export.pkl"
    own.write_bytes(harm)

    for path in (written(spoilt, (), tmp_path), own):
        refused(name, path)
        with pytest.raises(WorkbenchError):
            wb.load("mine", path=path)
    assert not mark.exists()
    assert wb.names() == []


def test_a_pipe_is_never_waited_for(tmp_path):
    """Loading a pipe is refused at once, whichever source is named."""
    path = tmp_path / "posts.csv"
    os.mkfifo(path)

    for name in (None, *sources()):
        with pytest.raises(
            DataError, match=r"expected a file or a folder at .*, got a pipe or a d"
        ):
            wb.load("mine", path=path, source=name)


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


def with_ids(name: str, tmp_path: Path) -> Path:
    """An export of one post whose number and author's number are beyond a float."""
    if name == "stackexchange":
        path = tmp_path / "Posts.xml"
        path.write_text(
            f'<posts>\n<row Id="{BEYOND}" PostTypeId="1" OwnerUserId="{BEYOND + 2}" '
            'CreationDate="2020-01-01T00:00:00.000" Score="1" />\n</posts>'
        )
    elif name == "twitter":
        path = tmp_path / "tweets.jsonl"
        user = {"id": BEYOND + 2}
        time = "Wed Oct 19 20:07:25 +0000 2022"
        path.write_text(json.dumps({"id": BEYOND, "user": user, "created_at": time, "text": "x"}))
    else:
        path = tmp_path / "posts.csv"
        names = "post_id,thread_id,author_id,created_at"
        path.write_text(f"{names}\n{BEYOND},{BEYOND},{BEYOND + 2},2024-05-13T00:00Z\n")
    return path


@pytest.mark.parametrize("name", ["stackexchange", "twitter", "table"])
def test_numbers_beyond_a_float_keep_their_digits(name, tmp_path):
    """Ids are text or whole numbers all the way; none is rounded to its neighbour."""
    batches = list(sources()[name].read(with_ids(name, tmp_path)))
    posts = pl.concat([b.tables["posts"] for b in batches if "posts" in b.tables])

    assert posts["post_id"].to_list() == ["9007199254740993"]
    assert posts["author_id"].to_list() == ["9007199254740995"]


DEEP = b"[" * 100_000
WHERE_DEEP = {
    "chitchat": ("dataset.json", DEEP),
    "reddit": ("rows.ndjson", DEEP),
    "twitter": ("tweets.json", DEEP),
    "vader": ("lexicon.txt", b":)\t0\t0\t" + DEEP),
    "table": ("posts.csv", DEEP),
}


@pytest.mark.parametrize("name", WHERE_DEEP)
def test_brackets_without_end(name, tmp_path):
    """A parser that gives up is a refusal like any other."""
    file, content = WHERE_DEEP[name]
    (tmp_path / file).write_bytes(content)

    refused(name, tmp_path / file)
