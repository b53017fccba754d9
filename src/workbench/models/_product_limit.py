"""The arithmetic of a survival curve: the product of shares, its variance, its limits."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.stats import norm

from workbench.errors import ModelError
from workbench.models.inputs import Floats

Transform = Literal["log-log", "log"]
TRANSFORMS = ("log-log", "log")


def known(transform: str, *, where: str) -> None:
    """Refuse a transform that is not in `TRANSFORMS` with a ModelError."""
    if transform not in TRANSFORMS:
        raise ModelError(
            f"{where}: expected transform {' or '.join(TRANSFORMS)}, got {transform}. "
            "Choose one of these."
        )


def product_limit(at_risk: Floats, events: Floats) -> Floats:
    """Share surviving past each of the ordered times, from those at risk and the events there."""
    return (1 - events / at_risk).cumprod()


def greenwood(at_risk: Floats, events: Floats) -> Floats:
    """What each time adds to the variance of log S; zero where everybody left, for S is then 0."""
    left = at_risk - events
    return np.divide(events, at_risk * left, out=np.zeros_like(events), where=left > 0)


def limits(
    survival: Floats, std_error: Floats, *, level: float, transform: Transform
) -> tuple[Floats, Floats]:
    """Pointwise limits, made on the transformed scale; NaN where S is 1 or 0."""
    low, high = np.full_like(survival, np.nan), np.full_like(survival, np.nan)
    inside = (survival > 0) & (std_error > 0)
    share = survival[inside]
    reach = norm.ppf((1 + level) / 2) * std_error[inside] / share
    if transform == "log":
        low[inside], high[inside] = share * np.exp(-reach), np.minimum(share * np.exp(reach), 1)
    else:
        power = np.exp(reach / -np.log(share))
        low[inside], high[inside] = share**power, share ** (1 / power)
    return low, high
