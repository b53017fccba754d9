"""Holm and Benjamini-Hochberg by hand and by their own laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ModelError
from workbench.models.multiplicity import benjamini_hochberg, holm

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_by_hand_in_any_order():
    """Values keep their places, whatever the order of their size."""
    # Sorted .01 .02 .04. Holm: 3 x .01, 2 x .02, 1 x .04. BH: 3/1 x .01, 3/2 x .02, 3/3 x .04.
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert benjamini_hochberg([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.03])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_what_was_not_tested_stays_empty_and_does_not_count(adjust):
    """None and NaN stay NaN, and the others are adjusted as if they were alone."""
    got = adjust([0.01, None, 0.04, float("nan")])
    assert np.isnan(got[[1, 3]]).all()
    assert got[[0, 2]] == pytest.approx(adjust([0.01, 0.04]))
    assert np.isnan(adjust([None, None])).all()
    assert adjust([]).size == 0


@given(SHARES)
def test_adjusting_only_raises_and_keeps_the_order(p):
    """p <= q <= Holm <= 1, and a smaller p never gets a larger adjusted value."""
    q, h = benjamini_hochberg(p), holm(p)
    slack = 1e-12
    assert (np.asarray(p) <= q + slack).all()
    assert (q <= h + slack).all()
    assert (h <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(q[order]) >= -slack).all()
    assert (np.diff(h[order]) >= -slack).all()


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_a_statistic_is_not_a_p_value(adjust):
    """A value outside [0, 1] is refused."""
    with pytest.raises(
        ModelError, match=rf"{adjust.__name__}: .* between 0 and 1, got 2\.3\. Pass"
    ):
        adjust([0.2, 2.3])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
@pytest.mark.parametrize(
    "p", [["a", "b"], pd.to_datetime(["2024-01-01"]), 0.5, None, [[0.1], [0.2]], [0.1 + 0.2j]]
)
def test_only_a_list_of_numbers_is_adjusted(adjust, p):
    """Text, dates, a single number and nested lists are refused."""
    message = f"{adjust.__name__}: expected a list of p-values, got something else. Pass all"
    with pytest.raises(ModelError, match=message):
        adjust(p)
