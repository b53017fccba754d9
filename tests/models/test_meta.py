"""Pooling: by hand, against statsmodels, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats
from statsmodels.stats.meta_analysis import combine_effects

from workbench.errors import ModelError
from workbench.models.meta import fixed_effect, leave_one_out, random_effects


def communities(seed, *, k=8, tau=0.3):
    """Estimates that scatter with `tau` around 0.5, and their standard errors."""
    rng = np.random.default_rng(seed)
    errors = rng.uniform(0.1, 0.4, k)
    return 0.5 + rng.normal(0, np.hypot(errors, tau)), errors


def test_two_communities_by_hand():
    """Estimates 1 and 3 with error 1 each: mean 2, Q = 2 on one degree of freedom."""
    got = fixed_effect([1, 3], [1, 1])
    assert (got.estimate, got.std_error) == pytest.approx((2, 0.5**0.5))
    assert (got.q.chi2, got.q.df) == (pytest.approx(2), 1)
    assert got.i2 == pytest.approx(0.5)  # (2 - 1) / 2
    assert (got.tau2, got.prediction_low, got.prediction_high) == (0, None, None)
    # Q - 1 = 1 over c = 2 - 2/2 = 1, so tau2 = 1; the variance of the mean is (1 + 1) / 2.
    random = random_effects([1, 3], [1, 1], method="DL", interval="normal")
    assert (random.tau2, random.std_error) == pytest.approx((1, 1))
    assert random.high == pytest.approx(2 + 1.959964, abs=1e-6)
    assert random.prediction_high == pytest.approx(2 + 1.959964 * 2**0.5, abs=1e-6)
    assert random.table["weight"].tolist() == [0.5, 0.5]
    # HKSJ: the scatter (1 + 1) / 2 over 1 is 1, so the same error; t on 1 df has 12.7062.
    hksj = random_effects([1, 3], [1, 1], method="REML")
    assert hksj.tau2 == pytest.approx(1, rel=1e-8)
    assert hksj.high == pytest.approx(2 + 12.7062, abs=1e-4)
    # Where Q(tau2) = 2 / (1 + tau2) is the 2.5 % quantile of chi2 with 1 df, 0.000982069.
    assert random.tau2_high == pytest.approx(2 / 0.000982069 - 1, rel=1e-4)
    assert random.tau2_low == 0


@pytest.mark.parametrize("seed", range(6))
def test_equals_statsmodels(seed):
    """Fixed, DL and PM with normal and HKSJ errors are those of the library."""
    y, errors = communities(seed, tau=1.0)
    for ours, theirs in (("DL", "dl"), ("PM", "pm")):
        peer = combine_effects(y, errors**2, method_re=theirs)
        got = random_effects(y, errors, method=ours)
        assert got.tau2 == pytest.approx(peer.tau2, rel=1e-4)
        assert got.estimate == pytest.approx(peer.mean_effect_re, rel=1e-4)
        assert got.std_error == pytest.approx(peer.sd_eff_w_re_hksj, rel=1e-4)
        normal = random_effects(y, errors, method=ours, interval="normal").std_error
        assert normal == pytest.approx(peer.sd_eff_w_re, rel=1e-4)
    fixed = fixed_effect(y, errors)
    assert fixed.std_error == pytest.approx(peer.sd_eff_w_fe)
    assert fixed.q.chi2 == pytest.approx(peer.q)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_likelihood_has_its_top_there(seed, method):
    """No tau2 on a fine grid is more likely, by the density of the estimates written out."""
    y, errors = communities(seed)

    def height(tau2):
        variance = errors**2 + tau2
        mean = np.average(y, weights=1 / variance)
        full = stats.norm.logpdf(y, mean, np.sqrt(variance)).sum()
        return full - 0.5 * np.log((1 / variance).sum()) if method == "REML" else full

    got = random_effects(y, errors, method=method).tau2
    best = optimize.minimize_scalar(lambda t: -height(t), bounds=(0, 2), method="bounded").x
    assert height(got) >= height(best) - 1e-9
    assert got == pytest.approx(best, abs=1e-3)


@pytest.mark.parametrize("method", ["REML", "ML", "DL", "PM"])
@pytest.mark.parametrize("seed", range(3))
def test_units_and_shifts(seed, method):
    """Another unit and another origin move every number as they must."""
    y, errors = communities(seed, tau=0.5)
    one = random_effects(y, errors, method=method)
    two = random_effects(100 * y + 7, 100 * errors, method=method)
    assert two.estimate == pytest.approx(100 * one.estimate + 7)
    assert two.tau2 == pytest.approx(1e4 * one.tau2, rel=1e-6)
    assert (two.i2, two.i2_low) == pytest.approx((one.i2, one.i2_low), rel=1e-6, abs=1e-9)
    assert one.prediction_low < one.low < one.estimate < one.high < one.prediction_high
    assert one.table["weight"].sum() == pytest.approx(1)


@pytest.mark.parametrize("method", ["REML", "ML", "DL", "PM"])
def test_less_scatter_than_chance_is_no_variance(method):
    """Estimates nearer to each other than their errors: tau2 is zero, and weights are fixed."""
    y, errors = [0.50, 0.51, 0.49, 0.50, 0.52], [0.2, 0.3, 0.2, 0.1, 0.2]
    got = random_effects(y, errors, method=method, interval="normal")
    assert (got.tau2, got.i2, got.tau2_low, got.tau2_high) == (0, 0, 0, 0)
    assert got.estimate == pytest.approx(fixed_effect(y, errors).estimate)
    assert (got.prediction_low, got.prediction_high) == pytest.approx((got.low, got.high))


def test_hksj_narrower_than_the_fixed_effect_is_said():
    """Estimates 1, 1.1 and 1.2 with error 1: HKSJ's interval is the shorter one, and says so."""
    got, fixed = random_effects([1, 1.1, 1.2], [1, 1, 1]), fixed_effect([1, 1.1, 1.2], [1, 1, 1])
    # Scatter .02 / 2 = .01, error .1 x sqrt(1 / 3), t on 2 df 4.3027; fixed: 1.96 x sqrt(1 / 3).
    assert got.high - got.estimate == pytest.approx(4.302653 * 0.1 / 3**0.5, abs=1e-6)
    assert fixed.high - fixed.estimate == pytest.approx(1.959964 / 3**0.5, abs=1e-6)
    assert (got.narrower, fixed.narrower) == (True, False)
    assert not random_effects([1, 1.1, 1.2], [1, 1, 1], interval="normal").narrower


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("interval", ["HKSJ", "normal"])
def test_narrower_is_what_the_two_intervals_show(seed, interval):
    """The mark is the comparison with `fixed_effect`, which the normal interval never undercuts."""
    y, errors = communities(seed, tau=0.0)
    got, fixed = random_effects(y, errors, interval=interval), fixed_effect(y, errors)
    if interval == "normal":
        assert got.high - got.low >= fixed.high - fixed.low - 1e-12
        assert not got.narrower
    else:
        assert got.narrower == (got.high - got.low < fixed.high - fixed.low)


