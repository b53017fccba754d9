"""A specification curve: estimates above, and below each of them the choices it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from workbench.plots.style import COLOURS, styled


@styled
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
