"""Least squares for curves: what is refused, and robust errors on rows worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ModelError
from workbench.models import _least_squares


def mean_of(y, groups=None, errors="HC3"):
    """The mean of `y`, as a regression on a constant."""
    design, codes = np.ones((len(y), 1)), None if groups is None else np.array(groups)
    return _least_squares.fit(design, np.array(y, float), codes, errors=errors, where="here")


def test_errors_of_a_mean_by_hand():
    """A mean of four has leverage 1/4 everywhere."""
    y = [1.0, 2.0, 3.0, 6.0]  # mean 3, residuals -2 -1 0 3, squares 4 + 1 + 0 + 9 = 14
    # HC3: sum of (e / (3/4))^2 / 4^2.
    assert mean_of(y).covariance[0, 0] == pytest.approx(14 / 0.75**2 / 16)
    # Classical: 14 / 3 / 4.
    assert mean_of(y, errors="classical").covariance[0, 0] == pytest.approx(14 / 12)
    # Two clusters with sums -3 and 3: (9 + 9) / 16, times 2/1 x 3/3.
    clustered = mean_of(y, groups=[0, 0, 1, 1])
    assert clustered.covariance[0, 0] == pytest.approx(18 / 16 * 2)
    assert (clustered.df, clustered.clusters, clustered.errors) == (1, 2, "clustered")


def test_tests_of_a_sum_by_hand():
    """A t of 2 on 3 degrees of freedom has p = 0.1393."""
    fit = mean_of([1.0, 2.0, 3.0, 6.0], errors="classical")
    got = _least_squares.combination(fit, np.array([2.0]), level=0.95)
    assert got.estimate == pytest.approx(6)
    assert got.std_error == pytest.approx(2 * (14 / 12) ** 0.5)
    # t = 3 / 1.0801 = 2.7775; on 3 df p = 0.0691; the quantile is 3.18245.
    assert got.t == pytest.approx(2.7775, abs=1e-4)
    assert got.p_value == pytest.approx(0.0691, abs=2e-4)
    assert got.high == pytest.approx(6 + 3.18245 * 2 * (14 / 12) ** 0.5, rel=1e-5)
    table = _least_squares.tidy(fit, ["mean"], level=0.95)
    assert table.columns.tolist() == ["term", "estimate", "std_error", "low", "high", "p_value"]
    assert table.loc[0, "estimate"] == pytest.approx(3)


def test_covariates_become_centred_columns():
    """Text gets an indicator for each further value; what repeats x is dropped and named."""
    x, y = np.arange(6.0), np.array([1.0, 0, 2, 5, 3, 1])
    frame = pd.DataFrame({"kind": list("aabbaa"), "again": 2 * x, "same": 1.0})
    got = _least_squares.rows(x, y, frame, None, where="here")
    assert (got.names, got.dropped) == (("kind=b",), ("again", "same"))
    # b in two of six rows: 1 - 1/3 there, -1/3 elsewhere.
    assert got.covariates[:3, 0] == pytest.approx([-1 / 3, -1 / 3, 2 / 3])


@pytest.mark.parametrize(
    ("x", "y", "covariates", "message"),
    [
        ([1, 1, 1], [1, 2, 3], None, "x to vary, got 1 in all 3 rows. Choose"),
        ([1, 2, 3], [5, 5, 5], None, "y to vary, got 5 in all 3 rows"),
        ([1, 2, 3], [1, 2], None, "3 rows in y, got 2"),
        ([1, 2, 3], [1, 2, 4], pd.DataFrame({"z": [1, 2]}), "3 rows in covariates, got 2. Take"),
        ([1, 2, 3], [1, 2, 4], pd.DataFrame({"z": [1, None, 2]}), "empty ones in z"),
    ],
)
def test_rows_refuse(x, y, covariates, message):
    """Nothing constant, empty or of another length."""
    with pytest.raises(ModelError, match=f"here: expected .*{message}"):
        _least_squares.rows(x, y, covariates, None, where="here")


@pytest.mark.parametrize(
    ("design", "y", "message"),
    [
        ([[1, 2], [1, 2], [1, 2]], [1, 2, 4], "more rows than terms and no .* got 3 rows and 2"),
        ([[1, 0], [1, 1]], [1, 2], "more rows than terms .* got 2 rows and 2 terms. Bring"),
        (
            [[1, 0], [1, 1], [1, 2]],
            [1, 2, 3],
            "rows that scatter around the curve, got an exact fit",
        ),
        ([[1, 0], [1, 0], [1, 0], [1, 1]], [1, 2, 5, 3], "several rows .* got 1 that decide one"),
    ],
)
def test_fit_refuses(design, y, message):
    """What has no standard error is an error, not a NaN."""
    with pytest.raises(ModelError, match=f"here: expected {message}"):
        _least_squares.fit(np.array(design, float), np.array(y, float), None, where="here")


def test_clusters_that_agree_leave_no_error():
    """Residuals that cancel within each of two clusters give a mean without an error."""
    with pytest.raises(ModelError, match=r"here: .* clusters that disagree .* got 2 that"):
        mean_of([1.0, 3.0, 1.2, 2.8], groups=[0, 0, 1, 1])
    # Each coefficient has an error here; their difference, times the ratio of the errors, has none.
    fit = _least_squares.Fit(np.ones(2), np.array([[4.0, 2], [2, 1]]), 1, 9, 2, "clustered", "here")
    with pytest.raises(ModelError, match=r"here: .* clusters that disagree .* got 2 that"):
        _least_squares.combination(fit, np.array([1.0, -2.0]), level=0.95)
