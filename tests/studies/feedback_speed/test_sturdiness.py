"""H1.1 with errors grouped otherwise, and without long silences."""

from dataclasses import replace

import by_hand
import numpy as np
import pandas as pd
import polars as pl
import pytest
import simulated

from workbench.schema import TABLES
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed.cohorts import make
from workbench.studies.feedback_speed.returning import landmark_difference
from workbench.studies.feedback_speed.sturdiness import (
    WILD,
    WITHIN,
    WITHOUT,
    channels,
    in_silence,
    responders,
    robustness,
    silences,
    variants,
    within_channels,
)


@pytest.fixture
def club(keep):
    """A record of 40 days with silences of 12, 9 and 8 days, and one of 7 days at its end."""
    posts = by_hand.table("""
        post_id thread_id author_id is_bot created_at
        a       a         ann       no     2024-01-01T00:00Z
        a1      a         ann       no     2024-01-01T01:00Z
        a2      a         helper    yes    2024-01-01T02:00Z
        a4      a         bob       no     2024-01-01T03:00Z
        a3      a         cat       no     2024-01-01T03:00Z
        d       d         dan       no     2024-01-10T03:00Z
        e       e         eve       no     2024-01-12T00:00Z
        e1      e         -         no     2024-01-12T01:00Z
        f       f         fay       no     2024-01-12T02:00Z
        f1      f         cat       no     2024-01-14T00:00Z
        g       g         gus       no     2024-01-26T00:00Z
        h       h         hal       no     2024-02-03T00:00Z
    """)
    return keep(posts, title="Club", record_start="launch", observed_until="2024-02-10T00:00Z")


def test_silences_by_hand(club):
    """Longer than seven days, the longest first; the last week is not longer than a week."""
    found = silences(club)

    # From the 14th to the 26th, from 3 o'clock on the 1st to the 10th, from the 26th to the 3rd.
    assert (found["length_us"] / DAY).tolist() == [12, 9, 8]
    assert pd.to_datetime(found["from_us"], unit="us").dt.day.tolist() == [14, 1, 26]


