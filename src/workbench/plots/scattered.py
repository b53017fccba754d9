"""Points with intervals along a scale: with lines that bend, or against the line of equals."""

from __future__ import annotations

from itertools import cycle

import pandas as pd
from matplotlib.axes import Axes

from workbench.plots.style import COLOURS, LINES, MARKERS, canvas, legend_above, styled


@styled
def bent(rows: pd.DataFrame, lines: pd.DataFrame, *, at: float, ax: Axes | None = None) -> Axes:
    """
    Points with intervals, the lines through them, and a dashed line where they bend.

    rows : load, estimate, low, high. lines : load, estimate, part; two rows a part, its ends.
    """
    ax = canvas()[1][0] if ax is None else ax
    ax.axvline(at, color="0.45", linestyle=LINES[1], linewidth=1, zorder=1)
    ax.vlines(rows["load"], rows["low"], rows["high"], color=COLOURS[0], linewidth=1.8, zorder=2)
    ax.plot(rows["load"], rows["estimate"], MARKERS[0], color=COLOURS[0], zorder=3)
    for _, part in lines.groupby("part", sort=False):
        ax.plot(part["load"], part["estimate"], color=COLOURS[1], linewidth=2.2, zorder=4)
    return ax


@styled
def against_equal(rows: pd.DataFrame, *, x: str, label: str, ax: Axes | None = None) -> Axes:
    """
    Points with intervals on logarithmic scales, and the line on which both numbers are equal.

    rows : the columns `x` (above zero) and `label`, `estimate`, `low`, `high`; one marker and line
    a value of `label`.
    """
    ax = canvas()[1][0] if ax is None else ax
    ends = [rows[x].min(), rows[x].max()]
    ax.plot(ends, ends, color="0.6", linewidth=1.2, zorder=1, label="as many")
    looks = zip(cycle(COLOURS), cycle(LINES), cycle(MARKERS), strict=False)
    for (name, part), (colour, line, marker) in zip(
        rows.groupby(label, sort=False), looks, strict=False
    ):
        ax.vlines(part[x], part["low"], part["high"], color=colour, linewidth=1.8)
        ax.plot(part[x], part["estimate"], marker=marker, color=colour, linestyle=line, label=name)
    ax.set(xscale="log", yscale="log")
    legend_above(ax)
    return ax
