"""Takedown: who asked to go is gone from every table, now and later, and nobody can tell who."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import polars as pl
import pytest
import small_forum
from fetched import judged, put
from hypothesis import given, settings
from hypothesis import strategies as st
from local_server import offer

from workbench import data, sources
from workbench.data import _takedown_rows as rows
from workbench.data import checks, pseudonyms, store
from workbench.data._takedown_list import list_path
from workbench.data.looks import first_look
from workbench.data.takedown import entries, take_down
from workbench.errors import DataError
from workbench.schema import TABLES, conform


def load(export: Path, **options: object) -> data.LoadReport:
    """Load the invented forum as `garden`."""
    return data.load("garden", path=export, source="forum", **options)


def quarantine() -> list[tuple]:
    """Rows set aside of `garden`: table, row, reason, place."""
    frame = pl.read_parquet(data.open("garden").file("quarantine"))
    return frame.select("table", "row", "reason", "place").rows()


def test_an_account_leaves_at_once(export):
    """Posts of the account go, replies to them stay, and everything is counted."""
    load(export)

    done = take_down("garden", accounts=[small_forum.HANDLE])

    # q1 and a2 are the account's; a1 by bo answered q1, whose id is not to be read any more.
    garden = data.open("garden")
    assert garden.posts["post_id"].to_list() == ["a1"]
    assert garden.posts["parent_id"].to_list() == [None]
    (thread,) = garden.posts["thread_id"]
    assert thread.startswith("missing:t")
    assert garden.people.height == 1
    assert done.removed == {**dict.fromkeys(TABLES, 0), "people": 1, "posts": 2}
    assert done.listed == {"account": 1, "post": 0}
    assert (done.added, done.unknown, done.loaded) == (1, 0, True)
    # 4 lines: q1, a1, a2, and one that could not be read; two of them were taken down now.
    counts = garden.manifest["counts"]["posts"]
    assert (counts["read"], counts["kept"], counts["quarantined"]) == (4, 1, 3)
    assert garden.manifest["quarantine"]["posts"] == {"no time": 1, "taken down": 2}
    assert sorted(quarantine(), key=str) == [
        ("posts", 4, "no time", "line 4"),
        ("posts", None, "taken down", None),
        ("posts", None, "taken down", None),
    ]
    assert checks.check("garden").problems == ()


def test_a_post_leaves_at_once(export):
    """A single post goes; its author stays where other posts are left."""
    load(export)

    done = take_down("garden", posts=["a1"])

    # a2 answered a1, which was in the thread of q1: the thread stays known.
    garden = data.open("garden")
    assert garden.posts.select("post_id", "thread_id", "parent_id").rows() == [
        ("q1", "q1", None),
        ("a2", "q1", None),
    ]
    assert done.removed["posts"] == 1
    assert garden.people.height == 1  # bo wrote nothing else, and no list of people was read


def test_a_later_load_leaves_it_out_too(export):
    """Loading again, with the same choices or by force, brings nobody back."""
    load(export)
    take_down("garden", accounts=[small_forum.HANDLE])
    before = {name: data.open("garden").read(name) for name in TABLES}

    again = load(export)
    assert not again.unchanged  # once: the rows were told apart without the export
    assert load(export).unchanged
    load(export, force=True)

    garden = data.open("garden")
    assert all(garden.read(name).equals(before[name]) for name in TABLES)
    assert garden.manifest["quarantine"]["posts"] == {"no time": 1, "taken down": 2}
    assert [row for row in quarantine() if row[2] == "taken down"] == [
        ("posts", None, "taken down", None)
    ] * 2
    assert checks.check("garden").problems == ()


def test_an_account_can_be_listed_before_anything_is_loaded(export):
    """Unknown ids are kept for a later export, and said to be unknown."""
    whom = [small_forum.HANDLE, "nobody-at-all"]
    done = take_down("garden", accounts=whom, posts=["a1"], before_load=True)
    assert (done.unknown, done.loaded) == (3, False)

    load(export)

    assert data.open("garden").posts.height == 0
    assert first_look("garden") is not None


def test_unknown_ids_are_counted_apart(export):
    """Of the new ids, those that no stored row has are told; listed ones are not told again."""
    load(export)
    assert take_down("garden", accounts=["nobody"], posts=["q1", "q9"]).unknown == 2

    again = take_down("garden", accounts=["nobody", " "], posts=["q1"])
    assert (again.added, again.unknown) == (0, 0)
    assert again.removed["posts"] == 0


def test_the_list_holds_no_id(export):
    """The file on disk has hashes that need the key, kinds, days, and the key's short name."""
    load(export)
    take_down("garden", accounts=[small_forum.HANDLE], posts=["a1", "a1"])

    written = list_path("garden").read_text(encoding="utf-8")
    assert small_forum.HANDLE not in written
    assert written.splitlines()[0] == "kind,value,date,key"
    kinds = [entry.kind for entry in entries("garden")]
    assert kinds == ["account", "post"]
    assert not any(entry.value in ("a1", "pa1", "ta1") for entry in entries("garden"))
    if os.name != "nt":
        assert list_path("garden").parent.stat().st_mode & 0o077 == 0


