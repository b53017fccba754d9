"""
Analyses that must fail: tempting ones, shown to err as stated where the truth is known.

`demonstration` says what one is and when it errs; `newcomers`, `days`, `crowds` and `chance` hold
them by theme, `catalogue` all of them, and `shown` puts them on a page. Beside each stands an
analysis of the same data that does not err. Add a mistake here when a page warns of one.
"""

from workbench.studies.must_fail.catalogue import all_demonstrations
from workbench.studies.must_fail.demonstration import Demonstration, errs, holds
from workbench.studies.must_fail.shown import must_fail_figure, must_fail_table

__all__ = [
    "Demonstration",
    "all_demonstrations",
    "errs",
    "holds",
    "must_fail_figure",
    "must_fail_table",
]
