"""Sensitivity, power, several tests together, equivalence and inequality, beside R and papers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from validated import Row

from workbench.models import inequality
from workbench.models.equivalence import tost
from workbench.models.multiplicity import benjamini_hochberg, holm
from workbench.models.power import people_needed, power_reached
from workbench.models.sensitivity import (
    e_value,
    risk_ratio_from_hazard_ratio,
    robustness_value,
)

R = "R 4.2.2"
FORMULA = "R 4.2.2, the published formula"

# The 15 p-values of Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x,
# section 4.1.
P_VALUES = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.0,
]  # fmt: skip
ADJUSTED = {
    "BH": (0.0015, 0.0030, 0.0095, 0.035625, 0.0603),
    "holm": (0.0015, 0.0056, 0.0247, 0.1140, 0.2211),
}
REJECTED = {"BH": 4, "holm": 3}

# Hours of sleep gained with two drugs: Student (1908), doi:10.2307/2331554, as in R's table sleep.
FIRST_DRUG = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND_DRUG = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

# The example of the help pages on Gini coefficients in the R packages ineq and DescTools.
AMOUNTS = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


def rows() -> Iterator[Row]:
    """All rows of this family."""
    yield from multiplicity()
    yield from power()
    yield from sensitivity()
    yield from equivalence()
    yield from spread()


def multiplicity() -> Iterator[Row]:
    """The example of the paper, adjusted both ways."""
    for method, adjust in (("BH", benjamini_hochberg), ("holm", holm)):
        where, origin = f"multiplicity.{adjust.__name__}", f"{R}, p.adjust(p, '{method}')"
        got = adjust(P_VALUES)
        for i, number in enumerate(ADJUSTED[method]):
            what = f"15 p-values of Benjamini & Hochberg, adjusted p {i + 1}"
            yield Row(where, what, number, float(got[i]), origin, relative=1e-9)
        what = "15 p-values of Benjamini & Hochberg, rejected at 5 %"
        yield Row(where, what, REJECTED[method], int((got < 0.05).sum()), origin)


def power() -> Iterator[Row]:
    """Two shares, .50 against .75."""
    yield Row(
        "power.people_needed", ".50 against .75, power .90, people an arm", 76.7069301141,
        people_needed(0.5, 0.25, power=0.9), f"{R}, power.prop.test(p1 = .5, p2 = .75, power = .9)",
    )  # fmt: skip
    yield Row(
        "power.power_reached", ".50 against .75, 50 people an arm, power", 0.740167193454,
        power_reached(0.5, 0.25, n_exposed=50),
        f"{R}, power.prop.test(n = 50, p1 = .5, p2 = .75, strict = TRUE)",
    )  # fmt: skip


def sensitivity() -> Iterator[Row]:
    """E-values and robustness values."""
    got = e_value(3.9, 1.8, 8.7)
    origin = f"{FORMULA}, VanderWeele & Ding (2017), doi:10.7326/M16-2607"
    yield Row("sensitivity.e_value", "risk ratio 3.9, point", 7.26303434416, got.point, origin)
    yield Row("sensitivity.e_value", "risk ratio 3.9, limit 1.8", 3.0, got.limit, origin)
    yield Row(
        "sensitivity.risk_ratio_from_hazard_ratio", "hazard ratio 4, outcome 40 %", 2.56066017178,
        risk_ratio_from_hazard_ratio(4, outcome_share=0.4),
        f"{FORMULA}, VanderWeele (2020), doi:10.1111/biom.13197",
    )  # fmt: skip
    yield Row(
        "sensitivity.robustness_value", "t = 4.18, df = 783", 0.138639763952,
        robustness_value(4.18, 783),
        f"{FORMULA}, Cinelli & Hazlett (2020), doi:10.1111/rssb.12348",
    )  # fmt: skip


def equivalence() -> Iterator[Row]:
    """Do two drugs differ by less than two hours of sleep?"""
    gained = np.subtract(FIRST_DRUG, SECOND_DRUG)
    error = float(gained.std(ddof=1) / np.sqrt(len(gained)))
    got = tost(float(gained.mean()), error, 2.0, df=len(gained) - 1)
    for what, number, own, call in (
        (
            "p",
            0.154157235669,
            got.p_value,
            "the larger p of t.test(d, mu = -2) and t.test(d, mu = 2)",
        ),
        ("90 % low", -2.293005267029, got.low, "t.test(d, conf.level = .9)"),
        ("90 % high", -0.866994732971, got.high, "t.test(d, conf.level = .9)"),
    ):
        yield Row("equivalence.tost", f"sleep, margin 2 h, {what}", number, own, f"{R}, {call}")


def spread() -> Iterator[Row]:
    """Ten amounts."""
    for estimator, what, number, own in (
        ("gini", "plain", 0.46209113, inequality.gini(AMOUNTS)),
        ("gini", "corrected", 0.513434589, inequality.gini(AMOUNTS, corrected=True)),
        ("theil", "T", 0.362341242, inequality.theil(AMOUNTS)),
        ("herfindahl", "index", 0.184081231, inequality.herfindahl(AMOUNTS)),
        ("shannon", "entropy", 1.94024385, inequality.shannon(AMOUNTS)),
    ):
        where = f"inequality.{estimator}"
        yield Row(where, f"ten amounts, {what}", number, own, FORMULA, relative=1e-8)
