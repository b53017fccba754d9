"""Study 1 under other choices of cleaning: every number by hand or by the study's own steps."""

from dataclasses import replace

import by_hand
import polars as pl
import pytest

from workbench.data._cleaning_marks import MARKS
from workbench.data._cleaning_programs import suspects
from workbench.data.variants import variants
from workbench.schema import TABLES
from workbench.studies.cleaning_choices import (
    AS_LOADED,
    SOUGHT,
    UNFAIR,
    WORDS,
    Tried,
    _largest,
    cleaning_choices,
    tried,
)
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed.cohorts import make
from workbench.studies.feedback_speed.returning import landmark_difference

POSTS = by_hand.table("""
    post_id thread_id author_id created_at
    q1      q1        ann       2024-01-01T00:00:00Z
    a1      q1        bob       2024-01-01T00:00:00Z
    b1      q1        cat       2024-01-01T06:00:00Z
    q2      q2        bob       2024-01-05T00:00:00Z
    a2      q2        -         2024-01-05T02:00:00Z
    q3      q3        cat       2024-01-09T00:00:00Z
    a3      q3        ann       2024-01-09T04:00:00Z
    q4      q4        dan       2024-01-20T00:00:00Z
""")


@pytest.fixture
def club(keep):
    """Four threads: answered at once and after 6 hours, after 2 by nobody, after 4, never."""
    limits = {"record_start": "launch", "observed_until": "2024-02-20T00:00:00Z"}
    return make(keep(POSTS, title="Club", **limits))


def test_the_waits_of_every_choice_by_hand(club):
    """Shares answered within 24 hours and median waits, counted on the fingers."""
    found = {one.words: one for one in tried(club)}
    loaded, later, less = found.values()

    # As loaded three of four are answered, after 0, 2 and 4 hours. Without the reply at the very
    # moment the first waits 6 hours; without that of a deleted account the second waits on.
    assert [one.share.estimate for one in (loaded, later, less)] == pytest.approx([0.75, 0.75, 0.5])
    assert [one.median for one in (loaded, later, less)] == [2, 4, 4]
    assert list(found) == [AS_LOADED, WORDS["zero-lag"], WORDS["deleted-accounts"]]
    assert [one.rows for one in found.values()] == [0, 1, 1]


def test_too_few_people_for_the_comparison(club, monkeypatch):
    """Four newcomers allow no model: the waits stand there, the difference has a dash."""
    monkeypatch.setattr("workbench.studies.cleaning_choices.UNFAIR", {})
    view = cleaning_choices([club])

    assert view.frame["difference of H1.1, estimate"].isna().all()
    assert view.frame["answered by the landmark, estimate"].notna().all()
    assert "Club: too few people for the comparison, as loaded or otherwise." in view.caption


def test_a_choice_that_leaves_nothing(club):
    """If every opening post was changed late, nothing is left without them, and the row says so."""
    opens = pl.col("post_id") == pl.col("thread_id")
    changed = pl.when(opens).then(pl.col("created_us") + DAY).alias("edited_us")
    posts = club.community.posts.filter(pl.col("post_id") != "q4").with_columns(changed)
    held = {name: club.community.read(name) for name in TABLES} | {"posts": posts}
    one = replace(club, community=replace(club.community, held=held))

    empty = next(each for each in tried(one) if each.words == WORDS["edited-after-reply"])

    assert (empty.rows, empty.median, empty.share, empty.difference) == (3, None, None, None)


def test_an_unfair_choice_is_shown_and_not_counted(club):
    """A row that leaves out the answered alone says so, and is never the largest change."""
    posts = club.community.posts.with_columns(
        edited_us=pl.when(pl.col("post_id") == "q3").then(pl.col("created_us") + DAY),
    ).filter(~pl.col("post_id").is_in(["a1", "a2"]))
    held = {name: club.community.read(name) for name in TABLES} | {"posts": posts}
    one = replace(club, community=replace(club.community, held=held))

    view = cleaning_choices([one])

    assert view.frame["cleaned"].tolist() == [AS_LOADED, WORDS["edited-after-reply"]]
    # Two of four are answered; without the one that was changed, one of three.
    shares = view.frame["answered by the landmark, estimate"].tolist()
    assert shares == pytest.approx([1 / 2, 1 / 3])
    assert "Club: no other fair choice would change anything here." in view.caption
    assert f" {UNFAIR['edited-after-reply']} {SOUGHT} " in view.caption


