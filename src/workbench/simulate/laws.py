"""
The two laws of the simulation in closed form: waiting for an answer, and coming back.

All times are hours since the first post. The simulator draws by inverting these functions and the
truths integrate them, so that both speak of the same community.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from workbench.simulate.settings import PACES, Settings

Floats = npt.NDArray[np.float64]

# The hazard of an answer falls as (1 + t / scale) ** -1.2, that of coming back as
# (1 + t / 24) ** -0.8; these are what is left of the exponents after integrating.
_ANSWER_DECAY = 0.2
_RETURN_GROWTH = 0.2
DAY_HOURS = 24.0
CALIBRATED_HOURS = 720.0
_NODES = 60


def answer_strength(settings: Settings, quality: Floats, availability: Floats) -> Floats:
    """Cumulative hazard of ever being answered: -log(1 - answered) at quality 0, availability 1."""
    typical = -np.log1p(-PACES[settings.pace].answered)
    strength: Floats = typical * availability * np.exp(settings.th_q * quality)
    return strength


def unanswered_by(hours: float | Floats, strength: Floats, settings: Settings) -> Floats:
    """The probability of no answer within `hours`."""
    grown = 1 - (1 + hours / PACES[settings.pace].scale_hours) ** -_ANSWER_DECAY
    share: Floats = np.exp(-strength * grown)
    return share


def answer_wait(unanswered: Floats, strength: Floats, settings: Settings) -> Floats:
    """Hours until so few (more than 0) are unanswered; infinite where more than that stay so."""
    left = 1 + np.log(unanswered) / strength
    ever = left > 0
    hours = PACES[settings.pace].scale_hours * (
        np.where(ever, left, 1.0) ** (-1 / _ANSWER_DECAY) - 1
    )
    return np.where(ever, hours, np.inf)


def elapsed(hours: float | Floats) -> Floats:
    """The integral of (1 + t / 24) ** -0.8 from 0 to `hours`: exposure to coming back."""
    grown = (1 + np.asarray(hours) / DAY_HOURS) ** _RETURN_GROWTH - 1
    exposure: Floats = DAY_HOURS / _RETURN_GROWTH * grown
    return exposure


def hours_at(exposure: Floats) -> Floats:
    """The inverse of `elapsed`."""
    hours: Floats = DAY_HOURS * (
        (1 + exposure * _RETURN_GROWTH / DAY_HOURS) ** (1 / _RETURN_GROWTH) - 1
    )
    return hours


def hazard_ratio(delay: Floats, settings: Settings) -> Floats:
    """By how much an answer after `delay` hours multiplies the hazard of coming back."""
    soon = np.maximum(0.0, 1 - np.minimum(delay, DAY_HOURS) / DAY_HOURS)
    ratio: Floats = np.exp(settings.tau + settings.tau2 * soon)
    return ratio


def exposure_by(hours: float | Floats, delay: Floats, settings: Settings) -> Floats:
    """Exposure to coming back by `hours`, faster or slower by the ratio once answered."""
    now, answered = elapsed(hours), elapsed(np.minimum(delay, hours))
    total: Floats = answered + hazard_ratio(delay, settings) * (now - answered)
    return total


def hours_by(exposure: Floats, delay: Floats, settings: Settings) -> Floats:
    """The inverse of `exposure_by`."""
    # An infinite wait has no ratio to divide by; no record lasts a million hours.
    answered = elapsed(np.minimum(delay, 1e6))
    after = answered + (exposure - answered) / hazard_ratio(delay, settings)
    return hours_at(np.where(exposure <= answered, exposure, after))


def return_rate(
    settings: Settings, commitment: Floats, quality: Floats, availability: Floats
) -> Floats:
    """A newcomer's hazard of coming back at the first post, per hour, unanswered."""
    log_ratio = settings.b_u * commitment + settings.b_q * quality
    if settings.xi:
        log_ratio = log_ratio + settings.xi * np.log(availability)
    rate: Floats = base_rate(settings) * np.exp(log_ratio)
    return rate


@cache
def base_rate(settings: Settings) -> float:
    """
    The hazard per hour at u = q = 0 that brings the wanted share back within 30 days, unanswered.

    b_u u + b_q q is normal with variance b_u^2 + b_q^2 + 2 rho b_u b_q, so that one Gauss-Hermite
    sum gives the share; availability is taken as 1.
    """
    nodes, weights = normal_nodes(_NODES)
    b_u, b_q = settings.b_u, settings.b_q
    spread = np.sqrt(max(0.0, b_u**2 + b_q**2 + 2 * settings.rho * b_u * b_q))
    reach = np.exp(spread * nodes) * elapsed(CALIBRATED_HOURS)

    def excess(log_rate: float) -> float:
        return float(weights @ -np.expm1(-np.exp(log_rate) * reach)) - settings.back_unanswered

    return float(np.exp(brentq(excess, -30.0, 10.0, xtol=1e-12)))


def normal_nodes(count: int) -> tuple[Floats, Floats]:
    """Points and weights (they sum to 1) that integrate over a standard normal variable."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights / weights.sum()
