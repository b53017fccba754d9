"""
Sound exports made hostile, for every reader, and what must hold whatever a reader is given.

A start is an invented export of `tests/data/<source>/`, plain or packed in any way that its reader
takes. A change spoils it: some bytes, some lines, one value, or a whole file. `faults` reads and
loads the result and lists what must not have happened.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import os
import random
import re
import shutil
import signal
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import py7zr
import zstandard
from hypothesis import strategies as st

from workbench import data
from workbench.errors import WorkbenchError
from workbench.sources import KEEP_GOING, Batch, Source, sources

EXPORTS = Path(__file__).parents[1] / "data"
SECONDS = 20
CANARY = "Zora Quillfeather wrote this"
SHORTEST_SECRET = 5
LEFTOVERS = (".part-", ".new-", ".old-", ".gone-")

# What a table has to be told; every other reader knows its format.
COLUMNS = {
    "post_id": "id",
    "thread_id": "topic",
    "parent_id": "reply_to",
    "author_id": "user",
    "created_at": "when",
    "text": "body",
    "score": "votes",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "table": {"map": COLUMNS, "timezone": "Europe/Rome", "day_first": True}
}

Tree = dict[str, bytes]  # path below the export -> content; a single file is at ""


@dataclass(frozen=True)
class Start:
    """
    A sound export.

    pack : how it is packed, empty where it is not. secrets : what people wrote and are called.
    """

    source: str
    name: str
    tree: Tree
    options: Mapping[str, Any] = field(default_factory=dict)
    pack: str = ""
    secrets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """One way to spoil an export; `outside`: after packing. The seed decides where."""

    how: str
    seed: int
    outside: bool = False


def _archive(tree: Tree) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tree.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _sevenzip(tree: Tree) -> bytes:
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w", filters=[{"id": py7zr.FILTER_COPY}]) as archive:
        for name, content in tree.items():
            archive.writestr(content, name)
    return stream.getvalue()


def _parquet(content: bytes) -> bytes:
    """The rows of a CSV file with all cells, as Parquet; anything else stays as it is."""
    try:
        lines = content.decode("utf-8-sig").splitlines(keepends=True)
        head, *rows = csv.reader(lines, delimiter=";")
        rows = [row for row in rows if len(row) == len(head)]
        columns = {name: [row[i] for row in rows] for i, name in enumerate(head)}
        frame = pl.DataFrame(columns, schema=dict.fromkeys(head, pl.String))
    except (UnicodeDecodeError, ValueError, IndexError, csv.Error, pl.exceptions.PolarsError):
        return content
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


PACKED_FILES: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda content: gzip.compress(content, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
    ".parquet": _parquet,
}
PACKED_FOLDERS = {".zip": _archive, ".7z": _sevenzip}


@cache
def starts(name: str) -> tuple[Start, ...]:
    """The sound exports of a source: whatever it recognises and reads of its folder, packed too."""
    home = EXPORTS / name
    found = []
    for path in (home, *sorted(home.rglob("*"))):
        if path.suffix == ".gz":
            made = [_start(name, path.stem, {"": gzip.decompress(path.read_bytes())}, ".gz")]
        else:
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            tree = {
                "" if file == path else file.relative_to(path).as_posix(): file.read_bytes()
                for file in files
                if file.is_file()
            }
            packs = ["", *(PACKED_FOLDERS if path.is_dir() else PACKED_FILES)]
            if path.suffix != ".csv" and ".parquet" in packs:
                packs.remove(".parquet")
            made = [_start(name, path.name, tree, pack) for pack in packs]
        found += [one for one in made if one is not None]
    return tuple(found)


def _start(name: str, called: str, tree: Tree, pack: str) -> Start | None:
    """The start, if the source takes it."""
    one = Start(name, called, tree, OPTIONS.get(name, {}), pack)
    reader = sources()[name]
    with tempfile.TemporaryDirectory() as folder, _only_starts():
        path = written(one, (), Path(folder))
        if not reader.detect(path):
            return None
        batches = list(reader.read(path, options=one.options))
        return replace(one, secrets=_secrets(reader, path, one, batches))
    return None


@contextmanager
def _only_starts() -> Iterator[None]:
    """A file that is no export of the source is no start."""
    with suppress(WorkbenchError):
        yield


def _secrets(reader: Source, path: Path, one: Start, batches: list[Batch]) -> frozenset[str]:
    """What people wrote and are called, where it is long enough to be told from other words."""
    found: set[str] = set()
    for batch in batches:
        for frame in batch.tables.values():
            for column in {"author_id", "recipient_id", "person_id"} & set(frame.columns):
                found.update(frame[column].drop_nulls())
    if reader.said is not None:
        for said in reader.said(path, options=one.options):
            found.update(said.texts.drop_nulls())
            found.update(said.names.drop_nulls())
    else:
        whole = b"\n".join(one.tree.values()).decode("utf-8", "ignore")
        found.update(text for text in re.findall(r'"([^"\n]+)"', whole) if text.count(" ") > 1)
    kept = {text for text in found if len(text) >= SHORTEST_SECRET}
    return frozenset(text for text in kept if re.search(r"[^\W\d_]{3}", text)) | {CANARY}


# One value of JSON, of a cell of CSV, or of an attribute of XML.
_VALUE = re.compile(
    rb'"(?:[^"\\\n]|\\.)*"|(?<=[;,\t:\[ ])-?\d[^;,\t\n\]} "]*|(?<=[;,\t])[^;,\t\n"]+'
)
BARE = (
    b"", b"null", b"true", b"false", b"[]", b"{}", b"[1, [2]]", b'{"a": {"b": 1}}', b"-1", b"0",
    b"1e5", b"1.5", b"NaN", b"Infinity", b"-Infinity", b"9007199254740993", b"9223372036854775808",
    b"-9223372036854775809", b"1" + b"0" * 400, b"1e400", b"0x1F", b"[" * 5_000, b'"' * 3,
)  # fmt: skip
QUOTED = (
    b"", b" ", b"-1", b"9007199254740993", b"9223372036854775808", b"1" + b"0" * 400, b"1" * 5_000,
    b"NaN", b"Infinity", b"1970-01-01T00:00:00Z", b"1899-12-31T23:59:59.999", b"2262-04-12",
    b"9999-12-31T23:59:59Z", b"0000-00-00", b"99999999999", b"-62135596801", b"1e308",
    b"=HYPERLINK(1)", b"@SUM(1)", b"<script>", b"&#0;", b"&#x110000;", b"&lol;", b"\\u0000",
    b"\\ud83d", b"\\", b"a\xcc\x81" * 50, "\u202e\u200b\ufeff".encode(), b"\xff\xfe",
    b"\xed\xa0\x80", CANARY.encode(), b"../../etc/passwd", b"[deleted]", b"x" * 70_000,
)  # fmt: skip


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _some_bytes(content: bytes, rng: random.Random) -> bytes:
    """A few bytes turned over, taken away, put in or doubled."""
    spoilt = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(len(spoilt) + 1)
        how = rng.randrange(4)
        if how == 0 and at < len(spoilt):
            spoilt[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            del spoilt[at : at + rng.choice((1, 2, 30))]
        elif how == 2:
            spoilt[at:at] = bytes(rng.randrange(256) for _ in range(rng.choice((1, 3, 20))))
        else:
            spoilt[at:at] = spoilt[at : at + rng.choice((1, 2, 30))]
    return bytes(spoilt)


def _put_in(content: bytes, rng: random.Random) -> bytes:
    """Bytes in the middle that no text holds, or that mean something to a format."""
    strange = (
        b"\0", b"\0" * 5_000, b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\r",
        b"\x1a", b'"', b"<", b"&", b"<!ENTITY", b"]]>", b"\n\n\n", b"," * 9, b"{", b"}", b"\\",
    )  # fmt: skip
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(strange) + content[at:]


def _head(content: bytes, rng: random.Random) -> bytes:
    """Marks in front of a file."""
    heads = (
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\n\n",
        b"PK\3\4",
        b"\x1f\x8b",
        b"sep=;\n",
        b"[" * 100_000,
    )
    return rng.choice(heads) + content


def _line_ends(content: bytes, rng: random.Random) -> bytes:
    return content.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n", b"\xe2\x80\xa8", b"")))


def _lines(content: bytes, rng: random.Random) -> bytes:
    """A line doubled, taken away, or in the place of another."""
    lines = content.splitlines(keepends=True) or [b""]
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(4)
    if how == 0:
        lines[at:at] = [lines[at]] * rng.choice((1, 2, 50))
    elif how == 1:
        lines[at], lines[other] = lines[other], lines[at]
    elif how == 2:
        del lines[at]
    else:
        lines[at] = lines[other]
    return b"".join(lines)


def _value(content: bytes, rng: random.Random) -> bytes:
    """One value in place of another: a hostile one, or that of another field or row."""
    values = list(_VALUE.finditer(content))
    if not values:
        return _some_bytes(content, rng)
    for found in sorted(rng.sample(values, min(len(values), rng.choice((1, 1, 3)))), reverse=True,
                        key=lambda value: value.start()):  # fmt: skip
        how = rng.randrange(3)
        new = rng.choice(BARE) if how == 0 else b'"' + rng.choice(QUOTED) + b'"'
        new = rng.choice(values)[0] if how == 2 else new
        content = content[: found.start()] + new + content[found.end() :]
    return content


def _everywhere(content: bytes, rng: random.Random) -> bytes:
    """One value in place of another wherever that stands: ids twice, answers in a circle."""
    values = sorted({found[0] for found in _VALUE.finditer(content)})
    if not values:
        return _cut(content, rng)
    old, other = rng.choice(values), rng.choice(values)
    return content.replace(old, rng.choice((other, b'"' + rng.choice(QUOTED) + b'"')))


def _another(content: bytes, rng: random.Random) -> bytes:
    """Another platform's file under this name."""
    files = [content for name in sources() for one in starts(name) for content in one.tree.values()]
    return rng.choice(files)


