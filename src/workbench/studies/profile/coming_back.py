"""Newcomers: how many there are, and how many of them come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from workbench import plots
from workbench.errors import StudyError
from workbench.measures import collect
from workbench.measures.newcomers import newcomers
from workbench.models.clustered_survival import clustered_survival
from workbench.models.result import Estimate
from workbench.studies.cells import SMALLEST
from workbench.studies.durations import DAY, exactly
from workbench.studies.feedback_speed.cohorts import people_of
from workbench.studies.present import TableView
from workbench.studies.profile.drawn import Step, behind, drawn, limits, nothing, panels, percent
from workbench.studies.profile.parts import MOST_PARTS, Part, Rows, counted, of_each, tens

LIMITS = ("estimate", "low", "high")
WATCHED_DAYS = 30
WHAT = "Newcomers coming back"
NO_WINDOWS = (
    "For this kind of community no windows were fixed; those of a forum are used: a return counts "
    "from a day to 31 days after the first post."
)


@lru_cache(MOST_PARTS)
def all_newcomers(part: Part) -> pd.DataFrame:
    """One row a person with a post: the columns of `measures.newcomers`, flags as booleans."""
    tables = (part.community.lazy(name) for name in ("posts", "people", "communities"))
    rows = collect(newcomers(*tables, washout_us=part.windows.washout))
    return rows.astype({"is_newcomer": bool, "opened": bool})


@lru_cache(MOST_PARTS)
def openers(part: Part) -> pd.DataFrame:
    """
    The newcomers whose first post opened a thread, under the windows of this kind of community.

    Raises
    ------
    StudyError
        They are too few for any number about them.
    """
    rows = people_of(part.community, part.windows)
    if len(rows) < SMALLEST:
        raise StudyError(
            f"fewer than {SMALLEST} people are known to be newcomers and opened a thread with "
            "their first post"
        )
    return rows


def share_of(count: int, n: int) -> Estimate:
    """
    A share of people with its interval (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    Not known where it would tell of fewer than ten people: those counted, or the others.
    """
    if n < SMALLEST or isinstance(counted(count, n), str):
        return Estimate(None, None, None, None, None, n)
    low, high = proportion_confint(count, n, method="wilson")
    return Estimate(count / n, None, float(low), float(high), None, n)


def returned_in_window(rows: pd.DataFrame) -> Estimate:
    """Of the newcomers watched to the end of the window, the share that came back within it."""
    watched = rows[rows["complete"]]
    return share_of(int(watched["returned"].sum()), len(watched))


def returned_by(rows: pd.DataFrame, days: Sequence[float]) -> pd.DataFrame:
    """
    The share that has posted in another thread by so many days after the first post, at any time.

    Whoever has not, and is no longer watched, is kept as perhaps coming back later (Kaplan-Meier).
    One row a day of `days` up to the last one watched: days, estimate, low, high.
    """
    back = rows["next_us"].notna()
    last = rows["next_us"].fillna(rows["end_us"]).astype("int64")
    waited = (last - rows["first_us"].astype("int64")) / DAY
    at = [day for day in days if day <= waited.max()]
    if not at:
        return pd.DataFrame(columns=["days", *LIMITS])
    band = clustered_survival(waited, back, np.arange(len(rows)), at=at)
    return pd.DataFrame(
        {
            "days": at,
            "estimate": 1 - band["survival"],
            "low": 1 - band["high"],
            "high": 1 - band["low"],
        }
    )


def returned_within(rows: pd.DataFrame) -> Estimate:
    """The share that has posted in another thread within 30 days; None where nobody can tell."""
    none = Estimate(None, None, None, None, None, len(rows))
    found = returned_by(rows, [WATCHED_DAYS])
    if found.empty or isinstance(counted(int(rows["next_us"].notna().sum()), len(rows)), str):
        return none
    middle, low, high = (
        None if np.isnan(number) else number for number in (float(found[n].iloc[0]) for n in LIMITS)
    )
    return replace(none, estimate=middle, low=low, high=high)


def window_said(part: Part) -> str:
    """The window of a return in words: `from 24 hours to 31 days after the first post`."""
    chosen = part.windows
    return (
        f"from {exactly(chosen.outcome_from)} to {exactly(chosen.outcome_until)} after the first "
        "post"
    )


def _row(part: Part) -> Rows:
    rows = openers(part)
    everybody = all_newcomers(part)
    new = int(everybody["is_newcomer"].sum())
    inside = returned_in_window(rows)
    within = returned_within(rows)
    return [
        {
            "community": part.title,
            "people who wrote": len(everybody),
            "known to be new": tens(new),
            "of these, opened a thread first": tens(len(rows)),
            "watched to the end": tens(int(rows["complete"].sum())),
            "window of a return": window_said(part),
            "came back in the window": percent(inside),
            **limits(inside, "in_window"),
            f"came back within {WATCHED_DAYS} days": percent(within),
            **limits(within, "within"),
        }
    ]


def returning_table(parts: Sequence[Part]) -> Step:
    """Of 100 newcomers, how many come back: in the window of their kind, and within 30 days."""
    rows, reasons = of_each(parts, _row)
    if rows.empty:
        return nothing(WHAT, reasons)
    shown = [part for part in parts if part.title in set(rows["community"])]
    unknown = [part.title for part in shown if part.kind != part.community.platform]
    said = f"{', '.join(unknown)}: {NO_WINDOWS}" if unknown else ""
    return TableView(
        rows,
        name="newcomers-returning",
        caption="Newcomers whose first post opened a thread, and how many of them posted in "
        "another thread afterwards. In the window: of those whom the record covers to its end. "
        f"Within {WATCHED_DAYS} days: at any time after the first post, whoever is no longer "
        "watched kept as perhaps coming back (Kaplan-Meier). 95 % intervals, people as the unit. "
        "Numbers of newcomers are rounded to tens, so that no small number follows from two. "
        f"{said} {reasons}".strip(),
        below={"came back in the window": ["window of a return"]},
        hidden=behind(rows, "in_window", "within"),
    )


def _curve(part: Part) -> Rows:
    rows = openers(part)
    if returned_within(rows).estimate is None:
        raise StudyError(f"fewer than {SMALLEST} newcomers came back, or fewer than that did not")
    found = returned_by(rows, np.linspace(0, WATCHED_DAYS, 4 * WATCHED_DAYS + 1).tolist())
    shares = found.assign(**{name: 100 * found[name] for name in LIMITS})
    return shares.assign(community=part.title).to_dict("records")


def returning_curves(parts: Sequence[Part]) -> Step:
    """The share of newcomers who have come back, against the days since their first post."""
    rows, reasons = of_each(parts, _curve)
    if rows.empty:
        return nothing(WHAT, reasons)
    titles = list(dict.fromkeys(rows["community"]))
    figure, axes = panels([""], height=3.8)
    ax = axes[""]
    plots.curves(rows, x="days", y="came back, of 100", label="community",
                 unit="days since the first post", ax=ax)  # fmt: skip
    ax.set(xlim=(0, WATCHED_DAYS), ylim=(0, None))
    last = rows.groupby("community", sort=False).last()
    said = "; ".join(
        f"{title}: {last.loc[title, 'estimate']:.0f} of 100 by day {last.loc[title, 'days']:g}"
        for title in titles
    )
    return drawn(
        figure,
        rows[["community", "days", *LIMITS]],
        name="newcomers-returning-curves",
        caption="Newcomers who have posted in another thread, of 100 whose first post opened one, "
        "against the days since that post; shaded: 95 % intervals, people as the unit. "
        f"{said}. {reasons}".strip(),
        alt=f"Rising curves of the share of newcomers who came back over 30 days. {said}.",
    )
