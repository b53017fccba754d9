"""Counts: by hand, against statsmodels, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from workbench.errors import ModelError
from workbench.models import counts
from workbench.models.counts import negative_binomial, poisson

NAMES = {"outcome": "y", "clusters": "g"}


def drawn(seed, *, n=600, clusters=40, alpha=0.0):
    """Counts whose log mean has a slope of 0.4 in `x`, a level of the cluster, and `alpha`."""
    rng = np.random.default_rng(seed)
    g = np.arange(n) % clusters
    x, z = rng.normal(size=n), rng.normal(size=n)
    mean = np.exp(0.5 + 0.4 * x + 0.3 * rng.normal(size=clusters)[g])
    if alpha:
        mean = mean * rng.gamma(1 / alpha, alpha, size=n)
    return pd.DataFrame({"y": rng.poisson(mean), "x": x, "z": z, "g": g})


def two_arms(unexposed, exposed):
    """Counts of two arms, each row its own cluster."""
    y, a = unexposed + exposed, [0] * len(unexposed) + [1] * len(exposed)
    return pd.DataFrame({"y": y, "a": a, "g": range(len(y))})


def test_two_arms_by_hand():
    """With a yes/no covariate, the rate ratio is that of the two means."""
    got = poisson(two_arms([0, 1, 2, 1], [3, 1, 2, 2]), covariates=["a"], **NAMES)
    # Means 1 and 2. The log of a mean has variance sum (y - m)^2 / (sum y)^2: 2 / 16 and 2 / 64;
    # times 8 / 7 x 7 / 6 for 8 clusters, 8 rows and 2 terms.
    se = np.sqrt((2 / 16 + 2 / 64) * 8 / 6)
    term = got.term("a")
    assert term.estimate == pytest.approx(np.log(2))
    assert term.std_error == pytest.approx(se)
    assert term.low == pytest.approx(np.log(2) - stats.t.ppf(0.975, 7) * se)
    assert term.p_value == pytest.approx(2 * stats.t.sf(np.log(2) / se, 7))
    assert (term.n, term.clusters) == (8, 8)
    assert got.table["term"].tolist() == ["intercept", "a"]
    assert got.table["rate_ratio"].tolist() == pytest.approx([1, 2])
    assert got.table["rate_ratio_low"][1] == pytest.approx(np.exp(term.low))
    # Pearson: 2 / 1 + 2 / 2 = 3, over 8 - 2 rows.
    assert got.dispersion == pytest.approx(0.5)
    assert got.loglik == pytest.approx(
        stats.poisson.logpmf([0, 1, 2, 1], 1).sum() + stats.poisson.logpmf([3, 1, 2, 2], 2).sum()
    )
    assert got.specification == "Poisson, errors clustered by g"
    assert (got.alpha, got.absorbed, got.singletons, got.separated) == (None, (), 0, 0)


def test_without_clusters_rows_stand_for_themselves():
    """HC1 with Student's t of rows less terms; here the same error as one cluster a row."""
    data = two_arms([0, 1, 2, 1], [3, 1, 2, 2])
    got = poisson(data, outcome="y", covariates=["a"], clusters=None)
    se = np.sqrt((2 / 16 + 2 / 64) * 8 / 6)
    assert got.term("a").std_error == pytest.approx(se)
    assert got.term("a").high == pytest.approx(np.log(2) + stats.t.ppf(0.975, 6) * se)
    assert got.specification == "Poisson, errors HC1"
    assert got.clusters is None


@pytest.mark.parametrize("clusters", [None, "g"])
def test_poisson_agrees_with_statsmodels(clusters):
    """Coefficients and robust errors are those of a GLM with the same covariance."""
    data = drawn(1)
    got = poisson(data, outcome="y", covariates=["x", "z"], clusters=clusters)
    design = sm.add_constant(data[["x", "z"]])
    model = sm.GLM(data["y"], design, family=sm.families.Poisson())
    how = {"cov_type": "cluster", "cov_kwds": {"groups": data["g"]}}
    fit = model.fit(**how if clusters else {"cov_type": "HC0"})
    factor = 1 if clusters else 600 / 597  # for HC1, which a GLM does not have there
    assert got.table["estimate"].tolist() == pytest.approx(fit.params.tolist())
    assert got.table["std_error"].tolist() == pytest.approx((fit.bse * factor**0.5).tolist())
    assert got.covariance == pytest.approx(fit.cov_params().to_numpy() * factor)
    assert got.loglik == pytest.approx(fit.llf)
    assert got.dispersion == pytest.approx(fit.pearson_chi2 / fit.df_resid)


