"""
Looking again as monitoring: the first look at a community holds its verdict, later ones only watch.

Looking again and again until something shows would find something in the end (Armitage, McPherson &
Rowe 1969, doi:10.2307/2343787). So data that are not those of the first look, or that are cleaned
otherwise once its verdict is known, get no verdict of their own, and say what the first one was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from workbench import data
from workbench.data import Community
from workbench.studies.finding import Finding
from workbench.studies.present import Note, TableView
from workbench.studies.saying import digits, number

FIRST, LATER = "first", "later"


def look(community: Community) -> str:
    """
    `first` for the data that the community was first loaded with, `later` for any others.

    Later are also the same files cleaned otherwise, once a verdict was noted, and files that were
    looked at before under another name. Empty where no look was noted, as for simulated data.
    """
    record = _record(community)
    if record is None:
        return ""
    return LATER if _looked_at(community, record) else FIRST


def _record(community: Community) -> dict[str, Any] | None:
    """The record of the first look; nobody learns about real people from simulated ones."""
    return None if community.manifest["is_simulated"] else data.first_look(community.name)


def _looked_at(community: Community, record: Mapping[str, Any]) -> str:
    """What was looked at before, as a sentence begins; empty for the first look."""
    about = community.manifest
    other = _other_name(community)
    if other is not None:
        return f"this export was first looked at under the name {other}"
    if record["inputs"] != [file["sha256"] for file in about["inputs"]]:
        return "this community was looked at before"
    verdicts = record.get("verdicts", {}).values()
    decided = {one.get("config", record.get("config")) for one in verdicts}
    # Records of earlier versions do not say how the data were cleaned.
    if not decided or decided & {None, about["config_hash"]}:
        return ""
    return "this community was looked at before with other choices of cleaning"


def _other_name(community: Community) -> str | None:
    """The data set under whose name these files were looked at first, if it is another one."""
    sizes = {file["sha256"]: file["bytes"] for file in community.manifest["inputs"]}
    return data.earlier_look(community.name, inputs=sizes)


def said(community: Community, hypothesis: str) -> str:
    """What stands before the answer of a later look: when the first was, and what it said."""
    own, other = _record(community) or {}, _other_name(community)
    record = own if other is None else data.first_look(other) or own
    noted = record.get("verdicts", {}).get(hypothesis)
    told = f"the first look said: {noted['verdict']}" if noted else "its verdict was not noted then"
    date = str(record.get("date"))[:10]
    return (
        f"Monitoring: {_looked_at(community, own)} ({date}); {told}. "
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
        return Note(
            "No community on this page is looked at again: with more data, or cleaned otherwise."
        )
    return TableView(
        pd.DataFrame(rows),
        name="first-look-and-now",
        caption="Estimates with their 95 % intervals at the first look, which holds the verdict, "
        "and now. The data of the two looks overlap, so that they are not independent, and their "
        "difference is no test.",
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
