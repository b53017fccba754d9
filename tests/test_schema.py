"""The canonical tables: declarations, checks, the generated dictionary."""

from pathlib import Path

import polars as pl
import pytest

from workbench.errors import SchemaError
from workbench.schema import POSTS, RATINGS, SCHEMA_VERSION, TABLES, conform, dictionary

DICTIONARY = Path(__file__).parents[1] / "docs" / "data-dictionary.md"


def ratings(**changes):
    """One valid rating, with columns changed or added."""
    row = {"community_id": "c", "item_id": "i", "scale": "s", "value": 3}
    return pl.DataFrame([{**row, **changes}])


def test_conform_orders_types_and_adds_optional_columns():
    """Whole numbers become floats where the table says so; absent optional columns are empty."""
    shaped = conform(ratings(), RATINGS, where="here")

    assert shaped.columns == RATINGS.names
    assert shaped.schema == RATINGS.polars_schema()
    assert shaped.row(0, named=True)["value"] == 3.0
    assert shaped.row(0, named=True)["rater_id"] is None


def test_conform_drops_columns_the_table_does_not_have():
    """A source's own columns, such as the place of a row, do not reach the store."""
    assert "place" not in conform(ratings(place="line 1"), RATINGS, where="here").columns


def test_missing_column_is_named_with_those_found():
    """What is missing and what is there stand in one line."""
    with pytest.raises(SchemaError, match=r"^here: table ratings needs scale; found community_id,"):
        conform(ratings().drop("scale"), RATINGS, where="here")


def test_required_column_may_not_be_empty():
    """An empty value in a required column is counted, not stored."""
    with pytest.raises(SchemaError, match="column scale of table ratings is empty in 1 rows"):
        conform(ratings(scale=None), RATINGS, where="here")


def test_wrong_type_is_named_without_the_value():
    """A value that does not fit is not printed: it may be somebody's words."""
    with pytest.raises(SchemaError, match="column value of table ratings must be float64") as said:
        conform(ratings(value="secret words"), RATINGS, where="here")
    assert "secret" not in str(said.value)


def test_every_key_is_a_required_column():
    """A key that may be empty would identify nothing."""
    for table in TABLES.values():
        required = {column.name for column in table.columns if not column.optional}
        assert set(table.key) <= required


def test_empty_table_has_the_columns():
    """No rows, all columns."""
    assert POSTS.empty().columns == POSTS.names


def test_dictionary_is_current():
    """docs/data-dictionary.md is what `python -m workbench.schema` prints."""
    text = DICTIONARY.read_text(encoding="utf-8")
    assert text == dictionary()
    assert f"Schema version {SCHEMA_VERSION}." in text
