"""Absorbed effects: equal to one indicator a value, with all that is left out counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from workbench.errors import ModelError
from workbench.models import absorbed
from workbench.models.absorbed import fixed_effects_ols, fixed_effects_poisson

NAMES = {"outcome": "y", "clusters": "g", "absorb": ["g", "t"]}
BOTH = [fixed_effects_poisson, fixed_effects_ols]


def panel(seed=1, *, people=20, days=6):
    """Person-days; the person's level moves both `x` and the counts; the slope is 0.4."""
    rng = np.random.default_rng(seed)
    g, t = np.divmod(np.arange(people * days), days)
    level = rng.normal(size=people)[g]
    x, z = rng.normal(size=len(g)) + level, rng.normal(size=len(g))
    y = rng.poisson(np.exp(1 + 0.4 * x + 0.8 * level))
    return pd.DataFrame({"y": y, "x": x, "z": z, "g": g, "t": t})


def indicators(data):
    """A design of the covariates and one indicator for each further person and day."""
    wide = pd.get_dummies(data, columns=["g", "t"], drop_first=True, dtype=float)
    return sm.add_constant(wide.drop(columns="y"))


def test_poisson_equals_one_indicator_a_value():
    """Terms, likelihood, dispersion and clustered errors are those of the full design."""
    data = panel()
    got = fixed_effects_poisson(data, covariates=["x", "z"], **NAMES)
    model = sm.GLM(data["y"], indicators(data), family=sm.families.Poisson())
    fit = model.fit(tol=1e-12, cov_type="cluster", cov_kwds={"groups": data["g"]})
    assert got.table["estimate"].tolist() == pytest.approx(fit.params[["x", "z"]].tolist())
    assert got.loglik == pytest.approx(fit.llf)
    assert got.dispersion == pytest.approx(fit.pearson_chi2 / fit.df_resid)
    # statsmodels counts all 27 columns; here the 2 terms and 6 days, not the persons' effects.
    factor = np.sqrt((120 - 27) / (120 - 8))
    errors = (fit.bse[["x", "z"]] * factor).tolist()
    assert got.table["std_error"].tolist() == pytest.approx(errors, rel=1e-5)
    reach = stats.t.ppf(0.975, 19) * got.table["std_error"][0]
    assert got.table["high"][0] == pytest.approx(got.table["estimate"][0] + reach)
    assert got.table["rate_ratio"].tolist() == pytest.approx(
        np.exp(fit.params[["x", "z"]]).tolist()
    )
    assert got.specification == "Poisson, g, t absorbed, errors clustered by g"
    assert (got.n, got.clusters, got.absorbed) == (120, 20, ("g", "t"))
    assert (got.singletons, got.separated) == (0, 0)


def test_least_squares_equals_one_indicator_a_value():
    """The same for least squares, whose estimate has the unit of the outcome."""
    data = panel().assign(y=lambda t: t["y"] / 3)
    got = fixed_effects_ols(data, covariates=["x", "z"], **NAMES)
    fit = sm.OLS(data["y"], indicators(data)).fit(
        cov_type="cluster", cov_kwds={"groups": data["g"]}
    )
    assert got.table["estimate"].tolist() == pytest.approx(fit.params[["x", "z"]].tolist())
    errors = (fit.bse[["x", "z"]] * np.sqrt((120 - 27) / (120 - 8))).tolist()
    assert got.table["std_error"].tolist() == pytest.approx(errors)
    assert got.loglik == pytest.approx(fit.llf)
    assert got.dispersion == pytest.approx(fit.mse_resid)
    assert got.specification == "least squares, g, t absorbed, errors clustered by g"
    assert "rate_ratio" not in got.table


