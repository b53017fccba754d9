"""
Hostile exports for every reader, and what must hold whatever a reader is given.

A change spoils a sound export. `tried` reads the result, and loads it where asked to, and lists
what must not have happened.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import strategies as st
from sound_exports import Start, Tree, packed, put
from spoiling import CONTENTS, FILES

from workbench import data
from workbench.errors import WorkbenchError
from workbench.sources import (
    KEEP_GOING,
    Source,
    _compressed,
    _files,
    _grid,
    _ndjson,
    _xml_rows,
    sources,
    twitter,
)
from workbench.sources._recognise import fitting

SECONDS = 60
# How much the readers take at once, and how little they take to show what happens at borders.
SIZES = [
    (_ndjson, "CHUNK"),
    (_compressed, "BLOCK"),
    (_xml_rows, "BLOCK_BYTES"),
    (_grid, "BATCH_ROWS"),
    (twitter, "ROWS"),
]
SMALL = {"CHUNK": 100, "BLOCK": 500, "BLOCK_BYTES": 512, "BATCH_ROWS": 2, "ROWS": 2}
LEFTOVERS = (".part-", ".new-", ".old-", ".gone-")


@dataclass(frozen=True)
class Change:
    """One way to spoil an export; `outside`: after packing. The seed decides where."""

    how: str
    seed: int
    outside: bool = False


HOWS = (*CONTENTS,) * 3 + ("value", "everywhere") * 6 + (*FILES,)
CHANGES = st.builds(
    Change, st.sampled_from([*CONTENTS, *FILES]), st.integers(0, 2**32 - 1), st.booleans()
)


def some_change(rng: random.Random, hows: Sequence[str] | None = None) -> Change:
    """A change for the long run, values and bytes more often than whole files."""
    how = rng.choice(hows or HOWS)
    return Change(how, rng.randrange(2**32), rng.random() < 0.4)


def written(one: Start, changes: tuple[Change, ...], folder: Path) -> Path:
    """The export, spoilt, below `folder`; returns its path."""
    tree = dict(one.tree)
    inside = [change for change in changes if change.how in CONTENTS and not change.outside]
    outside = [change for change in changes if change.how in CONTENTS and change.outside]
    for change in inside:
        _spoil(tree, change)
    tree = packed(one, tree)
    for change in outside:
        _spoil(tree, change)
    path = put(one, tree, folder)
    for change in changes:
        name = random.Random(change.seed).choice(sorted(tree))
        file = path / name if name else path
        if change.how in FILES and file.is_file() and not file.is_symlink():
            FILES[change.how](file)
    return path


def _spoil(tree: Tree, change: Change) -> None:
    rng = random.Random(change.seed)
    name = rng.choice(sorted(tree))
    tree[name] = CONTENTS[change.how](tree[name], rng)


class Slow(BaseException):
    """A reader took too long."""


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Raise `Slow` after some seconds, and every warning at once."""

    def ring(*_: Any) -> None:
        raise Slow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def faults(one: Start, path: Path, *, keep_going: bool, home: Path | None) -> list[str]:
    """What must not happen when `path` is read and, where `home` is given, loaded."""
    reader = sources()[one.source]
    options = dict(one.options)
    if KEEP_GOING in reader.options:
        options["keep_going"] = keep_going
    secrets = _untold(one, path) if reader.general else one.secrets
    found = _ended(lambda: _detected(path), "detect", secrets)
    found += _ended(lambda: _read(reader, path, options, one.secrets), "read", secrets)
    # How much of a packed file comes before its damage depends on how much is unpacked at once.
    if not (one.pack and keep_going) and _begins_soon(path):
        found += _ended(lambda: _parted(reader, path, options), "read in parts", secrets)
    if reader.said is not None:
        found += _ended(lambda: _said(reader, path, options), "said", secrets)
    return found + (_loaded(one, path, options, secrets, home) if home is not None else [])


def _untold(one: Start, path: Path) -> frozenset[str]:
    """The secrets that do not stand where names of columns are looked for, which may be told."""
    if one.pack:
        return frozenset()
    header = _files.head(path, size=2**17).split(b"\n", 1)[0].decode("utf-8", "replace")
    return frozenset(secret for secret in one.secrets if secret not in header)


def _ended(act: Callable[[], list[str]], what: str, secrets: frozenset[str]) -> list[str]:
    """The faults that `act` finds, or that of how it ended."""
    try:
        with limited():
            return act()
    except WorkbenchError as error:
        return _message(str(error), what, secrets)
    except Slow:
        return [f"{what}: not done after {SECONDS} seconds"]
    except BaseException as error:  # polars panics are no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return [f"{what}: {type(error).__name__} at {_place(error)}"]


def _place(error: BaseException) -> str:
    """The last line of the project that an exception came through."""
    found, trace = "nowhere", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "/workbench/" in file:
            found = f"{file.rpartition('/workbench/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _message(text: str, what: str, secrets: frozenset[str]) -> list[str]:
    found = []
    if "\n" in text or not text.isprintable():
        found.append(f"{what}: a message of more than one line of print")
    if len(text) > 2_000:
        found.append(f"{what}: a message of {len(text):,} characters")
    if any(secret in text for secret in secrets):
        found.append(f"{what}: a message that quotes or names somebody: {text[:40]}")
    return found


