"""Numbers below a curve: how many people or threads it still rests on at each mark of its axis."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

import pandas as pd

from workbench.models.survival import KaplanMeier
from workbench.studies.cells import SMALLEST

FEW = f"<{SMALLEST}"
LETTERS = 24  # of a title in one line of small numbers


def still_followed(curve: KaplanMeier, moments: Iterable[float], *, label: str) -> pd.DataFrame:
    """
    How many are still waiting just before each moment, for `plots.at_risk`.

    One row a moment, in the curve's unit of time: moment, label, n, where `FEW` stands for one to
    nine, because a number would speak of few people.
    """
    table = curve.table
    rows = []
    for moment in moments:
        left = table.loc[table["time"] >= moment, "at_risk"]
        count = int(left.iloc[0]) if len(left) else 0
        rows.append((float(moment), label, FEW if 0 < count < SMALLEST else count))
    frame = pd.DataFrame(rows, columns=["moment", "label", "n"])
    return frame.astype({"n": object})


def short_titles(titles: Sequence[str], *, letters: int = LETTERS) -> list[str]:
    """Titles cut to `letters`; where two then read alike, each has its number in front."""
    cut = [textwrap.shorten(title, letters, placeholder=" …") for title in titles]
    if len(set(cut)) == len(cut):
        return cut
    return [f"{number}: {title}" for number, title in enumerate(cut, start=1)]
