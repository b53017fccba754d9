"""What every model refuses before it counts: empty values, unequal lengths, odd indicators."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import ModelError

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def numbers(values: Any, *, where: str, name: str, rows: int | None = None) -> Floats:
    """
    `values` as a one-dimensional array of finite numbers, `rows` long where that is given.

    Raises
    ------
    ModelError
        There are none, they are not numbers (dates are not), one is empty or infinite, or the
        length differs.
    """
    try:
        series = pd.Series(values)
        if series.dtype.kind in "mM":
            raise TypeError  # pandas would count nanoseconds
        column = series.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise ModelError(
            f"{where}: expected numbers in {name}, got something else. "
            "Turn them into numbers first."
        ) from None
    _same_length(len(column), rows, where=where, name=name)
    odd = len(column) - int(np.isfinite(column).sum())
    if odd:
        raise ModelError(
            f"{where}: expected a number in every row of {name}, got {odd:,} empty or infinite. "
            "Drop or fill them first, so that the number of rows is your decision."
        )
    return column


def indicator(values: Any, *, where: str, name: str, rows: int) -> Flags:
    """
    `values` as true and false; 1 and 0 are the same.

    Raises
    ------
    ModelError
        As `numbers`, and for any value that is neither 0 nor 1.
    """
    column = numbers(values, where=where, name=name, rows=rows)
    other = ~np.isin(column, (0.0, 1.0))
    if other.any():
        raise ModelError(
            f"{where}: expected only 0 and 1 in {name}, got {column[other][0]:g}. "
            "Say for each row whether it happened."
        )
    return column == 1.0


def labels(values: Any, *, where: str, name: str, rows: int) -> Whole:
    """
    Codes 0, 1, ... of the distinct `values` in the order of their first row.

    Raises
    ------
    ModelError
        A label is empty, the length differs, or there are fewer than two different labels.
    """
    column = pd.Series(values)
    _same_length(len(column), rows, where=where, name=name)
    codes, distinct = pd.factorize(column)
    empty = int((codes < 0).sum())
    if empty:
        raise ModelError(
            f"{where}: expected a label in every row of {name}, got {empty:,} empty. "
            "Drop or label them first, so that the number of rows is your decision."
        )
    if len(distinct) < 2:
        raise ModelError(
            f"{where}: expected at least two different labels in {name}, got one. "
            "Leave it out, or bring rows of another."
        )
    return codes.astype(np.int64)


def confidence(level: float, *, where: str) -> float:
    """`level` itself, where it is a share strictly between 0 and 1; else a ModelError."""
    if not 0 < level < 1:
        raise ModelError(
            f"{where}: expected a confidence level between 0 and 1, got {level:g}. Pass 0.95, say."
        )
    return level


def one_of(value: str, names: tuple[str, ...], *, where: str, name: str) -> None:
    """Refuse with a ModelError a choice that is not among `names`."""
    if value not in names:
        raise ModelError(
            f"{where}: expected {name} to be {' or '.join(names)}, got {value}. Choose one."
        )


def _same_length(got: int, rows: int | None, *, where: str, name: str) -> None:
    if not got:
        raise ModelError(f"{where}: expected at least one row in {name}, got none. Bring data.")
    if rows is not None and got != rows:
        raise ModelError(
            f"{where}: expected {rows:,} rows in {name}, got {got:,}. "
            "Take all columns from the same table."
        )
