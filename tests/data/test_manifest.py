"""The manifest's facts: hashes, inputs, readable times, reasons."""

import hashlib

import polars as pl
import pytest

from workbench.data import manifest
from workbench.errors import DataError
from workbench.sources import REJECTED


def test_a_file_and_a_folder_of_files(tmp_path):
    """Every file of a folder is an input, in order of name; what lies deeper is only numbered."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.txt").write_bytes(b"two")
    (tmp_path / "a.txt").write_bytes(b"one")

    folder = manifest.input_files(tmp_path)
    single = manifest.input_files(tmp_path / "a.txt")

    assert [file["name"] for file in folder] == ["a.txt", "file 2"]
    assert single == [{"name": "a.txt", "sha256": hashlib.sha256(b"one").hexdigest(), "bytes": 3}]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("posts-2024_05.csv", "posts-2024_05.csv"),
        ("Übersicht.csv", "Übersicht.csv"),
        ("ann@club.example.csv", "file 1.csv"),
        ("Talk with Ann.ZIP", "file 1.ZIP"),
        ("@ann.lee", "file 1"),
        ("-ann.csv", "file 1.csv"),
    ],
)
def test_names_that_may_be_somebodys_are_numbers(tmp_path, name, kept):
    """Only a plain name of a file is kept; in a folder the number stands alone."""
    (tmp_path / name).write_bytes(b"one")

    assert manifest.input_files(tmp_path / name)[0]["name"] == kept
    assert manifest.input_files(tmp_path)[0]["name"] == (kept if kept == name else "file 1")


@pytest.mark.parametrize("is_folder", [False, True])
def test_a_link_that_leads_out_of_the_folder(tmp_path, is_folder):
    """What lies elsewhere is not part of an export; a link within the folder is."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "list.txt").write_bytes(b"secret")
    export = tmp_path / "export"
    export.mkdir()
    (export / "a.txt").write_bytes(b"one")
    (export / "b.txt").symlink_to(export / "a.txt")
    assert [file["bytes"] for file in manifest.input_files(export)] == [3, 3]
    out = tmp_path / "private"
    (export / "c").symlink_to(out if is_folder else out / "list.txt")

    with pytest.raises(DataError) as caught:
        manifest.input_files(export)

    assert str(caught.value) == (
        "export export: expected the files themselves, got a link that leads out of the folder. "
        "Put the files themselves there."
    )


def test_hashes_of_values_do_not_depend_on_order():
    """The same choices given in another order are the same choices."""
    assert manifest.value_hash({"a": 1, "b": [2]}) == manifest.value_hash({"b": [2], "a": 1})
    assert manifest.value_hash({"a": [1, 2]}) != manifest.value_hash({"a": [2, 1]})
    one = manifest.config_hash("table", {"zone": "UTC"}, {"thread_ids": "detect"})
    assert one != manifest.config_hash("table", {"zone": "UTC"}, {"thread_ids": "post"})
    assert one != manifest.config_hash("other", {"zone": "UTC"}, {"thread_ids": "detect"})


def test_times_are_readable():
    """1,700,000,000 seconds after 1970 is 14 November 2023, 22:13:20 UTC."""
    assert manifest.readable(1_700_000_000_000_001) == "2023-11-14T22:13:20.000001Z"
    assert manifest.readable(None) is None


def test_reasons_are_counted_per_table():
    """One number for each table and reason."""
    rows = [("posts", 1, "late", None), ("posts", 2, "late", None), ("people", 1, "twice", None)]

    got = manifest.by_reason(pl.DataFrame(rows, schema=REJECTED, orient="row"))

    assert got == {"people": {"twice": 1}, "posts": {"late": 2}}


def test_the_code_hash_follows_the_code(monkeypatch, tmp_path):
    """A changed reader means that tables are made again."""
    package = tmp_path / "workbench"
    for folder in ("data", "sources"):
        (package / folder).mkdir(parents=True)
    (package / "schema.py").write_text("x = 1")
    (package / "sources" / "forum.py").write_text("y = 1")
    monkeypatch.setattr(manifest, "__file__", str(package / "data" / "manifest.py"))

    before = manifest.code_hash.__wrapped__()
    (package / "sources" / "forum.py").write_text("y = 2")

    assert manifest.code_hash.__wrapped__() != before


@pytest.mark.parametrize(
    ("about", "wrong"),
    [
        ({"source": "simulated", "is_simulated": True, "truth": {}}, []),
        ({"source": "simulated", "is_simulated": False}, ["is_simulated"]),
        ({"source": "table", "is_simulated": True, "truth": {}}, ["is_simulated"]),
        ({"source": "table", "is_simulated": False, "truth": {}}, ["truth"]),
        ({"source": "simulated", "is_simulated": True}, ["truth"]),
    ],
)
def test_simulated_data_cannot_pass_for_real(about, wrong):
    """What a manifest says of the data is what its reader says, and the truth goes with it."""
    found = manifest.misfits(about)

    assert [fact for fact in found if fact in ("is_simulated", "truth")] == wrong
