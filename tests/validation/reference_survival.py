"""Kaplan-Meier, log-rank and Cox models of R's tables of patients, and errors by cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from validated import Row

from workbench.models.clustered_survival import (
    clustered_rmst,
    clustered_rmst_difference,
    clustered_survival,
)
from workbench.models.cox import CoxFit, cox, proportional_hazards_test
from workbench.models.survival import kaplan_meier, log_rank, quantile, rmst, survival_at

TABLES = Path(__file__).parents[1] / "models" / "reference"
R = "R 4.2.2, survival 3.5-3"
CLOSED_FORM = 1e-9
# R stops Newton's method at a relative gain of 1e-9, this project later.
SEARCHED = 1e-6

# Miller (1981), Survival Analysis: maintenance chemotherapy in acute myelogenous leukaemia, weeks;
# + was censored.
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45"

LUNG = ["age", "sex", "ph.ecog"]
HEART = ["transplant", "age", "year", "surgery"]
BLADDER = ["rx", "size", "number"]


def rows() -> Iterator[Row]:
    """All rows of this family."""
    yield from curves()
    yield from log_ranks()
    yield from fits()
    yield from premises()
    yield from clustered()


@cache
def table(name: str) -> pd.DataFrame:
    """One of R's tables."""
    return pd.read_csv(TABLES / f"{name}.csv")


def aml() -> pd.DataFrame:
    """The leukaemia table: 23 patients, 18 events, in two arms."""
    words = MAINTAINED.split() + NOT_MAINTAINED.split()
    return pd.DataFrame(
        {
            "time": [float(word.rstrip("+")) for word in words],
            "event": [not word.endswith("+") for word in words],
            "arm": ["kept"] * 11 + ["stopped"] * 12,
        }
    )


def lung() -> pd.DataFrame:
    """The lung cancer patients whose covariates are known."""
    return table("lung").dropna(subset="ph.ecog")


def lung_of_hospitals() -> pd.DataFrame:
    """Those of them whose hospital is known."""
    return lung().dropna(subset="inst")


def coarse_lung() -> pd.DataFrame:
    """The same in units of 60 days, most of them entering late: many ties, many delayed entries."""
    stop = np.ceil(lung_of_hospitals()["time"] / 60)
    start = np.minimum(lung_of_hospitals()["age"] % 4, stop - 1)
    return lung_of_hospitals().assign(stop=stop, start=start)


# Data and time: S and its error. summary(survfit(Surv(time, event) ~ 1), times = ...).
SURVIVAL = {
    ("aml", 10): (0.782608695652, 0.0860061487038),
    ("aml", 20): (0.645962732919, 0.101142675175),
    ("aml", 30): (0.441683919945, 0.109518069978),
    ("lung", 100): (0.863968967645, 0.0227102304342),
    ("lung", 250): (0.596669180253, 0.0332805844557),
    ("lung", 365): (0.409241624460, 0.0358236381720),
    ("lung", 500): (0.293269193712, 0.0350778184986),
}
# Data, time and interval: its limits. survfit(..., conf.type = ...).
LIMITS = {
    ("aml", 10, "log-log"): (0.554211506669, 0.903207489882),
    ("aml", 20, "log-log"): (0.413952950717, 0.805307764482),
    ("aml", 30, "log-log"): (0.227381168463, 0.637092687460),
    ("lung", 365, "log-log"): (0.338714269088, 0.478380767647),
    ("lung", 365, "log"): (0.344721581796, 0.485837603547),
}
# Data, share and interval: the time by which the share had the event, and its limits, None where
# they were not reached. quantile(survfit(...)).
QUANTILES = {
    ("aml, maintained", 0.5, "log"): (31, 18, None),
    ("aml, not maintained", 0.5, "log"): (23, 8, None),
    ("aml, not maintained", 0.5, "log-log"): (23, 5, 33),
    ("lung", 0.25, "log-log"): (170, 144, 194),
    ("lung", 0.5, "log-log"): (310, 284, 361),
    ("lung", 0.5, "log"): (310, 285, 363),
}
# Data: mean up to 365 days, and its error. summary(survfit(...), rmean = 365).
MEANS = {
    "lung": (263.221866482, 7.79885908631),
    "lung, men": (241.495085192, 10.3582264911),
    "lung, women": (297.465409532, 10.7913239788),
}


