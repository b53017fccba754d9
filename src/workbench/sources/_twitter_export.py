"""Which files of a Twitter export hold tweets, and whether a path is such an export at all."""

from __future__ import annotations

import io
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO, cast

from workbench.errors import SourceError
from workbench.sources import _archives, _compressed, _files
from workbench.sources._archives import Member

BOM = b"\xef\xbb\xbf"

_TWEETS = re.compile(r"^(?:data/)?tweets?(?:-part(?P<part>\d+))?\.js$")
_ZIP = b"PK\x03\x04"
_HEAD_BYTES = 16_384

# What the first bytes of a file of tweets hold, and what is said of it.
_SIGNS = (
    (r"^\s*window\.YTD\.tweets?\.part\d+\s*=", "it begins as tweets.js of an archive does"),
    (r'^\s*[\[{].*"backend_name"\s*:\s*"Twitter"', "it says that it comes from Twitter"),
    (r'^\s*[\[{].*"edit_history_tweet_ids"\s*:', "it holds tweets with their versions"),
    (
        r'^\s*[\[{](?=.*"id_str"\s*:).*"created_at"\s*:\s*"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d '
        r'\d\d:\d\d:\d\d \+0000 \d{4}"',
        "it holds tweets as interface 1.1 writes them",
    ),
    (
        r'^\s*[\[{](?=.*"author_id"\s*:).*"(?:conversation_id|referenced_tweets)"\s*:',
        "it holds tweets as interface 2 writes them",
    ),
)


def recognised(path: Path) -> str:
    """Why a path looks like tweets, in words that follow "because"; empty where it does not."""
    if _is_archive(path):
        return "it holds tweets.js" if _holds_tweets(path) else ""
    head = _compressed.head(path, size=_HEAD_BYTES).removeprefix(BOM).decode("utf-8", "replace")
    return next((said for sign, said in _SIGNS if re.match(sign, head, re.DOTALL)), "")


def members(path: Path, *, where: str) -> list[Member]:
    """
    The files of an export that hold tweets, in the order of their parts; no other is ever opened.

    A file by itself has no name, because the export has the same; it may be packed.

    Raises
    ------
    SourceError
        Nothing is there, it cannot be opened, or an archive holds no tweets.
    """
    if not _is_archive(path):
        _files.check(path, where=where)
        return [Member("", path.stat().st_size, lambda: _unpacked(path, where=where))]
    holding = [one for one in _archives.members(path, where=where) if _TWEETS.match(one.name)]
    if not holding:
        raise SourceError(
            f"{where}: expected data/tweets.js in the archive, got none. "
            "Name the archive's own folder, or one file of tweets."
        )
    return sorted(holding, key=lambda one: _part(one.name))


def _unpacked(path: Path, *, where: str) -> BinaryIO:
    blocks = _compressed.blocks(path, where=where)
    return cast(BinaryIO, io.BufferedReader(_Blocks(blocks, where=where)))


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a stream; damage of a packed file is one line."""

    def __init__(self, blocks: Generator[bytes], *, where: str) -> None:
        self._blocks, self._where, self._held = blocks, where, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            self._held = self._held or memoryview(next(self._blocks, b""))
        except _compressed.Damaged as damage:
            raise SourceError(
                f"{self._where}: expected a whole file, got a {damage}. Download it again, or read "
                "what can be read of it: --keep-going."
            ) from None
        size = min(len(buffer), len(self._held))
        buffer[:size], self._held = self._held[:size], self._held[size:]
        return size

    def close(self) -> None:
        self._blocks.close()
        super().close()


def _is_archive(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() == ".zip" or _files.head(path, size=4) == _ZIP


def _part(name: str) -> int:
    numbered = _TWEETS.match(name)
    return int(numbered["part"] or 0) if numbered else 0


def _holds_tweets(path: Path) -> bool:
    """Whether an archive has tweets where archives have them; a folder is not walked for it."""
    if path.is_dir():
        places = ("tweet*.js", "data/tweet*.js", "*/data/tweet*.js")
        listed = (one for place in places for one in path.glob(place))
        return any(_TWEETS.match(one.name) for one in listed)
    try:
        return any(_TWEETS.match(m.name) for m in _archives.members(path, where="detect"))
    except SourceError:
        return False
