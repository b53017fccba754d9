"""Cells of text as numbers, and what is none."""

import polars as pl
import pytest

from workbench.sources._numbers import no_number, nothing, number


def told(expression, *cells):
    """What an expression says of these cells."""
    return (
        pl.DataFrame({"x": cells}, schema={"x": pl.String}).select(expression("x"))["x"].to_list()
    )


def test_numbers_by_hand():
    """Signs, exponents and blanks around are fine; commas, words and what is not finite are not."""
    assert told(number, "1e+08", " -3 ", "+.5", "20.") == [1e8, -3.0, 0.5, 20.0]
    assert told(number, "1,5", "1_000", "0x1F", "inf", "NaN", "1e400", "", None) == [None] * 8


@pytest.mark.parametrize("word", ["", " ", "NA", "na", "N/A", "None", ".", None])
def test_what_stands_for_no_number(word):
    """Words of programs and people for a number that was not given, in any case."""
    assert told(no_number, word, "0") == [True, False]


def test_what_stands_for_nothing_at_all():
    """Of a class only what programs write is nothing: none, na and a dot may be classes."""
    assert told(nothing, "", "NA", "NaN", "null", None) == [True] * 5
    assert told(nothing, "none", "na", ".", "0") == [False] * 4
