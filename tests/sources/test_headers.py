"""Names of columns stand in messages; what may be somebody's post does not."""

import pytest

from workbench.sources._headers import are_values, shown


def test_names_are_shown():
    """Names stand as they are, in order."""
    assert shown(["post_id", "Author name", "Erstellt am", ""]) == (
        "post_id, Author name, Erstellt am, "
    )


@pytest.mark.parametrize(
    "cell",
    ["17", "-3", "2024-05-13T10:00:00Z", "13/05/2024 10:00", "a@b.example", "https://b.example/1"],
)
def test_a_first_row_of_values(cell):
    """One number, date or address among the names says that the row is no header."""
    assert are_values(["name", f" {cell} "])
    assert shown(["Somebody said this", cell]) == "values in place of names"


def test_long_many_and_unprinted_names():
    """A name is cut at 40 characters, a list at 40 names, and no name tears the line."""
    # 39 characters of the name, and the sign that it was cut.
    assert shown(["x" * 41]) == shown(["x" * 10**7]) == "x" * 39 + "…"
    assert shown(["a"] * 42) == ", ".join(["a"] * 40) + " and 2 more"
    assert shown(["a\nb\u202ec"]) == "a?b?c"