def test_negative_binomial_agrees_with_statsmodels():
    """Terms, alpha and their clustered errors are those of the joint likelihood."""
    data = drawn(2, alpha=0.6)
    got = negative_binomial(data, covariates=["x", "z"], **NAMES)
    fit = sm.NegativeBinomial(data["y"], sm.add_constant(data[["x", "z"]])).fit(
        disp=0, maxiter=500, gtol=1e-8, cov_type="cluster", cov_kwds={"groups": data["g"]}
    )
    assert got.table["estimate"].tolist() == pytest.approx(fit.params.tolist()[:3], abs=1e-5)
    assert got.table["std_error"].tolist() == pytest.approx(fit.bse.tolist()[:3], rel=1e-4)
    assert got.alpha == pytest.approx(fit.params["alpha"], rel=1e-4)
    assert got.alpha_std_error == pytest.approx(fit.bse["alpha"], rel=1e-3)
    assert got.loglik == pytest.approx(fit.llf, abs=1e-6)
    assert got.specification == "negative binomial (NB2), errors clustered by g"


def test_overdispersion_is_seen_and_modelled():
    """Poisson's dispersion shows that counts vary too much; the negative binomial takes it up."""
    plain, spread = drawn(3, clusters=600), drawn(3, alpha=1.5)
    assert poisson(plain, covariates=["x"], **NAMES).dispersion < 1.6
    assert poisson(spread, covariates=["x"], **NAMES).dispersion > 2.5
    got = negative_binomial(spread, covariates=["x"], **NAMES)
    assert got.dispersion == pytest.approx(1, abs=0.25)
    # The cluster's level has variance .09 on the log scale, which adds about that to alpha 1.5.
    assert abs(got.alpha - 1.6) < 3 * got.alpha_std_error


@pytest.mark.parametrize("model", [poisson, negative_binomial])
def test_an_offset_turns_counts_into_rates(model):
    """Twice the time at risk for everybody lowers the intercept by log 2 and nothing else."""
    data = drawn(4, alpha=0.5).assign(watched=np.log(2.0))
    got = model(data, covariates=["x"], **NAMES)
    rate = model(data, covariates=["x"], offset="watched", **NAMES)
    shift = (got.table["estimate"] - rate.table["estimate"]).tolist()
    assert shift == pytest.approx([np.log(2), 0], abs=1e-8)
    assert rate.table["std_error"].tolist() == pytest.approx(got.table["std_error"].tolist())
    assert rate.loglik == pytest.approx(got.loglik)


@pytest.mark.parametrize("model", [poisson, negative_binomial])
def test_order_units_and_text(model):
    """Order and coding do not matter, and units carry through, also far from zero."""
    data = drawn(5, alpha=0.5).assign(kind=lambda t: np.where(t["z"] > 0, "new", "known"))
    kept = data.copy()
    got = model(data, covariates=["x", "kind"], **NAMES)
    other = data.assign(x=1e6 * data["x"] + 1e9, new=data["z"] > 0, g=data["g"].map(str))
    other = model(other.sample(frac=1, random_state=1), covariates=["x", "new"], **NAMES)
    assert got.table["term"].tolist() == ["intercept", "x", "kind=new"]
    scale = np.array([1e6, 1])
    for name in ("estimate", "std_error"):
        assert (other.table[name][1:] * scale).tolist() == pytest.approx(
            got.table[name][1:].tolist(), rel=1e-5
        )
    pd.testing.assert_frame_equal(data, kept)


