"""
Look through a folder of pages for what leads back to a person: `workbench scan`.

Whatever can be told from the files alone is looked for in any case: addresses, handles, links to
posts, keys. Quotations and names of accounts are looked for where an export is at hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench import data
from workbench.data import Community
from workbench.data.originals import Original, originals
from workbench.errors import DataError, ReportError
from workbench.report.passages import IN_SOURCE, KNOWN, LARGEST_BYTES, read
from workbench.report.privacy import QUOTED, Passage, kinds
from workbench.report.quoted import Spoken, name_words, own_words

TELL_AFTER_SECONDS = 2.0
IN_NAME = "in its name"
NOT_CHECKED = "quotations and names of {}: not checked"


@dataclass(frozen=True)
class Problem:
    """One kind of thing in one place of one file; never the words themselves."""

    file: str
    kind: str
    place: str

    def line(self) -> str:
        """The problem as a line of text."""
        return f"{self.file}: {self.kind} {self.place}"


@dataclass(frozen=True)
class ScanReport:
    """
    What a scan found.

    problems : in the order of files. files : how many were looked through. others : files that were
    not, because of their kind; their names were. A file whose name itself is a problem is named by
    its number in the order of names. compared : data sets whose quotations and
    names were looked for. unchecked : a line for each data set where they could not be. common :
    data set -> names that were not looked for, because the program itself says them.
    """

    problems: tuple[Problem, ...]
    files: int
    others: tuple[str, ...]
    compared: tuple[str, ...]
    unchecked: tuple[str, ...]
    common: dict[str, int]


def scan(
    folder: Path,
    *,
    raw: Mapping[str, Sequence[Path]] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> ScanReport:
    """
    Look through every page, table, text, notebook and picture below a folder but hidden ones.

    `raw` are paths of exports by name of data set; others are looked for among the raw files.
    `tell` hears, in a few words, what takes longer than two seconds.

    Raises
    ------
    ReportError
        There is no such folder.
    DataError
        `raw` names a data set that is not loaded, or a path that is no export of it.
    SourceError
        An export can no longer be read.
    """
    if not folder.is_dir():
        raise ReportError(
            f"scan {folder}: expected a folder of pages, found none. Make them first: workbench run"
        )
    exports, unchecked = _exports(raw or {})
    files = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    known = {name for name, path in files.items() if path.suffix.lower() in KNOWN}
    spoken = Spoken() if any(one.path and one.tells for one, _ in exports) else None
    problems = _all_looked_through(files, known, spoken, tell)
    compared: list[str] = []
    common: dict[str, int] = {}
    for one, community in exports:
        if spoken is None or one.path is None or not one.tells:
            unchecked.append(_unchecked(one))
            continue
        found, too_common = _compared(one, community, spoken, tell)
        problems += found
        compared.append(one.name)
        common[one.name] = common.get(one.name, 0) + too_common
    labels = _labels(list(files), problems)
    return ScanReport(
        tuple(replace(one, file=labels[one.file]) for one in _once(problems)), len(known),
        tuple(labels[name] for name in files if name not in known),
        tuple(dict.fromkeys(compared)), tuple(dict.fromkeys(unchecked)), common,
    )  # fmt: skip


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Each problem once, by file; what readers see is not said again of the source."""
    seen = {(one.file, one.kind) for one in problems if one.place != IN_SOURCE}
    some = [one for one in problems if one.place != IN_SOURCE or (one.file, one.kind) not in seen]
    return sorted(dict.fromkeys(some), key=lambda one: one.file)


def _labels(names: Sequence[str], problems: Sequence[Problem]) -> dict[str, str]:
    """What each file is called in the report: by its name, unless that leads to somebody."""
    telling = {one.file for one in problems if one.place == IN_NAME}
    return {
        name: f"file {number:,} in the order of names" if name in telling else name
        for number, name in enumerate(names, 1)
    }


