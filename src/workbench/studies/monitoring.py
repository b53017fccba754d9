"""
Looking again as monitoring: the first look at a community holds its verdict, later ones only watch.

Looking again and again until something shows would find something in the end (Armitage, McPherson &
Rowe 1969, doi:10.2307/2343787). So data that are not those of the first look get no verdict of
their own, and say what the first one was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from workbench import data
from workbench.data import Community
from workbench.studies.answers import digits, number
from workbench.studies.finding import Finding
from workbench.studies.present import Note, TableView

FIRST, LATER = "first", "later"


def look(community: Community) -> str:
    """
    `first` for the data that the community was first loaded with, `later` for any others.

    Empty where no look was noted, as for simulated data.
    """
    record = _record(community)
    if record is None:
        return ""
    inputs = [file["sha256"] for file in community.manifest["inputs"]]
    return FIRST if record["inputs"] == inputs else LATER


def _record(community: Community) -> dict[str, Any] | None:
    """The record of the first look; nobody learns about real people from simulated ones."""
    return None if community.manifest["is_simulated"] else data.first_look(community.name)


def said(community: Community, hypothesis: str) -> str:
    """What stands before the answer of a later look: when the first was, and what it said."""
    record = _record(community) or {}
    noted = record.get("verdicts", {}).get(hypothesis)
    told = f"the first look said: {noted['verdict']}" if noted else "its verdict was not noted then"
    date = str(record.get("date"))[:10]
    return (
        f"Monitoring: this community was looked at before ({date}); {told}. "
        "What stands here shows the trend and carries no verdict."
    )


def first_verdicts(findings: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """
    Data set -> hypothesis -> what its first look said, as `data.record_verdicts` takes it.

    Only of findings that were fixed beforehand, on data of the first look; `findings` are as pages
    keep them. The first row of a hypothesis counts.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in findings:
        if row.get("look") == FIRST and row["prespecified"]:
            verdict = {
                "verdict": row["verdict"],
                "estimate": row["estimate"],
                "low": row["ci_low"],
                "high": row["ci_high"],
                "scale": row["scale"],
            }
            found.setdefault(row["dataset_id"], {}).setdefault(row["hyp_id"], verdict)
    return found


def trend(findings: Sequence[Finding]) -> TableView | Note:
    """What the first look at each community estimated, beside what a later one does."""
    rows = [_beside(row) for row in findings if row.look == LATER]
    if not rows:
        return Note("No community on this page has grown since it was looked at first.")
    return TableView(
        pd.DataFrame(rows),
        name="first-look-and-now",
        caption="Estimates with their 95 % intervals at the first look, which holds the verdict, "
        "and now. The later data hold the earlier ones, so that the two are not independent, and "
        "their difference is no test.",
    )


def _beside(row: Finding) -> dict[str, str | None]:
    noted = (data.first_look(row.dataset_id) or {}).get("verdicts", {}).get(row.hyp_id, {})
    same = noted.get("scale") == row.scale
    return {
        "hypothesis": row.hyp_id,
        "community": row.community,
        "first verdict": noted.get("verdict"),
        "at the first look": _interval(*map(noted.get, ("estimate", "low", "high"))),
        "now": _interval(row.estimate, row.ci_low, row.ci_high),
        "scale": row.scale if same or not noted else f"{noted.get('scale')}; now {row.scale}",
    }


def _interval(estimate: float | None, low: float | None, high: float | None) -> str | None:
    """An estimate with its interval, in digits that the interval's width deserves."""
    if estimate is None or low is None or high is None:
        return None
    places = digits([low, high])
    first, *ends = (number(value, places) for value in (estimate, low, high))
    return f"{first} [{' to '.join(ends)}]"
