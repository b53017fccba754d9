"""Instrumental variables: an effect from the part of the exposure that chance has moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbench.errors import ModelError
from workbench.models import _columns, _terms
from workbench.models._anderson_rubin import Reduced, Segment, segments, sentence
from workbench.models.inputs import Floats, Whole, confidence, numbers
from workbench.models.result import ChiSquared, Estimate

# Lee, McCrary, Moreira & Porter (2022), doi:10.1257/aer.20211063: with one instrument, a t test at
# 5 % read only from this F up rejects a true effect in no more than 5 % of samples. The old limit
# of 10 is one for bias.
WEAK_F = 104.7
_NO_RESIDUAL = 1e-20


@dataclass(frozen=True, kw_only=True)
class InstrumentedEffect(Estimate):
    """
    Change of the outcome per unit of the exposure, for those whom the instruments move.

    `low`, `high` and `p_value` (null value 0) are Wald's, which need strong instruments; the
    Anderson-Rubin segments hold whatever their strength, so they are right whatever F is. To read
    Wald's interval only where F is high is itself a selection: strong first stages are in part
    lucky ones, in which the unmeasured cause helped, and among those the interval holds the truth
    less often than it says. The limit for `weak` is derived for one instrument, without such a
    guarantee for several; where in doubt, and always with several, prefer Anderson-Rubin.

    Attributes
    ----------
    table : DataFrame, one row per term of the second stage, as everywhere: term, estimate,
        std_error, low, high, p_value.
    errors : what the errors allow for, in words.
    first_stage_f : robust F of the instruments on the exposure, given the covariates.
    partial_r2 : share of the exposure's variance, left by the covariates, that they explain.
    anderson_rubin : the values of the effect that the test does not reject, as segments (low,
        high) from left to right; None is a side without a limit, no segment means that every value
        is rejected.
    anderson_rubin_p : p-value of an effect of 0 by the same test.
    anderson_rubin_says : the segments in a sentence.
    sargan, hansen : tests that all instruments point to the same effect, with the variance of the
        residuals constant, and robust; None where there is one instrument, so nothing to compare.
    weak : the reason to read `anderson_rubin` and not `low` and `high`, where F is below `WEAK_F`;
        else None.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    table: pd.DataFrame
    errors: str
    first_stage_f: float
    partial_r2: float
    anderson_rubin: tuple[Segment, ...]
    anderson_rubin_p: float
    anderson_rubin_says: str
    sargan: ChiSquared | None
    hansen: ChiSquared | None
    weak: str | None


@dataclass(frozen=True, eq=False)
class _Model:
    """Outcome and exposure; design and instruments of unit spread, and the way back from them."""

    y: Floats
    d: Floats
    design: Floats
    z: Floats
    back: Floats
    groups: Whole | None
    names: tuple[str, ...]

    @property
    def w(self) -> Floats:
        """The design without the exposure, which is its second column."""
        return np.delete(self.design, 1, axis=1)


def two_stage_least_squares(
    data: pd.DataFrame,
    *,
    outcome: str,
    exposure: str,
    instruments: Sequence[str],
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    level: float = 0.95,
) -> InstrumentedEffect:
    """
    Two-stage least squares for one exposure, with an interval that weak instruments cannot spoil.

    It estimates an effect only if the instruments are as good as random given the covariates and
    reach the outcome through the exposure alone; neither can be tested here. Errors are clustered
    (factor G / (G - 1) x (N - 1) / (N - K), Student's t with G - 1 degrees of freedom), or HC1
    (N - K) without `clusters`.

    Parameters
    ----------
    data : DataFrame, one row per unit. `outcome` and `exposure` are numbers; instruments and
        covariates are numbers, yes/no or text.

    Raises
    ------
    ModelError
        Empty or infinite values, a column not there, a constant outcome, exposure, instrument or
        covariate, columns that repeat each other, instruments that fix the exposure exactly, fewer
        than two clusters, too few rows or clusters, a level outside (0, 1).

    Source
    ------
    Anderson & Rubin (1949), doi:10.1214/aoms/1177730090; Hansen (1982), doi:10.2307/1912775;
    the limit for F: Lee, McCrary, Moreira & Porter (2022), doi:10.1257/aer.20211063.
    """
    where = "two_stage_least_squares"
    confidence(level, where=where)
    model = _checked(data, outcome, exposure, instruments, covariates, clusters, where=where)
    reduced, r2 = _stages(model, outcome, exposure, where=where)
    first = float(reduced.ratio(0.0, 1.0))
    beta, covariance, residual = _second_stage(model, where=where)
    df = _terms.freedom(len(model.y), len(model.names), model.groups)
    table = _terms.tidy(model.names, beta, np.sqrt(np.diag(covariance)), df=df, level=level)
    values = {name: float(table[name][1]) for name in table.columns[1:]}
    critical = float(stats.f.ppf(level, model.z.shape[1], reduced.df))
    found = segments(reduced, critical, centre=values["estimate"], unit=values["std_error"])
    sargan, hansen = _over_identified(model, residual)
    return InstrumentedEffect(
        **values,
        n=len(model.y),
        clusters=_terms.count_of(model.groups),
        table=table,
        errors="HC1" if clusters is None else f"clustered by {clusters}",
        first_stage_f=first,
        partial_r2=r2,
        anderson_rubin=found,
        anderson_rubin_p=float(stats.f.sf(reduced.f(0.0), model.z.shape[1], reduced.df)),
        anderson_rubin_says=sentence(found, level),
        sargan=sargan,
        hansen=hansen,
        weak=_weak(first),
    )


