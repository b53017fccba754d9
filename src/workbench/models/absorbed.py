"""Regressions with an effect of its own for every person, day or place, which is absorbed."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ModelError
from workbench.models import _columns, _terms
from workbench.models._counts import whole_numbers
from workbench.models.counts import CountFit, with_ratios
from workbench.models.inputs import Flags, Floats, confidence, labels, numbers

_STEPS = 100
# The library absorbs effects step by step: what it leaves of an outcome that they fix is no more
# than these shares of the outcome's variance, of its square, and of that of a Poisson count.
_EXACT, _ROUNDING, _EXACT_COUNTS = 1e-10, 1e-20, 1e-8


def fixed_effects_poisson(
    data: pd.DataFrame,
    *,
    outcome: str,
    covariates: Sequence[str],
    absorb: Sequence[str],
    clusters: str,
    level: float = 0.95,
) -> CountFit:
    """
    Poisson regression within groups: only changes inside a value of every `absorb` column count.

    Rows that hold no information are left out and counted: groups without any event and zeros that
    the terms separate (`separated`), and rows alone in their group (`singletons`). Errors are
    clustered with the factor G / (G - 1) x (N - 1) / (N - K), where K counts terms, a constant and
    absorbed effects that are not nested in the clusters (pyfixest's default); intervals use
    Student's t with G - 1 degrees of freedom. `dispersion` divides by the rows less all terms and
    effects.

    Parameters
    ----------
    data : DataFrame, one row per unit. `outcome` is a whole number from 0; covariates are numbers,
        yes/no or text; `absorb` and `clusters` are columns of labels.

    Raises
    ------
    ModelError
        As `counts.poisson`, and for a covariate that does not vary within the absorbed groups, an
        outcome that they fix, no column to absorb, or no row that holds information.

    Source
    ------
    Correia, Guimaraes & Zylkin (2020), doi:10.1177/1536867X20909691.
    """
    where = "fixed_effects_poisson"

    def estimate(formula: str, frame: pd.DataFrame) -> Any:
        from pyfixest import fepois  # noqa: PLC0415 - loading pyfixest takes seconds

        return fepois(
            formula, frame, vcov={"CRV1": "g"}, separation_check=["fe", "ir"], iwls_maxiter=_STEPS
        )

    _columns.require(data, [outcome], where=where)
    y = whole_numbers(data, outcome, where=where)
    fit = _fit(
        data, y, covariates, absorb, clusters, estimate, counts=True, level=level, where=where
    )
    chi2 = float(fit["raw"]._pearson_chi2)
    _scatters(fit, chi2, least=_EXACT_COUNTS * int(fit["raw"]._N), outcome=outcome, where=where)
    return _result(
        fit, chi2=chi2, loglik=float(fit["raw"]._loglik), model="Poisson", ratios=True, where=where
    )


def fixed_effects_ols(
    data: pd.DataFrame,
    *,
    outcome: str,
    covariates: Sequence[str],
    absorb: Sequence[str],
    clusters: str,
    level: float = 0.95,
) -> CountFit:
    """
    Least squares within groups: `estimate` is the change of the outcome itself per unit.

    As `fixed_effects_poisson`, for any numeric outcome: there is no separation, no rate ratio, and
    `dispersion` is the variance of the residuals.

    Source
    ------
    Frisch & Waugh (1933), doi:10.2307/1907330.
    """
    where = "fixed_effects_ols"

    def estimate(formula: str, frame: pd.DataFrame) -> Any:
        from pyfixest import feols  # noqa: PLC0415 - loading pyfixest takes seconds

        return feols(formula, frame, vcov={"CRV1": "g"})

    _columns.require(data, [outcome], where=where)
    y = numbers(data[outcome], where=where, name=outcome, rows=len(data))
    fit = _fit(
        data, y, covariates, absorb, clusters, estimate, counts=False, level=level, where=where
    )
    rss = float((np.asarray(fit["raw"]._u_hat) ** 2).sum())
    least = max(_EXACT * float(((y - y.mean()) ** 2).sum()), _ROUNDING * float((y**2).sum()))
    _scatters(fit, rss, least=least, outcome=outcome, where=where)
    n = int(fit["raw"]._N)
    loglik = -n / 2 * (np.log(2 * np.pi * rss / n) + 1)
    return _result(
        fit, chi2=rss, loglik=float(loglik), model="least squares", ratios=False, where=where
    )


def _fit(
    data: pd.DataFrame,
    y: Floats,
    covariates: Sequence[str],
    absorb: Sequence[str],
    clusters: str,
    estimate: Callable[[str, pd.DataFrame], Any],
    *,
    counts: bool,
    level: float,
    where: str,
) -> dict[str, Any]:
    """Check, fit under plain column names, and check what the fit left out."""
    confidence(level, where=where)
    if not absorb or not covariates:
        raise ModelError(
            f"{where}: expected at least one covariate and one column to absorb, got "
            f"{len(covariates)} and {len(absorb)}. Name them, or use a model without effects."
        )
    _columns.require(data, [*absorb, clusters], where=where)
    base = np.ones((len(y), 1))
    values, names = _terms.terms(data, covariates, base=base, where=where)
    centred = (values - values.mean(axis=0)) / values.std(axis=0)
    frame = pd.DataFrame(centred, columns=[f"x{i}" for i in range(len(names))]).assign(y=y)
    effects = [f"f{i}" for i in range(len(absorb))]
    for new, old in zip(["g", *effects], [clusters, *absorb], strict=True):
        frame[new] = labels(data[old], where=where, name=old, rows=len(y))
    kept, alone, silent = _informative(frame, effects, counts=counts)
    if frame["g"][kept].nunique() < 2:  # The library would not survive a table without rows.
        raise _nothing(absorb, where=where)
    formula = f"y ~ {' + '.join(frame.columns[: len(names)])} | {' + '.join(effects)}"
    raw = _quietly(estimate, formula, frame[kept].reset_index(drop=True), absorb, where=where)
    if raw._collin_vars:
        fixed = [names[int(name[1:])] for name in raw._collin_vars]
        raise _still(fixed, absorb, where=where)
    return {
        "raw": raw, "names": names, "spread": values.std(axis=0), "level": level,
        "absorb": tuple(absorb), "clusters": clusters, "singletons": alone,
        "separated": silent + int(kept.sum()) - int(raw._N),
    }  # fmt: skip


def _informative(
    frame: pd.DataFrame, effects: Sequence[str], *, counts: bool
) -> tuple[Flags, int, int]:
    """Rows to keep; how many were alone in a group; how many counts in groups without events."""
    kept, alone, silent = np.ones(len(frame), dtype=bool), 0, 0
    before = -1
    while kept.sum() != before:  # One row less may leave another alone.
        before = int(kept.sum())
        for effect in effects:
            codes = frame[effect].to_numpy()
            sizes = np.bincount(codes, kept)[codes]
            single = kept & (sizes == 1)
            events = np.bincount(codes, frame["y"].to_numpy() * kept)[codes]
            empty = kept & ~single & (events == 0) if counts else np.zeros(len(frame), dtype=bool)
            kept = kept & ~single & ~empty
            alone, silent = alone + int(single.sum()), silent + int(empty.sum())
    return kept, alone, silent


def _quietly(
    estimate: Callable[[str, pd.DataFrame], Any],
    formula: str,
    frame: pd.DataFrame,
    absorb: Sequence[str],
    *,
    where: str,
) -> Any:
    """Fit; what the library warns of (rows left out, terms dropped) is counted or refused here."""
    from pyfixest.errors import NonConvergenceError  # noqa: PLC0415 - as above

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            raw = estimate(formula, frame)
        except NonConvergenceError:
            raw = None
        except ValueError:  # All terms were dropped as collinear.
            raise _still(["any of them"], absorb, where=where) from None
    # The library keeps silent where its Poisson steps run out; least squares takes none.
    if raw is None or not getattr(raw, "convergence", True):
        raise ModelError(
            f"{where}: expected convergence within {_STEPS} steps, got no highest likelihood. "
            "Look for extreme values among the covariates, or absorb fewer columns."
        )
    return raw


def _still(names: Sequence[str], absorb: Sequence[str], *, where: str) -> ModelError:
    return ModelError(
        f"{where}: expected covariates that vary within {', '.join(absorb)}, got "
        f"{', '.join(names)} without variation of its own in the rows that hold information. "
        "Leave it out."
    )


def _nothing(absorb: Sequence[str], *, where: str) -> ModelError:
    return ModelError(
        f"{where}: expected rows of at least two clusters that hold information, got none after "
        f"leaving out rows alone or without events in their {', '.join(absorb)}. Absorb fewer "
        "columns, or bring more rows."
    )


def _scatters(
    fit: dict[str, Any], squares: float, *, least: float, outcome: str, where: str
) -> None:
    """Refuse residuals, with these `squares`, or a standard error that are only rounding."""
    if not squares > least:
        raise ModelError(
            f"{where}: expected an outcome that the terms do not fix exactly, got residuals of 0. "
            f"Leave out what repeats {outcome}, or absorb fewer columns."
        )
    variances = np.diag(np.asarray(fit["raw"]._vcov))
    if not (np.isfinite(variances) & (variances > _ROUNDING * squares)).all():
        raise ModelError(
            f"{where}: expected clusters that disagree about every term, got a standard error of "
            "0. Bring more clusters, or leave terms out."
        )


def _result(
    fit: dict[str, Any], *, chi2: float, loglik: float, model: str, ratios: bool, where: str
) -> CountFit:
    """The fit in the covariates' own units."""
    raw, spread = fit["raw"], fit["spread"]
    covariance = np.asarray(raw._vcov) / np.outer(spread, spread)
    groups = int(raw._G[0])
    table = _terms.tidy(
        fit["names"], np.asarray(raw._beta_hat) / spread, np.sqrt(np.diag(covariance)),
        df=groups - 1, level=fit["level"],
    )  # fmt: skip
    n = int(raw._N)
    # Every further absorbed column repeats one level of the first.
    effects = int(np.sum(raw._k_fe)) - (len(fit["absorb"]) - 1)
    named = ", ".join(fit["absorb"])
    return CountFit(
        table=with_ratios(table, where=where) if ratios else table,
        covariance=covariance,
        specification=f"{model}, {named} absorbed, errors clustered by {fit['clusters']}",
        n=n,
        clusters=groups,
        loglik=loglik,
        dispersion=chi2 / (n - len(fit["names"]) - effects),
        absorbed=fit["absorb"],
        singletons=fit["singletons"],
        separated=fit["separated"],
    )
