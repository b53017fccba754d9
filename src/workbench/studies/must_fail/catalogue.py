"""Every demonstration, in the order in which a page shows them."""

from __future__ import annotations

from functools import cache

from workbench.errors import StudyError
from workbench.studies.calibration.draws import Experiment
from workbench.studies.must_fail.chance import about_chance
from workbench.studies.must_fail.crowds import about_crowds
from workbench.studies.must_fail.days import about_days
from workbench.studies.must_fail.demonstration import Demonstration
from workbench.studies.must_fail.newcomers import about_newcomers


@cache
def all_demonstrations() -> tuple[Demonstration, ...]:
    """All of them."""
    return (*about_newcomers(), *about_days(), *about_crowds(), *about_chance())


def demonstrations(*keys: str) -> tuple[Demonstration, ...]:
    """
    Those of these keys, in that order; all of them without keys.

    Raises
    ------
    StudyError
        There is none of such a key.
    """
    known = {one.key: one for one in all_demonstrations()}
    for key in keys:
        if key not in known:
            raise StudyError(
                f"must fail: expected one of {', '.join(known)}, got {key!r}. Choose one of these."
            )
    return tuple(known[key] for key in keys) or all_demonstrations()


def must_fail_experiments() -> tuple[Experiment, ...]:
    """Their experiments, for the calibration table."""
    return tuple(one.experiment for one in all_demonstrations())
