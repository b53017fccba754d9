"""Adjusted differences in risk and instrumental variables, as R computes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from validated import Row

from workbench.models.effects import aipw, ipw, risk_difference
from workbench.models.instruments import two_stage_least_squares

REFERENCE = Path(__file__).parents[1] / "models" / "reference"


def a_year() -> pd.DataFrame:
    """Patients of the lung data: who died within a year, by sex."""
    lung = pd.read_csv(REFERENCE / "lung.csv").dropna()
    return lung.assign(y=(lung["time"] <= 365) & (lung["event"] == 1), a=lung["sex"] - 1)


def cigarettes() -> pd.DataFrame:
    """Forty-eight states of 1995 in logs and in dollars of one year."""
    data = pd.read_csv(REFERENCE / "cigarettes_1995.csv")
    return pd.DataFrame(
        {
            "packs": np.log(data["packs"]),
            "price": np.log(data["price"] / data["cpi"]),
            "income": np.log(data["income"] / data["population"] / data["cpi"]),
            "sales_tax": (data["taxs"] - data["tax"]) / data["cpi"],
            "tax": data["tax"] / data["cpi"],
        }
    )


def rows() -> Iterator[Row]:
    """R's numbers beside ours."""
    yield from risk_rows()
    yield from instrument_rows()


def risk_rows() -> Iterator[Row]:
    """Three estimators of one difference; errors of their influence, times G / (G - 1)."""
    data = a_year()
    options = {"outcome": "y", "exposure": "a", "covariates": ["age", "ph.ecog"]}
    numbers = ("risk of women", "risk of men", "difference", "clustered error")
    for estimator, how, theirs in (
        (risk_difference, "glm with interactions, averaged; influence function",
         (0.3951618484402, 0.6029734863906, -0.2078116379504, 0.0725245108745)),
        (ipw, "glm of exposure, weighted means; stacked estimating equations",
         (0.3997057097835, 0.6049926048254, -0.2052868950419, 0.0722225006315)),
        (aipw, "both glm, augmented means; spread of the rows' values",
         (0.3946868777148, 0.6035809205440, -0.2088940428293, 0.0725930638004)),
    ):  # fmt: skip
        got = estimator(data, clusters="inst", **options)
        ours = (got.risk_exposed, got.risk_unexposed, got.estimate, got.std_error)
        for what, their, our in zip(numbers, theirs, ours, strict=True):
            yield Row(
                f"effects.{estimator.__name__}", f"lung, death within a year, 226 rows: {what}",
                their, our, f"R 4.2.2, {how}", 1e-6,
            )  # fmt: skip


def instrument_rows() -> Iterator[Row]:
    """The demand for cigarettes of Stock & Watson, with two taxes as instruments."""
    got = two_stage_least_squares(
        cigarettes(), outcome="packs", exposure="price", instruments=["sales_tax", "tax"],
        covariates=["income"],
    )  # fmt: skip
    name, what = "instruments.two_stage_least_squares", "cigarettes, 48 states, 1995: "
    aer = "R package AER, CigarettesSW: ivreg with sandwich"
    income = got.table.set_index("term")["estimate"]["income"]
    # R's sandwich is HC0: ours without N / (N - K), 45 in the second stage and 44 in the first.
    plain = got.std_error * np.sqrt(45 / 48)
    yield Row(name, what + "log price", -1.277424, got.estimate, aer, 1e-6)
    yield Row(name, what + "log price, HC0 error", 0.241684, plain, aer, 1e-5)
    yield Row(name, what + "log income", 0.280405, income, aer, 1e-5)
    yield Row(name, what + "first-stage F, HC0", 228.74, got.first_stage_f * 48 / 44, aer, 1e-4)
    yield Row(name, what + "Sargan", 0.3326, got.sargan.chi2, aer, 1e-3)
    yield Row(name, what + "Sargan, p", 0.564, got.sargan.p_value, aer, 1e-3)
