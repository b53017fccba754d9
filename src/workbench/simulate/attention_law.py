"""
How a person with limited attention responds: the law and its true means, without any draw.

A person's feed of a day holds the items that arrived in the 24 hours before the one visit of that
day; what was left over yesterday is gone. The person looks at as many items as the attention of
the day allows, from the newest (LIFO) or from the oldest (FIFO), and responds to some of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import expit

from workbench.errors import SimulationError
from workbench.simulate._asked import array, one_of, within
from workbench.simulate._quadrature import normal_nodes

HOURS = 24
POLICIES = ("LIFO", "FIFO")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """
    What is planted. The first three are the effects that a study wants to find.

    With `overload` 0 responses grow with inflow up to the capacity and stay there (saturation);
    with more, they fall beyond `threshold` (an inverted U).

    Attributes
    ----------
    overload : fall of the log-odds of a response for each e-fold of inflow above `threshold`.
    capacity : items a day that the median person looks at, if there are as many.
    discrimination_loss : share of `quality_effect` lost for each doubling of inflow above
        `threshold`; below 0 the effect does not fall.
    quality_effect : log-odds of a response per standard deviation of an item's quality.
    intercept : log-odds of a response to an item of mean quality by a mean person.
    threshold : items an hour above which overload begins.
    inflow : items an hour that reach the median person on a median day.
    inflow_sd_people, inflow_sd_days : spread of log inflow between people, and between the days
        of one person.
    capacity_sd : spread of the log of capacity between people.
    eagerness_sd : spread between people of the log-odds of a response.
    self_selection : correlation of eagerness with log inflow between people: who responds much
        follows much. It confounds comparisons between people, not those within a person.
    online : share of days with a visit.
    simultaneity : rise of a day's log inflow per standard deviation of the person's activity of
        that day, which also decides about the visit: being active brings items.
    policy : which items are seen first, "LIFO" the newest, "FIFO" the oldest.
    """

    overload: float = 0.0
    capacity: float = 30.0
    discrimination_loss: float = 0.0
    quality_effect: float = 0.8
    intercept: float = -3.0
    threshold: float = 30.0
    inflow: float = 8.0
    inflow_sd_people: float = 1.1
    inflow_sd_days: float = 0.8
    capacity_sd: float = 0.4
    eagerness_sd: float = 0.5
    self_selection: float = 0.0
    online: float = 0.85
    simultaneity: float = 0.0
    policy: str = "LIFO"

    def __post_init__(self) -> None:
        """Refuse what no feed can have."""
        within(
            self,
            where="attention",
            overload=(0, 5),
            capacity=(1, 1000),
            discrimination_loss=(0, 1),
            quality_effect=(0, 5),
            intercept=(-10, 5),
            threshold=(0.01, 1000),
            inflow=(0.01, 100),
            inflow_sd_people=(0, 1.5),
            inflow_sd_days=(0, 1.5),
            capacity_sd=(0, 1),
            eagerness_sd=(0, 2),
            self_selection=(-1, 1),
            online=(0.01, 0.99),
            simultaneity=(0, 1),
        )
        one_of(self.policy, where="attention", name="policy", allowed=POLICIES)


def log_odds(settings: Settings, inflow: npt.NDArray[Any], quality: Floats) -> Floats:
    """Log-odds of a response by a person of mean eagerness to items of a `quality`, by inflow."""
    excess = _excess(settings, inflow)
    return settings.intercept + _slope(settings, excess) * quality - settings.overload * excess


def expected_responses(
    settings: Settings,
    inflow: Any,
    *,
    capacity: Any = None,
    eagerness: Any = None,
) -> Floats:
    """
    The true mean of a day's responses of somebody online, at each number of items that arrived.

    Without `capacity` and `eagerness` it is the mean over people as they are drawn; with them (from
    the table of people, one value or one for each inflow) the mean of those very people. Because
    attention of a day is Poisson, the mean number viewed is closed; the chance of a response is
    integrated over quality and eagerness by Gauss-Hermite quadrature.

    Raises
    ------
    SimulationError
        People select their inflow (`self_selection` is not 0) and their eagerness is not given: the
        mean at an inflow is then about other people at each inflow; or numbers are out of range.
    """
    where = "expected_responses"
    arrived = array(inflow, where=where, name="inflow", least=0)
    if eagerness is None and settings.self_selection and settings.eagerness_sd:
        raise SimulationError(
            "expected_responses: expected eagerness where self_selection is not 0, got none. "
            "Pass the eagerness of the people, or set self_selection to 0."
        )
    if capacity is None and eagerness is None:
        # Many days have the same inflow, and the integral over people is the slow part.
        arrived, rows = np.unique(arrived, return_inverse=True)
        means = _mean_viewed(settings, arrived, None) * _mean_chance(settings, arrived, None)
        return means[rows]
    if capacity is not None:
        capacity = _one_each(capacity, arrived, name="capacity", least=0)
    if eagerness is not None:
        eagerness = _one_each(eagerness, arrived, name="eagerness")
    return _mean_viewed(settings, arrived, capacity) * _mean_chance(settings, arrived, eagerness)


def expected_auc(settings: Settings, inflow: Any) -> Floats:
    """
    The chance that of two viewed items, one responded to and one not, the former is the better.

    For a person of mean eagerness at each inflow (items a day); 0.5 is a coin.

    Raises
    ------
    SimulationError
        An inflow is not a number, or below 0.
    """
    quality = np.linspace(-8, 8, 1601)
    density = stats.norm.pdf(quality)
    values = []
    for arrived in np.atleast_1d(array(inflow, where="expected_auc", name="inflow", least=0)):
        chance = expit(log_odds(settings, np.full(quality.shape, arrived), quality))
        yes, no = (weight / weight.sum() for weight in (density * chance, density * (1 - chance)))
        values.append(float(yes @ (np.cumsum(no) - no / 2)))
    return np.array(values)


def _excess(settings: Settings, inflow: npt.NDArray[Any]) -> Floats:
    """E-folds of inflow above the threshold, 0 below it."""
    hourly = np.maximum(inflow / HOURS, settings.threshold)
    return np.log(hourly / settings.threshold)


def _slope(settings: Settings, excess: Floats) -> Floats:
    """What remains of the effect of quality."""
    kept = 1 - settings.discrimination_loss * excess / np.log(2)
    return settings.quality_effect * np.maximum(kept, 0)


def _one_each(values: Any, arrived: Floats, *, name: str, least: float = -np.inf) -> Floats:
    """One number for all inflows, or one for each."""
    numbers = array(values, where="expected_responses", name=name, least=least)
    if numbers.shape not in ((), arrived.shape):
        raise SimulationError(
            f"expected_responses: expected one {name}, or one for each of {arrived.size:,} "
            f"inflows, got {numbers.size:,}. Look each person up in the table of people."
        )
    return numbers


def _mean_viewed(settings: Settings, arrived: Floats, capacity: Any) -> Floats:
    """E min(n, K) for K ~ Poisson(c): c P(K <= n - 1) + n P(K > n), for a fraction n too."""
    if capacity is None:
        nodes, weights = normal_nodes()
        held = settings.capacity * np.exp(settings.capacity_sd * nodes)
        return _mean_viewed(settings, arrived[..., None], held) @ weights
    below = capacity * stats.poisson.cdf(arrived - 1, capacity)
    return below + arrived * stats.poisson.sf(arrived, capacity)


def _mean_chance(settings: Settings, arrived: Floats, eagerness: Any) -> Floats:
    """Chance of a response to a viewed item, over its quality and, if not given, over people."""
    nodes, weights = normal_nodes()
    excess = _excess(settings, arrived)
    spread = _slope(settings, excess)
    if eagerness is None:
        spread = np.hypot(spread, settings.eagerness_sd)
        eagerness = 0.0
    centre = settings.intercept + eagerness - settings.overload * excess
    return expit(centre[..., None] + spread[..., None] * nodes) @ weights
