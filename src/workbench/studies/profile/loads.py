"""Load per person: how much arrives on a day when somebody is there, and who writes the replies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from workbench import plots
from workbench.errors import StudyError
from workbench.measures import collect
from workbench.measures.load import load
from workbench.models.inequality import gini, top_share
from workbench.models.result import Estimate
from workbench.studies.cells import SMALLEST
from workbench.studies.present import TableView
from workbench.studies.profile.drawn import Step, behind, drawn, limits, nothing, panels, percent
from workbench.studies.profile.parts import MOST_PARTS, Part, Rows, of_each

SEED = 8
DRAWS = 500
TENTH = 0.1
WHAT = "Load per person"
QUANTILES = {
    0.25: "a quarter get at most",
    0.5: "half get at most (the median)",
    0.75: "three quarters get at most",
    0.9: "nine tenths get at most",
}


@lru_cache(MOST_PARTS)
def loads(part: Part) -> pd.DataFrame:
    """The columns of `measures.load`, with `a_day`: posts that arrived per active day."""
    rows = collect(load(part.community.lazy("posts"), part.community.lazy("people")))
    # Measures come in no order, and samples of people depend on it.
    rows = rows.sort_values(["posts", "replies", "active_days", "arrived"], ignore_index=True)
    if len(rows) < SMALLEST:
        raise StudyError(f"fewer than {SMALLEST} people wrote in it")
    return rows.assign(a_day=rows["arrived"].astype(float) / rows["active_days"].astype(float))


def load_quantile(values: pd.Series, share: float) -> Estimate:
    """
    A quantile with its interval from ranks alone; None where fewer than ten people lie on a side.

    Source: Conover (1999), Practical Nonparametric Statistics, section 3.2.
    """
    n = len(values)
    if n * min(share, 1 - share) < SMALLEST:
        return Estimate(None, None, None, None, None, n)
    point = float(np.quantile(values, share, method="median_unbiased"))
    found = stats.quantile_test(values.to_numpy(float), q=point, p=share).confidence_interval(0.95)
    low, high = (float(end) if np.isfinite(end) else None for end in (found.low, found.high))
    return Estimate(point, None, low, high, None, n)


def busiest(n: int) -> float:
    """The share of `n` people that counts as the busiest: a tenth, but ten people at least."""
    return max(TENTH, SMALLEST / n)


def busiest_share(rows: pd.DataFrame) -> Estimate:
    """
    The share of all replies that the busiest tenth wrote, among all who wrote anything.

    Where a tenth is fewer than ten people, the busiest ten; None for fewer than twenty people, or
    where too few replied for samples of people to hold a reply.
    """
    n = len(rows)
    if n < 2 * SMALLEST or (rows["replies"] > 0).sum() < SMALLEST:
        return Estimate(None, None, None, None, None, n)
    return top_share(rows["replies"].astype(float), seed=SEED, top=busiest(n), draws=DRAWS)


def _row(part: Part) -> Rows:
    rows = loads(part)
    top = busiest_share(rows)
    middle, high = (load_quantile(rows["a_day"], share) for share in (0.5, 0.9))
    group = "tenth" if busiest(len(rows)) == TENTH else "ten people"
    return [
        {
            "community": part.title,
            "people": len(rows),
            "arrives on an active day, median": value(middle),
            **limits(middle, "median"),
            "nine tenths get at most": value(high),
            **limits(high, "ninety"),
            "replies": int(rows["replies"].sum()),
            "written by the busiest": percent(top),
            "busiest": group,
            **limits(top, "top"),
            "Gini": gini(rows["replies"].astype(float)) if top.estimate is not None else None,
        }
    ]


def value(number: Estimate) -> str | None:
    """A number of posts with its interval: `3.5 (3 to 4)`."""
    if number.estimate is None:
        return None
    if number.low is None or number.high is None:
        return f"{number.estimate:.3g}"
    return f"{number.estimate:.3g} ({number.low:.3g} to {number.high:.3g})"


def load_table(parts: Sequence[Part]) -> Step:
    """What arrives for one person on a day, and how unequally the replies are spread."""
    rows, reasons = of_each(parts, _row)
    if rows.empty:
        return nothing(WHAT, reasons)
    return TableView(
        rows,
        name="load",
        caption="Load per person: each person's average of posts by others, on days on which "
        "that person posts, in threads in which the person takes part; the quantiles are over "
        "people, not over days. What people read without writing is in no record. Beside "
        "it, who carries the answering: the share of all replies that the busiest tenth of those "
        "who wrote anything has written (with fewer than a hundred people: the busiest ten), and "
        "the Gini coefficient of replies, 0 where all write the same and near 1 where one writes "
        f"all. 95 % intervals, people as the unit. {reasons}".strip(),
        below={"written by the busiest": ["busiest"]},
        hidden=behind(rows, "median", "ninety", "top"),
    )


def _quantiles(part: Part) -> Rows:
    rows = loads(part)
    found: Rows = []
    for share, words in QUANTILES.items():
        number = load_quantile(rows["a_day"], share)
        row = {"community": part.title, "label": words, "share": share}
        found.append(row | {name: getattr(number, name) for name in ("estimate", "low", "high")})
    return found


def load_figure(parts: Sequence[Part]) -> Step:
    """The quantiles of what arrives for one person on an active day, each on its interval."""
    rows, reasons = of_each(parts, _quantiles)
    if rows.empty:
        return nothing(WHAT, reasons)
    rows = rows.astype(dict.fromkeys(("estimate", "low", "high"), float))
    titles = list(dict.fromkeys(rows["community"]))
    figure, axes = panels(titles, height=2.9)
    said = []
    for title, ax in axes.items():
        part = rows[rows["community"] == title].reset_index(drop=True)
        plots.forest(part, unit="posts by others in one's threads, a day", ax=ax)
        ax.set_xlim(left=0)
        known = part.dropna(subset="estimate")
        said.append(f"{title}: " + (", ".join(
            f"{label} {number:.3g}"
            for label, number in zip(known["label"], known["estimate"], strict=True)
        ) or "too few people"))  # fmt: skip
    return drawn(
        figure,
        rows,
        name="load-quantiles",
        caption="Posts by others that arrive in one's threads on a day on which one is there: each "
        "person's average over such days, and quantiles of these averages over people; "
        "lines: 95 % intervals. A quantile with fewer than ten people on one side is left out. "
        f"{'; '.join(said)}. {reasons}".strip(),
        alt=f"Dots on intervals, a row a quantile. {'; '.join(said)}.",
    )
