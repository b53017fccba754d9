"""Still unanswered after an hour, a day, three days: silence is kept as still waiting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench import plots
from workbench.errors import ModelError, StudyError
from workbench.models.clustered_survival import clustered_survival, clustered_survival_at
from workbench.models.result import Estimate
from workbench.studies.durations import about
from workbench.studies.feedback_speed.waiting import LONGEST, TICKS, curve
from workbench.studies.present import TableView
from workbench.studies.profile.drawn import (
    Drawn,
    Step,
    behind,
    drawn,
    limits,
    nothing,
    panels,
    percent,
)
from workbench.studies.profile.parts import Part, Rows, of_each
from workbench.studies.profile.rungs import RUNGS, climbed, rungs_of
from workbench.studies.profile.ticks import TOO_COARSE, shortest, tells

AFTER = (1, 24, 72)  # hours
NAIVE, ALL = "among the answered only", "all threads, silence kept as waiting"
WHAT = "Still unanswered"
ROUNDING = 1e-12  # a product of shares misses one half by some units of the last place


def unanswered_after(rows: pd.DataFrame, hours: float) -> Estimate:
    """
    The share of threads still unanswered after `hours`, silence kept as waiting (Kaplan-Meier).

    The interval is clustered by the asker. All None where no thread was watched that long, one
    person opened them all, or the clock is too coarse for such a wait.
    """
    if not tells(rows, hours):
        return Estimate(None, None, None, None, None, len(rows))
    try:
        return clustered_survival_at(rows["hours"], rows["answered"], rows["asker"], hours)
    except ModelError:
        return Estimate(None, None, None, None, None, len(rows))


def known_shares(rows: pd.DataFrame) -> list[tuple[int, Estimate]]:
    """The hours of `AFTER` whose share can be told, with it."""
    shares = [(hours, unanswered_after(rows, hours)) for hours in AFTER]
    return [(hours, share) for hours, share in shares if share.estimate is not None]


def share_said(rows: pd.DataFrame, hours: float) -> str:
    """`unanswered_after` in words, with the reason where the clock does not tell it."""
    return percent(unanswered_after(rows, hours)) if tells(rows, hours) else TOO_COARSE


def half_answered(rows: pd.DataFrame) -> str:
    """
    When half of the threads had their answer, silence kept as waiting, beside the naive median.

    Where exactly half wait for a while, every moment of it is a median; both its ends are said.
    """
    if not rows["answered"].any():
        return "no thread was answered"
    middle = rows.loc[rows["answered"], "hours"].median()
    naive = f"among the answered only, {about(middle) if tells(rows, middle) else TOO_COARSE}"
    time, survival = curve(rows).table[["time", "survival"]].to_numpy().T
    half, fewer = time[survival <= 0.5 + ROUNDING], time[survival < 0.5 - ROUNDING]
    if not half.size:
        return f"fewer than half were ever answered ({naive})"
    if not tells(rows, half[0]):
        return f"half were answered within {about(shortest(rows))}: {TOO_COARSE} to say when"
    flat = fewer.size and fewer[0] > half[0]
    until = f"; exactly half still wait until {about(fewer[0])}" if flat else ""
    return f"half were answered within {about(half[0])} ({naive}{until})"


def later_among_answered(rows: pd.DataFrame, hours: float) -> float | None:
    """The naive share: of the answered threads, those answered later than `hours`."""
    answered = rows.loc[rows["answered"], "hours"]
    known = len(answered) and tells(rows, hours)
    return float((answered > hours).mean()) if known else None


def _ladder(part: Part) -> Rows:
    rungs = {name: climbed(part, rung) for name, rung in rungs_of(part).items()}
    rows: Rows = []
    for hours in AFTER:
        shares = {name: unanswered_after(found, hours) for name, found in rungs.items()}
        naive = later_among_answered(rungs["human"], hours)
        rows.append(
            {
                "community": part.title,
                "after": f"{hours} hour{'s' if hours > 1 else ''}",
                "threads": len(part.waits),
                "still unanswered": share_said(rungs["human"], hours),
                **limits(shares["human"], "human"),
                **{name: shares[name].estimate for name in rungs if name != "human"},
                "naive": naive,
            }
        )
    return rows


def unanswered_table(parts: Sequence[Part]) -> Step:
    """Still unanswered after 1, 24 and 72 hours, by what counts as an answer, and the naive way."""
    rows, reasons = of_each(parts, _ladder)
    if rows.empty:
        return nothing(WHAT, reasons)
    looser = [name for name in RUNGS if name in rows and name != "human"]
    rows = rows[[*(name for name in rows if name not in (*looser, "naive")), *looser, "naive"]]
    return TableView(
        rows,
        name="still-unanswered",
        caption="Threads that nobody had answered after an hour, a day and three days, of all that "
        "people opened; silent threads are kept as still waiting (Kaplan-Meier). First: "
        "an answer is the first one by another human; its 95 % interval takes the person who "
        "opened a thread as the unit. To the right the same under looser definitions, each with "
        "one kind of message more than the one before it, and last "
        "the naive share, which looks at answered threads only and so cannot see silence. "
        f"{reasons}".strip(),
        labels={
            "still unanswered": "still unanswered (95 % interval)",
            "naive": NAIVE,
            **{name: RUNGS[name].says for name in looser},
        },
        formats=dict.fromkeys((*looser, "naive"), "{:.1%}"),
        hidden=behind(rows, "human"),
    )


def _curves(part: Part) -> Rows:
    """The share still unanswered over a grid of hours, in 100, by definition and the naive way."""
    found = part.waits
    end = max(1 / 60, min(LONGEST, float(found["hours"].max())))
    # The last step of a logarithmic grid may miss the longest wait by a rounding.
    begin = max(1 / 60, shortest(found))
    if begin > end:
        raise StudyError(f"{TOO_COARSE} for any of its waits")
    grid = np.minimum(np.geomspace(begin, end, 200), end)
    band = clustered_survival(found["hours"], found["answered"], found["asker"], at=grid)
    rows = [
        {"community": part.title, "line": ALL, "hours": t, "estimate": 100 * s,
         "low": 100 * low, "high": 100 * high}
        for t, s, low, high in band[["time", "survival", "low", "high"]].itertuples(index=False)
    ]  # fmt: skip
    if found["answered"].any():
        rows += [
            {"community": part.title, "line": NAIVE, "hours": float(t),
             "estimate": 100 * float(later_among_answered(found, t) or 0), "low": None,
             "high": None}
            for t in grid
        ]  # fmt: skip
    return list(rows)


def unanswered_curves(parts: Sequence[Part]) -> Step:
    """The share still unanswered against the time since opening, and the naive one."""
    rows, reasons = of_each(parts, _curves)
    if rows.empty:
        return nothing(WHAT, reasons)
    return _figure(rows, parts, reasons)


def _figure(rows: pd.DataFrame, parts: Sequence[Part], reasons: str) -> Drawn:
    rows = rows.astype(dict.fromkeys(("estimate", "low", "high"), float))
    titles = list(dict.fromkeys(rows["community"]))
    figure, axes = panels(titles, height=3.8)
    for title, ax in axes.items():
        plots.curves(
            rows[rows["community"] == title], x="hours", y="still unanswered, of 100", label="line",
            unit="time since the thread was opened", ax=ax,
        )  # fmt: skip
        ax.set_xscale("log")
        ax.set_xticks(list(TICKS), list(TICKS.values()))
        ax.minorticks_off()
        ax.set(xlim=(1 / 60, LONGEST), ylim=(0, 100))
    shown = [part for part in parts if part.title in titles]
    said = "; ".join(f"{part.title}: {_said(part)}" for part in shown)
    return drawn(
        figure,
        rows,
        name="unanswered-curves",
        caption="Threads still unanswered, of 100 opened, against the time since then; shaded: "
        "95 % intervals with the person who opened a thread as the unit. The dashed line leaves "
        "silent threads out, as is often done, and falls to zero however many are never answered. "
        "Lines begin at a minute, or at the tick of the clock where that is longer. "
        f"The time axis is logarithmic. {said}. {reasons}".strip(),
        alt=f"Falling curves of the share of threads still unanswered over time. {said}.",
    )


def _said(part: Part) -> str:
    """One community's three shares in words."""
    known = known_shares(part.waits)
    words = [
        f"{percent(share)} after {hours} hour{'s' if hours > 1 else ''}" for hours, share in known
    ]
    if words:
        return ", ".join(words) + " still unanswered"
    return "not watched for an hour" if tells(part.waits, AFTER[-1]) else TOO_COARSE
