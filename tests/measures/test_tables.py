"""What every measure rests on: tables in by name of column, rows out with their types."""

import pandas as pd
import pytest

from workbench.errors import MeasureError
from workbench.measures import collect, lazy, need
from workbench.schema import POSTS


@pytest.fixture(scope="module")
def two(posts_from):
    """Two posts, one of a deleted account."""
    return posts_from("""
        post_id thread_id author_id score created_us
        a       a         ann       3     1
        b       b         -         -     2
    """)


def test_need_takes_the_named_columns_only(two):
    """A measure sees what it asked for, from a frame, a lazy frame or one already wrapped."""
    for given in (two, two.lazy(), lazy(two)):
        got = collect(need(given, POSTS, ["post_id", "score"], where="test"))
        assert list(got.columns) == ["post_id", "score"]
        assert len(got) == 2


def test_need_names_what_is_missing(two):
    """A table that is not canonical is refused with the names of what it lacks."""
    with pytest.raises(MeasureError) as error:
        need(two.select("post_id"), POSTS, ["post_id", "score", "kind"], where="busy hours")
    assert str(error.value) == (
        "busy hours: table posts needs score, kind; found post_id. Pass the canonical table."
    )


def test_collect_keeps_types_and_empty_values(two):
    """Whole numbers with a gap stay whole, yes/no stays yes/no, and nothing is filled."""
    got = collect(lazy(two).select("post_id", "author_id", "score", "is_bot"))

    assert got["score"].dtype == pd.Int64Dtype()
    assert got["is_bot"].dtype == pd.BooleanDtype()
    assert pd.api.types.is_string_dtype(got["author_id"])
    assert got["score"].isna().tolist() == got["author_id"].isna().tolist() == [False, True]
