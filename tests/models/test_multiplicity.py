"""Holm and Benjamini-Hochberg against the published example and their own laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ModelError
from workbench.models.multiplicity import benjamini_hochberg, holm

# The 15 p-values of Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x, section
# 4.1; adjusted values and rejections from R 4.2.2, p.adjust, printed to the digits below.
PAPER = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528,
         .7590, 1.0]  # fmt: skip
Q_R = [0.0015, 0.0030, 0.0095, 0.035625, 0.0603]
HOLM_R = [0.0015, 0.0056, 0.0247, 0.1140, 0.2211]

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_the_example_of_the_paper():
    """The first adjusted values are those of R; at 5 % four (BH) and three (Holm) are rejected."""
    assert benjamini_hochberg(PAPER)[:5] == pytest.approx(Q_R, rel=1e-9)
    assert holm(PAPER)[:5] == pytest.approx(HOLM_R, rel=1e-9)
    assert (benjamini_hochberg(PAPER) < 0.05).sum() == 4
    assert (holm(PAPER) < 0.05).sum() == 3


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