def _weak(first_stage_f: float) -> str | None:
    """Why the usual interval is not to be read."""
    if first_stage_f >= WEAK_F:
        return None
    return (
        f"The first-stage F is {first_stage_f:.1f}, below {WEAK_F:g}: the instruments move the "
        "exposure too little to trust the usual interval. Read the Anderson-Rubin interval, which "
        "is right whatever F is."
    )


def _checked(
    data: pd.DataFrame,
    outcome: str,
    exposure: str,
    instruments: Sequence[str],
    covariates: Sequence[str],
    clusters: str | None,
    *,
    where: str,
) -> _Model:
    """Numbers for the model, or the reason why it cannot be fitted."""
    if not instruments:
        raise ModelError(
            f"{where}: expected at least one instrument, got none. Name what moves the exposure."
        )
    _columns.require(data, [outcome, exposure], where=where)
    y = numbers(data[outcome], where=where, name=outcome, rows=len(data))
    ones = np.ones((len(y), 1))
    d = numbers(data[exposure], where=where, name=exposure, rows=len(data))
    for name, column in ((outcome, y), (exposure, d)):
        if not np.ptp(column):
            raise ModelError(
                f"{where}: expected {name} to vary, got {column[0]:g} in all {len(y):,} rows. "
                "Bring rows in which it differs."
            )
    raw, names = _terms.terms(data, covariates, base=ones, where=where)
    design, back = _terms.with_intercept(np.column_stack([d, raw]))
    w = np.delete(design, 1, axis=1)
    z, _ = _terms.terms(data, instruments, base=w, where=where)
    groups = _terms.groups_of(data, clusters, where=where)
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    _terms.enough_rows(len(y), w.shape[1] + z.shape[1], where=where)
    count = _terms.count_of(groups)
    if count is not None and count <= z.shape[1]:
        raise ModelError(
            f"{where}: expected more clusters than the {z.shape[1]} instruments, got {count} in "
            f"{clusters}. Use fewer instruments, or bring more clusters."
        )
    return _Model(y, d, design, z, back, groups, ("intercept", exposure, *names))


def _residuals(design: Floats, values: Floats) -> Floats:
    """What is left of `values` after least squares on `design`."""
    return np.asarray(values - design @ np.linalg.lstsq(design, values, rcond=None)[0])


def _stages(model: _Model, outcome: str, exposure: str, *, where: str) -> tuple[Reduced, float]:
    """The reduced forms and the partial R2 of the first stage."""
    z = _residuals(model.w, model.z)
    both = _residuals(model.w, np.column_stack([model.y, model.d]))
    bread = np.linalg.inv(z.T @ z)
    effects = bread @ z.T @ both
    left = both - z @ effects
    for name, rest, column in ((outcome, left[:, 0], model.y), (exposure, left[:, 1], model.d)):
        if (rest**2).sum() <= _NO_RESIDUAL * (column**2).sum():
            raise ModelError(
                f"{where}: expected {name} to vary given instruments and covariates, got {name} "
                "fixed by them exactly. Leave out the column that repeats it."
            )
    scores = np.hstack([z * left[:, [0]], z * left[:, [1]]])
    k, size = model.w.shape[1] + z.shape[1], z.shape[1]
    joint = _terms.sandwich(np.kron(np.eye(2), bread), scores, model.groups, parameters=k)
    reduced = Reduced(
        on_y=effects[:, 0],
        on_d=effects[:, 1],
        yy=joint[:size, :size],
        yd=joint[:size, size:],
        dd=joint[size:, size:],
        df=_terms.freedom(len(z), k, model.groups),
    )
    return reduced, 1 - float((left[:, 1] ** 2).sum() / (both[:, 1] ** 2).sum())


def _second_stage(model: _Model, *, where: str) -> tuple[Floats, Floats, Floats]:
    """Coefficients, their covariance, and the residuals of the exposure as it was."""
    exogenous = np.hstack([model.z, model.w])
    fitted = model.design - _residuals(exogenous, model.design)
    beta = np.linalg.lstsq(fitted, model.y, rcond=None)[0]
    residual = model.y - model.design @ beta
    if (residual**2).sum() <= _NO_RESIDUAL * (model.y**2).sum():
        raise ModelError(
            f"{where}: expected an outcome that the terms do not fix exactly, got residuals of 0. "
            "Leave out the column that repeats the outcome."
        )
    bread = np.asarray(np.linalg.inv(fitted.T @ fitted), dtype=np.float64)
    scores = fitted * residual[:, None]
    covariance = _terms.sandwich(bread, scores, model.groups, parameters=len(model.names))
    return model.back @ beta, model.back @ covariance @ model.back.T, residual


def _over_identified(
    model: _Model, residual: Floats
) -> tuple[ChiSquared | None, ChiSquared | None]:
    """Sargan's test, and Hansen's of the efficient two-step estimate."""
    extra = model.z.shape[1] - 1
    if not extra:
        return None, None
    z = _residuals(model.w, model.z)
    y, d = _residuals(model.w, np.column_stack([model.y, model.d])).T
    n = len(y)
    explained = residual - _residuals(np.hstack([model.z, model.w]), residual)
    sargan = n * float((explained**2).sum() / (residual**2).sum())
    rows = z * residual[:, None]
    if model.groups is not None:
        rows = np.column_stack([np.bincount(model.groups, column) for column in rows.T])
    weight = np.linalg.pinv(rows.T @ rows)
    to_y, to_d = z.T @ y, z.T @ d
    gap = to_y - float(to_d @ weight @ to_y) / float(to_d @ weight @ to_d) * to_d
    hansen = float(gap @ weight @ gap)
    return tuple(
        ChiSquared(chi2=value, df=extra, p_value=float(stats.chi2.sf(value, extra)), n=n)
        for value in (sargan, hansen)
    )  # type: ignore[return-value]
