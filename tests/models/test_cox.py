"""Tests of the Cox model: by hand, what must hold for any data, and refusals.

R's numbers for tables of patients stand in `tests/validation/reference_survival.py`.
"""

import math

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg

from workbench.errors import ModelError
from workbench.models.cox import cox, proportional_hazards_test


def random_spells(seed, rows=150):
    """Spells in whole units with ties and delayed entry, two covariates and thirty people."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 6, rows).astype(float)
    x = np.column_stack([rng.normal(size=rows), rng.integers(0, 2, rows)])
    wait = np.ceil(rng.exponential(8 * np.exp(-0.5 * x[:, 0])))
    return pd.DataFrame(
        {
            "start": start,
            "stop": start + np.minimum(wait, 12),
            "event": wait <= 12,
            "x": x[:, 0],
            "z": x[:, 1],
            "person": rng.integers(0, 30, rows),
        }
    )


def fit_spells(spells, **options):
    """The model of both covariates, clustered by person."""
    return cox(
        spells["start"],
        spells["stop"],
        spells["event"],
        spells[["x", "z"]],
        clusters=spells["person"],
        **options,
    )


def test_three_people_by_hand():
    """Without ties the likelihood has a root that can be written down."""
    fit = cox(None, [1, 2, 3], [1, 1, 1], pd.DataFrame({"x": [1, 0, 1]}))

    # With u = exp(b), L = u / (2u + 1) * 1 / (1 + u) * 1, highest where 2 u^2 = 1.
    # Information 2u / (2u + 1)^2 + u / (1 + u)^2.
    u = math.sqrt(0.5)
    row = fit.table.iloc[0]
    assert row["estimate"] == pytest.approx(math.log(u))
    std_error = 1 / math.sqrt(2 * u / (2 * u + 1) ** 2 + u / (1 + u) ** 2)
    assert row["std_error"] == pytest.approx(std_error)
    assert row["model_std_error"] == row["std_error"]
    assert row["hazard_ratio"] == pytest.approx(u)
    assert row["hazard_ratio_high"] == pytest.approx(math.exp(row["high"]))
    assert row["high"] == pytest.approx(math.log(u) + 1.959963984540054 * std_error)
    assert row["p_value"] == pytest.approx(math.erfc(-math.log(u) / std_error / math.sqrt(2)))
    assert fit.loglik == pytest.approx(math.log(u / (2 * u + 1) / (1 + u)))
    assert fit.null_loglik == pytest.approx(math.log(1 / 6))
    assert (fit.n_rows, fit.n_events, fit.n_clusters) == (3, 3, None)


def test_who_enters_at_an_event_is_not_at_risk_in_it():
    """A row (1, 2.5] counts at time 2 and not at time 1."""
    fit = cox([0, 0, 0, 1], [1, 2, 3, 2.5], [1, 1, 1, 0], pd.DataFrame({"x": [1, 0, 1, 1]}))

    # L = u / (2u + 1) * 1 / (1 + 2u), highest where 4u / (2u + 1) = 1, so u = 1/2.
    # Were it at risk at time 1 too, the first denominator would be 3u + 1.
    assert fit.term("x").estimate == pytest.approx(math.log(0.5))


@pytest.mark.parametrize(("ties", "u"), [("efron", 1 / math.sqrt(6)), ("breslow", 0.5)])
def test_ties_by_hand(ties, u):
    """Two tied events, x = 1 and x = 0, and one who stays, x = 1."""
    fit = cox(None, [1, 1, 2], [1, 1, 0], pd.DataFrame({"x": [1, 0, 1]}), ties=ties)

    # Efron: u / ((2u + 1) (2u + 1 - (u + 1) / 2)), highest where 6 u^2 = 1.
    # Breslow: u / (2u + 1)^2, highest where u = 1/2.
    assert fit.term("x").estimate == pytest.approx(math.log(u))


def test_a_row_may_stop_at_zero_where_everybody_is_watched_from_the_start():
    """Without `start`, an event at zero has the whole sample at risk."""
    x = pd.DataFrame({"x": [1, 0, 1]})

    assert cox(None, [0, 2, 3], [1, 1, 1], x).term("x") == cox(None, [1, 2, 3], [1, 1, 1], x).term(
        "x"
    )


def test_term_carries_rows_and_clusters():
    """One term as an estimate says how many rows and clusters stand behind it."""
    fit = fit_spells(random_spells(0))

    row = fit.table.set_index("term").loc["z"]
    got = fit.term("z")
    assert (got.estimate, got.std_error, got.low, got.high, got.p_value) == tuple(
        row[["estimate", "std_error", "low", "high", "p_value"]]
    )
    assert (got.n, got.clusters) == (150, 30)


@pytest.mark.parametrize("clustered", [True, False])
def test_errors_are_the_roots_of_the_covariance(clustered):
    """Who wants a contrast of terms finds the variances that the table's errors come from."""
    spells = random_spells(4)
    fit = cox(
        spells["start"],
        spells["stop"],
        spells["event"],
        spells[["x", "z"]],
        clusters=spells["person"] if clustered else None,
    )

    errors = fit.table["std_error"].tolist()
    assert np.sqrt(np.diag(fit.covariance)).tolist() == pytest.approx(errors)
    assert (errors == fit.table["model_std_error"].tolist()) != clustered


