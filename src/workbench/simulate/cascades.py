"""
Cascades of true and false stories, of which only some are checked: a collider to be met.

What is checked depends on how far a story went and on whether it is false. Among checked stories
the two then differ in size even where they spread alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from workbench.errors import SimulationError
from workbench.simulate._asked import whole, within
from workbench.simulate.seeds import generator

MOST_STORIES = 10_000_000
LARGEST_MEAN = 0.99

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """
    What is planted.

    Attributes
    ----------
    false_spread : rise of the log mean number of reshares that a post of a false story gets.
    reshares : mean number of reshares of a post of a true story; below 1, so that cascades end.
    false_stories : share of stories that are false.
    check_intercept : log-odds that a true story of one post is checked.
    check_size : rise of these log-odds per e-fold of the cascade's size.
    check_false : rise of these log-odds for false stories: the selection.
    """

    false_spread: float = 0.0
    reshares: float = 0.8
    false_stories: float = 0.5
    check_intercept: float = -4.0
    check_size: float = 1.0
    check_false: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no cascade can have, endless ones among them."""
        within(
            self,
            where="cascades",
            false_spread=(-3, 3),
            reshares=(0, LARGEST_MEAN),
            false_stories=(0, 1),
            check_intercept=(-20, 20),
            check_size=(-5, 5),
            check_false=(-10, 10),
        )
        if self.reshares * math.exp(self.false_spread) > LARGEST_MEAN:
            raise SimulationError(
                f"cascades: expected at most {LARGEST_MEAN:g} reshares of a post of a false story, "
                f"got {self.reshares * math.exp(self.false_spread):.3g}. "
                "Lower reshares or false_spread."
            )


@dataclass(frozen=True)
class Cascades:
    """
    Simulated cascades.

    Attributes
    ----------
    cascades : one row a story: story, false, size (posts, the first included), depth (generations
        after the first post), checked. In real data `false` is known of checked stories alone.
    truth : false_spread and check_false as in `Settings`, and mean_size_true, mean_size_false:
        posts of a story before any selection, 1 / (1 - mean reshares).
    """

    cascades: pd.DataFrame
    truth: dict[str, float]
    settings: Settings
    seed: int


def simulate(settings: Settings, *, seed: int, stories: int = 2000) -> Cascades:
    """
    Draw `stories`, each one cascade in which every post gets a Poisson number of reshares.

    Raises
    ------
    SimulationError
        The number of stories or the seed is no whole number in its range.
    """
    whole(stories, where="cascades", name="stories", least=1, most=MOST_STORIES)
    false = generator(seed, "cascades", "false").random(stories) < settings.false_stories
    mean = settings.reshares * np.exp(settings.false_spread * np.arange(2))
    size, depth = _spread(mean[false.astype(int)], generator(seed, "cascades", "spread"))
    odds = settings.check_intercept + settings.check_size * np.log(size)
    chance = expit(odds + settings.check_false * false)
    checked = generator(seed, "cascades", "checked").random(stories) < chance
    rows = {
        "story": np.arange(stories),
        "false": false,
        "size": size,
        "depth": depth,
        "checked": checked,
    }
    truth = {
        "false_spread": float(settings.false_spread),
        "check_false": float(settings.check_false),
        "mean_size_true": float(1 / (1 - mean[0])),
        "mean_size_false": float(1 / (1 - mean[1])),
    }
    return Cascades(pd.DataFrame(rows), truth, settings, seed)


def _spread(mean: npt.NDArray[np.float64], rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Size and depth of each cascade, generation after generation until the last one is empty."""
    newest = np.ones(len(mean), dtype=np.int64)
    size, depth = newest.copy(), np.zeros(len(mean), dtype=np.int64)
    while newest.any():
        newest = rng.poisson(mean * newest)
        size += newest
        depth += newest > 0
    return size, depth
