"""What models of counts refuse: values that are no counts, and covariates without an estimate."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from workbench.errors import ModelError
from workbench.models.inputs import Floats, numbers

# Gain per row without events, in terms of unit spread, that is the solver's rounding and no more.
_NO_SLOPE = 1e-7


def whole_numbers(data: pd.DataFrame, outcome: str, *, where: str) -> Floats:
    """The counts, or the reason why they are none."""
    counts = numbers(data[outcome], where=where, name=outcome, rows=len(data))
    odd = counts[(counts < 0) | (counts != np.floor(counts))]
    if len(odd):
        raise ModelError(
            f"{where}: expected whole numbers from 0 in {outcome}, got {odd[0]:g}. "
            "Count events, and give the time at risk as the offset."
        )
    if not counts.any():
        raise ModelError(
            f"{where}: expected events in {outcome}, got 0 in all {len(counts):,} rows. "
            "Choose a longer window or more people."
        )
    return counts


def refuse_separation(
    counts: Floats, design: Floats, names: tuple[str, ...], *, where: str
) -> None:
    """
    Refuse covariates along which the likelihood rises without end.

    There are some if a mix of terms is 0 in every row with events, never positive in the others and
    negative in one of them (Correia, Guimaraes & Zylkin 2019, arXiv:1903.01633). Fewer rows with
    events than terms are no separation by themselves: the rows without any may pull both ways.
    """
    _, sizes, axes = np.linalg.svd(design[counts > 0], full_matrices=True)
    rank = int((sizes > 1e-9 * sizes[0]).sum())
    if rank == design.shape[1]:
        return
    free = axes[rank:].T
    others = design[counts == 0] @ free
    found = linprog(
        others.sum(axis=0), A_ub=others, b_ub=np.zeros(len(others)), bounds=(-1, 1), method="highs"
    )
    if found.x is None or -found.fun <= _NO_SLOPE * len(others):
        return
    guilty = [n for n, w in zip(names, (free @ found.x)[1:], strict=True) if abs(w) > 1e-6]
    raise ModelError(
        f"{where}: expected events on both sides of every covariate, got {', '.join(guilty)} which "
        "separates rows without any event. Leave it out, or join its groups."
    )
