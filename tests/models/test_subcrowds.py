"""All smaller crowds of an item's raters, and the slope of their error on their diversity."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ModelError
from workbench.models.subcrowds import (
    dealt_anew,
    over_raters,
    share,
    share_less,
    spread_of_draws,
    sums,
)


def crowd(seed, *, items=30, raters=6, bias=1.0, people=40):
    """Values, truths, distances and names: raters of two schools, which err in opposite ways."""
    dice = np.random.default_rng(seed)
    names = np.argsort(dice.random((items, people)), axis=1)[:, :raters]
    school = np.where(names % 2, 1.0, -1.0)
    side = dice.normal(size=(items, 1))
    values = bias * side * school + dice.normal(size=(items, raters))
    apart = np.abs(school[:, :, None] - school[:, None, :])
    return values, np.zeros(items), apart, names


def table(values, truth, apart, size):
    """The obvious loop: one row a crowd."""
    rows = []
    for item, row in enumerate(values):
        for who in combinations(range(values.shape[1]), size):
            pairs = [apart[item, i, j] for i, j in combinations(who, 2)]
            rows.append((item, np.mean(pairs), (row[list(who)].mean() - truth[item]) ** 2))
    return pd.DataFrame(rows, columns=["item", "diversity", "error"])


def test_the_slope_is_that_of_a_loop_over_all_crowds():
    """Slope within items, spread within items and mean error agree with loops."""
    values, truth, apart, _ = crowd(1, items=5)
    loops = table(values, truth, apart, 3)
    off = loops[["diversity", "error"]] - loops.groupby("item")[["diversity", "error"]].transform(
        "mean"
    )
    slope = (off["diversity"] * off["error"]).sum() / (off["diversity"] ** 2).sum()
    deviation = np.sqrt((off["diversity"] ** 2).sum() / (len(loops) - 5))

    got = share(sums(values, truth, apart, size=3))

    assert got == pytest.approx(-slope * deviation / loops["error"].mean())


def test_two_schools_by_hand():
    """Two raters of a school 2 above, two of one 2 below: mixed pairs have no error at all."""
    values = np.array([[2.0, 2.0, -2.0, -2.0]] * 2)
    apart = np.abs(values[:, :, None] - values[:, None, :])
    found = sums(values, [0.0, 0.0], apart, size=2)

    # Pairs: 4 mixed with diversity 4, error 0; 2 alike with diversity 0, error 4. Mean error 8/6.
    # Off the means 8/3 and 4/3: mixed (4/3, -4/3), alike (-8/3, 8/3).
    assert found.error.tolist() == pytest.approx([8 / 6] * 2)
    assert found.product.tolist() == pytest.approx([-(4 * 16 / 9 + 2 * 64 / 9)] * 2)
    assert found.square.tolist() == pytest.approx([4 * 16 / 9 + 2 * 64 / 9] * 2)
    # Slope -1; spread sqrt(2 x 21.33 / 10) = 2.066; 2.066 / 1.333 = 1.549.
    assert share(found) == pytest.approx(np.sqrt(2 * 64 / 3 / 10) / (8 / 6))


def test_schools_that_err_apart_help_and_without_errors_of_schools_nothing_is_found():
    """With opposite errors diverse crowds err less; without, the interval holds zero."""
    helped = share_less(sums(*crowd(2, items=200)[:3], size=3), seed=1)
    nothing = share_less(sums(*crowd(3, items=200, bias=0.0)[:3], size=3), seed=1)

    assert helped.low > 0.1
    assert helped.p_value < 0.01
    assert nothing.low < 0 < nothing.high
    assert nothing.p_value > 0.05


def test_the_same_seed_gives_the_same_interval():
    """Draws come from the seed alone."""
    found = sums(*crowd(4)[:3], size=3)

    assert share_less(found, seed=7) == share_less(found, seed=7)


def test_without_a_rater_is_that_of_the_other_crowds():
    """Leaving a rater out looks at the crowds of the others, by the loop over them."""
    values, truth, apart, names = crowd(5, items=6)
    who = names[0, 0]
    left = sums(values, truth, apart, size=3, without=names == who)
    loops = []
    for item in range(6):
        others = [place for place in range(6) if names[item, place] != who]
        part = table(
            values[[item]][:, others], truth[[item]], apart[[item]][:, others][:, :, others], 3
        )
        loops.append(part["error"].mean())

    assert left.error.tolist() == pytest.approx(loops)
    assert set(left.crowds) == {10.0, 20.0}


def test_raters_and_not_items_are_what_varies():
    """Where raters are shared by all items, the error over raters is the larger one."""
    dice = np.random.default_rng(6)
    habits = dice.normal(size=8)
    values = habits[None, :] + 0.1 * dice.normal(size=(200, 8))
    apart = np.broadcast_to(np.abs(habits[:, None] - habits[None, :]), (200, 8, 8))
    names = np.broadcast_to(np.arange(8), (200, 8))
    over_items = share_less(sums(values, np.zeros(200), apart, size=3), seed=1).std_error

    assert over_raters(values, np.zeros(200), apart, names, size=3) > 5 * over_items


def test_dealing_anew_keeps_the_distances():
    """The same distances, between others, and each rater still at no distance from itself."""
    apart = crowd(7)[2] + 0.5 * (1 - np.eye(6))
    dealt = dealt_anew(apart, np.random.default_rng(1))

    assert np.allclose(np.sort(dealt.reshape(30, -1)), np.sort(apart.reshape(30, -1)))
    assert np.allclose(dealt, dealt.transpose(0, 2, 1))
    assert not np.diagonal(dealt, axis1=1, axis2=2).any()
    assert not np.allclose(dealt, apart)


def test_draws_where_nothing_can_be_found():
    """Draws around zero have a large chance; draws on one side of it have none."""
    around = np.linspace(-1, 1, 201)

    assert spread_of_draws(around, n=5).p_value == pytest.approx(0.995, abs=0.01)
    assert spread_of_draws(around + 2, n=5).p_value == 0
    found = spread_of_draws(around, n=5)
    assert (found.low, found.high) == pytest.approx((-0.95, 0.95))


def refusal(call, *arguments, **options):
    """The words of the refusal."""
    with pytest.raises(ModelError) as error:
        call(*arguments, **options)
    return str(error.value)


def test_refusals_of_subcrowds():
    """Shapes, gaps, sizes, one item, one rater and few draws: each in one line."""
    values, truth, apart, _ = crowd(8, items=3)
    assert refusal(sums, values, truth[:2], apart, size=3) == (
        "subcrowds: expected a row of raters and a square of distances for each of 2 truths, got "
        "shapes (3, 6) and (3, 6, 6). Take all from the same items."
    )
    gap = values.copy()
    gap[0, 0] = np.nan
    assert refusal(sums, gap, truth, apart, size=3).startswith(
        "subcrowds: expected a number from every rater of every item, got empty"
    )
    assert refusal(sums, values, truth, apart, size=6) == (
        "subcrowds: expected crowds smaller than the 6 raters of an item, at most 1,000 of them, "
        "got size 6. Choose another size."
    )
    alike = sums(values, truth, np.zeros_like(apart), size=3)
    assert refusal(share_less, alike, seed=1) == (
        "subcrowds: expected two items or more, crowds that differ in diversity, and errors above "
        "zero, got 3 items. Bring more items and raters."
    )
    assert refusal(over_raters, values, truth, apart, np.zeros((3, 6)), size=3) == (
        "subcrowds: expected two raters or more, got 1. Bring more raters."
    )
    assert refusal(spread_of_draws, np.ones(200), n=1) == (
        "spread_of_draws: expected at least 100 different draws, got 200. Draw more."
    )
