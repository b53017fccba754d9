"""Tests of the streams: the same name, the same numbers; another name, others."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import SimulationError
from workbench.simulate.seeds import generator

EXPECTED = 4156428856


def test_numbers_are_those_of_every_machine():
    """The first number of one stream, written down: no process and no upgrade may change it."""
    assert generator(3, "arrivals").integers(0, 2**32) == EXPECTED


def test_names_and_seeds_make_streams_of_their_own():
    """Other names, another order, another number of names or another seed: other numbers."""
    draws = [
        generator(seed, *names).random()
        for seed, names in (
            (3, ()), (3, ("a",)), (3, ("a", "b")), (3, ("b", "a")), (3, ("ab",)), (4, ("a",)),
        )
    ]  # fmt: skip
    assert len(set(draws)) == len(draws)


def test_streams_are_not_correlated():
    """Two neighbours of 10,000 draws: |r| below 4 / sqrt(10,000)."""
    one, other = (generator(3, name).standard_normal(10_000) for name in ("a", "b"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.04


@pytest.mark.parametrize("seed", [-1, 1.5, "3", True])
def test_a_seed_is_a_whole_number(seed):
    """Anything else is refused with the value that was given."""
    with pytest.raises(SimulationError, match=r"seed must be a whole number, 0 or more, got "):
        generator(seed, "arrivals")