def test_an_account_and_a_post_of_one_id_differ(export):
    """Listing the post `bo` does not list the account `bo`."""
    load(export)

    assert take_down("garden", posts=["bo"]).removed["posts"] == 0
    assert take_down("garden", accounts=["bo"]).removed["posts"] == 1


def test_the_first_look_stays(export):
    """A takedown is no look at the data, and deletes no record of one."""
    load(export)
    before = first_look("garden")
    take_down("garden", accounts=["bo"])

    assert first_look("garden") == before


def test_pages_are_due_after_a_takedown(export):
    """The stamp that pages depend on is another one afterwards, and only where rows left."""
    load(export)
    first = data.open("garden").manifest["stamp"]
    take_down("garden", accounts=["bo"])
    second = data.open("garden").manifest["stamp"]
    take_down("garden")

    assert first != second
    assert data.open("garden").manifest["stamp"] == second


def kill_a_takedown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop a takedown when the list is written and the tables are not."""

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            take_down("garden", accounts=[small_forum.HANDLE])


def test_a_run_that_was_killed_is_made_up_for(export, monkeypatch):
    """With the list written and the tables not, `check` says so, and the next run goes on."""
    load(export)

    kill_a_takedown(monkeypatch)

    assert data.open("garden").posts.height == 3
    (problem,) = checks.check("garden").problems
    assert problem == (
        "its takedown list has changed since the tables were stored. Say: workbench takedown garden"
    )
    assert take_down("garden").removed["posts"] == 2
    assert checks.check("garden").problems == ()


def test_a_load_makes_up_for_a_killed_run_too(export, tmp_path, monkeypatch):
    """What a newer export does not cover is rid of listed rows before it is merged."""
    load(export)
    kill_a_takedown(monkeypatch)
    newer = tmp_path / "newer.forum"
    line = {"id": "z1", "minute": 99, "author": "bo"}
    newer.write_text(json.dumps(line) + "\n", encoding="utf-8")

    load(newer)

    assert data.open("garden").posts["post_id"].to_list() == ["a1", "z1"]
    assert checks.check("garden").problems == ()


def test_rows_that_cleaning_set_aside_are_forgotten(tmp_path, export):
    """A second copy of a listed person's row no longer tells its line after the next load."""
    path = tmp_path / "twice.forum"
    lines = export.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[0], lines[1]]) + "\n", encoding="utf-8")
    take_down("garden", accounts=[small_forum.HANDLE], before_load=True)

    load(path)

    assert quarantine() == [("posts", None, "taken down", None)] * 2


KEY = b"k" * 32
ANN, BOB, EVE = (pseudonyms.pseudonym(raw, key=KEY) for raw in ("ann", "bob", "eve"))


def canonical(name: str, *rows_: dict[str, object]) -> pl.DataFrame:
    """A canonical table of community `c`; columns that are not given are empty."""
    defaults = {"community_id": "c", "is_bot": False}
    frame = pl.DataFrame([{**defaults, **row} for row in rows_], infer_schema_length=None)
    table = TABLES[name]
    needed = {column.name for column in table.columns if not column.optional}
    return (
        conform(frame.select([n for n in frame.columns if n in table.names]), table, where=name)
        if needed <= set(frame.columns)
        else table.empty()
    )


