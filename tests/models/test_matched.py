"""Comparisons within matched groups: by hand, and what they cannot tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit

from workbench.errors import ModelError
from workbench.models import matched
from workbench.models.matched import conditional_logit

NAMES = {"outcome": "y", "group": "g"}


def pairs(*counts):
    """Pairs of one row with and one without the outcome, from (x with, x without, pairs)."""
    rows = [pair for *pair, times in counts for _ in range(times)]
    x = np.array(rows, dtype=float).ravel()
    return pd.DataFrame({"y": [1, 0] * len(rows), "x": x, "g": np.repeat(np.arange(len(rows)), 2)})


def drawn(seed, *, groups=60, size=5):
    """Groups with a level of their own that also moves `x`; the true log odds ratio is 0.8."""
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(groups), size)
    level = rng.normal(size=groups)[g]
    x, z = rng.normal(size=len(g)) + level, rng.normal(size=len(g))
    y = (rng.random(len(g)) < expit(level - 1 + 0.8 * x - 0.3 * z)).astype(int)
    return pd.DataFrame({"y": y, "x": x, "z": z, "g": g})


def test_matched_pairs_by_hand():
    """With a yes/no covariate, the odds ratio is that of the discordant pairs."""
    got = conditional_logit(pairs((1, 0, 12), (0, 1, 4), (1, 1, 5)), covariates=["x"], **NAMES)
    # 12 against 4: odds ratio 3, variance of its log 1 / 12 + 1 / 4 under the model.
    assert got.table["odds_ratio"][0] == pytest.approx(3)
    assert got.table["model_std_error"][0] == pytest.approx(np.sqrt(1 / 12 + 1 / 4))
    # The 12 have score 1/4 each, the 4 have -3/4: 12 / 16 + 4 x 9 / 16 = 3, which is also the
    # curvature 16 x 3 / 16; so both errors agree but for 21 / 20 groups and 41 / 41 rows.
    se = np.sqrt((1 / 12 + 1 / 4) * 21 / 20)
    term = got.term("x")
    assert term.std_error == pytest.approx(se)
    assert term.high == pytest.approx(np.log(3) + stats.t.ppf(0.975, 20) * se)
    assert term.p_value == pytest.approx(2 * stats.t.sf(np.log(3) / se, 20))
    assert (term.n, term.clusters) == (42, 21)
    # Log likelihood: 12 log .75 + 4 log .25 + 5 log .5; with the term at zero 21 log .5.
    assert got.loglik == pytest.approx(12 * np.log(0.75) + 4 * np.log(0.25) + 5 * np.log(0.5))
    assert got.null_loglik == pytest.approx(21 * np.log(0.5))


def test_groups_that_say_nothing_are_counted():
    """Groups where all or none had the outcome change no estimate, and are reported."""
    telling = drawn(1, groups=30)
    sums = telling.groupby("g")["y"].transform("sum")
    telling = telling[(sums > 0) & (sums < 5)]
    silent = pd.DataFrame(
        {"y": [0, 0, 0, 1, 1], "x": 1.0, "z": [1, 2, 3, 4, 5], "g": [91] * 3 + [92] * 2}
    )
    alone = pd.DataFrame({"y": [0], "x": 3.0, "z": 1.0, "g": 93})
    without = conditional_logit(telling, covariates=["x", "z"], **NAMES)
    got = conditional_logit(pd.concat([silent, telling, alone]), covariates=["x", "z"], **NAMES)
    pd.testing.assert_frame_equal(got.table, without.table)
    assert (got.groups_without_outcome, got.groups_all_outcome, got.rows_left_out) == (2, 1, 6)
    assert (without.groups_without_outcome, without.groups_all_outcome) == (0, 0)
    assert (got.n, got.groups) == (len(telling), telling["g"].nunique())
    assert got.events == telling["y"].sum()


def test_recovers_what_a_pooled_model_confounds():
    """Groups' levels bias the pooled slope; within groups the truth is found."""
    within, pooled = [], []
    for seed in range(8):
        data = drawn(seed)
        within.append(conditional_logit(data, covariates=["x", "z"], **NAMES).table["estimate"][0])
        fit = sm.Logit(data["y"], sm.add_constant(data[["x", "z"]])).fit(disp=0)
        pooled.append(fit.params["x"])
    assert abs(np.mean(within) - 0.8) < 3 * np.std(within, ddof=1) / np.sqrt(8)
    assert np.mean(pooled) > 0.8 + 3 * np.std(pooled, ddof=1) / np.sqrt(8)


