"""What a finding or a page rests on: a commit, a hash, the data."""

import hashlib
import importlib
import subprocess
from dataclasses import replace

import pytest

from workbench.data.downloads import Download, RawFile
from workbench.studies import provenance
from workbench.studies.hypotheses import hypotheses, windows


def test_hash_changes_with_what_it_covers(college):
    """Another hypothesis, export, choice or window changes the hash; the pseudonyms do not."""
    row, chosen = hypotheses()["H1.1"], windows("direct messages")
    about = college.manifest
    before = provenance.config_hash(row, college, chosen)

    def with_manifest(**changed):
        return replace(college, manifest={**about, **changed})

    assert provenance.config_hash(row, with_manifest(key_id="other"), chosen) == before
    others = [
        provenance.config_hash(hypotheses()["H1.2a"], college, chosen),
        provenance.config_hash(row, with_manifest(config_hash="other"), chosen),
        provenance.config_hash(row, with_manifest(inputs=[{"sha256": "other"}]), chosen),
        provenance.config_hash(row, college, replace(chosen, landmark=chosen.landmark + 1)),
    ]
    assert len({before, *others}) == 5


@pytest.fixture
def asked_anew():
    """The commit is asked for again in this test, and forgotten after it."""
    provenance.code_commit.cache_clear()
    yield
    provenance.code_commit.cache_clear()


def test_without_a_checkout_the_version_stands_in(monkeypatch, asked_anew):
    """An installed package has no commit; its version says which code it is."""

    def fails(*command, **options):
        raise subprocess.CalledProcessError(128, "git")

    monkeypatch.setattr(subprocess, "run", fails)
    assert provenance.code_commit().startswith("version ")


def test_without_data_the_foot_says_so():
    """A page that lists no data set has one row."""
    assert provenance.data_rows([]) == [("Data", "none, simulated")]


def test_a_community_is_named_with_hash_and_licence(college, at_embedded):
    """One row for the file and one for the paper to cite."""
    (data_row, cite) = provenance.data_rows(["college-messages"])
    digest = college.manifest["inputs"][0]["sha256"]

    assert data_row[0] == "Data: College messages"
    assert f"sha256 {digest[:16]}…; licence BSD" in data_row[1]
    assert cite == ("Cite", college.manifest["citation"])


def test_files_of_somebodys_own_export_have_no_names(college, monkeypatch):
    """Their number and their hashes tell which they were."""
    inputs = [{"name": f"ann{n}.csv", "sha256": f"{n}" * 64, "bytes": 1} for n in (1, 2)]
    own = replace(college, manifest={**college.manifest, "package": None, "inputs": inputs})
    monkeypatch.setattr(provenance.data, "names", lambda: ["college-messages"])
    monkeypatch.setattr(provenance.data, "open", lambda _: own)

    (data_row, _) = provenance.data_rows(["college-messages"])

    assert data_row[1].startswith(f"2 files, sha256 {'1' * 16}…, {'2' * 16}…; licence")


def test_fetched_files_are_named_where_they_are_at_hand(tmp_path, monkeypatch):
    """Title, hash, licence, terms and citation of a data set; nothing of one that is not there."""
    content = b"one row"
    digest = hashlib.sha256(content).hexdigest()
    birds = Download(
        "birds", "Birds", "https://birds.example", "CC BY-SA", "open", "With attribution.",
        "Owl (2020).", "", "", (RawFile("birds.csv", len(content), digest),),
    )  # fmt: skip
    # The function of the same name hides the module.
    module = importlib.import_module("workbench.data.downloads")
    monkeypatch.setattr(module, "_catalogue", lambda: {"birds": birds})
    monkeypatch.setenv("WORKBENCH_RAW", str(tmp_path))

    assert provenance.data_rows(["birds"]) == []
    (tmp_path / "birds.csv").write_bytes(content)
    assert provenance.data_rows(["birds"]) == [
        ("Data: Birds", f"birds.csv sha256 {digest[:16]}…; licence CC BY-SA. With attribution."),
        ("Cite", "Owl (2020)."),
    ]


def test_many_files_share_one_hash(college, monkeypatch):
    """A folder of nine files is told by their number and one hash over all of theirs."""
    inputs = [{"name": f"file {n}", "sha256": f"{n}" * 64, "bytes": 1} for n in range(9)]
    grown = replace(college, manifest={**college.manifest, "inputs": inputs})
    monkeypatch.setattr(provenance.data, "names", lambda: ["college-messages"])
    monkeypatch.setattr(provenance.data, "open", lambda _: grown)

    (data_row, _) = provenance.data_rows(["college-messages"])

    together = hashlib.sha256("".join(one["sha256"] for one in inputs).encode()).hexdigest()
    assert data_row[1].startswith(f"9 files, together sha256 {together[:16]}…; licence")
