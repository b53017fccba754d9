"""Is an effect too small to matter? Two one-sided tests against a margin fixed beforehand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from workbench.errors import ModelError
from workbench.models.inputs import confidence


@dataclass(frozen=True)
class Equivalence:
    """
    The two one-sided tests of one estimate.

    Attributes
    ----------
    p_value : of the null hypothesis that the effect is at least as large as the margin, either way.
    low, high : the interval with level 1 - 2 alpha (90 % for alpha 5 %), in the estimate's unit.
    margin : the smallest effect worth acting on, in the same unit.
    equivalent : the interval lies inside (-margin, margin), which is p_value < alpha.
    """

    p_value: float
    low: float
    high: float
    margin: float
    equivalent: bool


def tost(
    estimate: float,
    std_error: float,
    margin: float,
    *,
    alpha: float = 0.05,
    df: float | None = None,
) -> Equivalence:
    """
    Test whether the effect lies inside (-margin, margin).

    With `df`, Student's t (clusters - 1 for an `effects.Effect`), else the normal distribution.

    Raises
    ------
    ModelError
        A number is empty, the standard error or the margin is not above zero, alpha is not between
        0 and one half, or df is not above zero.

    Source
    ------
    Schuirmann (1987), doi:10.1007/BF01068419.
    """
    where = "tost"
    confidence(1 - 2 * alpha, where=where)
    if not (np.isfinite(estimate) and 0 < std_error < np.inf and 0 < margin < np.inf):
        raise ModelError(
            f"{where}: expected an estimate, and a standard error and a margin above zero, got "
            f"{estimate:g}, {std_error:g} and {margin:g}. Test only effects that were estimated."
        )
    if df is not None and not df > 0:
        raise ModelError(
            f"{where}: expected degrees of freedom above zero, got {df:g}. Use clusters - 1."
        )
    law = stats.norm if df is None else stats.t(df)
    reach = float(law.ppf(1 - alpha)) * std_error
    return Equivalence(
        p_value=float(law.sf((margin - abs(estimate)) / std_error)),
        low=estimate - reach,
        high=estimate + reach,
        margin=margin,
        equivalent=bool(abs(estimate) + reach < margin),
    )