def test_two_days_a_person_by_hand():
    """With two days, least squares within persons is that of their changes."""
    data = pd.DataFrame(
        {"g": [1, 1, 2, 2, 3, 3], "t": [0, 1] * 3, "x": [0, 1, 5, 7, 9, 9], "y": [2, 5, 1, 5, 4, 3]}
    )
    got = fixed_effects_ols(data, outcome="y", covariates=["x"], absorb=["g"], clusters="g")
    # Changes of x 1 2 0, of y 3 4 -1: slope (3 + 8) / 5.
    assert got.table["estimate"].tolist() == pytest.approx([2.2])
    # Left of the changes .8 -.4 -1; scores about the person's mean .4 -.4 0, curvature 2.5;
    # times 3 / 2 x 5 / 4, for a term and a constant.
    se = np.sqrt(0.32 / 2.5**2 * 3 / 2 * 5 / 4)
    assert got.table["std_error"].tolist() == pytest.approx([se])


def test_what_holds_no_information_is_counted():
    """Persons without events, rows alone, and zeros that a term separates change nothing."""
    data = panel(2)
    data = data[data.groupby("g")["y"].transform("sum") > 0]
    got = fixed_effects_poisson(data, covariates=["x"], **NAMES)
    silent = pd.DataFrame({"y": 0, "x": [1.0, 2, 3], "z": 0.0, "g": 77, "t": [0, 1, 2]})
    alone = pd.DataFrame({"y": [4], "x": 2.0, "z": 0.0, "g": 78, "t": [3]})
    more = fixed_effects_poisson(pd.concat([silent, data, alone]), covariates=["x"], **NAMES)
    assert (got.separated, got.singletons, got.n) == (0, 0, len(data))
    assert (more.separated, more.singletons, more.n) == (3, 1, len(data))
    assert more.clusters == got.clusters
    assert more.table["estimate"].tolist() == pytest.approx(got.table["estimate"].tolist())
    line = fixed_effects_ols(pd.concat([data, alone]), covariates=["x"], **NAMES)
    assert (line.separated, line.singletons, line.n) == (0, 1, len(data))


@pytest.mark.parametrize("model", BOTH)
def test_order_units_and_labels(model):
    """Order and names of groups do not matter, and units carry through."""
    data = panel(3)
    kept = data.copy()
    got = model(data, covariates=["x", "z"], **NAMES)
    other = data.assign(x=1e6 * data["x"] + 1e8, g=data["g"].map("person {}".format))
    other = model(other.sample(frac=1, random_state=1), covariates=["x", "z"], **NAMES)
    for name in ("estimate", "std_error"):
        scaled = (other.table[name] * [1e6, 1]).tolist()
        assert scaled == pytest.approx(got.table[name].tolist(), rel=1e-5)
    pd.testing.assert_frame_equal(data, kept)


def test_within_persons_the_level_does_not_confound():
    """The persons' level biases a pooled slope and leaves the absorbed one alone."""
    within = [
        fixed_effects_poisson(panel(seed), covariates=["x"], **NAMES).table["estimate"][0]
        for seed in range(10)
    ]
    assert abs(np.mean(within) - 0.4) < 3 * np.std(within, ddof=1) / np.sqrt(10)


GOOD = panel(4, people=8)