def small() -> dict[str, pl.DataFrame]:
    """Three posts, three people, three ratings, two tags, two truths and a contest of two ideas."""
    post = {"created_us": 0, "precision_us": 1, "kind": "post"}
    return {
        "communities": TABLES["communities"].empty(),
        "people": canonical("people", *({"person_id": one} for one in (ANN, BOB, EVE))),
        "posts": canonical(
            "posts",
            {**post, "post_id": "1", "thread_id": "1", "author_id": ANN},
            {**post, "post_id": "2", "thread_id": "1", "author_id": BOB, "recipient_id": ANN},
            {**post, "post_id": "3", "thread_id": "3", "author_id": BOB, "recipient_id": EVE},
        ),
        "ratings": canonical(
            "ratings",
            {"item_id": "1", "rater_id": BOB, "scale": "stars", "value": 1.0},
            {"item_id": "2", "rater_id": ANN, "scale": "stars", "value": 2.0},
            {"item_id": "2", "rater_id": BOB, "scale": "stars", "value": 3.0},
        ),
        "tags": canonical("tags", {"post_id": "1", "tag": "a"}, {"post_id": "2", "tag": "a"}),
        "truths": canonical("truths", *({"item_id": one, "value": 2.0} for one in "12")),
        "contests": canonical("contests", {"contest_id": "spring"}),
        "ideas": canonical("ideas", *({"post_id": one, "contest_id": "spring"} for one in "13")),
    }


def test_ratings_tags_and_addressees():
    """Ratings by a person or of a post that goes leave, its tags too, and nobody is addressed."""
    listed = rows.Listed(frozenset({ANN}), frozenset(), KEY)

    kept = rows.without(small(), listed, people_read=3)

    # Post 1, its tag, the rating of it and the rating by ann go; post 2 was addressed to her.
    assert kept.tables["posts"]["post_id"].to_list() == ["2", "3"]
    assert kept.tables["posts"]["recipient_id"].to_list() == [None, EVE]
    assert kept.tables["ratings"]["value"].to_list() == [3.0]
    assert kept.tables["tags"]["post_id"].to_list() == ["2"]
    assert sorted(kept.tables["people"]["person_id"]) == sorted([BOB, EVE])
    # Her idea and what is known of post 1 go too; the contest and the truth about post 2 stay.
    assert kept.tables["ideas"]["post_id"].to_list() == ["3"]
    assert kept.tables["truths"]["item_id"].to_list() == ["2"]
    assert kept.tables["contests"].height == 1
    gone = {"people": 1, "posts": 1, "ratings": 2, "tags": 1, "truths": 1, "ideas": 1}
    assert kept.removed == dict.fromkeys(TABLES, 0) | gone


def test_ratings_and_truths_of_a_listed_item_leave_without_posts():
    """In a rating task there are no posts: a listed item goes by its own id."""
    mark = pseudonyms.pseudonym("2", key=KEY, kind="post")
    tables = small() | {"posts": TABLES["posts"].empty(), "ideas": TABLES["ideas"].empty()}

    kept = rows.without(tables, rows.Listed(frozenset(), frozenset({mark}), KEY), people_read=3)

    assert kept.tables["ratings"]["item_id"].to_list() == ["1"]
    assert kept.tables["truths"]["item_id"].to_list() == ["1"]


def test_people_without_rows_of_their_own_leave_with_their_posts():
    """Where no list of people was read, whoever is named nowhere any more is no row either."""
    listed = rows.Listed(
        frozenset(), frozenset({pseudonyms.pseudonym("3", key=KEY, kind="post")}), KEY
    )

    derived = rows.without(small(), listed, people_read=0)
    assert sorted(derived.tables["people"]["person_id"]) == sorted([ANN, BOB])
    assert rows.without(small(), listed, people_read=3).tables["people"].height == 3


