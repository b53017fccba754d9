"""The specification curve: the list made beforehand, what fails, and chance under the null."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import special

from workbench.errors import ModelError
from workbench.models.result import Estimate
from workbench.models.specification_curve import curve, grid

SIXTEEN = grid(outliers=[0.0, 0.01, 0.02, 0.05], log=[False, True], scale=[1.0, 2.0])


def found(value, p_value=0.5):
    """An estimate with this value and p-value."""
    return Estimate(value, 1.0, None, None, p_value, 10)


def correlations(x, y):
    """The estimator that trims, transforms and scales before it correlates x and y."""

    def estimate(spec):
        """Correlation of what the specification keeps."""
        reach = np.quantile(np.abs(x), 1 - spec["outliers"])
        kept = np.abs(x) <= reach
        along = np.log(x[kept] + 10) if spec["log"] else x[kept]
        n, r = len(along), np.corrcoef(spec["scale"] * along, y[kept])[0, 1]
        p = 2 * special.stdtr(n - 2, -abs(r) * np.sqrt((n - 2) / (1 - r**2)))
        return Estimate(float(r), None, None, None, float(p), n)

    return estimate


def shuffled(x, y):
    """Draws data under the null: y permuted."""
    return lambda rng: correlations(x, rng.permutation(y))


def test_grid_lists_every_combination_in_order():
    """Two windows by two models are four, the last choice varying fastest."""
    assert grid(window=[7, 30], model=["logit", "linear"]) == (
        {"window": 7, "model": "logit"},
        {"window": 7, "model": "linear"},
        {"window": 30, "model": "logit"},
        {"window": 30, "model": "linear"},
    )


def test_summary_by_hand():
    """Estimates 1, 2, 4 and -3: median 1.5, three of four positive, two of them significant."""
    values = {1: (1, 0.04), 2: (2, 0.2), 3: (4, 0.01), 4: (-3, 0.001)}
    got = curve(grid(k=[1, 2, 3, 4]), lambda spec: found(*values[spec["k"]]), seed=1)
    assert (got.median, got.same_sign, got.significant) == (1.5, 0.75, 0.5)
    assert (got.n, got.n_failed, got.p_median, got.p_significant) == (4, 0, None, None)
    assert got.table["k"].tolist() == [1, 2, 3, 4]
    assert got.table["estimate"].tolist() == [1, 2, 4, -3]
    down = curve(grid(k=[1, 2, 3, 4]), lambda spec: found(*values[spec["k"]]), seed=1, direction=-1)
    assert (down.median, down.same_sign, down.significant) == (1.5, 0.25, 0.25)


def test_chance_by_hand():
    """Of 20 draws, those at least as far out count, and the data count as one of 21."""
    nulls = iter([5, -5, 3] + [0] * 17)

    def null(rng):
        """Each draw has one value, the same for both specifications."""
        value = next(nulls)
        return lambda _: found(value, 0.01 if value == 5 else 0.9)

    got = curve(grid(k=[1, 2]), lambda _: found(4, 0.01), seed=1, null=null, null_draws=20)
    # As far from zero as 4: 5 and -5. As many significant and positive as both: only 5.
    assert got.p_median == pytest.approx(3 / 21)
    assert got.p_significant == pytest.approx(2 / 21)
    assert (got.null_draws, got.null_failed) == (20, 0)


def test_studentised_chance_by_hand():
    """Estimates are compared in their own errors; one without an error is no estimate then."""
    errors = {1: 2.0, 2: 1.0, 3: 4.0, 4: 0.0, 5: None}
    nulls = iter([(3, 1.0), (-9, 8.0), (-2, 1.0)] + [(0, 1.0)] * 17)

    def null(rng):
        """Each draw has one value with one error for all specifications."""
        value, error = next(nulls)
        return lambda _: Estimate(value, error, None, None, 0.5, 10)

    def estimate(spec):
        """Always 4, with an error of its own."""
        return Estimate(4, errors[spec["k"]], None, None, 0.5, 10)

    got = curve(grid(k=[*errors]), estimate, seed=1, null=null, null_draws=20, studentised=True)
    # 4/2, 4/1 and 4/4 have the median 2. As far out: 3/1 and -2/1 of the draws, not -9/8.
    assert (got.median, got.median_t, got.n_failed) == (4, 2, 2)
    assert got.p_median == pytest.approx(3 / 21)
    reasons = got.table["failed"].tolist()
    assert reasons[3:] == ["the model gave no standard error above zero"] * 2
    nulls = iter([(3, 1.0), (-9, 8.0), (-2, 1.0)] + [(0, 1.0)] * 17)
    plain = curve(grid(k=[*errors]), estimate, seed=1, null=null, null_draws=20)
    # Without errors only -9 is as far out as 4.
    assert (plain.p_median, plain.median_t, plain.n_failed) == (pytest.approx(2 / 21), None, 0)


def test_what_fails_is_kept_with_its_reason():
    """A refusal is a row without estimate; it is not tried again under the null."""

    def picky(spec):
        """Refuses 2 and cannot say 3."""
        if spec["k"] == 2:
            raise ModelError("here: expected more, got less. Bring more.")
        return found(None if spec["k"] == 3 else 1.0)

    tried = []

    def null(rng):
        """Notes what is asked, and fails for 4 in the first draw."""

        def estimate(spec):
            tried.append(spec["k"])
            if len(tried) == 2:
                raise ModelError("here: expected luck, got none. Draw again.")
            return found(rng.normal())

        return estimate

    got = curve(grid(k=[1, 2, 3, 4]), picky, seed=1, null=null, null_draws=20)
    assert (got.n, got.n_failed, got.null_failed) == (4, 2, 1)
    reasons = got.table["failed"].tolist()
    assert reasons[1:3] == [
        "here: expected more, got less. Bring more.", "the model gave no estimate",
    ]  # fmt: skip
    assert got.table["failed"].isna().tolist() == [True, False, False, True]
    assert got.table["estimate"].isna().tolist() == [False, True, True, False]
    assert set(tried) == {1, 4}


def test_dataclasses_are_specifications_too():
    """Their fields become columns, and the estimator gets the object itself."""

    @dataclass(frozen=True)
    class Reading:
        window: int
        robust: bool

    got = curve([Reading(7, True), Reading(30, False)], lambda spec: found(spec.window), seed=1)
    assert got.table["window"].tolist() == [7, 30]
    assert got.table["robust"].tolist() == [True, False]


def test_effect_is_told_from_chance_and_chance_is_not():
    """Strong dependence gives the smallest p there is; none gives a small one rarely."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=150)
    y = 0.6 * x + rng.normal(size=150)
    got = curve(SIXTEEN, correlations(x, y), seed=1, null=shuffled(x, y))
    assert (got.n, got.same_sign, got.significant) == (16, 1, 1)
    # All sixteen move together: about 2.5 % of the draws are significant in all of them.
    assert got.p_median == 1 / 101
    assert got.p_significant <= 0.05
    again = curve(SIXTEEN, correlations(x, y), seed=1, null=shuffled(x, y))
    assert again.table.equals(got.table)
    small = 0
    for seed in range(20):
        noise = np.random.default_rng(100 + seed).normal(size=150)
        one = curve(
            SIXTEEN, correlations(x, noise), seed=seed, null=shuffled(x, noise), null_draws=20
        )
        small += one.p_median <= 0.05
    # 1 of 21 draws: about 5 % of 20, one; the chance of five or more is .003.
    assert small < 5