def test_the_edges_of_the_record_are_silent_too(keep):
    """Watched for eight days after the last post: a silence; before the first: two days, none."""
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        a       a         ann       2024-01-03T00:00Z
    """)
    limits = {"observed_from": "2024-01-01T00:00Z", "observed_until": "2024-01-11T00:00Z"}

    assert (silences(keep(posts, **limits))["length_us"] / DAY).tolist() == [8]


def test_windows_in_a_silence_by_hand(club):
    """A window that only touches the edge of a silence does not overlap it."""
    one = make(club)
    one = replace(one, windows=replace(one.windows, outcome_from=DAY, outcome_until=3 * DAY))
    start = int(club.posts["created_us"].min())
    days = [0, 9.5, 10, 10.1, 24, 32]
    first = [start + round(day * DAY) for day in days]
    people = pd.DataFrame({"first_us": pd.Series(first, dtype="Int64")})

    # Silent, in days from the start: .125 to 9.125, 13 to 25, 25 to 33. Windows: 1 to 3 (in),
    # 10.5 to 12.5, 11 to 13 (between, and up to the edge), 11.1 to 13.1 (in), 25 to 27 (in),
    # 33 to 35 (begins as the silence ends).
    assert in_silence(one, people).tolist() == [True, False, False, True, True, False]


def test_responders_by_hand(club):
    """Of bob and cat in one tick the smaller post is first; deleted and unanswered stand alone."""
    one = make(club)
    labels = dict(zip(one.people["thread_id"], responders(one, one.people), strict=True))
    authors = dict(zip(club.posts["post_id"], club.posts["author_id"], strict=True))

    # ann herself and the program do not answer; a3, by cat, comes before a4 of the same tick.
    assert labels["a"] == labels["f"] == authors["a3"]
    assert sorted(labels) == ["a", "d", "e", "f", "g", "h"]
    assert len(set(labels.values())) == 5


@pytest.fixture
def of_channels(keep):
    """A function: how many channels -> a forum whose second half is quiet: few answers, returns."""

    def made(count):
        posts = simulated.posts(11, people=4_000, effect=0.0, weekend=0.0)
        dice = np.random.default_rng(12)
        number = posts["post_id"].str.slice(1).cast(pl.Int64).to_numpy()
        named = dice.integers(0, count, 4_000)
        channel = named[number]
        opens = posts["post_id"].str.starts_with("q").to_numpy()
        stays = opens | (channel < count / 2) | (dice.random(len(posts)) < 0.2)
        stored = keep(posts.filter(stays), **simulated.RECORD)
        who = pl.col("thread_id").str.slice(1).cast(pl.Int64)
        of = pl.lit(pl.Series(named)).gather(who).cast(pl.String)
        tables = {name: stored.read(name) for name in TABLES}
        tables["posts"] = tables["posts"].with_columns(channel=of)
        return make(replace(stored, held=tables))

    return made


def test_channels_by_hand(of_channels):
    """The channel is that of the first post, by row of the people asked about."""
    one = of_channels(6)
    known = dict(one.community.posts.select("post_id", "channel").iter_rows())
    people = one.people.iloc[[5, 2, 9]]

    found = channels(one, people)

    assert found.tolist() == [known[thread] for thread in people["thread_id"]]
    assert found.index.tolist() == [5, 2, 9]


def test_people_of_one_channel(of_channels):
    """Where lively channels bring answers and returns, the difference within them is none."""
    one = of_channels(6)
    rows = variants(one)

    # Lively: 30 of 100 answered, 20 back; quiet: 6 and 4. Of the answered 83 of 100 are in lively
    # channels, of the others 43: .83 * .2 + .17 * .04 - (.43 * .2 + .57 * .04) = .064.
    assert landmark_difference(one).estimate == pytest.approx(0.064, abs=0.03)
    assert landmark_difference(one).low > 0
    for name in (WITHIN, WILD):
        assert rows[name].estimate == pytest.approx(0.0, abs=0.03)
        assert rows[name].low < 0 < rows[name].high
    assert rows[WILD].clusters == 6
    assert list(rows)[-1] == WITHOUT


@pytest.mark.parametrize("count", [1, 51])
def test_one_channel_or_many(of_channels, count):
    """One channel is no comparison, and in more than fifty too few people are left in each."""
    assert within_channels(of_channels(count)) == {}


def test_few_channels_have_no_wild_bootstrap(of_channels):
    """With two channels they cannot be what varies; the row stays empty."""
    found = within_channels(of_channels(2))

    assert found[WITHIN].n == len(of_channels(2).at_landmark)
    assert found[WILD] is None


def test_no_channels(college_cohort):
    """Direct messages have no channels, and no rows for them."""
    assert within_channels(college_cohort) == {}


def test_groupings_move_the_interval_only(college_cohort):
    """The first row is H1.1; the others have its estimate, since nobody was silent for a week."""
    rows = variants(college_cohort)
    primary, *others = rows.values()
    fixed = landmark_difference(college_cohort)

    assert (primary.estimate, primary.std_error) == (fixed.estimate, fixed.std_error)
    assert [effect.estimate for effect in others] == pytest.approx([fixed.estimate] * 4)
    assert rows["nobody"].clusters == fixed.n
    assert rows["nobody"].std_error != fixed.std_error
    assert rows[WITHOUT].n == fixed.n


# Limits in 100, computed apart from this code with the same model, to one decimal.
CHIT_CHAT = {
    "those who arrived in one week": (-0.6, 18.4),
    "those whom one person answered": (1.9, 15.9),
    "nobody": (1.6, 16.2),
}


def test_robustness_of_chit_chat(chitchat_cohort):
    """The interval by other groupings, and a summer in which nobody was there."""
    table = robustness([chitchat_cohort]).frame.set_index("who goes together")

    for name, limits in CHIT_CHAT.items():
        got = [100 * table.loc[name, side] for side in ("low", "high")]
        assert got == pytest.approx(limits, abs=0.051)
    last = table.loc[WITHOUT]
    assert last["longest silence, days"] == pytest.approx(121, abs=0.5)
    assert (last["silent from"], last["silent until"]) == ("2018-05-16", "2018-09-14")
    touched = in_silence(chitchat_cohort, chitchat_cohort.at_landmark).sum()
    assert last["people"] == 540 - touched < 540
    assert table["silent from"].notna().sum() == 1


def test_too_few_without_silences(chitchat_cohort):
    """Where every window meets a silence the row stays, with a dash."""
    ever = replace(chitchat_cohort.windows, outcome_from=-400 * DAY, outcome_until=400 * DAY)
    view = robustness([replace(chitchat_cohort, windows=ever)])

    assert pd.isna(view.frame["estimate"].iloc[-1])
    assert pd.isna(view.frame["people"].iloc[-1])
    assert view.frame["estimate"].iloc[:-1].notna().all()
    assert "too few people remain" in view.caption


def test_no_long_silence(college_cohort):
    """A record without a long silence has no days of it."""
    assert silences(college_cohort.community).empty
    assert robustness([college_cohort]).frame["silent from"].isna().all()