def _random(content: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(rng.choice((0, 1, 10, 3_000)))


def _nested(content: bytes, rng: random.Random) -> bytes:
    """Brackets in brackets, alone or in the place of a value."""
    deep = rng.choice((b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000))
    values = list(_VALUE.finditer(content))
    if not values or rng.random() < 0.2:
        return deep
    found = rng.choice(values)
    return content[: found.start()] + deep + content[found.end() :]


CONTENTS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": _cut,
    "some bytes": _some_bytes,
    "put in": _put_in,
    "head": _head,
    "line ends": _line_ends,
    "lines": _lines,
    "value": _value,
    "values": _value,
    "everywhere": _everywhere,
    "another": _another,
    "random": _random,
    "nested": _nested,
}


def _as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _as_loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _as_link(path: Path) -> None:
    """A link to a file that lies elsewhere."""
    elsewhere = path.parent.parent / f"elsewhere-{path.name}"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


FILES: dict[str, Callable[[Path], None]] = {
    "folder": _as_folder,
    "loop": _as_loop,
    "pipe": _as_pipe,
    "link": _as_link,
    "gone": Path.unlink,
    "locked": lambda path: path.chmod(0),
}

CHANGES = st.builds(
    Change, st.sampled_from([*CONTENTS, *FILES]), st.integers(0, 2**32 - 1), st.booleans()
)


