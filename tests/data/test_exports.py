"""Loading export after export under one name: what is merged, what is not, and what is noted."""

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import small_forum

import workbench as wb
from workbench import errors, sources
from workbench.data import loading, pseudonyms, store
from workbench.data.manifest import file_hash


def written(path: Path, *posts: str) -> Path:
    """An export of posts `id minute parent`; `-` is no minute or no parent."""
    lines = []
    for post in posts:
        name, minute, parent = post.split()
        fields = {"id": name, "author": "bo", "parent": None if parent == "-" else parent}
        lines.append(json.dumps({**fields, "minute": None if minute == "-" else int(minute)}))
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def may(export) -> Path:
    """Three posts and a line without a time."""
    return written(export.with_name("may.forum"), "q 0 -", "a 10 q", "r 20 -", "x - -")


@pytest.fixture
def june(export) -> Path:
    """Of May only r, two answers since, and a line without a time."""
    return written(export.with_name("june.forum"), "r 20 -", "y - -", "c 40 q", "d 50 r")


def stored() -> dict[str, bytes]:
    """The tables of the data set, as they lie on the disk."""
    return {path.name: path.read_bytes() for path in store.folder("mine").glob("*.parquet")}


def test_a_newer_export_is_merged(may, june):
    """The report and the manifest say what changed, and the check finds the tables sound."""
    wb.load("mine", path=may)
    told = []
    report = wb.load("mine", path=june, progress=told.append)

    # The record of June begins with r, so that q and a are before it.
    posts = wb.open("mine").posts
    assert posts.select("post_id", "thread_id", "is_gone").rows() == [
        ("q", "q", False),
        ("a", "q", False),
        ("r", "r", False),
        ("c", "q", False),
        ("d", "r", False),
    ]
    assert told[-2:] == ["merging with what is stored", "writing"]
    assert not report.unchanged
    assert report.replaced_because == ""
    assert {name: n for name, n in report.changes["posts"].items() if n} == {
        "new": 2,
        "unchanged": 1,
        "not_covered": 2,
    }
    assert report.notes["threads_joined_across_exports"] == 1
    # Four rows were read, one of them without a time; q and a are carried over.
    assert report.counts["posts"] == {
        "read": 4, "kept": 3, "quarantined": 1, "derived": 0, "carried": 2, "left_out": 0,
    }  # fmt: skip
    assert wb.check("mine").problems == ()


def test_the_history_of_a_data_set(may, june):
    """Each export has its inputs, limits, counts and changes; the data set has all inputs."""
    wb.load("mine", path=may)
    alone = wb.open("mine").manifest
    wb.load("mine", path=june)
    manifest = wb.open("mine").manifest

    assert alone["changes"] == {}
    assert [export["inputs"][0]["name"] for export in alone["history"]] == ["may.forum"]
    first, second = manifest["history"]
    assert first == alone["history"][0]
    assert second["inputs"] == [{**second["inputs"][0], "name": "june.forum"}]
    assert [file["sha256"] for file in manifest["inputs"]] == [file_hash(may), file_hash(june)]
    assert second["counts"]["posts"]["read"] == 4
    assert second["quarantine"] == {"posts": {"no time": 1}}
    assert second["changes"] == manifest["changes"]
    assert second["observed"]["allotment"]["from"] == "2023-11-14T22:33:20Z"
    assert manifest["observed"]["allotment"]["from"] == "2023-11-14T22:13:20Z"
    assert manifest["stamp"] not in {first["stamp"], second["stamp"]}


def test_the_quarantine_holds_the_rows_of_all_exports(may, june):
    """Each row says which export it was set aside of, whatever is read again."""
    wb.load("mine", path=may)
    wb.load("mine", path=june)
    wb.load("mine", path=may, force=True)

    quarantine = pl.read_parquet(store.folder("mine") / "quarantine.parquet")
    assert quarantine.sort("export").select("row", "export").rows() == [(4, 1), (2, 2)]
    assert wb.check("mine").problems == ()


