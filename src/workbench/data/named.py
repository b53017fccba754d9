"""Data sets that are loaded by name: those in packages, and fetched ones that have a reader."""

from __future__ import annotations

from workbench.data.downloads import Download, at_hand, downloads
from workbench.data.entries import Entry, catalogue

Named = Entry | Download


def named() -> dict[str, Named]:
    """Every data set that `load` knows by its name, embedded ones first."""
    fetched = {name: about for name, about in downloads().items() if about.source}
    return {**catalogue(), **fetched}


def loadable() -> list[str]:
    """Those of them that can be loaded now: embedded, or fetched and at hand."""
    there = at_hand()
    return [name for name in named() if there.get(name, True)]
