"""A number somebody else published, beside ours; and what is missing where data are not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from workbench import data
from workbench.studies.present import TableView

PASS, FAIL = "pass", "FAIL"


@dataclass(frozen=True)
class Check:
    """
    One published number.

    source : whose data. what : which number. reference, ours : the two. allowed : the largest
    difference that passes. origin : where the reference stands.
    """

    source: str
    what: str
    reference: float
    ours: float
    allowed: float
    origin: str

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
    """One row a source: how many of its numbers were computed again, and how many agree."""
    rows = [
        {
            "data": source,
            "numbers": len(own),
            "pass": sum(one.passed for one in own),
            "result": PASS if all(one.passed for one in own) else FAIL,
            "where the references stand": "; ".join(dict.fromkeys(one.origin for one in own)),
        }
        for source, own in _by_source(checks).items()
    ]
    failed = sum(not check.passed for check in checks)
    return TableView(
        pd.DataFrame(rows),
        name="outside-checks",
        caption=f"{len(checks)} numbers that others published, computed again here from the data: "
        f"{'all pass' if not failed else f'{failed} of them do not pass'}. A number passes where "
        "it differs by no more than the rounding of the reference.",
    )


def _by_source(checks: Sequence[Check]) -> dict[str, list[Check]]:
    sources: dict[str, list[Check]] = {}
    for check in checks:
        sources.setdefault(check.source, []).append(check)
    return sources


def checks_table(checks: Sequence[Check], *, name: str) -> TableView:
    """One row a number of one source: theirs, ours, the difference, pass or not."""
    rows = [
        {
            "number": check.what,
            "reference": check.reference,
            "ours": check.ours,
            "difference": check.ours - check.reference,
            "result": PASS if check.passed else FAIL,
        }
        for check in checks
    ]
    said = "; ".join(
        f"{source}: {', '.join(dict.fromkeys(one.origin for one in own))}"
        for source, own in _by_source(checks).items()
    )
    exact = dict.fromkeys(("reference", "ours"), _digits)
    return TableView(
        pd.DataFrame(rows),
        name=name,
        caption=f"Their numbers and ours. {said}.",
        formats={**exact, "difference": "{:.1g}"},
    )


def _digits(value: float) -> str:
    """Whole numbers whole, others with as many digits as a reference has."""
    return f"{value:,.0f}" if value == round(value) and abs(value) >= 1 else f"{value:.7g}"


def missing_table(missing: Sequence[Missing]) -> TableView:
    """What could be checked too, and the command that fetches it."""
    entries = data.downloads()
    rows = [
        {
            "data set": entries[one.name].title,
            "would check": one.what,
            "licence": entries[one.name].licence,
            "to get it": f"workbench get {one.name}"
            + ("" if entries[one.name].permission == "open" else " --accept-licence"),
        }
        for one in missing
    ]
    said = (
        f"{len(rows)} data sets are not at hand, so their numbers are not checked here."
        if rows
        else "Every data set is at hand; nothing is missing."
    )
    columns = ["data set", "would check", "licence", "to get it"]
    return TableView(pd.DataFrame(rows, columns=columns), name="missing", caption=said)
