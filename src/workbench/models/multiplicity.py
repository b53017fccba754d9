"""p-values adjusted for how many hypotheses were tested together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from workbench.errors import ModelError
from workbench.models.inputs import Floats


def holm(p: Sequence[float | None] | Floats) -> Floats:
    """
    Holm-adjusted p-values: below alpha where the family-wise error rate is at most alpha.

    An empty value (None, NaN) stands for a hypothesis that was not tested: it does not count as a
    test, and its place in the result is NaN, which says so. No other value ever becomes NaN.
    Raises ModelError for what is no number or outside [0, 1], and for a single value.

    Source
    ------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    return _adjusted(p, method="holm", where="holm")


def benjamini_hochberg(p: Sequence[float | None] | Floats) -> Floats:
    """
    q-values: below alpha where the expected share of false discoveries is at most alpha.

    Empty values and errors as in `holm`.

    Source
    ------
    Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    return _adjusted(p, method="fdr_bh", where="benjamini_hochberg")


def _adjusted(
    p: Sequence[float | None] | Floats, *, method: Literal["holm", "fdr_bh"], where: str
) -> Floats:
    try:
        values = pd.Series(list(p), dtype="Float64").to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise ModelError(
            f"{where}: expected a list of p-values, got something else. "
            "Pass all that were tested together, as numbers."
        ) from None
    given = ~np.isnan(values)
    odd = values[given][(values[given] < 0) | (values[given] > 1)]
    if odd.size:
        raise ModelError(
            f"{where}: expected p-values between 0 and 1, got {odd[0]:g}. "
            "Pass p-values, not statistics; leave empty what was not tested."
        )
    adjusted = np.full_like(values, np.nan)
    if given.any():
        adjusted[given] = multipletests(values[given], method=method)[1]
    return adjusted