def test_a_hazard_ratio_that_fades_is_found():
    """Two groups, one quick at first and slow later, fail the premise."""
    rng = np.random.default_rng(5)
    early = rng.random(400) < 0.5
    quick = np.where(rng.random(400) < 0.5, rng.exponential(1, 400), 5 + rng.exponential(20, 400))
    wait = np.where(early, quick, rng.exponential(5, 400))
    given = (None, wait, np.ones(400), pd.DataFrame({"early": early}))

    got = proportional_hazards_test(cox(*given), *given)

    assert got["p_value"].max() < 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_efron_agrees_with_statsmodels(seed):
    """Without delayed entry another program gives the same estimate and model error."""
    spells = random_spells(seed)
    x = spells[["x", "z"]].to_numpy(dtype=float)
    theirs = PHReg(spells["stop"], x, status=spells["event"].astype(int), ties="efron").fit()

    mine = cox(None, spells["stop"], spells["event"], spells[["x", "z"]]).table

    # PHReg stops where its gradient falls below about 1e-5.
    assert mine["estimate"].tolist() == pytest.approx(theirs.params, rel=1e-4)
    assert mine["std_error"].tolist() == pytest.approx(theirs.bse, rel=1e-4)


def assert_same(fit, other):
    """The two fits have the same estimates and standard errors."""
    columns = ["estimate", "std_error", "model_std_error", "p_value"]
    pd.testing.assert_frame_equal(fit.table[columns], other.table[columns], rtol=1e-7)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_unit_of_time_does_not_matter(seed, ties):
    """Hours or days, and from which origin: only the order counts."""
    spells = random_spells(seed)
    hours = spells.assign(start=100 + 24 * spells["start"], stop=100 + 24 * spells["stop"])

    assert_same(fit_spells(spells, ties=ties), fit_spells(hours, ties=ties))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_cutting_a_row_in_two_changes_nothing(seed, ties):
    """A person's spell cut at any time is the same spell, error by person included."""
    spells = random_spells(seed)
    cut = (spells["start"] + spells["stop"]) / 2
    halves = [spells.assign(stop=cut, event=False), spells.assign(start=cut)]

    assert_same(fit_spells(spells, ties=ties), fit_spells(pd.concat(halves), ties=ties))


@pytest.mark.parametrize("seed", range(10))
def test_order_and_names_do_not_matter(seed):
    """Shuffled rows, and people called otherwise, give the same fit."""
    spells = random_spells(seed)
    names = pd.Series([f"p{number}" for number in np.random.default_rng(seed).permutation(30)])
    other = spells.assign(person=spells["person"].map(names)).sample(frac=1, random_state=seed)

    assert_same(fit_spells(spells), fit_spells(other))


