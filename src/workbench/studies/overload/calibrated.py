"""How the estimators of this study did in simulated communities, from the kept table."""

from __future__ import annotations

from workbench.studies.calibration.shown import coverage_figure, recovery_table
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import Figure, Note, TableView


def recovered() -> TableView | Note:
    """Bias, coverage, false alarms and power of every estimator of this study, or why not."""
    return recovery_table(*hypotheses("03"))


def coverage() -> Figure | None:
    """How often the intervals of this study held the truth; None where there are no numbers."""
    return coverage_figure(*hypotheses("03"))