def curves() -> Iterator[Row]:
    """Survival, quantiles and restricted means of one sample each."""
    data = {
        "aml": aml(),
        "aml, maintained": aml()[:11],
        "aml, not maintained": aml()[11:],
        "lung": table("lung"),
        "lung, men": table("lung").query("sex == 1"),
        "lung, women": table("lung").query("sex == 2"),
    }
    km = {
        (name, kind): kaplan_meier(part["time"], part["event"], transform=kind)
        for name, part in data.items()
        for kind in ("log-log", "log")
    }
    where = "survival.kaplan_meier"
    for (name, t), theirs in SURVIVAL.items():
        got = survival_at(km[name, "log"], t)
        words = [f"{name}, S({t}){part}" for part in ("", " error")]
        yield from beside(where, words, theirs, (got.estimate, got.std_error))
    for (name, t, kind), theirs in LIMITS.items():
        got = survival_at(km[name, kind], t)
        words = [f"{name}, S({t}) {part}, {kind}" for part in ("low", "high")]
        yield from beside(where, words, theirs, (got.low, got.high))
    for (name, share, kind), theirs in QUANTILES.items():
        got = quantile(km[name, "log-log"], share, transform=kind)
        words = [f"{name}, quantile {share:g}{part}, {kind}" for part in ("", " low", " high")]
        yield from beside("survival.quantile", words, theirs, (got.estimate, got.low, got.high))
    for name, theirs in MEANS.items():
        got = rmst(km[name, "log-log"], 365)
        words = [f"{name}, mean to 365 days{part}" for part in ("", " error")]
        yield from beside("survival.rmst", words, theirs, (got.estimate, got.std_error))


# Data, groups and rho: chi-squared and p. survdiff(Surv(time, event) ~ group, rho = rho).
LOG_RANK = {
    ("aml", "arm", 0): (3.39638869898, 0.0653393220405),
    ("lung", "sex", 0): (10.3267419549, 0.00131116452036),
    ("lung", "sex", 1): (12.7141514012, 0.000362898927599),
    ("lung", "ph.ecog", 0): (21.9621316825, 6.6425353558e-05),
}


def log_ranks() -> Iterator[Row]:
    """Tests of whether groups have the same curve."""
    for (name, group, rho), theirs in LOG_RANK.items():
        data = aml() if name == "aml" else table("lung").dropna(subset=group)
        got = log_rank(data["time"], data["event"], data[group], rho=rho)
        words = [f"{name} by {group}, rho {rho}, {part}" for part in ("chi-squared", "p")]
        yield from beside("survival.log_rank", words, theirs, (got.chi2, got.p_value))


# Name of the fit: (rows, columns, ties, cluster), then R's estimates, standard errors, robust
# standard errors and log likelihoods at zero and at the estimate.
FITS = {
    "lung, Efron": (
        (lung, LUNG, "efron", None),
        [0.0110667645601, -0.5526123957036, 0.4637284753704],
        [0.0092674110137, 0.1677390537873, 0.1135772661620],
        None,
        (-744.480455761, -729.230121375),
    ),
    "lung, Breslow": (
        (lung, LUNG, "breslow", None),
        [0.0110411363495, -0.5518895697876, 0.4629470405902],
        [0.00926677011354, 0.16774244802102, 0.11357405206130],
        None,
        (-744.692819266, -729.488705177),
    ),
    "lung by hospital": (
        (lung_of_hospitals, LUNG, "efron", "inst"),
        [0.0112321642148, -0.5565934139766, 0.4692163970798],
        [0.00926210540521, 0.16807103087540, 0.11429040216000],
        [0.00688872705866, 0.11228667992536, 0.11761595325485],
        (-739.374983685, -724.119253118),
    ),
    "ovarian": (
        (lambda: table("ovarian"), ["age", "ecog.ps", "rx"], "efron", None),
        [0.146989256212, 0.103179602128, -0.814584764008],
        [0.0463020480369, 0.6063771047381, 0.6341610248961],
        None,
        (-34.9849403712, -27.0273583258),
    ),
    "heart, ever transplanted": (
        (lambda: table("jasa"), ["transplant"], "efron", None),
        [-1.32344484818],
        [0.24380263161],
        None,
        (-298.121355673, -285.148337622),
    ),
    "heart, as time goes": (
        (lambda: table("heart"), ["transplant"], "efron", None),
        [0.127141126615],
        [0.301141104253],
        None,
        (-298.121355673, -298.031451615),
    ),
    "heart, adjusted, by patient": (
        (lambda: table("heart"), HEART, "efron", "id"),
        [-0.0102507724091, 0.0271666409577, -0.1463463456742, -0.6372098899670],
        [0.3137547983375, 0.0137141152103, 0.0704679795189, 0.3672259961803],
        [0.3168823490625, 0.0138918929241, 0.0730798592394, 0.3582102023844],
        (-298.121355673, -290.565616218),
    ),
    "bladder by patient, Efron": (
        (lambda: table("bladder2"), BLADDER, "efron", "id"),
        [-0.4646869529434, -0.0436602760898, 0.1749603813194],
        [0.1997321888271, 0.0690508525112, 0.0470740584404],
        [0.2655608118989, 0.0776161126810, 0.0630405432007],
        (-458.739349590, -449.980642002),
    ),
    "bladder by patient, Breslow": (
        (lambda: table("bladder2"), BLADDER, "breslow", "id"),
        [-0.4597909487198, -0.0425622297052, 0.1716440598158],
        [0.1999596185702, 0.0690322010371, 0.0473281760290],
        [0.2580104875342, 0.0755475533989, 0.0613141392672],
        (-461.629050797, -453.242631667),
    ),
    "coarse lung by hospital, Efron": (
        (coarse_lung, LUNG, "efron", "inst"),
        [0.0127917673073, -0.5477180042283, 0.4060271470903],
        [0.00901332723697, 0.16844332737660, 0.11636974605608],
        [0.00686291039064, 0.10985226376610, 0.10683150389189],
        (-705.443303576, -692.374339522),
    ),
    "coarse lung by hospital, Breslow": (
        (coarse_lung, LUNG, "breslow", "inst"),
        [0.0114182506442, -0.5063465459195, 0.3724958111164],
        [0.00902608824085, 0.16864473162715, 0.11584348211505],
        [0.00626945602557, 0.10248517886870, 0.09356278265119],
        (-719.145008266, -708.121463121),
    ),
}


