"""Ranges of settings and sizes: what passes, at the ends too, and what is refused."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from workbench.errors import SimulationError
from workbench.simulate._asked import array, one_of, whole, within


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float64(0.5), np.int64(1)])
def test_numbers_inside_pass(value):
    """The ends belong to the range, and numbers of NumPy are numbers."""
    within(SimpleNamespace(share=value), where="here", share=(0, 1))
    whole(np.int64(3), where="here", name="size", least=3, most=3)
    one_of("a", where="here", name="letter", allowed=("a", "b"))
    assert array([[0, value]], where="here", name="x", least=0, most=1).tolist() == [[0, value]]


@pytest.mark.parametrize(
    "value", [-0.1, 1.1, np.nan, np.inf, True, "1", None, np.complex128(1), [0.5]]
)
def test_anything_else_is_refused(value):
    """Outside, empty, infinite, yes or no, text, complex, lists: one line for each."""
    with pytest.raises(SimulationError, match="here: expected share to be a number from 0 to 1, g"):
        within(SimpleNamespace(share=value), where="here", share=(0, 1))
    with pytest.raises(SimulationError, match="here: expected size to be a whole number from 0 to"):
        whole(value, where="here", name="size", least=0, most=9)
    with pytest.raises(SimulationError, match="here: expected letter to be one of a, b, got "):
        one_of(value, where="here", name="letter", allowed=("a", "b"))


@pytest.mark.parametrize("values", [[0, 2], [np.nan], ["x"], None, [[1], [1, 1]], [1j]])
def test_arrays_outside_are_refused(values):
    """One bad value is enough, and ragged lists are no numbers."""
    with pytest.raises(SimulationError, match=r"here: expected x to hold numbers from 0 to 1, got"):
        array(values, where="here", name="x", least=0, most=1)
