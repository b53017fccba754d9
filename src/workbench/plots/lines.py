"""What changes along an axis: curves with their intervals, and points over ordered ticks."""

from __future__ import annotations

import textwrap
from itertools import cycle

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from workbench.plots.style import COLOURS, LETTERS, LINES, MARKERS, canvas, legend_above, styled

FEW = 12  # points of a curve that are shown as such
TICK = 8  # letters of a name on the axis in one line
AIR = 4  # points of type between two lines of numbers


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
        ax.set_xticklabels([_in_lines(tick) for tick in ticks])
    else:
        ax.set_xticklabels(ticks, rotation=45, ha="right", rotation_mode="anchor")
    ax.grid(visible=False, axis="x")
    if len(groups) > 1:
        legend_above(ax)
    return ax


def _in_lines(tick: object) -> str:
    """A name on the axis of two or more words in lines, so that it stays off its neighbours."""
    return "\n".join(textwrap.wrap(str(tick), TICK, break_long_words=False, break_on_hyphens=False))


@styled
def curve_with_band(
    rows: pd.DataFrame,
    *,
    x: str,
    label: str,
    xlabel: str,
    ylabel: str,
    doublings: bool = False,
    line: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """
    Smooth curves in their bands, one a value of column `label`.

    rows : the columns `x` and `label`, `estimate`, `low`, `high`, sorted by x; where low and high
    are empty there is no band, as for a curve that is arithmetic. A curve of few points shows them.
    doublings : each step along the axis is twice the one before; x is then above zero. line : a
    reference value.
    """
    ax = canvas()[1][0] if ax is None else ax
    if line is not None:
        ax.axhline(line, color="0.45", linewidth=1, zorder=1)
    groups = rows.groupby(label, sort=False)
    for number, (name, part) in enumerate(groups):
        colour = COLOURS[number % len(COLOURS)]
        marker = MARKERS[number % len(MARKERS)] if len(part) <= FEW else ""
        ax.fill_between(
            part[x], part["low"].astype(float), part["high"].astype(float), color=colour,
            alpha=0.18, linewidth=0,
        )  # fmt: skip
        ax.plot(
            part[x], part["estimate"], color=colour, linestyle=LINES[number % len(LINES)],
            marker=marker, label=name,
        )  # fmt: skip
    if doublings:
        ax.set_xscale("log", base=2)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if len(groups) > 1:
        legend_above(ax)
    return ax


@styled
def at_risk(ax: Axes, rows: pd.DataFrame, *, x: str, label: str, heading: str) -> Axes:
    """
    Numbers below the axis of `curves`: how many are still followed at some moments.

    rows : the columns `x` and `label`, and `n`, whole numbers or words in the place of one; one row
    a moment and curve. Call it once the axis has its title. heading : what is counted, such as
    `still waiting`.
    """
    size = mpl.rcParams["xtick.labelsize"]
    groups = rows.groupby(label, sort=False)
    below = -(size + 2 * AIR) * (2 if ax.get_xlabel() else 1) - AIR
    for number, (name, part) in enumerate(groups):
        said = f"{heading}, {name}" if len(groups) > 1 else heading
        colour = COLOURS[number % len(COLOURS)]
        ax.annotate(
            said, (0, 0), (0, below), xycoords="axes fraction", textcoords="offset points",
            va="top", fontsize=size, color=colour, fontweight="bold", annotation_clip=False,
        )  # fmt: skip
        below -= size + AIR
        for moment, count in zip(part[x], part["n"], strict=True):
            ax.annotate(
                count if isinstance(count, str) else f"{int(count):,}", (moment, 0), (0, below),
                va="top", ha="center", fontsize=size,
                xycoords=("data", "axes fraction"), textcoords="offset points",
                annotation_clip=False,
            )  # fmt: skip
        below -= size + AIR
    return ax


@styled
def calibration(
    rows: pd.DataFrame,
    *,
    label: str,
    xlabel: str,
    ylabel: str,
    limits: tuple[float, float] = (0.0, 100.0),
    ax: Axes | None = None,
) -> Axes:
    """
    What was stated against what was found: on the diagonal, both are the same.

    rows : stated, estimate (what was found), low, high, and the column `label`; one row a class of
    statements. Both axes run over `limits`, in the unit of the numbers.
    """
    ax = canvas(height=4.8)[1][0] if ax is None else ax
    ax.plot(limits, limits, color="0.45", linewidth=1, linestyle=LINES[1], label="as stated")
    for number, (name, part) in enumerate(rows.groupby(label, sort=False)):
        colour = COLOURS[number % len(COLOURS)]
        ax.vlines(part["stated"], part["low"], part["high"], color=colour, linewidth=1.8)
        ax.plot(
            part["stated"], part["estimate"], MARKERS[number % len(MARKERS)], color=colour,
            label=name, clip_on=False, zorder=3,
        )  # fmt: skip
    reach = (limits[1] - limits[0]) * 0.02  # a mark at an end is whole
    ends = (limits[0] - reach, limits[1] + reach)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=ends, ylim=ends)
    legend_above(ax)
    return ax