@cache
def fitted(name: str) -> tuple[tuple[pd.Series | pd.DataFrame | None, ...], CoxFit]:
    """What `cox` was given for a fit of `FITS`, and the fit."""
    data, columns, ties, cluster = FITS[name][0]
    rows = data()
    end = rows["stop" if "stop" in rows else "time"]
    given = (rows.get("start"), end, rows["event"], rows[columns])
    return given, cox(*given, ties=ties, clusters=None if cluster is None else rows[cluster])


def fits() -> Iterator[Row]:
    """Coefficients, both kinds of standard error, and likelihoods. coxph(..., cluster = ...)."""
    for name, (_, estimates, model, robust, likelihoods) in FITS.items():
        _, fit = fitted(name)
        terms = fit.table["term"]
        for part, theirs, column in (
            ("", estimates, "estimate"),
            (" model's error", model, "model_std_error"),
            (" error", robust or model, "std_error"),
        ):
            words = [f"{name}, {term}{part}" for term in terms]
            yield from beside("cox.cox", words, theirs, fit.table[column], relative=SEARCHED)
        words = [f"{name}, log likelihood {at}" for at in ("at zero", "at its maximum")]
        yield from beside("cox.cox", words, likelihoods, (fit.null_loglik, fit.loglik))
    for (name, column), theirs in FURTHER.items():
        fit = fitted(name)[1]
        words = [f"{name}, {term} {column.replace('_', ' ')}" for term in fit.table["term"]]
        yield from beside("cox.cox", words, theirs, fit.table[column], relative=SEARCHED)


# Fit and column of its table, by term. The two of the heart differ in whether the wait for a heart
# counts as survival with it: summary(coxph(...)).
FURTHER = {
    ("lung, Efron", "hazard_ratio"): (1.01112822772, 0.57544455619, 1.58999119005),
    ("lung, Efron", "hazard_ratio_low"): (0.992928097170, 0.414213018549, 1.272675177774),
    ("lung, Efron", "hazard_ratio_high"): (1.029661962242, 0.799435127387, 1.986423581288),
    ("heart, ever transplanted", "hazard_ratio"): (0.266216644632,),
    ("heart, ever transplanted", "p_value"): (5.687894395e-08,),
    ("heart, as time goes", "hazard_ratio"): (1.13557726665,),
    ("heart, as time goes", "p_value"): (0.672880611041,),
}


