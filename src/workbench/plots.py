"""Figures: a tidy table in, axes out. Nothing is computed and nothing is saved here.

Colours are from Okabe & Ito's palette, which colour-blind readers can tell apart; lines also differ
in style, points in shape. A figure is narrow, so that its letters can be read on a telephone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "D", "^", "v", "P")
BAND = "#E8EDF2"
INK = "#30363d"
# As many letters fit side by side over the width of a figure.
LETTERS = 48

STYLE = {
    **sns.axes_style("whitegrid"),
    **sns.plotting_context("notebook", font_scale=1.1),
    "figure.dpi": 100,
    "axes.edgecolor": "0.6",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "grid.color": "0.92",
    "legend.frameon": False,
    "font.family": ["DejaVu Sans"],
    "text.color": INK,
    "axes.labelcolor": INK,
}


_styled = mpl.rc_context(STYLE)


def _legend_above(ax: Axes) -> None:
    """One legend over all panels of the figure, in a row where it fits, where it hides nothing."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    entries: dict[str, Any] = {}
    for panel in figure.axes:
        handles, names = panel.get_legend_handles_labels()
        entries = {**dict(zip(names, handles, strict=True)), **entries}
    for old in list(figure.legends):
        old.remove()
    longest = max(map(len, entries), default=0)
    figure.legend(
        list(entries.values()), list(entries), loc="outside upper left",
        ncols=max(1, min(len(entries), LETTERS // (longest + 6))),
    )  # fmt: skip


@_styled
def canvas(
    *,
    width: float = 5.5,
    height: float = 4.2,
    panels: int = 1,
    ratios: Sequence[float] | None = None,
) -> tuple[mpl.figure.Figure, list[Axes]]:
    """An empty figure in the house style, with `panels` axes, one below the other."""
    figure, axes = plt.subplots(
        panels, 1, figsize=(width, height * panels), squeeze=False, layout="constrained",
        height_ratios=ratios,
    )  # fmt: skip
    figure.get_layout_engine().set(h_pad=0.08)  # type: ignore[union-attr,call-arg]
    plt.close(figure)  # the notebook shows the figure once, as an object with a text
    return figure, list(axes[:, 0])


@_styled
def forest(
    rows: pd.DataFrame,
    *,
    unit: str,
    band: tuple[float, float] | None = None,
    null: float = 0.0,
    band_means: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """
    One row a label: a dot on its interval, and a shaded band.

    rows : label, estimate, low, high; the first row is drawn on top. A row without an estimate is
    kept, with its label only. band_means : what lies in the band; without it, what is too small to
    matter.
    """
    ax = canvas(height=1.4 + 0.5 * len(rows))[1][0] if ax is None else ax
    heights = list(range(len(rows)))[::-1]
    if band is not None:
        words = "too small to matter" if null == 0 else f"too close to {null:g} to matter"
        ax.axvspan(*band, color=BAND, zorder=0, label=band_means or words)
    ax.axvline(null, color="0.45", linewidth=1, zorder=1)
    ax.hlines(heights, rows["low"], rows["high"], color=COLOURS[0], linewidth=2.2, zorder=2)
    ax.plot(rows["estimate"], heights, "o", color=COLOURS[0], markersize=8, zorder=3)
    ax.set(yticks=heights, yticklabels=rows["label"], ylim=(-0.7, len(rows) - 0.3))
    ax.set_xlabel(unit, loc="right")  # a long one runs below the names, not out of the figure
    ax.grid(visible=False, axis="y")
    if band is not None:
        _legend_above(ax)
    return ax


@_styled
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
    _legend_above(ax)
    return ax


@_styled
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
        _legend_above(ax)
    return ax


@_styled
def grouped(rows: pd.DataFrame, *, unit: str, null: float, band_means: str, ax: Axes) -> Axes:
    """
    Rows under headings, each with a shaded band of its own and one mark a kind on its interval.

    rows : group, label, kind, estimate, low, high, band_low, band_high; the first group is drawn on
    top, and rows of the same group and label share a line. kind : the first is a filled mark, the
    second a hollow one. band_means : what lies in the band.
    """
    order = []
    for name, part in rows.groupby("group", sort=False):
        order += [(name, ""), *((name, label) for label in dict.fromkeys(part["label"]))]
    height = {key: -place for place, key in enumerate(order)}
    at = pd.Series([height[key] for key in zip(rows["group"], rows["label"], strict=True)])
    wide = rows["band_high"] - rows["band_low"]
    ax.barh(at, wide, left=rows["band_low"], height=1.0, color=BAND, zorder=0, label=band_means)
    ax.spines["left"].set_visible(False)  # the headings run over its place
    ax.axvline(null, color="0.45", linewidth=1, zorder=1)
    looks = (("o", COLOURS[0], COLOURS[0], 0.16), ("s", COLOURS[1], "white", -0.16))
    for kind, (marker, colour, face, shift) in zip(
        dict.fromkeys(rows["kind"]), looks, strict=False
    ):
        own = (rows["kind"] == kind).to_numpy()
        part, y = rows[own], at[own] + shift
        ax.hlines(y, part["low"], part["high"], color=colour, linewidth=1.6, zorder=2)
        ax.plot(
            part["estimate"], y, marker, color=colour, markerfacecolor=face, markersize=6, zorder=3,
            label=kind, clip_on=False,
        )  # fmt: skip
    lines = [key for key in order if key[1]]
    ax.set_yticks([height[key] for key in lines], [key[1] for key in lines], fontsize="small")
    ax.set(ylim=(0.4 - len(order), 0.6))
    ax.locator_params(axis="x", nbins=6)  # long numbers run into each other
    for name in dict.fromkeys(rows["group"]):
        ax.annotate(
            name, (0, height[name, ""]), xycoords=("figure fraction", "data"), va="center",
            fontsize="small", fontweight="bold", in_layout=False,
        )  # fmt: skip
    ax.set_xlabel(unit, loc="right")  # a long one runs below the names, not out of the figure
    ax.grid(visible=False, axis="y")
    _legend_above(ax)
    return ax


@_styled
def planted(ax: Axes, x: float, y: float | None = None, *, label: str) -> Axes:
    """A truth that was planted, with its words in the legend: a square, or a dashed line at x."""
    if y is None:
        ax.axvline(x, color=COLOURS[1], linestyle="--", linewidth=1.6, label=label)
    else:
        ax.plot([x], [y], MARKERS[1], color=COLOURS[1], label=label, zorder=4)
    _legend_above(ax)
    return ax


@_styled
def behind(ax: Axes, rows: pd.DataFrame, *, label: str) -> Axes:
    """
    Pale dots behind the rows of `forest`.

    rows : label, as in the forest, and estimate; an empty one is left out.
    """
    heights = {
        text.get_text(): at for text, at in zip(ax.get_yticklabels(), ax.get_yticks(), strict=True)
    }
    ax.plot(
        rows["estimate"], rows["label"].map(heights) - 0.22, "o", color=COLOURS[4], alpha=0.45,
        markersize=5, zorder=1, linestyle="none", label=label,
    )  # fmt: skip
    _legend_above(ax)
    return ax


@_styled
def before_after(rows: pd.DataFrame, *, limit: float, unit: str, ax: Axes | None = None) -> Axes:
    """
    A pair of points a row: before and after adjustment, with the limit usually asked for.

    rows : label, before, after.
    """
    ax = canvas(height=1.4 + 0.32 * len(rows))[1][0] if ax is None else ax
    heights = list(range(len(rows)))[::-1]
    ax.axvspan(-limit, limit, color=BAND, zorder=0, label=f"within {limit:g}")
    ax.axvline(0, color="0.45", linewidth=1)
    ax.hlines(heights, rows["before"], rows["after"], color="0.8", zorder=1)
    ax.plot(rows["before"], heights, "s", color=COLOURS[1], label="before", zorder=2)
    ax.plot(rows["after"], heights, "o", color=COLOURS[0], label="after", zorder=3)
    ax.set(yticks=heights, yticklabels=rows["label"], ylim=(-0.7, len(rows) - 0.3))
    ax.set_xlabel(unit, loc="right")  # a long one runs below the names, not out of the figure
    ax.grid(visible=False, axis="y")
    _legend_above(ax)
    return ax


@_styled
def specifications(
    rows: pd.DataFrame,
    *,
    choices: Mapping[str, Sequence[str]],
    unit: str,
    axes: tuple[Axes, Axes],
) -> tuple[Axes, Axes]:
    """
    Estimates with their intervals above, and below each of them the choices that it rests on.

    rows : estimate, low, high, own (yes or no: the one to be told apart), and a column for each of
    `choices`; drawn from left to right in the order given. choices : column -> its options, from
    top to bottom.
    """
    upper, lower = axes
    at = pd.Series(range(len(rows)), index=rows.index)
    labels = [(choice, option) for choice in choices for option in ("", *choices[choice])]
    upper.axhline(0, color="0.45", linewidth=1, zorder=1)
    upper.vlines(at, rows["low"], rows["high"], color="0.7", linewidth=1.6, zorder=2)
    for own, marker, colour, size in ((False, "o", COLOURS[0], 5), (True, "D", COLOURS[1], 9)):
        part = rows[rows["own"] == own]
        upper.plot(at[part.index], part["estimate"], marker, color=colour, markersize=size)
        for depth, (choice, option) in enumerate(labels):
            used = at[part.index[part[choice] == option]]
            lower.plot(used, [-depth] * len(used), marker, color=colour, markersize=size)
    upper.set(ylabel=unit, xticks=[], xlim=(-1, len(rows)))
    lower.set(xticks=[], xlim=(-1, len(rows)), ylim=(0.6 - len(labels), 0.6))
    lower.set_yticks([-depth for depth in range(len(labels))], [one[1] or one[0] for one in labels])
    for text, (_, option) in zip(lower.get_yticklabels(), labels, strict=True):
        text.set(fontweight="normal" if option else "bold", fontsize="small")
    lower.tick_params(axis="y", length=0)
    lower.grid(visible=False)
    return upper, lower