def test_same_seed_same_chance():
    """The draws come from the seed alone."""
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=60), rng.normal(size=60)

    def chance(seed):
        """Both p-values."""
        got = curve(SIXTEEN, correlations(x, y), seed=seed, null=shuffled(x, y), null_draws=30)
        return got.p_median, got.p_significant

    assert chance(1) == chance(1)
    assert len({chance(seed) for seed in range(3)}) > 1


def test_progress_counts_to_the_end():
    """The last call says that all is done."""
    calls = []
    curve(
        grid(k=[1, 2]), lambda _: found(1.0), seed=1, null_draws=20,
        null=lambda _: lambda _: found(0.0), progress=lambda *at: calls.append(at),
    )  # fmt: skip
    assert [done for done, _ in calls] == list(range(1, 43))
    assert calls[-1] == (42, 42)


def never(spec):
    """An estimator that always refuses."""
    raise ModelError("here: expected data, got none. Bring some.")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: grid(), "grid: expected at least one choice, got none"),
        (lambda: grid(a="yes"), "grid: expected different options for a, got 'yes'. List"),
        (lambda: grid(a=[]), r"grid: expected different options for a, got \[\]"),
        (lambda: grid(a=[1, 1]), "grid: expected different options for a"),
        (lambda: grid(n=[1, 2]), "grid: expected choices with names of their own, got n, which"),
        (lambda: grid(a=range(7), b=range(7)), "grid: expected 1 to 48 specifications, got 49"),
        (lambda: curve([], found, seed=1), "curve: expected 1 to 48 specifications, got 0"),
        (lambda: curve([{"a": 1}, {"b": 1}], found, seed=1), "the choices a in .*, got b. Give"),
        (lambda: curve([{"a": 1}, {"a": 1}], found, seed=1), "got number 2 twice. Leave out"),
        (lambda: curve([1], found, seed=1), "expected dicts or dataclasses, got int. Use grid"),
        (lambda: curve([{"a": 1}], never, seed=1), "got none. The first says: here: expected data"),
        (
            lambda: curve([{"a": 1}], lambda _: found(1.0), seed=1, null=lambda _: never),
            "curve: expected estimates from data drawn under the null, got none in draw 1. Check",
        ),
        (
            lambda: curve([{"a": 1}], found, seed=1, null_draws=10),
            "at least 20 draws under the null, got 10. Fewer",
        ),
        (lambda: curve([{"a": 1}], found, seed=1, direction=0), "direction 1 or -1 .* got 0 and"),
        (lambda: curve([{"a": 1}], found, seed=1, alpha=5), "alpha between 0 and 1, got 1 and 5"),
    ],
)
def test_refuses(call, message):
    """Lists that are not fixed, not distinct or too long, and curves without an estimate."""
    with pytest.raises(ModelError, match=message):
        call()
