"""The exports that stored data sets came from, where they are at hand, and what was said there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench import sources
from workbench.data import manifest as facts
from workbench.data.community import Community
from workbench.data.downloads import raw_files
from workbench.data.entries import Entry
from workbench.data.named import Named, named
from workbench.data.places import disk, raw_folder
from workbench.data.staging import lying
from workbench.errors import DataError
from workbench.sources import Said, Source


@dataclass(frozen=True)
class Original:
    """
    One export of a data set.

    path : where it lies, or one of its files; None where it is not at hand. tells : whether its
    reader can tell what people wrote and what they are called. about : what is known of a data set
    that is loaded by name.
    """

    name: str
    path: Path | None
    tells: bool
    options: Mapping[str, Any] = field(repr=False)
    source: str = ""
    about: Named | None = field(default=None, repr=False)

    def said(self) -> Iterator[Said]:
        """What people wrote and are called, in batches; a SourceError where it cannot be read."""
        reader = _reader(self.source)
        if reader is None or reader.said is None or self.path is None:
            return iter(())
        return self._said(reader.said, reader.choices(self.options))

    def _said(
        self, told: Callable[..., Iterator[Said]], options: Mapping[str, Any]
    ) -> Iterator[Said]:
        """What the export tells, which must lie where it is until the last batch."""
        place = lying(self.about) if self.about else contextlib.nullcontext(self.path)
        with place as path:
            yield from told(path, options=options)


def originals(community: Community, *, given: Sequence[Path] = ()) -> list[Original]:
    """
    The exports that a data set came from, oldest first; each is at hand or not.

    They are looked for at the paths that are `given` and below the folder of raw files, by size and
    sha256; an embedded data set lies in its package.

    Raises
    ------
    DataError
        A path that is given is none of its exports, or a folder cannot be read.
    """
    about = community.manifest
    reader = _reader(about["source"])
    tells = reader is not None and reader.said is not None
    wanted = [export["inputs"] for export in about["history"]]
    known = named().get(community.name)
    if known is not None:
        lies = _at_hand(known) if wanted else None
        found = {0: lies} if lies is not None else {}
    else:
        found = _given(community.name, wanted, given)
        if tells:
            found = {**_in_raw_folder(wanted), **found}
    return [
        Original(community.name, found.get(number), tells, about["options"], about["source"], known)
        for number in range(len(wanted))
    ]


def _at_hand(about: Named) -> Path | None:
    """The export of a named data set, or one of its files; None where they are not all there."""
    if isinstance(about, Entry):
        return about.locate()
    files = raw_files(about.name)
    return next(iter(files.values())) if files else None


def _reader(name: str) -> Source | None:
    return sources.sources().get(name)


def _hashes(inputs: Sequence[Mapping[str, Any]]) -> list[str]:
    return [file["sha256"] for file in inputs]


def _given(
    name: str, wanted: Sequence[Sequence[Mapping[str, Any]]], given: Sequence[Path]
) -> dict[int, Path]:
    """Number of the export -> the path that was named for it."""
    known = [_hashes(inputs) for inputs in wanted]
    found = {}
    for path in given:
        with disk(f"raw export of {name}", "read", path):
            here = _hashes(facts.input_files(path)) if path.exists() else []
        if here not in known:
            raise DataError(
                f"raw export of {name}: expected an export that it was loaded from, got "
                f"{'another one' if here else 'nothing'} at {path}. Name the file or folder that "
                "was loaded, unchanged."
            )
        found[known.index(here)] = path
    return found


def _in_raw_folder(wanted: Sequence[Sequence[Mapping[str, Any]]]) -> dict[int, Path]:
    """Number of the export -> where it lies below the folder of raw files."""
    folder, found = raw_folder(), {}
    with disk("raw files", "read", folder):
        there = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
        for number, inputs in enumerate(wanted):
            largest = max(inputs, key=lambda file: file["bytes"], default=None)
            if largest is None:
                continue
            for path in there:
                root = _root(path, inputs, folder) if _is(path, largest) else None
                if root is not None:
                    found[number] = root
                    break
    return found


def _is(path: Path, file: Mapping[str, Any]) -> bool:
    return path.stat().st_size == file["bytes"] and facts.file_hash(path) == file["sha256"]


def _root(path: Path, inputs: Sequence[Mapping[str, Any]], top: Path) -> Path | None:
    """The export that the file `path` is of: itself, or a folder with exactly its files."""
    if len(inputs) == 1:
        return path
    sizes = sorted(file["bytes"] for file in inputs)
    for root in path.parents:
        files = [one for one in root.rglob("*") if one.is_file()]
        if sorted(one.stat().st_size for one in files) == sizes:
            hashes = sorted(map(facts.file_hash, files))
            if hashes == sorted(file["sha256"] for file in inputs):
                return root
        if root == top:
            break
    return None
