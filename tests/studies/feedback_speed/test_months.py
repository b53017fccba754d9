"""Answered within the hour, month by month."""

from dataclasses import replace

import by_hand
import pytest

from workbench.studies.cautions import PAUSES
from workbench.studies.feedback_speed import months


def test_monthly_share_by_hand(club, monkeypatch):
    """The month is that of the clock on the wall: q3, late on 31 January UTC, is February."""
    monkeypatch.setattr(months, "FEWEST_THREADS", 1)
    rows = months.monthly_share([club])

    # January: q1 within the hour, q2 not. February: q3 within the hour, q4 and q6 not.
    assert rows["month"].tolist() == ["2024-01", "2024-02"]
    assert rows["threads"].tolist() == [2, 3]
    assert rows["estimate"].tolist() == pytest.approx([1 / 2, 1 / 3])
    assert (rows["low"] < rows["estimate"]).all()
    assert (rows["estimate"] < rows["high"]).all()


def test_a_month_of_quick_answers_is_kept(keep, monkeypatch):
    """Where every thread is answered within the hour, the share is 1 and has no interval."""
    monkeypatch.setattr(months, "FEWEST_THREADS", 1)
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-10T00:00Z
        q1a     q1        bob       2024-01-10T00:10Z
        q2      q2        bob       2024-01-10T00:20Z
        q2a     q2        ann       2024-01-10T00:30Z
    """)

    (row,) = months.monthly_share([keep(posts)]).to_dict("records")
    assert row["estimate"] == 1
    assert row["low"] != row["low"]


def test_silent_months_keep_their_place(keep, monkeypatch):
    """February has threads of one person only, March none, April a thread not watched an hour."""
    monkeypatch.setattr(months, "FEWEST_THREADS", 1)
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-10T00:00Z
        q1a     q1        bob       2024-01-10T00:10Z
        q2      q2        bob       2024-01-11T00:00Z
        q3      q3        bob       2024-02-11T00:00Z
        q4      q4        bob       2024-02-12T00:00Z
        q5      q5        ann       2024-04-10T00:00Z
        q6      q6        bob       2024-04-10T00:10Z
        q6a     q6        bob       2024-04-10T00:20Z
    """)
    community = keep(posts, title="Club")
    rows = months.monthly_share([community])

    assert rows["month"].tolist() == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert rows["threads"].tolist() == [2, 2, 0, 2]
    assert rows["estimate"].isna().tolist() == [False, True, True, True]

    figure = months.within_the_hour([community])
    (ax,) = figure.drawn.axes
    assert len(ax.get_xticks()) == 4
    assert "over 1 months" not in figure.caption
    assert "and no thread at all in 2024-03." in figure.caption


def test_months_with_few_threads_are_named(club):
    """A community without a month of 30 threads keeps its panel, and the text says why."""
    assert months.monthly_share([club])["estimate"].isna().all()

    figure = months.within_the_hour([club])

    assert "Club: no such month" in figure.caption
    assert len(figure.drawn.axes) == 1
    assert "fewer than 30 threads" in figure.caption
    # Two of five threads are answered within the hour.
    assert "within the hour in 0 of 1 community: Club 40 in 100 (" in figure.caption


def test_one_panel_a_community(college, chitchat):
    """Panels keep the order of the communities; each says its lowest and highest month."""
    figure = months.within_the_hour([college, chitchat])

    titles = [ax.get_title(loc="left") for ax in figure.drawn.axes]
    assert titles == ["College messages", "Chit-Chat"]
    assert "College messages: between" in figure.alt
    assert "Chit-Chat: between" in figure.alt
    assert "no thread at all in 2018-06, 2018-07 and 2018-08" in figure.alt
    assert "in 1 of 2 communities: College messages 17 in 100" in figure.caption


def test_months_do_not_overprint(chitchat):
    """Eight months have names at every second one only; the line at one half is named."""
    (ax,) = months.within_the_hour([chitchat]).drawn.axes

    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["2018-04", "", "2018-06", "", "2018-08", "", "2018-10", ""]
    assert [text.get_text() for text in ax.texts] == ["half"]


def test_threads_made_by_pauses_are_named(club):
    """The caption says how threads were made, of those communities alone."""
    options = {**club.manifest["options"], "answers": "next"}
    manifest = {**club.manifest, "options": options, "title": "Channel"}
    paused = replace(club, manifest=manifest)

    assert PAUSES not in months.within_the_hour([club]).caption
    assert f" Channel: {PAUSES}" in months.within_the_hour([club, paused]).caption
