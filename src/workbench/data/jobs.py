"""What is to be loaded, settled before anything is read: the export, its reader, every choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench import sources
from workbench.data import pseudonyms, rules
from workbench.data.accounts import SamePerson, same_person
from workbench.data.cleaning import CLOCK_SKEW_US
from workbench.data.downloads import Download
from workbench.data.named import Named
from workbench.data.shown import checked_words
from workbench.data.staging import expanded
from workbench.errors import DataError
from workbench.sources._recognise import recognised

CLEANING = {"thread_ids": "detect", "clock_skew_us": CLOCK_SKEW_US, "rules": {}}
SAME_PERSON = "same_person"  # the path of a list, see `accounts`


@dataclass(frozen=True)
class Job:
    """What is to be loaded: the export, its reader, and every choice."""

    name: str
    path: Path
    source: sources.Source
    options: dict[str, Any]
    cleaning: dict[str, Any]
    about: Named | None
    same: SamePerson = field(default_factory=SamePerson)

    @property
    def choices(self) -> dict[str, Any]:
        """All that decides how rows are cleaned, for the manifest and its hashes."""
        return {**self.cleaning, SAME_PERSON: self.same.key_hash}


def job(
    name: str, found: Path, source: str | None, given: Mapping[str, Any], *, about: Named | None
) -> Job:
    """
    Settle how to read the export that was `found`; `given` are choices of the reader and of
    cleaning, `about` what is known of a named data set.

    Raises
    ------
    DataError, SourceError
        There is no such export or reader, or a choice cannot be followed.
    """
    if not found.exists():
        raise DataError(
            f"load {name}: expected an export at {found}, found nothing. Mend the path."
        )
    if not (found.is_file() or found.is_dir()):  # reading a pipe may wait for ever
        raise DataError(
            f"load {name}: expected a file or a folder at {found}, got a pipe or a device. "
            "Write what comes out of it to a file first."
        )
    chosen = source or (about.source if about else None)
    reader = sources.source(chosen or recognised(found, where=f"load {name}").source)
    offered = {option.name: option.default for option in reader.options}
    given = {**_own(about, offered), **given}
    cleaning = {k: given.get(k, offered.get(k, default)) for k, default in CLEANING.items()}
    skew = cleaning["clock_skew_us"]
    if not isinstance(skew, int) or skew < 0:
        raise DataError(
            f"load {name}: clock_skew_us: expected whole microseconds from 0, got {skew!r}. "
            "Five seconds are 5000000."
        )
    cleaning["rules"] = rules.chosen(cleaning["rules"])
    own = {*CLEANING, SAME_PERSON} - set(offered)
    options = reader.choices({k: v for k, v in given.items() if k not in own})
    for shown in ("title", "platform"):
        if options.get(shown) is not None:
            checked_words(options[shown], where=f"load {name}: option {shown}")
    return Job(name, found, reader, options, cleaning, about, _same(name, given))


def _own(about: Named | None, offered: Mapping[str, Any]) -> dict[str, Any]:
    """The choices that a named data set comes with; fetched files often say no title."""
    if about is None:
        return {}
    shown = {"title": about.title} if isinstance(about, Download) and "title" in offered else {}
    return {**shown, **about.options}


def _same(name: str, given: Mapping[str, Any]) -> SamePerson:
    """Which accounts are one person's; nobody's where no list is given."""
    listed = given.get(SAME_PERSON)
    if listed is None:
        return SamePerson()
    if not isinstance(listed, str | Path):
        raise DataError(
            f"load {name}: same_person: expected the path of a CSV file, got "
            f"{type(listed).__name__}. Write it as text."
        )
    return same_person(expanded(listed), key=pseudonyms.secret_key(), where=f"load {name}")
