"""
What is true in a simulated community, one value for every hypothesis of study 01.

The laws are known in closed form, so that expectations over u, q, availability and the wait are
sums over quadrature points and not draws: no Monte Carlo error. `error` is the change when the
points are fewer by a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from workbench.simulate import calendar, laws
from workbench.simulate.laws import Floats
from workbench.simulate.settings import Settings

LANDMARK_HOURS = 24.0
UNTIL_HOURS = 744.0
_POINTS = 16
_FEWER_POINTS = 12
_AVAILABILITY_POINTS = 8
_SMALLEST = 1e-300  # a share of people that has a logarithm


@dataclass(frozen=True)
class Truth:
    """
    One true value.

    hypothesis : of study 01. meaning : the value in words, with its unit. value : None where there
    is no such value; `reason` then says why. error : how far the computation may be off.
    """

    hypothesis: str
    meaning: str
    value: float | None
    error: float
    reason: str = ""


@cache
def truths(settings: Settings) -> dict[str, Truth]:
    """
    The true values under these settings, by name.

    The landmark is 24 hours, the window ends after 744 hours (31 days). An arm keeps its natural
    waits: among the answered, those of answers within 24 hours; the others may be answered later.
    Means are over newcomers alike in commitment and quality (and availability, where `xi` makes it
    a common cause), weighted as they occur in the population that is named.

    Returns
    -------
    landmark : H1.1, risk difference among those not back by the landmark. whole : H1.1w, among all.
    principal_stratum : the same waits given to the same people, among those who would be absent at
    the landmark either way. never : H1.1 against never being answered. log_hazard_ratio : H1.2a.
    days_sooner : H1.2a.instead. per_halving : H1.2b. within_hour : H1.3, over all threads.
    """
    fine, coarse = (_integrals(settings, points) for points in (_POINTS, _FEWER_POINTS))
    found = {
        name: Truth(hypothesis, meaning, fine[name], abs(fine[name] - coarse[name]))
        for name, (hypothesis, meaning) in _INTEGRATED.items()
    }
    return found | _hazards(settings)


_INTEGRATED = {
    "landmark": ("H1.1", "risk difference among those not back by the landmark"),
    "whole": ("H1.1w", "risk difference among all newcomers"),
    "principal_stratum": ("H1.1", "risk difference among those absent at the landmark either way"),
    "never": ("H1.1", "risk difference, answered by the landmark against never"),
    "days_sooner": ("H1.2a.instead", "days sooner, from the landmark to the window's end"),
    "within_hour": ("H1.3", "probability of an answer within one hour"),
}


def _hazards(settings: Settings) -> dict[str, Truth]:
    """What was planted on the scale of the hazard, where one number says it."""
    steady = settings.tau2 == 0
    reason = "" if steady else "the hazard ratio depends on the wait, so that no one number is true"
    ratio, slope = "log hazard ratio", "log hazard ratio per halving of the wait"
    return {
        "log_hazard_ratio": Truth("H1.2a", ratio, settings.tau if steady else None, 0.0, reason),
        "per_halving": Truth("H1.2b", slope, 0.0 if steady else None, 0.0, reason),
    }


@dataclass(frozen=True, eq=False)
class _Grid:
    """
    Points over commitment and quality (rows), availability (columns); weights sum to 1.

    rate : hazard of coming back. strength : of being answered. points, steps : places between 0
    and 1 and their weights, for integrals over a share.
    """

    settings: Settings
    weight: Floats
    rate: Floats
    strength: Floats
    points: Floats
    steps: Floats

    def waits(self, first: float, last: float) -> tuple[Floats, Floats]:
        """Waits between two hours, in a third axis, and their probabilities."""
        high, low = (laws.unanswered_by(t, self.strength, self.settings) for t in (first, last))
        share = np.maximum(high[..., None] + (low - high)[..., None] * self.points, _SMALLEST)
        waits = laws.answer_wait(share, self.strength[..., None], self.settings)
        return waits, (high - low)[..., None] * self.steps

    def away(self, hours: float, waits: Floats, since: float = 0.0) -> Floats:
        """Probability of no post elsewhere in (since, hours], given the wait."""
        spent = laws.exposure_by(hours, waits, self.settings)
        if since:
            spent = spent - laws.exposure_by(since, waits, self.settings)
        gone: Floats = np.exp(-self.rate[..., None] * spent)
        return gone

    def mean_of(self, values: Floats, waits_weight: Floats) -> Floats:
        """Sum over waits, then over availability unless it is a common cause."""
        return self.over_availability((values * waits_weight).sum(-1))

    def over_availability(self, values: Floats) -> Floats:
        """Weighted sums over the columns; cell by cell where availability is a common cause."""
        weighted: Floats = self.weight * values
        return weighted if self.settings.xi else weighted.sum(1)


def _grid(settings: Settings, points: int) -> _Grid:
    """Every combination of commitment, quality, crew and shock, with its probability."""
    nodes, weights = laws.normal_nodes(points)
    crews, crew_weights = laws.normal_nodes(_AVAILABILITY_POINTS)
    spread, shocked = settings.availability_spread, calendar.shocked_share(settings)
    crew = np.exp(spread * crews - spread**2 / 2)
    available = np.concatenate([crew, settings.shock_factor * crew])
    chances = np.concatenate([(1 - shocked) * crew_weights, shocked * crew_weights])
    u, z = (axis.ravel() for axis in np.meshgrid(nodes, nodes))
    q = settings.rho * u + np.sqrt(1 - settings.rho**2) * z
    u, q, available = u[:, None], q[:, None], available[None, :]
    places, steps = np.polynomial.legendre.leggauss(points)
    strength = laws.answer_strength(settings, q, available)
    rate = laws.return_rate(settings, u, q, available)
    return _Grid(
        settings=settings,
        weight=np.outer(weights, weights).ravel()[:, None] * chances,
        rate=np.broadcast_to(rate, strength.shape),
        strength=strength,
        points=(places + 1) / 2,
        steps=steps / 2,
    )


@dataclass(frozen=True, eq=False)
class _Arm:
    """Waits of people treated alike, and the probability of each, in the third axis of a grid."""

    waits: Floats
    chance: Floats


def _answered(grid: _Grid) -> _Arm:
    """Answered by the landmark."""
    return _Arm(*grid.waits(0.0, LANDMARK_HOURS))


def _never(grid: _Grid, hours: float) -> _Arm:
    """Not answered within `hours`."""
    silent = laws.unanswered_by(hours, grid.strength, grid.settings)
    return _Arm(np.full((*silent.shape, 1), np.inf), silent[..., None])


def _unanswered(grid: _Grid, hours: float) -> _Arm:
    """Not answered by the landmark; as seen at `hours`, some have been by then."""
    late, never = _Arm(*grid.waits(LANDMARK_HOURS, hours)), _never(grid, hours)
    return _Arm(
        np.concatenate([late.waits, never.waits], axis=-1),
        np.concatenate([late.chance, never.chance], axis=-1),
    )


def _absent(grid: _Grid, arm: _Arm, hours: float, *, since: float = 0.0) -> Floats:
    """Probability of being in the arm and of no post elsewhere in (since, hours]."""
    return grid.mean_of(grid.away(hours, arm.waits, since), arm.chance)


def _share(part: Floats, whole: Floats) -> Floats:
    """part / whole; where nobody is, which has no weight either, 0."""
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


def _integrals(settings: Settings, points: int) -> dict[str, float]:
    """The truths that are expectations, with so many points an axis."""
    grid = _grid(settings, points)
    one, none, never = (
        _answered(grid), _unanswered(grid, UNTIL_HOURS), _never(grid, UNTIL_HOURS)
    )  # fmt: skip
    there = [_absent(grid, arm, LANDMARK_HOURS) for arm in (one, none, never)]
    away = [_absent(grid, arm, UNTIL_HOURS) for arm in (one, none, never)]
    stay = [_share(part, whole) for part, whole in zip(away, there, strict=True)]
    eligible = there[0] + there[1]
    whole = [grid.over_availability(arm.chance.sum(-1)) for arm in (one, none)]
    quiet = [_absent(grid, arm, UNTIL_HOURS, since=LANDMARK_HOURS) for arm in (one, none)]
    everybody = [_share(part, mass) for part, mass in zip(quiet, whole, strict=True)]
    hour = 1 - laws.unanswered_by(1.0, grid.strength, settings)
    return {
        "landmark": float(np.average(stay[1] - stay[0], weights=eligible)),
        "never": float(np.average(stay[2] - stay[0], weights=eligible)),
        "whole": float(np.average(everybody[1] - everybody[0], weights=whole[0] + whole[1])),
        "principal_stratum": _principal_stratum(grid, one, none),
        "days_sooner": _days_sooner(grid, one, there, eligible),
        "within_hour": float((grid.weight * hour).sum()),
    }


def _principal_stratum(grid: _Grid, one: _Arm, none: _Arm) -> float:
    """
    Risk difference among those absent at the landmark with an early wait and with a late one.

    One exponential threshold decides when somebody comes back under either wait, so that absence
    under both is absence under the more exposed.
    """
    by_landmark = np.minimum(
        grid.away(LANDMARK_HOURS, one.waits),
        np.exp(-grid.rate * laws.elapsed(LANDMARK_HOURS))[..., None],
    )
    means = []
    for values, arm in (
        (by_landmark, one),
        (grid.away(UNTIL_HOURS, one.waits), one),
        (grid.away(UNTIL_HOURS, none.waits), none),
    ):
        mean = _share((values * arm.chance).sum(-1), arm.chance.sum(-1))
        means.append(float((grid.weight * mean).sum()))
    both, away_one, away_none = means
    return (away_none - away_one) / both


def _days_sooner(grid: _Grid, one: _Arm, there: list[Floats], eligible: Floats) -> float:
    """Mean days without a post elsewhere, landmark to window's end, unanswered minus answered."""
    half = (UNTIL_HOURS - LANDMARK_HOURS) / 2
    hours = 0.0
    for place, step in zip(2 * grid.points - 1, 2 * grid.steps, strict=True):
        moment = float(LANDMARK_HOURS + half * (1 + place))
        answered = _share(_absent(grid, one, moment), there[0])
        unanswered = _share(_absent(grid, _unanswered(grid, moment), moment), there[1])
        hours += half * float(step) * float(np.average(unanswered - answered, weights=eligible))
    return hours / laws.DAY_HOURS
