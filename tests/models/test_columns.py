"""What the effect estimators make of a table's columns, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from two_arms import NAMES, STRATA, confounded

from workbench.errors import ModelError
from workbench.models.effects import aipw, crude_risk_difference, ipw, risk_difference


def test_what_is_constant_or_repeated_is_dropped_and_named():
    """The result without the useless covariates is the same, and it lists them."""
    data = confounded(15).assign(one=1.0, double=lambda t: 2 * t["z"] + 3, place="north")
    data.loc[data["z"] > 1, "place"] = "south"
    got = risk_difference(data, covariates=["z", "one", "double", "place"], **NAMES)
    plain = risk_difference(data, covariates=["z", "place"], **NAMES)
    assert got.dropped == ("one", "double")
    assert plain.dropped == ()
    assert got.estimate == pytest.approx(plain.estimate, abs=1e-9)
    alone = risk_difference(data, covariates=["one"], **NAMES)
    assert alone.dropped == ("one",)
    assert alone.std_error == crude_risk_difference(data, **NAMES).std_error


def test_an_interaction_without_unexposed_rows_is_dropped_and_named():
    """Where a value occurs among the exposed only, its interaction repeats its main effect."""
    data = confounded(16)
    data["early"] = ((data["a"] == 1) & (data["z"] < 0)).astype(int)
    got = risk_difference(data, covariates=["z", "early"], **NAMES)
    assert got.dropped == ("a x early",)


def test_text_yes_no_and_nullable_columns_are_read_alike():
    """Text becomes one indicator for each further value, whatever type carries the numbers."""
    data = confounded(17, n=900)
    data["place"] = np.where(data["z"] > 0.5, "c", np.where(data["z"] < -0.5, "a", "b"))
    by_hand = data.assign(b=data["place"] == "b", c=(data["place"] == "c").astype("Int64"))
    by_hand = by_hand.astype({"y": "boolean", "a": "Int64"})
    left = risk_difference(data, covariates=["place"], **NAMES)
    right = risk_difference(by_hand, covariates=["b", "c"], **NAMES)
    assert left.estimate == pytest.approx(right.estimate, abs=1e-10)
    assert left.std_error == pytest.approx(right.std_error, rel=1e-10)


def broken(**changes):
    """The hand-made strata with some columns replaced."""
    return STRATA.assign(**changes)


def without_some(table):
    """Values of which the first three are empty."""
    return pd.Series(range(len(table)), dtype=float).where(table.index > 2)


@pytest.mark.parametrize("estimator", [risk_difference, aipw, ipw])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (broken(z=without_some), "a value in every row, got empty ones in z. Drop"),
        (broken(y=without_some), "a value in every row, got empty ones in y. Drop"),
        (broken(g=without_some), "a value in every row, got empty ones in g. Drop"),
        (STRATA.drop(columns="z"), "a column z, got a, y, g. Choose among these"),
        (broken(a=1), "0 and 1 in a, got 200 exposed of 200 rows. Bring a comparison"),
        (broken(a=0), "0 and 1 in a, got 0 exposed of 200 rows. Bring a comparison"),
        (broken(a=2), "only 0 and 1 in a, got 2"),
        (broken(y=0.5), "only 0 and 1 in y, got 0.5"),
        (broken(y=0), "0 and 1 in y, got 0 in all 200 rows. Choose a longer window"),
        (broken(y=1), "0 and 1 in y, got 1 in all 200 rows. Choose a longer window"),
        (broken(g="all"), "at least two different labels in g, got one"),
        (broken(z=np.inf), "finite numbers, got infinite ones in z. Cap"),
        (broken(z=1j), "real numbers or text, got complex numbers in z. Split"),
        (broken(z=lambda t: t.index * 1e200), "z in a unit .* got values up to 1.99e.202. Change"),
        (broken(z=lambda t: t.index * 1e-300), "z in a unit .* got values up to 1.99e-298. Change"),
        (broken(z=lambda t: [[1]] * len(t)), "one number or text in every cell, got .* in z. Give"),
        (
            pd.concat([STRATA, STRATA[["z"]]], axis=1),
            "one column of each name, got several of z. R",
        ),
        (STRATA.to_dict("list"), "a pandas DataFrame, got dict. Turn"),
        (broken(z=lambda t: 1 - t["a"]), "rows of both arms with like .* determined exactly by z"),
    ],
)
def test_refuses_data_that_do_not_allow_the_model(estimator, data, message):
    """Each broken table is one line that says where, what was expected and what was found."""
    with pytest.raises(ModelError, match=f"{estimator.__name__}: expected {message}"):
        estimator(data, covariates=["z"], **NAMES)


@pytest.mark.parametrize("estimator", [risk_difference, aipw])
def test_an_outcome_model_needs_both_outcomes_in_both_arms(estimator):
    """A model of the outcome has no estimate in an arm without any event, and says so."""
    one_sided = broken(y=lambda t: t["y"] * t["a"])
    message = f"{estimator.__name__}: expected both outcomes .* among the unexposed. Use crude"
    with pytest.raises(ModelError, match=message):
        estimator(one_sided, covariates=["z"], **NAMES)
