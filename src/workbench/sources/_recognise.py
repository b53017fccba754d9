"""Which source an export is for, asked of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench import sources
from workbench.errors import SourceError
from workbench.sources._archives import members


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
        Nothing is there or it may not be read, or no source fits, or several do; a zip that no
        source could look into says why.
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
    if not found and path.suffix.lower() == ".zip":
        members(path, where=where)  # says what is wrong with a damaged or locked one
    raise SourceError(_several(path, found, where) if found else _none(path, where))


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