def test_an_export_that_is_merged_already(may, june):
    """Neither the newest nor an earlier one changes a byte; read again by force, they agree."""
    wb.load("mine", path=may)
    wb.load("mine", path=june)
    before = stored()

    assert wb.load("mine", path=june).unchanged
    report = wb.load("mine", path=may)
    assert (report.unchanged, report.changes, stored()) == (True, {}, before)

    again = wb.load("mine", path=june, force=True)
    assert not again.unchanged
    assert again.changes["posts"]["new"] == 0
    assert stored() == before
    assert len(wb.open("mine").manifest["history"]) == 2


def test_an_earlier_export_read_anew_changes_nothing(may, june, monkeypatch):
    """After an update of the code the first export is read again; what came later stands."""
    june = written(june, "r 20 -", "c 40 q")
    wb.load("mine", path=written(may, "q 0 -", "r 20 -", "z 40 -"))
    wb.load("mine", path=june)
    before = wb.open("mine").posts
    monkeypatch.setattr(loading.facts, "code_hash", lambda: "another")
    report = wb.load("mine", path=may)

    # Both end at minute 40; of the two rows that are in both, none is taken from the earlier one.
    assert not report.unchanged
    assert report.changes["posts"]["updated"] == 0
    assert wb.open("mine").posts.equals(before)


def test_an_only_export_read_again_is_not_merged_with_itself(may, monkeypatch):
    """Changed code reads the same export anew, and nothing can have vanished from it."""
    wb.load("mine", path=may)
    monkeypatch.setattr(loading.facts, "code_hash", lambda: "another")
    report = wb.load("mine", path=may)

    assert (report.unchanged, report.changes, report.replaced_because) == (False, {}, "")
    assert wb.open("mine").posts["is_gone"].null_count() == 3


def test_forgetting_earlier_exports(may, june):
    """What was asked for is said; the same again has nothing more to forget."""
    wb.load("mine", path=may)
    wb.load("mine", path=june)
    report = wb.load("mine", path=june, replace=True)

    assert report.replaced_because == "that was asked for"
    assert wb.open("mine").posts["post_id"].to_list() == ["r", "c", "d"]
    assert wb.load("mine", path=june, replace=True).unchanged
    assert wb.check("mine").problems == ()


def test_other_choices_are_not_merged(may, june):
    """The choices that differ are named."""
    wb.load("mine", path=may)
    report = wb.load("mine", path=june, options={"later_us": 60, "clock_skew_us": 1})

    assert report.replaced_because == (
        "they were loaded with another choice of clock_skew_us, later_us"
    )
    assert report.changes == {}
    assert wb.open("mine").posts.height == 3


def test_other_choices_forget_no_two_exports(may, june):
    """What several exports left is not given up for a choice, unless that is asked for."""
    wb.load("mine", path=may)
    wb.load("mine", path=june)
    before = stored()

    with pytest.raises(errors.DataError) as caught:
        wb.load("mine", path=june, options={"later_us": 60})

    assert str(caught.value) == (
        "load mine: expected the choices of the 2 exports that are stored, got another choice of "
        "later_us. Choose as before, or forget them with --replace and load them again."
    )
    assert stored() == before
    assert wb.load("mine", path=june, options={"later_us": 60}, replace=True).changes == {}


def table(path: Path, *rows: str) -> Path:
    """A table of posts `id,topic,author,time`."""
    path.write_text("\n".join(["post_id,thread_id,author_id,created_at", *rows]) + "\n")
    return path


def test_another_title_changes_only_what_is_shown(tmp_path):
    """The newer export is merged, with one community under its new title; so is an older one."""
    may = table(tmp_path / "may.csv", "1,1,ann,2024-05-01T10:00Z", "2,1,bo,2024-05-02T10:00Z")
    june = table(tmp_path / "june.csv", "2,1,bo,2024-05-02T10:00Z", "3,1,ann,2024-06-01T10:00Z")
    wb.load("mine", path=may)
    report = wb.load("mine", path=june, options={"title": "Our club"})

    assert (report.replaced_because, report.title) == ("", "Our club")
    assert report.changes["posts"]["new"] == 1
    assert wb.open("mine").communities["name"].to_list() == ["Our club"]
    assert wb.load("mine", path=may, options={"title": "The club"}).title == "The club"
    assert wb.open("mine").communities["name"].to_list() == ["The club"]
    assert wb.open("mine").posts["post_id"].to_list() == ["1", "2", "3"]
    assert wb.check("mine").problems == ()


