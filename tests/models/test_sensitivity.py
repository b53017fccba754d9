"""E-values, robustness values and worst-case bounds: by hand, and by their laws."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ModelError
from workbench.models.sensitivity import (
    e_value,
    risk_ratio_from_hazard_ratio,
    risk_ratio_from_odds_ratio,
    risk_ratio_from_standardised_difference,
    robustness_value,
    worst_case_bounds,
)


def test_e_value_by_hand():
    """The point and the limit nearer to 1 each have theirs."""
    got = e_value(4.5, 1.8, 9.0)
    assert got.point == pytest.approx(4.5 + 15.75**0.5, rel=1e-12)  # sqrt(4.5 x 3.5)
    assert got.limit == pytest.approx(3.0, rel=1e-12)  # 1.8 + sqrt(1.8 x 0.8) = 1.8 + 1.2


def test_e_value_without_interval_and_with_one_around_one():
    """No interval gives no limit; an interval around 1 needs no confounder at all."""
    assert e_value(2.0).limit is None
    assert e_value(1.2, 0.9, 1.6).limit == 1.0
    assert e_value(1.0).point == 1.0


@given(st.floats(1.001, 50), st.floats(1.001, 3))
def test_e_value_is_the_same_for_a_ratio_and_its_inverse(ratio, width):
    """Protection by 1/RR is as robust as harm by RR, limits turned round."""
    up = e_value(ratio, ratio / width, ratio * width)
    down = e_value(1 / ratio, 1 / (ratio * width), width / ratio)
    assert up.point == pytest.approx(down.point, rel=1e-9)
    assert up.limit == pytest.approx(down.limit, rel=1e-9)
    assert up.point > ratio


@pytest.mark.parametrize("strength", [1.5, 2.0, 4.0])
def test_e_value_is_the_strength_that_just_explains_the_ratio(strength):
    """Confounding of strength E on both sides makes a ratio of E^2 / (2E - 1): the inverse."""
    bound = strength**2 / (2 * strength - 1)
    assert e_value(bound).point == pytest.approx(strength, rel=1e-12)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((0,), "the risk ratio above zero and .* got 0. Pass a ratio"),
        ((2, -1, 3), "the lower limit above zero and .* got -1"),
        ((2, 1, float("inf")), "the upper limit above zero and .* got inf"),
        ((2, 2.5, 3), "limits around 2, got 2.5 and 3. Pass the interval"),
    ],
)
def test_e_value_refuses(numbers, message):
    """A ratio is above zero and inside its interval."""
    with pytest.raises(ModelError, match=f"e_value: expected {message}"):
        e_value(*numbers)


def test_conversions_by_hand():
    """Rare outcomes keep their ratio; common ones come nearer to 1."""
    assert risk_ratio_from_odds_ratio(4.0, outcome_share=0.1) == 4.0
    assert risk_ratio_from_odds_ratio(4.0, outcome_share=0.4) == 2.0
    assert risk_ratio_from_hazard_ratio(4.0, outcome_share=0.15) == 4.0
    # (1 - 0.5^3) / (1 - 0.5^(1/3)) = 0.875 / 0.206299
    assert risk_ratio_from_hazard_ratio(9.0, outcome_share=0.4) == pytest.approx(4.2414, abs=1e-4)
    assert risk_ratio_from_standardised_difference(1.0) == pytest.approx(math.exp(0.91))
    assert risk_ratio_from_standardised_difference(0.0) == 1.0


def test_conversions_refuse():
    """Each conversion says what it expected."""
    with pytest.raises(
        ModelError, match=r"odds_ratio: expected the odds ratio above zero .* got -1"
    ):
        risk_ratio_from_odds_ratio(-1, outcome_share=0.1)
    with pytest.raises(
        ModelError, match=r"hazard_ratio: expected the hazard ratio above zero and .* got 0"
    ):
        risk_ratio_from_hazard_ratio(0, outcome_share=0.1)
    with pytest.raises(ModelError, match=r"an outcome share between 0 and 1, got 15\. Divide"):
        risk_ratio_from_odds_ratio(2, outcome_share=15)
    with pytest.raises(
        ModelError, match=r"standardised_difference: expected a finite .* got nan\."
    ):
        risk_ratio_from_standardised_difference(float("nan"))


def test_robustness_value_by_hand():
    """The sign of t does not count, and no effect needs no confounder."""
    # f^2 = 50 / 100 = 1/2: (sqrt(1/4 + 2) - 1/2) / 2 = (3/2 - 1/2) / 2.
    assert robustness_value(50**0.5, 100) == pytest.approx(0.5, rel=1e-12)
    assert robustness_value(-4.18, 783) == robustness_value(4.18, 783)
    assert robustness_value(0, 10) == 0


@given(st.floats(0.01, 100), st.floats(1, 1e6))
def test_robustness_value_solves_its_equation(t, df):
    """RV^2 / (1 - RV) is t^2 / df: a confounder that strong on both sides leaves nothing."""
    rv = robustness_value(t, df)
    assert 0 < rv < 1
    assert rv**2 == pytest.approx(t**2 / df * (1 - rv), rel=1e-6)


@pytest.mark.parametrize("ratio", [1e308, 1e-308, "2", None])
def test_ratios_of_no_plausible_size_are_refused(ratio):
    """What cannot be squared, and what is no number, is shown as it came."""
    shown = f"{ratio:g}" if isinstance(ratio, float) else repr(ratio)
    for call in (
        lambda: e_value(ratio),
        lambda: risk_ratio_from_hazard_ratio(ratio, outcome_share=0.5),
        lambda: risk_ratio_from_odds_ratio(ratio, outcome_share=0.5),
    ):
        with pytest.raises(ModelError, match=r"and of a plausible size, got ") as error:
            call()
        assert f"got {shown}. Pass" in str(error.value)


def test_a_vast_hazard_ratio_is_as_far_from_1_as_its_inverse():
    """The conversion keeps its symmetry where 0.5^(1/root) rounds to 1."""
    # (1 - 0) / (log 2 / 1e20).
    vast = risk_ratio_from_hazard_ratio(1e40, outcome_share=0.5)
    assert vast == pytest.approx(1e20 / math.log(2))
    assert risk_ratio_from_hazard_ratio(1e-40, outcome_share=0.5) == pytest.approx(1 / vast)


@pytest.mark.parametrize("difference", [1e6, -1e6, "1"])
def test_a_difference_of_a_million_deviations_is_refused(difference):
    """It was divided by something else than a standard deviation."""
    message = "expected a finite difference of at most 100 standard deviations, got .*1"
    with pytest.raises(ModelError, match=message):
        risk_ratio_from_standardised_difference(difference)


@pytest.mark.parametrize(("t", "df"), [(float("nan"), 5), (1, 0), (1e308, 5), (1, 1e-300)])
def test_robustness_value_refuses(t, df):
    """It needs a finite t and degrees of freedom."""
    with pytest.raises(
        ModelError, match=re.escape(f"of a plausible size, got {t:g} and {df:g}. Take")
    ):
        robustness_value(t, df)


def test_worst_case_bounds_by_hand():
    """Every missing outcome is counted once against and once in favour."""
    # Exposed: 1, 1, 0, ? -> between 2/4 and 3/4. Unexposed: 1, 0, 0, ?, ? -> between 1/5 and 3/5.
    got = worst_case_bounds([1, 1, 0, None, 1, 0, 0, None, None], [1] * 4 + [0] * 5)
    assert (got.low, got.high) == pytest.approx((0.5 - 0.6, 0.75 - 0.2))
    assert (got.missing_exposed, got.missing_unexposed) == pytest.approx((0.25, 0.4))
    assert got.n == 9


@pytest.mark.parametrize("seed", range(10))
def test_worst_case_bounds_hold_the_truth_and_are_as_wide_as_what_is_missing(seed):
    """Hiding outcomes never moves the bounds off the full difference; width = shares missing."""
    rng = np.random.default_rng(seed)
    exposed = np.arange(60) % 3 == 0
    full = (rng.random(60) < 0.4).astype(float)
    seen = np.where(rng.random(60) < 0.3, np.nan, full)
    got = worst_case_bounds(seen, exposed)
    truth = full[exposed].mean() - full[~exposed].mean()
    assert got.low <= truth <= got.high
    assert got.high - got.low == pytest.approx(got.missing_exposed + got.missing_unexposed)


@pytest.mark.parametrize(
    ("outcome", "exposure", "message"),
    [
        ([0, 2, 1], [0, 1, 1], "only 0 and 1 in outcome, got 2"),
        ([0, None, 1], [0, 0, 0], "0 and 1 in exposure, got 0 exposed of 3 rows. Bring"),
        ([0, 1, 1], [0, 1], "3 rows in exposure, got 2"),
        ([0, 1, 1], [0, None, 1], "a number in every row of exposure, got 1 empty"),
    ],
)
def test_worst_case_bounds_refuse(outcome, exposure, message):
    """Only the outcome may be empty."""
    with pytest.raises(ModelError, match=f"worst_case_bounds: expected {message}"):
        worst_case_bounds(outcome, exposure)
