"""Tests of what newcomers write later: the recurrent process, its places, and going on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from workbench.simulate import coming_back, laws
from workbench.simulate.people import Newcomers
from workbench.simulate.settings import Settings

MANY = 40_000
HELPED = np.arange(100.0, 8000.0, 5.0)


def newcomers(*, alike: bool = False) -> Newcomers:
    """Newcomers who all arrive at hour 50 of the record."""
    u, z = np.zeros((2, MANY)) if alike else np.random.default_rng(20).standard_normal((2, MANY))
    q = 0.4 * u + np.sqrt(0.84) * z
    return Newcomers(np.full(MANY, 50.0), u, q, np.ones(MANY))


def later(
    waits: np.ndarray, settings: Settings, who: Newcomers, helped: np.ndarray = HELPED
) -> coming_back.Later:
    """Posts elsewhere, from two fixed streams."""
    return coming_back.elsewhere(
        who, waits, helped, settings,
        times=np.random.default_rng(21), places=np.random.default_rng(22),
    )  # fmt: skip


def test_three_in_ten_come_back_within_30_days_unanswered():
    """The share for which the rate was calibrated; four standard errors are 0.009."""
    found = later(np.full(MANY, np.inf), Settings(), newcomers())
    soon = found.newcomer[found.written <= 50 + 720]
    assert len(np.unique(soon)) / MANY == pytest.approx(0.30, abs=0.009)


def test_an_answer_multiplies_the_hazard():
    """Answered at once and for ever, log 2: twice as many posts, within 4 %."""
    settings = Settings(tau=np.log(2))
    silent = later(np.full(MANY, np.inf), settings, newcomers())
    answered = later(np.zeros(MANY), settings, newcomers())
    assert len(answered.written) / len(silent.written) == pytest.approx(2, rel=0.04)


def test_numbers_and_moments_are_those_of_a_poisson_process():
    """For people alike: variance equals mean, and rescaled by exposure moments are uniform."""
    settings, waits = Settings(tau=0.4, tau2=0.2), np.full(MANY, 10.0)
    found = later(waits, settings, newcomers(alike=True))
    counts = np.bincount(found.newcomer, minlength=MANY)
    reach = laws.exposure_by(365 * 24 - 50.0, np.array([10.0]), settings)
    mean = laws.base_rate(settings) * reach[0]
    assert counts.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / MANY))
    assert counts.var() / counts.mean() == pytest.approx(1, abs=4 * np.sqrt(2 / MANY))
    since = found.written - 50
    rescaled = laws.exposure_by(since, np.full(len(since), 10.0), settings) / reach
    assert stats.kstest(rescaled, "uniform").pvalue > 0.001


def test_posts_go_to_new_questions_or_to_recent_threads_of_helpers():
    """Four in ten are questions; comments only come to threads that are open by then."""
    found = later(np.full(MANY, 1.0), Settings(), newcomers())
    late = found.written > HELPED[200]
    assert np.mean(found.thread[late] < 0) == pytest.approx(0.4, abs=0.02)
    comments = found.thread >= 0
    assert (HELPED[found.thread[comments]] <= found.written[comments]).all()
    behind = np.searchsorted(HELPED, found.written[comments]) - 1 - found.thread[comments]
    assert np.median(behind[late[comments]]) == pytest.approx(6, abs=1)


def test_where_there_is_no_thread_to_comment_on_they_ask():
    """With no helper's thread at all everything is a question."""
    found = later(np.full(MANY, 1.0), Settings(), newcomers(), np.empty(0))
    assert (found.thread == -1).all()


def test_posts_are_in_order_and_within_the_record():
    """From the arrival to the last hour."""
    found = later(np.full(MANY, 1.0), Settings(), newcomers())
    assert (np.diff(found.written) >= 0).all()
    assert found.written.min() > 50
    assert found.written.max() <= 365 * 24


def test_going_on_is_in_the_own_thread():
    """0.6 exp(0.3 u) comments: 0.6 exp(0.045) = 0.628 on average, half within two hours."""
    who = newcomers()
    own, at = coming_back.going_on(who, np.random.default_rng(23))
    assert len(own) / MANY == pytest.approx(0.628, abs=0.02)
    assert np.median(at - who.arrived[own]) == pytest.approx(2, rel=0.05)