def test_a_community_of_strangers_is_not_merged(may, export):
    """Of the same 20 minutes not one post is in both: nothing is stored, unless asked for."""
    other = written(export.with_name("other.forum"), "k 0 -", "l 10 k", "m 20 -")
    wb.load("mine", path=may)
    before = stored()

    with pytest.raises(errors.DataError) as caught:
        wb.load("mine", path=other)

    assert str(caught.value) == (
        "load mine: expected an export of the same community, got one that shares no post with "
        "what is stored of the same time. Use another name, or --replace."
    )
    assert stored() == before
    assert wb.load("mine", path=other, replace=True).counts["posts"]["kept"] == 3


@pytest.mark.parametrize(
    ("posts", "merges"),
    [
        (("k 18 -", "l 38 k"), True),  # 2 of 20 minutes are a tenth
        (("k 17 -", "l 37 k"), False),
        (("k 30 -", "l 90 k"), True),  # nothing in common: what happened in between is unknown
        (("k 5 -",), True),  # a moment overlaps with nothing
        (("k 0 -", "a 10 -", "m 20 -"), True),  # a is in both
    ],
)
def test_how_much_strangers_may_overlap(may, export, posts, merges):
    """May has posts of minutes 0 to 20; an overlap of more than a tenth without a post is odd."""
    other = written(export.with_name("other.forum"), *posts)
    wb.load("mine", path=may)

    if merges:
        assert wb.load("mine", path=other).changes["posts"]["new"]
    else:
        with pytest.raises(errors.DataError, match="shares no post"):
            wb.load("mine", path=other)


def test_another_source_is_not_merged(may, june, monkeypatch):
    """Ids of two platforms have nothing to do with each other."""
    wb.load("mine", path=may)
    club = replace(small_forum.SOURCE, name="club")
    monkeypatch.setattr(sources, "sources", lambda: {"forum": small_forum.SOURCE, "club": club})
    report = wb.load("mine", path=june, source="club")

    assert report.replaced_because == "they were read by source forum"


def test_another_key_is_not_merged(may, june):
    """The same person has another pseudonym under another key."""
    wb.load("mine", path=may)
    pseudonyms.key_path().write_bytes(bytes(pseudonyms.KEY_BYTES))
    report = wb.load("mine", path=june)

    assert report.replaced_because == "their pseudonyms were made with another key"


@pytest.mark.parametrize("damage", ["lost", "flipped", "manifest"])
def test_damaged_tables_are_not_merged(may, june, damage):
    """Where a file is not the one that was stored, the earlier exports are to be loaded again."""
    folder = wb.load("mine", path=may).folder
    path = folder / ("manifest.json" if damage == "manifest" else "posts.parquet")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes({"lost": b"", "flipped": bytes(content), "manifest": b"{"}[damage])
    report = wb.load("mine", path=june)

    assert report.replaced_because == "what is stored of them is damaged"
    assert wb.open("mine").posts["post_id"].to_list() == ["r", "c", "d"]


def test_another_schema_is_not_merged(may, june):
    """Tables of an older version mean something else."""
    path = wb.load("mine", path=may).folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema_version": 1}))
    report = wb.load("mine", path=june)

    assert report.replaced_because == "they were stored with version 1 of the schema"


def test_a_history_that_cannot_be_right(may):
    """An entry without its inputs is found before anything is made of it."""
    path = wb.load("mine", path=may).folder / "manifest.json"
    about = json.loads(path.read_text())
    path.write_text(json.dumps({**about, "history": [{"stamp": "x"}]}))

    with pytest.raises(errors.DataError, match="whose history cannot be right"):
        wb.open("mine")


def test_simulated_data_do_not_grow(may, june, monkeypatch):
    """Another simulation under the name takes the place of the first one."""

    def read(path, *, options):
        for number, batch in enumerate(small_forum.read(path, options=options)):
            yield replace(batch, truth=None if number else {"tau": 0.1})

    simulated = replace(small_forum.SOURCE, read=read, simulated=True)
    monkeypatch.setattr(sources, "sources", lambda: {"forum": simulated})
    wb.load("practice", path=may)
    report = wb.load("practice", path=june)

    assert (report.changes, report.replaced_because) == ({}, "")
    assert len(wb.open("practice").manifest["history"]) == 1
