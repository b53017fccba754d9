"""
Readers of exports: one file a platform, and this file the contract they keep.

A source turns one export into batches of canonical tables and says which rows it could not read.
It never writes, never drops a row, never returns text, and names no other source. The folder is the
registry: a new file with a `SOURCE` is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import polars as pl

from workbench.errors import SourceError

REJECTED = pl.Schema({"table": pl.String, "row": pl.Int64, "reason": pl.String, "place": pl.String})


@dataclass(frozen=True)
class Batch:
    """
    A part of an export.

    tables : name of a canonical table -> its rows, ids as the export has them. Tables that come
        from rows of the input (`posts`, `ratings`) have two extra columns: `row` (from 1, over all
        batches of the table, rejected rows included) and `place` (such as `line 12`).
    rejected : rows that could not be read, with the columns of `REJECTED`; never any text.
    notes : how many rows were converted or are worth knowing about, by kind; summed over batches.
    truth : what was planted, where the export is simulated; one batch has it.
    """

    tables: dict[str, pl.DataFrame]
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    notes: dict[str, int] = field(default_factory=dict)
    truth: dict[str, Any] | None = None


@dataclass(frozen=True)
class Said:
    """
    What people wrote, and what they are called, for comparing pages with; it is never stored.

    texts : what they wrote. names : of accounts, as shown and as typed.
    """

    texts: pl.Series
    names: pl.Series


@dataclass(frozen=True)
class Option:
    """
    One choice a reader offers: what it means, and what it is when nobody chooses.

    kind : how it is typed on the command line: `text`; `pairs` (a=b,c=d); `list` (a,b); or
        `switch`, with the two words of `switch` for yes and for no.
    choices : the only values of a `text`, where not any will do.
    """

    name: str
    meaning: str
    default: Any = None
    kind: Literal["text", "pairs", "list", "switch"] = "text"
    switch: tuple[str, str] = ("", "")
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """
    One platform's reader.

    name : what users type. help : one line for listings. options : what `read` accepts.
    detect : why a path looks like this platform's export, in a few words that follow "because"
        (such as `it holds Posts.xml`); empty where it does not. Cheap; reads at most a few lines.
    read : (path, *, options) -> batches. Raises SourceError.
    ids : (id as somebody types it, `account` or `post`, ids of the stored posts) -> the ids that
        are meant, as `read` gives them: those that are stored, else all that it could be.
    said : (path, *, options) -> what people wrote, in batches, for `workbench scan` alone.
    simulated : True where nobody wrote what it reads: such data never decide a claim.
    general : True where it fits any platform, so that it is asked last.
    """

    name: str
    help: str
    detect: Callable[[Path], str]
    read: Callable[..., Iterator[Batch]]
    options: tuple[Option, ...] = ()
    said: Callable[..., Iterator[Said]] | None = None
    ids: Callable[[str, str, pl.Series], list[str]] | None = None
    simulated: bool = False
    general: bool = False

    def choices(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All options with the given ones in place; an unknown one is a SourceError."""
        known = {option.name: option.default for option in self.options}
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise SourceError(
                f"source {self.name}: unknown option {', '.join(unknown)}; "
                f"it takes {', '.join(known) or 'none'}. Leave it out."
            )
        return {**known, **given}


KEEP_GOING = Option(
    "keep_going",
    "where a part of the export is broken, set it aside with its reason and read the rest",
    False,
    kind="switch",
    switch=("keep-going", "stop-at-damage"),
)


@cache
def sources() -> dict[str, Source]:
    """All readers by name, found in this folder."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        source = getattr(importlib.import_module(f"{__name__}.{module.name}"), "SOURCE", None)
        if isinstance(source, Source):
            found[source.name] = source
    return dict(sorted(found.items()))


def source(name: str) -> Source:
    """The reader called `name`."""
    try:
        return sources()[name]
    except KeyError:
        raise SourceError(
            f"source {name!r}: not known; there are {', '.join(sources())}. Choose one of these."
        ) from None
