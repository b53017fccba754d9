"""Single methods in worlds of their own: bends, raters, and communities that are pooled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import stats

from workbench.errors import ModelError
from workbench.models._least_squares import Slope
from workbench.models.dawid_skene import dawid_skene
from workbench.models.meta import random_effects
from workbench.models.two_lines import projected, two_lines
from workbench.simulate import attention, raters
from workbench.simulate.seeds import generator
from workbench.studies.calibration.draws import (
    COVERAGE,
    FALSE_ALARM,
    INTERVAL,
    NEITHER,
    SHOWN,
    Draw,
    Experiment,
    Target,
    drawn,
)

MEAN_EFFECT = 0.2
Z = float(stats.norm.ppf(0.975))


@dataclass(frozen=True)
class Crowd:
    """How many raters judge how many items, and what the skill of one of them is held to."""

    items: int
    raters: int
    judges: int
    held_to: str

    @property
    def said(self) -> str:
        """The crowd in words."""
        return f"{self.raters} raters, {self.items:,} items, {self.judges} judgements of each"


CROWDS = (Crowd(1000, 21, 9, INTERVAL), Crowd(300, 15, 5, SHOWN))


def methods() -> list[Experiment]:
    """The experiments of `two_lines`, `dawid_skene` and `random_effects`."""
    return [
        _bend("no overload, one day a person", 0.0, people=3000, days=1),
        _bend("overload planted, one day a person", 0.8, people=3000, days=1),
        _bend("no overload, twenty days a person", 0.0, people=100, days=20, held_to=SHOWN),
        *map(_crowd, CROWDS),
        _pooled("eight communities alike", 0.0, 8, INTERVAL),
        _pooled("twelve communities that differ", 0.15, 12, INTERVAL),
        _pooled("five communities that differ", 0.15, 5, SHOWN),
    ]


def _bend(
    said: str, overload: float, *, people: int, days: int, held_to: str = COVERAGE
) -> Experiment:
    """
    A feed in which people respond to what arrives.

    The slopes are not held to their bias: the break is chosen where the bend looks sharpest, which
    makes both look a little steeper than the true curve is there.
    """
    settings = attention.Settings(overload=overload, self_selection=0.0)
    alarms = FALSE_ALARM if overload == 0 and held_to != SHOWN else SHOWN
    targets = {
        name: Target("two_lines", said, NEITHER, truth=0.0, null=None, held_to=held_to)
        for name in (BELOW, ABOVE)
    }
    targets[DECLARED] = Target(
        "two_lines", said, NEITHER, truth=float(overload > 0), held_to=alarms
    )
    return Experiment(f"feed, {said}", targets, partial(_two_lines, settings, people, days))


BELOW, ABOVE = "two_lines, first slope", "two_lines, second slope"
DECLARED = "two_lines, inverted U declared"


def _two_lines(
    settings: attention.Settings, people: int, days: int, seed: int
) -> Mapping[str, Draw]:
    """Responses of a day against what arrived; each slope is held against that of the true mean."""
    rows = attention.simulate(settings, seed=seed, people=people, days=days).days
    rows = rows[rows["online"] & (rows["inflow"] > 0)]
    x = np.log2(rows["inflow"].to_numpy(dtype=float))
    clusters = rows["person"].to_numpy() if days > 1 else None
    try:
        found = two_lines(x, rows["responses"].to_numpy(dtype=float), clusters=clusters)
    except ModelError as error:
        return dict.fromkeys((BELOW, ABOVE, DECLARED), Draw(failed=str(error)))
    mean = attention.expected_responses(settings, rows["inflow"].to_numpy())
    below, above = projected(x, mean, at=found.at)
    said = float(found.inverted_u)
    return {
        BELOW: _slope(found.below, below),
        ABOVE: _slope(found.above, above),
        DECLARED: Draw(said, p_value=1.0 - said),
    }


def _slope(found: Slope, aim: float) -> Draw:
    return Draw(found.estimate, found.std_error, found.low, found.high, found.p_value, aim)


SKILL, SURE = "dawid_skene, skill of a rater", "dawid_skene, confidence less share right"


def _crowd(crowd: Crowd) -> Experiment:
    targets = {
        SKILL: Target(
            "dawid_skene", crowd.said, NEITHER, truth=0.0, null=None, held_to=crowd.held_to
        ),
        SURE: Target("dawid_skene", crowd.said, NEITHER, truth=0.0, held_to=SHOWN),
    }
    return Experiment(f"raters, {crowd.said}", targets, partial(_raters, crowd))


def _raters(crowd: Crowd, seed: int) -> Mapping[str, Draw]:
    """The first rater's skill, and whether stated confidence is what it should be."""
    made = raters.simulate(
        raters.Settings(), seed=seed, items=crowd.items, raters=crowd.raters, per_item=crowd.judges
    )
    try:
        found = dawid_skene(made.judgements, seed=seed, starts=3)
    except ModelError as error:
        return dict.fromkeys((SKILL, SURE), Draw(failed=str(error)))
    first = found.raters.set_index("rater")
    true = float(made.raters.set_index("rater")["skill"][0])
    items = found.items.set_index("item")
    right = items["label"] == made.items.set_index("item")["true_class"]
    sure = items["confidence"]
    off = float(sure.mean() - right.mean())
    spread = float(np.sqrt((sure * (1 - sure)).sum()) / len(sure))
    columns = ("skill", "std_error", "low", "high")
    skill, std_error, low, high = (float(first[name].loc[0]) for name in columns)
    return {
        SKILL: Draw(skill, std_error, low, high, aim=true),
        SURE: Draw(off, spread, off - Z * spread, off + Z * spread),
    }


MEAN, FURTHER = "random_effects, mean effect", "random_effects, effect of a further one"


def _pooled(said: str, spread: float, k: int, held_to: str) -> Experiment:
    targets = {
        MEAN: Target("random_effects", said, NEITHER, MEAN_EFFECT, held_to=held_to),
        FURTHER: Target(
            "random_effects", said, NEITHER, truth=MEAN_EFFECT, null=None, held_to=SHOWN
        ),
    }
    return Experiment(f"communities, {said}", targets, partial(_communities, spread, k))


def _communities(spread: float, k: int, seed: int) -> Mapping[str, Draw]:
    """Effects of k communities around their mean, estimated with errors of unequal size."""
    dice = generator(seed, "calibration", "communities")
    errors = dice.uniform(0.05, 0.20, k)
    true = MEAN_EFFECT + spread * dice.normal(size=k + 1)
    try:
        found = random_effects(true[:k] + errors * dice.normal(size=k), errors)
    except ModelError as error:
        return dict.fromkeys((MEAN, FURTHER), Draw(failed=str(error)))
    reach = found.std_error**2 + found.tau2
    return {
        MEAN: drawn(found),
        FURTHER: Draw(
            found.estimate, float(np.sqrt(reach)), found.prediction_low, found.prediction_high,
            aim=float(true[k]),
        ),
    }  # fmt: skip
