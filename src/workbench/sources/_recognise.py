"""Which source an export is for, asked of all of them."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from workbench import sources
from workbench.errors import SourceError
from workbench.sources import _files
from workbench.sources._archives import members

_PACKED = frozenset({".zip", ".7z"})


@dataclass(frozen=True)
class Recognised:
    """The one source that fits an export, and why, in words that follow "because"."""

    source: str
    why: str


def fitting(path: Path) -> dict[str, str]:
    """Sources that recognise `path`, with why; those that fit any platform if no other does."""
    said = {one.name: (one.general, one.detect(path)) for one in sources.sources().values()}
    known = {name: (general, why) for name, (general, why) in said.items() if why}
    special = {name: why for name, (general, why) in known.items() if not general}
    return special or {name: why for name, (_, why) in known.items()}


def recognised(path: Path, *, where: str) -> Recognised:
    """
    The one source that recognises the export at `path`.

    Raises
    ------
    SourceError
        Nothing is there or it may not be read, or no source fits, or several do. Where something
        else is wrong, such as a zip within a zip, that is said.
    """
    try:
        there, found = path.exists(), fitting(path)
    except OSError as error:
        raise SourceError(
            f"{where}: expected a readable export, got '{error.strerror or error}'. "
            "Change its permissions, or copy it to a folder of yours."
        ) from None
    if not there:
        raise SourceError(
            f"{where}: expected an export at {path.absolute()}, found nothing there. Mend the path."
        )
    if len(found) == 1:
        return Recognised(*next(iter(found.items())))
    if not found:
        _refuse_unusual(path, where=where)
    raise SourceError(_several(path, found, where) if found else _none(path, where))


def _refuse_unusual(path: Path, *, where: str) -> None:
    """Return if it may be an export of a kind that no source knows; else say what it is."""
    if path.is_dir():
        if not any(one.is_file() for one in path.rglob("*")):
            raise _unusual(where, "an empty folder", "Name the folder that holds the export")
        return
    _files.check(path, where=where)
    if path.suffix.lower() == ".zip":
        endings = {Path(one.name).suffix.lower() for one in members(path, where=where)}
        if not endings:
            raise _unusual(where, "an empty zip archive", "Download it again")
        if endings & _PACKED:
            raise _unusual(
                where, "archives within an archive", "Unpack it and name one of those within"
            )
        if endings == {".xml"}:
            raise _unusual(where, "a zip archive of XML files", "Unpack it and name the folder")
    if _files.head(path, size=2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise _unusual(where, "text in UTF-16", "Save it as UTF-8")


def _unusual(where: str, got: str, advice: str) -> SourceError:
    return SourceError(f"{where}: expected an export, got {got}. {advice}.")


def _several(path: Path, found: dict[str, str], where: str) -> str:
    reasons = "; ".join(f"{name}, because {why}" for name, why in found.items())
    return (
        f"{where}: expected one source to recognise {path.name}, got {len(found)}: {reasons}. "
        f"Choose one, as in workbench load {next(iter(found))} PATH --name NAME."
    )


def _none(path: Path, where: str) -> str:
    kinds = "; ".join(f"{one.name}: {one.help}" for one in sources.sources().values())
    return (
        f"{where}: expected an export that a source recognises, got {path.name}, which none does. "
        f"They read: {kinds}. Name one, as in workbench load SOURCE PATH --name NAME; "
        "other posts can be saved as one table for workbench load table."
    )
