"""Tests of the Cox model: by hand, against R, and what must hold for any data.

Numbers marked R come from R 4.2.2 with survival 3.5-3 (`coxph`, `cox.zph`). R stops Newton's method
at a relative gain of 1e-9 and this project later, so estimates, errors and tests agree to 1e-6 of
their value; log likelihoods, flat at the top, to 1e-9.
"""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg

from workbench.errors import ModelError
from workbench.models.cox import cox, proportional_hazards_test

REFERENCE = Path(__file__).parent / "reference"
R = 1e-6
LOGLIK = 1e-9
LUNG = ["age", "sex", "ph.ecog"]
HEART = ["transplant", "age", "year", "surgery"]
BLADDER = ["rx", "size", "number"]


def reference(name):
    """A table of `reference/`."""
    return pd.read_csv(REFERENCE / f"{name}.csv")


def lung(*, by_inst=False):
    """The lung cancer patients whose covariates, and hospital if asked for, are known."""
    return reference("lung").dropna(subset=["ph.ecog", "inst"] if by_inst else ["ph.ecog"])


def coarse_lung():
    """The same in units of 60 days, most of them entering late: many ties, many delayed entries."""
    rows = lung(by_inst=True)
    stop = np.ceil(rows["time"] / 60)
    return rows.assign(stop=stop, start=np.minimum(rows["age"] % 4, stop - 1))


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


# name of the fit: (rows, columns, ties, cluster), then R's estimates, standard errors, robust
# standard errors and log likelihoods at zero and at the estimate.
FITS = {
    "lung, Efron": (
        (lung, LUNG, "efron", None),
        [0.0110667645601, -0.5526123957036, 0.4637284753704],
        [0.0092674110137, 0.1677390537873, 0.1135772661620],
        None,
        (-744.480455761, -729.230121375),
    ),
    "lung, Breslow": (
        (lung, LUNG, "breslow", None),
        [0.0110411363495, -0.5518895697876, 0.4629470405902],
        [0.00926677011354, 0.16774244802102, 0.11357405206130],
        None,
        (-744.692819266, -729.488705177),
    ),
    "lung by hospital": (
        (lambda: lung(by_inst=True), LUNG, "efron", "inst"),
        [0.0112321642148, -0.5565934139766, 0.4692163970798],
        [0.00926210540521, 0.16807103087540, 0.11429040216000],
        [0.00688872705866, 0.11228667992536, 0.11761595325485],
        (-739.374983685, -724.119253118),
    ),
    "ovarian": (
        (lambda: reference("ovarian"), ["age", "ecog.ps", "rx"], "efron", None),
        [0.146989256212, 0.103179602128, -0.814584764008],
        [0.0463020480369, 0.6063771047381, 0.6341610248961],
        None,
        (-34.9849403712, -27.0273583258),
    ),
    "heart, ever transplanted": (
        (lambda: reference("jasa"), ["transplant"], "efron", None),
        [-1.32344484818],
        [0.24380263161],
        None,
        (-298.121355673, -285.148337622),
    ),
    "heart, as time goes": (
        (lambda: reference("heart"), ["transplant"], "efron", None),
        [0.127141126615],
        [0.301141104253],
        None,
        (-298.121355673, -298.031451615),
    ),
    "heart, adjusted, by patient": (
        (lambda: reference("heart"), HEART, "efron", "id"),
        [-0.0102507724091, 0.0271666409577, -0.1463463456742, -0.6372098899670],
        [0.3137547983375, 0.0137141152103, 0.0704679795189, 0.3672259961803],
        [0.3168823490625, 0.0138918929241, 0.0730798592394, 0.3582102023844],
        (-298.121355673, -290.565616218),
    ),
    "bladder by patient, Efron": (
        (lambda: reference("bladder2"), BLADDER, "efron", "id"),
        [-0.4646869529434, -0.0436602760898, 0.1749603813194],
        [0.1997321888271, 0.0690508525112, 0.0470740584404],
        [0.2655608118989, 0.0776161126810, 0.0630405432007],
        (-458.739349590, -449.980642002),
    ),
    "bladder by patient, Breslow": (
        (lambda: reference("bladder2"), BLADDER, "breslow", "id"),
        [-0.4597909487198, -0.0425622297052, 0.1716440598158],
        [0.1999596185702, 0.0690322010371, 0.0473281760290],
        [0.2580104875342, 0.0755475533989, 0.0613141392672],
        (-461.629050797, -453.242631667),
    ),
    "coarse lung by hospital, Efron": (
        (coarse_lung, LUNG, "efron", "inst"),
        [0.0127917673073, -0.5477180042283, 0.4060271470903],
        [0.00901332723697, 0.16844332737660, 0.11636974605608],
        [0.00686291039064, 0.10985226376610, 0.10683150389189],
        (-705.443303576, -692.374339522),
    ),
    "coarse lung by hospital, Breslow": (
        (coarse_lung, LUNG, "breslow", "inst"),
        [0.0114182506442, -0.5063465459195, 0.3724958111164],
        [0.00902608824085, 0.16864473162715, 0.11584348211505],
        [0.00626945602557, 0.10248517886870, 0.09356278265119],
        (-719.145008266, -708.121463121),
    ),
}  # R


