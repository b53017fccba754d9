"""The folder of readers is their registry, and all of them keep the same contract."""

import re
from pathlib import Path

import pytest

from workbench import sources as room
from workbench.errors import SourceError
from workbench.sources import Option, Source, source, sources


def test_every_file_is_a_reader():
    """Each public file of the folder is found under its own name, with a line of help."""
    files = {path.stem for path in Path(room.__path__[0]).glob("[!_]*.py")}

    assert set(sources()) == files
    for name, reader in sources().items():
        assert source(name) is reader
        assert reader.help
        assert "\n" not in reader.help


def test_every_reader_states_its_licence_and_names_no_other():
    """The first thing a reader's file says is where its data come from; it is no other's guide."""
    for name in sources():
        text = (Path(room.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")
        others = "|".join(set(sources()) - {name})

        assert "icence" in text.split('"""')[1]
        assert not re.search(rf"import ({others})\b|sources\.({others})\b", text)


def test_unknown_reader():
    """A name that is none lists those there are."""
    with pytest.raises(SourceError, match=r"source 'telegraph': not known; there are .*table"):
        source("telegraph")


def test_choices_by_hand():
    """Given options replace defaults; an unknown one is refused with those that exist."""
    reader = Source("x", "", Path.is_file, iter, (Option("a", "", 1), Option("b", "")))

    assert reader.choices({"b": 2}) == {"a": 1, "b": 2}
    with pytest.raises(SourceError, match="source x: unknown option c, d; it takes a, b"):
        reader.choices({"d": 1, "c": 2})
