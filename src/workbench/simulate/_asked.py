"""What every simulation refuses before it draws: effects and sizes out of their range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import SimulationError


def within(settings: object, *, where: str, **ranges: tuple[float, float]) -> None:
    """
    Nothing, where each named attribute of `settings` is a number inside its range, ends included.

    Raises
    ------
    SimulationError
        One is no number, is empty, or lies outside.
    """
    for name, (least, most) in ranges.items():
        value = getattr(settings, name)
        is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(
            value, bool
        )
        if not is_number or not least <= value <= most:
            raise SimulationError(
                f"{where}: expected {name} to be a number from {least:g} to {most:g}, "
                f"got {value!r}. Choose one in that range."
            )


def whole(value: Any, *, where: str, name: str, least: int, most: int) -> None:
    """Nothing, where `value` is a whole number from `least` to `most`; else a SimulationError."""
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_whole or not least <= value <= most:
        raise SimulationError(
            f"{where}: expected {name} to be a whole number from {least:,} to {most:,}, "
            f"got {value!r}. Choose one in that range."
        )


def one_of(value: object, *, where: str, name: str, allowed: Sequence[str]) -> None:
    """Nothing, where `value` is one of the `allowed` words; else a SimulationError."""
    if value not in allowed:
        raise SimulationError(
            f"{where}: expected {name} to be one of {', '.join(allowed)}, got {value!r}. "
            "Choose one of them."
        )


def array(
    values: Any, *, where: str, name: str, least: float = -np.inf, most: float = np.inf
) -> npt.NDArray[np.float64]:
    """
    `values` as finite numbers inside a range, ends included.

    Raises
    ------
    SimulationError
        One is no number, is empty or infinite, or lies outside.
    """
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        numbers = np.array([np.nan])
    if not (np.isfinite(numbers) & (numbers >= least) & (numbers <= most)).all():
        raise SimulationError(
            f"{where}: expected {name} to hold numbers from {least:g} to {most:g}, got others. "
            "Take them from the simulated tables."
        )
    return numbers
