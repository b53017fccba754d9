"""Which data sets can answer which questions: a row a question, a reason a kind of lack."""

from __future__ import annotations

import by_hand
import pytest

from workbench.studies.carried import COLUMNS, answerable, in_words, kind_of, others, support
from workbench.studies.hypotheses import hypotheses

POSTS = by_hand.table("""
    post_id thread_id author_id created_at
    q1      q1        ann       2024-01-01T00:00Z
    a1      q1        bob       2024-01-01T01:00Z
""")


def test_support_has_a_row_a_question(keep):
    """Each question stands once, beside others with the same answer; what the others lack."""
    keep(POSTS, "club", title="Club")
    view = support(["club", "vader-lexicon"])
    alike = view.frame["hypothesis"].str.split(", ")
    rows = view.frame.assign(hypothesis=alike).explode("hypothesis").set_index("hypothesis")

    assert sorted(rows.index) == sorted(hypotheses())
    assert len(view.frame) < len(rows)
    assert not view.frame.duplicated(["can answer it", "what the others lack"]).any()
    assert f"{hypotheses()['H2.3b'].question}<br>" in view.to_html()
    assert rows.loc["H1.1", "can answer it"] == "Club"
    assert rows.loc["H1.1", "what the others lack"] == (
        "VADER lexicon lacks posts whose authors are told apart."
    )
    # Neither posts without contests nor ratings of words hold groups that talked.
    assert rows.loc["H2.3b", "can answer it"] == "none yet"
    assert rows.loc["H2.3b", "what the others lack"] == (
        "Club and VADER lexicon lack raters who are told apart."
    )
    assert view.caption.endswith(f"2 data sets, {len(hypotheses())} questions.")


def test_lacks_of_one_kind_are_one_sentence():
    """Numbers of one data set do not keep it from its like; the largest group comes first."""
    found = {
        "a": ["one clock: 3 posts are dated to the day, 2 to the hour"],
        "b": ["posts.author_id", "posts.thread_id"],
        "c": ["posts.author_id"],
        "d": ["posts.author_id"],
        "e": [],
        "f": ["19 contests; 3 are known"],
        "g": ["19 contests; 5 are known"],
    }

    assert others(found) == (
        "3 data sets lack posts whose authors are told apart. f and g lack 19 contests. "
        "a lacks one clock: 3 posts are dated to the day, 2 to the hour."
    )
    assert others({"e": []}) == ""


@pytest.mark.parametrize(
    ("lack", "kind"),
    [
        ("a landmark for communities of kind 'x' (fixed for: forum)",
         "a landmark for communities of kind 'x'"),
        ("replies: none of 3 posts answers another", "replies"),
        ("ratings.round", "answers before and after a talk"),
    ],
)  # fmt: skip
def test_a_kind_has_no_numbers(lack, kind):
    """What follows a colon, a bracket or a semicolon is of one data set."""
    assert kind_of(lack) == kind


def test_every_column_that_is_asked_for_has_words():
    """Each need of each hypothesis is said in words, and no words are left over."""
    needs = {need for row in hypotheses().values() for need in row.needs}

    assert set(COLUMNS) == needs
    assert all(in_words(need) != need for need in needs)


def test_one_data_set_lists_what_it_can_and_groups_the_rest():
    """Questions it can answer stand in full, the others by what is lacking first."""
    can, cannot = answerable(
        {
            "H1.3": [],
            "H2.1": ["ideas.contest_id", "posts.score"],
            "H2.5": ["ideas.contest_id", "ideas.won"],
            "H2.4": ["judges: none"],
        }
    )

    assert can == [f"{hypotheses()['H1.3'].question} (H1.3)"]
    assert cannot == [
        "H2.1, H2.5: lacks ideas entered into contests (ideas.contest_id), and more",
        f"H2.4 ({hypotheses()['H2.4'].question}): lacks judges: none",
    ]
