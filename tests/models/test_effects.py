"""Adjusted risk differences: by hand, against statsmodels, and on data whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit
from statsmodels.tools.numdiff import approx_fprime
from two_arms import NAMES, STRATA, cells, confounded

from workbench.errors import ModelError
from workbench.models.effects import aipw, crude_risk_difference, ipw, risk_difference


def true_difference(risk):
    """The mean of risk(z, 1) - risk(z, 0) over a standard normal z, by the trapezoid rule."""
    z = np.linspace(-8, 8, 20_001)
    return np.trapezoid((risk(z, 1) - risk(z, 0)) * stats.norm.pdf(z), z)


def test_crude_difference_by_hand():
    """6 of 10 against 5 of 20: the textbook error, ratio and interval."""
    got = crude_risk_difference(cells((1, 0, 10, 6), (0, 0, 20, 5)), **NAMES)
    assert got.estimate == pytest.approx(0.35)
    assert (got.risk_exposed, got.risk_unexposed) == pytest.approx((0.6, 0.25))
    # .6 x .4 / 10 + .25 x .75 / 20 = .033375, times 30 / 29 for 30 clusters.
    se = np.sqrt(0.033375 * 30 / 29)
    assert got.std_error == pytest.approx(se, rel=1e-12)
    # Student's t with 29 degrees of freedom: 2.0452.
    reach = 2.04523 * se
    assert (got.low, got.high) == pytest.approx((0.35 - reach, 0.35 + reach), abs=1e-5)
    assert got.p_value == pytest.approx(2 * stats.t.sf(0.35 / se, 29))
    # log 2.4 has variance .4 / 6 + .75 / 5, times 30 / 29.
    width = 2.04523 * np.sqrt((0.4 / 6 + 0.75 / 5) * 30 / 29)
    ratios = (got.risk_ratio_low, got.risk_ratio, got.risk_ratio_high)
    assert ratios == pytest.approx((2.4 * np.exp(-width), 2.4, 2.4 * np.exp(width)), rel=1e-4)
    assert (got.n, got.n_exposed, got.clusters) == (30, 10, 30)
    assert (got.events_exposed, got.events_unexposed) == (6, 5)
    assert got.specification == "arm means, no covariates"
    assert got.events_per_term is None


@pytest.mark.parametrize("estimator", [risk_difference, aipw, ipw])
def test_one_covariate_by_hand(estimator):
    """With one yes/no covariate, all estimators average the differences of its two strata."""
    got = estimator(STRATA, covariates=["z"], **NAMES)
    # Strata of 100 people each. Differences .25 - .20 = .05 and .60 - .50 = .10; mean .075.
    assert got.estimate == pytest.approx(0.075, abs=1e-9)
    assert (got.risk_exposed, got.risk_unexposed) == pytest.approx((0.425, 0.35), abs=1e-9)
    # Cells, each weighing a half, plus the spread of the two differences over 200 people.
    inside = 0.25 * 0.75 / 40 + 0.2 * 0.8 / 60 + 0.6 * 0.4 / 60 + 0.5 * 0.5 / 40
    variance = 0.25 * inside + 0.025**2 / 200
    assert got.std_error == pytest.approx(np.sqrt(variance * 200 / 199), rel=1e-7)
    if estimator is ipw:
        assert got.events_per_term == pytest.approx(100)  # exposed, over the covariate alone
        assert got.specification == "exposure: logistic, main effects (1 covariate)"
    else:
        # 78 events over exposure, covariate and their product.
        assert got.events_per_term == pytest.approx(26)
        assert "exposure x covariate interactions (1 covariate)" in got.specification


def test_crude_error_equals_clustered_least_squares():
    """The error is that of a clustered regression without its factor (N - 1) / (N - K)."""
    data = confounded(3, n=400, clusters=40)
    got = crude_risk_difference(data, **NAMES)
    fit = sm.OLS(data["y"], sm.add_constant(data["a"])).fit(
        cov_type="cluster", cov_kwds={"groups": data["g"]}
    )
    assert got.estimate == pytest.approx(fit.params["a"], rel=1e-10)
    assert got.std_error == pytest.approx(fit.bse["a"] / np.sqrt(399 / 398), rel=1e-10)
    assert got.clusters == 40


def test_error_equals_stacked_estimating_equations():
    """The influence function is the sandwich of score and means stacked, derived numerically."""
    data = confounded(4, n=300, clusters=30)
    got = risk_difference(data, covariates=["z"], **NAMES)
    y, a, z = (data[name].to_numpy(dtype=float) for name in ("y", "a", "z"))

    def design(arm):
        return np.column_stack([np.ones(len(z)), arm, z, arm * z])

    def equations(theta):
        beta, one, zero = theta[:4], theta[4], theta[5]
        scores = design(a) * (y - expit(design(a) @ beta))[:, None]
        means = [expit(design(np.full(len(z), v)) @ beta) - m for v, m in ((1.0, one), (0.0, zero))]
        return np.column_stack([scores, *means])

    fit = sm.Logit(y, design(a)).fit(disp=0)
    theta = np.concatenate([fit.params, [got.risk_exposed, got.risk_unexposed]])
    assert equations(theta).sum(axis=0) == pytest.approx(np.zeros(6), abs=1e-7)
    bread = np.linalg.inv(approx_fprime(theta, lambda t: equations(t).sum(axis=0), centered=True))
    sums = pd.DataFrame(equations(theta)).groupby(data["g"]).sum().to_numpy()
    covariance = bread @ (sums.T @ sums * 30 / 29) @ bread.T
    contrast = np.array([0, 0, 0, 0, 1, -1])
    assert got.std_error == pytest.approx(np.sqrt(contrast @ covariance @ contrast), rel=1e-6)


@pytest.mark.parametrize("estimator", [risk_difference, aipw, ipw])
def test_error_agrees_with_a_bootstrap_of_whole_clusters(estimator):
    """250 resamples of 60 clusters spread as the standard error says."""
    data = confounded(5, n=600, clusters=60)
    rng = np.random.default_rng(6)
    members = [np.flatnonzero(data["g"] == g) for g in range(60)]
    estimates = []
    for _ in range(250):
        rows = [members[g] for g in rng.integers(0, 60, 60)]
        drawn = data.iloc[np.concatenate(rows)]
        drawn = drawn.assign(g=np.repeat(np.arange(60), [len(r) for r in rows]))
        estimates.append(estimator(drawn, covariates=["z"], **NAMES).estimate)
    got = estimator(data, covariates=["z"], **NAMES).std_error
    # The spread of 250 draws has itself an error of 1 / sqrt(500) = 4.5 %; three of them, and 5 %
    # for the two methods' different terms of smaller order.
    assert got == pytest.approx(np.std(estimates, ddof=1), rel=0.185)


@pytest.mark.parametrize("estimator", [crude_risk_difference, risk_difference, aipw, ipw])
def test_doubling_rows_inside_their_cluster_adds_nothing(estimator):
    """A second copy in the same cluster leaves estimate and error; as a new cluster it does not."""
    data = confounded(7, n=400, clusters=50)
    options = NAMES if estimator is crude_risk_difference else NAMES | {"covariates": ["z"]}
    once = estimator(data, **options)
    twice = estimator(pd.concat([data, data]), **options)
    assert twice.estimate == pytest.approx(once.estimate, abs=1e-9)
    assert twice.std_error == pytest.approx(once.std_error, rel=1e-7)
    apart = estimator(pd.concat([data, data.assign(g=data["g"] + 50)]), **options)
    # Half the variance, and 100 / 99 in place of 50 / 49.
    factor = np.sqrt(0.5 * (100 / 99) / (50 / 49))
    assert apart.std_error == pytest.approx(once.std_error * factor, rel=1e-7)


def test_recovers_the_truth_where_the_crude_difference_is_too_large():
    """Over 80 confounded samples, crude is far too high; the adjusted ones are right on average."""
    truth = true_difference(lambda z, a: expit(-1 + z + 0.5 * a))
    crude, adjusted, robust, errors = [], [], [], []
    for seed in range(80):
        data = confounded(1000 + seed)
        crude.append(crude_risk_difference(data, **NAMES).estimate)
        fitted = risk_difference(data, covariates=["z"], **NAMES)
        adjusted.append(fitted.estimate)
        errors.append(fitted.std_error)
        robust.append(aipw(data, covariates=["z"], **NAMES).estimate)
    assert np.mean(crude) - truth > 10 * np.std(crude) / np.sqrt(80)
    for estimates in (adjusted, robust):
        assert abs(np.mean(estimates) - truth) < 3 * np.std(estimates, ddof=1) / np.sqrt(80)
    # The spread of 80 estimates is known to 8 %; three times that.
    assert np.mean(errors) == pytest.approx(np.std(adjusted, ddof=1), rel=0.24)


def test_doubly_robust_is_right_where_the_outcome_model_is_wrong():
    """Where risk is high in the middle only, the right propensity rescues AIPW alone."""

    def risk(z, a):
        return expit(-2 + 3 * (np.abs(z - 0.7) < 0.7) + 0.5 * a)

    rng, straight, robust = np.random.default_rng(11), [], []
    for _ in range(60):
        z = rng.normal(size=2000)
        a = (rng.random(2000) < expit(z)).astype(int)
        y = (rng.random(2000) < risk(z, a)).astype(int)
        data = pd.DataFrame({"z": z, "a": a, "y": y, "g": range(2000)})
        straight.append(risk_difference(data, covariates=["z"], **NAMES).estimate)
        robust.append(aipw(data, covariates=["z"], **NAMES).estimate)
    off = np.array([np.mean(straight), np.mean(robust)]) - true_difference(risk)
    errors = np.array([np.std(straight), np.std(robust)]) / np.sqrt(60)
    assert abs(off[1]) < 3 * errors[1]
    assert abs(off[0]) > 3 * errors[0]


def test_no_effect_is_found_as_often_as_promised():
    """Without an effect, 95 % intervals miss zero in about 5 of 100 samples."""
    missed = [
        risk_difference(confounded(seed, n=300, effect=0), covariates=["z"], **NAMES).p_value < 0.05
        for seed in range(200)
    ]
    # 5 % of 200 is 10, with a standard deviation of 3.1; three of them.
    assert 1 <= sum(missed) <= 19


@pytest.mark.parametrize("estimator", [risk_difference, aipw, ipw])
@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_and_direction_of_the_comparison(estimator, seed):
    """Shuffled rows change nothing; swapping the arms turns the sign and nothing else."""
    data = confounded(seed, n=400, clusters=80)
    kept = data.copy()
    got = estimator(data, covariates=["z"], **NAMES)
    shuffled = estimator(data.sample(frac=1, random_state=seed), covariates=["z"], **NAMES)
    swapped = estimator(data.assign(a=1 - data["a"]), covariates=["z"], **NAMES)
    assert shuffled.estimate == pytest.approx(got.estimate, abs=1e-9)
    assert shuffled.std_error == pytest.approx(got.std_error, rel=1e-8)
    assert swapped.estimate == pytest.approx(-got.estimate, abs=1e-8)
    assert swapped.std_error == pytest.approx(got.std_error, rel=1e-7)
    pd.testing.assert_frame_equal(data, kept)


def test_aipw_reports_its_weights():
    """The diagnostics of the propensity come with the result; other estimators leave them empty."""
    got = aipw(STRATA, covariates=["z"], **NAMES)
    # Propensities .4 and .6: weights 2.5 (40 rows) and 5/3 (60 rows) in each arm.
    assert got.max_weight == pytest.approx(2.5)
    effective = (40 * 2.5 + 60 * 5 / 3) ** 2 / (40 * 2.5**2 + 60 * (5 / 3) ** 2)
    assert (got.effective_exposed, got.effective_unexposed) == pytest.approx((effective, effective))
    assert got.trimmed_share == 0
    assert got.specification.startswith("outcome: logistic, ")
    assert ". exposure: logistic, main effects (1 covariate)" in got.specification
    assert risk_difference(STRATA, covariates=["z"], **NAMES).max_weight is None


def test_ipw_error_equals_stacked_estimating_equations():
    """The influence function is that of scores and weighted means stacked, derived numerically."""
    data = confounded(8, n=300, clusters=30)
    got = ipw(data, covariates=["z"], **NAMES)
    y, a, z = (data[name].to_numpy(dtype=float) for name in ("y", "a", "z"))
    design = np.column_stack([np.ones(len(z)), z])

    def equations(theta):
        # The score of the propensity is kept within its limits, where it no longer moves.
        score = np.clip(expit(design @ theta[:2]), 0.02, 0.98)
        raw = design * (a - expit(design @ theta[:2]))[:, None]
        means = [a / score * (y - theta[2]), (1 - a) / (1 - score) * (y - theta[3])]
        return np.column_stack([raw, *means])

    fit = sm.Logit(a, design).fit(disp=0)
    theta = np.concatenate([fit.params, [got.risk_exposed, got.risk_unexposed]])
    assert equations(theta).sum(axis=0) == pytest.approx(np.zeros(4), abs=1e-7)
    bread = np.linalg.inv(approx_fprime(theta, lambda t: equations(t).sum(axis=0), centered=True))
    sums = pd.DataFrame(equations(theta)).groupby(data["g"]).sum().to_numpy()
    covariance = bread @ (sums.T @ sums * 30 / 29) @ bread.T
    contrast = np.array([0, 0, 1, -1])
    assert got.std_error == pytest.approx(np.sqrt(contrast @ covariance @ contrast), rel=1e-6)


def test_ipw_needs_the_propensity_only_and_says_how_much_it_limited():
    """One arm without events is allowed, risks stay in 0 to 1, far scores are limited."""
    data = confounded(9, n=900).assign(z=lambda t: 4 * t["z"])
    data["a"] = (np.random.default_rng(9).random(900) < expit(data["z"])).astype(int)
    data["y"] = data["y"] * data["a"]
    got = ipw(data, covariates=["z"], **NAMES)
    share = (np.abs(data["z"]) > np.log(49)).mean()  # a score of .98 is odds of 49 to 1
    assert got.trimmed_share == pytest.approx(share, abs=0.05)
    assert share > 0.2
    assert got.max_weight <= 50
    assert got.risk_unexposed == 0
    assert 0 < got.risk_exposed < 1
    assert (got.risk_ratio, got.risk_ratio_low) == (None, None)


def test_a_risk_of_zero_leaves_the_ratio_open():
    """Zero among the unexposed gives no ratio, zero among the exposed a ratio without interval."""
    none_unexposed = crude_risk_difference(cells((1, 0, 20, 5), (0, 0, 20, 0)), **NAMES)
    assert none_unexposed.risk_ratio is None
    none_exposed = crude_risk_difference(cells((1, 0, 20, 0), (0, 0, 20, 5)), **NAMES)
    assert none_exposed.risk_ratio == 0
    assert none_exposed.risk_ratio_low is None
    assert none_exposed.risk_ratio_high is None
    assert none_exposed.estimate == pytest.approx(-0.25)


def test_a_wider_level_gives_a_wider_interval():
    """The level moves the limits and nothing else."""
    narrow = risk_difference(STRATA, covariates=["z"], level=0.90, **NAMES)
    wide = risk_difference(STRATA, covariates=["z"], level=0.99, **NAMES)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert wide.p_value == narrow.p_value


def test_refuses_a_level_and_arms_without_variation():
    """A level is a share, and a perfect split of the outcome has no standard error."""
    with pytest.raises(ModelError, match="risk_difference: expected a confidence level between 0"):
        risk_difference(STRATA, covariates=[], level=95, **NAMES)
    with pytest.raises(ModelError, match=r"outcome varies, got risks 1 and 0, which have no"):
        crude_risk_difference(cells((1, 0, 9, 9), (0, 0, 9, 0)), **NAMES)
