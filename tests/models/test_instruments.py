"""Instrumental variables: by hand, against linearmodels, and honest where instruments are weak."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IV2SLS, IVGMM
from scipy import stats

from workbench.errors import ModelError
from workbench.models.instruments import WEAK_F, two_stage_least_squares

NAMES = {"outcome": "y", "exposure": "d", "instruments": ["z"]}


def drawn(seed, *, n=400, strength=1.0, effect=0.5, clusters=None, instruments=1):
    """An unmeasured `u` raises exposure and outcome; the instruments move the exposure only."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % (clusters or n)
    u = rng.normal(size=n) + rng.normal(size=n)[group]
    data = pd.DataFrame({"w": rng.normal(size=n), "g": group})
    d = u + 0.5 * data["w"] + rng.normal(size=n)
    for i in range(instruments):
        z = rng.normal(size=n) + 0.3 * data["w"]
        data["z" if i == 0 else f"z{i + 1}"] = z
        d = d + strength * z
    return data.assign(d=d, y=effect * d + u - data["w"] + rng.normal(size=n))


def test_wald_ratio_by_hand():
    """With one yes/no instrument, the effect is the ratio of two differences of means."""
    data = pd.DataFrame({"z": [0, 0, 0, 0, 1, 1, 1, 1], "d": [0, 0, 1, 1, 1, 1, 2, 2]})
    data["y"] = [1, 2, 3, 4, 4, 5, 5, 8]
    got = two_stage_least_squares(data, **NAMES)
    # Outcome 5.5 - 2.5 = 3, exposure 1.5 - 0.5 = 1.
    assert got.estimate == pytest.approx(3)
    # Residuals of y - 3 d about 1: 0 1 -1 0 | 0 1 -2 1. The slope's error is the root of
    # (2 / 16 + 6 / 16) / 1^2, times 8 / (8 - 2) for HC1.
    se = np.sqrt((2 + 6) / 16 * 8 / 6)
    assert got.std_error == pytest.approx(se)
    assert got.high == pytest.approx(3 + stats.t.ppf(0.975, 6) * se)
    assert got.p_value == pytest.approx(2 * stats.t.sf(3 / se, 6))
    # Exposure: variance .25 in each half, so F = 1 / (2 x .25 / 4 x 8 / 6) = 6. Its sum of
    # squares about 1 is 4, of which 2 is left within the halves.
    assert got.first_stage_f == pytest.approx(6)
    assert got.partial_r2 == pytest.approx(0.5)
    assert got.weak == (
        "The first-stage F is 6.0, below 104.7: the instruments move the exposure too little to "
        "trust the usual interval. Read the Anderson-Rubin interval, which is right whatever F is."
    )
    assert got.sargan is None
    assert got.hansen is None
    assert got.errors == "HC1"
    assert (got.n, got.clusters) == (8, None)
    assert got.table["term"].tolist() == ["intercept", "d"]
    assert got.table["estimate"].tolist() == pytest.approx([1, 3])


def test_anderson_rubin_by_hand():
    """The limits are where the two-sample test of outcome - effect x exposure turns significant."""
    data = pd.DataFrame({"z": [0, 0, 0, 0, 1, 1, 1, 1], "d": [0, 0, 1, 1, 1, 1, 2, 2]})
    data["y"] = [1, 2, 3, 4, 4, 5, 5, 8]
    got = two_stage_least_squares(data, **NAMES, level=0.8)
    ((low, high),) = got.anderson_rubin
    # Sums of squares in the two halves: y 5 and 9, d 1 and 1, yd 2 and 2. Mean difference 3 - b.
    for limit in (low, high):
        variance = (14 - 2 * 4 * limit + 2 * limit**2) / 16 * 8 / 6
        assert (3 - limit) ** 2 / variance == pytest.approx(stats.f.ppf(0.8, 1, 6))
    assert low < 3 < high
    variance = 14 / 16 * 8 / 6
    assert got.anderson_rubin_p == pytest.approx(stats.f.sf(9 / variance, 1, 6))
    assert f"from {low:.3g} to {high:.3g} are compatible" in got.anderson_rubin_says


@pytest.mark.parametrize("clusters", [None, "g"])
@pytest.mark.parametrize("instruments", [["z"], ["z", "z2", "z3"]])
def test_agrees_with_linearmodels(clusters, instruments):
    """Coefficients, errors and over-identification tests are those of another program."""
    data = drawn(1, clusters=40, instruments=3)
    got = two_stage_least_squares(
        data, outcome="y", exposure="d", instruments=instruments, covariates=["w"],
        clusters=clusters,
    )  # fmt: skip
    parts = (data["y"], data[["w"]].assign(intercept=1.0), data[["d"]], data[instruments])
    how = {"cov_type": "robust"}
    if clusters:
        how = {"cov_type": "clustered", "clusters": data["g"]}
    fit = IV2SLS(*parts).fit(debiased=True, **how)
    table = got.table.set_index("term")
    assert table["estimate"][fit.params.index].tolist() == pytest.approx(fit.params.tolist())
    assert table["std_error"][fit.params.index].tolist() == pytest.approx(
        fit.std_errors.tolist(), rel=1e-6
    )
    assert got.partial_r2 == pytest.approx(fit.first_stage.diagnostics["partial.rsquared"]["d"])
    if len(instruments) == 1:
        return
    assert got.sargan.chi2 == pytest.approx(fit.sargan.stat)
    assert (got.sargan.df, got.sargan.p_value) == (2, pytest.approx(fit.sargan.pval))
    if clusters is None:
        # Two-step GMM with robust weights, not centred.
        gmm = IVGMM(*parts, weight_type="robust").fit(iter_limit=2)
        assert got.hansen.chi2 == pytest.approx(gmm.j_stat.stat, rel=1e-6)
        assert got.hansen.p_value == pytest.approx(gmm.j_stat.pval, rel=1e-5)


