"""Waiting and censoring: how long until somebody else answers, with silence kept as waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
from scipy import stats

from workbench import plots
from workbench.data import Community
from workbench.measures import collect
from workbench.measures.response import first_response, reply_facts
from workbench.models.clustered_survival import (
    clustered_rmst,
    clustered_survival,
    clustered_survival_at,
)
from workbench.models.result import Estimate
from workbench.models.survival import KaplanMeier, kaplan_meier, quantile
from workbench.studies.durations import HOUR, about, exactly
from workbench.studies.feedback_speed.still_followed import short_titles, still_followed
from workbench.studies.hypotheses import windows
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

RUNGS = {
    "any": "any later message",
    "other": "not by the asker",
    "human": "by a human, not by the asker",
}
# A product of shares such as 4/5 * 5/8 misses one half by some units of the last place.
_ROUNDING = 1e-12
STILL_WAITING = "the same, silence kept as still waiting"


def waits(community: Community, *, definition: str = "human") -> pd.DataFrame:
    """
    The wait of every thread that a human opened.

    One row a thread: the columns of `measures.response.first_response`, with `hours` (float) the
    wait to the answer, or to the end of the record where there was none, and `asker`, the person
    who opened it; a thread of a deleted account has an asker of its own.
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
    kept = rows[~rows["asker_is_bot"].fillna(False).astype(bool)]
    # Measures come in no order, and a sum in another order differs in its last digit.
    kept = kept.sort_values(["opened_us", "thread_id"], ignore_index=True)
    return kept.assign(
        hours=kept["wait_us"].astype("float64") / HOUR,
        answered=kept["answered"].astype(bool),
        asker=kept["asker_id"].fillna("thread " + kept["thread_id"]),
    )


def curve(rows: pd.DataFrame) -> KaplanMeier:
    """The Kaplan-Meier estimate of the share still waiting, time in hours."""
    return kaplan_meier(rows["hours"], rows["answered"])


def answered_within(rows: pd.DataFrame, hours: float) -> Estimate:
    """
    The share of threads answered within `hours`, silence kept as waiting, clustered by the asker.

    Raises ModelError as `models.clustered_survival.clustered_survival_at` does.
    """
    still = clustered_survival_at(rows["hours"], rows["answered"], rows["asker"], hours)
    low, high = (None if limit is None else 1 - limit for limit in (still.high, still.low))
    share = 1 - float(still.estimate or 0)
    return replace(still, estimate=share, low=low, high=high)


def median_wait(rows: pd.DataFrame) -> Estimate:
    """
    The median wait in hours, silence kept as waiting; its interval is clustered by the asker.

    The limits are the times at which the pointwise band of S(t) crosses one half (Brookmeyer &
    Crowley 1982, doi:10.2307/2530286); None where it never does: not reached. No standard error.
    """
    moments = np.unique(rows.loc[rows["answered"], "hours"])
    if not moments.size:
        return Estimate(None, None, None, None, None, len(rows), rows["asker"].nunique())
    band = clustered_survival(rows["hours"], rows["answered"], rows["asker"], at=moments)
    band.loc[band["survival"] == 0, "low"] = 0.0
    middle, low, high = (_first_at(band, name) for name in ("survival", "low", "high"))
    return Estimate(middle, None, low, high, None, len(rows), rows["asker"].nunique())


def _first_at(band: pd.DataFrame, name: str) -> float | None:
    """The first time at which this column is at one half or below."""
    times = band.loc[band[name] <= 0.5 + _ROUNDING, "time"]
    return float(times.iloc[0]) if len(times) else None


def once_each(rows: pd.DataFrame, *, hours: float, until_us: int) -> Estimate:
    """
    The share answered within `hours`, each asker counted once: the mean of the askers' own shares.

    Threads opened less than `hours` before the record ended, at `until_us`, are left out: whether
    they were answered in time is not known. Interval by Student's t over askers; None for one.
    """
    watched = rows[rows["opened_us"] + hours * HOUR <= until_us]
    quick = watched["answered"] & (watched["hours"] <= hours)
    own = quick.groupby(watched["asker"]).mean()
    count, mean = len(own), float(own.mean()) if len(own) else None
    if mean is None or count < 2:
        return Estimate(mean, None, None, None, None, len(watched), count)
    error = float(own.std(ddof=1) / np.sqrt(count))
    reach = float(stats.t.ppf(0.975, count - 1)) * error
    low, high = max(0.0, mean - reach), min(1.0, mean + reach)
    return Estimate(mean, error, low, high, None, len(watched), count)


def busiest_share(community: Community, rows: pd.DataFrame) -> float:
    """The share of the threads in `rows` in which the person who is in most of them has posted."""
    ids = pl.Series("thread_id", rows["thread_id"].to_list(), dtype=pl.String)
    by_person = (
        community.posts.lazy()
        .filter(pl.col("author_id").is_not_null() & ~pl.col("is_bot"))
        .join(ids.to_frame().lazy(), on="thread_id", how="semi")
        .group_by("author_id")
        .agg(pl.col("thread_id").n_unique())
    )
    most = by_person.select(pl.col("thread_id").max()).collect().item()
    return (most or 0) / len(rows)


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
    if low is None and high is None:
        return about(hours)
    lower = "no lower limit" if low is None else about(low)
    upper = "no upper limit" if high is None else about(high)
    return f"{about(hours)} ({lower} to {upper})"


