"""
Looking again as monitoring: the first look at a community holds its verdict, later ones only watch.

Looking again and again until something shows would find something in the end (Armitage, McPherson &
Rowe 1969, doi:10.2307/2343787). So data that are not those of the first look get no verdict of
their own, and say what the first one was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench import data
from workbench.data import Community

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