def test_the_id_of_an_absent_opening_post_is_hidden_too():
    """A thread that is named after a listed post is named by its hash, in the record or not."""
    tables = small()
    tables["posts"] = tables["posts"].with_columns(thread_id=pl.Series(["1", "1", "missing:9"]))
    mark = pseudonyms.pseudonym("9", key=KEY, kind="post")

    kept = rows.without(tables, rows.Listed(frozenset(), frozenset({mark}), KEY), people_read=3)

    assert kept.tables["posts"]["thread_id"].to_list() == ["1", "1", f"missing:{mark}"]


def test_a_rater_leaves_a_data_set_of_ratings_alone(tmp_path, monkeypatch):
    """Now and when it is loaded again; what is known to be right of the items stays."""
    monkeypatch.setenv("WORKBENCH_RAW", str(tmp_path / "raw"))
    about = judged("votes")
    offer(monkeypatch, about)
    put(tmp_path / "raw", about)
    data.load("votes")

    done = take_down("votes", accounts=["1"])

    # Two raters with two ratings each; the rows of people were made from the ratings.
    assert done.removed == dict.fromkeys(TABLES, 0) | {"people": 1, "ratings": 2}
    for _ in range(2):
        held = data.open("votes")
        assert (held.ratings.height, held.people.height, held.truths.height) == (2, 1, 2)
        assert checks.check("votes").problems == ()
        data.load("votes", force=True)


def test_an_account_that_became_another_takes_it_along(export, tmp_path):
    """Of two accounts of one person, listing the old one lists the person."""
    same = tmp_path / "same.csv"
    same.write_text("account,is_now\nold bo,bo\n", encoding="utf-8")
    take_down("garden", accounts=["old bo"], before_load=True)

    load(export, options={"same_person": str(same)})

    assert data.open("garden").posts["post_id"].to_list() == ["q1", "a2"]


@settings(max_examples=8)
@given(
    st.sets(st.sampled_from([small_forum.HANDLE, "bo", "person 0", "person 3"])),
    st.sets(st.sampled_from(["q1", "a1", "a2", "n2", "n9"])),
)
def test_now_or_at_the_load_is_the_same(accounts, posts):
    """Tables and counts are the same whether a list came before the load or after it."""
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        known = {**sources.sources(), "forum": small_forum.SOURCE}
        patch.setattr(sources, "sources", lambda: known)
        patch.setenv("WORKBENCH_DATA", place)
        path = small_forum.write_export(Path(place) / "export.forum", lines=9)
        data.load("after", path=path, source="forum")
        for name in ("after", "before"):
            if accounts or posts:
                take_down(name, accounts=accounts, posts=posts, before_load=True)
        data.load("before", path=path, source="forum")

        now, then = data.open("after"), data.open("before")
        for name in ("people", "posts"):
            assert now.read(name).equals(then.read(name))
        assert now.manifest["counts"] == then.manifest["counts"]
        assert now.manifest["quarantine"] == then.manifest["quarantine"]
        assert checks.check("after").problems == checks.check("before").problems == ()


def test_a_mistyped_name_lists_nobody(export):
    """Names that are loaded are told, the likeliest first; a data set that was removed is known."""
    load(export)
    with pytest.raises(DataError) as refused:
        take_down("gardn", accounts=["bo"])
    assert str(refused.value) == (
        "takedown gardn: expected a data set that is or was loaded, got a name of none; "
        "loaded: garden. Nobody was listed. Did you mean garden?"
    )
    with pytest.raises(DataError, match=r"Choose one of these, load it, or add --before-load\.$"):
        take_down("x", accounts=["bo"])
    assert entries("gardn") == entries("x") == []

    checks.remove("garden")
    assert not take_down("garden", accounts=["bo"]).loaded


def test_counts_for_peoples_eyes_leave_out_who_was_taken_down():
    """Their rows leave what was read as well, so that read is still kept and set aside."""
    counts = {
        "posts": {"read": 9, "kept": 5, "quarantined": 4, "derived": 0},
        "tags": {"read": 2, "kept": 1, "quarantined": 1, "derived": 0},
        "people": {"read": 0, "kept": 0, "quarantined": 0, "derived": 3},
    }
    aside = {"posts": {"taken down": 3, "exact duplicate": 1}, "tags": {"taken down": 1}}

    # posts: 9 - 3 read, 4 - 3 set aside. tags: 2 - 1 and 1 - 1.
    assert rows.untold(counts, aside) == (
        {
            "posts": {"read": 6, "kept": 5, "quarantined": 1, "derived": 0},
            "tags": {"read": 1, "kept": 1, "quarantined": 0, "derived": 0},
            "people": {"read": 0, "kept": 0, "quarantined": 0, "derived": 3},
        },
        {"posts": {"exact duplicate": 1}},
    )