@pytest.mark.parametrize("seed", range(5))
def test_units_of_a_covariate_scale_its_row_only(seed):
    """Ten times the covariate is a tenth of the coefficient."""
    spells = random_spells(seed)

    one, ten = fit_spells(spells), fit_spells(spells.assign(x=1000 + 10 * spells["x"]))

    assert ten.term("x").estimate == pytest.approx(one.term("x").estimate / 10, rel=1e-7)
    assert ten.term("x").std_error == pytest.approx(one.term("x").std_error / 10, rel=1e-7)
    assert ten.term("z").estimate == pytest.approx(one.term("z").estimate, rel=1e-7)


def test_a_covariate_that_varies_little_far_from_zero_is_no_constant():
    """Steps of 1/1024 at 2**40, which a float holds exactly, count as steps of one at zero do."""
    steps = pd.DataFrame({"x": [3.0, 1, 2, 5, 4, 6]})

    near, far = (cox(None, STOP, EVENT, x).term("x") for x in (steps, 2.0**40 + steps / 1024))

    assert far.estimate == pytest.approx(1024 * near.estimate, rel=1e-6)


def test_rows_of_one_person_twice_are_not_new_knowledge():
    """Doubling every row leaves the clustered error and shrinks the model's (Breslow ties)."""
    spells = random_spells(1)
    once = fit_spells(spells, ties="breslow")
    twice = fit_spells(pd.concat([spells, spells]), ties="breslow")

    assert twice.term("x").std_error == pytest.approx(once.term("x").std_error)
    ratio = twice.table["model_std_error"] / once.table["model_std_error"]
    assert ratio.tolist() == pytest.approx([math.sqrt(0.5)] * 2)


def test_interval_narrows_with_a_lower_level():
    """Half a chance needs a third of the width: .674490 against 1.959964 standard errors."""
    spells = random_spells(2)
    term = fit_spells(spells, level=0.5).term("x")

    assert term.high - term.estimate == pytest.approx(0.6744897501960817 * term.std_error)


