"""What models give back: one number with its uncertainty, frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """
    One estimated number. Its unit is that of the function that made it.

    A value that does not exist (a median that was never reached, the p-value of a number that has
    no null value) is None, never zero and never NaN.

    Attributes
    ----------
    estimate : the number itself.
    std_error : its standard error, in the same unit.
    low, high : limits of the confidence interval, in the same unit; None on a side without a limit.
    p_value : two-sided, against the null value that the function names.
    n : units that were counted: people, threads, rows.
    clusters : groups within which units may depend on each other, where that was allowed for.
    """

    estimate: float | None
    std_error: float | None
    low: float | None
    high: float | None
    p_value: float | None
    n: int
    clusters: int | None = None


@dataclass(frozen=True)
class ChiSquared:
    """
    One test of a null hypothesis that the function names.

    Attributes
    ----------
    chi2 : the statistic. df : its degrees of freedom. p_value : chance of as much under the null.
    n : units that were counted.
    """

    chi2: float
    df: int
    p_value: float
    n: int
