"""The words of the definition ladder where only answers count."""

import by_hand

from workbench.studies.feedback_speed import definition_ladder, waiting

POSTS = by_hand.table("""
    post_id thread_id author_id created_at           kind
    q1      q1        ann       2024-01-01T00:00:00Z question
    c1      q1        bob       2024-01-01T01:00:00Z comment
    a1      q1        cat       2024-01-01T05:00:00Z answer
    q2      q2        bob       2024-01-02T00:00:00Z question
    a2      q2        ann       2024-01-02T03:00:00Z answer
""")


def test_where_only_answers_count_the_rungs_say_so(keep):
    """Two people make the first two rungs by comments; the third counts answers, and says it."""
    site = keep(POSTS, "site", title="Site", platform="questions and answers")
    club = keep(POSTS.drop("kind"), "club", title="Club")

    view = definition_ladder([site, club])
    rungs = view.frame[view.frame["community"] == "Site"]

    assert rungs["definition"].tolist() == [
        "any later message, comments too",
        "not by the asker, comments too",
        "by a human, not by the asker, and only posts of kind answer",
        waiting.STILL_WAITING,
    ]
    # q1 after 1 hour by the comment and after 5 by the answer, q2 after 3: medians of the two.
    assert rungs["median_hours"].tolist() == [2, 2, 4, 3]
    assert view.frame["definition"].tolist()[4:] == [*waiting.RUNGS.values(), waiting.STILL_WAITING]
    assert " In Site the first two rungs count posts of every kind, comments too" in view.caption


def test_elsewhere_the_ladder_is_as_it_was(keep):
    """Where every kind of post is an answer, no word is added."""
    club = keep(POSTS.drop("kind"), "club", title="Club")

    view, plain = definition_ladder([club]), waiting.definition_ladder([club])
    assert (view.caption, view.frame.equals(plain.frame)) == (plain.caption, True)
    assert definition_ladder([]).frame.columns.tolist() == ["community", "why"]
