"""Rows: types, order, and the sum that must be right."""

import polars as pl
import pytest

from workbench.data.rows import balance, in_order, typed
from workbench.errors import DataError, SchemaError
from workbench.schema import POSTS


def test_text_columns_are_left_behind():
    """A source that hands over texts by mistake does not get them stored."""
    got = typed(pl.DataFrame({"post_id": ["a"], "text": ["private"]}), POSTS, where="here")

    assert got.columns == [*POSTS.names, "row", "place"]
    assert got["post_id"].to_list() == ["a"]
    assert got["score"].to_list() == [None]


def test_a_wrong_type_is_named_without_the_value():
    """The message says which column and which type, never what stood there."""
    with pytest.raises(SchemaError) as refused:
        typed(pl.DataFrame({"created_us": ["my diary"]}), POSTS, where="load mine")

    assert str(refused.value) == (
        "load mine: column created_us of table posts: expected Int64, got String that cannot be "
        "read so. Mend it in the source."
    )


def test_rows_without_a_number_are_counted():
    """A table that does not come from input rows is numbered as it stands."""
    frame = pl.DataFrame({"name": ["b", "a"], "row": pl.Series([None, None], dtype=pl.Int64)})

    assert in_order(frame)["row"].to_list() == [1, 2]
    assert in_order(frame)["name"].to_list() == ["b", "a"]


def test_rows_that_do_not_add_up_stop_the_load():
    """A lost row is a fault of the program, and nothing may be stored then."""
    counts = {"posts": {"read": 5, "kept": 3, "quarantined": 1}}

    with pytest.raises(
        DataError, match=r"table posts: expected 5 rows kept or set aside, got 3 \+ 1"
    ):
        balance(counts, where="load mine")
