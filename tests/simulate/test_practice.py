"""Worlds to practise on: the planted number is there, and chance moves the answer little."""

import pytest

from workbench.simulate import practice

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_newcomers_hold_what_is_planted(seed):
    """Among the keen and among the others, answers add the planted share, within four errors."""
    made = practice.newcomers(seed)

    shares = made.table.groupby(["keen", "answered"])["returned"].mean().unstack()
    # An arm has 6,000 people or more: the error of a difference is about .0065 at most.
    assert (shares[True] - shares[False]).to_numpy() == pytest.approx(made.truth, abs=0.03)
    assert practice.EFFECTS[0] <= made.truth <= practice.EFFECTS[1]
    answered = made.table.groupby("keen")["answered"].mean()
    assert answered[True] - answered[False] == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_labels_agree_as_often_as_the_skill_says(seed):
    """Two raters with skill p agree with chance p squared + (1 - p) squared."""
    made = practice.labels(seed)

    agree = (made.table["first"] == made.table["third"]).mean()
    # 60,000 items: four errors are .0082.
    assert agree == pytest.approx(made.truth**2 + (1 - made.truth) ** 2, abs=0.0085)
    assert list(made.table) == ["first", "second", "third"]
    assert len(made.table) == practice.ITEMS


@pytest.mark.parametrize("seed", SEEDS)
def test_turns_fall_within_people_only(seed):
    """The same person replies less where more arrives; eager people hide a part of it."""
    made = practice.turns(seed)
    columns = ["doublings", "replied"]
    numbers = made.table.astype({"replied": float})
    within = numbers[columns] - numbers.groupby("person")[columns].transform("mean")

    slope = (within["doublings"] * within["replied"]).sum() / (within["doublings"] ** 2).sum()
    # 60,000 messages, a deviation of .5 and of one doubling: four errors are .0082.
    assert -slope == pytest.approx(made.truth, abs=0.0085)
    assert made.table["person"].value_counts().eq(practice.TURNS).all()


@pytest.mark.parametrize("make", practice.WORLDS.values(), ids=practice.WORLDS)
def test_a_seed_is_a_world(make):
    """The same seed gives the same table and truth, another one another."""
    once, again, other = make(1), make(1), make(2)

    assert once.table.equals(again.table)
    assert once.truth == again.truth != other.truth