def some_change(rng: random.Random) -> Change:
    """A change for the long run, values and bytes more often than whole files."""
    how = rng.choice([*CONTENTS] * 3 + [*FILES])
    return Change(how, rng.randrange(2**32), rng.random() < 0.4)


def written(one: Start, changes: tuple[Change, ...], folder: Path) -> Path:
    """The export, spoilt, below `folder`; returns its path."""
    tree = dict(one.tree)
    for change in changes:
        if change.how in CONTENTS and not (change.outside and one.pack):
            _spoil(tree, change)
    name = one.name
    if one.pack in PACKED_FOLDERS:
        tree, name = {"": PACKED_FOLDERS[one.pack](tree)}, name + one.pack
    elif one.pack:
        tree, name = {"": PACKED_FILES[one.pack](tree[""])}, name + one.pack
    for change in changes:
        if change.how in CONTENTS and change.outside and one.pack:
            _spoil(tree, change)
    path = folder / "in" / name
    for inner, content in tree.items():
        file = path / inner if inner else path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for change in changes:
        if change.how in FILES:
            rng = random.Random(change.seed)
            file = path / rng.choice(sorted(tree)) if "" not in tree else path
            if file.is_file() and not file.is_symlink():
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
    return _tried(lambda: _read(reader, path, options, one.secrets), "read", one.secrets) + (
        _loaded(one, path, options, home) if home is not None else []
    )


def _tried(act: Callable[[], list[str]], what: str, secrets: frozenset[str]) -> list[str]:
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


def _read(
    reader: Source, path: Path, options: Mapping[str, Any], secrets: frozenset[str]
) -> list[str]:
    reader.detect(path)
    batches = list(reader.read(path, options=options))
    if reader.said is not None:
        for _ in reader.said(path, options=options):
            pass
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


def _loaded(one: Start, path: Path, options: Mapping[str, Any], home: Path) -> list[str]:
    """What must not happen when an export is loaded; the folder is as before afterwards."""
    os.environ["WORKBENCH_DATA"] = str(home)
    before = data.names()
    found = _tried(lambda: _load(one, path, options), "load", one.secrets)
    processed = home / "processed"
    left = processed.iterdir() if processed.is_dir() else iter(())
    if any(file.name.startswith(LEFTOVERS) for file in left):
        found.append("load: a folder that is half written")
    if "tried" in data.names():
        data.remove("tried")
    if data.names() != before:
        found.append("load: other data sets than before")
    return found


def _load(one: Start, path: Path, options: Mapping[str, Any]) -> list[str]:
    try:
        report = data.load("tried", path=path, source=one.source, options=options)
    except WorkbenchError:
        if "tried" in data.names():
            return ["load: a data set of an export that was refused"]
        raise
    wrong = [f"load: {problem[:80]}" for problem in data.check("tried").problems]
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
