"""A slope within groups less their trends: by hand, against indicators, and the refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from workbench.errors import ModelError
from workbench.models.detrended import detrended_slope


def panel(seed=3, groups=6, days=12):
    """Groups with a level and a trend of their own, and a slope of 0.5 for all."""
    dice = np.random.default_rng(seed)
    group = np.repeat([f"g{k}" for k in range(groups)], days)
    day = np.tile(np.arange(days, dtype=float), groups)
    x = dice.normal(size=len(day))
    own = np.repeat(dice.normal(size=groups), days)
    y = 0.5 * x + own * (3 + day) + dice.normal(scale=0.3, size=len(day))
    weight = dice.integers(1, 9, len(day)).astype(float)
    return pd.DataFrame({"y": y, "x": x, "day": day, "group": group, "weight": weight})


def test_a_slope_by_hand():
    """Less their means, the groups have slopes 1, 1 and 3 with equal spread: 5/3 together."""
    data = pd.DataFrame(
        {"group": list("aabbcc"), "x": [0.0, 2, 5, 7, 1, 3], "y": [1.0, 3, 0, 2, 0, 6]}
    )

    got = detrended_slope(data, outcome="y", exposure="x", group="group")

    # Without a or b: (1 + 3) / 2 = 2; without c: 1. Jackknife: 2/3 x (2 x (1/3)^2 + (2/3)^2).
    assert got.slope.estimate == pytest.approx(5 / 3)
    assert got.without.tolist() == pytest.approx([2, 2, 1])
    assert got.slope.std_error == pytest.approx(np.sqrt(2 / 3 * (2 / 9 + 4 / 9)))
    assert (got.groups, got.slope.clusters, got.n) == (("a", "b", "c"), 3, 6)


def test_it_equals_a_regression_with_indicators():
    """Weights, levels and trends written out as terms give the same slope (statsmodels)."""
    data = panel()
    long = smf.wls("y ~ x + C(group) + C(group):day", data, weights=data["weight"]).fit()

    got = detrended_slope(
        data, outcome="y", exposure="x", group="group", trend=["day"], weights="weight"
    )

    assert got.slope.estimate == pytest.approx(long.params["x"])


def test_leaving_a_group_out_is_fitting_without_it():
    """The jackknife's slopes are those of the tables without each group."""
    data = panel()
    options = {"outcome": "y", "exposure": "x", "group": "group", "trend": ["day"]}

    got = detrended_slope(data, **options)

    for name, slope in zip(got.groups, got.without, strict=True):
        rest = detrended_slope(data[data["group"] != name], **options)
        assert slope == pytest.approx(rest.slope.estimate)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": 0.0}, r"detrended_slope: expected weight above zero, got 0\. Leave out rows.*"),
        (
            {"group": ["one", "two"] * 36},
            r"detrended_slope: expected 3 groups or more, got 2\. Their diff.*",
        ),
    ],
)
def test_refusals(change, message):
    """Weights of nothing and too few groups are refused in one line."""
    with pytest.raises(ModelError, match=message):
        detrended_slope(
            panel().assign(**change), outcome="y", exposure="x", group="group", weights="weight"
        )


def test_an_exposure_that_is_its_trend_is_refused():
    """What follows from the trend has nothing of its own."""
    data = panel().assign(x=lambda rows: 2 * rows["day"] + 1)

    with pytest.raises(ModelError, match=r"detrended_slope: expected x to vary within group less"):
        detrended_slope(data, outcome="y", exposure="x", group="group", trend=["day"])


def test_groups_that_agree_exactly_are_refused():
    """Without disagreement there is no error to state."""
    data = pd.DataFrame({"group": list("aabbcc"), "x": [0.0, 1] * 3, "y": [0.0, 1] * 3})

    with pytest.raises(ModelError, match=r"detrended_slope: expected groups that disagree about x"):
        detrended_slope(data, outcome="y", exposure="x", group="group")