def test_errors_of_clustered_counts_hold_what_they_promise():
    """Where covariate and level are the cluster's, clustered intervals miss the truth seldom."""
    missed = naive = 0
    for seed in range(30):
        data = drawn(100 + seed, n=400)
        data["x"] = np.random.default_rng(seed).normal(size=40)[data["g"]]
        data["y"] = np.random.default_rng(seed).permutation(40)[data["g"]] % 5 + data["y"]
        missed += poisson(data, covariates=["x"], **NAMES).table["p_value"][1] < 0.05
        alone = poisson(data, outcome="y", covariates=["x"], clusters=None)
        naive += alone.table["p_value"][1] < 0.05
    # 5 % of 30 is 1.5, with a standard deviation of 1.2; three of them, and 1 for 40 clusters.
    assert missed <= 6
    assert naive > 8


GOOD = drawn(6, n=60, clusters=10)
ZEROS = {"x": lambda t: (t["y"] == 0).astype(float)}


@pytest.mark.parametrize("model", [poisson, negative_binomial])
@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (GOOD.drop(columns="y"), {}, "a column y, got x, z, g. Choose"),
        (GOOD.assign(y=None), {}, "a value in every row, got empty ones in y"),
        (GOOD.assign(g=None), {}, "a value in every row, got empty ones in g"),
        (GOOD.assign(y=-GOOD["y"]), {}, "whole numbers from 0 in y, got -"),
        (GOOD.assign(y=0.5), {}, "whole numbers from 0 in y, got 0.5. Count"),
        (GOOD.assign(y=np.inf), {}, "a number in every row of y, got 60 empty or infinite"),
        (GOOD.assign(y=0), {}, "events in y, got 0 in all 60 rows. Choose"),
        (GOOD.assign(x=np.inf), {}, "finite numbers, got infinite ones in x. Cap"),
        (GOOD.assign(x=lambda t: t["x"] * 1e-12), {},
         r"rate ratios that a computer can hold, got exp\(.*\) for x. Give it in a larger unit"),
        (GOOD.assign(x=1), {}, "covariates that vary, got one value only in x. Leave"),
        (GOOD.assign(q=lambda t: 2 - 3 * t["x"]), {"covariates": ["x", "q"]},
         "covariates that do not repeat each other, got q, which follows"),
        (GOOD.assign(**ZEROS), {}, "events on both sides of every covariate, got x which separ"),
        (GOOD.assign(**ZEROS), {"covariates": ["z", "x"]}, "events on both .* got x which separ"),
        (GOOD.assign(g=1), {}, "at least two different labels in g, got one"),
        (GOOD.assign(t=np.inf), {"offset": "t"}, "a number in every row of t, got 60 empty or"),
        (GOOD.head(3), {}, "more rows than the 3 terms, got 3 rows"),
        (GOOD, {"level": 0}, "a confidence level between 0 and 1, got 0"),
    ],
)  # fmt: skip
def test_refuses_data_that_do_not_allow_the_model(model, data, options, message):
    """Each broken table is one line that says where, what was expected and what was found."""
    with pytest.raises(ModelError, match=f"{model.__name__}: expected {message}"):
        model(data, **{"covariates": ["x"]} | NAMES | options)


def test_a_covariate_that_splits_only_rows_with_events_is_no_separation():
    """No event on one side separates; events on one side and both on the other do not."""
    data = two_arms([0, 2, 0, 1], [3, 1, 2, 2])
    assert poisson(data, covariates=["a"], **NAMES).term("a").estimate == pytest.approx(
        np.log(8 / 3)
    )
    with pytest.raises(ModelError, match="got a which separates rows without any event"):
        poisson(data.assign(y=data["y"] * data["a"]), covariates=["a"], **NAMES)


def few_with_events(counts):
    """200 rows with five normal covariates, and events in the first rows only."""
    values = np.random.default_rng(11).normal(size=(200, 5))
    y = np.zeros(200, dtype=int)
    y[: len(counts)] = counts
    return pd.DataFrame(values, columns=list("abcde")).assign(y=y)


