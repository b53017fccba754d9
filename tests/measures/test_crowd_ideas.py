"""Contests: their crowds, and how new each person is to them."""

import polars as pl
import pytest

from workbench.errors import MeasureError
from workbench.measures import collect
from workbench.measures.crowd_ideas import contests, marginality

# contest, post, author, moment
ENTRIES = [
    ("one", "a", "ann", 1),
    ("one", "b", "ann", 2),
    ("one", "c", "bob", 3),
    ("two", "d", "ann", 10),
    ("two", "e", None, 5),
    ("three", "f", "ann", 20),
    ("three", "g", "bob", 21),
    ("three", "h", "cy", 22),
    ("nobody", "i", None, 30),
]


@pytest.fixture(scope="module")
def tables():
    """Ideas and posts of four contests; the post of one more idea is not in the record."""
    kinds = {"contest_id": pl.String, "post_id": pl.String, "author_id": pl.String,
             "created_us": pl.Int64}  # fmt: skip
    frame = pl.DataFrame(ENTRIES, schema=kinds, orient="row").with_columns(community_id=pl.lit("c"))
    lost = pl.DataFrame({"community_id": ["c"], "post_id": ["lost"], "contest_id": ["two"]})
    ideas = pl.concat([frame.select("community_id", "post_id", "contest_id"), lost])
    return ideas, frame.drop("contest_id")


def test_contests_by_hand(tables):
    """Known accounts are people; others are counted apart; two ideas of one account are a pair."""
    got = collect(contests(*tables)).set_index("contest_id")

    assert got["ideas"].to_dict() == {"one": 3, "two": 1, "three": 3}
    assert got["people"].to_dict() == {"one": 2, "two": 1, "three": 3}
    assert got["nameless"].to_dict() == {"one": 0, "two": 2, "three": 0}
    assert got["largest"].to_dict() == pytest.approx({"one": 2 / 3, "two": 1, "three": 1 / 3})
    # In one, 2 of 6 ordered pairs are ann's: 6 / 2 = 3 effective people. In three no pair is alike.
    assert got.loc["one", "effective"] == pytest.approx(3)
    assert got["effective"].isna().to_dict() == {"one": False, "two": True, "three": True}
    # In two the first idea is of an unknown account.
    assert got["began_us"].to_dict() == {"one": 1, "two": 10, "three": 20}


def test_marginality_by_hand(tables):
    """Who was in both earlier contests is at 0, in one of two at one half, in none at 1."""
    got = collect(marginality(*tables)).set_index(["contest_id", "person_id"])

    assert got.loc["three", "marginality"].to_dict() == {"ann": 0.0, "bob": 0.5, "cy": 1.0}
    assert got.loc[("two", "ann"), "marginality"] == 0
    assert got.loc["one", "marginality"].isna().all()
    assert got.loc["three", "earlier"].tolist() == [2, 2, 2]
    assert len(got) == 6


@pytest.mark.parametrize("measure", [contests, marginality])
def test_ideas_need_their_columns(measure, tables):
    """A table of ideas without contests is refused with the name of the column."""
    ideas, posts = tables

    with pytest.raises(MeasureError) as error:
        measure(ideas.drop("contest_id"), posts)

    assert str(error.value) == (
        f"{measure.__name__}: table ideas needs contest_id; found community_id, post_id. "
        "Pass the canonical table."
    )
