"""Ways to spoil an export: some bytes, some lines, one value, or a whole file."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

from sound_exports import CANARY, starts

from workbench.sources import sources

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
    return content.replace(old, rng.choice((other, b'"' + rng.choice(QUOTED) + b'"')), 50)


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


def _as_ring(path: Path) -> None:
    """Beside it a folder that holds itself."""
    if not (path.parent / "ring").is_symlink():
        (path.parent / "ring").symlink_to(path.parent)


FILES: dict[str, Callable[[Path], None]] = {
    "folder": _as_folder,
    "loop": _as_loop,
    "pipe": _as_pipe,
    "link": _as_link,
    "ring": _as_ring,
    "gone": Path.unlink,
    "locked": lambda path: path.chmod(0),
}