def test_fewer_rows_with_events_than_terms_are_no_separation():
    """Three rows with events do not fix six terms, but the other rows pull both ways."""
    data = few_with_events([1, 2, 1])
    got = poisson(data, outcome="y", covariates=list("abcde"), clusters=None)
    fit = sm.GLM(data["y"], sm.add_constant(data[list("abcde")]), family=sm.families.Poisson())
    fit = fit.fit(cov_type="HC0", tol=1e-12)
    assert got.table["estimate"].tolist() == pytest.approx(fit.params.tolist(), rel=1e-6)
    assert got.table["std_error"].tolist() == pytest.approx(
        (fit.bse * (200 / 194) ** 0.5).tolist(), rel=1e-6
    )
    assert got.table["std_error"].max() < 2
    assert got.loglik == pytest.approx(fit.llf)


def test_events_at_one_point_amid_the_others_by_hand():
    """All events at x = 0 and empty rows on both sides of it: the slope is 0, by symmetry."""
    data = pd.DataFrame({"x": [0, 0, 0, 0, 1, -1, 1, -1], "y": [2, 1, 0, 0, 0, 0, 0, 0]})
    got = poisson(data, outcome="y", covariates=["x"], clusters=None)
    # Eight equal means that sum to the three events.
    assert got.table["estimate"].tolist() == pytest.approx([np.log(3 / 8), 0], abs=1e-9)


def test_few_rows_with_many_events_have_a_negative_binomial_fit():
    """The same holds for the negative binomial, whose likelihood has its top there too."""
    data = few_with_events([5, 1, 8])
    got = negative_binomial(data, outcome="y", covariates=list("abcde"), clusters=None)
    design = sm.add_constant(data[list("abcde")]).to_numpy()

    def height(at):
        size = 1 / at[-1]
        return stats.nbinom.logpmf(data["y"], size, size / (size + np.exp(design @ at[:-1]))).sum()

    top = np.append(got.table["estimate"], got.alpha)
    assert got.loglik == pytest.approx(height(top))
    for step in np.vstack([np.eye(7), -np.eye(7)]):
        assert height(top + 0.01 * step) < height(top)


def test_separation_among_few_rows_with_events_names_who_separates():
    """A covariate of zeros where there are events is found among others that pull both ways."""
    data = few_with_events([1, 2, 1]).assign(q=lambda t: t["y"] == 0)
    with pytest.raises(ModelError, match=r"got .*q.* which separates rows without any event"):
        poisson(data, outcome="y", covariates=[*"abcde", "q"], clusters=None)


def test_counts_no_wider_than_poisson_have_no_alpha():
    """Counts more even than chance leave nothing for alpha, and the message names the way out."""
    message = "negative_binomial: expected counts that vary more .* got an excess .* Use poisson"
    with pytest.raises(ModelError, match=message):
        negative_binomial(two_arms([1, 1, 2, 1], [3, 3, 2, 3]), covariates=["a"], **NAMES)


@pytest.mark.parametrize("model", [poisson, negative_binomial])
def test_no_convergence_is_an_error(monkeypatch, model):
    """A fit stopped too early says that it found no highest likelihood."""
    monkeypatch.setattr(counts, "_STEPS", 1)
    message = f"{model.__name__}: expected convergence within 1 steps, got no highest"
    with pytest.raises(ModelError, match=message):
        model(drawn(7, alpha=3.0), covariates=["x", "z"], **NAMES)


def test_no_convergence_of_alpha_is_an_error(monkeypatch):
    """Where neither way to the highest likelihood arrives, there is no result."""

    def lost(*_args, **_options):
        raise np.linalg.LinAlgError

    monkeypatch.setattr(counts.NegativeBinomial, "fit", lost)
    with pytest.raises(ModelError, match="negative_binomial: expected convergence within 100"):
        negative_binomial(drawn(7, alpha=3.0), covariates=["x"], **NAMES)


def test_only_terms_of_the_model_can_be_asked_for():
    """The name of a term that is not there gives the list of those that are."""
    with pytest.raises(ModelError, match=r"CountFit\.term: expected one of intercept, x, got q"):
        poisson(GOOD, covariates=["x"], **NAMES).term("q")
