"""Clocks that show days alone: nothing shorter than a day is told."""

import a_club
import pandas as pd
import pytest

from workbench.studies import profile
from workbench.studies.durations import DAY, HOUR
from workbench.studies.profile import in_short, ticks, unanswered
from workbench.studies.profile.parts import Part


@pytest.fixture(scope="module")
def daily() -> Part:
    """The club by a clock of days: what is answered the same day waited 0, the rest a day."""
    posts = [
        {**row, "created_us": row["created_us"] // DAY * DAY, "precision_us": DAY}
        for row in a_club.club_posts()
    ]
    (part,) = a_club.parts(a_club.community(posts, tags=a_club.club_tags()))
    return part


def test_shares_shorter_than_the_tick_are_not_told(daily):
    """After an hour nothing is known by a clock of days; after one and three days it is."""
    table = unanswered.unanswered_table([daily]).frame

    assert table["still unanswered"][0] == "the clock is too coarse"
    assert table.loc[0, ["human", "any", "other", "naive"]].isna().all()
    # Twelve on the same day, six on the next, and six never.
    assert table["human"].tolist()[1:] == pytest.approx([6 / 24, 6 / 24])


def test_the_answers_in_short_know_no_hours(daily):
    """Neither an hour's share, nor a median of hours, nor the working clock is told."""
    said = dict(in_short.answers(daily))

    waits = said[in_short.QUESTIONS["unanswered"]]
    assert "after 1 h" not in waits
    assert "For 1 h the clock is too coarse." in waits
    assert waits.endswith("Half were answered within 24 h: the clock is too coarse to say when.")
    assert "orking" not in " ".join(said.values())


def test_a_clock_too_coarse_for_all_waits_says_so():
    """By a clock of ten days there is no share at all, no curve, and the reason in each place."""
    posts = [{**row, "precision_us": 10 * DAY} for row in a_club.club_posts()]
    about = a_club.described(observed_until_us=a_club.START + 26 * DAY)
    found = a_club.parts(a_club.community(posts, about=[about]))

    said = dict(in_short.answers(found[0]))[in_short.QUESTIONS["unanswered"]]
    assert said == "This cannot be told: the clock is too coarse for waits of 72 h."
    assert "too coarse" in profile.unanswered_curves(found).figure.caption


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (profile.clock_table, "the clock is too coarse for hours of work"),
        (profile.week_maps, "the clock is too coarse for hours of the week"),
    ],
)
def test_hours_of_work_and_of_the_week_need_a_clock_that_shows_them(daily, step, what):
    """A sentence stands in their place."""
    assert what in step([daily]).text


def test_medians_of_coarse_waits_are_not_told(daily):
    """Channels, and newcomers' waits for members, say that the clock is too coarse."""
    groups = profile.group_table([daily])
    assert set(groups.frame["median wait, hours"].dropna()) == {"the clock is too coarse"}
    assert "the clock is too coarse" in groups.to_html()


def test_curves_begin_at_the_tick(daily):
    """Nothing is drawn before a day."""
    assert profile.unanswered_curves([daily]).numbers.frame["hours"].min() == pytest.approx(24)


def test_one_coarse_thread_in_twenty_changes_nothing():
    """A share moves by no more than the few; with two in twenty it is no longer told."""
    one = pd.DataFrame({"tick_us": [1] * 19 + [DAY]})
    two = pd.DataFrame({"tick_us": [1] * 18 + [DAY] * 2})

    assert (ticks.tells(one, 1.0), ticks.tells(two, 1.0)) == (True, False)
    assert ticks.tells(two, 24.0)
    assert ticks.shortest(two) == DAY / HOUR


def test_the_week_counts_the_same_threads_in_words_and_map():
    """A thread that the map leaves out is in no sentence about it."""
    posts = []
    for row in a_club.club_posts():
        number = int(row["thread_id"][1:])
        moved = {**row, "created_us": row["created_us"] - number * DAY}
        posts.append(moved | ({"precision_us": DAY} if number == 2 else {}))
    (part,) = a_club.parts(a_club.community(posts))

    shown = profile.week_maps([part])

    # 24 threads of one moment, one of them silent and coarse: twelve of 23 are quick.
    assert shown.numbers.frame["threads"].sum() == 23
    assert "Mon to Fri, 52 % (" in shown.figure.caption
