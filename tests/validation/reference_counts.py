"""Counts, absorbed effects and matched groups, as R computes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.datasets
from validated import Row

from workbench.models.absorbed import fixed_effects_ols, fixed_effects_poisson
from workbench.models.counts import negative_binomial, poisson
from workbench.models.matched import conditional_logit

REFERENCE = Path(__file__).parents[1] / "models" / "reference"
TERMS = ["lncoins", "idp", "disea", "hlthg"]


def visits() -> pd.DataFrame:
    """Every tenth row of the RAND health insurance data, in invented groups of nine rows."""
    data = statsmodels.datasets.randhie.load_pandas().data.iloc[::10].reset_index(drop=True)
    return data.assign(
        g=data.index // 9,
        fifty=data.index // 9 % 50,
        ill=data["disea"] > 10,
        watched=np.log1p(data.index // 9 % 3),
    )


def matched_triples() -> pd.DataFrame:
    """Ten invented groups; the first row of each has the outcome."""
    x = [3, 1, 2, 5, 4, 6, 2, 2, 1, 7, 3, 5, 1, 4, 2, 6, 6, 3, 8, 2, 9, 4, 1, 1, 3, 5, 2, 9, 7, 4]
    return pd.DataFrame({"g": np.repeat(np.arange(10), 3), "y": [1, 0, 0] * 10, "x": x})


def rows() -> Iterator[Row]:
    """R's numbers beside ours."""
    data = visits()
    yield from poisson_rows(data)
    yield from rare_event_rows()
    yield from negative_binomial_rows(data)
    yield from absorbed_rows(data)
    yield from matched_rows()


def poisson_rows(data: pd.DataFrame) -> Iterator[Row]:
    """Coefficients of glm and errors from its scores, with and without clusters."""
    what = "RAND visits, every tenth row, 2019 people: "
    glm = "R 4.2.2, glm(family = poisson)"
    clustered = poisson(data, outcome="mdvis", covariates=TERMS, clusters="g")
    alone = poisson(data, outcome="mdvis", covariates=TERMS, clusters=None)
    estimates = [0.7103910300548, -0.0663409351204, -0.2662423553573, 0.0427811802007,
                 0.0226233667628]  # fmt: skip
    by_group = [0.08179205179197, 0.01891350946732, 0.08203161628957, 0.00571221501472,
                0.06764715817569]  # fmt: skip
    by_row = [0.07764063765139, 0.01815775836344, 0.07974212242338, 0.00527655481775,
              0.07049523533581]  # fmt: skip
    # R's sandwich has G / (G - 1) or nothing; ours also (N - 1) / (N - K), or N / (N - K).
    with_groups, without = np.sqrt(2018 / 2014), np.sqrt(2019 / 2014)
    for i, term in enumerate(["intercept", *TERMS]):
        ours, plain = clustered.term(term), alone.term(term)
        yield Row("counts.poisson", what + term, estimates[i], ours.estimate, glm, 1e-6)
        yield Row(
            "counts.poisson", f"{what}{term}, clustered error without (N - 1) / (N - K)",
            by_group[i], ours.std_error / with_groups, f"{glm}, sandwich of its scores", 1e-6,
        )  # fmt: skip
        yield Row(
            "counts.poisson", f"{what}{term}, HC0 error",
            by_row[i], plain.std_error / without, f"{glm}, sandwich of its scores", 1e-6,
        )  # fmt: skip
    likelihood, spread = f"{what}log likelihood", f"{what}Pearson dispersion"
    yield Row("counts.poisson", likelihood, -6315.12249653, clustered.loglik, glm, 1e-8)
    yield Row("counts.poisson", spread, 6.2011342996, clustered.dispersion, glm, 1e-8)
    shifted = poisson(data, outcome="mdvis", covariates=TERMS, clusters="g", offset="watched")
    yield Row(
        "counts.poisson", what + "intercept with an offset",
        0.0362348899254, shifted.term("intercept").estimate, glm, 1e-6,
    )  # fmt: skip


def rare_events() -> pd.DataFrame:
    """Forty invented rows, three of them with events: fewer than the terms, yet no separation."""
    i = np.arange(1, 41)
    y = np.zeros(40, dtype=int)
    y[[11, 28, 21]] = [1, 2, 1]
    return pd.DataFrame({"a": i * 7 % 11, "b": i * 5 % 13, "c": i * i % 17, "y": y})


def rare_event_rows() -> Iterator[Row]:
    """Fewer rows with events than terms, where the likelihood has a maximum all the same."""
    what, glm = "invented, 3 of 40 rows with events: ", "R 4.2.2, glm(family = poisson)"
    fit = poisson(rare_events(), outcome="y", covariates=["a", "b", "c"], clusters=None)
    for term, estimate, error in (
        ("intercept", -1.244080443469768, 1.17493857684892),
        ("a", -0.087417257802036, 0.13940038549167),
        ("b", -0.109734495404232, 0.13640616989814),
        ("c", -0.009506834567552, 0.03418998235561),
    ):
        ours = fit.term(term)
        yield Row("counts.poisson", what + term, estimate, ours.estimate, glm, 1e-6)
        yield Row(
            "counts.poisson", f"{what}{term}, HC0 error",
            error, ours.std_error / np.sqrt(40 / 36), f"{glm}, sandwich of its scores", 1e-6,
        )  # fmt: skip
    yield Row("counts.poisson", f"{what}log likelihood", -13.43500196051, fit.loglik, glm, 1e-8)


