"""Tests of the answers: their law, their order, and who writes them."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.simulate import answering, laws, people
from workbench.simulate.answering import Threads
from workbench.simulate.people import HELPER, NEWCOMER, Veterans
from workbench.simulate.settings import PACES, Settings

MANY = 40_000
HELPERS = Veterans(np.full(3, -1.0), np.array([0.6, 0.3, 0.1]))


def threads(role: str = NEWCOMER, *, count: int = MANY) -> Threads:
    """Questions of standard normal quality, asked one an hour."""
    dice = np.random.default_rng(6)
    return Threads(
        "first", role, np.arange(count) % 3, np.arange(count, dtype=float),
        dice.standard_normal(count), np.exp(dice.normal(-0.08, 0.4, count)),
    )  # fmt: skip


@pytest.mark.parametrize("pace", PACES)
def test_waits_follow_their_law(pace):
    """Shares answered by an hour, a day and ever are the mean of the closed form: within 0.01."""
    settings, asked = Settings(pace=pace), threads()
    waits = answering.first_waits(asked, settings, np.random.default_rng(7))
    strength = laws.answer_strength(settings, asked.quality, asked.availability)
    for hours in (1.0, 24.0, np.inf):
        wanted = 1 - laws.unanswered_by(hours, strength, settings).mean()
        found = np.mean(np.isfinite(waits) & (waits <= hours))
        assert found == pytest.approx(wanted, abs=0.01)  # 4 sqrt(.25 / 40,000)


def test_the_default_community_is_answered_like_a_busy_site():
    """About 74.5 % ever, 60 % within a day, and half of all questions by 3.6 hours."""
    waits = answering.first_waits(threads(), Settings(), np.random.default_rng(8))
    assert np.isfinite(waits).mean() == pytest.approx(0.745, abs=0.01)
    assert np.mean(waits <= 24) == pytest.approx(0.601, abs=0.01)
    assert np.median(waits) == pytest.approx(3.6, abs=0.25)


def test_nobody_answers_before_the_first_answer():
    """The earliest answer of a thread is as late as its wait; silent threads have none."""
    asked = threads(count=2_000)
    waits = answering.first_waits(asked, Settings(), np.random.default_rng(9))
    found = answering.answers(asked, waits, HELPERS, np.random.default_rng(10))
    earliest = np.full(2_000, np.inf)
    np.minimum.at(earliest, found.thread, found.written - asked.opened[found.thread])
    assert earliest == pytest.approx(waits)
    assert found.is_answer.all()


def test_better_questions_get_more_answers():
    """Of the answered, 1 + 1.5 exp(0.3 q): on average over a standard normal q, 1 + 1.569."""
    asked = threads()
    found = answering.answers(asked, np.ones(MANY), HELPERS, np.random.default_rng(11))
    assert len(found.thread) / MANY == pytest.approx(1 + 1.5 * np.exp(0.045), abs=0.04)


def test_helpers_answer_by_their_activity():
    """Newcomers' questions go 60 to 30 to 10."""
    found = answering.answers(threads(), np.ones(MANY), HELPERS, np.random.default_rng(12))
    shares = np.bincount(found.author) / len(found.author)
    assert shares == pytest.approx([0.6, 0.3, 0.1], abs=0.01)


def test_nobody_answers_themself():
    """In helpers' own threads the next helper takes over; newcomers have other numbers."""
    asked = threads(HELPER)
    found = answering.answers(asked, np.ones(MANY), HELPERS, np.random.default_rng(13))
    assert (found.author != asked.asker[found.thread]).all()


def test_programs_are_fast_and_write_in_three_threads_of_ten():
    """Half of it answers, all within half a minute; without programs nothing."""
    asked, machines = threads(), Veterans(np.full(2, -1.0), np.empty(0))
    found = answering.program_posts(asked, machines, np.random.default_rng(14))
    assert len(found.thread) / MANY == pytest.approx(0.3, abs=0.01)
    assert found.is_answer.mean() == pytest.approx(0.5, abs=0.02)
    lag = found.written - asked.opened[found.thread]
    assert ((lag > 0) & (lag < 31 / 3600)).all()
    none = people.programs(Settings(bots=0.0), 100, seed=3, name="c")
    assert not len(answering.program_posts(asked, none, np.random.default_rng(14)).thread)
