"""Data sets loaded by name: where their files lie while they are read, and what is noted."""

from __future__ import annotations

import gzip
import json
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from fetched import judged, put, votes
from local_server import entry, offer

from workbench import data, sources
from workbench.data import originals, staging
from workbench.data.downloads import RawFile
from workbench.data.manifest import file_hash
from workbench.data.store import load_command
from workbench.errors import DataError
from workbench.schema import SCHEMA_VERSION
from workbench.studies.hypotheses import hypotheses

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared" / "raw"


@pytest.fixture(autouse=True)
def raw(tmp_path, monkeypatch) -> Path:
    """An empty raw folder."""
    monkeypatch.setenv("WORKBENCH_RAW", str(tmp_path / "raw"))
    return tmp_path / "raw"


def refused(name: str) -> str:
    """The one line with which a load by name is refused."""
    with pytest.raises(DataError) as error:
        data.load(name)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_fetched_data_set_is_loaded_as_the_catalogue_describes_it(raw, monkeypatch):
    """Title, licence, citation and page are the catalogue's, and so are the names of files."""
    about = replace(judged("votes"), doi="10.1000/1")
    offer(monkeypatch, about)
    path = put(raw, about)

    report = data.load("votes")
    held = data.open("votes")

    # One name of a file, though it lies there under another one.
    content = {"name": "votes.csv", "sha256": file_hash(path), "bytes": len(votes("votes"))}
    assert held.manifest["inputs"] == [content]
    assert (report.title, held.platform) == ("Votes", "rating task")
    known = {fact: held.manifest[fact] for fact in ("licence", "citation", "doi", "package")}
    assert known == {
        "licence": "CC0-1.0",
        "citation": "Nobody (2024). Votes.",
        "doi": "10.1000/1",
        "package": "http://127.0.0.1/",
    }
    assert held.manifest["options"]["title"] == "Votes"
    assert (held.ratings.height, held.truths.height, held.people.height) == (4, 2, 2)
    assert data.load("votes").unchanged
    assert load_command("votes") == "workbench load votes --force"


def test_another_version_is_never_merged_with_the_first(raw, monkeypatch):
    """What the catalogue describes now stands in place of what it described before."""
    first, second = judged("votes"), replace(judged("others"), name="votes")
    put(raw, first)
    put(raw, judged("others"))
    offer(monkeypatch, first)
    data.load("votes")
    offer(monkeypatch, second)

    assert data.load("votes").replaced_because == ""
    assert len(data.open("votes").manifest["history"]) == 1
    assert set(data.open("votes").truths["item_id"]) == {"a", "others"}


def test_several_files_stand_together_under_their_names(raw, monkeypatch):
    """Whatever they are called, also in folders of their own, also compressed; then they go."""
    parts = {"answer.csv": b"one", "deep/truth.csv": b"two"}
    files = [RawFile(n, len(c), _sha(raw, c)) for n, c in parts.items()]
    about = replace(entry(*files, name="pair"), source="judgments")
    offer(monkeypatch, about)
    (raw / "x.dat").write_bytes(b"one")
    (raw / "y.gz").write_bytes(gzip.compress(b"two"))

    with staging.lying(about) as folder:
        found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
        assert folder.name == "pair"
        assert {name: path.read_bytes() for name, path in found.items()} == parts
        assert not any(path.is_symlink() for path in found.values())
    assert not folder.exists()
    assert (raw / "x.dat").read_bytes() == b"one"


def _sha(raw: Path, content: bytes) -> str:
    """The sha256 of some content."""
    raw.mkdir(exist_ok=True)
    path = raw / "sum"
    path.write_bytes(content)
    digest = file_hash(path)
    path.unlink()
    return digest


@pytest.mark.parametrize(("as_folder", "name"), [(False, "votes.csv"), (True, "votes")])
def test_a_file_alone_is_itself_or_a_folder(raw, monkeypatch, as_folder, name):
    """Where only the folder's name tells what community it is of, the folder is read."""
    about = replace(judged("votes"), as_folder=as_folder)
    offer(monkeypatch, about)
    put(raw, about)

    with staging.lying(about) as found:
        assert found.name == name


@pytest.mark.parametrize("permission", ["open", "unstated"])
def test_what_is_not_at_hand_is_named_with_its_command(raw, monkeypatch, permission):
    """A load fetches nothing; the line says what does, with what a licence asks for."""
    offer(monkeypatch, judged("votes", permission=permission))

    accept = "" if permission == "open" else " --accept-licence"
    assert refused("votes") == (
        f"load votes: expected its files below {raw}, got none or not all. "
        f"Say workbench get votes{accept}"
    )
    assert data.names() == []