def _detected(path: Path) -> list[str]:
    """Every source is asked for every export."""
    return [f"detect: {name} says nothing printed" for name, why in fitting(path).items()
            if not why.isprintable()]  # fmt: skip


def _said(reader: Source, path: Path, options: Mapping[str, Any]) -> list[str]:
    """What people wrote is text, whatever stood in its place."""
    kinds = {
        series.dtype
        for said in reader.said(path, options=options)
        for series in (said.texts, said.names)
    }
    return [] if kinds <= {pl.String()} else ["said: something other than text"]


def _begins_soon(path: Path) -> bool:
    """Whether the first row of an XML file, if it has any, stands in a small part of it."""
    files = sorted(path.rglob("*.xml")) if path.is_dir() else [path]
    starts = [_files.head(file, size=2**18).find(b"<row ") for file in files]
    return max(starts, default=0) < SMALL["BLOCK_BYTES"] - 100


def _parted(reader: Source, path: Path, options: Mapping[str, Any]) -> list[str]:
    """Read in parts of a few rows, an export holds the same as in parts of many."""
    whole = _summary(reader, path, options)
    with pytest.MonkeyPatch.context() as patch:
        for module, name in SIZES:
            patch.setattr(module, name, SMALL[name])
        parted = _summary(reader, path, options)
    return [] if whole == parted else ["read in parts: not the same as at once"]


def _summary(reader: Source, path: Path, options: Mapping[str, Any]) -> Any:
    """Rows of each table, rows rejected for each reason, notes; or that it ends in a line."""
    rows: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    try:
        for batch in reader.read(path, options=options):
            rows.update({name: frame.height for name, frame in batch.tables.items()})
            reasons.update(batch.rejected["reason"])
            notes.update(batch.notes)
    except WorkbenchError:  # which of several things is told may depend on how much is seen
        return "refused"
    return +rows, reasons, +notes


def _read(
    reader: Source, path: Path, options: Mapping[str, Any], secrets: frozenset[str]
) -> list[str]:
    batches = list(reader.read(path, options=options))
    rejected = pl.concat([batch.rejected for batch in batches]) if batches else None
    found = []
    names = {name for batch in batches for name in batch.tables}
    names |= set(rejected["table"]) if rejected is not None else set()
    for name in sorted(names):
        tables = [batch.tables[name] for batch in batches if name in batch.tables]
        rows = [number for frame in tables if "row" in frame.columns for number in frame["row"]]
        aside = rejected.filter(pl.col("table") == name)["row"].to_list()
        if sorted(rows + aside) != list(range(1, len(rows + aside) + 1)):
            found.append(f"read: rows of {name} are not numbered from 1 without a gap")
    return found + _aside(rejected, secrets, "read")


def _aside(rejected: pl.DataFrame | None, secrets: frozenset[str], what: str) -> list[str]:
    """What is wrong with rows that were set aside."""
    if rejected is None:
        return []
    found = []
    if rejected["reason"].null_count() or rejected["table"].null_count():
        found.append(f"{what}: a rejected row without a reason or a table")
    for words in {*rejected["reason"].drop_nulls(), *rejected["place"].drop_nulls()}:
        if any(secret in words for secret in secrets):
            found.append(f"{what}: a rejected row that quotes or names somebody")
        if not words.isprintable() or len(words) > 300:
            found.append(f"{what}: a rejected row whose reason or place is no line of print")
    return found


def _loaded(
    one: Start, path: Path, options: Mapping[str, Any], secrets: frozenset[str], home: Path
) -> list[str]:
    """What must not happen when an export is loaded beside, and into, what is there."""
    os.environ["WORKBENCH_DATA"] = str(home)
    sound = put(one, packed(one, one.tree), home.parent / "sound")
    data.load("tried", path=sound, source=one.source, options=one.options)
    before = _stored(home)
    refused: list[bool] = []
    found = _ended(lambda: _load("other", one, path, options, refused), "load", secrets)
    found += _ended(lambda: _load("tried", one, path, options, refused), "merge", secrets)
    if len(refused) == 2 and _stored(home) != before:
        found.append("load: refused, and something stored is not as before")
    if any(file.name.startswith(LEFTOVERS) for file in (home / "processed").iterdir()):
        found.append("load: a folder that is half written")
    return found


def _stored(home: Path) -> dict[str, bytes]:
    """Every file of every data set."""
    files = (home / "processed").rglob("*.*")
    return {str(file): file.read_bytes() for file in files if file.suffix != ".lock"}


def _load(
    name: str, one: Start, path: Path, options: Mapping[str, Any], refused: list[bool]
) -> list[str]:
    try:
        report = data.load(name, path=path, source=one.source, options=options)
    except WorkbenchError:
        refused.append(True)
        raise
    wrong = [f"load: {problem[:80]}" for problem in data.check(name).problems]
    aside = pl.read_parquet(report.folder / "quarantine.parquet")
    return wrong + _aside(aside, one.secrets, "load")


def tried(one: Start, changes: tuple[Change, ...], *, keep_going: bool, load: bool) -> list[str]:
    """The faults of one spoilt export, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        path = written(one, changes, folder)
        return faults(one, path, keep_going=keep_going, home=folder / "home" if load else None)
    finally:
        shutil.rmtree(folder)
