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

# Squares of squares of numbers beyond these leave what a computer can hold.
_LARGEST, _SMALLEST = 1e50, 1e-50


def numbers(values: Any, *, where: str, name: str, rows: int | None = None) -> Floats:
    """
    `values` as a one-dimensional array of finite numbers, `rows` long where that is given.

    Raises
    ------
    ModelError
        There are none, they are not numbers (dates and complex numbers are not), one is empty,
        infinite or above 1e50, all are below 1e-50, or the length differs.
    """
    try:
        series = one_column(values, where=where, name=name)
        if series.dtype.kind in "mMc":
            raise TypeError  # pandas would count nanoseconds, and forget the imaginary part
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
    representable(column, where=where, name=name)
    return column


def one_column(values: Any, *, where: str, name: str) -> pd.Series:
    """`values` as a pandas Series; a ModelError where there are several in a row."""
    try:
        flat = np.ndim(values) < 2
    except ValueError:  # Lists of different length.
        flat = False
    if not flat:
        raise ModelError(
            f"{where}: expected one value a row in {name}, got a table or lists. Pass one column."
        )
    return pd.Series(values)


def representable(column: Floats, *, where: str, name: str) -> None:
    """Refuse with a ModelError a column of numbers so large, or all so small, that squares fail."""
    largest = float(np.abs(column).max())
    if largest > _LARGEST or 0 < largest < _SMALLEST:
        raise ModelError(
            f"{where}: expected {name} in a unit that makes it neither vast nor tiny, got values "
            f"up to {largest:g}. Change its unit."
        )


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
        A label is empty or a list, the length differs, or there are fewer than two different ones.
    """
    column = one_column(values, where=where, name=name)
    _same_length(len(column), rows, where=where, name=name)
    try:
        codes, distinct = pd.factorize(column)
    except TypeError:
        raise ModelError(
            f"{where}: expected text or numbers as labels in {name}, got something else. "
            "Turn them into text."
        ) from None
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


def is_number(value: Any) -> bool:
    """Whether `value` is one real number, NaN and infinity among them."""
    return isinstance(value, int | float | np.integer | np.floating)


def shown(value: Any) -> str:
    """How an error shows `value`: a number in short, anything else as Python writes it."""
    return f"{value:g}" if is_number(value) else repr(value)


def plausible(value: Any) -> bool:
    """Whether `value` is a number above zero whose square, and that of its inverse, is one."""
    return is_number(value) and bool(_SMALLEST <= value <= _LARGEST)


def confidence(level: Any, *, where: str) -> float:
    """`level` itself, where it is a share strictly between 0 and 1; else a ModelError."""
    if not is_number(level) or not 0 < level < 1:
        raise ModelError(
            f"{where}: expected a confidence level between 0 and 1, got {shown(level)}. "
            "Pass 0.95, say."
        )
    return float(level)


def whole(value: Any, *, where: str, name: str, least: int = 0) -> int:
    """`value` itself, where it is a whole number of at least `least`; else a ModelError."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ModelError(
            f"{where}: expected {name} to be a whole number from {least:,}, got {value!r}. "
            f"Pass one, such as {max(least, 1)}."
        )
    return int(value)


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
