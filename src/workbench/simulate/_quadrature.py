"""Means over a normal variable as weighted sums, for truths that have no closed form."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

POINTS = 40


def normal_nodes() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Points and weights of the Gauss-Hermite sum that integrates over a standard normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    return nodes, weights / weights.sum()
