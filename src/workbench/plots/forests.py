"""One row a label: estimates on their intervals, and a shaded band of what is too small."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes

from workbench.plots.style import BAND, COLOURS, MARKERS, canvas, legend_above, styled

NAME = 24  # letters of a name in one line


@styled
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
    One row a label: a mark on its interval, and a shaded band.

    rows : label, estimate, low, high; the first row is drawn on top. A row without an estimate is
    kept, with its label only. A column `kind`, where there is one, tells kinds of rows apart by
    colour and mark, with the words of the legend (as single communities from what pools them).
    band_means : what lies in the band; without it, what is too small to matter.
    """
    ax = canvas(height=1.4 + 0.5 * len(rows))[1][0] if ax is None else ax
    heights = pd.Series(range(len(rows))[::-1], index=rows.index)
    if band is not None:
        words = "too small to matter" if null == 0 else f"too close to {null:g} to matter"
        ax.axvspan(*band, color=BAND, zorder=0, label=band_means or words)
    ax.axvline(null, color="0.45", linewidth=1, zorder=1)
    several = "kind" in rows
    kinds = dict(iter(rows.groupby("kind", sort=False))) if several else {"": rows}
    for number, (kind, part) in enumerate(kinds.items()):
        colour, at = COLOURS[number % len(COLOURS)], heights[part.index]
        ax.hlines(at, part["low"], part["high"], color=colour, linewidth=2.2, zorder=2)
        ax.plot(
            part["estimate"], at, MARKERS[number % len(MARKERS)], color=colour, markersize=8,
            zorder=3, label=kind if several else None,
        )  # fmt: skip
    ax.set(yticks=heights, yticklabels=rows["label"].map(_broken), ylim=(-0.7, len(rows) - 0.3))
    ax.set_xlabel(unit, loc="right")  # a long one runs below the names, not out of the figure
    ax.grid(visible=False, axis="y")
    if band is not None or several:
        legend_above(ax)
    return ax


def _broken(label: str) -> str:
    """A name whose long lines are broken, so that intervals keep their room."""
    return "\n".join(map(_narrow, label.splitlines()))


def lines_of(label: str) -> int:
    """How many lines a name takes beside its row, for the height of a figure."""
    return len(_broken(label).splitlines()) or 1


def _narrow(line: str) -> str:
    """A long line in several; brackets begin one if two do."""
    if len(line) <= NAME:
        return line
    name, bracket, rest = line.partition(" (")
    parts = [name, f"({rest}"] if bracket else [name]
    lines = [short for part in parts for short in textwrap.wrap(part, NAME)]
    return "\n".join(lines if len(lines) <= 2 else textwrap.wrap(line, NAME))


@styled
def behind(ax: Axes, rows: pd.DataFrame, *, label: str) -> Axes:
    """
    Pale dots behind the rows of `forest`.

    rows : label, as in the forest, and estimate; an empty one is left out.
    """
    heights = {
        text.get_text(): at for text, at in zip(ax.get_yticklabels(), ax.get_yticks(), strict=True)
    }
    ax.plot(
        rows["estimate"], rows["label"].map(_broken).map(heights) - 0.22, "o", color=COLOURS[4],
        alpha=0.45, markersize=5, zorder=1, linestyle="none", label=label,
    )  # fmt: skip
    legend_above(ax)
    return ax


@styled
def planted(ax: Axes, x: float, y: float | None = None, *, label: str) -> Axes:
    """A truth that was planted, with its words in the legend: a square, or a dashed line at x."""
    if y is None:
        ax.axvline(x, color=COLOURS[1], linestyle="--", linewidth=1.6, label=label)
    else:
        ax.plot([x], [y], MARKERS[1], color=COLOURS[1], label=label, zorder=4)
    legend_above(ax)
    return ax


@styled
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
    legend_above(ax)
    return ax


@styled
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
    legend_above(ax)
    return ax
