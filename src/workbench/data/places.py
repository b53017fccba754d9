"""Where data and reports live, and which names a data set may have."""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from workbench.errors import DataError

PROJECT = "community-workbench"
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@cache
def checkout() -> Path | None:
    """The folder this package is developed in; None for an ordinary installation."""
    package = Path(__file__).resolve().parents[1]
    root = package.parents[1]
    about = root / "pyproject.toml"
    if package.parent.name != "src" or not about.is_file():
        return None
    project = tomllib.loads(about.read_text(encoding="utf-8")).get("project", {})
    return root if project.get("name") == PROJECT else None


def _folder(variable: str, name: str) -> Path:
    stated = os.environ.get(variable)
    return Path(stated).expanduser().absolute() if stated else (checkout() or Path.cwd()) / name


def data_folder() -> Path:
    """`WORKBENCH_DATA`, else `data/` of the checkout, else `./data`."""
    return _folder("WORKBENCH_DATA", "data")


def reports_folder() -> Path:
    """`WORKBENCH_REPORTS`, else `reports/` of the checkout, else `./reports`."""
    return _folder("WORKBENCH_REPORTS", "reports")


def obstacle(folder: Path) -> Path | None:
    """What stands where `folder` or one above it should be and is no folder, if anything does."""
    nearest = next(p for p in (folder, *folder.parents) if p.exists())
    return None if nearest.is_dir() else nearest


def _clear(folder: Path, what: str, variable: str) -> Path:
    """`folder`, unless a file stands in its place."""
    wrong = obstacle(folder)
    if wrong is not None:
        raise DataError(
            f"{what} folder {folder}: expected a folder, but {wrong} is not a folder. "
            f"Set {variable} to one, or move that file away."
        )
    return folder


def processed_folder() -> Path:
    """
    Loaded data sets, one folder each; may be deleted and loaded again.

    Raises
    ------
    DataError
        A file stands in the place of the data folder.
    """
    return _clear(data_folder(), "data", "WORKBENCH_DATA") / "processed"


def raw_folder() -> Path:
    """
    Files as received: `WORKBENCH_RAW`, else `raw` in the data folder.

    Raises
    ------
    DataError
        A file stands in the place of the folder.
    """
    stated = os.environ.get("WORKBENCH_RAW")
    if not stated:
        return _clear(data_folder() / "raw", "raw", "WORKBENCH_DATA")
    return _clear(Path(stated).expanduser().absolute(), "raw", "WORKBENCH_RAW")


def private_folder() -> Path:
    """The key, takedown lists and records of first looks, which no command deletes."""
    folder = data_folder() / "private"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file below the private folder aside and move it in: whole, or as it was."""
    private_folder()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def checked_name(name: str) -> str:
    """`name`, if a data set may be called so; the name becomes a folder's."""
    if not NAME.fullmatch(name):
        raise DataError(
            f"data set {name!r}: expected small letters, digits and hyphens, such as my-forum. "
            "Choose another name."
        )
    return name


@contextlib.contextmanager
def disk(where: str, act: str, place: Path) -> Iterator[None]:
    """Say in one line, as a DataError, what the operating system refuses to do with `place`."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"{where}: cannot {act} {place} ({error.strerror or error}). "
            "Check the path, its permissions and the free space; nothing was changed."
        ) from error
