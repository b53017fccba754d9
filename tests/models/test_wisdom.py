"""The arithmetic of crowds: identities that hold for any numbers, and votes worked by hand."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workbench.errors import ModelError
from workbench.models.wisdom import (
    chance_right,
    diversity_identity,
    expected_maximum,
    gain_by_arithmetic,
    votes_needed,
)

EMOTION = (
    Path(__file__).resolve().parents[2].parent
    / "shared/raw/crowd_labels/crowd_truth_infer/f201_Emotion_FULL"
)


def guesses(**items):
    """A table of estimates, one list an item."""
    rows = [(item, guess) for item, values in items.items() for guess in values]
    return pd.DataFrame(rows, columns=["item", "estimate"])


def test_identity_by_hand():
    """Two items: error of the mean, mean error, variance."""
    got = diversity_identity(guesses(ox=[10, 14], cow=[1, 2, 6]), {"ox": 10, "cow": 4, "pig": 1})

    # ox: mean 12; (12 - 10)^2 = 4 = (0 + 16) / 2 - 4.
    # cow: mean 3; (3 - 4)^2 = 1 = (9 + 4 + 4) / 3 - (4 + 1 + 9) / 3.
    assert got.items["item"].tolist() == ["ox", "cow"]
    assert got.items["estimates"].tolist() == [2, 3]
    assert got.items["collective_error"].tolist() == pytest.approx([4, 1])
    assert got.items["individual_error"].tolist() == pytest.approx([8, 17 / 3])
    assert got.items["diversity"].tolist() == pytest.approx([4, 14 / 3])
    assert got.collective_error == pytest.approx(2.5)
    assert got.individual_error == pytest.approx((8 + 17 / 3) / 2)
    assert got.diversity == pytest.approx((4 + 14 / 3) / 2)
    assert got.residual < 1e-12


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.integers(-10_000, 10_000).map(lambda x: x / 7), min_size=1, max_size=8),
    st.integers(-10_000, 10_000).map(lambda x: x / 11),
)
def test_identity_holds_for_any_numbers(values, truth):
    """Whatever is guessed, the residual is rounding, and the crowd no worse than its members."""
    got = diversity_identity(guesses(one=values), {"one": truth})

    assert got.residual <= 1e-9 * max(1.0, got.individual_error)
    assert got.collective_error <= got.individual_error + 1e-9 * max(1.0, got.individual_error)


def test_identity_refuses():
    """An item without a truth, two truths, and estimates that are no numbers."""
    table = guesses(a=[1, 2], b=[3])
    with pytest.raises(ModelError, match="one true number for every item, got 1 items without and"):
        diversity_identity(table, {"a": 1})
    twice = pd.Series([1.0, 1.0, 2.0], index=["a", "a", "b"])
    with pytest.raises(ModelError, match="got 0 items without and 1 repeated"):
        diversity_identity(table, twice)
    with pytest.raises(ModelError, match="expected a column estimate, got item"):
        diversity_identity(table[["item"]], {"a": 1})
    with pytest.raises(ModelError, match="number in every row of truth, got 1 empty or infinite"):
        diversity_identity(table, {"a": 1, "b": float("nan")})
    with pytest.raises(ModelError, match="at least one row in estimate"):
        diversity_identity(table.iloc[:0], {"a": 1})


def test_expected_maximum_in_closed_form():
    """One, two and three draws have a maximum that can be written down."""
    assert expected_maximum(1) == pytest.approx(0, abs=1e-12)
    assert expected_maximum(2) == pytest.approx(1 / np.sqrt(np.pi), abs=1e-10)
    assert expected_maximum(3) == pytest.approx(1.5 / np.sqrt(np.pi), abs=1e-10)


def test_expected_maximum_of_a_drawn_sample():
    """The mean of 20,000 largest of twenty draws."""
    draws = np.random.default_rng(1).normal(size=(20_000, 20)).max(axis=1)

    # A standard deviation of .525 over the root of 20,000 is .0037; four of them.
    assert expected_maximum(20) == pytest.approx(draws.mean(), abs=0.015)


def test_expected_maximum_of_very_many():
    """A million and a million million draws stay between the bounds of extreme value theory."""
    for n in (10**6, 10**12):
        middle = -stats.norm.ppf(-np.expm1(np.log(0.5) / n))
        low = -stats.norm.ppf(1 / n)
        assert low < expected_maximum(n) < np.sqrt(2 * np.log(n))
        assert expected_maximum(n) == pytest.approx(middle, abs=0.1)


def test_gain_by_arithmetic():
    """Doubling always helps, by less and less; the way back costs the same."""
    gains = [gain_by_arithmetic(n, 2 * n) for n in (1, 2, 4, 8, 16, 32)]

    assert all(later < earlier for earlier, later in pairwise(gains))
    assert min(gains) > 0.25
    assert gain_by_arithmetic(8, 2) == pytest.approx(-gain_by_arithmetic(2, 8))


def test_chance_right_by_hand():
    """Three votes of skill .7: all right, or two of three."""
    assert chance_right(1, skill=0.7) == pytest.approx(0.7)
    assert chance_right(3, skill=0.7) == pytest.approx(0.7**3 + 3 * 0.7**2 * 0.3)
    # A second vote can only make a tie.
    assert chance_right(2, skill=0.7) == pytest.approx(0.7)
    # One vote against a prior of .9 changes nobody's mind: .1 x .7 < .9 x .3.
    assert chance_right(1, skill=0.7, prior=0.9) == pytest.approx(0.9)
    assert chance_right(0, skill=0.7, prior=0.2) == pytest.approx(0.8)


@pytest.mark.parametrize("prior", [0.5, 0.6, 0.9])
def test_more_votes_never_hurt(prior):
    """The chance rises with votes, and is the same for either name of the classes."""
    chances = [chance_right(n, skill=0.65, prior=prior) for n in range(40)]

    assert (np.diff(chances) > -1e-12).all()
    assert chances[7] == pytest.approx(chance_right(7, skill=0.65, prior=1 - prior))


def test_votes_needed_is_the_fewest():
    """One vote less does not reach the target; a decided item needs none."""
    got = votes_needed(0.7, target=0.95)

    assert got.votes == 17
    assert got.chance >= 0.95 > chance_right(16, skill=0.7)
    assert votes_needed(0.7, target=0.9, prior=0.95).votes == 0
    assert votes_needed(0.7, prior=0.8).votes < 17
    assert votes_needed(0.9, target=0.9).votes == 1


def test_votes_refuse():
    """Each option out of its range is named, with what to do."""
    for message, call in {
        "chance_right: expected votes to be a whole number from 0, got 1.5": (
            lambda: chance_right(1.5, skill=0.7)
        ),
        "chance_right: expected a skill between 0 and 1, got 1.": (
            lambda: chance_right(1, skill=1.0)
        ),
        "chance_right: expected a prior between 0 and 1, got 0.": (
            lambda: chance_right(1, skill=0.7, prior=0.0)
        ),
        "votes_needed: expected a skill above one half, got 0.5": lambda: votes_needed(0.5),
        "votes_needed: expected a target between 0 and 1, got 1": (
            lambda: votes_needed(0.7, target=1)
        ),
        "chance_right: expected a prior between 0 and 1, got None": (
            lambda: chance_right(1, skill=0.7, prior=None)
        ),
        "votes_needed: expected a skill above one half, got 'high'": lambda: votes_needed("high"),
        "votes_needed: expected a target between 0 and 1, got None": (
            lambda: votes_needed(0.7, target=None)
        ),
        "votes_needed: expected at most 100,001 votes, got more for a skill of 0.5001": (
            lambda: votes_needed(0.5001, target=0.99)
        ),
        "expected_maximum: expected n to be a whole number from 1, got 0": (
            lambda: expected_maximum(0)
        ),
    }.items():
        with pytest.raises(ModelError, match=message):
            call()


@pytest.mark.shared
@pytest.mark.skipif(not EMOTION.is_dir(), reason="the sample is not beside the project")
def test_identity_on_emotions():
    """700 texts rated by ten people each: the three parts, and nothing left over."""
    table = pd.read_csv(EMOTION / "answer.csv")
    table.columns = ["item", "rater", "estimate"]
    truth = pd.read_csv(EMOTION / "truth.csv").set_index("question")["truth"]
    got = diversity_identity(table, truth)

    assert got.collective_error == pytest.approx(318.0995, abs=1e-3)
    assert got.individual_error == pytest.approx(884.7966, abs=1e-3)
    assert got.diversity == pytest.approx(566.6970, abs=1e-3)
    assert got.residual < 1e-10
