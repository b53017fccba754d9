"""
Where the export of a data set lies while it is read.

Files of a fetched data set lie anywhere below the raw folder, under any name, perhaps compressed.
While they are read they stand together, under the names of the catalogue, in a folder that goes
again afterwards.
"""

from __future__ import annotations

import contextlib
import gzip
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.data import manifest as facts
from workbench.data.downloads import Download, downloads, is_packed, raw_files
from workbench.data.entries import Entry
from workbench.data.named import Named, named
from workbench.data.places import raw_folder
from workbench.data.reserved import own_name
from workbench.errors import DataError


def inputs(path: Path, about: Named | None) -> list[dict[str, Any]]:
    """Name, sha256 and size of every file of an export; of fetched ones as the catalogue has it."""
    if not isinstance(about, Download):
        return facts.input_files(path)
    files = sorted(about.files, key=lambda file: file.name)
    return [{"name": f.name, "sha256": f.sha256, "bytes": f.bytes} for f in files]


@contextlib.contextmanager
def export(name: str, path: str | Path | None) -> Iterator[tuple[Path, Named | None]]:
    """
    Where the export of a data set lies while it is read, and what is known of it.

    Parameters
    ----------
    path : the export of somebody's own; without it, `name` is one of `named`.

    Raises
    ------
    DataError
        There is no such export, its files are not at hand, or the name is taken.
    """
    if isinstance(path, str) and not path.strip():  # else it would be the current folder
        raise DataError(
            f"load {name}: expected the path of an export, got an empty one. Name a file or a "
            "folder."
        )
    if path is not None:
        own_name(name)
        yield expanded(path), None
        return
    about = _about(name)
    with lying(about) as found:
        yield found, about


def expanded(path: str | Path) -> Path:
    """The path with `~` as the home folder; as it stands where that is nobody's."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _about(name: str) -> Named:
    known = named()
    if name in known:
        return known[name]
    if name in downloads():
        raise DataError(
            f"load {name}: expected a data set with a reader, got one whose files are used as they "
            f"are. Say {downloads()[name].get_command}; docs/datasets.md says what uses it."
        )
    raise DataError(
        f"load {name}: expected the path of an export, or a name of the catalogue "
        f"({', '.join(known)}). Add the path."
    )


@contextlib.contextmanager
def lying(about: Named) -> Iterator[Path]:
    """
    Where the export of a named data set lies until the end of the block.

    Raises
    ------
    DataError
        Its package is not the one described, or its files are not at hand.
    """
    if isinstance(about, Entry):
        yield about.locate()
        return
    files = raw_files(about.name)
    if files is None:
        raise DataError(
            f"load {about.name}: expected its files below {raw_folder()}, got none or not all. "
            f"Say {about.get_command}"
        )
    with tempfile.TemporaryDirectory(prefix="workbench-") as place:
        folder = Path(place) / about.name
        _gather(about, files, folder)
        alone = len(about.files) == 1 and not about.as_folder
        yield folder / about.files[0].name if alone else folder


def _gather(about: Download, files: Mapping[str, Path], folder: Path) -> None:
    """Put a copy of every file in `folder` under its name: readers take no links."""
    for file in about.files:
        target, lies = folder / file.name, files[file.name]
        target.parent.mkdir(parents=True, exist_ok=True)
        if not is_packed(lies, file):
            shutil.copyfile(lies, target)
            continue
        with gzip.open(lies) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
