"""Hostile and broken exports: each reader reads them, or refuses them in one line; nothing else."""

from __future__ import annotations

import json
import os
import pickle
import random
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest
from fuzzing import CHANGES, Change, tried, written
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_exports import OPTIONS, plain, starts

from workbench import data as wb
from workbench.errors import DataError, SourceError, WorkbenchError
from workbench.sources import KEEP_GOING, Batch, sources

EXAMPLES, LOADS = 30, 3
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


def lines_of(content: bytes) -> int:
    """Lines with something in them."""
    return sum(bool(line.strip(b" \t\r")) for line in content.split(b"\n"))


# How many rows of posts a file has, counted without its reader, and the changes for which that is
# right. A line may hold several tweets, and what is no row at all is a rejected one.
COUNTS = {
    "reddit": ("RC_2015-03.ndjson", lines_of, ["lines", "value", "cut", "some bytes", "nested"]),
    "twitter": ("tweets.jsonl", lines_of, ["lines"]),
    "stackexchange": ("Posts.xml", lambda content: content.count(b"<row "), ["lines", "value"]),
}


@pytest.mark.parametrize("name", COUNTS)
@settings(max_examples=EXAMPLES, derandomize=True, database=None)
@given(data=st.data())
def test_no_row_is_lost(name, data):
    """Rows kept and rows rejected are no fewer than the file has, counted another way."""
    file, count, hows = COUNTS[name]
    one = next(one for one in starts(name) if one.name == file and not one.pack)
    change = Change(data.draw(st.sampled_from(hows)), data.draw(st.integers(0, 2**32 - 1)))
    with tempfile.TemporaryDirectory() as folder:
        path = written(one, (change,), Path(folder))
        try:
            batches = list(sources()[name].read(path, options=one.options))
        except SourceError:
            return
        rows = sum(b.tables["posts"].height for b in batches if "posts" in b.tables)
        rows += sum(b.rejected.filter(pl.col("table") == "posts").height for b in batches)
        assert rows >= count(path.read_bytes())


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


@pytest.mark.parametrize("name", sources())
@pytest.mark.parametrize(
    "called",
    ["a\nb", "\u202emurof", "a\udcffb", "%s{0}", "x" * 200],
)
def test_names_of_files(name, called):
    """Whatever an export is called, sound or cut, its name tears no message and stops no reader."""
    one = plain(name)
    named = replace(one, name=called + Path(one.name).suffix)

    assert tried(named, (), keep_going=False, load=False) == []
    assert tried(named, (Change("cut", 5),), keep_going=False, load=False) == []


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
