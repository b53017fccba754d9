"""Success after a first one: exact over all orders of small records, and honest at the null."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from workbench.errors import ModelError
from workbench.models.orders import after_first


def test_after_first_by_hand():
    """Two people, three attempts each: what follows the first success, and what could have."""
    got = after_first([1, 0, 1, 0, 1, 0], list("aaabbb"), seed=1)

    # a: 0 1 follow the first success; b: 0 follows. Successes 1 of 3 attempts.
    assert (got.n, got.successes, got.clusters) == (3, 1, 2)
    assert got.observed == pytest.approx(1 / 3)
    # a (k 3, w 2): first success at 1, 2 with chance 2/3, 1/3: 2 or 1 attempts follow, mean 5/3.
    # b (k 3, w 1): at 1, 2, 3 with a third each: 2, 1 or 0 follow, mean 1.
    assert got.expected_attempts == pytest.approx(8 / 3)
    # Share 1 / (attempts): 4, 3, 2 with chance 2/9, 3/9, 3/9 and 1 with 1/9.
    exact = 2 / 9 / 4 + 3 / 9 / 3 + 3 / 9 / 2 + 1 / 9
    assert got.expected == pytest.approx(exact, abs=0.01)
    assert got.estimate == pytest.approx(got.expected - 1 / 3)


def test_after_first_equals_all_shuffles():
    """The law of the place of the first success is that of shuffling everybody's attempts."""
    people = {"a": [1, 0, 0, 1], "b": [0, 1, 1], "c": [1, 0], "d": [0, 0]}
    shares = []
    for orders in itertools.product(*(set(itertools.permutations(v)) for v in people.values())):
        after = [value for one in orders if 1 in one for value in one[one.index(1) + 1 :]]
        shares.append((sum(after) / len(after), len(after)))
    got = after_first(
        [v for values in people.values() for v in values],
        [name for name, values in people.items() for _ in values],
        seed=5, draws=40_000,
    )  # fmt: skip

    mean, attempts = np.mean(shares, axis=0)
    spread = np.std([share for share, _ in shares])
    assert got.expected == pytest.approx(mean, abs=4 * spread / 200)
    assert got.expected_attempts == pytest.approx(attempts)
    assert got.std_error == pytest.approx(spread, rel=0.03)


def test_after_first_finds_nothing_where_order_means_nothing():
    """In random orders false alarms are rare and the limits hold zero."""
    alarms = missed = 0
    for seed in range(80):
        dice = np.random.default_rng([3, seed])
        skill = dice.beta(1, 8, size=80)
        person = np.repeat(np.arange(80), 8)
        won = dice.random(640) < skill[person]
        got = after_first(won, person, seed=seed, draws=499)
        alarms += got.p_value <= 0.05
        missed += not got.low <= 0 <= got.high

    assert alarms <= 10  # 4 expected; more than 10 of 80 has a chance below 0.01
    assert missed <= 10


def test_after_first_finds_what_was_planted():
    """Where a first success halves the chance of the next, the share is found to be lower."""
    dice = np.random.default_rng(8)
    rows = []
    for person in range(400):
        chance, has_won = 0.3, False
        for _ in range(8):
            won = dice.random() < chance
            rows.append((person, won))
            has_won |= won
            chance = 0.15 if has_won else 0.3
    person, won = zip(*rows, strict=True)
    got = after_first(won, person, seed=1, draws=999)

    assert got.low > 0
    assert got.p_value <= 0.01


def test_after_first_refuses():
    """What has no answer is refused in one line."""
    with pytest.raises(ModelError, match="tried and succeeded again after a first success, got 1"):
        after_first([1, 0, 0, 0], list("aabb"), seed=1)
    with pytest.raises(ModelError, match="can come in other orders, got 2"):
        after_first([1, 1, 1, 1], list("aabb"), seed=1)
    with pytest.raises(ModelError, match="expected only 0 and 1 in success, got 2"):
        after_first([2, 0], list("ab"), seed=1)
    with pytest.raises(ModelError, match="two different labels in person, got one"):
        after_first([1, 0], list("aa"), seed=1)
    with pytest.raises(ModelError, match="draws to be a whole number from 99, got 1"):
        after_first([1, 0], list("ab"), seed=1, draws=1)
    with pytest.raises(ModelError, match="expected a confidence level"):
        after_first([1, 0], list("ab"), seed=1, level=5)
