"""Clocks that are too coarse: no wait is told that is shorter than the tick it was dated by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.models.survival import quantile
from workbench.studies.durations import HOUR, about
from workbench.studies.feedback_speed.waiting import curve

MOST_COARSE = 0.05  # of the threads; a share moves by no more than this, whatever they waited
TOO_COARSE = "the clock is too coarse"


def shortest(rows: pd.DataFrame) -> float:
    """The shortest wait, in hours, that the clock of all but one thread in twenty can show."""
    ticks = rows["tick_us"].astype("int64")
    if ticks.empty:
        return 0.0
    return float(np.quantile(ticks, 1 - MOST_COARSE, method="inverted_cdf")) / HOUR


def tells(rows: pd.DataFrame, hours: float) -> bool:
    """Whether the clock can tell waits of `hours`; rows have the `tick_us` of the two posts."""
    return shortest(rows) <= hours


def median_wait(rows: pd.DataFrame) -> float | str | None:
    """The median wait in hours, silence kept as waiting; None: not reached; words: too coarse."""
    middle = quantile(curve(rows), 0.5).estimate
    return middle if middle is None or tells(rows, middle) else TOO_COARSE


def wait_said(hours: float | str | None) -> str:
    """A median wait as a table shows it."""
    return hours if isinstance(hours, str) else about(hours)
