"""How unlike the rows of a group are, how far raters differ, how often they agree."""

import math

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import MeasureError
from workbench.measures import collect
from workbench.measures.crowds import agreement, disagreement, diversity

BIRDS = ["owl", "owl", "owl", "jay", "jay", "wren"]


def ratings(rows):
    """Ratings from rows of item, rater, label, value, group."""
    names = ["item_id", "rater_id", "label", "value", "group_id"]
    kinds = dict.fromkeys(names, pl.String) | {"value": pl.Float64}
    frame = pl.DataFrame(rows, schema=kinds, orient="row")
    return frame.with_columns(community_id=pl.lit("c"))


def test_diversity_by_hand():
    """Six rows of three kinds: entropy, Hill numbers and Chao's estimate by arithmetic."""
    frame = pl.DataFrame({"wood": ["w"] * 7, "bird": [*BIRDS, None]})

    got = collect(diversity(frame, kind="bird", by=["wood"])).iloc[0]

    # Shares 1/2, 1/3, 1/6: entropy 0.5 log 2 + log 3 / 3 + log 6 / 6, and (3 - 1) / 12 is added.
    entropy = math.log(2) / 2 + math.log(3) / 3 + math.log(6) / 6 + 2 / 12
    assert got["entropy"] == pytest.approx(entropy)
    assert got["hill_1"] == pytest.approx(math.exp(entropy))
    # Pairs alike: 3 x 2 + 2 x 1 + 1 x 0 = 8 of 6 x 5 = 30.
    assert got["differ"] == pytest.approx(22 / 30)
    assert got["hill_2"] == pytest.approx(30 / 8)
    # One kind seen once, one twice: 5/6 x 1 x 0 / (2 x 2) = 0 unseen.
    assert got["kinds_unseen"] == 0
    assert got["hill_0"] == got["kinds"] == 3
    assert got["rows"] == 6
    assert got["largest"] == pytest.approx(1 / 2)


def test_kinds_that_were_not_seen():
    """With f1 kinds seen once and f2 twice, (n-1)/n x f1 (f1-1) / (2 (f2+1)) more are expected."""
    frame = pl.DataFrame({"wood": ["w"] * 5, "bird": ["a", "b", "c", "d", "d"]})

    got = collect(diversity(frame, kind="bird", by=["wood"])).iloc[0]

    # n 5, f1 3, f2 1: 4/5 x 3 x 2 / (2 x 2) = 1.2.
    assert got["kinds_unseen"] == pytest.approx(1.2)
    assert got["hill_0"] == pytest.approx(5.2)


def test_one_row_says_nothing_of_pairs():
    """A single row has no pair, so that chance of a difference and its inverse are empty."""
    frame = pl.DataFrame({"wood": ["w"], "bird": ["owl"]})

    got = collect(diversity(frame, kind="bird", by=["wood"])).iloc[0]

    assert pd.isna(got["differ"])
    assert pd.isna(got["hill_2"])
    assert got["entropy"] == 0


@given(st.lists(st.sampled_from("abcd"), min_size=2, max_size=12))
def test_diversity_is_that_of_all_pairs(birds):
    """The chance of a difference is the share of ordered pairs of rows that differ."""
    frame = pl.DataFrame({"wood": ["w"] * len(birds), "bird": birds})

    got = collect(diversity(frame, kind="bird", by=["wood"])).iloc[0]

    pairs = [(i, j) for i in range(len(birds)) for j in range(len(birds)) if i != j]
    by_pairs = sum(birds[i] != birds[j] for i, j in pairs) / len(pairs)
    assert got["differ"] == pytest.approx(by_pairs)
    assert got["kinds"] <= got["hill_0"]
    assert 1 / got["kinds"] <= got["largest"] + 1e-12


def test_diversity_needs_its_columns():
    """A column that is not there, and no group at all, are refused in one line."""
    frame = pl.DataFrame({"wood": ["w"], "bird": ["owl"]})

    for by in (["forest"], []):
        with pytest.raises(MeasureError) as error:
            diversity(frame, kind="bird", by=by)
        assert str(error.value) == (
            f"diversity: expected columns {', '.join([*by, 'bird'])}, at least one to group by, "
            "got wood, bird. Name columns of the table."
        )


def test_disagreement_by_hand():
    """Classes by pairs that differ, numbers by their variance, in each group apart."""
    table = ratings(
        [
            ("x", "p", "A", 1.0, "g"),
            ("x", "q", "A", 2.0, "g"),
            ("x", "r", "B", 6.0, "g"),
            ("x", "s", None, 9.0, "h"),
            ("y", "p", "B", None, None),
            ("y", "q", "C", None, None),
        ]
    )

    got = collect(disagreement(table, by=("item_id", "group_id")))
    by_key = got.set_index(got["item_id"] + got["group_id"].fillna("-"))

    # A A B: 1 pair of 3 alike. Numbers 1 2 6: mean 3, squares 4 + 1 + 9 = 14, over 2.
    assert by_key.loc["xg", "differ"] == pytest.approx(2 / 3)
    assert by_key.loc["xg", "variance"] == pytest.approx(7)
    assert by_key.loc["xg", "mean"] == pytest.approx(3)
    assert by_key.loc["xh", ["labels", "values"]].tolist() == [0, 1]
    assert pd.isna(by_key.loc["xh", "variance"])
    assert pd.isna(by_key.loc["xh", "differ"])
    # An empty group is a group: B and C differ for sure.
    assert by_key.loc["y-", "differ"] == 1
    assert by_key.loc["y-", "values"] == 0


def test_disagreement_keeps_the_digits_of_large_numbers():
    """A million added to every number changes no variance."""
    rows = [("x", f"p{n}", None, 1e9 + n, "g") for n in range(5)]

    got = collect(disagreement(ratings(rows), by=("group_id",)))

    assert got["variance"].iloc[0] == pytest.approx(2.5, rel=1e-6)


def test_agreement_by_hand():
    """Each rater against the other ratings of the item, averaged over the rater's items."""
    table = ratings(
        [
            ("x", "p", "A", None, None),
            ("x", "q", "A", None, None),
            ("x", "r", "B", None, None),
            ("y", "p", "B", None, None),
            ("y", None, "B", None, None),
            ("z", "r", "A", None, None),
        ]
    )

    got = collect(agreement(table)).set_index("rater_id")

    # p: 1 of 2 others at x, 1 of 1 at y. q: 1 of 2. r: 0 of 2 at x; z has no other rating.
    assert got["agreement"].to_dict() == {"p": 0.75, "q": 0.5, "r": 0.0}
    assert got["judged"].to_dict() == {"p": 2, "q": 1, "r": 1}


@pytest.mark.parametrize("measure", [disagreement, agreement])
def test_ratings_need_their_columns(measure):
    """A table without classes is refused with the name of the column."""
    table = ratings([("x", "p", "A", 1.0, "g")]).drop("label")

    with pytest.raises(MeasureError) as error:
        measure(table)

    assert str(error.value).startswith(f"{measure.__name__}: table ratings needs label; found ")