# Fit and transform: chi-squared of each term and of all together. cox.zph(fit, transform).
PREMISE = {
    ("lung, Efron", "km"): [0.1879876737, 2.3054372274, 2.0542487741, 4.4636575888],
    ("lung, Efron", "rank"): [0.117291507, 2.044694680, 2.544878393, 4.710680141],
    ("lung, Efron", "identity"): [0.1523503173, 2.4919132171, 1.5782352384, 4.1193829515],
    ("lung, Breslow", "km"): [0.1880856612, 2.2971973549, 2.0517086117, 4.4510123338],
    ("heart, adjusted, by patient", "km"): [
        0.20293438815,
        0.86687471092,
        1.71641442921,
        0.09739505912,
        3.47310229885,
    ],
    ("heart, adjusted, by patient", "rank"): [
        0.252438483631,
        0.830716096127,
        1.051867793358,
        0.003847859066,
        2.684326810727,
    ],
    ("heart, adjusted, by patient", "identity"): [
        0.1220293016,
        1.7572909301,
        1.5122004756,
        1.3761105612,
        4.6879484110,
    ],
    ("bladder by patient, Efron", "km"): [0.0179392472, 2.0313642956, 0.6027121866, 2.2841803847],
    ("bladder by patient, Efron", "rank"): [0.2981885666, 2.1671301855, 1.8202395569, 3.4874849713],
    ("bladder by patient, Breslow", "km"): [
        0.009902828673,
        1.937874560410,
        0.514838993624,
        2.136500379219,
    ],
    ("coarse lung by hospital, Efron", "km"): [1.428680926, 2.433856066, 0.215540746, 3.842843182],
    ("coarse lung by hospital, Breslow", "rank"): [
        0.1826498221,
        1.4124785211,
        0.6940699459,
        2.2793856789,
    ],
}

# Fit: p-values of the same with the transform km.
PREMISE_P = {"lung, Efron": (0.6645967631, 0.1289219988, 0.1517820989, 0.2155549453)}


def premises() -> Iterator[Row]:
    """Tests of whether hazard ratios stay the same as time goes by."""
    where = "cox.proportional_hazards_test"
    for (name, transform), theirs in PREMISE.items():
        given, fit = fitted(name)
        got = proportional_hazards_test(fit, *given, transform=transform)
        words = [f"{name}, {transform}, {term} chi-squared" for term in got["term"]]
        yield from beside(where, words, theirs, got["chi2"], relative=SEARCHED)
        if transform == "km" and name in PREMISE_P:
            words = [f"{name}, {transform}, {term} p" for term in got["term"]]
            yield from beside(where, words, PREMISE_P[name], got["p_value"], relative=SEARCHED)


# survfit(Surv(time, event) ~ 1, data = lung, cluster = inst), the 227 patients of 18 known
# hospitals; summary(fit, times = ...): time, surv, std.err.
BY_HOSPITAL = [
    (30, 0.955947136564, 0.0144277731082),
    (90, 0.881057268722, 0.0210741348618),
    (180, 0.720433609451, 0.0320984266662),
    (365, 0.412183921368, 0.0300163188181),
    (540, 0.257285998213, 0.0299046214290),
    (800, 0.078878386543, 0.0173146151999),
]
# summary(fit, rmean = 500) and, of residuals(fit, times = 500, type = "rmst"), the root of the
# squared sums within hospitals; for sex 2 minus sex 1 the residuals of two fits are joined.
MEAN = (310.4111929528, 10.212875732)
MEAN_DIFFERENCE = (82.3018511052, 20.699081673)


def clustered() -> Iterator[Row]:
    """Errors that allow for patients of one hospital to go together."""
    data = table("lung").dropna(subset="inst")
    waits, hospital = (data["time"], data["event"]), data["inst"]
    # R has no factor G / (G - 1) for G clusters.
    factor = np.sqrt(hospital.nunique() / (hospital.nunique() - 1))
    days, shares, errors = zip(*BY_HOSPITAL, strict=True)
    got = clustered_survival(*waits, hospital, at=days)
    name, of = "clustered_survival.", "lung by hospital"
    words = [f"{of}, S({t:g})" for t in days]
    yield from beside(f"{name}clustered_survival", words, shares, got["survival"])
    words = [f"{word} error without G / (G - 1)" for word in words]
    yield from beside(f"{name}clustered_survival", words, errors, got["std_error"] / factor)
    mean = clustered_rmst(*waits, hospital, 500)
    words = [f"{of}, mean to 500 days{part}" for part in ("", " error without G / (G - 1)")]
    yield from beside(
        f"{name}clustered_rmst", words, MEAN, (mean.estimate, mean.std_error / factor)
    )
    gap = clustered_rmst_difference(*waits, data["sex"] == 2, hospital, 500)
    words = [f"{word}, women minus men" for word in words]
    ours = (gap.estimate, gap.std_error / factor)
    yield from beside(f"{name}clustered_rmst_difference", words, MEAN_DIFFERENCE, ours)


def beside(
    estimator: str,
    words: Iterable[str],
    theirs: Iterable[float | None],
    ours: Iterable[float | None],
    *,
    relative: float = CLOSED_FORM,
) -> Iterator[Row]:
    """One row for each of R's numbers; what R does not give, we must not give either."""
    for what, number, own in zip(words, theirs, ours, strict=True):
        assert (number is None) == (own is None), what
        if number is not None and own is not None:
            yield Row(estimator, what, float(number), float(own), R, relative=relative)