@pytest.mark.parametrize("model", BOTH)
@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (GOOD.drop(columns="t"), {}, "a column t, got y, x, z, g. Choose"),
        (GOOD.assign(y=None), {}, "a value in every row, got empty ones in y"),
        (GOOD.assign(t=None), {}, "a value in every row, got empty ones in t"),
        (GOOD.assign(y=np.inf), {}, "a number in every row of y, got 48 empty or infinite"),
        (GOOD.assign(x=np.inf), {}, "finite numbers, got infinite ones in x. Cap"),
        (GOOD.assign(x=1), {}, "covariates that vary, got one value only in x"),
        (GOOD, {"absorb": []}, "at least one covariate and one column to absorb, got 1 and 0"),
        (GOOD, {"covariates": []}, "at least one covariate and one column to absorb, got 0 and 2"),
        (GOOD.assign(q=1), {"absorb": ["q"]}, "at least two different labels in q, got one"),
        (GOOD.assign(q=1), {"clusters": "q"}, "at least two different labels in q, got one"),
        (GOOD.assign(x=lambda t: t["g"] ** 2), {}, "covariates that vary within g, t, got any of"),
        (GOOD.assign(q=lambda t: t["g"] ** 2), {"covariates": ["x", "q"]},
         "covariates that vary within g, t, got q without"),
        (GOOD.assign(q=range(48)), {"absorb": ["q"]}, "rows of at least two clusters that hold"),
        (GOOD, {"level": 7}, "a confidence level between 0 and 1, got 7"),
    ],
)  # fmt: skip
def test_refuses_data_that_do_not_allow_the_model(model, data, options, message):
    """Each broken table is one line that says where, what was expected and what was found."""
    with pytest.raises(ModelError, match=f"{model.__name__}: expected {message}"):
        model(data, **{"covariates": ["x"]} | NAMES | options)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (GOOD.assign(y=0.5), "whole numbers from 0 in y, got 0.5. Count"),
        (GOOD.assign(x=lambda t: t["x"] * 1e-12), "rate ratios that a computer can hold, got exp"),
        (GOOD.assign(y=0), "events in y, got 0 in all 48 rows. Choose"),
        (GOOD.assign(y=GOOD["y"] * (GOOD["g"] == 1)), "rows of at least two clusters that hold"),
    ],
)
def test_refuses_what_is_no_count(data, message):
    """Counts are whole, some are above zero, and in more than one person."""
    with pytest.raises(ModelError, match=f"fixed_effects_poisson: expected {message}"):
        fixed_effects_poisson(data, covariates=["x"], **NAMES)


@pytest.mark.parametrize(
    ("model", "y"),
    [
        (fixed_effects_ols, lambda t: 2 * t["x"] + t["g"]),
        (fixed_effects_ols, lambda t: t["g"] + t["t"]),
        (fixed_effects_poisson, lambda t: (t["g"] + 1) * (t["t"] + 1)),
        *((model, y) for model in BOTH for y in (1, lambda t: t["t"] % 2, lambda t: t["t"] + 1)),
    ],
)
@pytest.mark.parametrize("share", [1, 0.7])
def test_refuses_an_outcome_that_the_terms_fix(model, y, share):
    """No residuals, no error: constant, by person and day, whether or not all days are there."""
    data = GOOD.assign(y=y).sample(frac=share, random_state=1)
    with pytest.raises(ModelError, match="expected an outcome that the terms do not fix exactly"):
        model(data, covariates=["x"], **NAMES)


@pytest.mark.parametrize("model", BOTH)
def test_refuses_to_absorb_the_outcome(model):
    """A column of the outcome's own values explains all of it."""
    with pytest.raises(ModelError, match="expected an outcome that the terms do not fix exactly"):
        model(panel(4).assign(t=lambda t: t["y"]), covariates=["x"], **NAMES)


@pytest.mark.parametrize("model", BOTH)
def test_refuses_clusters_that_agree_exactly(model):
    """Two clusters whose scores are both 0 leave the slope without an error."""
    half = GOOD[GOOD["g"] < 4]
    data = pd.concat([half, half], keys=[1, 2], names=["k"]).reset_index(level="k")
    data["g"] = data["g"] + 10 * data["k"]
    with pytest.raises(ModelError, match="expected clusters that disagree about every term, got a"):
        model(data, covariates=["x"], outcome="y", absorb=["g"], clusters="k")


def test_a_term_that_separates_the_zeros_is_refused():
    """A term that is on only where there are no events has no estimate left."""
    data = GOOD.assign(q=lambda t: ((t["y"] == 0) & (t["x"] < 0)).astype(float))
    with pytest.raises(ModelError, match=r"fixed_effects_poisson: expected covariates .* got q w"):
        fixed_effects_poisson(data, covariates=["x", "q"], **NAMES)


def test_no_convergence_is_an_error(monkeypatch):
    """A fit stopped too early says that it found no highest likelihood."""
    monkeypatch.setattr(absorbed, "_STEPS", 1)
    with pytest.raises(ModelError, match="fixed_effects_poisson: expected convergence within 1"):
        fixed_effects_poisson(GOOD, covariates=["x"], **NAMES)
