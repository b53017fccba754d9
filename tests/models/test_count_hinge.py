"""Counts with a kink: beside statsmodels, where the truth is known, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from workbench.errors import ModelError
from workbench.models import count_hinge as room
from workbench.models.count_hinge import count_hinge


def days(seed, *, people=60, often=30, bend=None, share=0.4):
    """Days of people: how many arrived, how many were answered, and who."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), often)
    busy = np.exp(rng.normal(1.0, 0.7, people))[person]
    arrived = 1 + rng.poisson(busy * rng.gamma(2, 0.5, len(person)))
    if bend is None:
        return arrived, rng.binomial(arrived, share), person
    mean = np.where(arrived <= bend, arrived, bend * np.sqrt(arrived / bend))
    return arrived, rng.poisson(share * mean), person


def test_at_a_given_kink_the_slopes_are_those_of_dummies(monkeypatch):
    """With one effect a person in statsmodels, both halves agree to seven digits."""
    arrived, answered, person = days(1, people=20, often=12)
    monkeypatch.setattr(room, "_kink", lambda data, kinks, *, where: float(np.log(3)))  # noqa: ARG005
    found = count_hinge(arrived, answered, groups=person, seed=5)
    dealt = np.random.default_rng(5).permutation(20)[:10]
    slopes = []
    for half in (np.isin(person, dealt), ~np.isin(person, dealt)):
        rows = pd.DataFrame({"y": answered, "x": np.log(arrived), "who": person})[half]
        rows["past"] = np.maximum(rows["x"] - np.log(3), 0)
        fit = smf.poisson("y ~ x + past + C(who)", rows).fit(disp=0, maxiter=100)
        slopes.append((fit.params["x"], fit.params["x"] + fit.params["past"]))
    below, above = np.mean(slopes, axis=0)

    assert found.below.estimate == pytest.approx(below, rel=1e-6)
    assert found.above.estimate == pytest.approx(above, rel=1e-6)
    assert found.kinks == pytest.approx((3, 3))


def test_a_constant_chance_is_an_elasticity_of_one():
    """Who answers two of five however much arrives gets through in proportion: no limit."""
    found = count_hinge(*days(2)[:2], groups=days(2)[2], seed=1)

    assert found.above.low < 1 < found.above.high
    assert found.above.p_value > 0.05
    rare = days(3, share=0.05)
    assert abs(count_hinge(*rare[:2], groups=rare[2], seed=1).above.estimate - 1) < 0.3


def test_a_planted_limit_is_found():
    """Growth by the square root beyond five a day: one half, and one before."""
    arrived, answered, person = days(4, people=200, bend=5)
    found = count_hinge(arrived, answered, groups=person, seed=1)

    assert found.above.low < 0.5 < found.above.high
    assert found.above.high < 0.75
    assert abs(found.below.estimate - 1) < 0.1
    assert all(3 <= kink <= 8 for kink in found.kinks)


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Of 60 records without a limit, the interval holds 1 in all but a few."""
    held = 0
    for seed in range(60):
        arrived, answered, person = days(seed, people=40, often=15)
        above = count_hinge(arrived, answered, groups=person, seed=seed).above
        held += above.low <= 1 <= above.high
    # 60 x .95 = 57, less three times sqrt(60 x .95 x .05) = 5.1.
    assert held >= 52


def test_people_who_answer_nothing_are_counted_apart():
    """Days of people with no answer at all, or with one day, tell nothing about a slope."""
    arrived, answered, person = days(6)
    answered = np.where(person == 0, 0, answered)
    found = count_hinge(
        np.append(arrived, 2), np.append(answered, 1), groups=np.append(person, 99), seed=1
    )
    assert (found.left_out, found.groups, found.n) == (31, 59, 59 * 30)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x": 0}, r"expected x of 1 or more, got 0\. Leave out the days"),
        ({"counts": 0.5}, r"expected counts that are whole and 0 or more, got others\. Pass how"),
    ],
)
def test_values_out_of_range_are_refused(change, said):
    """A day without arrivals has no logarithm, and half an answer is none."""
    arrived, answered, person = days(7)
    given = {"x": arrived.astype(float), "counts": answered.astype(float)}
    for name, value in change.items():
        given[name] = np.append(given[name][:-1], value)
    with pytest.raises(ModelError, match=rf"^count_hinge: {said}"):
        count_hinge(given["x"], given["counts"], groups=person, seed=1)


def test_too_few_people_and_too_few_loads_are_refused():
    """Fifteen people are no two halves, and where one turn arrives every day nothing bends."""
    arrived, answered, person = days(8, people=15)
    with pytest.raises(ModelError, match=r"expected at least 16 groups .*got 15\. Load a longer"):
        count_hinge(arrived, answered, groups=person, seed=1)
    arrived, answered, person = days(8)
    with pytest.raises(
        ModelError, match=r"expected 6 groups and more .*at all of 2 different x\. L"
    ):
        count_hinge(np.minimum(arrived, 2), np.minimum(answered, 2), groups=person, seed=1)
