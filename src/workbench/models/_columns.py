"""Checked numbers for the effect estimators: from a tidy table to an arm and covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ModelError
from workbench.models.inputs import Floats, indicator, numbers, representable

# A column whose part outside the other columns is smaller than this share of it repeats them.
COLLINEAR = 1e-8


@dataclass(frozen=True, eq=False)
class Columns:
    """Who was exposed (0.0, 1.0), the standardised `covariates`, and the names of those dropped."""

    exposure: Floats
    covariates: Floats
    names: tuple[str, ...]
    dropped: tuple[str, ...]


def require(data: pd.DataFrame, columns: Sequence[str], *, where: str) -> None:
    """Refuse what is no table, absent and ambiguous columns, empty values and lists."""
    if not isinstance(data, pd.DataFrame):
        raise ModelError(
            f"{where}: expected a pandas DataFrame, got {type(data).__name__}. "
            "Turn the table into one first."
        )
    absent = [name for name in columns if name not in data.columns]
    if absent:
        raise ModelError(
            f"{where}: expected a column {', '.join(absent)}, got "
            f"{', '.join(map(str, data.columns))}. Choose among these."
        )
    twice = [name for name in dict.fromkeys(columns) if isinstance(data[name], pd.DataFrame)]
    if twice:
        raise ModelError(
            f"{where}: expected one column of each name, got several of {', '.join(twice)}. "
            "Rename or drop the others."
        )
    nested = [name for name in dict.fromkeys(columns) if _nested(data[name])]
    if nested:
        raise ModelError(
            f"{where}: expected one number or text in every cell, got lists or tables in "
            f"{', '.join(nested)}. Give every part a row or a column of its own."
        )
    empty = [name for name in dict.fromkeys(columns) if data[name].isna().any()]
    if empty:
        raise ModelError(
            f"{where}: expected a value in every row, got empty ones in {', '.join(empty)}. "
            "Drop or fill them first, so that the number of rows is your decision."
        )


def _nested(values: pd.Series) -> bool:
    return values.dtype == object and not values.map(pd.api.types.is_hashable).all()


def arms(data: pd.DataFrame, exposure: str, *, where: str) -> Floats:
    """Exposure as 0.0 and 1.0, both of them present."""
    return both_arms(data[exposure], name=exposure, rows=len(data), where=where)


def both_arms(values: Any, *, name: str, rows: int, where: str) -> Floats:
    """The same from the values alone, one a row."""
    arm = indicator(values, where=where, name=name, rows=rows).astype(float)
    exposed = int(arm.sum())
    if exposed in (0, len(arm)):
        raise ModelError(
            f"{where}: expected 0 and 1 in {name}, got {exposed:,} exposed of {len(arm):,} "
            "rows. Bring a comparison group; without one there is no effect to estimate."
        )
    return arm


def positive(weights: Any, *, rows: int, where: str) -> Floats:
    """One weight above zero for every row."""
    w = numbers(weights, where=where, name="weights", rows=rows)
    if w.min() <= 0:
        raise ModelError(
            f"{where}: expected weights above zero, got {w.min():g}. Pass propensity(...).weights."
        )
    return w


def columns(data: pd.DataFrame, *, exposure: str, covariates: Sequence[str], where: str) -> Columns:
    """
    Numbers for the model: text becomes indicators (first value in order is the reference).

    A covariate that is constant, or repeats earlier ones, is dropped and named.
    """
    require(data, [exposure, *covariates], where=where)
    arm = arms(data, exposure, where=where)
    raw, names = expand(data, covariates, where=where)
    spread = raw.std(axis=0)
    varies = np.ptp(raw, axis=0) > 0
    scaled = np.where(varies, (raw - raw.mean(axis=0)) / np.where(varies, spread, 1.0), 0.0)
    kept = independent(scaled, np.ones((len(arm), 1)))
    given = Columns(
        arm,
        scaled[:, kept],
        tuple(names[i] for i in kept),
        tuple(name for i, name in enumerate(names) if i not in kept),
    )
    not_determined(given, exposure=exposure, where=where)
    return given


def not_determined(given: Columns, *, exposure: str, where: str) -> None:
    """Refuse an exposure that the covariates give exactly."""
    arm = given.exposure[:, None]
    if not independent(arm, np.hstack([np.ones((len(arm), 1)), given.covariates])):
        raise ModelError(
            f"{where}: expected rows of both arms with like covariates, got {exposure} determined "
            f"exactly by {', '.join(given.names)}. Leave out the one that repeats it."
        )


def expand(
    data: pd.DataFrame, covariates: Sequence[str], *, where: str
) -> tuple[Floats, list[str]]:
    """Covariates as numbers, with one indicator for each further value of a text column."""
    parts = [pd.DataFrame(index=data.index)]
    for name in covariates:
        values = data[name]
        if pd.api.types.is_complex_dtype(values):
            raise ModelError(
                f"{where}: expected real numbers or text, got complex numbers in {name}. "
                "Split them into two columns."
            )
        if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
            parts.append(values.astype(float).to_frame(name))
        else:
            parts.append(pd.get_dummies(values, prefix=name, prefix_sep="=", drop_first=True))
    table = pd.concat(parts, axis=1)
    raw = table.to_numpy(dtype=float)
    endless = ~np.isfinite(raw).all(axis=0)
    if endless.any():
        raise ModelError(
            f"{where}: expected finite numbers, got infinite ones in "
            f"{', '.join(table.columns[endless])}. Cap or transform them first."
        )
    for column, name in zip(raw.T, table.columns, strict=True):
        representable(column, where=where, name=str(name))
    return raw, list(table.columns)


def independent(candidates: Floats, base: Floats) -> list[int]:
    """Positions of the columns that add something to `base` and to the columns before them."""
    rows, extra = candidates.shape
    basis = np.empty((rows, base.shape[1] + extra))
    basis[:, : base.shape[1]] = np.linalg.qr(base)[0]
    width = base.shape[1]
    kept: list[int] = []
    for position, column in enumerate(candidates.T):
        known, rest = basis[:, :width], column
        for _ in range(2):  # Once more, for rounding leaves a trace of the basis the first time.
            rest = rest - known @ (known.T @ rest)
        size = float(np.linalg.norm(rest))
        if size > COLLINEAR * max(float(np.linalg.norm(column)), 1.0):
            basis[:, width] = rest / size
            width += 1
            kept.append(position)
    return kept
