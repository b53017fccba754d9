"""Cells of text as numbers, and what stands in a cell for an answer that was not given."""

from __future__ import annotations

import polars as pl

# What programs write for nothing; as numbers these words and some more are nothing.
NOTHING = ("", "NA", "NaN", "nan", "NULL", "null")
NO_NUMBER = ("", "na", "n/a", "nan", "null", "none", ".")


def number(column: str) -> pl.Expr:
    """The finite number in a cell, with a point for decimals; empty where there is none."""
    value = pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)


def no_number(column: str) -> pl.Expr:
    """True for an empty cell, and for a word that stands for a number that was not given."""
    word = pl.col(column).str.strip_chars().str.to_lowercase()
    return word.is_null() | word.is_in(NO_NUMBER)


def nothing(column: str) -> pl.Expr:
    """True for an empty cell and for what programs write there; `none` may be a class."""
    word = pl.col(column).str.strip_chars()
    return word.is_null() | word.is_in(NOTHING)
