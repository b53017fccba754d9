"""What a finding rests on, as a commit and a hash."""

import subprocess
from dataclasses import replace

import pytest

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
