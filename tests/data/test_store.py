"""The store: whole or not at all, whatever a killed run left behind."""

import itertools
import json
import shutil

import polars as pl
import pytest
from filelock import FileLock

from workbench.data import places, store
from workbench.errors import DataError
from workbench.schema import SCHEMA_VERSION, TABLES

FRAME = pl.DataFrame({"a": [1, 2]})


def facts(stamp="one", **changed):
    """A manifest that says as little as one may."""
    none = {"read": 0, "kept": 0, "quarantined": 0, "derived": 0}
    return {
        "schema_version": SCHEMA_VERSION,
        **dict.fromkeys(("title", "source", "config_hash", "key_id"), "x"),
        **dict.fromkeys(("package", "licence", "citation", "doi")),
        "is_simulated": False,
        "options": {},
        "inputs": [],
        "history": [],
        "changes": {},
        "quarantine": {},
        "notes": {},
        "rules": {"zero-lag": {"choice": "keep", "rows": 0}},
        "cleaning": {"thread_ids": "detect", "thread_ids_found": "post"},
        "counts": dict.fromkeys(TABLES, none),
        "observed": {"c": {"from": None, "until": None}},
        "stamp": stamp,
        **changed,
    }


def put(name="mine", stamp="one", **changed):
    """Store a small data set."""
    tables = {"communities": FRAME, "posts": FRAME}
    with store.loading(name):
        return store.write(name, tables, manifest=facts(stamp, **changed), before_swap=list)


def stamp_of(name="mine"):
    """Which version of a data set is there, if any."""
    store.recover(name)
    manifest = store.read_manifest(name)
    return manifest and manifest["stamp"]


def left(prefixes=(".part-", ".new-", ".old-", ".gone-")):
    """Folders that should not outlive a run."""
    return [p.name for p in places.processed_folder().iterdir() if p.name.startswith(prefixes)]


def test_what_is_written_can_be_read():
    """The manifest comes back with the facts of every file."""
    written = put()

    assert store.read_manifest("mine") == written
    assert pl.read_parquet(store.folder("mine") / "posts.parquet").equals(FRAME)
    assert written["tables"]["posts"]["rows"] == 2
    assert written["tables"]["posts"]["sha256"] == store.file_hash(
        store.folder("mine") / "posts.parquet"
    )
    assert left() == []


def test_nothing_loaded():
    """Without a data folder there is nothing, and asking makes none."""
    assert store.read_manifest("mine") is None
    assert store.stored_names() == []
    assert not places.processed_folder().exists()


STATES = [
    state
    for state in itertools.product((None, "one"), (None, "two"), (None, "zero"), (False, True))
    if any(state)
]


@pytest.mark.parametrize(("here", "new", "old", "part"), STATES)
def test_every_state_a_kill_can_leave_is_brought_to_rest(here, new, old, part):
    """A complete new version wins, else what was there, else the one that had been moved away."""
    put("source")
    for place, stamp in (("mine", here), (".new-mine", new), (".old-mine", old)):
        if stamp:
            shutil.copytree(store.folder("source"), places.processed_folder() / place)
            path = places.processed_folder() / place / store.MANIFEST
            about = json.loads(path.read_text())
            path.write_text(json.dumps({**about, "stamp": stamp}))
    if part:
        (places.processed_folder() / ".part-mine-99").mkdir()

    got = stamp_of()

    assert got == (new or here or old)
    assert left() == []


def test_names_sees_what_is_half_swapped():
    """A data set whose swap was interrupted is listed, one that was never complete is not."""
    put("mine")
    store.folder("mine").rename(places.processed_folder() / ".new-mine")
    (places.processed_folder() / ".part-other-12").mkdir()
    (places.processed_folder() / "README.md").write_text("kept")

    assert store.stored_names() == ["mine"]


def test_parts_of_a_data_set_with_a_longer_name_are_left_alone():
    """`.part-my-forum-7` belongs to my-forum, not to my."""
    put("my")
    (places.processed_folder() / ".part-my-forum-7").mkdir()

    store.recover("my")

    assert left() == [".part-my-forum-7"]


def test_a_failed_write_leaves_what_was_there():
    """An error at the last moment undoes everything."""
    put(stamp="one")

    def fail():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError), store.loading("mine"):
        store.write("mine", {"posts": FRAME}, manifest=facts("two"), before_swap=fail)

    assert stamp_of() == "one"
    assert left() == []


