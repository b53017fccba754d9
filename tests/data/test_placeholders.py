"""Authors called like nobody: found in any case, counted by the pseudonym they got."""

import polars as pl
import pytest

from workbench.data import placeholders
from workbench.data.pseudonyms import pseudonymise

KEY = bytes(range(32))


def authors(*names):
    """Posts by these authors."""
    return pl.DataFrame({"author_id": names}, schema={"author_id": pl.String})


@pytest.mark.parametrize("name", ["none", "NULL", "NaN", "na", "N/A", " Deleted ", "unknown"])
def test_words_in_any_case(name):
    """Each of the words stands out among people."""
    assert placeholders.found({"posts": authors("ann", name, None)}) == {name}


@pytest.mark.parametrize("name", ["nana", "Noneabout", "deleted-scenes", "[deleted]", "Annull"])
def test_names_that_only_hold_a_word(name):
    """A name is more than a word inside it."""
    assert placeholders.found({"posts": authors(name)}) == set()


def test_tables_without_authors():
    """Ratings alone, or posts without authors, have none."""
    assert placeholders.found({"ratings": pl.DataFrame({"value": [1.0]})}) == set()
    assert placeholders.found({"posts": pl.DataFrame({"post_id": ["a"]})}) == set()


def test_kept_posts_are_counted():
    """Two of the three kept posts are by `None`; what `null` wrote was set aside."""
    kept = pseudonymise(authors("None", "ann", "None"), key=KEY)

    assert placeholders.notes(kept, {"None", "null"}, key=KEY) == {
        "posts_by_an_author_called_None": 2
    }