def negative_binomial_rows(data: pd.DataFrame) -> Iterator[Row]:
    """Coefficients, theta and likelihood; glm.nb takes theta as known, so errors are not these."""
    what = "RAND visits, every tenth row, 2019 people: "
    origin = "R 4.2.2, MASS::glm.nb"
    fit = negative_binomial(data, outcome="mdvis", covariates=TERMS, clusters="g")
    estimates = [0.70228243632551, -0.06628865638280, -0.23062944228257, 0.04305934776380,
                 0.00943886797407]  # fmt: skip
    name = "counts.negative_binomial"
    for theirs, term in zip(estimates, ["intercept", *TERMS], strict=True):
        yield Row(name, what + term, theirs, fit.term(term).estimate, origin, 1e-5)
    yield Row(name, what + "theta = 1 / alpha", 0.7977158797808, 1 / fit.alpha, origin, 1e-6)
    yield Row(name, what + "log likelihood", -4392.54924638, fit.loglik, origin, 1e-8)
    # R divides by the rows less the terms; ours counts alpha as well.
    pearson = fit.dispersion * (2019 - 6)
    yield Row(name, what + "Pearson chi squared", 2789.66275888, pearson, origin, 1e-6)


def absorbed_rows(data: pd.DataFrame) -> Iterator[Row]:
    """Absorbed effects against one indicator a value."""
    what = "RAND visits with effects of 50 groups and of illness: "
    origin = "R 4.2.2, glm(family = poisson) with factor()"
    name = "absorbed.fixed_effects_poisson"
    terms = ["lncoins", "idp", "hlthg"]
    fit = fixed_effects_poisson(
        data, outcome="mdvis", covariates=terms, absorb=["fifty", "ill"], clusters="fifty"
    )
    estimates = [-6.27289258574e-02, -2.58870354067e-01, 4.20603943894e-02]
    errors = [0.0187504331110, 0.0833361046402, 0.0530508192543]
    # Three terms and the two levels of illness; the effects of the clusters are not counted.
    factor = np.sqrt(2018 / (2019 - 5))
    for i, term in enumerate(terms):
        ours = fit.term(term)
        yield Row(name, what + term, estimates[i], ours.estimate, origin, 1e-6)
        yield Row(
            name, f"{what}{term}, clustered error without (N - 1) / (N - K)",
            errors[i], ours.std_error / factor, f"{origin}, sandwich of its scores", 1e-4,
        )  # fmt: skip
    yield Row(name, what + "log likelihood", -6376.99926880, fit.loglik, origin, 1e-8)
    yield Row(name, what + "Pearson dispersion", 6.12017569565, fit.dispersion, origin, 1e-6)

    firms = statsmodels.datasets.grunfeld.load_pandas().data
    what, origin = "Grunfeld's investments, firms and years: ", "R 4.2.2, lm with factor()"
    name = "absorbed.fixed_effects_ols"
    fit = fixed_effects_ols(
        firms, outcome="invest", covariates=["value", "capital"],
        absorb=["firm", "year"], clusters="firm",
    )  # fmt: skip
    factor = np.sqrt(219 / (220 - 22))  # Two terms and 20 years, as above.
    for term, estimate, error in (
        ("value", 0.116681132097, 0.0109114207852),
        ("capital", 0.351435694157, 0.0455300879103),
    ):
        ours = fit.term(term)
        yield Row(name, what + term, estimate, ours.estimate, origin, 1e-6)
        yield Row(
            name, f"{what}{term}, clustered error without (N - 1) / (N - K)",
            error, ours.std_error / factor, f"{origin}, sandwich of its scores", 1e-6,
        )  # fmt: skip
    yield Row(name, what + "log likelihood", -1153.011853290313, fit.loglik, origin, 1e-8)
    yield Row(name, what + "residual variance", 2443.616654022318, fit.dispersion, origin, 1e-8)


def matched_rows() -> Iterator[Row]:
    """The exact conditional likelihood, and the robust error of one outcome a group."""
    name = "matched.conditional_logit"
    lung = pd.read_csv(REFERENCE / "lung.csv")[["inst", "event", "age", "sex", "ph.ecog"]].dropna()
    terms = ["age", "sex", "ph.ecog"]
    fit = conditional_logit(lung, outcome="event", group="inst", covariates=terms)
    what = "lung, death within institutions: "
    origin = 'R 4.2.2, survival 3.5-3: clogit(method = "exact")'
    estimates = [0.0252617837963, -0.9030555733847, 0.9424285475981]
    errors = [0.0187964398097, 0.3325006673222, 0.2608206264950]
    models = fit.table.set_index("term")["model_std_error"]
    for theirs, error, term in zip(estimates, errors, terms, strict=True):
        yield Row(name, what + term, theirs, fit.term(term).estimate, origin, 1e-5)
        yield Row(name, f"{what}{term}, error of the model", error, models[term], origin, 1e-5)
    yield Row(name, what + "log likelihood", -87.6251595873, fit.loglik, origin, 1e-8)
    yield Row(name, what + "with all terms 0", -101.6665921257, fit.null_loglik, origin, 1e-8)

    fit = conditional_logit(matched_triples(), outcome="y", group="g", covariates=["x"])
    what = "ten invented groups of three: "
    origin = "R 4.2.2, survival 3.5-3: coxph(strata, cluster)"
    # R's robust error has no small-sample factor; ours has G / (G - 1) x (N - 1) / (N - K).
    robust = fit.table["std_error"][0] / np.sqrt(10 / 9)
    yield Row(name, what + "x", 0.476453906937, fit.table["estimate"][0], origin, 1e-6)
    yield Row(name, what + "robust error", 0.250782481125, robust, origin, 1e-5)