def fitted(name):
    """The rows of a fit of `FITS`, with what `cox` was given of them, and the fit."""
    rows, columns, ties, cluster = FITS[name][0]
    table = rows()
    given = (
        table.get("start"),
        table["stop" if "stop" in table else "time"],
        table["event"],
        table[columns],
    )
    return given, cox(*given, ties=ties, clusters=None if cluster is None else table[cluster])


@pytest.mark.parametrize("name", FITS)
def test_fit_matches_r(name):
    """Estimates, both kinds of standard error and the likelihoods are R's."""
    _, estimates, model, robust, (null_loglik, loglik) = FITS[name]

    _, fit = fitted(name)

    assert fit.table["estimate"].tolist() == pytest.approx(estimates, rel=R)
    assert fit.table["model_std_error"].tolist() == pytest.approx(model, rel=R)
    assert fit.table["std_error"].tolist() == pytest.approx(robust or model, rel=R)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(robust or model, rel=R)
    assert (fit.null_loglik, fit.loglik) == pytest.approx((null_loglik, loglik), rel=LOGLIK)


def test_lung_hazard_ratios_match_r():
    """Hazard ratios with limits, and the likelihood ratio of 30.5."""
    _, fit = fitted("lung, Efron")

    assert (fit.n_rows, fit.n_events) == (227, 164)
    columns = ["hazard_ratio", "hazard_ratio_low", "hazard_ratio_high"]
    expected = [  # R
        [1.01112822772, 0.992928097170, 1.029661962242],
        [0.57544455619, 0.414213018549, 0.799435127387],
        [1.58999119005, 1.272675177774, 1.986423581288],
    ]
    assert fit.table[columns].to_numpy() == pytest.approx(np.array(expected), rel=R)
    assert 2 * (fit.loglik - fit.null_loglik) == pytest.approx(30.5, abs=0.05)


def test_immortal_time_turns_a_hazard_ratio_around():
    """Counting the wait for a heart as survival with it makes .27 out of 1.14."""
    _, naive = fitted("heart, ever transplanted")
    _, honest = fitted("heart, as time goes")

    assert naive.table["hazard_ratio"][0] == pytest.approx(0.266, abs=5e-4)
    assert naive.term("transplant").p_value == pytest.approx(6e-8, abs=5e-9)
    assert honest.table["hazard_ratio"][0] == pytest.approx(1.136, abs=5e-4)
    assert honest.term("transplant").p_value == pytest.approx(0.673, abs=5e-4)


# chi-squared of each term and of all together.
PREMISE = {
    ("lung, Efron", "km"): [0.1879876737, 2.3054372274, 2.0542487741, 4.4636575888],
    ("lung, Efron", "rank"): [0.117291507, 2.044694680, 2.544878393, 4.710680141],
    ("lung, Efron", "identity"): [0.1523503173, 2.4919132171, 1.5782352384, 4.1193829515],
    ("lung, Breslow", "km"): [0.1880856612, 2.2971973549, 2.0517086117, 4.4510123338],
    ("heart, adjusted, by patient", "km"): [
        0.20293438815,
        0.86687471092,
        1.71641442921,
        0.09739505912,
        3.47310229885,
    ],
    ("heart, adjusted, by patient", "rank"): [
        0.252438483631,
        0.830716096127,
        1.051867793358,
        0.003847859066,
        2.684326810727,
    ],
    ("heart, adjusted, by patient", "identity"): [
        0.1220293016,
        1.7572909301,
        1.5122004756,
        1.3761105612,
        4.6879484110,
    ],
    ("bladder by patient, Efron", "km"): [0.0179392472, 2.0313642956, 0.6027121866, 2.2841803847],
    ("bladder by patient, Efron", "rank"): [0.2981885666, 2.1671301855, 1.8202395569, 3.4874849713],
    ("bladder by patient, Breslow", "km"): [
        0.009902828673,
        1.937874560410,
        0.514838993624,
        2.136500379219,
    ],
    ("coarse lung by hospital, Efron", "km"): [1.428680926, 2.433856066, 0.215540746, 3.842843182],
    ("coarse lung by hospital, Breslow", "rank"): [
        0.1826498221,
        1.4124785211,
        0.6940699459,
        2.2793856789,
    ],
}  # R


@pytest.mark.parametrize(("name", "transform"), PREMISE)
def test_proportional_hazards_matches_r(name, transform):
    """The score test of each term, and of all, is R's, with ties and delayed entry too."""
    given, fit = fitted(name)

    got = proportional_hazards_test(fit, *given, transform=transform)

    terms = [*fit.table["term"], "GLOBAL"]
    assert got["term"].tolist() == terms
    assert got["df"].tolist() == [1] * (len(terms) - 1) + [len(terms) - 1]
    assert got["chi2"].tolist() == pytest.approx(PREMISE[name, transform], rel=R)


def test_proportional_hazards_p_values_match_r():
    """The p-values of the lung cancer model, transform km."""
    given, fit = fitted("lung, Efron")

    got = proportional_hazards_test(fit, *given)

    expected = [0.6645967631, 0.1289219988, 0.1517820989, 0.2155549453]  # R
    assert got["p_value"].tolist() == pytest.approx(expected, rel=R)


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
            lambda: cox(None, STOP, EVENT, X, ties="exact"),
            "cox: expected ties efron or breslow, got exact. Choose one of these.",
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
            "proportional_hazards_test: expected transform km, rank, identity, got log. "
            "Choose one of these.",
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
