"""Pairs randomised within: by hand, as a t test of the differences, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbench.errors import ModelError
from workbench.models.paired import paired_difference


def pairs(treated, untreated):
    """One row a unit: treated and untreated outcomes of pairs 0, 1, ..."""
    n = len(treated)
    return pd.DataFrame(
        {
            "back": [*treated, *untreated],
            "thanked": [1] * n + [0] * n,
            "pair": [*range(n), *range(n)],
        }
    )


def difference(data):
    """The estimate for these columns."""
    return paired_difference(data, outcome="back", treatment="thanked", pair="pair")


def test_worked_by_hand():
    """Differences 1, 0, 0, 1: mean 1/2, variance 1/3, error the root of 1/12."""
    found = difference(pairs([1, 1, 0, 1], [0, 1, 0, 0]))

    assert found.estimate == 0.5
    assert found.std_error == pytest.approx((1 / 12) ** 0.5)
    assert (found.n, found.clusters) == (8, 4)
    assert (found.mean_treated, found.mean_untreated) == (0.75, 0.25)
    assert found.low == pytest.approx(0.5 - 3.182446 * (1 / 12) ** 0.5)  # t, 3 degrees of freedom


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_t_test_of_the_differences(seed):
    """The order of rows does not matter, and scipy's paired test agrees."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0.3, 1, 40), rng.normal(0, 1, 40)
    found = difference(pairs(a, b).sample(frac=1, random_state=seed))
    peer = stats.ttest_rel(a, b)

    assert found.t == pytest.approx(peer.statistic)
    assert found.p_value == pytest.approx(peer.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(peer.confidence_interval()))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pairs([1, 0], [0, 0]).iloc[:3], "got 1 other pairs"),
        (pairs([1, 0], [0, 0]).assign(pair=0), "got 1 other pairs"),
        (pairs([1, 1], [0, 0]), "got 2 pairs with the same"),
        # 0.3 - 0.1 and 0.4 - 0.2 differ by rounding only.
        (pairs([0.3, 0.4], [0.1, 0.2]), "got 2 pairs with the same"),
        (pairs([1e-300, 0], [0, 0]), "neither vast nor tiny, got values up to 1e-300"),
        (pairs([1e200, 0], [0, 0]), "neither vast nor tiny, got values up to 1e.200"),
        (pairs([1, 0], [0, np.nan]), "got empty ones in back"),
        (pairs([1, 0], [0, 1]).assign(thanked=1), "got 4 exposed of 4"),
    ],
)
def test_what_is_refused(data, message):
    """Broken pairs, differences that do not vary, empty values and one arm are one line."""
    with pytest.raises(ModelError, match=message):
        difference(data)
