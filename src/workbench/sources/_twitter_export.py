"""Which files of a Twitter export hold tweets, and whether a path is such an export at all."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.errors import SourceError
from workbench.sources import _archives, _files
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
    head = _files.head(path, size=_HEAD_BYTES).removeprefix(BOM).decode("utf-8", "replace")
    return next((said for sign, said in _SIGNS if re.match(sign, head, re.DOTALL)), "")


def members(path: Path, *, where: str) -> list[Member]:
    """
    The files of an export that hold tweets, in the order of their parts; no other is ever opened.

    A file by itself has no name, because the export has the same.

    Raises
    ------
    SourceError
        Nothing is there, it cannot be opened, or an archive holds no tweets.
    """
    if not _is_archive(path):
        _files.check(path, where=where)
        return [Member("", path.stat().st_size, lambda: path.open("rb"))]
    holding = [one for one in _archives.members(path, where=where) if _TWEETS.match(one.name)]
    if not holding:
        raise SourceError(
            f"{where}: expected data/tweets.js in the archive, got none. "
            "Name the archive's own folder, or one file of tweets."
        )
    return sorted(holding, key=lambda one: _part(one.name))


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