@pytest.mark.parametrize(
    "rule", ["zero-lag", "deleted-accounts", "vanished-posts", "quick-bots", "early-replies"]
)
def test_choices_by_the_answer_or_the_wait_are_not_fair(rule):
    """Each is marked in its words and has its reason."""
    assert WORDS[rule].endswith(" (not a fair one)")
    assert UNFAIR[rule].endswith(".")


def test_words_and_reasons_mark_the_same_choices():
    """No row is called unfair without a reason, and none with one goes unmarked."""
    assert {rule for rule, words in WORDS.items() if words.endswith("(not a fair one)")} == {
        *UNFAIR
    }


def test_two_reasons_stand_once_each(club):
    """The reply at the very moment and the one of a deleted account are each explained."""
    caption = cleaning_choices([club]).caption

    assert f" {UNFAIR['zero-lag']} {UNFAIR['deleted-accounts']} {SOUGHT} " in caption


def test_embedded_data_by_the_study_itself(college_cohort):
    """As loaded the numbers are those of the page; the other row is the study on other tables."""
    loaded, *others = tried(college_cohort)
    tables = list(variants(college_cohort.community))

    assert loaded.difference == landmark_difference(college_cohort)
    assert [one.rows for one in others] == [one.rows for one in tables]
    for one, other in zip(others, tables, strict=True):
        assert one.difference == landmark_difference(make(other.community))
        assert one.difference != loaded.difference


def test_the_largest_change_is_sought_among_fair_choices(college_cohort):
    """The sentence is about the fair row farthest off, however far an unfair one is."""
    effect = landmark_difference(college_cohort)
    moved = {"one": ("", 0.01), "two": ("", -0.02), "three": ("Chosen by the wait.", 0.3)}
    others = [
        Tried(words, why, 1, None, None, replace(effect, estimate=effect.estimate + by))
        for words, (why, by) in moved.items()
    ]
    own = Tried(AS_LOADED, "", 0, None, None, effect)

    said = _largest("Club", [own, *others])
    assert "the difference changes most two, by -2.0 in 100; as loaded it is" in said
    assert f"as loaded it is {100 * effect.estimate:.1f} (" in said


def test_the_table_of_embedded_data(college_cohort):
    """One row a choice, one sentence a community; the only choice here is not a fair one."""
    view = cleaning_choices([college_cohort])

    assert "College messages: no other fair choice would change anything here." in view.caption
    assert view.frame["cleaned"][0] == AS_LOADED
    assert view.frame["posts changed"].tolist()[1:] == [105]


def test_nothing_to_decide(keep):
    """Where no rule has anything to do otherwise, the sentence says so."""
    posts = POSTS.filter(pl.col("post_id").is_in(["q1", "b1", "q3", "a3", "q4"]))
    one = make(keep(posts, title="Club", observed_until="2024-02-20T00:00:00Z"))

    view = cleaning_choices([one])

    assert view.frame["cleaned"].tolist() == [AS_LOADED]
    assert "Club: no other fair choice would change anything here." in view.caption
    assert SOUGHT not in view.caption


def test_every_variant_has_words():
    """Whatever rule the variants may try, readers find it in plain words."""
    tried_rules = {*MARKS, *suspects(pl.DataFrame(schema=SHORT)), "early-replies", "vanished-posts"}

    assert set(WORDS) == tried_rules


SHORT = {
    **dict.fromkeys(("community_id", "author_id", "post_id", "thread_id", "parent_id"), pl.String),
    **dict.fromkeys(("created_us", "precision_us"), pl.Int64),
    "is_bot": pl.Boolean,
}
