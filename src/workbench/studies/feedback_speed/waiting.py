"""Waiting and censoring: how long until somebody else answers, with silence kept as waiting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.measures import collect
from workbench.measures.newcomers import newcomers
from workbench.measures.response import first_response, reply_facts
from workbench.models.survival import (
    KaplanMeier,
    kaplan_meier,
    log_rank,
    quantile,
    rmst,
    rmst_difference,
    survival_at,
)
from workbench.studies.durations import DAY, HOUR, about, exactly
from workbench.studies.hypotheses import windows
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

RUNGS = {
    "any": "any later message",
    "other": "not by the asker",
    "human": "by a human, not by the asker",
}
STILL_WAITING = "the same, silence kept as still waiting"


def waits(community: Community, *, definition: str = "human") -> pd.DataFrame:
    """
    The wait of every thread that a human opened.

    One row a thread: the columns of `measures.response.first_response`, with `hours` (float) the
    wait to the answer, or to the end of the record where there was none.
    """
    kinds = windows(community.platform).response_kinds if definition == "human" else None
    rows = collect(
        first_response(
            community.lazy("posts"),
            community.lazy("communities"),
            definition=definition,
            kinds=kinds,
        )
    )
    kept = rows[~rows["asker_is_bot"].fillna(False).astype(bool)].reset_index(drop=True)
    return kept.assign(
        hours=kept["wait_us"].astype("float64") / HOUR, answered=kept["answered"].astype(bool)
    )


def curve(rows: pd.DataFrame) -> KaplanMeier:
    """The Kaplan-Meier estimate of the share still waiting, time in hours."""
    return kaplan_meier(rows["hours"], rows["answered"])


@where_possible
def definition_ladder(communities: Sequence[Community]) -> TableView:
    """The median wait under four definitions: how much of a number is its definition."""
    rows = []
    for community in communities:
        for definition, words in RUNGS.items():
            found = waits(community, definition=definition)
            answered = found.loc[found["answered"], "hours"]
            rows.append(
                {
                    "community": community.title,
                    "definition": words,
                    "threads": len(found),
                    "answered_share": float(found["answered"].mean()),
                    "median_hours": float(answered.median()),
                }
            )
        median = quantile(curve(found), 0.5)
        rows.append({**rows[-1], "definition": STILL_WAITING, "median_hours": median.estimate})
    return TableView(
        pd.DataFrame(rows),
        name="definition-ladder",
        caption="The definition ladder. Each rung counts fewer messages as an answer; the first "
        "three take the median over answered threads only, the last one keeps every silent thread. "
        "A median that is not reached has a dash: fewer than half are ever answered.",
        labels={"answered_share": "answered", "median_hours": "median wait"},
        formats={"answered_share": "{:.1%}", "median_hours": about},
    )


@where_possible
def reply_counts(communities: Sequence[Community]) -> TableView:
    """Self-replies, zero and negative lags, deleted authors and programs: counted, not hidden."""
    rows = []
    for community in communities:
        facts = collect(reply_facts(community.lazy("posts"))).drop(columns="community_id")
        rows += [
            {"community": community.title, "what": name.replace("_", " "), "count": int(number)}
            for name, number in zip(facts.columns, facts.to_numpy()[0], strict=True)
        ]
    return TableView(
        pd.DataFrame(rows).pivot_table(
            index="what", columns="community", values="count", sort=False
        ).astype(int).reset_index(),
        name="reply-counts",
        caption="What the threads are made of. A zero lag is a reply within one tick of the clock.",
    )  # fmt: skip


def _said(hours: float | None, low: float | None, high: float | None) -> str:
    if hours is None:
        return "not reached"
    upper = "no upper limit" if high is None else about(high)
    return f"{about(hours)} ({about(low)} to {upper})"


@where_possible
def waiting_table(communities: Sequence[Community]) -> TableView:
    """Kaplan-Meier in numbers: median, shares answered, mean wait over the first week."""
    rows = []
    for community in communities:
        km = curve(waits(community))
        median = quantile(km, 0.5)
        mean = rmst(km, 7 * DAY / HOUR)
        row: dict[str, object] = {
            "community": community.title,
            "threads": km.n,
            "never answered": km.n - km.n_events,
            "median wait": _said(median.estimate, median.low, median.high),
        }
        for hours, name in ((1.0, "within 1 hour"), (24.0, "within 24 hours")):
            still = survival_at(km, hours)
            low, high = (still.high, still.low) if still.low is not None else (None, None)
            share = 1 - float(still.estimate or 0)
            row[name] = f"{share:.1%}" + (
                f" ({1 - low:.1%} to {1 - high:.1%})"
                if low is not None and high is not None
                else ""
            )
        row["mean wait, first week"] = (
            f"{about(mean.estimate)} ({about(mean.low)} to {about(mean.high)})"
        )
        rows.append(row)
    return TableView(
        pd.DataFrame(rows),
        name="waiting",
        caption="Waiting for an answer by another human, with 95 % intervals; silent threads are "
        "kept as still waiting (Kaplan-Meier). The mean is restricted to the first week.",
    )


@where_possible
def waiting_curves(communities: Sequence[Community]) -> Figure:
    """The share answered against the time since the thread was opened, on a logarithmic axis."""
    parts, said = [], []
    for community in communities:
        km = curve(waits(community))
        hour, day = (1 - float(survival_at(km, t).estimate or 0) for t in (1.0, 24.0))
        table = km.table
        grid = np.geomspace(1 / 60, min(24 * 60.0, float(table["time"].max())), 300)
        at = np.searchsorted(table["time"].to_numpy(), grid, side="right") - 1
        seen = table.iloc[np.maximum(at, 0)].reset_index(drop=True)
        parts.append(
            pd.DataFrame(
                {
                    "community": community.title,
                    "hours": grid,
                    "estimate": 100 * (1 - seen["survival"]),
                    "low": 100 * (1 - seen["high"]),
                    "high": 100 * (1 - seen["low"]),
                }
            )
        )
        said.append(f"{community.title}: {hour:.0%} after an hour, {day:.0%} after a day")
    figure, (ax,) = plots.canvas()
    plots.curves(
        pd.concat(parts), x="hours", y="answered, of 100", label="community",
        unit="time since the thread was opened", ax=ax,
    )  # fmt: skip
    ticks = {
        1 / 60: "1 min",
        10 / 60: "10 min",
        1: "1 h",
        24: "1 day",
        168: "1 week",
        720: "1 month",
    }
    ax.set_xscale("log")
    ax.set_xticks(list(ticks), list(ticks.values()))
    ax.minorticks_off()
    ax.set(xlim=(1 / 60, 1440), ylim=(0, 100))
    return Figure(
        figure,
        name="waiting-curves",
        caption="Share of threads answered by another human, against the time since the thread was "
        f"opened; shaded: 95 % intervals. {'; '.join(said)}.",
        alt=f"Rising curves of the share of threads answered over time. {'; '.join(said)}.",
    )


@where_possible
def newcomers_against_others(communities: Sequence[Community]) -> TableView:
    """Do newcomers' threads wait longer? Log-rank test, and the difference in mean wait."""
    rows = []
    for community in communities:
        fixed = windows(community.platform)
        people = collect(
            newcomers(
                community.lazy("posts"), community.lazy("people"), community.lazy("communities"),
                washout_us=fixed.washout,
            )
        )  # fmt: skip
        first = people.loc[people["is_newcomer"] & people["opened"], "first_post_id"]
        found = waits(community)
        new = found["thread_id"].isin(first).to_numpy()
        test = log_rank(found["hours"], found["answered"], new)
        horizon = fixed.landmark / HOUR
        gap = rmst_difference(curve(found[new]), curve(found[~new]), horizon)
        rows.append(
            {
                "community": community.title,
                "first threads of newcomers": int(new.sum()),
                "other threads": int((~new).sum()),
                "log-rank chi2": test.chi2,
                "p": test.p_value,
                "difference in mean wait": f"{_minutes(gap.estimate)} min "
                f"({_minutes(gap.low)} to {_minutes(gap.high)}), over {exactly(fixed.landmark)}",
            }
        )
    return TableView(
        pd.DataFrame(rows),
        name="newcomers-against-others",
        caption="Waiting of newcomers' first threads against all other threads: log-rank test, "
        "and the difference in mean wait up to the community's landmark (positive: newcomers wait "
        "longer).",
        formats={"p": lambda p: "< 0.0001" if p < 1e-4 else f"{p:.4f}"},
    )


def _minutes(hours: float | None) -> str:
    return "–" if hours is None else f"{60 * hours:.3g}"
