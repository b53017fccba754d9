"""H2.1: the arithmetic of the best of many, by hand and where the truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented_contests import of_ideas, simulated

from workbench.errors import ModelError
from workbench.models.wisdom import expected_maximum
from workbench.simulate import contests as worlds
from workbench.studies.crowdsourcing import crowd_size
from workbench.studies.crowdsourcing.ideas import largest_of, standings
from workbench.studies.hypotheses import hypotheses


@pytest.fixture(scope="module")
def community():
    """Forty contests in which larger crowds are no better and no worse."""
    return simulated(3)


def test_largest_of_by_hand():
    """All of three have the best; two of three have it in two cases of three."""
    got = largest_of(np.array([4.0, 0.0, 1.0]), np.array([1, 2, 3]))

    # Pairs: 0 1, 0 4, 1 4.
    assert got == pytest.approx([5 / 3, (1 + 4 + 4) / 3, 4])


def test_largest_of_has_no_bias():
    """Averaged over samples it is the expected largest, also of half the sample."""
    samples = np.random.default_rng(2).normal(size=(2_000, 32))

    got = np.mean([largest_of(one, np.array([16]))[0] for one in samples])
    assert got == pytest.approx(expected_maximum(16), abs=0.03)


def test_largest_of_many_values_is_the_order_statistic_of_their_law():
    """For normal values it is the expected maximum of so many normal draws."""
    values = np.random.default_rng(1).normal(size=200_000)

    got = largest_of(values, np.array([2, 16, 64]))

    assert got == pytest.approx([expected_maximum(n) for n in (2, 16, 64)], abs=0.02)


def test_standings_by_hand():
    """Logarithm of one plus the points, in deviations of ideas from the mean of their contest."""
    rows = pd.DataFrame(
        {
            "contest": np.repeat(list("abcd"), 10),
            "person": "p",
            "score": np.tile([0.0] * 5 + [np.e - 1] * 5, 4),
        }
    )
    got = standings(rows)

    # Logarithms 0 and 1, half each: squares of 1/4, 40 of them over 36 degrees of freedom.
    spread = np.sqrt(40 / 4 / 36)
    assert got["standing"].unique() == pytest.approx([0, 1 / spread])
    assert got["off"].unique() == pytest.approx([-0.5 / spread, 0.5 / spread])


def test_standings_refuse_too_few_contests():
    """Contests with fewer than ten ideas do not count, and four are needed."""
    rows = pd.DataFrame({"contest": list("aaaabbbb"), "person": "p", "score": range(8)})
    with pytest.raises(ModelError, match="ideas or more whose points are known, got 0"):
        standings(rows)
    alike = pd.DataFrame({"contest": np.repeat(list("abcd"), 10), "person": "p", "score": 3.0})
    with pytest.raises(ModelError, match="ideas with different points, got all alike"):
        standings(alike)


def test_parts_add_up(community):
    """The slope of the best idea is arithmetic plus the rest, and the rest is level plus shape."""
    table = crowd_size.contests(community)
    found = {name: crowd_size.slope(table, name).estimate for name in crowd_size.PARTS}

    assert found["best"] == pytest.approx(found["arithmetic"] + found["beyond"])
    assert found["beyond"] == pytest.approx(found["level"] + found["above_own"])
    assert table["doublings"].tolist() == pytest.approx(np.log2(table["ideas"]).tolist())


def test_arithmetic_is_taken_off_where_crowds_are_no_better():
    """The best idea rises with the crowd by arithmetic alone; what is left is nothing."""
    planted = worlds.Settings(
        log_entrants=3.5, appeal_quality=0.0, uncertainty_sd=0.0, applause=0.0
    )
    total, beyond = [], []
    for seed in range(6):
        table = crowd_size.contests(simulated(seed, settings=planted, size=60))
        total.append(crowd_size.slope(table, "best").estimate)
        beyond.append(crowd_size.slope(table, "beyond").estimate)

    error = np.std(beyond, ddof=1) / np.sqrt(6)
    assert np.mean(total) > 0.2  # a doubling brings 0.25 to 0.40 of normal draws
    assert abs(np.mean(beyond)) < 4 * error


def test_estimate_carries_its_interval(community):
    """The estimate of the hypothesis is the slope beyond arithmetic with its bootstrap."""
    got = crowd_size.estimated(community, hypotheses("02")["H2.1"])
    table = crowd_size.contests(community)

    assert got.low < got.estimate < got.high
    assert got.n == got.people == len(table)
    assert got.estimate == pytest.approx(np.polyfit(table["doublings"], table["beyond"], 1)[0])
    assert "wild bootstrap" in got.about


def test_pages_say_the_numbers(community):
    """Tables have the numbers in words, and say that nobody judged blind."""
    parts, variants = crowd_size.size_table([community]), crowd_size.size_variants([community])

    assert parts.frame["what"].tolist() == list(crowd_size.PARTS.values())
    assert variants.frame["change"].notna().all()
    assert len(variants.frame) == len(crowd_size.VARIANTS) + 2
    assert crowd_size.NO_BLIND_JUDGE in parts.caption


def test_contests_of_one_size_are_refused():
    """Where every contest has as many ideas there is no doubling to look at."""
    rows = [
        {"post": f"{k}-{i}", "author": f"p{i}", "at": k, "contest": f"k{k}", "score": (i * k) % 7}
        for k in range(5)
        for i in range(10)
    ]
    with pytest.raises(ModelError, match="contests of different size, got 5 with 10 ideas each"):
        crowd_size.contests(of_ideas(rows))
