"""
The report folder on disk: one build at a time, pages swapped in whole, what is known of each.

Everything hidden in it belongs to this file: `.lock` and `.builder` (who builds now), `.building`
(pages not finished), `.cache` (what is known of each page, with its findings).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from workbench.errors import ReportError


@contextmanager
def held(output: Path) -> Iterator[None]:
    """
    Hold the report folder for one build; make it if need be, and clear what a killed build left.

    Raises
    ------
    ReportError
        Another build runs there, or nothing can be written there.
    """
    with writable(output):
        (output / ".cache").mkdir(parents=True, exist_ok=True)
        lock = FileLock(output / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ReportError(
            f"{output}: expected nobody at work there, got {_builder(output)}. "
            "Wait until it is done, or stop it."
        ) from None
    try:
        with writable(output):
            _remove(output / ".building")
            (output / ".building").mkdir()
            since = datetime.now().astimezone().strftime("%H:%M")
            who = f"process {os.getpid()} on {socket.gethostname()}, building since {since}"
            (output / ".builder").write_text(who, encoding="utf-8")
        yield
    finally:
        _remove(output / ".building")
        (output / ".builder").unlink(missing_ok=True)
        lock.release()


def _builder(output: Path) -> str:
    try:
        return (output / ".builder").read_text(encoding="utf-8") or "another build"
    except OSError:
        return "another build"


@contextmanager
def writable(output: Path) -> Iterator[None]:
    """Turn what the disk refuses (full, read-only, not a folder) into one line."""
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"{output}: expected a folder to write to, got: {error.strerror or error}. "
            "Free space there, or choose another folder with WORKBENCH_REPORTS."
        ) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file aside and move it in, so that a reader sees the old one or the new one."""
    with writable(path.parent):
        number, aside = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            os.chmod(aside, 0o644)
            os.replace(aside, path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise


def put_page(output: Path, slug: str, page: str, files: Mapping[str, bytes]) -> None:
    """
    Put `<slug>.html` and the folder `<slug>/` with exactly `files` in place of the old ones.

    All is written aside first: a full disk or a stop in between leaves the old page.
    """
    with writable(output):
        aside = Path(tempfile.mkdtemp(dir=output / ".building"))
        new = aside / "files"
        new.mkdir()
        for name, content in files.items():
            (new / name).write_bytes(content)
        (aside / "page.html").write_text(page, encoding="utf-8", newline="\n")
        if (output / slug).exists():
            os.replace(output / slug, aside / "old")
        if files:
            os.replace(new, output / slug)
        os.replace(aside / "page.html", output / f"{slug}.html")
        _remove(aside)


def drop_page(output: Path, slug: str) -> None:
    """Remove a page and its folder, where they exist."""
    with writable(output):
        (output / f"{slug}.html").unlink(missing_ok=True)
        _remove(output / slug)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def put_record(output: Path, slug: str, record: Mapping[str, Any]) -> None:
    """Keep what is known of a page; written last, so that a page without it is built again."""
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(output / ".cache" / f"{slug}.json", text.encode("utf-8"))


def record_of(output: Path, slug: str) -> dict[str, Any] | None:
    """What was kept of a page; None where there is none or it cannot be read."""
    try:
        kept = json.loads((output / ".cache" / f"{slug}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) else None


def slugs(output: Path) -> list[str]:
    """The pages that something is known of, in order; the index is one of them."""
    return sorted(path.stem for path in (output / ".cache").glob("*.json"))


def pages_using(output: Path, name: str) -> list[str]:
    """
    Pages below `output` that use the data set `name`, and the index and ledger made from them.

    A page that does not say what it uses may use anything.
    """
    found = []
    for folder in (output, *sorted(path.parent for path in output.glob("*/.cache"))):
        records = {slug: record_of(folder, slug) or {} for slug in slugs(folder) if slug != "index"}
        using = [slug for slug, about in records.items() if name in about.get("data", (name,))]
        files = [f"{slug}.html" for slug in using]
        files += [
            file for file in ("index.html", "ledger.csv") if using and (folder / file).exists()
        ]
        found += [(folder / file).relative_to(output).as_posix() for file in files]
    return found


def page_digest(output: Path, slug: str) -> str:
    """sha256 of the page as it lies there; empty where there is none."""
    try:
        return hashlib.sha256((output / f"{slug}.html").read_bytes()).hexdigest()
    except OSError:
        return ""


def is_current(output: Path, slug: str, *, key: str) -> bool:
    """Whether the page was made from the same things, and lies there as it was made."""
    record = record_of(output, slug)
    return (
        record is not None
        and record.get("key") == key
        and record.get("digest") == page_digest(output, slug)
        and all((output / slug / name).is_file() for name in record.get("files", ()))
        and not (output / f"{slug}.failed.html").exists()
    )
