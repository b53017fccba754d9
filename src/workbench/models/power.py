"""How small an effect these data could have shown, and how many people an effect would need."""

from __future__ import annotations

from scipy.stats import norm
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    samplesize_proportions_2indep_onetail,
)

from workbench.errors import ModelError
from workbench.models.inputs import is_number, plausible, shown

# Chances and differences below this are lost where they are taken from 1.
_NEAREST = 1e-12


def smallest_detectable_difference(
    std_error: float, *, power: float = 0.8, alpha: float = 0.05
) -> float:
    """
    The true effect that a two-sided test with this standard error finds with probability `power`.

    (z(1 - alpha/2) + z(power)) times the standard error, in its unit, by the normal distribution.
    Raises ModelError where the error is not above zero, or power or alpha is not between 0 and 1.

    Source
    ------
    Bloom (1995), doi:10.1177/0193841X9501900504.
    """
    where = "smallest_detectable_difference"
    _chances(power, alpha, where=where)
    _above_zero(std_error, "standard error", where=where)
    return float((norm.ppf(1 - alpha / 2) + norm.ppf(power)) * std_error)


def units_needed(
    std_error: float, difference: float, *, n: int, power: float = 0.8, alpha: float = 0.05
) -> float:
    """
    How many units a design like this one needs to show `difference`, where `n` gave `std_error`.

    The error shrinks with the root of the units, clusters growing alike; not rounded.
    Raises ModelError as `smallest_detectable_difference`, and for a difference of zero.
    """
    where = "units_needed"
    _chances(power, alpha, where=where)
    _above_zero(std_error, "standard error", where=where)
    size = abs(difference) if is_number(difference) else difference
    _above_zero(size, "absolute difference", where=where)
    _above_zero(n, "number of units", where=where)
    detectable = smallest_detectable_difference(std_error, power=power, alpha=alpha)
    return float(n * (detectable / difference) ** 2)


def people_needed(
    baseline: float, difference: float, *, power: float = 0.8, alpha: float = 0.05, ratio: float = 1
) -> float:
    """
    People needed in the exposed arm to tell two shares apart; not rounded.

    Parameters
    ----------
    baseline : share with the outcome among the unexposed. difference : exposed minus unexposed.
    ratio : unexposed people for each exposed one.

    Raises
    ------
    ModelError
        A share outside (0, 1), no difference, a ratio that is not above zero, or power or alpha not
        between 0 and 1.

    Source
    ------
    Fleiss, Levin & Paik (2003), doi:10.1002/0471445428, chapter 4, without continuity correction.
    """
    where = "people_needed"
    _two_shares(baseline, difference, ratio, where=where)
    _chances(power, alpha, where=where)
    return float(
        samplesize_proportions_2indep_onetail(
            difference, baseline, power, ratio=ratio, alpha=alpha, alternative="two-sided"
        )
    )


def power_reached(
    baseline: float, difference: float, *, n_exposed: float, alpha: float = 0.05, ratio: float = 1
) -> float:
    """
    Probability that `n_exposed` people, and `ratio` times as many unexposed, show the difference.

    A significant result in the wrong direction counts too, as in the two-sided test.
    Parameters and errors as in `people_needed`.
    """
    where = "power_reached"
    _two_shares(baseline, difference, ratio, where=where)
    _above_zero(n_exposed, "number of people", where=where)
    _chances(0.5, alpha, where=where)
    reached = power_proportions_2indep(
        difference, baseline, n_exposed, ratio=ratio, alpha=alpha, return_results=False
    )
    return float(reached)


def _two_shares(baseline: float, difference: float, ratio: float, *, where: str) -> None:
    _above_zero(ratio, "ratio", where=where)
    for share in (baseline, difference):
        if not is_number(share):
            raise ModelError(
                f"{where}: expected two numbers, a baseline and a difference, got {share!r}. "
                "Give both as shares."
            )
    inside = all(_NEAREST <= share < 1 for share in (baseline, baseline + difference))
    if not inside or abs(difference) < _NEAREST:
        raise ModelError(
            f"{where}: expected two different shares between 0 and 1, got {baseline:g} and "
            f"{baseline + difference:g}. Give a baseline and a difference that keep both inside."
        )


def _chances(power: float, alpha: float, *, where: str) -> None:
    for chance in (power, alpha):
        if not is_number(chance) or not _NEAREST <= chance <= 1 - _NEAREST:
            raise ModelError(
                f"{where}: expected power and alpha between 0 and 1, {_NEAREST:g} from both at "
                f"least, got {shown(power)} and {shown(alpha)}. Use 0.8 and 0.05, say."
            )


def _above_zero(value: float, name: str, *, where: str) -> None:
    if not plausible(value):
        raise ModelError(
            f"{where}: expected the {name} above zero and of a plausible size, got {shown(value)}. "
            "Give one that was estimated or chosen."
        )