def test_what_has_no_reader_is_not_loaded():
    """Its files are used as they are, and the page of data sets says by what."""
    assert refused("wikipedia-thanks") == (
        "load wikipedia-thanks: expected a data set with a reader, got one whose files are used as "
        "they are. Say workbench get wikipedia-thanks; docs/datasets.md says what uses it."
    )


def test_what_can_be_loaded_now(raw, monkeypatch):
    """Embedded ones always, fetched ones once their files are there."""
    about = judged("votes")
    offer(monkeypatch, about, entry(RawFile("a.bin", 1, "0" * 64)))

    assert list(data.named()) == [*data.catalogue(), "votes"]
    assert data.loadable() == list(data.catalogue())
    put(raw, about)
    assert data.loadable() == [*data.catalogue(), "votes"]


def test_tables_of_an_earlier_schema_are_replaced(raw, monkeypatch):
    """They cannot be opened, which one line says; loading by name makes them anew."""
    about = judged("votes")
    offer(monkeypatch, about)
    put(raw, about)
    data.load("votes")
    manifest = data.open("votes").folder / "manifest.json"
    old = {**json.loads(manifest.read_text()), "schema_version": SCHEMA_VERSION - 1}
    manifest.write_text(json.dumps(old))

    with pytest.raises(DataError, match="Load again: workbench load votes --force"):
        data.open("votes")
    assert not data.load("votes").unchanged
    assert data.open("votes").ratings.height == 4


def test_what_was_said_is_read_where_the_files_lie(raw, monkeypatch):
    """A scan finds the export of a fetched data set by its name; without files it is not there."""
    about = judged("votes")
    offer(monkeypatch, about)
    path = put(raw, about)
    data.load("votes")
    (found,) = originals.originals(data.open("votes"))

    assert (found.path, found.tells) == (path, True)
    assert sum(batch.names.len() for batch in found.said()) == 0  # raters are numbers there
    path.unlink()
    (absent,) = originals.originals(data.open("votes"))
    assert absent.path is None


def test_the_catalogue_names_readers_and_notebooks_that_there_are():
    """Every reader exists and takes the choices; what comes with the report is small and open."""
    notebooks = {p.name.split("_")[0] for p in (PROJECT / "notebooks").glob("*.ipynb")}
    studies = {hypothesis.study for hypothesis in hypotheses().values()}

    for name, about in data.downloads().items():
        assert set(about.used_in) <= notebooks | studies, name
        if about.source:
            sources.source(about.source).choices(about.options)
        if about.with_report:
            assert (about.permission, bool(about.source)) == ("open", True)
            assert about.wheel.itself.bytes < 10_000_000
    assert [n for n, about in data.downloads().items() if about.with_report] == ["delidata"]


def test_the_page_of_data_sets_says_what_uses_them():
    """The last column of the table in docs/datasets.md is what the catalogue says."""
    page = (PROJECT / "docs" / "datasets.md").read_text("utf-8")
    text = resources.files("workbench.data").joinpath("downloads.toml").read_text("utf-8")

    for name, about in tomllib.loads(text).items():
        (row,) = (line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        used = ", ".join(about["used_in"]) or "no notebook yet"
        assert row.endswith(f"| {used} |"), name


AT_HAND = {
    "openideo": {"posts": 40_570, "contests": 19, "ideas": 8_342},
    "crowd-bluebirds": {"ratings": 4_212, "truths": 108},
    "crowd-cf": {"ratings": 1_720, "truths": 300},
    "crowd-sp": {"ratings": 27_746, "truths": 4_999},
    "navajas-estimates": {"ratings": 10_946, "truths": 4},
    "stackexchange-coffee-2015": {"posts": 552},
}


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="no raw files beside the project")
@pytest.mark.parametrize("name", AT_HAND)
def test_real_data_sets_load_by_name(name, monkeypatch):
    """Rows of each table of the real files, as they were counted in them."""
    monkeypatch.setenv("WORKBENCH_RAW", str(SHARED))

    data.load(name)
    report = data.check(name)

    assert report.problems == ()
    kept = {table: count["kept"] for table, count in report.counts.items()}
    assert kept | AT_HAND[name] == kept