def _percent(share: Estimate) -> str:
    if share.estimate is None:
        return "not watched"
    if share.low is None or share.high is None:
        return f"{share.estimate:.1%}"
    return f"{share.estimate:.1%} ({share.low:.1%} to {share.high:.1%})"


def _row(community: Community) -> dict[str, object]:
    found = waits(community)
    landmark = windows(community.platform).landmark
    median = median_wait(found)
    mean = clustered_rmst(found["hours"], found["answered"], found["asker"], landmark / HOUR)
    until = int(community.communities["observed_until_us"][0])
    return {
        "community": community.title,
        "threads": len(found),
        "never answered": int((~found["answered"]).sum()),
        "median wait": _said(median.estimate, median.low, median.high),
        "within 1 hour": _percent(answered_within(found, 1.0)),
        "within 24 hours": _percent(answered_within(found, 24.0)),
        "within 1 hour, each opener counted once": _percent(
            once_each(found, hours=1.0, until_us=until)
        ),
        "mean wait, up to a limit": f"{_said(mean.estimate, mean.low, mean.high)}, "
        f"over {exactly(landmark)}",
        "most active person is in": busiest_share(community, found),
    }


@where_possible
def waiting_table(communities: Sequence[Community]) -> TableView:
    """Kaplan-Meier in numbers: median, shares answered, mean wait, and how much hangs on a few."""
    return TableView(
        pd.DataFrame([_row(community) for community in communities]),
        name="waiting",
        caption="Waiting for an answer by another human; silent threads are kept as still waiting "
        "(Kaplan-Meier). Threads that one person opened may be answered alike, so the 95 % "
        "intervals take the person who opened a thread, not the thread, as the unit. Counted once, "
        "every opener weighs the same, however many threads they opened; threads opened in the "
        "last hour of the record are left out there. The mean cuts every wait at the community's "
        "landmark. The last column is the share of threads in which one and the same person has "
        "posted.",
        formats={"most active person is in": "{:.1%}"},
    )


TICKS = {1 / 60: "1 min", 1.0: "1 h", 24.0: "1 day", 720.0: "1 month"}
LONGEST = 1440.0  # hours drawn


def _drawn(found: pd.DataFrame, title: str) -> pd.DataFrame:
    """The share answered over a grid of hours, in 100, with its band."""
    end = max(1 / 60, min(LONGEST, float(found["hours"].max())))
    # The last step of a logarithmic grid may miss the longest wait by a rounding.
    grid = np.minimum(np.geomspace(1 / 60, end, 300), end)
    band = clustered_survival(found["hours"], found["answered"], found["asker"], at=grid)
    shares = {"estimate": "survival", "low": "high", "high": "low"}
    columns = {name: 100 * (1 - band[source]) for name, source in shares.items()}
    return pd.DataFrame({"community": title, "hours": grid, **columns})


@where_possible
def waiting_curves(communities: Sequence[Community]) -> Figure:
    """The share answered against the time since the thread was opened, on a logarithmic axis."""
    parts, said, left = [], [], []
    short = short_titles([community.title for community in communities])
    for community, label in zip(communities, short, strict=True):
        found = waits(community)
        left.append(still_followed(curve(found), TICKS, label=label))
        minute, hour, day = (
            f"{float(answered_within(found, t).estimate or 0):.0%}" for t in (1 / 60, 1.0, 24.0)
        )
        said.append(
            f"{community.title}: {minute} within the first minute, {hour} within an hour, "
            f"{day} within a day"
        )
        parts.append(_drawn(found, community.title))
    figure, (ax,) = plots.canvas(height=4.0 + 0.55 * len(parts))
    plots.curves(
        pd.concat(parts), x="hours", y="answered, of 100", label="community",
        unit="time since the thread was opened", ax=ax,
    )  # fmt: skip
    ax.set_xscale("log")
    ax.set_xticks(list(TICKS), list(TICKS.values()))
    ax.minorticks_off()
    ax.set(xlim=(1 / 60, LONGEST), ylim=(0, 100))
    plots.at_risk(ax, pd.concat(left), x="moment", label="label", heading="still waiting")
    return Figure(
        figure,
        name="waiting-curves",
        caption="Share of threads answered by another human, against the time since the thread was "
        "opened; shaded: 95 % intervals that take the person who opened a thread as the unit. The "
        "time axis is logarithmic: each step is many times longer than the one before, and the "
        "curves begin at one minute. Below it: how many threads still waited. "
        f"{'; '.join(said)}.",
        alt=f"Rising curves of the share of threads answered over time. {'; '.join(said)}.",
    )
