"""What changes along an axis: curves with their intervals, and points over ordered ticks."""

from __future__ import annotations

from itertools import cycle

import pandas as pd
from matplotlib.axes import Axes

from workbench.plots.style import COLOURS, LETTERS, LINES, MARKERS, canvas, legend_above, styled


@styled
def curves(
    rows: pd.DataFrame, *, x: str, y: str, label: str, unit: str, ax: Axes | None = None
) -> Axes:
    """
    Step curves with their intervals, one a value of column `label`.

    rows : the column `label`, a column of times, `estimate`, `low`, `high`, sorted by time.
    """
    ax = canvas()[1][0] if ax is None else ax
    styles = zip(cycle(COLOURS), cycle(LINES), strict=False)
    for (name, part), (colour, line) in zip(rows.groupby(label, sort=False), styles, strict=False):
        ax.step(part[x], part["estimate"], where="post", color=colour, linestyle=line, label=name)
        ax.fill_between(
            part[x], part["low"], part["high"], step="post", color=colour, alpha=0.18, linewidth=0
        )
    ax.set(xlabel=unit, ylabel=y)
    legend_above(ax)
    return ax


@styled
def points(
    rows: pd.DataFrame,
    *,
    x: str,
    label: str,
    xlabel: str,
    ylabel: str,
    line: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """
    Points with intervals over an ordered axis, one marker a value of column `label`.

    rows : the columns `x` and `label`, `estimate`, `low`, `high`. `line` is a reference value.
    """
    ax = canvas()[1][0] if ax is None else ax
    ticks = list(dict.fromkeys(rows[x]))
    groups = list(rows.groupby(label, sort=False))
    if line is not None:
        ax.axhline(line, color="0.45", linewidth=1, zorder=1)
    for number, (name, part) in enumerate(groups):
        shift = 0.14 * (number - (len(groups) - 1) / 2)
        at = [ticks.index(value) + shift for value in part[x]]
        colour = COLOURS[number % len(COLOURS)]
        ax.vlines(at, part["low"], part["high"], color=colour, linewidth=1.8)
        ax.plot(at, part["estimate"], MARKERS[number % len(MARKERS)], color=colour, label=name)
    ax.set(xticks=range(len(ticks)), xlabel=xlabel, ylabel=ylabel)
    if sum(len(str(tick)) + 2 for tick in ticks) < LETTERS:
        ax.set_xticklabels(ticks)
    else:
        ax.set_xticklabels(ticks, rotation=45, ha="right", rotation_mode="anchor")
    ax.grid(visible=False, axis="x")
    if len(groups) > 1:
        legend_above(ax)
    return ax
