"""Tests of what models refuse."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ModelError
from workbench.models.inputs import confidence, indicator, labels, numbers, one_of, whole


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, 3],
        (1.0, 2.0, 3.0),
        np.array([1, 2, 3]),
        pd.Series([1, 2, 3], dtype="Int64", index=[7, 8, 9]),
        pd.Series([1, 2, 3], dtype="Float64"),
    ],
)
def test_numbers_are_the_same_from_any_container(values):
    """Lists, arrays and nullable pandas columns give the same floats."""
    got = numbers(values, where="here", name="x")

    assert got.dtype == np.float64
    assert got.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("values", [[True, False], pd.Series([1, 0], dtype="boolean"), [1.0, 0.0]])
def test_indicator_reads_flags_and_ones(values):
    """True and 1 are the same, from any container."""
    assert indicator(values, where="here", name="event", rows=2).tolist() == [True, False]


def test_labels_are_coded_in_order_of_appearance():
    """Codes count from zero as new labels appear."""
    assert labels(["b", "a", "b"], where="here", name="group", rows=3).tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "here: expected at least one row in x, got none. Bring data."),
        ([1.0], "here: expected 2 rows in x, got 1. Take all columns from the same table."),
        (
            [1.0, None],
            "here: expected a number in every row of x, got 1 empty or infinite. Drop or fill them "
            "first, so that the number of rows is your decision.",
        ),
        (
            pd.Series([np.inf, np.nan]),
            "here: expected a number in every row of x, got 2 empty or infinite. Drop or fill them "
            "first, so that the number of rows is your decision.",
        ),
        (
            ["a", "b"],
            "here: expected numbers in x, got something else. Turn them into numbers first.",
        ),
        (
            pd.to_timedelta([1, 2], unit="h"),
            "here: expected numbers in x, got something else. Turn them into numbers first.",
        ),
        (
            np.array([1j, 2j]),
            "here: expected numbers in x, got something else. Turn them into numbers first.",
        ),
        (
            pd.Series([1 + 2j, 1.0], dtype=object),
            "here: expected numbers in x, got something else. Turn them into numbers first.",
        ),
        (
            np.ones((2, 2)),
            "here: expected one value a row in x, got a table or lists. Pass one column.",
        ),
        (
            [[1.0], [1.0, 2.0]],
            "here: expected one value a row in x, got a table or lists. Pass one column.",
        ),
        (
            [1.0, -1e200],
            "here: expected x in a unit that makes it neither vast nor tiny, got values up to "
            "1e+200. Change its unit.",
        ),
        (
            [0.0, 1e-300],
            "here: expected x in a unit that makes it neither vast nor tiny, got values up to "
            "1e-300. Change its unit.",
        ),
    ],
)
def test_numbers_say_what_is_wrong(values, message):
    """Each refusal is one line that says where, what and what to do."""
    with pytest.raises(ModelError) as error:
        numbers(values, where="here", name="x", rows=2)

    assert str(error.value) == message


def test_indicator_says_which_value_is_odd():
    """A two among zeros and ones is named."""
    with pytest.raises(ModelError) as error:
        indicator([0, 1, 2], where="here", name="event", rows=3)

    assert str(error.value) == (
        "here: expected only 0 and 1 in event, got 2. Say for each row whether it happened."
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            ["a", None, "b"],
            "here: expected a label in every row of group, got 1 empty. Drop or label them first, "
            "so that the number of rows is your decision.",
        ),
        (
            ["a", "a", "a"],
            "here: expected at least two different labels in group, got one. Leave it out, or "
            "bring rows of another.",
        ),
        (
            ["a", "b"],
            "here: expected 3 rows in group, got 2. Take all columns from the same table.",
        ),
        (
            pd.Series([["a"], ["b"], ["a"]]),
            "here: expected text or numbers as labels in group, got something else. Turn them "
            "into text.",
        ),
        (
            np.array([["a"], ["b"], ["a"]]),
            "here: expected one value a row in group, got a table or lists. Pass one column.",
        ),
    ],
)
def test_labels_say_what_is_wrong(values, message):
    """Empty, single and missing labels are refused in one line."""
    with pytest.raises(ModelError) as error:
        labels(values, where="here", name="group", rows=3)

    assert str(error.value) == message


@pytest.mark.parametrize("level", [0, 1, 95, float("nan")])
def test_confidence_is_a_share(level):
    """95 is not 0.95."""
    with pytest.raises(ModelError) as error:
        confidence(level, where="here")

    assert str(error.value) == (
        f"here: expected a confidence level between 0 and 1, got {level:g}. Pass 0.95, say."
    )


@pytest.mark.parametrize("level", [None, "0.95", [0.95], 1j])
def test_confidence_is_a_number(level):
    """Nothing, text and lists are shown as they are."""
    with pytest.raises(ModelError) as error:
        confidence(level, where="here")

    assert str(error.value) == (
        f"here: expected a confidence level between 0 and 1, got {level!r}. Pass 0.95, say."
    )


def test_whole_passes_whole_numbers():
    """Python's and numpy's whole numbers are the same."""
    assert [whole(value, where="here", name="draws", least=3) for value in (3, np.int64(4))] == [
        3,
        4,
    ]


@pytest.mark.parametrize("value", [2, 3.0, "3", None, True, float("nan"), [3]])
def test_whole_shows_what_it_got(value):
    """Fractions, text and what is below the least are named."""
    with pytest.raises(ModelError) as error:
        whole(value, where="here", name="draws", least=3)

    assert str(error.value) == (
        f"here: expected draws to be a whole number from 3, got {value!r}. Pass one, such as 3."
    )


def test_one_of_names_the_choices():
    """A known choice passes; another is named with those that there are."""
    one_of("U", ("inverted U", "U"), where="here", name="shape")
    with pytest.raises(ModelError) as error:
        one_of("W", ("inverted U", "U"), where="here", name="shape")

    assert str(error.value) == ("here: expected shape to be inverted U or U, got W. Choose one.")
