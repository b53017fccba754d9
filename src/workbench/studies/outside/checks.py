"""A reference number beside ours; and what is missing where data are not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from workbench import data
from workbench.studies.present import Note, TableView

PASS, FAIL = "pass", "FAIL"
PRINTED, PROGRAM, IDENTITY = "printed by the authors", "another program", "arithmetic"
# Two sides of an identity differ by what a computer rounds off, never by more.
ROUNDING_ERROR = 1e-9
RULE = (
    "A number passes where it differs by no more than “allowed”: half a unit of the last digit of "
    "the reference, and nothing for whole numbers"
)


@dataclass(frozen=True)
class Check:
    """
    One number that is known from elsewhere.

    source : whose data. what : which number. digits : the reference, with the digits it has.
    ours : what this code makes of the data. origin : where the reference stands. kind : `PRINTED`
    by the authors of the data; made by another `PROGRAM` from the same file; or an `IDENTITY`,
    which is no reference number, because arithmetic alone says that it holds. loose : the largest
    difference that passes, where it is not half a unit of the last digit.
    """

    source: str
    what: str
    digits: str
    ours: float
    origin: str
    kind: str = PROGRAM
    loose: float | None = None

    @property
    def reference(self) -> float:
        """The number that ours is held against."""
        return float(self.digits)

    @property
    def allowed(self) -> float:
        """The largest difference that passes."""
        if self.loose is not None:
            return self.loose
        if self.kind == IDENTITY:
            return ROUNDING_ERROR
        places = len(self.digits.partition(".")[2])
        return 0.5 * 10.0**-places if places else 0.0

    @property
    def passed(self) -> bool:
        """Whether the two agree."""
        return abs(self.ours - self.reference) <= self.allowed


@dataclass(frozen=True)
class Missing:
    """A data set that would allow more checks; `name` is what `workbench get` calls it."""

    name: str
    what: str


def absent(name: str, what: str) -> list[Missing]:
    """The data set as missing, if it is not at hand; else nothing."""
    return [] if data.raw_files(name) is not None else [Missing(name, what)]


def summary_table(checks: Sequence[Check]) -> TableView:
    """One row a source: how many of its numbers were computed again, by kind; how many agree."""
    rows = [
        {
            "data": source,
            **{kind: sum(one.kind == kind for one in own) for kind in (PRINTED, PROGRAM, IDENTITY)},
            "pass": sum(one.passed for one in own),
            "result": PASS if all(one.passed for one in own) else FAIL,
            "where the references stand": "; ".join(dict.fromkeys(one.origin for one in own)),
        }
        for source, own in _by_source(checks).items()
    ]
    return TableView(
        pd.DataFrame(rows),
        name="outside-checks",
        caption=f"{_counted(checks)} {_how_many_fail(checks)} Which difference is allowed, and "
        "where a reference stands, is said below, beside each number.",
        hidden=["where the references stand"],
    )


def _counted(checks: Sequence[Check]) -> str:
    """How many numbers there are of each kind, in a sentence."""
    printed, program, identity = (
        sum(check.kind == kind for check in checks) for kind in (PRINTED, PROGRAM, IDENTITY)
    )
    said = (
        f"{printed + program} reference numbers, computed again here from the data: {printed} "
        f"printed by the authors of the data, {program} made by another program from the same file."
    )
    if not identity:
        return said
    which = "1 identity of arithmetic is" if identity == 1 else f"{identity} identities are"
    return f"{said} {which} tried too, and not counted among them."


def _how_many_fail(checks: Sequence[Check]) -> str:
    failed = sum(not check.passed for check in checks)
    if not failed:
        return "All pass."
    return "1 does not pass." if failed == 1 else f"{failed} do not pass."


def _by_source(checks: Sequence[Check]) -> dict[str, list[Check]]:
    sources: dict[str, list[Check]] = {}
    for check in checks:
        sources.setdefault(check.source, []).append(check)
    return sources


def checks_table(checks: Sequence[Check], *, name: str, besides: str = "") -> TableView:
    """
    One row a number: theirs, ours, the difference, what is allowed, pass or not.

    `besides` is what the caption says of numbers that may differ by more than half a unit.
    """
    rows = [
        {
            "number": check.what,
            "reference": check.digits,
            "ours": _like(check),
            "difference": check.ours - check.reference,
            "allowed": check.allowed,
            "result": PASS if check.passed else FAIL,
            "kind": check.kind,
            "ours, all digits": check.ours,
        }
        for check in checks
    ]
    said = "; ".join(
        f"{source}: {', '.join(dict.fromkeys(one.origin for one in own))}"
        for source, own in _by_source(checks).items()
    )
    return TableView(
        pd.DataFrame(rows),
        name=name,
        caption=f"Their numbers and ours. {said}. {RULE}{besides}.",
        formats={"reference": _grouped, "ours": _grouped, "difference": _least, "allowed": _least},
        hidden=["ours, all digits"],
    )


def _like(check: Check) -> str:
    """Our number with two digits more than the reference; whole if that is whole."""
    places = len(check.digits.partition(".")[2])
    if check.kind == IDENTITY:
        return f"{check.ours:.1g}"
    return f"{check.ours:.{places + 2}f}" if places else f"{check.ours:.0f}"


def _grouped(digits: str) -> str:
    """A written number with its thousands apart, all its digits kept."""
    whole, point, rest = digits.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.isdigit() else digits


def _least(value: float) -> str:
    """One digit is enough for a difference; none at all is a nought."""
    return f"{value:.1g}" if value else "0"


def missing_note(missing: Sequence[Missing]) -> Note:
    """In place of what cannot be shown: the commands that fetch the data for it, in a sentence."""
    commands = " and ".join(f"`{_command(one.name)}`" for one in missing)
    fetch = "fetches" if len(missing) == 1 else "fetch"
    return Note(f"*Not shown*: the data are not at hand; {commands} {fetch} them.")


def missing_table(missing: Sequence[Missing]) -> TableView | Note:
    """What could be checked too, and the command that fetches it; a sentence if nothing is."""
    if not missing:
        return Note("Every data set is at hand; nothing is missing.")
    entries = data.downloads()
    rows = [
        {
            "data set": entries[one.name].title,
            "would check": one.what,
            "licence": entries[one.name].licence,
            "to get it": _command(one.name),
        }
        for one in missing
    ]
    said = (
        "1 data set is not at hand, so its"
        if len(rows) == 1
        else f"{len(rows)} data sets are not at hand, so their"
    )
    return TableView(
        pd.DataFrame(rows), name="missing", caption=f"{said} numbers are not checked here."
    )


def _command(name: str) -> str:
    """The whole command that fetches a data set."""
    accept = "" if data.downloads()[name].permission == "open" else " --accept-licence"
    return f"workbench get {name}{accept}"
