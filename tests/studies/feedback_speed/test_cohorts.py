"""Who is compared: windows, knobs, covariates known at the first post, the selection."""

from dataclasses import replace

import by_hand
import numpy as np
import pandas as pd
import polars as pl
import pytest

from workbench.errors import StudyError
from workbench.schema import TABLES
from workbench.studies.durations import DAY, HOUR, local_time
from workbench.studies.feedback_speed import cohorts
from workbench.studies.feedback_speed.cohorts import (
    at_landmark,
    background,
    make,
    selection,
    words_here,
)
from workbench.studies.hypotheses import windows

WASHOUT = windows("direct messages").washout


def altered(one, posts):
    """The same community with other posts, in memory."""
    return replace(one, held={**{name: one.read(name) for name in TABLES}, "posts": posts})


def test_college_messages_by_the_hypothesis(college_cohort):
    """
    336 newcomers are compared: 139 answered, of whom .568345 came back, 197 not, .604061.

    Reference: the same rule computed apart from this code, on the packaged file.
    """
    rows = college_cohort.at_landmark
    answered = rows["responded"]

    assert len(rows) == 336
    assert (answered.sum(), (~answered).sum()) == (139, 197)
    assert rows.loc[answered, "returned"].mean() == pytest.approx(79 / 139)  # .568345
    assert rows.loc[~answered, "returned"].mean() == pytest.approx(119 / 197)  # .604061
    assert college_cohort.as_fixed


def test_college_messages_whole(college_cohort):
    """796 were watched long enough, 279 of them answered by the landmark, 517 not."""
    answered = college_cohort.whole["responded"]

    assert (len(answered), answered.sum(), (~answered).sum()) == (796, 279, 517)


def test_selection_by_step(college_cohort):
    """Each step says how many it leaves out, and the last are those compared."""
    table = selection([college_cohort]).frame

    assert table["people"].tolist() == [1350, 1350, 809, 796, 336]
    assert table["left out"].isna().tolist() == [True, False, False, False, False]
    # 1350 - 1350, 1350 - 809, 809 - 796, 796 - 336
    assert table["left out"].iloc[1:].tolist() == [0, 541, 13, 460]


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_covariates_know_nothing_later(college, college_cohort, share):
    """With the record cut after any newcomer, those before are described as with all of it."""
    whole = college_cohort.known
    moments = np.sort(college_cohort.people["first_us"].to_numpy())
    cut = int(moments[round(share * len(moments))])
    before = background(
        altered(college, college.posts.filter(pl.col("created_us") <= cut)), washout_us=WASHOUT
    )

    assert before.covariates == whole.covariates
    assert len(before.people) >= round(share * len(moments))
    both = before.people.merge(whole.people, on=cohorts.PERSON, validate="1:1")
    assert len(both) == len(before.people)
    for name in (*whole.covariates, "day"):
        pd.testing.assert_series_equal(both[f"{name}_x"], both[f"{name}_y"], check_names=False)


@pytest.mark.parametrize("seed", range(3))
def test_covariates_do_not_see_later_posts(chitchat, chitchat_cohort, seed):
    """Posts after the last newcomer's first may grow, shrink or vanish: no covariate moves."""
    last = int(chitchat_cohort.people["first_us"].max())
    later = pl.col("created_us") > last
    dice = np.random.default_rng(seed)
    posts = chitchat.posts.with_columns(
        length=pl.when(later)
        .then(pl.Series(dice.integers(1, 9999, chitchat.posts.height)))
        .otherwise("length")
    ).filter(~later | pl.Series(dice.random(chitchat.posts.height) < 0.5))

    got = background(altered(chitchat, posts), washout_us=windows("paired chat").washout)

    assert posts.height < chitchat.posts.height
    kept = chitchat_cohort.known.people.sort_values("person_id", ignore_index=True)
    changed = got.people.sort_values("person_id", ignore_index=True)
    pd.testing.assert_frame_equal(changed, kept)


def test_pseudonyms_do_not_order_people(college, college_cohort):
    """With other pseudonyms the same rows stand in the same places."""
    names = college.people["person_id"].to_list()
    swapped = dict(zip(names, [f"x{i:05}" for i in range(len(names))][::-1], strict=True))
    posts = college.posts.with_columns(
        pl.col("author_id").replace(swapped), pl.col("recipient_id").replace(swapped)
    )
    other = make(altered(college, posts))

    columns = ["thread_id", "first_us", "responded", "returned", *college_cohort.covariates]
    pd.testing.assert_frame_equal(other.people[columns], college_cohort.people[columns])
    assert not other.people["person_id"].equals(college_cohort.people["person_id"])


