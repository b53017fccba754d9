"""How far raters agree beyond chance: Krippendorff's alpha, Cohen's and Fleiss' kappa."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats import inter_rater

from workbench.errors import ModelError
from workbench.models import _labels
from workbench.models._labels import Judgements
from workbench.models.inputs import Floats, Whole, confidence, numbers, one_column, one_of, whole
from workbench.models.result import Estimate

SCALES = ("nominal", "ordinal", "interval", "ratio")
# Resampled units are counted this many draws at a time, which keeps memory small.
_AT_A_TIME = 50
# Fewer do not show the tails.
_FEWEST_DRAWS = 100
# A variance of one unit's kappa below this is rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Agreement(Estimate):
    """
    Agreement from 1 (complete) over 0 (as by chance) to below 0 (less than by chance).

    `n` counts units with two or more ratings; `p_value` is None where none is computed.

    Attributes
    ----------
    statistic : which coefficient. raters : raters, or ratings a unit for Fleiss' kappa.
    observed, expected : agreement as seen and by chance (kappas); disagreement for alpha.
    reason : why there is no interval; None where there is one.
    """

    statistic: str
    raters: int
    observed: float
    expected: float
    reason: str | None = None


def krippendorff_alpha(
    ratings: pd.DataFrame,
    *,
    seed: int,
    scale: str = "nominal",
    draws: int = 1000,
    level: float = 0.95,
    repeats: str = "refuse",
) -> Agreement:
    """
    Krippendorff's alpha: 1 - disagreement within units / disagreement between all ratings.

    Any number of raters, gaps allowed; units rated once do not count. `scale` says what a
    difference is: 'nominal' labels, 'ordinal' ranks, 'interval' differences, 'ratio' proportions
    (zero or more). The interval is the percentile bootstrap over `draws` resamples of whole units;
    ordinal distances are those of the full data.

    Parameters
    ----------
    ratings : DataFrame, one row per rating: item (the unit), rater, label (a number, but for
        'nominal').

    Raises
    ------
    ModelError
        As `labels.majority_vote`; labels that are no numbers, negative on a ratio scale, no unit
        rated twice, all ratings alike, scale unknown, too few draws, a level outside (0, 1).

    Source
    ------
    Krippendorff (2004), Content Analysis, 2nd edition, chapter 11; bootstrap over units: Zapf et
    al. (2016), doi:10.1186/s12874-016-0200-9.
    """
    where = "krippendorff_alpha"
    _require_options(scale, draws, seed, level, where=where)
    given = _labels.read(ratings, repeats=repeats, where=where)
    counts = _labels.votes(given)
    counts = counts[counts.sum(axis=1) > 1]
    used = counts.sum(axis=0)
    if (used > 0).sum() < 2:
        raise ModelError(
            f"{where}: expected different ratings among units rated twice or more, got "
            f"{len(counts):,} units and {int((used > 0).sum())} values. Without both, chance "
            "agreement is not defined."
        )
    apart = _distances(given, used, scale, where=where)
    size = counts.sum(axis=1)
    within = np.sum((counts @ apart) * counts, axis=1) / (size - 1)
    once = np.ones((1, len(counts)))
    observed, expected = (float(part[0]) for part in _disagreement(once, counts, within, apart))
    spread = _resampled(counts, within, apart, draws=draws, seed=seed)
    return _with_interval(
        1 - observed / expected,
        spread,
        draws=draws,
        level=level,
        statistic=f"Krippendorff's alpha, {scale}",
        n=len(counts),
        raters=len(given.raters),
        observed=observed,
        expected=expected,
    )


def cohen_kappa(first: Any, second: Any, *, level: float = 0.95) -> Agreement:
    """
    Cohen's kappa of two raters who labelled the same units, in the same order.

    Standard error and limits are for large samples (Fleiss, Cohen & Everitt 1969,
    doi:10.1037/h0028106); the p-value is for kappa = 0. There are none, and `reason` says why,
    where a rater gave one label only or the error is zero.

    Raises
    ------
    ModelError
        As `labels.majority_vote`; columns of different length, or a level outside (0, 1).

    Source
    ------
    Cohen (1960), doi:10.1177/001316446002000104.
    """
    where = "cohen_kappa"
    confidence(level, where=where)
    columns = [
        one_column(values, where=where, name="labels").reset_index(drop=True)
        for values in (first, second)
    ]
    if len(columns[0]) != len(columns[1]):
        raise ModelError(
            f"{where}: expected two columns of the same length, got {len(columns[0]):,} and "
            f"{len(columns[1]):,}. Take both from the same units."
        )
    n = len(columns[0])
    both = pd.concat(columns, ignore_index=True)
    long = pd.DataFrame({"item": [*range(n)] * 2, "rater": np.repeat([0, 1], n), "label": both})
    given = _labels.read(long, where=where)
    classes = len(given.classes)
    cells = given.label[:n] * classes + given.label[n:]
    table = np.bincount(cells, minlength=classes**2).reshape(classes, classes)
    kappa, error, p_value, reason = _kappa(table)
    reach = None if error is None else float(stats.norm.ppf((1 + level) / 2)) * error
    return Agreement(
        estimate=kappa,
        std_error=error,
        low=None if reach is None else kappa - reach,
        high=None if reach is None else min(kappa + reach, 1.0),
        p_value=p_value,
        n=n,
        statistic="Cohen's kappa",
        raters=2,
        observed=float(np.trace(table) / n),
        expected=float(table.sum(axis=0) @ table.sum(axis=1) / n**2),
        reason=reason,
    )


def _kappa(table: Whole) -> tuple[float, float | None, float | None, str | None]:
    """Kappa, its error and p-value; where it has none, why."""
    if 1 in ((table.sum(axis=0) > 0).sum(), (table.sum(axis=1) > 0).sum()):
        return 0.0, None, None, "a rater gave every unit the same label"
    found = inter_rater.cohens_kappa(table)
    kappa = float(found.kappa)
    if found.var_kappa * table.sum() > _ROUNDING:
        return kappa, float(found.std_kappa), float(found.pvalue_two_sided), None
    every = "the raters agree on every unit"
    return kappa, None, None, every if kappa == 1 else "this pattern has no large-sample error"


def fleiss_kappa(
    ratings: pd.DataFrame,
    *,
    seed: int,
    draws: int = 1000,
    level: float = 0.95,
    repeats: str = "refuse",
) -> Agreement:
    """
    Fleiss' kappa: agreement of units that were rated equally often, not always by the same raters.

    The interval is the percentile bootstrap over `draws` resamples of whole units.

    Parameters
    ----------
    ratings : DataFrame, one row per rating: item (the unit), rater, label.

    Raises
    ------
    ModelError
        As `labels.majority_vote`; unequal numbers of ratings a unit or only one, too few draws, a
        level outside (0, 1).

    Source
    ------
    Fleiss (1971), doi:10.1037/h0031619.
    """
    where = "fleiss_kappa"
    _require_options("nominal", draws, seed, level, where=where)
    given = _labels.read(ratings, repeats=repeats, where=where)
    counts = _labels.votes(given)
    sizes = counts.sum(axis=1)
    if sizes.min() != sizes.max() or sizes[0] < 2:
        raise ModelError(
            f"{where}: expected the same number of ratings, two or more, of every unit, got "
            f"{sizes.min():.0f} to {sizes.max():.0f}. Use krippendorff_alpha, which allows gaps."
        )
    estimate = float(inter_rater.fleiss_kappa(counts))
    expected = float(np.sum((counts.sum(axis=0) / counts.sum()) ** 2))
    rng, n = np.random.default_rng(seed), len(counts)
    drawn = (counts[rng.integers(n, size=n)] for _ in range(draws))
    varied = [one for one in drawn if (one.sum(axis=0) > 0).sum() > 1]
    return _with_interval(
        estimate,
        np.array([inter_rater.fleiss_kappa(one) for one in varied]),
        draws=draws,
        level=level,
        statistic="Fleiss' kappa",
        n=n,
        raters=int(sizes[0]),
        observed=expected + estimate * (1 - expected),
        expected=expected,
    )


def _require_options(scale: str, draws: int, seed: int, level: float, *, where: str) -> None:
    confidence(level, where=where)
    one_of(scale, SCALES, where=where, name="scale")
    whole(draws, where=where, name="draws", least=_FEWEST_DRAWS)
    whole(seed, where=where, name="seed")


def _distances(given: Judgements, used: Floats, scale: str, *, where: str) -> Floats:
    """Squared differences of all pairs of values, as `scale` counts them."""
    if scale == "nominal":
        return 1.0 - np.eye(len(used))
    value = numbers(given.classes, where=where, name="label")
    if scale == "ordinal":
        # Ratings between two values, each end counting half: a difference of mid-ranks.
        value = np.cumsum(used) - used / 2
    gap = value[:, None] - value
    if scale != "ratio":
        return gap**2
    if value.min() < 0:
        raise ModelError(
            f"{where}: expected ratings of zero or more on a ratio scale, got {value.min():g}. "
            "Use scale='interval'."
        )
    total = value[:, None] + value
    return np.divide(gap, total, out=np.zeros_like(gap), where=total > 0) ** 2


def _disagreement(
    weights: Floats, counts: Floats, within: Floats, apart: Floats
) -> tuple[Floats, Floats]:
    """Mean disagreement within units and of all pairs, for each row of weights of the units."""
    used = weights @ counts
    number = used.sum(axis=1)
    expected = np.sum((used @ apart) * used, axis=1) / (number * (number - 1))
    return weights @ within / number, expected


def _resampled(counts: Floats, within: Floats, apart: Floats, *, draws: int, seed: int) -> Floats:
    """Alpha of resampled units; draws in which all ratings are alike have none."""
    rng, n = np.random.default_rng(seed), len(counts)
    found = []
    for first in range(0, draws, _AT_A_TIME):
        size = min(_AT_A_TIME, draws - first)
        weights = rng.multinomial(n, np.full(n, 1 / n), size=size).astype(float)
        observed, expected = _disagreement(weights, counts, within, apart)
        varied = expected > 0
        found.append(1 - observed[varied] / expected[varied])
    return np.concatenate(found)


def _with_interval(
    estimate: float, spread: Floats, *, draws: int, level: float, **fields: Any
) -> Agreement:
    """The estimate with the percentiles of its resamples, where nearly all of them have one."""
    if len(spread) < 0.95 * draws:
        reason = f"only {len(spread):,} of {draws:,} resamples hold different ratings"
        return Agreement(
            estimate=estimate, std_error=None, low=None, high=None, p_value=None, reason=reason,
            **fields,
        )  # fmt: skip
    low, high = np.quantile(spread, [(1 - level) / 2, (1 + level) / 2])
    return Agreement(
        estimate=estimate,
        std_error=float(spread.std(ddof=1)),
        low=float(low),
        high=float(high),
        p_value=None,
        **fields,
    )