def test_hansen_of_clusters_of_one_row_is_that_of_rows():
    """Where each row is its own cluster, clustering changes nothing in Hansen's test."""
    data = drawn(2, instruments=2)
    options = NAMES | {"instruments": ["z", "z2"], "covariates": ["w"]}
    rows = two_stage_least_squares(data, **options)
    alone = two_stage_least_squares(data, **options, clusters="g")
    assert alone.hansen.chi2 == pytest.approx(rows.hansen.chi2)
    assert alone.std_error == pytest.approx(rows.std_error * np.sqrt(400 / 399 * 399 / 400))


def test_search_and_quadratic_agree():
    """A second instrument of no use at all leaves a searched interval near the exact one."""
    data = drawn(3, n=3000)
    exact = two_stage_least_squares(data, **NAMES)
    noise = np.random.default_rng(4).normal(size=3000)
    both = two_stage_least_squares(data.assign(q=noise), **NAMES | {"instruments": ["z", "q"]})
    ((low, high),), ((far_low, far_high),) = exact.anderson_rubin, both.anderson_rubin
    # One more degree of freedom makes it wider: roots of 3.00 x 2 in place of 3.84 are 1.25 apart.
    assert (far_high - far_low) / (high - low) == pytest.approx(1.25, abs=0.15)
    assert abs(far_low - low) < high - low


@pytest.mark.parametrize("instruments", [["z"], ["z", "z2"]])
def test_every_limit_is_where_the_test_turns(instruments):
    """At each limit the test's p-value is 5 %, whatever shape the segments have."""
    shapes = set()
    for seed in range(25):
        data = drawn(seed, n=60, strength=0.15, instruments=2)
        options = NAMES | {"instruments": instruments, "covariates": ["w"]}
        got = two_stage_least_squares(data, **options)
        shapes.add(tuple((low is None, high is None) for low, high in got.anderson_rubin))
        for limit in [
            edge for segment in got.anderson_rubin for edge in segment if edge is not None
        ]:
            moved = data.assign(y=data["y"] - limit * data["d"])
            shifted = two_stage_least_squares(moved, **options)
            assert shifted.anderson_rubin_p == pytest.approx(0.05, abs=1e-4)
    # A bounded segment, the whole line, and two rays with a gap all occur.
    assert {((False, False),), ((True, True),), ((True, False), (False, True))} <= shapes


def test_a_useless_instrument_says_nothing():
    """Where the instrument does not move the exposure, no effect is excluded, and it is said."""
    got = two_stage_least_squares(drawn(5, strength=0), **NAMES, covariates=["w"])
    assert got.weak is not None
    assert got.anderson_rubin == ((None, None),)
    assert got.anderson_rubin_says.startswith("Every effect is compatible with the data at 95 %")


def test_rays_and_contradictions_in_words():
    """Two rays are joined by “or”; instruments that contradict each other leave no effect."""
    for seed in range(40):
        got = two_stage_least_squares(drawn(seed, n=60, strength=0.15), **NAMES)
        if len(got.anderson_rubin) == 2:
            break
    (_, high), (low, _) = got.anderson_rubin
    assert f"Effects up to {high:.3g} or from {low:.3g} up are" in got.anderson_rubin_says
    data = drawn(6, n=2000, instruments=2).assign(y=lambda t: t["y"] + 3 * t["z2"])
    got = two_stage_least_squares(data, **NAMES | {"instruments": ["z", "z2"]})
    assert got.anderson_rubin == ()
    assert got.anderson_rubin_says.startswith("No effect fits the instruments at 95 %")
    assert got.hansen.p_value < 1e-6
    assert got.sargan.p_value < 1e-6


def test_interval_covers_the_truth_where_instruments_are_weak():
    """Anderson-Rubin's segments hold the truth as promised, however weak the first stage."""
    held = 0
    for seed in range(100):
        data = drawn(100 + seed, n=100, strength=0.1)
        got = two_stage_least_squares(data, **NAMES, covariates=["w"])
        held += any(
            (low is None or low <= 0.5) and (high is None or high >= 0.5)
            for low, high in got.anderson_rubin
        )
    # 95 of 100 expected, with a standard deviation of 2.2; three of them.
    assert held >= 88


