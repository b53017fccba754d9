"""The look of every figure: narrow, in Okabe & Ito's colours, with one legend above its panels."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.text import Text

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
LINES = ("-", "--", "-.", ":", (0, (6, 1.5, 1, 1.5, 1, 1.5)))
MARKERS = ("o", "s", "D", "^", "v", "P")
BAND = "#E8EDF2"
INK = "#30363d"
# As many letters fit side by side over the width of a figure.
LETTERS = 48
MARK = 6  # letters that a mark takes in the legend
TITLE = 24  # letters of a title that fit over the narrowest panel there is

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


styled = mpl.rc_context(STYLE)


def legend_above(ax: Axes) -> None:
    """One legend over all panels of the figure, in a row where it fits, where it hides nothing."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    entries: dict[str, Any] = {}
    for panel in figure.axes:
        handles, names = panel.get_legend_handles_labels()
        entries = {**dict(zip(names, handles, strict=True)), **entries}
    for old in list(figure.legends):
        old.remove()
    names = [textwrap.fill(name, LETTERS - MARK, break_long_words=False) for name in entries]
    longest = max((len(line) for name in names for line in name.splitlines()), default=0)
    figure.legend(
        list(entries.values()), names, loc="outside upper left",
        ncols=max(1, min(len(entries), LETTERS // (longest + MARK))),
    )  # fmt: skip


def fit_titles(figure: mpl.figure.Figure) -> None:
    """Break titles of panels that are wider than their panel: they would widen the whole figure."""
    long = [ax for ax in figure.axes if any(len(one.get_text()) > TITLE for one in _titles(ax))]
    if not long:
        return
    figure.draw_without_rendering()  # only a drawn figure knows how wide its panels are
    for ax in long:
        for title in _titles(ax):
            text, room = title.get_text(), ax.get_window_extent().width
            wide = title.get_window_extent().width
            if text and wide > room:
                letters = max(map(len, text.splitlines()))
                fits = max(1, int(letters * room / wide))
                title.set_text("\n".join(_wrapped(text, fits)))


def _titles(ax: Axes) -> list[Text]:
    """The titles of a panel, left, in the middle and right: its words that nobody wrote into it."""
    words = [one for one in ax.get_children() if isinstance(one, Text)]
    return [one for one in words if one not in ax.texts]


def _wrapped(text: str, letters: int) -> list[str]:
    lines = text.splitlines()
    return [part for line in lines for part in textwrap.wrap(line, letters, break_long_words=False)]


@styled
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
