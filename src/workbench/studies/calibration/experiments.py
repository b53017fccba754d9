"""Every simulated world in which a method is tried."""

from __future__ import annotations

from functools import cache

from workbench.studies.calibration.draws import Experiment
from workbench.studies.calibration.methods import methods
from workbench.studies.calibration.newcomers import study_one
from workbench.studies.calibration.of_studies import tried
from workbench.studies.must_fail.catalogue import must_fail_experiments


@cache
def experiments() -> tuple[Experiment, ...]:
    """All experiments, in the order of the table."""
    own = tuple(one for module in tried() for one in module.experiments())
    return (*study_one(), *methods(), *must_fail_experiments(), *own)