def test_an_f_that_used_to_pass_is_weak():
    """The limit is that of a 5 % t test: F of some tens carries the reason, F above it none."""
    some, strong = drawn(9, n=200, strength=0.6), drawn(9, n=2000)
    got = two_stage_least_squares(some, **NAMES, covariates=["w"])
    assert 10 < got.first_stage_f < WEAK_F
    assert "below 104.7" in got.weak
    got = two_stage_least_squares(strong, **NAMES, covariates=["w"])
    assert got.first_stage_f > WEAK_F
    assert got.weak is None


def test_to_select_on_f_is_a_selection():
    """Among samples of a weak instrument with F from 10 up, Wald misses the truth too often."""
    missed, held, samples = [], 0, 200
    for seed in range(samples):
        rng = np.random.default_rng(seed)
        z, u = rng.normal(size=(2, 100))
        d = 0.15 * z + u
        data = pd.DataFrame({"z": z, "d": d, "y": 0.9 * u + 0.4 * rng.normal(size=100)})
        got = two_stage_least_squares(data, **NAMES)
        held += got.anderson_rubin_p > 0.05
        if got.first_stage_f >= 10:
            assert got.weak is not None
            missed.append(not got.low <= 0 <= got.high)
    # 10 of 200 tests of a true effect of 0 should reject, with a standard deviation of 3.1.
    assert held >= samples - 10 - 3 * 3.1
    assert len(missed) >= 5
    assert np.mean(missed) > 0.4


def test_order_units_and_duplicated_rows():
    """Order does not matter, units carry through, a second copy in a cluster adds nothing."""
    data = drawn(7, clusters=40)
    options = NAMES | {"covariates": ["w"], "clusters": "g"}
    got = two_stage_least_squares(data, **options)
    kept = data.copy()
    shuffled = two_stage_least_squares(data.sample(frac=1, random_state=1), **options)
    assert shuffled.estimate == pytest.approx(got.estimate)
    assert shuffled.std_error == pytest.approx(got.std_error)
    scaled = two_stage_least_squares(
        data.assign(d=1e6 * data["d"] + 5e7, z=1e-3 * data["z"], w=100 - data["w"]), **options
    )
    assert scaled.estimate * 1e6 == pytest.approx(got.estimate)
    assert scaled.std_error * 1e6 == pytest.approx(got.std_error)
    assert scaled.anderson_rubin[0][0] * 1e6 == pytest.approx(got.anderson_rubin[0][0])
    assert scaled.first_stage_f == pytest.approx(got.first_stage_f)
    twice = two_stage_least_squares(pd.concat([data, data]), **options)
    # Only (N - 1) / (N - K) differs: 400 and 800 rows, 3 terms.
    factor = np.sqrt(799 / 797 / (399 / 397))
    assert twice.std_error == pytest.approx(got.std_error * factor)
    assert got.errors == "clustered by g"
    assert got.clusters == 40
    pd.testing.assert_frame_equal(data, kept)


GOOD = drawn(8, n=50)


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (GOOD, {"instruments": []}, "at least one instrument, got none. Name what"),
        (GOOD.drop(columns="z"), {}, "a column z, got w, g, d, y. Choose"),
        (GOOD.assign(y=np.nan), {}, "a value in every row, got empty ones in y. Drop"),
        (GOOD.assign(d=np.inf), {}, "a number in every row of d, got 50 empty or infinite"),
        (GOOD.assign(z=np.inf), {}, "finite numbers, got infinite ones in z. Cap"),
        (GOOD.assign(d=1), {}, "d to vary, got 1 in all 50 rows. Bring rows"),
        (GOOD.assign(y=2), {}, "y to vary, got 2 in all 50 rows. Bring rows"),
        (GOOD.assign(z=3), {}, "covariates that vary, got one value only in z. Leave"),
        (GOOD.assign(z=lambda t: t["w"] + 1), {"covariates": ["w"]},
         "covariates that do not repeat each other, got z, which follows"),
        (GOOD.assign(d=lambda t: 2 * t["z"]), {}, "d to vary given instruments .* got d fixed"),
        (GOOD.assign(y=lambda t: 1 - t["z"]), {}, "y to vary given instruments .* got y fixed"),
        (GOOD.assign(y=lambda t: 3 * t["d"] - 1), {}, "an outcome that the terms do not fix"),
        (GOOD.assign(g=1), {"clusters": "g"}, "at least two different labels in g, got one"),
        (GOOD.assign(g=lambda t: t["z"] > 0, q=GOOD["w"] ** 2),
         {"clusters": "g", "instruments": ["z", "q"]},
         "more clusters than the 2 instruments, got 2 in g. Use fewer"),
        (GOOD.head(2), {}, "more rows than the 2 terms, got 2 rows"),
        (GOOD, {"level": 95}, "a confidence level between 0 and 1, got 95"),
    ],
)  # fmt: skip
def test_refuses_data_that_do_not_allow_the_model(data, options, message):
    """Each broken table is one line that says where, what was expected and what was found."""
    with pytest.raises(ModelError, match=f"two_stage_least_squares: expected {message}"):
        two_stage_least_squares(data, **NAMES | options)
