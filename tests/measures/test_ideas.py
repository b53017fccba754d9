"""Ideas in contests: what is known of each, and the first comment by another person."""

import polars as pl
import pytest

from workbench.errors import MeasureError
from workbench.measures import collect
from workbench.measures.ideas import entries, first_comments

# post, thread, author, moment, program
POSTS = [
    ("a", "a", "ann", 100, False),
    ("a1", "a", "ann", 110, False),
    ("a2", "a", "bot", 112, True),
    ("a3", "a", "cy", 120, False),
    ("a4", "a", "bob", 120, False),
    ("b", "b", None, 200, False),
    ("b1", "b", None, 201, False),
    ("b2", "b", "bob", 190, False),
    ("c", "c", "cy", 300, False),
    ("c1", "c", None, 305, False),
    ("d", "d", "dan", 400, False),
    ("x1", "x", "dan", 10, False),
]


@pytest.fixture(scope="module")
def posts():
    """Four ideas with their comments, and a comment on an idea that is not in the record."""
    kinds = {"post_id": pl.String, "thread_id": pl.String, "author_id": pl.String,
             "created_us": pl.Int64, "is_bot": pl.Boolean}  # fmt: skip
    return pl.DataFrame(POSTS, schema=kinds, orient="row").with_columns(
        community_id=pl.lit("c"), score=pl.lit(None, pl.Int64), length=pl.lit(7, pl.Int64)
    )


def test_first_comments_by_hand(posts):
    """Neither the author nor a program; a deleted account counts where the author is known."""
    got = collect(first_comments(posts)).set_index("thread_id")

    # a: 120 - 100, bob and cy at once; b: bob, dated before the idea; c: a deleted account.
    assert got["waited_us"].to_dict() == {"a": 20, "b": 0, "c": 5}
    assert got.loc["a", "commenter_id"] in {"bob", "cy"}
    assert got.loc["b", "commenter_id"] == "bob"
    assert got["commenter_id"].isna().to_dict() == {"a": False, "b": False, "c": True}


def test_first_comments_without_some_accounts(posts):
    """Comments by the accounts left out do not count, those of deleted accounts do."""
    got = collect(first_comments(posts, without=["bob", "cy"])).set_index("thread_id")

    assert got["waited_us"].to_dict() == {"c": 5}


def test_entries_keep_what_the_post_says(posts):
    """An idea has the author and moment of its post; one without a post has no row."""
    ideas = pl.DataFrame(
        {
            "community_id": "c", "post_id": ["a", "b", "lost"], "contest_id": "one",
            "stage": ["concept", None, None], "won": [True, None, False],
        }
    )  # fmt: skip
    got = collect(entries(ideas, posts)).set_index("post_id").sort_index()

    assert got.index.tolist() == ["a", "b"]
    assert got["author_id"].isna().tolist() == [False, True]
    assert got["created_us"].tolist() == [100, 200]
    assert got["won"].isna().tolist() == [False, True]
    assert got["length"].tolist() == [7, 7]


def test_ideas_refuse_other_tables(posts):
    """A missing column is named."""
    with pytest.raises(MeasureError, match="first_comments: table posts needs is_bot"):
        first_comments(posts.drop("is_bot"))
    with pytest.raises(MeasureError, match="entries: table ideas needs contest_id, stage, won"):
        entries(posts.select("community_id", "post_id"), posts)
