"""Ids that tell too much: which are numbered, in which order, and what becomes of a table."""

import polars as pl
import pytest

from workbench.sources import _numbered


@pytest.mark.parametrize(
    ("item", "numbered"),
    [
        ("7", False),
        ("Größe_2-b", False),
        ("00639b9b-3a45-4c59-90f6-a4738de92fd4", False),
        ("x" * 40, False),
        ("x" * 41, True),
        ("Ada Fern", True),
        ("how old?", True),
        ("site.example", True),
        ("a@b", True),
    ],
)
def test_which_ids_are_plain(item, numbered):
    """Up to 40 letters, digits, hyphens and underscores may stand; anything else tells too much."""
    found = _numbered.keys(pl.Series([item, "8", item, None]), called="item")

    assert _numbered.count(found) == (2 if numbered else 0)
    assert _numbered.names(found).to_list() == ([item, "8"] if numbered else [])


def test_numbers_by_hand():
    """Ten ids take two digits; they are numbered as they first stand, and a table follows."""
    ids = pl.Series([f"item {place}" for place in range(10, 0, -1)])
    found = _numbered.keys(ids, called="group")
    table = pl.DataFrame({"group_id": ["item 1", None, "item 10"], "key_of": [1, 2, 3]})

    assert _numbered.renamed(table, "group_id", found).rows() == [
        ("group-10", 1), (None, 2), ("group-01", 3),
    ]  # fmt: skip
    assert _numbered.renamed(table, "group_id", None) is table
