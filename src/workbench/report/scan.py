"""
Look through a folder of pages for what leads back to a person: `workbench scan`.

Whatever can be told from the files alone is looked for in any case: addresses, handles, links to
posts, keys. Quotations and names of accounts are looked for where an export is at hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench import data
from workbench.data import Community
from workbench.data.originals import Original, originals
from workbench.errors import DataError, ReportError
from workbench.report.passages import KNOWN, LARGEST_BYTES, read
from workbench.report.privacy import QUOTED, kinds
from workbench.report.quoted import Spoken, name_words, own_words

TELL_AFTER_SECONDS = 2.0
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

    problems : in the order of files. files : how many were looked through. others : how many were
    not, because they are of kinds that no report has. compared : data sets whose quotations and
    names were looked for. unchecked : a line for each data set where they could not be. common :
    data set -> names that were not looked for, because the program itself says them.
    """

    problems: tuple[Problem, ...]
    files: int
    others: int
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
    files = _files(folder)
    known = [path for path in files if path.suffix.lower() in KNOWN]
    spoken = Spoken()
    problems = [one for path in known for one in _looked_through(path, folder, spoken)]
    compared: list[str] = []
    common: dict[str, int] = {}
    exports, unchecked = _exports(raw or {})
    for one, community in exports:
        if one.path is None or not one.tells:
            unchecked.append(_unchecked(one))
            continue
        found, too_common = _compared(one, community, spoken, tell)
        problems += found
        compared.append(one.name)
        common[one.name] = common.get(one.name, 0) + too_common
    ordered = sorted(dict.fromkeys(problems), key=lambda one: one.file)
    return ScanReport(
        tuple(ordered), len(known), len(files) - len(known), tuple(dict.fromkeys(compared)),
        tuple(dict.fromkeys(unchecked)), common,
    )  # fmt: skip


def _files(folder: Path) -> list[Path]:
    """Every file that is not hidden, nor in a hidden folder."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _looked_through(path: Path, folder: Path, spoken: Spoken) -> list[Problem]:
    """What a file alone tells; its words are added to `spoken`."""
    name = path.relative_to(folder).as_posix()
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return [Problem(name, "too large to be looked through", "as a whole")]
        passages = read(path)
    except OSError:
        return [Problem(name, "cannot be read", "as a whole")]
    spoken.add(name, passages)
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
        name_words(text) for text in (community.title, *community.read("tags")["tag"].unique())
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