X = pd.DataFrame({"x": [1.0, 2, 1, 0, 1, 0], "z": [1.0, 0, 0, 1, 1, 0]})
STOP = [1, 2, 3, 4, 5, 6]
EVENT = [1, 1, 1, 1, 0, 0]
TESTED = cox(None, STOP, EVENT, X)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: cox([0, 2, 0, 0, 0, 7], STOP, EVENT, X),
            "cox: expected stop after start in every row, got 2 rows that do not. "
            "Lengthen or leave out these rows, so that it is your decision.",
        ),
        (
            lambda: cox(None, STOP, [0] * 6, X),
            "cox: expected at least one event, got none. Watch longer.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X[[]]),
            "cox: expected at least one covariate, got none. Pass a column.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.assign(z=[1, None, 1, 2, 2, 3])),
            "cox: expected a number in every row of z, got 1 empty or infinite. "
            "Drop or fill them first, so that the number of rows is your decision.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.assign(z=[1, np.inf, 1, 2, -np.inf, 3])),
            "cox: expected a number in every row of z, got 2 empty or infinite. "
            "Drop or fill them first, so that the number of rows is your decision.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.assign(z=X["z"] * 1e200)),
            "cox: expected z in a unit that makes it neither vast nor tiny, got values up to "
            "1e+200. Change its unit.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.assign(z=X["z"] * 1e-200)),
            "cox: expected z in a unit that makes it neither vast nor tiny, got values up to "
            "1e-200. Change its unit.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.assign(z=1e300)),
            "cox: expected z in a unit that makes it neither vast nor tiny, got values up to "
            "1e+300. Change its unit.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X["x"]),
            "cox: expected covariates as a DataFrame with a name for each column, got a Series "
            "without. Name the columns.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.set_axis(["x", "x"], axis=1)),
            "cox: expected covariates as a DataFrame with a name for each column, got a DataFrame "
            "without. Name the columns.",
        ),
        (
            # The slower, the larger: whoever is at risk, the one with the event has the smallest.
            lambda: cox(None, range(400), [1] * 400, pd.DataFrame({"x": range(400)})),
            "cox: expected a higher likelihood along Newton's step, got none after 30 halvings. "
            "Look for a covariate with extreme values, or one that separates the events.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.assign(z=list("aabbab"))),
            "cox: expected numbers in z, got something else. Turn them into numbers first.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X, clusters=["a", None, "b", "b", "c", "c"]),
            "cox: expected a label in every row of clusters, got 1 empty. "
            "Drop or label them first, so that the number of rows is your decision.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X, ties="exact"),
            "cox: expected ties to be efron or breslow, got exact. Choose one.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X, level=95),
            "cox: expected a confidence level between 0 and 1, got 95. Pass 0.95, say.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X, clusters=["a"] * 6),
            "cox: expected at least two different labels in clusters, got one. "
            "Leave it out, or bring rows of another.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.assign(y=X["x"] * 2)),
            "cox: expected covariates that vary, and do not repeat each other, among rows at risk, "
            "got x, y. Leave one of these out.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.assign(y=0.1)),
            "cox: expected covariates that vary, and do not repeat each other, among rows at risk, "
            "got y. Leave one of these out.",
        ),
        (
            # Whoever is at risk at the one event, at time 1, has z = 1.
            lambda: cox([0, 1, 0], [1, 2, 3], [1, 0, 0], pd.DataFrame({"z": [1, 0, 1]})),
            "cox: expected covariates that vary, and do not repeat each other, among rows at risk, "
            "got z. Leave one of these out.",
        ),
        (
            lambda: cox(None, STOP, EVENT, X.assign(late=[0, 0, 0, 0, 1, 1])),
            "cox: expected events on both sides of every covariate, got late which separates "
            "them, so that its coefficient grows without end. Leave it out or join its groups.",
        ),
        (
            lambda: TESTED.term("age"),
            "CoxFit.term: expected one of x, z, got age. Choose one of these.",
        ),
        (
            lambda: proportional_hazards_test(TESTED, None, STOP, EVENT, X[["z", "x"]]),
            "proportional_hazards_test: expected the 6 rows and the terms of the fit, got 6 rows "
            "of z, x. Pass what was passed to cox.",
        ),
        (
            lambda: proportional_hazards_test(TESTED, None, STOP[::-1], EVENT, X),
            "proportional_hazards_test: expected the 6 rows and the terms of the fit, got 6 rows "
            "of x, z. Pass what was passed to cox.",
        ),
        (
            lambda: proportional_hazards_test(TESTED, None, STOP, EVENT, X, transform="log"),
            "proportional_hazards_test: expected transform to be km or rank or identity, got log. "
            "Choose one.",
        ),
        (
            lambda: proportional_hazards_test(TESTED, None, [1] * 6, EVENT, X),
            "proportional_hazards_test: expected events at two times or more, got one. "
            "Watch longer.",
        ),
    ],
)
def test_cox_errors_say_what_to_do(call, message):
    """Each refusal is one line that says where, what and what to do."""
    with pytest.raises(ModelError) as error:
        call()

    assert str(error.value) == message


def test_a_rare_group_without_events_is_named():
    """Thirty people among three thousand, none with an event, have no finite hazard ratio."""
    rng = np.random.default_rng(0)
    rare = rng.permutation(3000) < 30
    event = (rng.random(3000) < 0.5) & ~rare
    x = pd.DataFrame({"age": rng.normal(size=3000), "rare": rare})

    with pytest.raises(ModelError, match="got rare which separates them"):
        cox(None, rng.exponential(size=3000), event, x)


def test_a_rare_group_with_one_event_has_a_wide_interval():
    """One event is enough for an estimate, and for an honest standard error near one."""
    rng = np.random.default_rng(0)
    rare = np.arange(3000) < 30
    event = (rng.random(3000) < 0.5) & ~rare
    event[0] = True

    fit = cox(None, rng.exponential(size=3000), event, pd.DataFrame({"rare": rare}))

    assert fit.term("rare").std_error == pytest.approx(1, abs=0.01)
