"""The majority of a few raters: exact against every crowd, errors over items and raters."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from crowds import judged
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workbench.errors import ModelError
from workbench.models.labels import majority_vote
from workbench.models.votes import majority_curve, share_right
from workbench.simulate import raters

BLUEBIRDS = (
    Path(__file__).resolve().parents[2].parent
    / "shared/raw/crowd_labels/crowd_truth_infer/d_Duck_Identification"
)

ONES = {0: "1", 1: "1", 2: "1"}


def test_curve_by_hand():
    """Three items with three votes each: what one rater and what all three get right."""
    table = judged("1 1 0", "1 0 0", "1 1 1")
    got = majority_curve(table, ONES)

    # One rater: 2/3, 1/3, 1 of the items, mean 2/3. Three: right, wrong, right, mean 2/3.
    assert got.curve["size"].tolist() == [1, 3]
    assert got.curve["share_right"].tolist() == pytest.approx([2 / 3, 2 / 3])
    # By item 1/3, -1/3 and 0 over log2(3) doublings; mean 0, standard error (1/3) / sqrt(3).
    doublings = np.log2(3)
    assert got.estimate == pytest.approx(0)
    assert got.error_items == pytest.approx(1 / 3 / np.sqrt(3) / doublings)
    # Without a rater two votes are left; they say nothing of three, and as much of one as before:
    # the change at two stands in for that at three. Shares at one and at two, a tie counting half:
    # 2/3, 1/3, 1. Without a right vote of the first item 1/2, without the wrong one 1.
    # Changes at every size alike (-1/6, -1/6, 1/3; -1/3, 1/6, 1/6; 0), so none in the slope.
    assert got.error_raters == pytest.approx(0)
    assert (got.n, got.clusters, got.largest, got.left_out) == (3, 3, 3, 0)
    assert got.p_value == pytest.approx(1)


def test_curve_draws_a_tie_by_equal_shares():
    """Two classes with a vote each share the place; of three classes three share it."""
    got = share_right(np.array([[1, 1, 0], [1, 1, 1], [2, 1, 1], [0, 3, 0]]), 4)

    # One vote: the share of right ones. All of 1:1 a half; all of 1:1:1 a third.
    assert got[0, :2] == pytest.approx([1 / 2, 1 / 2])
    assert got[1, :3] == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    # 2:1:1, pairs: both right 1/6, one right 4/6 at a half, none 1/6: 1/2. Triples: one of each
    # other left out, 2:1 twice of four, right; 1:1:1 twice, a third: 2/3. All four: right.
    assert got[2] == pytest.approx([1 / 2, 1 / 2, 2 / 3, 1])
    assert got[3, :3] == pytest.approx([0, 0, 0])
    assert np.isnan(got[[0, 0, 3], [2, 3, 3]]).all()


@settings(max_examples=15)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=4).filter(lambda row: 1 <= sum(row) <= 9))
def test_curve_equals_every_crowd(row):
    """The generating function gives the mean over all crowds that can be drawn."""
    got = share_right(np.array([row]), sum(row))[0]

    votes = np.repeat(np.arange(len(row)), row)
    for size in range(1, len(votes) + 1):
        crowds = [
            np.bincount(votes[list(chosen)], minlength=len(row))
            for chosen in itertools.combinations(range(len(votes)), size)
        ]
        right = [(one[0] == one.max()) / (one == one.max()).sum() for one in crowds]
        assert got[size - 1] == pytest.approx(np.mean(right))


@settings(max_examples=15)
@given(st.integers(0, 30), st.integers(0, 30).filter(lambda n: n > 0))
def test_curve_of_two_classes_is_hypergeometric(right, wrong):
    """Of two classes an odd crowd is right with the hypergeometric chance, an even one as often."""
    total = right + wrong
    got = share_right(np.array([[right, wrong]]), total)[0]

    odd = np.arange(1, total + 1, 2)
    assert got[odd - 1] == pytest.approx(stats.hypergeom.sf(odd // 2, total, right, odd), abs=1e-9)
    even = np.arange(2, total + 1, 2)
    assert got[even - 1] == pytest.approx(got[even - 2], abs=1e-9)


def test_curve_keeps_the_same_items_at_every_size():
    """Items with too few votes and items without a truth are left out and counted."""
    table = judged("1 1 0 1 0", "1 0 0 1 1", "0 0 0 1 0", "1 0", "1 1 1 1 1")
    got = majority_curve(table, {0: "1", 1: "1", 2: "0", 3: "1", 9: "0"})

    # Of four items with a truth, three have five votes, one has two: five is the largest size.
    assert (got.largest, got.n, got.left_out, got.without_truth) == (5, 3, 1, 1)
    assert got.curve["share_right"].iloc[0] == pytest.approx((3 / 5 + 3 / 5 + 4 / 5) / 3)
    assert got.curve["share_right"].iloc[-1] == pytest.approx(1)
    assert got.even_gap == pytest.approx(0)


def test_curve_takes_repeats_only_where_asked():
    """Two votes of one rater on one item are refused, or each of them counts."""
    table = pd.concat([judged("1 1 0", "1 0 0", "1 1 1"), judged("1 . .")], ignore_index=True)
    with pytest.raises(ModelError, match="one judgement of an item by a rater, got 1 more"):
        majority_curve(table, ONES)
    got = majority_curve(table, ONES, repeats="count")
    assert got.curve["share_right"].iloc[0] == pytest.approx((3 / 4 + 1 / 3 + 1) / 3)


def test_curve_covers_the_truth_where_raters_are_shared():
    """Intervals cover as often as they say; with the error over items alone they do not."""
    # A rater is right with mean 8 / 11, a spammer (8 in 100) with one half; two fresh raters of one
    # item are independent, so that the truth is binomial.
    skill = 0.92 * 8 / 11 + 0.08 / 2
    sizes = np.arange(1, 22, 2)
    along = np.log2(sizes) - np.log2(sizes).mean()
    truth = stats.binom.sf(sizes // 2, sizes, skill) @ along / (along @ along)
    covered = naive = 0
    for seed in range(60):
        made = raters.simulate(raters.Settings(), seed=seed, items=100, raters=21, per_item=21)
        got = majority_curve(made.judgements, made.items.set_index("item")["true_class"])
        covered += got.low <= truth <= got.high
        naive += abs(got.estimate - truth) <= 1.96 * got.error_items

    assert covered >= 52  # 57 expected; 51 or fewer of 60 has a chance below 0.01
    assert naive < covered


def test_curve_refuses():
    """What has no answer is refused in one line."""
    table = judged("1 1 0", "1 0 0", "1 1 1")
    with pytest.raises(ModelError, match="at least 2 items with a known truth and 3 raters"):
        majority_curve(table, {0: "1"})
    with pytest.raises(ModelError, match="of half of the items with a known truth, got 2"):
        majority_curve(judged("1 1", "1 0", "1 . 1"), ONES)
    with pytest.raises(ModelError, match="one truth for an item, got 1 more"):
        majority_curve(table, pd.Series(["1", "1", "0"], index=[0, 1, 1]))
    with pytest.raises(ModelError, match="items that differ in how the majority fares, got 3"):
        majority_curve(judged("1 1 1", "1 1 1", "1 1 1"), ONES | {2: "0"})
    with pytest.raises(ModelError, match="expected labels of one kind, got several"):
        majority_curve(table, {0: 1, 1: 1, 2: 1})
    with pytest.raises(ModelError, match="expected a column rater"):
        majority_curve(table.drop(columns="rater"), ONES)
    with pytest.raises(ModelError, match="confidence level between 0 and 1, got 95"):
        majority_curve(table, ONES, level=95)


@pytest.mark.shared
@pytest.mark.skipif(not BLUEBIRDS.is_dir(), reason="the bluebirds data are not at hand")
def test_curve_of_the_bluebirds():
    """All 39 raters are right as often as the majority vote: 82 of 108 items (Welinder 2010)."""
    table = pd.read_csv(BLUEBIRDS / "answer.csv").set_axis(["item", "rater", "label"], axis=1)
    truth = pd.read_csv(BLUEBIRDS / "truth.csv").set_index("question")["truth"]
    got = majority_curve(table, truth)

    assert (got.n, got.clusters, got.largest) == (108, 39, 39)
    assert got.curve["share_right"].iloc[-1] == pytest.approx(82 / 108)
    items = majority_vote(table, seed=1).items.set_index("item")["label"]
    assert (items == truth[items.index]).mean() == pytest.approx(82 / 108)
    one = (table["label"] == truth[table["item"]].to_numpy()).mean()
    assert got.curve["share_right"].iloc[0] == pytest.approx(one)