def test_nothing_to_list_is_said():
    """Without ids and without a list there is nothing to do."""
    with pytest.raises(DataError, match="takedown garden: expected ids to list, got none"):
        take_down("garden")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"kind,value\n",
        b"\xff\xfe",
        b"kind,value,date,key\naccount,x\n",
        b"kind,value,date,key\nperson,x,2026-01-01,k\n",
    ],
)
def test_a_damaged_list_stops_everything(export, content):
    """A list that cannot be read is never taken for an empty one."""
    load(export)
    list_path("garden").parent.mkdir()
    list_path("garden").write_bytes(content)

    for act in (lambda: take_down("garden", accounts=["bo"]), lambda: load(export, force=True)):
        with pytest.raises(DataError, match="expected lines of kind, value, date, key") as stop:
            act()
        assert "\n" not in str(stop.value)
    assert list_path("garden").read_bytes() == content


def test_a_list_made_with_another_key_stops_everything(export):
    """Hashes of another key match nobody: that is said instead of letting people come back."""
    take_down("garden", accounts=["bo"], before_load=True)
    pseudonyms.key_path().unlink()

    with pytest.raises(DataError, match="got 1 made with another"):
        load(export)
    assert "garden" not in data.names()


def test_tables_of_another_key_are_not_searched(export):
    """Pseudonyms of another key cannot be compared; the ids stay listed for the next load."""
    load(export)
    pseudonyms.key_path().unlink()

    with pytest.raises(DataError, match=r"pseudonyms were made with another key\. Load again"):
        take_down("garden", accounts=["bo"])
    load(export, force=True)
    assert data.open("garden").posts["post_id"].to_list() == ["q1", "a2"]


def test_damaged_tables_are_said_and_the_list_is_kept(export):
    """The ids are listed even where the tables cannot be read."""
    load(export)
    (store.folder("garden") / "posts.parquet").unlink()

    with pytest.raises(DataError, match="takedown garden: listed, but nothing was removed yet"):
        take_down("garden", accounts=["bo"])
    assert len(entries("garden")) == 1


def test_internal_is_kept_until_it_is_said_otherwise(export):
    """The mark alone changes the manifest, reads nothing again, and stays at later loads."""
    load(export)
    stamp = data.open("garden").manifest["stamp"]
    assert data.open("garden").manifest["internal"] is False

    assert load(export, internal=True).unchanged
    assert load(export).unchanged
    load(export, force=True)
    assert data.open("garden").manifest["internal"] is True
    assert data.open("garden").manifest["stamp"] == stamp
    load(export, internal=False)
    assert data.open("garden").manifest["internal"] is False
    assert checks.check("garden").problems == ()


def test_rows_of_earlier_exports_leave_too(export, tmp_path):
    """Of a data set that grew, rows that were carried over go and are counted; nothing is lost."""
    load(export)
    newer = tmp_path / "newer.forum"
    newer.write_text(json.dumps({"id": "z1", "minute": 99, "author": "bo"}) + "\n", "utf-8")
    load(newer)
    before = data.open("garden").manifest["counts"]["posts"]
    assert (before["kept"], before["carried"]) == (1, 3)

    take_down("garden", accounts=[small_forum.HANDLE], posts=["a1"])

    # q1, a1 and a2 go, z1 stays. One of them counts as the newest export's, two as carried over.
    assert data.open("garden").posts["post_id"].to_list() == ["z1"]
    after = data.open("garden").manifest["counts"]["posts"]
    assert after["kept"] + after["carried"] == 1
    assert after["read"] == after["kept"] + after["quarantined"] == 1
    assert [reason for _, _, reason, _ in quarantine()].count("taken down") == 3
    assert checks.check("garden").problems == ()
    load(export)
    assert data.open("garden").posts["post_id"].to_list() == ["z1"]
    assert checks.check("garden").problems == ()