def test_a_second_load_gives_up_after_a_while(monkeypatch):
    """One line says that another run is at it; readers are not held up."""
    put()
    monkeypatch.setattr(store, "LOAD_WAIT_SECONDS", 0.1)
    (places.processed_folder() / ".part-mine-5").mkdir()

    with FileLock(places.processed_folder() / ".load-mine.lock"):
        assert stamp_of() == "one"
        assert left() == [".part-mine-5"]
        with pytest.raises(DataError, match="expected no other run to change it, but one has"):
            put(stamp="two")


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"schema_version": true}', "\xff", '{"a": ' + "[" * 99_999],
    ids=["cut", "list", "empty", "yes", "bytes", "deep"],
)
def test_a_damaged_manifest_is_refused(text):
    """The message says how to load again."""
    put()
    (store.folder("mine") / store.MANIFEST).write_text(text, encoding="latin-1")

    with pytest.raises(
        DataError,
        match=r"expected a manifest .*, got something else\. Load again: "
        r"workbench load SOURCE PATH --name mine --force$",
    ):
        store.read_manifest("mine")


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("title", 7),
        ("source", None),
        ("licence", ["MIT"]),
        ("is_simulated", "no"),
        ("options", []),
        ("cleaning", {"thread_ids": "post"}),
        ("inputs", [{"name": "x.csv"}]),
        ("inputs", {}),
        ("counts", {"posts": {"read": 1}}),
        ("counts", {name: {"read": "1"} for name in TABLES}),
        ("quarantine", {"posts": 3}),
        ("notes", {"posts_by_bots": "none"}),
        ("rules", {"zero-lag": {"choice": "keep"}}),
        ("observed", {"c": "always"}),
        ("tables", {}),
        ("tables", {"communities": {"file": "../x", "rows": 1, "bytes": 1, "sha256": "a"}}),
    ],
)
def test_a_manifest_changed_by_hand_is_refused(fact, value):
    """A fact of another shape, or one that is gone, is named in one line."""
    about = put()
    path = store.folder("mine") / store.MANIFEST
    for changed in ({**about, fact: value}, {k: v for k, v in about.items() if k != fact}):
        path.write_text(json.dumps(changed))

        with pytest.raises(DataError, match=rf"got one whose {fact} cannot be right") as refused:
            store.read_manifest("mine")
        assert "\n" not in str(refused.value)


def test_changed_files_are_found_whatever_their_size():
    """One bit in one of two files; a file that is gone counts as changed."""
    about = put()
    assert store.changed_files("mine", about) == []

    path = store.folder("mine") / "posts.parquet"
    content = bytearray(path.read_bytes())
    content[9] ^= 1
    path.write_bytes(content)
    assert store.changed_files("mine", about) == ["posts.parquet"]

    path.unlink()
    assert store.changed_files("mine", about) == ["posts.parquet"]


def test_folders_of_somebody_else_are_passed_over():
    """A folder whose name no data set can have is no data set, whatever lies in it."""
    put()
    for foreign in ("Old Forum", ".new-Old Forum", ".new-"):
        shutil.copytree(store.folder("mine"), places.processed_folder() / foreign)

    assert store.stored_names() == ["mine"]
    assert [p.name for p in store.foreign_folders()] == ["Old Forum"]


def test_names_that_cannot_be_listed(monkeypatch):
    """What the operating system refuses is one line."""
    put()

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(store.Path, "iterdir", refuse)

    with pytest.raises(DataError, match=r"data sets: cannot list \S+ \(Permission denied\)"):
        store.stored_names()


def test_the_same_table_is_the_same_bytes():
    """Two writes of the same rows have the same hash, so that changes can be seen."""
    big = pl.DataFrame({"a": range(300_000), "b": [str(i % 977) for i in range(300_000)]})
    with store.loading("mine"):
        one, two = (
            store.write("mine", {"posts": big}, manifest=facts(), before_swap=list)["tables"]
            for _ in range(2)
        )

    assert one == two


def test_delete_takes_everything():
    """A deleted data set is not loaded any more, and nothing of it is left."""
    put()
    with store.loading("mine"):
        store.delete("mine")

    assert stamp_of() is None
    assert left() == []
