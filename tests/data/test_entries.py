"""The catalogue: the files that come with packages are the ones described."""

import dataclasses
from importlib import metadata

import pytest

from workbench import sources
from workbench.data.entries import catalogue
from workbench.errors import DataError


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_file_is_the_one_described(name):
    """Size and sha256 agree, the reader exists and recognises the file."""
    entry = catalogue()[name]

    path = entry.locate()

    assert path.stat().st_size == entry.bytes
    assert sources.source(entry.source).detect(path)


def test_another_version_is_refused():
    """The message says what was expected and found, and how to get it."""
    entry = dataclasses.replace(catalogue()["vader-lexicon"], version="0.0.1")

    with pytest.raises(DataError) as refused:
        entry.locate()

    found = metadata.version("vaderSentiment")
    assert str(refused.value) == (
        f"data set vader-lexicon: expected package vaderSentiment 0.0.1, found {found}. "
        "Run pip install 'vaderSentiment==0.0.1'."
    )


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"bytes": 1}])
def test_a_changed_file_is_refused(change):
    """The same version with another content, in size or in a single letter."""
    entry = dataclasses.replace(catalogue()["vader-lexicon"], **change)

    with pytest.raises(
        DataError, match=r"unchanged, found another content\. Run pip install --force"
    ):
        entry.locate()


def test_an_absent_package_is_refused():
    """Nothing is imported to find that out."""
    entry = dataclasses.replace(catalogue()["vader-lexicon"], package="no-such-package-here")

    with pytest.raises(
        DataError, match=r"no-such-package-here 3\.3\.2, found none\. Run pip install"
    ):
        entry.locate()


def test_a_package_without_the_file_is_refused():
    """A package that was built without its data."""
    entry = dataclasses.replace(catalogue()["vader-lexicon"], file="vaderSentiment/gone.txt")

    with pytest.raises(DataError, match=r"with vaderSentiment/gone\.txt, found no such file"):
        entry.locate()