def _all_looked_through(
    files: Mapping[str, Path], known: set[str], spoken: Spoken | None, tell: Callable[[str], None]
) -> list[Problem]:
    """What all files and their names tell alone; their words are added to `spoken`."""
    problems: list[Problem] = []
    told = time.monotonic()
    for number, (name, path) in enumerate(files.items(), 1):
        title = Passage(IN_NAME, name, "", (name,))
        problems += _told(name, [title], spoken)
        if name in known:
            problems += _looked_through(name, path, spoken)
        if time.monotonic() - told > TELL_AFTER_SECONDS:
            tell(f"looked through {number:,} of {len(files):,} files")
            told = time.monotonic()
    return problems


def _files(folder: Path) -> list[Path]:
    """Every file that is not hidden, nor in a hidden folder."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _looked_through(name: str, path: Path, spoken: Spoken | None) -> list[Problem]:
    """What a file alone tells."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return [Problem(name, "too large to be looked through", "as a whole")]
        return _told(name, read(path), spoken)
    except OSError:
        return [Problem(name, "cannot be read", "as a whole")]


def _told(name: str, passages: Sequence[Passage], spoken: Spoken | None) -> list[Problem]:
    """What passages of a file tell; their words are added to `spoken`."""
    if spoken is not None:
        spoken.add(name, passages)
    prose, code = (one.prose for one in passages), (one.code for one in passages)
    if not kinds("\n".join(prose), "\n".join(code)):  # one look at all is much quicker
        return []
    return [
        Problem(name, kind, one.place) for one in passages for kind in kinds(one.prose, one.code)
    ]


def _exports(
    raw: Mapping[str, Sequence[Path]],
) -> tuple[list[tuple[Original, Community]], list[str]]:
    """The exports of every loaded data set that somebody lived; a line for each that is damaged."""
    loaded = data.names()
    unknown = [name for name in raw if name not in loaded]
    if unknown:
        raise DataError(
            f"scan: --raw: expected names of loaded data sets ({', '.join(loaded) or 'none'}), "
            f"got {', '.join(unknown)}. Load it first, or leave it out."
        )
    found: list[tuple[Original, Community]] = []
    closed = []
    for name in loaded:
        try:
            community = data.open(name)
        except DataError:
            closed.append(
                f"{NOT_CHECKED.format(name)} (it cannot be opened; workbench check {name})"
            )
            continue
        if not community.manifest["is_simulated"]:
            given = raw.get(name, ())
            found += [(one, community) for one in originals(community, given=given)]
    return found, closed


def _unchecked(one: Original) -> str:
    if not one.tells:
        why = f"its source {one.source} does not tell what was written"
    else:
        why = f"its export is not at hand; --raw {one.name}=PATH"
    return f"{NOT_CHECKED.format(one.name)} ({why})"


def _compared(
    one: Original, community: Community, spoken: Spoken, tell: Callable[[str], None]
) -> tuple[list[Problem], int]:
    """Quotations and names on the pages, and how many names are too common to look for."""
    problems: dict[Problem, None] = {}
    ordinary = {
        name_words(text)
        for text in (one.name, community.title, *community.read("tags")["tag"].unique())
    }
    common: set[tuple[str, ...]] = set()
    told, texts = time.monotonic(), 0
    quotation, name_of = f"{QUOTED} in {one.name}", f"the name of an account of {one.name}"
    for said in one.said():
        for text in said.texts.drop_nulls():
            problems |= {Problem(file, quotation, at): None for file, at in spoken.quoted(text)}
        texts += said.texts.len()
        for name in set(map(name_words, said.names.drop_nulls().unique())) - {()}:
            if spoken.says(name) and (name in ordinary or own_words().says(name)):
                common.add(name)
                continue
            problems |= {Problem(file, name_of, at): None for file, at in spoken.called(name)}
        if time.monotonic() - told > TELL_AFTER_SECONDS:
            tell(f"{one.name}: pages compared with {texts:,} texts")
            told = time.monotonic()
    return list(problems), len(common)
