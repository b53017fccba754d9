"""
Repeated measurements of the same people: many rows, far fewer independent ones.

Exposure and error both have a part that stays with the person, so that the usual standard error,
which counts rows, is too small (Petersen 2009, doi:10.1093/rfs/hhn053).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.simulate._asked import whole, within
from workbench.simulate.seeds import generator

MOST_ROWS = 10_000_000


@dataclass(frozen=True)
class Settings:
    """
    What is planted.

    Attributes
    ----------
    effect : rise of the outcome per standard deviation of exposure.
    exposure_person, error_person : share of the variance of exposure and of error that stays with
        the person.
    error_sd : deviation of the error.
    """

    effect: float = 0.0
    exposure_person: float = 0.5
    error_person: float = 0.5
    error_sd: float = 2.0

    def __post_init__(self) -> None:
        """Refuse what no panel can have."""
        within(
            self,
            where="panels",
            effect=(-100, 100),
            exposure_person=(0, 1),
            error_person=(0, 1),
            error_sd=(0, 100),
        )


@dataclass(frozen=True)
class Panel:
    """
    A simulated panel.

    Attributes
    ----------
    rows : one row a person and time: person, time, exposure, outcome.
    truth : effect; naive_error, the standard error that least squares reports on average; and
        true_error, the deviation of its estimates, which is
        sqrt(1 + (times - 1) x exposure_person x error_person) times as large.
    """

    rows: pd.DataFrame
    truth: dict[str, float]
    settings: Settings
    seed: int


def simulate(settings: Settings, *, seed: int, people: int = 500, times: int = 10) -> Panel:
    """
    Draw `people`, each measured at as many `times`.

    Raises
    ------
    SimulationError
        A size or the seed is no whole number in its range.
    """
    whole(people, where="panels", name="people", least=2, most=MOST_ROWS)
    whole(times, where="panels", name="times", least=1, most=MOST_ROWS // people)
    exposure = _tied(seed, "exposure", settings.exposure_person, people, times)
    error = settings.error_sd * _tied(seed, "error", settings.error_person, people, times)
    person, time = (axis.ravel() for axis in np.indices((people, times)))
    rows = {
        "person": person,
        "time": time,
        "exposure": exposure,
        "outcome": settings.effect * exposure + error,
    }
    naive = settings.error_sd / np.sqrt(people * times)
    inflation = 1 + (times - 1) * settings.exposure_person * settings.error_person
    truth = {
        "effect": float(settings.effect),
        "naive_error": float(naive),
        "true_error": float(naive * np.sqrt(inflation)),
    }
    return Panel(pd.DataFrame(rows), truth, settings, seed)


def _tied(seed: int, name: str, share: float, people: int, times: int) -> np.ndarray:
    """Standard normal values of which a share of the variance stays with the person."""
    stays = generator(seed, "panels", name, "person").normal(size=(people, 1))
    moves = generator(seed, "panels", name, "time").normal(size=(people, times))
    return (np.sqrt(share) * stays + np.sqrt(1 - share) * moves).ravel()
