"""Tests of the truths: against drawn people, against known limits, and against the hypotheses."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.simulate.settings import PACES, Settings
from workbench.simulate.truths import LANDMARK_HOURS, UNTIL_HOURS, truths
from workbench.studies.durations import HOUR
from workbench.studies.hypotheses import hypotheses, windows

PEOPLE, COPIES, BATCHES = 1_000, 1_000, 20
# Brings 30 % back within 30 days unanswered: see `test_laws`, which draws people to check it.
RATE = 0.002264361


def value(name: str, **planted: object) -> float:
    """One true value."""
    found = truths(Settings(**planted))[name].value  # type: ignore[arg-type]
    assert found is not None
    return found


def spent(hours: float, wait: np.ndarray, early: np.ndarray, late: float) -> np.ndarray:
    """Exposure by `hours`, with the factor `early` after a wait below a day, else `late`."""

    def grown(t: np.ndarray) -> np.ndarray:
        return 120 * ((1 + t / 24) ** 0.2 - 1)

    until = np.minimum(wait, hours)
    factor = np.where(wait <= 24, early, late)
    return grown(until) + factor * (grown(np.full_like(until, hours)) - grown(until))


def drawn(settings: Settings, batch: int) -> dict[str, float]:
    """
    The truths from people drawn one by one, each copied `COPIES` times with a lot of their own.

    Copies share commitment and quality, and availability where it is a common cause; a person's
    two risks are shares among their own copies, so that no model is needed.
    """
    dice = np.random.default_rng([batch, 77])
    u, z = dice.standard_normal((2, PEOPLE // BATCHES, 1))
    q = settings.rho * u + np.sqrt(1 - settings.rho**2) * z
    lots = (len(u), COPIES)
    crew = dice.normal(-0.08, 0.4, (len(u), 1) if settings.xi else lots)
    pace = PACES[settings.pace]
    total = -np.log(1 - pace.answered) * np.exp(settings.th_q * q + crew)
    left = 1 - dice.exponential(size=lots) / total
    wait = np.where(left > 0, pace.scale_hours * (np.maximum(left, 1e-9) ** -5 - 1), np.inf)
    from_rate = RATE * np.exp(settings.b_u * u + settings.b_q * q + settings.xi * crew)
    early = np.exp(settings.tau + settings.tau2 * (1 - np.minimum(wait, 24) / 24))
    late = np.exp(settings.tau)
    first = dice.exponential(size=lots) / from_rate
    by_landmark, by_end = (spent(t, wait, early, late) for t in (24.0, 744.0))
    absent, away = first > by_landmark, first > by_end
    quiet = dice.exponential(size=lots) / from_rate > by_end - by_landmark
    answered = wait <= 24
    quick, slow, nobody = answered & absent, ~answered & absent, np.isinf(wait) & absent

    def risk(arm: np.ndarray, stayed: np.ndarray) -> np.ndarray:
        return 1 - (arm & stayed).sum(1) / np.maximum(arm.sum(1), 1)

    kept = quick.any(1) & slow.any(1) & nobody.any(1)
    weight = np.where(kept, absent.sum(1), 0)
    apart = np.average(risk(quick, away) - risk(slow, away), weights=weight)
    never = np.average(risk(quick, away) - risk(nobody, away), weights=weight)
    whole = np.average(risk(answered, quiet) - risk(~answered, quiet), weights=kept)
    return {"landmark": apart, "never": never, "whole": whole, "within_hour": (wait <= 1).mean()}


@pytest.mark.parametrize("planted", [{"tau": 0.4, "tau2": 0.2}, {"tau": 0.4, "xi": 0.5}])
def test_truths_agree_with_drawn_people(planted):
    """A million people drawn without the library's formulas: within four standard errors."""
    settings = Settings(shocks_per_year=0, **planted)
    batches = [drawn(settings, batch) for batch in range(BATCHES)]
    for name in batches[0]:
        found = [batch[name] for batch in batches]
        error = np.std(found, ddof=1) / np.sqrt(BATCHES)
        assert value(name, shocks_per_year=0, **planted) == pytest.approx(
            np.mean(found), abs=4 * error
        ), name


