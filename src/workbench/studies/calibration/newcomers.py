"""Study 1 in simulated communities: every estimator of its hypotheses, drawn once a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

import polars as pl
from scipy import stats

from workbench.errors import ModelError
from workbench.models.cox import CoxFit
from workbench.models.effects import crude_risk_difference
from workbench.models.result import Estimate
from workbench.simulate import Settings, Simulated, community, opened, truths
from workbench.studies.calibration.draws import (
    INTERVAL,
    NEITHER,
    OBSERVED,
    PROXIES,
    SHOWN,
    Draw,
    Experiment,
    Target,
    drawn,
)
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed import cohorts, pace, returning, waiting
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.hypotheses import hypotheses, windows

PLATFORM = "questions and answers"
# What confounds, and its bends: the trial is of the method, not of whether a straight line in the
# log odds is the simulator's law.
BENDS = {
    "u": lambda rows: rows["u"],
    "q": lambda rows: rows["q"],
    "u squared": lambda rows: rows["u"] ** 2,
    "q squared": lambda rows: rows["q"] ** 2,
    "u times q": lambda rows: rows["u"] * rows["q"],
}
CRUDE = "nothing: the crude difference"
# No effect, one of about the smallest size worth acting on, and a large one.
PLANTED = {"nothing planted": 0.0, "a small effect planted": 0.10, "a large one planted": 0.40}
INSTEAD = "H1.2a, days sooner"
# Hypothesis -> the name of its true value in `simulate.truths`.
CONFOUNDED = {
    "H1.1": "landmark", "H1.1w": "whole", "H1.2a": "log_hazard_ratio", INSTEAD: "days_sooner",
    "H1.2b": "per_halving",
}  # fmt: skip
DIRECT = {"H1.3": "within_hour"}


def study_one() -> list[Experiment]:
    """One experiment for each size of the planted effect."""
    return [
        Experiment(
            name=f"newcomers, {said}",
            targets=_targets(Settings(tau=tau), said),
            draw=partial(_draw, Settings(tau=tau)),
        )
        for said, tau in PLANTED.items()
    ]


def _sesoi(name: str) -> float:
    """The smallest difference worth acting on, in the hypothesis's own scale."""
    row = hypotheses("01")[name.split(",")[0]]
    if name != INSTEAD:
        return float(row.sesoi)
    chosen = windows(PLATFORM)
    return float(row.instead["sesoi_share"]) * (chosen.outcome_until - chosen.landmark) / DAY


def _targets(settings: Settings, said: str) -> dict[str, Target]:
    """What is aimed at: with the confounders observed, with proxies only, and crudely."""
    true = truths(settings)

    def target(name: str, value: str, way: str, held_to: str) -> Target:
        known = true[value]
        assert known.value is not None  # without tau2 every truth is one number
        null = float(hypotheses("01")[name].null_value) if name in DIRECT else 0.0
        return Target(
            name.split(",")[0], said, way, known.value, known.error, null, _sesoi(name), held_to
        )

    found = {}
    for name, value in CONFOUNDED.items():
        found[f"{name}, {OBSERVED}"] = target(name, value, OBSERVED, INTERVAL)
        found[f"{name}, {PROXIES}"] = target(name, value, PROXIES, SHOWN)
    for name, value in DIRECT.items():
        found[f"{name}, {NEITHER}"] = target(name, value, NEITHER, INTERVAL)
    return found | {f"H1.1, {CRUDE}": target("H1.1", "landmark", CRUDE, SHOWN)}


def _draw(settings: Settings, seed: int) -> Mapping[str, Draw]:
    return draw_of(community(settings, size="tiny", seed=seed))


def draw_of(made: Simulated) -> dict[str, Draw]:
    """Every estimate of study 1, by its key: confounders observed, proxies only, and crude."""
    one, chosen = opened(made, made.names[0]), windows(PLATFORM)
    proxies = cohorts.with_windows(one, chosen)
    observed = _unveiled(proxies, made.latent)
    found: dict[str, Draw] = {}
    for way, cohort in ((OBSERVED, observed), (PROXIES, proxies)):
        found |= {f"{name}, {way}": draw for name, draw in _confounded(cohort)}
    pace.fit.cache_clear()  # thousands of communities would otherwise stay in memory
    pace.days_sooner.cache_clear()
    return found | {
        f"H1.1, {CRUDE}": _tried(lambda: _crude(proxies)),
        f"H1.3, {NEITHER}": _tried(lambda: _within_hour(proxies)),
    }


def _unveiled(one: Cohort, latent: pl.DataFrame) -> Cohort:
    """The same people, adjusted for the two traits that only a simulation knows."""
    traits = latent.select("community_id", "person_id", "u", "q").to_pandas()
    people = one.people.merge(traits, on=cohorts.PERSON, how="left", validate="1:1")
    people = people.assign(**{name: bend(people) for name, bend in BENDS.items()})
    return replace(one, people=people, known=replace(one.known, covariates=tuple(BENDS)))


def _confounded(one: Cohort) -> Iterator[tuple[str, Draw]]:
    """The estimates that confounding can bias, as study 1 computes them."""
    yield "H1.1", _tried(lambda: returning.landmark_difference(one))
    yield "H1.1w", _tried(lambda: returning.whole_difference(one))
    yield "H1.2a", _tried(lambda: _term(pace.fit(one).ratio, pace.ANSWERED))
    yield INSTEAD, _tried(lambda: pace.days_sooner(one))
    yield "H1.2b", _tried(lambda: _term(pace.fit(one).dose, pace.SOONER))


def _tried(estimate: Callable[[], Estimate]) -> Draw:
    """The estimate, or the reason why there is none."""
    try:
        return drawn(estimate())
    except ModelError as error:
        return Draw(failed=str(error))


def _term(fit: CoxFit, name: str) -> Estimate:
    row = fit.table.set_index("term")
    columns = ("estimate", "std_error", "low", "high", "p_value")
    estimate, std_error, low, high, p_value = (float(row[one].loc[name]) for one in columns)
    return Estimate(estimate, std_error, low, high, p_value, fit.n_rows, fit.n_clusters)


def _crude(one: Cohort) -> Estimate:
    return crude_risk_difference(
        one.at_landmark, outcome="returned", exposure="responded", clusters="day"
    )


def _within_hour(one: Cohort) -> Estimate:
    found = waiting.answered_within(waiting.waits(one.community), 1.0)
    null = float(hypotheses("01")["H1.3"].null_value)
    if found.estimate is None or not found.std_error or found.clusters is None:
        raise ModelError("within the hour: expected threads that differ, got none. Draw again.")
    p = 2 * stats.t.sf(abs(found.estimate - null) / found.std_error, found.clusters - 1)
    return replace(found, p_value=float(p))
