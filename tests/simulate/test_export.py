"""Export: what is planted is what reading and cleaning find, count by count."""

import errno
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from invented_square import CHANGE, HOUR, communities, people, posts, square

import workbench as wb
from workbench import simulate
from workbench.errors import DataError, SimulationError
from workbench.simulate.defects import Defects, names
from workbench.simulate.export import EDITED, new_folder, plain, write_export

LANDMARK = {"hypothesis": "H1.1", "meaning": "risk difference", "value": 0.25}


@dataclass
class Made:
    """What `write_export` takes of a simulated data set."""

    tables: dict[str, pl.DataFrame]
    truth: dict[str, Any] = field(default_factory=lambda: {"landmark": LANDMARK})
    settings: dict[str, Any] = field(default_factory=lambda: {"tau": 0.1})
    size: str = "tiny"
    seed: int = 7


@pytest.fixture(autouse=True)
def data_home(tmp_path, monkeypatch):
    """An empty data folder, so that no test touches real data."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "home"))


def found(report, before):
    """The counts of all defects as the manifest tells them; `before`: people before planting."""
    notes, aside = report.notes, report.quarantine
    posts_aside, people_aside = aside.get("posts", {}), aside.get("people", {})
    merged = people_aside.get("merged into another account", 0)
    return {
        "local_stamps": notes["local_times_converted"],
        "repeated_hour": posts_aside.get("local time occurs twice", 0),
        "threads_opened_in_the_repeated_hour": notes["threads_without_opening_post"],
        "missing": notes["missing_parents"],
        "deleted_accounts": before + merged - report.counts["people"]["read"],
        "posts_by_deleted_accounts": notes["posts_by_deleted_authors"],
        "merged_accounts": merged,
        "posts_of_merged_accounts": notes["posts_of_merged_accounts"],
        "early_replies": notes["replies_within_clock_skew"],
        "edited_text": notes["posts_edited"],
        "other_scripts": notes["posts_beyond_ascii"],
        "right_to_left": notes["posts_with_right_to_left_text"],
        "day_only_ratings": notes["ratings_dated_to_the_day"],
        "ids_out_of_order": notes["ids_out_of_order"],
        "exact_duplicates": posts_aside.get("exact duplicate", 0),
    }


def expected(counts):
    """The counts as the manifest can tell them: a parent is missing for one reason or another."""
    parents = ("missing_parents", "parents_in_the_repeated_hour")
    others = {name: count for name, count in counts.items() if name not in parents}
    return {**others, "missing": sum(counts[name] for name in parents)}


def loaded(tables, tmp_path, *, defects, seed=7):
    """The load's report, and what truth.json says was planted."""
    folder = tmp_path / "export"
    write_export(Made(tables), folder, defects=defects, seed=seed)
    report = wb.load("practice", path=folder)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert wb.open("practice").manifest["truth"] == truth
    return report, truth["defects"]["counts"]


@pytest.mark.parametrize("seed", [8, 9])
def test_every_defect_is_found_as_often_as_it_was_planted(tmp_path, seed):
    """With all defects on, every count of the manifest is that of the truth, and none is 0."""
    tables = square(seed=seed)

    report, counts = loaded(tables, tmp_path, defects=Defects(merged_accounts=0.05), seed=seed)

    assert all(counts.values())
    assert found(report, tables["people"].height) == expected(counts)
    # Apart from what is set aside, nothing is lost: 1500 posts, one row each.
    assert report.counts["posts"]["kept"] == 1500 - counts["repeated_hour"]
    assert report.counts["ratings"]["quarantined"] == 0


@pytest.mark.parametrize("name", names())
def test_what_is_left_out_is_not_found(tmp_path, name):
    """With one defect left out it is found nowhere, and all others still as planted."""
    tables = square()

    report, counts = loaded(tables, tmp_path, defects=Defects().without(name))

    assert counts[name] == 0
    got = found(report, tables["people"].height)
    assert got == expected(counts)
    if name == "missing_parents":
        assert got["missing"] == counts["parents_in_the_repeated_hour"]
    else:
        assert got[name] == 0


def test_without_defects_the_tables_come_back(tmp_path):
    """Nothing is noted or set aside, and every number is that of the simulated tables."""
    tables = square()

    report, counts = loaded(tables, tmp_path, defects=Defects.none())

    assert set(counts.values()) | set(report.notes.values()) == {0}
    assert report.quarantine == {}
    same = ["community_id", "created_us", "precision_us", "kind", "length", "is_bot"]
    kept = wb.open("practice").posts.select(same).sort(same)
    assert kept.equals(tables["posts"].select(same).sort(same))
    assert wb.open("practice").communities.equals(tables["communities"])