def test_covariates_by_hand(keep):
    """The crowd, the clock on the wall and the weeks, for two newcomers of a forum in Rome."""
    posts = by_hand.table("""
        post_id thread_id author_id length created_at
        q1      q1        ann       7      2024-01-06T12:00:00Z
        a1      q1        bob       5      2024-01-06T13:00:00Z
        q2      q2        cat       -      2024-01-07T12:30:00Z
    """)
    known = background(keep(posts, timezone="Europe/Rome", record_start="launch"), washout_us=0)
    first, second = (row for _, row in known.people.sort_values("day").iterrows())

    # The 6th is a Saturday; noon UTC is 13:00 in Rome, an angle of 13/24 of a turn.
    assert first["hour of day, sine"] == pytest.approx(np.sin(2 * np.pi * 13 / 24))
    assert (first["weekend"], second["weekend"]) == (1, 1)
    # Nothing before ann; within a day before cat only bob's answer: ann's post is 24.5 hours old.
    assert first["posts in the day before (log)"] == 0
    assert second["posts in the day before (log)"] == pytest.approx(np.log(2))
    # 24.5 hours are 0.1458 weeks.
    assert second["weeks since the record began"] == pytest.approx(24.5 / 168)
    assert first["length of the first post (log)"] == pytest.approx(np.log(8))
    assert second["length of the first post (log)"] == 0
    assert (first["day"], second["day"]) == ("2024-01-06", "2024-01-07")
    assert known.counts == {"people with at least one post": 3, "known to be new": 3}


def test_knobs(college):
    """A knob moves its window, and the row is no longer as fixed."""
    moved = make(college, landmark_hours=1, return_days=7)
    same = make(college, landmark_hours=24, return_days=30)

    assert moved.windows.landmark == HOUR
    assert moved.windows.outcome_until - moved.windows.outcome_from == 7 * DAY
    assert not moved.as_fixed
    assert same.as_fixed


@pytest.mark.parametrize(
    ("knob", "name", "value"),
    [("landmark_hours", "LANDMARK_HOURS", -1), ("return_days", "RETURN_DAYS", float("nan"))],
)
def test_knobs_must_be_positive(college, knob, name, value):
    """A knob that is not a positive number is refused by its name."""
    with pytest.raises(
        StudyError, match=rf"^study 01: {name} must be positive, got {value}\. Change the knob\.$"
    ):
        make(college, **{knob: value})


def test_the_outcome_never_begins_before_the_landmark():
    """A later landmark moves the outcome window without changing its length."""
    fixed = windows("forum")

    later, sooner = at_landmark(fixed, 3 * DAY), at_landmark(fixed, HOUR)
    assert (later.outcome_from, later.outcome_until) == (3 * DAY, 33 * DAY)
    assert (sooner.outcome_from, sooner.outcome_until) == (DAY, 31 * DAY)


def test_words(college_cohort, chitchat_cohort):
    """The windows in words, how many are left, and a window that begins after the landmark."""
    words = college_cohort.words()

    assert (words.landmark, words.when, words.horizon) == (
        "24 hours", "in the next 30 days", "31 days",
    )  # fmt: skip
    assert words.among == "336 of 796"
    assert college_cohort.words(whole=True).among == ""
    assert chitchat_cohort.words().landmark == "5 minutes"
    assert chitchat_cohort.words().when == ("between 24 hours and 8 days after their first post")


def test_whole_and_landmark_are_nested(college_cohort):
    """Whoever is compared was watched long enough and had not come back early."""
    early = replace(college_cohort, people=college_cohort.people.assign(returned_early=True))

    assert set(college_cohort.at_landmark.index) <= set(college_cohort.whole.index)
    assert early.at_landmark.empty


def test_words_here(college, chitchat):
    """Each community says what its words mean, from the windows fixed for its kind."""
    table = words_here([college, chitchat]).frame.set_index("community")
    fixed = windows("direct messages")

    assert table["a thread is"].iloc[0] == fixed.thread_means
    assert table["an answer is"].iloc[0] == fixed.answer_means
    assert table["early means within"].tolist() == ["24 hours", "5 minutes"]
    assert table["a return counts"].tolist() == [
        "after 24 hours and up to 31 days from the first post",
        "after 24 hours and up to 8 days from the first post",
    ]
    assert table["new means"].tolist() == [
        "everybody: the record begins with the community",
        "silent for the first 7 days of the record",
    ]


def test_an_unknown_length_is_not_an_empty_post():
    """Where some lengths are missing, an indicator tells them from posts without a letter."""
    rows = pd.DataFrame({"first_us": [0, DAY, 2 * DAY], "volume": [0, 1, 2]})
    when = local_time(rows["first_us"], "UTC")
    some = cohorts._covariates(rows.assign(length=[0, None, 5]), when, began=0)
    every = cohorts._covariates(rows.assign(length=[0, 3, 5]), when, began=0)

    assert some["length not known"].tolist() == [False, True, False]
    assert some["length of the first post (log)"].tolist() == pytest.approx([0, 0, np.log(6)])
    assert "length not known" not in every
    none = cohorts._covariates(rows.assign(length=None), when, began=0)
    assert not any("length" in name for name in none)
