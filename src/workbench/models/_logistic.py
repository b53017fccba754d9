"""Logistic models behind the effect estimators: a stated choice of terms, a fit, mean risks."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from statsmodels.discrete.discrete_model import Logit

from workbench.errors import ModelError
from workbench.models._columns import Columns, independent
from workbench.models.inputs import Floats

# Peduzzi et al. (1996), doi:10.1016/S0895-4356(96)00236-3: below ten events of the rarer outcome
# per term, logistic coefficients and their errors become unreliable.
EVENTS_PER_TERM = 10
# Half of it times the squared coefficient is taken off the log likelihood: the prior belief that a
# covariate's log odds ratio per standard deviation is normal around 0 with variance 1.
PENALTY = 1.0


@dataclass(frozen=True, eq=False)
class Arms:
    """
    Predicted risk of every row under both exposures, and how each row moves the two mean risks.

    `influence` has a column for the exposed and one for the unexposed risk; its columns sum to 0.
    """

    risk: Floats
    influence: Floats
    specification: str
    events_per_term: float | None
    dropped: tuple[str, ...]


def maximum_likelihood(outcome: Floats, design: Floats) -> Floats | None:
    """Logistic coefficients; None where the likelihood has no maximum (separation)."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # A warning here means no maximum; the caller says so.
        try:
            fitted = Logit(outcome, design).fit(disp=0, maxiter=50)
        except (Warning, np.linalg.LinAlgError):
            return None
    return np.asarray(fitted.params, dtype=float) if fitted.mle_retvals["converged"] else None


def ridge(outcome: Floats, design: Floats, penalty: Floats, *, where: str) -> Floats:
    """Logistic coefficients with `penalty` on each column, by Newton steps of limited length."""
    coefficients = np.zeros(design.shape[1])
    for _ in range(200):
        fitted = expit(design @ coefficients)
        slope = design.T @ (outcome - fitted) - penalty * coefficients
        try:
            step = np.linalg.solve(information(design, fitted, penalty), slope)
        except np.linalg.LinAlgError:
            break
        coefficients = coefficients + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-9:
            return coefficients
    raise ModelError(
        f"{where}: expected the penalised logistic model to converge, got no highest point on "
        f"{len(outcome):,} rows. Use fewer covariates, or look for values far from all others."
    )


def information(design: Floats, fitted: Floats, penalty: Floats) -> Floats:
    """Curvature of the penalised log likelihood, one row and column a term."""
    return (design * (fitted * (1 - fitted))[:, None]).T @ design + np.diag(penalty)


def best_fit(
    outcome: Floats, designs: Sequence[tuple[str, Floats]], *, unpenalised: int, where: str
) -> tuple[Floats, Floats, Floats, str, float | None]:
    """
    Fit the first of `designs` that the events carry; below that, the last one with a penalty.

    Returns the coefficients, the design, the penalties, what was done in words, and the events of
    the rarer outcome per term. The first `unpenalised` columns never carry a penalty.
    """
    events = float(min(outcome.sum(), len(outcome) - outcome.sum()))
    separated = ""
    for name, design in designs:
        terms = design.shape[1] - 1
        if terms and events / terms < EVENTS_PER_TERM:
            continue
        coefficients = maximum_likelihood(outcome, design)
        if coefficients is not None:
            text = f"logistic, {name}{separated}"
            return (
                coefficients,
                design,
                np.zeros(terms + 1),
                text,
                events / terms if terms else None,
            )
        separated += f"; {name} had no finite fit"
    name, design = designs[-1]
    penalty = np.where(np.arange(design.shape[1]) < unpenalised, 0.0, PENALTY)
    coefficients = ridge(outcome, design, penalty, where=where)
    text = f"logistic, {name}, ridge penalty {PENALTY:g} on standardised covariates{separated}"
    return coefficients, design, penalty, text, events / (design.shape[1] - 1)


def outcome_model(outcome: Floats, given: Columns, *, exposure: str, where: str) -> Arms:
    """
    Risk of every row were it exposed and were it not, from a logistic model.

    Interactions of exposure and covariates where there are ten events of the rarer outcome per
    term; else main effects; else main effects with a ridge penalty on the covariates.
    """
    arm, z = given.exposure, given.covariates
    if not z.shape[1]:
        return arm_means(outcome, arm)
    one_sided = [side for side, value in (("exposed", 1), ("unexposed", 0))
                 if len(np.unique(outcome[arm == value])) == 1]  # fmt: skip
    if one_sided:
        raise ModelError(
            f"{where}: expected both outcomes in both arms, got one only among the "
            f"{' and '.join(one_sided)}. Use crude_risk_difference, or bring more people."
        )
    main = np.column_stack([np.ones(len(arm)), arm, z])
    crossed = independent(arm[:, None] * z, main)
    full = np.column_stack([main, arm[:, None] * z[:, crossed]])
    coefficients, design, penalty, text, per_term = best_fit(
        outcome,
        [(f"exposure x covariate interactions ({counted(z.shape[1])})", full),
         (f"main effects ({counted(z.shape[1])})", main)],
        unpenalised=2, where=where,
    )  # fmt: skip
    interacted = design.shape[1] > main.shape[1]
    lost = [f"{exposure} x {n}" for i, n in enumerate(given.names) if i not in crossed]
    worlds = []
    for value in (1.0, 0.0):
        parts = [np.ones(len(arm)), np.full(len(arm), value), z]
        worlds.append(np.column_stack([*parts, value * z[:, crossed]] if interacted else parts))
    risk, influence = standardise(outcome, design, coefficients, penalty, worlds)
    return Arms(risk, influence, text, per_term, tuple(lost) if interacted else ())


def standardise(
    outcome: Floats, design: Floats, coefficients: Floats, penalty: Floats, worlds: list[Floats]
) -> tuple[Floats, Floats]:
    """Predicted risks in each world, and each row's influence on their means (M-estimation)."""
    moves = coefficient_influence(outcome, design, coefficients, penalty)
    risk = np.column_stack([expit(world @ coefficients) for world in worlds])
    slopes = [
        (w * (r * (1 - r))[:, None]).mean(axis=0) for w, r in zip(worlds, risk.T, strict=True)
    ]
    return risk, risk - risk.mean(axis=0) + moves @ np.column_stack(slopes)


def coefficient_influence(
    outcome: Floats, design: Floats, coefficients: Floats, penalty: Floats
) -> Floats:
    """How each row moves the coefficients, times the number of rows; a column a coefficient."""
    n = len(outcome)
    fitted = expit(design @ coefficients)
    scores = design * (outcome - fitted)[:, None] - penalty * coefficients / n
    return np.asarray(scores @ np.linalg.inv(information(design, fitted, penalty)) * n)


def counted(covariates: int) -> str:
    """How many covariates there are, in words for a specification."""
    return "1 covariate" if covariates == 1 else f"{covariates} covariates"


def arm_means(outcome: Floats, arm: Floats) -> Arms:
    """The model without covariates: the share with the outcome in each arm."""
    weights = np.column_stack([arm / arm.mean(), (1 - arm) / (1 - arm).mean()])
    means = (weights * outcome[:, None]).mean(axis=0)
    influence = weights * (outcome[:, None] - means)
    return Arms(np.tile(means, (len(arm), 1)), influence, "arm means, no covariates", None, ())