def test_the_same_people_under_two_waits():
    """One threshold, an early and a late wait a person: the stratum absent under both."""
    settings = Settings(tau=0.4, tau2=0.2, shocks_per_year=0)
    dice = np.random.default_rng(78)
    u, z, crew = dice.standard_normal((3, 400_000))
    q = 0.4 * u + np.sqrt(0.84) * z
    total = -np.log(0.2) * np.exp(0.5 * q + 0.4 * crew - 0.08)
    silent = np.exp(-total * (1 - 121**-0.2))  # 24 hours are 120 scales of 0.2 hours
    part = dice.random((2, len(u)))
    hazard = -np.log(1 - part[0] * (1 - silent)), -np.log(np.maximum(part[1] * silent, 1e-300))
    threshold = dice.exponential(size=len(u)) / (RATE * np.exp(0.9 * u + 0.3 * q))
    absent, away = [], []
    for used in hazard:
        left = np.maximum(1 - used / total, 0)
        wait = np.where(left > 0, 0.2 * (np.maximum(left, 1e-9) ** -5 - 1), np.inf)
        early = np.exp(0.4 + 0.2 * (1 - np.minimum(wait, 24) / 24))
        absent.append(threshold > spent(24.0, wait, early, np.exp(0.4)))
        away.append(threshold > spent(744.0, wait, early, np.exp(0.4)))
    gap = (away[1].astype(float) - away[0])[absent[0] & absent[1]]
    assert truths(settings)["principal_stratum"].value == pytest.approx(
        gap.mean(), abs=4 * gap.std() / np.sqrt(len(gap))
    )


def test_days_sooner_is_the_area_between_the_curves():
    """Everybody alike, answers certain and at once or never: the closed form of both curves."""
    alike = {"b_u": 0.0, "b_q": 0.0, "th_q": 0.0, "availability_spread": 0.0, "shocks_per_year": 0}
    settings = Settings(tau=0.4, back_unanswered=0.3, **alike)
    dice = np.random.default_rng(79)
    left = 1 - dice.exponential(size=400_000) / -np.log(0.2)
    wait = np.where(left > 0, 0.2 * (np.maximum(left, 1e-9) ** -5 - 1), np.inf)
    threshold = dice.exponential(size=len(wait)) * 118.908 / -np.log(0.7)
    factor, before = np.exp(0.4), 120 * ((1 + np.minimum(wait, 1e6) / 24) ** 0.2 - 1)
    used = np.where(threshold > before, before + (threshold - before) / factor, threshold)
    back = 24 * ((1 + used / 120) ** 5 - 1)
    days = (np.minimum(back, 744) - 24) / 24
    one, none = (days[(back > 24) & arm] for arm in (wait <= 24, wait > 24))
    error = np.hypot(one.std() / np.sqrt(len(one)), none.std() / np.sqrt(len(none)))
    wanted = none.mean() - one.mean()
    assert truths(settings)["days_sooner"].value == pytest.approx(wanted, abs=4 * error)


def test_nothing_planted_means_nothing_true():
    """Without tau and tau2 every contrast is 0, however strong the confounding."""
    found = truths(Settings(tau=0.0, rho=0.9, th_q=1.0, xi=1.0))
    nothing = [found[name].value for name in found if name != "within_hour"]
    assert nothing == pytest.approx([0] * len(nothing), abs=1e-9)


def test_a_stronger_effect_has_a_larger_truth():
    """Increasing in tau, with the sign of tau; a quick answer adds to it."""
    sizes = [value("landmark", tau=tau) for tau in (-0.4, 0.1, 0.4)]
    assert sizes == sorted(sizes)
    assert sizes[0] < 0 < sizes[1]
    assert value("landmark", tau=0.1, tau2=0.2) > value("landmark", tau=0.1)


def test_tau_of_a_tenth_is_about_what_matters():
    """It moves the risk by about the smallest effect of interest, 0.02."""
    assert value("never") == pytest.approx(hypotheses("01")["H1.1"].sesoi, abs=0.002)


def test_one_ratio_where_it_does_not_depend_on_the_wait():
    """log HR is tau and the slope 0; with tau2 neither has one value, and the reason is given."""
    found = truths(Settings(tau=0.3))
    assert (found["log_hazard_ratio"].value, found["per_halving"].value) == (0.3, 0)
    for name in ("log_hazard_ratio", "per_halving"):
        without = truths(Settings(tau2=0.2))[name]
        assert without.value is None
        assert "depends on the wait" in without.reason


@pytest.mark.parametrize(
    "planted", [{}, {"tau": 1.5}, {"pace": "fast"}, {"pace": "slow"}, {"xi": 1.0, "tau2": -0.5}]
)
def test_truths_are_computed_precisely(planted):
    """Fewer points change no probability by 0.0001 and no days by 0.001."""
    for name, truth in truths(Settings(**planted)).items():
        assert truth.error < (1e-3 if name == "days_sooner" else 1e-4), name


def test_truths_are_those_of_the_hypotheses():
    """Windows and names are those of study 01, alternatives included."""
    fixed = windows("questions and answers")
    assert fixed.landmark == LANDMARK_HOURS * HOUR
    assert fixed.outcome_until == UNTIL_HOURS * HOUR
    assert fixed.outcome_from == fixed.landmark
    named = {truth.hypothesis.removesuffix(".instead") for truth in truths(Settings()).values()}
    assert named == set(hypotheses("01"))