def test_prediction_takes_one_degree_of_freedom_from_the_communities():
    """Student's t on k - 1, not k - 2: for two communities that is 12.7062 x sqrt(1 + 1)."""
    got = random_effects([1, 3], [1, 1])
    assert got.prediction_high == pytest.approx(2 + 12.7062 * 2**0.5, abs=1e-3)


def test_intervals_of_tau2_hold_it_about_as_often_as_stated():
    """Of 200 meta-analyses, the Q-profile interval misses tau2 = .09 in about ten."""
    got = [random_effects(*communities(seed), method="DL") for seed in range(200)]
    missed = sum(not one.tau2_low <= 0.09 <= one.tau2_high for one in got)
    # Binomial(200, .05): below 2 or above 20 has chance .001.
    assert 2 <= missed <= 20


def test_few_communities_get_a_reason():
    """Four are pooled with a reason that no verdict is to be read; five without."""
    y, errors = communities(1, k=5)
    assert random_effects(y, errors).reason is None
    assert random_effects(y[:4], errors[:4]).reason == (
        "4 communities are fewer than 5: shown side by side, without a pooled verdict"
    )


def test_leave_one_out_by_hand():
    """The row of each community is the pool of the others."""
    y, errors = communities(2, k=4)
    got = leave_one_out(y, errors, labels=list("abcd"))
    assert got["term"].tolist() == list("abcd")
    others = random_effects(y[[0, 1, 3]], errors[[0, 1, 3]])
    row = got.loc[2, ["estimate", "low", "high", "tau2", "i2"]].tolist()
    assert row == pytest.approx([others.estimate, others.low, others.high, others.tau2, others.i2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random_effects([1], [1]), "two communities, got one. Report its own"),
        (lambda: fixed_effect([1, 2], [1, 0]), "standard errors above zero, got 0. Leave out"),
        (lambda: fixed_effect([1, 2], [1, 1e5]), "errors of like size, got 1 and 100000. Check"),
        (lambda: fixed_effect([1, 2], [1]), "2 rows in std_errors, got 1"),
        (lambda: fixed_effect([1, None], [1, 1]), "every row of estimates, got 1 empty"),
        (lambda: fixed_effect([1, 2], [1, 1], labels=["a"]), "2 labels, got 1. Name every"),
        (lambda: random_effects([1, 2], [1, 1], method="EB"), "method to be REML or .*, got EB"),
        (lambda: random_effects([1, 2], [1, 1], interval="t"), "interval to be HKSJ or normal"),
        (lambda: random_effects([2, 2], [1, 3]), "estimates that differ, got 2 in every .*normal"),
        (lambda: leave_one_out([1, 2], [1, 1]), "at least three communities, got 2. Without"),
    ],
)  # fmt: skip
def test_refuses(call, message):
    """Each impossible pool is one line."""
    with pytest.raises(ModelError, match=f"expected .*{message}"):
        call()


@pytest.mark.parametrize("unit", [1e200, 1e-300])
def test_sizes_that_cannot_be_squared_are_refused(unit):
    """Estimates and errors in such a unit are one line."""
    with pytest.raises(ModelError, match=r"expected estimates in a unit .* Change its unit\."):
        random_effects([1 * unit, 2 * unit], [1, 1])
    with pytest.raises(ModelError, match=r"expected std_errors in a unit .* Change its unit\."):
        random_effects([1, 2], [1 * unit, 2 * unit])
