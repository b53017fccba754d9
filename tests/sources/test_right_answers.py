"""What is right about items, settled from rows that say so, and answers that lack their other."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.sources._answers import without_other_round
from workbench.sources._truths import counted, settled, stated


def told(*rows):
    """Rows of item and truth, each at its own place."""
    return pl.DataFrame(
        [(item, truth, f"line {n}") for n, (item, truth) in enumerate(rows, start=1)],
        schema={"item_id": pl.String, "truth": pl.String, "place": pl.String},
        orient="row",
    )


def test_stated_by_hand():
    """The first row of each different statement; rows without item or truth state nothing."""
    found = stated(told(("a", "1"), ("a", "1"), ("b", None), (None, "1"), ("a", "2")))

    assert found.select("item_id", "truth", "place").rows() == [
        ("a", "1", "line 1"), ("a", "2", "line 5"),
    ]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("12")), min_size=1))
def test_an_item_has_one_truth_or_none(rows):
    """However rows are ordered, the items that keep a truth are those of which all rows agree."""
    judged = told(*rows).with_columns(reason=pl.lit(None, pl.String))
    found = settled(stated(judged))
    agreed = {item for item, _ in rows if len({truth for i, truth in rows if i == item}) == 1}

    kept = found.filter(pl.col("reason").is_null())
    assert sorted(kept["item_id"]) == sorted(agreed)
    assert counted(judged, found) == {
        "items_without_truth": len({item for item, _ in rows} - agreed),
        "truths_of_items_without_judgement": 0,
        "items_with_different_truths": len({item for item, _ in rows} - agreed),
    }


def test_a_row_with_a_reason_does_not_count():
    """A statement that cannot be read disputes nothing."""
    rows = told(("a", "1"), ("a", "x")).with_columns(reason=pl.Series([None, "not a number"]))

    assert settled(rows)["reason"].to_list() == [None, "not a number"]
    assert settled(rows)["row"].to_list() == [1, 2]


def test_answers_without_the_other_round_by_hand():
    """Ann has both, Ben lacks the second, Cid the first because it was set aside."""
    rows = [
        ("ann", "before", None), ("ann", "after", None), ("ben", "before", None),
        ("cid", "before", "no answer"), ("cid", "after", None),
    ]  # fmt: skip
    columns = ["rater_id", "round", "reason"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    ratings = frame.with_columns(item_id=pl.lit("q"), group_id=pl.lit(None, pl.String))

    assert without_other_round(ratings) == 2
    assert without_other_round(ratings.filter(pl.col("round") == "before")) == 0
