"""A figure with the numbers that are drawn in it; a sentence where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MatplotlibFigure

from workbench import plots
from workbench.models.result import Estimate
from workbench.studies.present import EMPTY, Figure, Note, TableView

NUMBERS = "The numbers of this figure"


@dataclass(frozen=True)
class Drawn:
    """A figure and, folded below it, the table of what is drawn; a notebook shows both."""

    figure: Figure
    numbers: TableView

    def _ipython_display_(self) -> None:
        from IPython.display import display  # noqa: PLC0415  takes long, and only notebooks show

        display(self.figure, self.numbers)


Step = Drawn | TableView | Note


def drawn(
    figure: MatplotlibFigure,
    rows: pd.DataFrame,
    *,
    name: str,
    caption: str,
    alt: str,
    formats: Mapping[str, Any] | None = None,
    hidden: Sequence[str] = (),
) -> Drawn:
    """A figure and its rows under one name, so that the files beside the page belong together."""
    table = TableView(
        rows,
        name=name,
        caption=f"{NUMBERS}.",
        formats=formats,
        folded=NUMBERS,
        hidden=[*behind(rows), *hidden],
    )
    return Drawn(Figure(figure, name=name, caption=caption, alt=alt), table)


def nothing(what: str, reasons: str) -> Note:
    """A sentence in place of a figure or table."""
    return Note(f"**{what}: nothing to show.** {escaped(reasons) or 'There is no data set.'}")


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: titles come from data."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+!|~&" else sign for sign in text)


def panels(parts: Sequence[str], *, height: float) -> tuple[MatplotlibFigure, dict[str, Axes]]:
    """A figure with a panel for each title, which stands above it where there are several."""
    figure, axes = plots.canvas(panels=len(parts), height=height)
    if len(parts) > 1:
        for title, ax in zip(parts, axes, strict=True):
            ax.set_title(title, loc="left", fontsize="medium")
    return figure, dict(zip(parts, axes, strict=True))


def percent(share: Estimate) -> str:
    """A share with its interval: `31 % (28 to 34)`; an en dash where it is not known."""
    if share.estimate is None:
        return EMPTY
    middle = _in_100(share.estimate)
    if share.low is None or share.high is None:
        return f"{middle} %"
    return f"{middle} % ({_in_100(share.low)} to {_in_100(share.high)})"


def _in_100(share: float) -> str:
    """Two digits, or one more near the ends, where a hundredth is much."""
    value = 100 * share
    return f"{value:.1f}" if 0 < value < 9.95 or 90.05 < value < 100 else f"{value:.0f}"


def limits(share: Estimate, name: str) -> dict[str, float | None]:
    """An estimate as the columns `name`, `name_low` and `name_high`."""
    return {name: share.estimate, f"{name}_low": share.low, f"{name}_high": share.high}


def behind(rows: pd.DataFrame, *names: str) -> list[str]:
    """
    Columns that are in the CSV only: the numbers of estimates that the page shows as one text.

    So is the column of titles, where it holds one title only.
    """
    titles = ["community"] if rows["community"].nunique() == 1 else []
    return [*titles, *(f"{name}{end}" for name in names for end in ("", "_low", "_high"))]
