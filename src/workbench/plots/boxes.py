"""A flow of boxes: how many are left at each stage, and beside it how many leave and why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from workbench.plots.style import BAND, INK, canvas, styled

LINE = 0.215  # inches a line of letters takes
GAP = 1.4  # lines between two boxes, where the arrow is
PAD = 0.45  # lines between the frame of a box and its words
LEFT, RIGHT = (0.01, 0.56), (0.62, 0.99)  # where the boxes begin and end, as shares of the width
STAGE_LETTERS, REASON_LETTERS, NAME_LETTERS = 25, 18, 21


@styled
def flow(rows: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """
    Boxes one below the other, from all to those who are left; who leaves stands at the right.

    rows : stage, label, count, set_aside, reason; one row a stage and label, stages from the top.
    The labels (such as communities) share the boxes, a line each; a single label that is empty is
    not written. An empty set_aside draws no box: what is counted changes there, or nothing follows.
    Values of a column `group`, where there is one, have boxes of their own, one after the other.
    """
    stages = [
        (str(name), part)
        for _, own in (rows.groupby("group", sort=False) if "group" in rows else [("", rows)])
        for name, part in own.groupby("stage", sort=False)
    ]
    tall = [_lines(name, part) for name, part in stages]
    whole = sum(tall) + GAP * (len(stages) - 1)
    ax = canvas(height=LINE * whole)[1][0] if ax is None else ax
    ax.set(xlim=(0, 1), ylim=(whole, 0))
    ax.axis("off")
    top = 0.0
    for (name, part), high, last in zip(stages, tall, _last(stages), strict=True):
        _box(ax, LEFT, top, high, face="white")
        _words(ax, LEFT, top, _wrapped(name, STAGE_LETTERS), bold=True)
        names = top + 2 * PAD + _heading(name, part)
        _numbers(ax, LEFT, names, part, "count")
        if part["set_aside"].notna().any():
            _box(ax, RIGHT, top, high, face=BAND)
            _words(ax, RIGHT, top, _wrapped(_reason(part), REASON_LETTERS))
            _numbers(ax, RIGHT, names, part, "set_aside")
            _arrow(ax, (LEFT[1], top + high / 2), (RIGHT[0], top + high / 2))
        if not last:
            _arrow(ax, (sum(LEFT) / 2, top + high), (sum(LEFT) / 2, top + high + GAP))
        top += high + GAP
    return ax


def _last(stages: Sequence[tuple[str, pd.DataFrame]]) -> list[bool]:
    """Which stages are the last of their labels, so that no arrow leads on."""
    labels = [list(part["label"]) for _, part in stages]
    return [one != following for one, following in zip(labels, [*labels[1:], None], strict=True)]


def _wrapped(text: str, letters: int) -> list[str]:
    return textwrap.wrap(text, letters) or [""]


def _reason(part: pd.DataFrame) -> str:
    return str(part["reason"].iloc[0])


def _named(part: pd.DataFrame) -> Iterator[tuple[list[str], pd.Series]]:
    """Each label in lines, with its row."""
    for _, row in part.iterrows():
        yield _wrapped(str(row["label"]), NAME_LETTERS), row


def _heading(name: str, part: pd.DataFrame) -> int:
    """Lines that the words above the numbers take, in the higher of the two boxes."""
    beside = _wrapped(_reason(part), REASON_LETTERS) if part["set_aside"].notna().any() else []
    return max(len(_wrapped(name, STAGE_LETTERS)), len(beside))


def _lines(name: str, part: pd.DataFrame) -> float:
    """Lines that the boxes of a stage take."""
    return _heading(name, part) + sum(len(words) for words, _ in _named(part)) + 3 * PAD


def _box(ax: Axes, ends: tuple[float, float], top: float, high: float, *, face: str) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (ends[0], top), ends[1] - ends[0], high, boxstyle="square,pad=0", facecolor=face,
            edgecolor="0.6", clip_on=False,
        )
    )  # fmt: skip


def _write(ax: Axes, x: float, line: float, text: str, **looks: str) -> None:
    size = mpl.rcParams["xtick.labelsize"]
    ax.text(x, line + 0.5, text, va="center", fontsize=size, color=INK, **looks)  # type: ignore[arg-type]


def _words(
    ax: Axes, ends: tuple[float, float], top: float, lines: list[str], *, bold: bool = False
) -> None:
    for place, text in enumerate(lines):
        weight = "bold" if bold else "normal"
        _write(ax, ends[0] + 0.02, top + PAD + place, text, fontweight=weight)


def _numbers(
    ax: Axes, ends: tuple[float, float], top: float, part: pd.DataFrame, column: str
) -> None:
    """A line a label: at the left its name, where the box is of those who stay; then the number."""
    line = top
    for words, row in _named(part):
        if column == "count":
            for place, text in enumerate(words):
                _write(ax, ends[0] + 0.02, line + place, text)
        line += len(words)
        if pd.notna(row[column]):
            _write(ax, ends[1] - 0.02, line - 1, f"{int(row[column]):,}", ha="right")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": INK, "shrinkA": 0})
