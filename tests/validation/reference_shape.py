"""Curves that turn or bend: quadratics, two lines and a kink, beside R."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
import statsmodels.api as sm
from validated import Row

from workbench.models._smooth import smooth
from workbench.models.broken_stick import broken_stick
from workbench.models.shape import LindMehlum, lind_mehlum
from workbench.models.two_lines import interrupted, two_lines

R = "R 4.2.2"
LM = "R 4.2.2, lm, with its HC3 or clustered covariance written out"
MGCV = "R 4.2.2, mgcv 1.8-41, gam(y ~ s(x, bs = 'cr', k = 10))"

# 32 cars of Henderson & Velleman (1981), Biometrics 37, 391-411: horse power, miles per gallon,
# weight in 1000 lb, carburettors.
HP = [110, 110, 93, 110, 175, 105, 245, 62, 95, 123, 123, 180, 180, 180, 205, 215, 230, 66, 52, 65,
      97, 150, 150, 245, 175, 66, 91, 113, 264, 175, 335, 109]  # fmt: skip
MPG = [21, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4,
       14.7, 32.4, 30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26, 30.4, 15.8, 19.7, 15,
       21.4]  # fmt: skip
WEIGHT = [2.62, 2.875, 2.32, 3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78,
          5.25, 5.424, 5.345, 2.2, 1.615, 1.835, 2.465, 3.52, 3.435, 3.84, 3.845, 1.935, 2.14,
          1.513, 3.17, 2.77, 3.57, 2.78]  # fmt: skip
CARBURETTORS = [4, 4, 1, 1, 2, 1, 4, 2, 2, 4, 4, 3, 3, 3, 4, 4, 4, 1, 2, 1, 1, 2, 2, 4, 2, 1, 2, 2,
                4, 6, 8, 2]  # fmt: skip

# Kind of error: t at 52 and at 335 horse power, and one-sided p-values of a U.
ENDS = {
    "classical": (-6.772307667991, 2.0788486313194, 9.81059123017e-08, 2.32919093287e-02),
    "HC3": (-5.631565156563, 1.5897772366263, 2.19777637919e-06, 6.13645415342e-02),
    "clustered": (-5.877090278514, 1.9722506646003, 0.00101245092581, 0.05280976408491),
}


def rows() -> Iterator[Row]:
    """All rows of this family."""
    yield from quadratics()
    yield from lines()
    yield from smooth_curves()
    yield from kinks()


@cache
def engel() -> pd.DataFrame:
    """Household income and the share of it spent on food."""
    table = sm.datasets.engel.load_pandas().data
    return table.assign(share=table["foodexp"] / table["income"])


def quadratic(kind: str) -> LindMehlum:
    """Miles per gallon on horse power, with one kind of error."""
    if kind == "clustered":
        return lind_mehlum(HP, MPG, shape="U", clusters=CARBURETTORS)
    return lind_mehlum(HP, MPG, shape="U", errors=kind)


def quadratics() -> Iterator[Row]:
    """The test of both ends, on [52, 335] horse power."""
    where, data = "shape.lind_mehlum", "32 cars, mpg on horse power,"
    for kind, theirs in ENDS.items():
        got = quadratic(kind)
        ours = (got.slope_low.t, got.slope_high.t, got.p_low, got.p_high)
        for what, number, own in zip(
            ("t at 52", "t at 335", "p at 52", "p at 335"), theirs, ours, strict=True
        ):
            yield Row(where, f"{data} {kind} {what}", number, own, LM)
    got = quadratic("classical")
    for what, number, own in (
        ("b1", -0.21330826, got.table["estimate"][1]),
        ("b2", 0.00042081563, got.table["estimate"][2]),
        ("slope at 52", -0.169543434484, got.slope_low.estimate),
        ("slope at 335", 0.0686382117746, got.slope_high.estimate),
        ("turn", 253.4462, got.extreme.estimate),
        ("Fieller low", 222.486476808, got.extreme.low),
        ("Fieller high", 332.540483060, got.extreme.high),
    ):
        yield Row(where, f"{data} {what}", number, own, LM)


def lines() -> Iterator[Row]:
    """Two lines at a given break, and at the one that the data choose."""
    where, data = "two_lines.interrupted", "32 cars, mpg on horse power,"
    weight = pd.DataFrame({"weight": WEIGHT})
    for kind, got, theirs in (
        (
            "break 200, HC3", interrupted(HP, MPG, at=200),
            (-0.1011629573025, 0.0164852034241, 0.0342009108921, 0.0601587519717),
        ),
        (
            "break 200, clustered", interrupted(HP, MPG, at=200, clusters=CARBURETTORS),
            (-0.1011629573025, 0.0141859633149, 0.0342009108921, 0.0174763360156),
        ),
        (
            "break 150, weight held, HC3", interrupted(HP, MPG, at=150, covariates=weight),
            (-0.1106172418746, 0.03798824552681, -0.0135782946131, 0.00900341606522),
        ),
    ):  # fmt: skip
        ours = (
            got.below.estimate, got.below.std_error, got.above.estimate, got.above.std_error,
        )  # fmt: skip
        for what, number, own in zip(
            ("slope below", "its error", "slope above", "its error above"),
            theirs, ours, strict=True,
        ):  # fmt: skip
            yield Row(where, f"{data} {kind}, {what}", number, own, LM)
    got = two_lines(engel()["income"], engel()["share"])
    for what, number, own in (
        ("flat from", 506.99949117953, got.flat_low),
        ("flat to", 598.34648947917, got.flat_high),
        ("rows in the flat", 26, got.n_flat),
        ("first break", 558.67897028383, got.first_at),
        ("break", 594.51497290601, got.at),
        ("slope below", 1.05035155717e-04, got.below.estimate),
        ("error below", 0.000177349355099, got.below.std_error),
        ("slope above", -7.02618674477e-05, got.above.estimate),
        ("error above", 0.000013411441177, got.above.std_error),
    ):
        what = f"Engel, food share on income, {what}"
        yield Row("two_lines.two_lines", what, number, own, f"{MGCV} and lm")


def smooth_curves() -> Iterator[Row]:
    """The curve that finds the break; both search the same criterion, to a different depth."""
    table = engel()
    got = smooth(
        table["income"].to_numpy(),
        table["foodexp"].to_numpy(),
        np.empty((len(table), 0)),
        where="curve",
    )
    first = np.searchsorted(got.x, table["income"][:3])
    words = [f"{what} of household {i}" for what in ("fit", "error") for i in (1, 2, 3)]
    theirs = (
        302.20431383, 377.110370479, 592.388288783, 16.427157133, 11.1490699298, 9.19137884278,
    )  # fmt: skip
    ours = (*got.fitted[first], *got.std_error[first])
    yield Row(
        "two_lines.two_lines", "Engel, food on income, effective degrees of freedom of the curve",
        4.23056189308, got.edf, MGCV, relative=5e-3,
    )  # fmt: skip
    for what, number, own in zip(words, theirs, ours, strict=True):
        what = f"Engel, food on income, curve, {what}"
        yield Row("two_lines.two_lines", what, number, float(own), MGCV, relative=2e-3)


def kinks() -> Iterator[Row]:
    """One kink on logarithmic axes."""
    got = broken_stick(engel()["income"], engel()["foodexp"], seed=1, draws=100)
    origin = f"{R}, optimize over the deviance of lm(log y ~ log x + pmax(log x - k, 0))"
    for what, number, own in (
        ("kink", 1020.02245347, got.kink.estimate),
        ("exponent below", 0.919102738415, got.below.estimate),
        ("exponent above", 0.773264236926, got.above.estimate),
        ("intercept", 0.132961327873, got.intercept),
        ("R squared", 0.886274150999, got.r_squared),
    ):
        what = f"Engel, log food on log income, {what}"
        yield Row("broken_stick.broken_stick", what, number, own, origin, relative=1e-5)
