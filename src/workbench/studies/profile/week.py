"""Hour by hour of the week: when people ask, and how many are answered within the hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench import plots
from workbench.errors import StudyError
from workbench.models.result import Estimate
from workbench.models.survival import kaplan_meier, survival_at
from workbench.studies.cells import SMALLEST
from workbench.studies.durations import HOUR
from workbench.studies.profile.drawn import Step, drawn, nothing, percent
from workbench.studies.profile.parts import Part, Rows, of_each
from workbench.studies.profile.ticks import TOO_COARSE, tells
from workbench.studies.profile.unanswered import unanswered_after
from workbench.studies.profile.working import DAYS

WIDTHS = (1, 3, 6)  # hours of a cell, of which the finest is taken that most cells can fill
WHAT = "By hour of the week"
PANELS = {
    "threads": ("threads opened", "Blues"),
    "answered": ("answered within an hour, of 100", "Oranges"),
}


def dated(part: Part) -> pd.DataFrame:
    """
    The rows of `part.waits` that are dated to the hour.

    Raises
    ------
    StudyError
        More than a few are not.
    """
    if not tells(part.waits, 1.0):
        raise StudyError(f"{TOO_COARSE} for hours of the week")
    fine = part.waits["tick_us"].astype("int64") <= HOUR
    return part.waits[fine].reset_index(drop=True)


def by_hour(part: Part) -> Rows:
    """
    One row a cell of the week on the community's own clock.

    day (0: Monday), hour (its first), hours (its length), threads, answered (the share within an
    hour, Kaplan-Meier). Both are empty where fewer than ten people opened threads.

    Raises
    ------
    StudyError
        In no cell ten people opened threads that are dated to the hour.
    """
    found = dated(part)
    wall = part.wall(found, "opened_us").dt if len(found) else None
    for width in WIDTHS if wall else ():
        cells = found.groupby([wall.day_of_week, wall.hour // width * width])  # type: ignore[union-attr]
        sizes = cells["asker"].nunique()
        most = (sizes >= SMALLEST).sum() > len(DAYS) * 24 // width / 2
        if (most or width == WIDTHS[-1]) and (sizes >= SMALLEST).any():
            parts = dict(list(cells))
            return [
                {"community": part.title, "day": day, "hour": hour, "hours": width,
                 **_cell(parts.get((day, hour)))}
                for day in range(len(DAYS)) for hour in range(0, 24, width)
            ]  # fmt: skip
    raise StudyError(
        f"in no {WIDTHS[-1]} hours of the week did {SMALLEST} people open threads that are "
        "dated to the hour"
    )


def _cell(own: pd.DataFrame | None) -> dict[str, float | None]:
    if own is None or own["asker"].nunique() < SMALLEST:
        return {"threads": None, "answered": None}
    if own["hours"].max() < 1 and not own["answered"].all():
        return {"threads": len(own), "answered": None}
    still = survival_at(kaplan_meier(own["hours"], own["answered"]), 1.0).estimate
    return {"threads": len(own), "answered": 1 - float(still or 0)}


def week_maps(parts: Sequence[Part]) -> Step:
    """Two maps of the week a community: threads opened, and answered within the hour."""
    rows, reasons = of_each(parts, by_hour)
    if rows.empty:
        return nothing(WHAT, reasons)
    rows = rows.astype({"threads": float, "answered": float})
    titles = list(dict.fromkeys(rows["community"]))
    figure, axes = plots.canvas(panels=2 * len(titles), height=2.7)
    zones = {part.title: part.zone for part in parts}
    places = iter(axes)
    for title in titles:
        own = rows[rows["community"] == title]
        for name, (words, shades) in PANELS.items():
            ax = next(places)
            _draw(own.assign(answered=100 * own["answered"]), name, shades, ax)
            lead = f"{title}: " if len(titles) > 1 else ""
            ax.set_title(f"{lead}{words}", loc="left", fontsize="medium")
    said = ". ".join(_said(part) for part in parts if part.title in titles)
    clocks = "; ".join(f"{title}: {zones[title]}" for title in titles)
    return drawn(
        figure,
        rows.astype({"threads": "Int64"}),
        name="by-hour-of-week",
        caption="Threads by the hour of the week in which they were opened, and how many of 100 "
        "were answered within an hour of that (Kaplan-Meier). Darker is more. Cells of fewer than "
        f"{SMALLEST} people who opened threads are left empty, and hours are put together "
        "where most would be. "
        f"Clock on the wall: {clocks}. Answered within an hour, with 95 % intervals (the opener "
        f"of a thread as the unit): {said}. {reasons}".strip(),
        alt=f"Maps of the week, days by hours. Answered within an hour: {said}.",
    )


def _draw(own: pd.DataFrame, name: str, shades: str, ax: Axes) -> None:
    grid = own.pivot_table(index="day", columns="hour", values=name, dropna=False)
    edges = [*grid.columns, 24]
    drawn_cells = ax.pcolormesh(
        edges, range(len(DAYS) + 1), np.ma.masked_invalid(grid.to_numpy(float)), cmap=shades,
        vmin=0, vmax=100 if name == "answered" else None, edgecolors="white", linewidth=0.5,
    )  # fmt: skip
    ax.set_facecolor("0.93")
    ax.set_yticks([day + 0.5 for day in range(len(DAYS))], [day.capitalize() for day in DAYS])
    ax.set(xticks=range(0, 25, 6), xlabel="hour of the day", ylim=(len(DAYS), 0), xlim=(0, 24))
    ax.grid(visible=False)
    ax.figure.colorbar(drawn_cells, ax=ax, pad=0.02)


def _said(part: Part) -> str:
    """Answered within the hour, of what was opened in working hours and of what was not."""
    found = dated(part)
    wall = part.wall(found, "opened_us").dt
    minutes = 60 * wall.hour + wall.minute
    inside = wall.day_of_week.isin(part.clock.days) & minutes.between(
        part.clock.begin, part.clock.end, inclusive="left"
    )
    words = []
    for name, chosen in ((f"opened from {part.clock.said}", inside), ("at other times", ~inside)):
        words.append(f"{name}, {percent(_within_the_hour(found[chosen]))}")
    return f"{part.title}: {'; '.join(words)}"


def _within_the_hour(rows: pd.DataFrame) -> Estimate:
    still = unanswered_after(rows, 1.0) if rows["asker"].nunique() >= SMALLEST else None
    if still is None or still.estimate is None:
        return Estimate(None, None, None, None, None, len(rows))
    low, high = (None if limit is None else 1 - limit for limit in (still.high, still.low))
    return replace(still, estimate=1 - still.estimate, low=low, high=high)
