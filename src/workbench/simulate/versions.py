"""
Projects that are released again and again: ratings, the feedback they draw, and what it improves.

Badly rated versions draw more feedback, and part of a bad rating is bad luck. The next rating is
then better on average even where feedback does nothing: regression to the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from workbench.simulate._asked import whole, within
from workbench.simulate.seeds import generator

MOST_ROWS = 10_000_000
LARGEST_LOG_MEAN = 12.0

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """
    What is planted. Quality and ratings are in standard deviations of projects.

    Attributes
    ----------
    improvement : rise of the next version's quality per unit of log(1 + feedback).
    complaint : fall of the log mean of feedback per unit of the rating that the users gave.
    log_feedback : log mean of feedback at rating 0.
    rating_noise : deviation of a rating from quality: luck, new for every version.
    step : deviation of quality from one version to the next.
    """

    improvement: float = 0.0
    complaint: float = 0.6
    log_feedback: float = 1.0
    rating_noise: float = 0.7
    step: float = 0.3

    def __post_init__(self) -> None:
        """Refuse what no project can have."""
        within(
            self,
            where="versions",
            improvement=(-1, 1),
            complaint=(-3, 3),
            log_feedback=(-5, 5),
            rating_noise=(0, 5),
            step=(0, 5),
        )


@dataclass(frozen=True)
class Versions:
    """
    Simulated versions.

    Attributes
    ----------
    versions : one row a project and version: project, version (from 0), rating_a (by the users
        whose feedback it is), rating_b (by others, who do not influence the feedback), feedback
        (comments between this version and the next), quality (not observed in real data).
    truth : improvement and complaint, as in `Settings`.
    """

    versions: pd.DataFrame
    truth: dict[str, float]
    settings: Settings
    seed: int


def simulate(settings: Settings, *, seed: int, projects: int = 300, versions: int = 6) -> Versions:
    """
    Draw `projects`, each with as many `versions`.

    Raises
    ------
    SimulationError
        A size or the seed is no whole number in its range.
    """
    whole(projects, where="versions", name="projects", least=1, most=MOST_ROWS)
    whole(versions, where="versions", name="versions", least=1, most=MOST_ROWS // projects)
    shape = (projects, versions)
    noise_a, noise_b, steps = (
        generator(seed, "versions", name).normal(size=shape) for name in ("a", "b", "steps")
    )
    luck = generator(seed, "versions", "feedback").random(shape)
    quality = generator(seed, "versions", "quality").normal(size=projects)
    columns = []
    for step in range(versions):
        rating = quality + settings.rating_noise * noise_a[:, step]
        feedback = _feedback(settings, rating, luck[:, step])
        columns.append((quality, rating, feedback))
        gain = settings.improvement * np.log1p(feedback)
        quality = quality + gain + settings.step * steps[:, step]
    held, rating_a, feedback = (
        np.stack(parts, axis=1).ravel() for parts in zip(*columns, strict=True)
    )
    project, version = (axis.ravel() for axis in np.indices(shape))
    rows = {
        "project": project,
        "version": version,
        "rating_a": rating_a,
        "rating_b": held + settings.rating_noise * noise_b.ravel(),
        "feedback": feedback,
        "quality": held,
    }
    truth = {name: float(getattr(settings, name)) for name in ("improvement", "complaint")}
    return Versions(pd.DataFrame(rows), truth, settings, seed)


def _feedback(settings: Settings, rating: Floats, luck: Floats) -> Whole:
    """Poisson counts by inversion, so that one project's rating moves no other's count."""
    logs = np.minimum(settings.log_feedback - settings.complaint * rating, LARGEST_LOG_MEAN)
    return stats.poisson.ppf(luck, np.exp(logs)).astype(np.int64)
