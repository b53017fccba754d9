"""What a dump says of itself, counted again."""

import polars as pl

from workbench.sources import _stackexchange_counts as counts

SCHEMA = {
    "id": pl.Int64, "thread": pl.Int64, "score": pl.Int64, "answers": pl.Int64, "reason": pl.String,
}  # fmt: skip


def known(*rows):
    """What is known of posts: number, thread, points, stated answers, reason."""
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return counts.known([counts.facts(frame)], rows=len(rows))


def votes(*rows):
    """Votes: post and kind."""
    return pl.DataFrame(
        [(post, kind, None) for post, kind in rows],
        schema={"post": pl.Int64, "kind": pl.String, "reason": pl.String},
        orient="row",
    )


def test_answers_are_recounted():
    """An answer that was set aside, or whose question is elsewhere, is not there to be counted."""
    posts = known(
        (1, 1, 0, 2, None), (2, 1, 0, None, None), (3, 1, 0, None, "unparsable time"),
        (4, 4, 0, 0, None), (5, 9, 0, None, None), (6, 6, 0, None, None),
    )  # fmt: skip

    # Question 1 states two and has one; 4 states none; 6 states nothing.
    assert counts.recounted(posts) == {"questions_whose_answers_differ_from_a_recount": 1}
    assert (posts.rows, posts.lowest) == (6, 1)


def test_of_two_rows_with_one_number_the_kept_one_counts():
    """A number that stands twice is one post."""
    posts = known((1, 1, 5, 0, "unparsable time"), (1, 1, 7, 0, None), (1, 1, 9, 0, None))

    assert posts.frame.height == 1
    assert posts.frame["is_kept"].to_list() == [True]


def test_points_by_hand():
    """Votes up less votes down are the points; whatever differs is counted, unknown points not."""
    posts = known((10, 10, 1, 0, None), (20, 20, 0, 0, None), (30, 30, None, 0, None))
    points = counts.no_points(posts)
    for part in (votes((10, "2"), (10, "2"), (30, "2")), votes((10, "3"), (20, "3"), (15, "3"))):
        told, notes = counts.ratings(part, posts)
        counts.add_points(points, told)

    assert points.tolist() == [1, -1, 1]
    assert notes["votes_for_posts_that_are_not_in_the_export"] == 1
    assert counts.disagreements(points, posts) == {"scores_that_differ_from_the_votes": 1}


def test_without_any_post():
    """Where no post has a number, nothing is found and nothing breaks."""
    nothing = known((None, None, None, None, "Id is not a whole number"))

    told, notes = counts.ratings(votes((1, "2")), nothing)
    assert (told.height, notes["votes_for_posts_that_are_not_in_the_export"]) == (0, 1)
    comments = pl.DataFrame({"parent": [1, None]})
    assert counts.in_threads(comments, nothing)["thread_id"].to_list() == [None, None]
    assert nothing.lowest is None
    assert counts.disagreements(counts.no_points(nothing), nothing) == {
        "scores_that_differ_from_the_votes": 0
    }