def test_a_simulated_community_goes_the_whole_way(tmp_path):
    """What `simulate.community` makes is exported, loaded, and found as planted."""
    made = simulate.community(simulate.Settings(days=60, survivor=True), size="tiny", seed=3)
    counts = write_export(made, tmp_path / "export", defects=Defects(), seed=3)

    report = wb.load("practice", path=tmp_path / "export")

    assert found(report, made.tables["people"].height) == expected(counts)
    manifest = wb.open("practice").manifest
    assert manifest["is_simulated"] is report.is_simulated is True
    assert manifest["truth"]["settings"]["tau"] == 0.1
    assert manifest["truth"]["true_values"].keys() == made.truth.keys()
    assert (manifest["title"], report.first_look) == ("Simulated community practice", False)
    assert wb.data.first_look("practice") is None


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    """Twice the same files for a seed, others for another."""
    folders = [tmp_path / name for name in ("one", "two", "other")]
    for folder, seed in zip(folders, (1, 1, 2), strict=True):
        write_export(Made(square(200)), folder, defects=Defects(), seed=seed)

    one, two, other = ([p.read_bytes() for p in sorted(f.iterdir())] for f in folders)
    assert one == two
    assert one != other


def test_a_post_as_it_is_written(tmp_path):
    """Local time without a zone, a whole second without decimals, a text as long as the post."""
    written = posts([("a", "q", "q", None, "ann", CHANGE + 2 * HOUR)])
    written = written.with_columns(precision_us=pl.lit(1_000_000, pl.Int64))
    tables = {"communities": communities("a"), "people": people(written), "posts": written}
    shares = {"local_stamps": 1, "repeated_hour": 1, "edited_text": 1, "other_scripts": 1}

    write_export(
        Made(tables), tmp_path / "x", defects=Defects(**{**vars(Defects.none()), **shares}), seed=1
    )

    post = json.loads((tmp_path / "x" / "posts.ndjson").read_text(encoding="utf-8"))
    # 2024-10-27T03:00 UTC is 4:00 in Rome, where winter time has begun.
    assert post["created_at"] == "2024-10-27T04:00:00"
    assert post["edited_at"].endswith("Z")
    assert len(post["text"]) == 40 + len(EDITED)
    assert "\u0600" <= post["text"][0] <= "\u06ff"


def test_a_folder_that_holds_something_is_refused(tmp_path):
    """Nothing is overwritten, and a file is no folder."""
    (tmp_path / "note.txt").write_text("mine")
    for taken in (tmp_path, tmp_path / "note.txt"):
        with pytest.raises(SimulationError, match="expected a new or an empty folder, got one"):
            write_export(Made(square(50)), taken, defects=Defects(), seed=1)


@pytest.mark.parametrize("name", ["x" * 300, "new"], ids=["too long", "full"])
def test_what_the_disk_refuses_is_one_line(tmp_path, monkeypatch, name):
    """A name that the disk does not take, and a disk that takes nothing more."""

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    reason = {"new": r"write to .* \(No space left"}.get(name, r"look at .* \(File name too long")

    with pytest.raises(DataError, match=rf"^export .*{name}: cannot {reason}"):
        write_export(Made(square(50)), tmp_path / name, defects=Defects(), seed=1)


def test_a_folder_of_nobody_is_refused():
    """A home that is not there is a known problem."""
    with pytest.raises(SimulationError) as refused:
        new_folder(Path("~nobody-of-that-name/x"))

    assert str(refused.value) == (
        "export ~nobody-of-that-name/x: expected a folder, got one of a user who is not known "
        "here. Name another."
    )


def test_a_folder_in_the_data_folder_is_refused(tmp_path):
    """Also where a link leads there."""
    (tmp_path / "home").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "home")

    for folder in (tmp_path / "home", tmp_path / "home" / "raw" / "x", tmp_path / "link" / "x"):
        with pytest.raises(SimulationError, match="expected a folder outside the data folder"):
            new_folder(folder)
    assert new_folder(tmp_path / "homely") == tmp_path / "homely"


def test_values_as_json_has_them():
    """Numbers of NumPy, tables and settings become plain; what is not a number is empty."""
    value = {
        "n": np.int64(3),
        "x": [np.float64(0.5), float("nan")],
        "rows": pl.DataFrame({"a": [1]}),
        "shares": Defects.none(),
        "array": np.array([1.0]),
    }

    got = plain(value)

    assert json.loads(json.dumps(got)) == got
    assert (got["n"], got["x"], got["rows"], got["array"]) == (3, [0.5, None], [{"a": 1}], [1.0])
    assert got["shares"]["edited_text"] == 0
