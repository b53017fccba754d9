"""Tests of the two laws: hazards as they are stated, inverses, and the calibrated rate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate

from workbench.simulate import laws
from workbench.simulate.settings import PACES, Settings

WAITS = np.array([0.5, 10.0, 24.0, 100.0, np.inf])


def test_exposure_by_hand():
    """The integral of (1 + t / 24) ** -0.8 to 24 hours is 120 (2 ** 0.2 - 1) = 17.844."""
    assert laws.elapsed(24.0) == pytest.approx(17.8438, abs=1e-4)
    # 31 days are 32 units of 24 hours with the first: 32 ** 0.2 = 2, so exactly 120.
    assert laws.elapsed(744.0) == pytest.approx(120.0)


def test_an_answer_multiplies_only_what_comes_after_it():
    """With log 2 from the first day on, 17.84 + 2 (120 - 17.84) = 222.16 to the 31st day."""
    doubled = Settings(tau=np.log(2))
    found = laws.exposure_by(744.0, np.array([24.0, np.inf]), doubled)
    assert found == pytest.approx([222.156, 120.0], abs=1e-3)


def test_a_quick_answer_counts_for_more():
    """tau2 is added in full at once, by half after 12 hours, not at all from 24 hours on."""
    found = laws.hazard_ratio(np.array([0.0, 12.0, 24.0, 50.0]), Settings(tau=0.1, tau2=0.2))
    assert np.log(found) == pytest.approx([0.3, 0.2, 0.1, 0.1])


@pytest.mark.parametrize("pace", PACES)
def test_the_answer_law_has_the_stated_hazard(pace):
    """The slope of the cumulative hazard is h0 A exp(th_q q) (1 + t / scale) ** -1.2."""
    settings, scale = Settings(pace=pace), PACES[pace].scale_hours
    strength = laws.answer_strength(settings, np.array([0.7]), np.array([1.3]))
    # h0 is such that the whole hazard at q = 0, A = 1 is -log(1 - answered).
    h0 = -np.log(1 - PACES[pace].answered) * 0.2 / scale
    hazard = h0 * 1.3 * np.exp(0.5 * 0.7)
    wanted, _ = integrate.quad(lambda t: hazard * (1 + t / scale) ** -1.2, 0, 5, points=[scale])
    assert -np.log(laws.unanswered_by(5.0, strength, settings)) == pytest.approx(wanted)


def test_the_typical_question_is_answered_in_three_hours():
    """Quality 0, availability 1: 80 % ever, and half of all by 3.1 hours."""
    settings = Settings()
    strength = laws.answer_strength(settings, np.zeros(1), np.ones(1))
    assert laws.unanswered_by(np.inf, strength, settings) == pytest.approx(0.2)
    # log 2 / 1.609 = 0.4307 of the hazard is used: 0.2 (0.5693 ** -5 - 1) = 3.14 hours.
    assert laws.answer_wait(np.array([0.5]), strength, settings) == pytest.approx(3.14, abs=0.01)


def test_waits_invert_shares():
    """The wait for a share leaves that share; where more always stay it is infinite."""
    settings, shares = Settings(), np.array([1.0, 0.8, 0.21])
    strength = laws.answer_strength(settings, np.zeros(1), np.ones(1))
    waits = laws.answer_wait(shares, strength, settings)
    assert laws.unanswered_by(waits, strength, settings) == pytest.approx(shares)
    assert laws.answer_wait(np.array([0.19]), strength, settings) == np.inf


@pytest.mark.parametrize("tau", [-1.0, 0.0, 0.4])
def test_hours_invert_exposure(tau):
    """Going to a moment and back gives the moment, before and after the answer."""
    settings = Settings(tau=tau, tau2=0.3)
    for hours in (0.1, 24.0, 700.0):
        exposure = laws.exposure_by(hours, WAITS, settings)
        assert laws.hours_by(exposure, WAITS, settings) == pytest.approx([hours] * len(WAITS))


@pytest.mark.parametrize("planted", [{}, {"b_u": 0.0, "b_q": 0.0}, {"rho": -0.5}])
def test_the_wanted_share_comes_back_unanswered(planted):
    """Of 400,000 drawn newcomers whom nobody answers, 30 % come back within 30 days."""
    settings = Settings(**planted)
    dice = np.random.default_rng(1)
    u, z = dice.standard_normal((2, 400_000))
    q = settings.rho * u + np.sqrt(1 - settings.rho**2) * z
    rate = laws.return_rate(settings, u, q, np.ones(1))
    spent = integrate.quad(lambda t: (1 + t / 24) ** -0.8, 0, 720)[0]
    # Four standard errors: 4 sqrt(.21 / 400,000) = .003.
    assert np.mean(dice.exponential(size=u.size) < rate * spent) == pytest.approx(0.30, abs=0.003)


def test_without_differences_the_rate_is_known():
    """Everybody alike: 1 - exp(-rate x 118.9) = 0.3."""
    plain = Settings(b_u=0.0, b_q=0.0)
    assert laws.base_rate(plain) == pytest.approx(-np.log(0.7) / laws.elapsed(720.0))


def test_availability_enters_returns_only_if_asked():
    """xi = 0.5 multiplies the rate by the square root of availability; xi = 0 leaves it."""
    zero, four = np.zeros(1), np.array([4.0])
    assert laws.return_rate(Settings(), zero, zero, four) == laws.base_rate(Settings())
    violated = Settings(xi=0.5)
    assert laws.return_rate(violated, zero, zero, four) == pytest.approx(
        2 * laws.base_rate(violated)
    )


def test_normal_nodes_have_the_moments_of_a_normal():
    """Weights sum to 1; second and fourth moment are 1 and 3."""
    nodes, weights = laws.normal_nodes(8)
    assert [weights @ nodes**power for power in (0, 2, 4)] == pytest.approx([1, 1, 3])
