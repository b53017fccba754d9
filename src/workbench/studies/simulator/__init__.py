"""
Notebook A1: communities whose truth is known, and what the methods make of them.

`worlds` shows one simulated community and what was planted in it, `spoiled` the defects of its
export and whether cleaning counts them all, `trying` what the estimators of study 1 say of it. How
often they are right comes from the calibration table, and the mistakes from `must_fail`.
"""

from workbench.studies.calibration.shown import coverage_figure, recovery_table
from workbench.studies.must_fail.shown import must_fail_figure, must_fail_table
from workbench.studies.simulator.spoiled import defects
from workbench.studies.simulator.trying import try_once
from workbench.studies.simulator.worlds import arrivals, make, meet, planted

__all__ = [
    "arrivals",
    "coverage_figure",
    "defects",
    "make",
    "meet",
    "must_fail_figure",
    "must_fail_table",
    "planted",
    "recovery_table",
    "try_once",
]