def test_order_units_and_group_constants():
    """Shuffled rows, other units and a shift of a whole group leave what they should."""
    data = drawn(2, groups=40)
    kept = data.copy()
    got = conditional_logit(data, covariates=["x", "z"], **NAMES)
    other = data.assign(x=1e5 * (data["x"] + 10 * data["g"]), g=data["g"].map("group {}".format))
    other = conditional_logit(other.sample(frac=1, random_state=3), covariates=["x", "z"], **NAMES)
    scale = np.array([1e5, 1])
    for name in ("estimate", "std_error"):
        assert (other.table[name] * scale).tolist() == pytest.approx(got.table[name].tolist())
    turned = conditional_logit(data.assign(y=1 - data["y"]), covariates=["x", "z"], **NAMES)
    assert turned.table["estimate"].tolist() == pytest.approx((-got.table["estimate"]).tolist())
    pd.testing.assert_frame_equal(data, kept)


GOOD = drawn(4, groups=20)
SEPARATED = pairs((3, 1, 4), (2, 1, 5), (2, 2, 3))


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (GOOD.drop(columns="x"), {}, "a column x, got y, z, g. Choose"),
        (GOOD.assign(g=None), {}, "a value in every row, got empty ones in g"),
        (GOOD.assign(y=2), {}, "only 0 and 1 in y, got 2"),
        (GOOD.assign(y=0), {}, "at least two groups of g with and without y, got 0. Bring"),
        (GOOD.assign(g=1), {}, "at least two different labels in g, got one"),
        (GOOD.assign(x=-np.inf), {}, "finite numbers, got infinite ones in x"),
        (GOOD.assign(x=7), {}, "covariates that vary, got one value only in x"),
        (GOOD.assign(x=lambda t: t["g"] / 7), {},
         "covariates that vary on their own within g, got x. Leave"),
        (GOOD.assign(q=lambda t: t["g"] - t["x"]), {"covariates": ["x", "q"]},
         "covariates that vary on their own within g, got q. Leave"),
        (GOOD, {"covariates": []}, "at least one covariate, got none. Name"),
        (GOOD, {"level": 1}, "a confidence level between 0 and 1, got 1"),
        (SEPARATED, {}, "rows with and without .* got x which separates them within"),
        (SEPARATED.assign(x=-SEPARATED["x"]), {}, "rows with and without .* got x which"),
        (pairs((1, 0, 1), (0, 1, 1)).assign(z=[1, 0, 0, 2], q=[5, 1, 2, 2], r=[1, 2, 3, 5]),
         {"covariates": ["x", "z", "q", "r"]}, "covariates that .*got r"),
        (pd.concat([GOOD, pd.DataFrame({"y": [1] + [0] * 500, "x": 1.0, "z": 1.0, "g": 99})]),
         {}, "groups of at most 500 rows in g, got one of 501. Draw"),
    ],
)  # fmt: skip
def test_refuses_data_that_do_not_allow_the_model(data, options, message):
    """Each broken table is one line that says where, what was expected and what was found."""
    with pytest.raises(ModelError, match=f"conditional_logit: expected {message}"):
        conditional_logit(data, **{"covariates": ["x"]} | NAMES | options)


def test_no_convergence_is_an_error(monkeypatch):
    """A fit stopped too early says that it found no highest likelihood."""
    monkeypatch.setattr(matched, "_STEPS", 1)
    with pytest.raises(ModelError, match="conditional_logit: expected convergence within 1 steps"):
        conditional_logit(GOOD, covariates=["x"], **NAMES)


def test_only_terms_of_the_model_can_be_asked_for():
    """The name of a term that is not there gives the list of those that are."""
    with pytest.raises(ModelError, match=r"MatchedFit\.term: expected one of x, got q"):
        conditional_logit(GOOD, covariates=["x"], **NAMES).term("q")
