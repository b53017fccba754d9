"""Thirteen trials of a vaccine, pooled: beside metafor and statsmodels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from validated import Row

from workbench.models.meta import Pooled, fixed_effect, random_effects

METAFOR = "R 4.2.2, metafor 3.8-1, rma"
STATSMODELS = "statsmodels 0.15, combine_effects"

# Colditz et al. (1994), doi:10.1001/jama.1994.03510330076038: tuberculosis and no tuberculosis
# among the vaccinated, then among the others.
TRIALS = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
    (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]  # fmt: skip
# The same as log risk ratios, printed by escalc(measure = "RR").
LOG_RATIOS = [
    -0.889311, -1.585389, -1.348073, -1.441551, -0.217547, -0.786116, -1.620898, 0.011952,
    -0.469418, -1.371345, -0.339359, 0.445913, -0.017314,
]  # fmt: skip

# Method and interval: estimate, error, low, high, all printed to these digits.
POOLED = {
    ("fixed", "normal"): ("-0.4302852", "0.0404988", "-0.509661", "-0.350909"),
    ("DL", "normal"): ("-0.7141172", "0.1787421", "-1.064445", "-0.363789"),
    ("REML", "normal"): ("-0.7145323", "0.1797815", "-1.066898", "-0.362167"),
    ("PM", "normal"): ("-0.7149704", "0.1808980", "-1.069524", "-0.360417"),
    ("ML", "normal"): ("-0.7111991", "0.1718968", "-1.048111", "-0.374288"),
    ("DL", "HKSJ"): ("-0.7141172", "0.1806966", "-1.107821", "-0.320413"),
    ("REML", "HKSJ"): ("-0.7145323", "0.1807917", "-1.108444", "-0.320621"),
}
# Method: tau2 and I2 in per cent.
BETWEEN = {
    "DL": ("0.3087603", "92.117"),
    "REML": ("0.3132433", "92.221"),
    "PM": ("0.3180937", "92.331"),
    "ML": ("0.2800282", "91.378"),
}
# metafor stops its searches for tau2 early: for the Paule-Mandel root at 1e-4, else at 1e-5.
EARLY, NEAR = 2e-4, 1e-6


def rows() -> Iterator[Row]:
    """All rows of this family."""
    yield from effects()
    yield from heterogeneity()


def trials() -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratios and their standard errors."""
    a, b, c, d = np.array(TRIALS, dtype=float).T
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return np.log(a / (a + b)) - np.log(c / (c + d)), np.sqrt(variance)


def pooled(method: str, interval: str) -> Pooled:
    """The thirteen trials, pooled one way."""
    if method == "fixed":
        return fixed_effect(*trials())
    return random_effects(*trials(), method=method, interval=interval)


def effects() -> Iterator[Row]:
    """The pooled log risk ratio with its error and interval."""
    for (method, interval), theirs in POOLED.items():
        got = pooled(method, interval)
        where = f"meta.{'fixed_effect' if method == 'fixed' else 'random_effects'}"
        for what in ("estimate", "std_error", "low", "high"):
            number = theirs[("estimate", "std_error", "low", "high").index(what)]
            words = f"BCG trials, {method}, {interval}, {what}"
            yield printed(where, words, number, getattr(got, what), METAFOR, early=method == "PM")
    reml = pooled("REML", "normal")
    where = "meta.random_effects"
    for what, number, own in (
        ("prediction low", "-1.866692", reml.prediction_low),
        ("prediction high", "0.437628", reml.prediction_high),
        ("pooled risk ratio", "0.4894", float(np.exp(reml.estimate))),
    ):
        yield printed(where, f"BCG trials, REML, normal, {what}", number, own, METAFOR)
    for i, (number, own) in enumerate(zip(LOG_RATIOS, trials()[0], strict=True), start=1):
        words = f"BCG trials, log risk ratio of trial {i}"
        yield printed(where, words, f"{number:.6f}", float(own), METAFOR)


def heterogeneity() -> Iterator[Row]:
    """How much the trials differ."""
    where = "meta.random_effects"
    for method, (tau2, i2) in BETWEEN.items():
        got = pooled(method, "normal")
        early = method == "PM"
        words = f"BCG trials, {method}"
        yield printed(where, f"{words}, tau2", tau2, got.tau2, METAFOR, early=early)
        yield printed(where, f"{words}, I2 %", i2, 100 * got.i2, METAFOR, early=early)
    reml = pooled("REML", "normal")
    for what, number, own in (
        ("Q", "152.233008", reml.q.chi2),
        ("tau2 low, Q-profile", "0.1197", reml.tau2_low),
        ("tau2 high, Q-profile", "1.1115", reml.tau2_high),
        ("I2 % low, Q-profile", "81.92", 100 * reml.i2_low),
        ("I2 % high, Q-profile", "97.68", 100 * reml.i2_high),
    ):
        yield printed(where, f"BCG trials, {what}", number, own, METAFOR)
    own = pooled("PM", "normal").tau2
    yield printed(where, "BCG trials, PM, tau2", "0.318068", own, STATSMODELS)
    fixed = 100 * pooled("fixed", "normal").i2
    yield printed("meta.fixed_effect", "BCG trials, I2 %", "92.117", fixed, METAFOR)


def printed(
    estimator: str, what: str, theirs: str, ours: float, origin: str, *, early: bool = False
) -> Row:
    """A row that allows half a unit of the last digit of a printed number."""
    digits = len(theirs.partition(".")[2])
    relative = EARLY if early else NEAR
    half = 0.5000001 * 10.0**-digits
    return Row(estimator, what, float(theirs), ours, origin, relative=relative, absolute=half)
