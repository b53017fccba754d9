"""Notebook 00: what is here, what is claimed, and whether our counts are the published ones."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

import pandas as pd
import polars as pl

from workbench.data import Community
from workbench.data.takedown import NOT_COUNTED, untold
from workbench.studies.carried import support
from workbench.studies.claims import Claim, claims
from workbench.studies.communities import open_all
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible
from workbench.studies.verdict import (
    IMPRECISE,
    INCONCLUSIVE,
    METHOD,
    NOT_ENOUGH,
    OPPOSITE,
    SUPPORTED,
    TOO_SMALL,
)

__all__ = [
    "claims_examined",
    "claims_table",
    "communities",
    "hypothesis_card",
    "meet",
    "set_aside",
    "support",
    "validation",
    "verdict_words",
]


def communities(names: Sequence[str] | None = None) -> list[Community]:
    """Open the wanted data sets, loading the embedded ones if need be."""
    return open_all(names)


IN_VIEW = 15  # rows of a table that is not folded


@where_possible
def meet(opened: Sequence[Community]) -> TableView:
    """One row a data set: what it is, how large, from when to when."""
    rows = []
    for one in opened:
        observed = next(iter(one.manifest["observed"].values()))
        rows.append(
            {
                "data set": one.title,
                "name": one.name,
                "kind": one.platform,
                "posts": one.posts.height,
                "people": one.people.height,
                "ratings": one.ratings.height,
                "from": str(observed["from"] or "")[:10] or None,
                "until": str(observed["until"] or "")[:10] or None,
            }
        )
    return TableView(
        pd.DataFrame(rows),
        name="data-sets",
        caption="The data sets on this page, with what the code calls each below its title, and "
        "the months in which its record begins and ends.",
        formats=dict.fromkeys(("from", "until"), lambda day: day[:7]),
        below={"data set": ["name"]},
    )


def set_aside(opened: Sequence[Community]) -> TableView:
    """Read = kept + set aside, table by table, with the reasons; none of what was taken down."""
    rows: list[dict[str, Any]] = []
    gone = False
    for one in opened:
        counts, aside = untold(one.manifest["counts"], one.manifest["quarantine"])
        gone = gone or counts != one.manifest["counts"]
        for table, count in counts.items():
            reasons = aside.get(table, {})
            if count["read"]:
                rows.append(
                    {
                        "data set": one.title,
                        "table": table,
                        "read": count["read"],
                        "kept": count["kept"],
                        "set aside": count["quarantined"],
                        "reasons": "; ".join(f"{why}: {n:,}" for why, n in reasons.items()) or None,
                    }
                )
    lost = sum(row["set aside"] > 0 for row in rows)
    caption = (
        "Rows read, kept and set aside (the quarantine), with reasons"
        + (f"; {NOT_COUNTED}." if gone else ".")
        + f" Of {len(rows)} tables {lost} had rows to set aside."
    )
    return TableView(
        pd.DataFrame(rows), name="set-aside", caption=caption,
        folded=caption if len(rows) > IN_VIEW else "",
    )  # fmt: skip


def _ties(one: Community) -> int:
    pairs = one.lazy("posts").select("author_id", "recipient_id").drop_nulls().unique()
    return int(pairs.select(pl.len()).collect().item())


COUNTED: dict[str, Callable[[Community], int]] = {
    "messages": lambda one: int(one.manifest["counts"]["posts"]["read"]),
    "people": lambda one: one.people.height,
    "ties": _ties,
    "conversations": lambda one: one.posts["thread_id"].n_unique(),
}


def validation(opened: Sequence[Community]) -> TableView:
    """Our counts beside those that others published about the same data."""
    text = resources.files(__package__).joinpath("published.toml").read_text(encoding="utf-8")
    by_name = {one.name: one for one in opened}
    rows = []
    for row in tomllib.loads(text)["counts"]:
        if row["dataset"] in by_name:
            one = by_name[row["dataset"]]
            ours = COUNTED[row["what"]](one)
            rows.append(
                {
                    "data set": one.title,
                    "what": row["what"],
                    "published": row["published"],
                    "ours": ours,
                    "the same": "yes" if ours == row["published"] else "NO",
                    "where published": row["source"],
                }
            )
    return TableView(
        pd.DataFrame(
            rows, columns=["data set", "what", "published", "ours", "the same", "where published"]
        ),
        name="validation",
        caption="Counts that others published, beside ours. Messages are counted as read, before "
        "any is set aside; a tie is one person having written to another.",
    )


TESTABLE = {"T": "yes", "P": "in part", "N": "no"}


def claims_examined() -> TableView:
    """The claims that a study which exists examines; the file beside it has their reasons."""
    studied = _studied()
    shown = [claim for claim in claims() if studied & set(claim.studies)]
    return _claims_view(
        shown,
        name="claims-examined",
        caption=f"The {len(shown)} claims that a study here examines, in the words of the "
        "articles, and the sentence that is tested in their place.",
    )


def claims_table() -> TableView:
    """All that the articles say, folded, and what of it can be examined with a record."""
    count = Counter(TESTABLE[claim.testability] for claim in claims())
    caption = (
        f"All {len(claims())} claims of the articles: {count['yes']} can be tested with a record "
        f"of activity, {count['in part']} in part and {count['no']} not at all."
    )
    return replace(_claims_view(claims(), name="claims", caption=caption), folded=caption)


def _studied() -> set[str]:
    """The numbers of the studies that exist: those whose hypotheses are written."""
    return {row.study for row in hypotheses().values()}


def _claims_view(shown: Sequence[Claim], *, name: str, caption: str) -> TableView:
    rows = [
        {
            "claim": claim.id,
            "quotation": claim.quote,
            "in English": claim.gloss,
            "article": claim.article,
            "tested as": claim.reworded,
            "testable": TESTABLE[claim.testability],
            "study": _study_numbers(claim),
            "why": claim.reason,
        }
        for claim in shown
    ]
    return TableView(
        pd.DataFrame(rows),
        name=name,
        caption=caption,
        below={"quotation": ["in English"], "testable": ["study"]},
        hidden=["article", "why"],
    )


def _study_numbers(claim: Claim) -> str | None:
    """The studies of a claim; one that does not exist yet is planned."""
    studied = _studied()
    names = [number if number in studied else f"{number} (planned)" for number in claim.studies]
    return f"study {', '.join(names)}" if names else None


PLAIN = {
    "unit": "who or what is counted",
    "population": "among whom",
    "exposure": "with",
    "comparison": "compared with",
    "outcome": "what is looked for",
    "estimand": "what exactly we compare (estimand)",
    "sesoi": "smallest difference worth acting on (SESOI)",
    "sesoi_reason": "why that size",
    "against": "what would count against the claim",
    "grade": "design grade, A to D",
}


def hypothesis_card(hypothesis_id: str) -> TableView:
    """A hypothesis as it was written down, with the hash of exactly these words."""
    row = hypotheses()[hypothesis_id]
    shown = ["question", "unit", "population", "exposure", "comparison", "outcome", "estimand"]
    shown += ["sesoi", "sesoi_reason", "against", "model", "grade"]
    lines = [{"field": PLAIN.get(name, name), "content": str(row.fields[name])} for name in shown]
    lines.append({"field": "hash", "content": row.hash})
    return TableView(
        pd.DataFrame(lines),
        name=f"hypothesis-{hypothesis_id.lower().replace('.', '-')}",
        caption=f"Hypothesis {hypothesis_id}: {row.title}.",
    )


def verdict_words() -> TableView:
    """The words a verdict can be, and what each means."""
    meanings = {
        SUPPORTED: "the interval excludes zero, the difference is large enough to act on, and "
        "every check was passed",
        TOO_SMALL: "the data show that any difference is smaller than what is worth acting on",
        OPPOSITE: "the data show a difference against the claim",
        IMPRECISE: "the data are too few: an effect worth acting on could have been missed",
        INCONCLUSIVE: "something else is missing, and the page names it",
        METHOD: "the method failed its own calibration, so its numbers are not used",
        NOT_ENOUGH: "fewer people or events than the hypothesis asks for",
    }
    return TableView(
        pd.DataFrame({"verdict": list(meanings), "it means": list(meanings.values())}),
        name="verdict-words",
        caption="The words of a verdict. On data that had been looked at before, “exploratory: "
        "leans towards”, “leans against” or “unclear” stands instead.",
    )
