"""H3.2 to H3.4: getting through, the queue, choosing, busy channels."""

import numpy as np
import pandas as pd
import pytest
from invented_inbox import DAY, HOUR, MINUTE, START, community, message

from workbench.errors import ModelError
from workbench.studies.overload import choosing
from workbench.studies.overload.busy_channels import FIRSTS, LENGTH, busy, channels_table, days
from workbench.studies.overload.capacity import (
    FEWEST_DAYS,
    capacity_figure,
    capacity_table,
    got_through,
    newest_first,
    person_days,
    queues,
)
from workbench.studies.overload.choosing import (
    choosing_figure,
    choosing_table,
    ended,
    ideas,
    lost,
    reach,
    reach_said,
)


def test_days_of_people_with_enough_of_them(club):
    """Nobody with fewer than ten days is left; nothing is answered that had not arrived."""
    found = person_days(club)

    assert found.groupby("person").size().min() >= FEWEST_DAYS
    assert found["person"].nunique() > 70  # those who write to the 70 receive their replies
    assert (found["answered"] <= found["arrived"]).all()


def test_what_grows_on_and_on_shows_no_limit(club):
    """People answer most of what comes, however much: the elasticity is far above one half."""
    found = got_through(club)

    assert found.above.low > 0.5
    assert found.n + found.left_out == len(person_days(club))
    assert capacity_table([club]).frame["days"].tolist() == [found.n]
    assert "Inbox" in capacity_figure([club]).alt


def test_too_few_people_for_a_limit_are_refused():
    """One day of one person has no limit to show."""
    posts = [message(0, "z", "ann", "z", START), message(1, "b", "bob", "ann", START + MINUTE)]

    with pytest.raises(ModelError, match=r"capacity: expected people with 10 days or more .*got 0"):
        got_through(community("one", "direct messages", posts))


def test_too_few_days_for_a_point_are_left_out_of_the_figure(club):
    """A community without ten days to average has no point; the reason stands instead."""
    posts = [message(0, "z", "ann", "z", START), message(1, "b", "bob", "ann", START + MINUTE)]
    small = community("one", "direct messages", posts)

    assert "about the same number of turns, got 0" in capacity_figure([small]).frame["why"].item()
    assert "Not enough data for this step in One" in capacity_figure([club, small]).caption


def test_a_queue_by_hand():
    """Two turns wait when ann comes back: the newest has place 1; the reply counts in time."""
    came = START + 10 * HOUR
    posts = [
        message(0, "b", "bob", "ann", came - 3 * HOUR),
        message(1, "c", "cy", "ann", came - HOUR),
        message(2, "c", "ann", "cy", came),
        message(3, "b", "ann", "bob", came + 2 * HOUR),
    ]
    found = queues(community("queue", "direct messages", posts))
    mine = found[found["person"] == "ann"]

    # bob's has waited three hours and is second; it is answered two hours after: too late.
    assert mine["depth"].tolist() == [2, 1]
    assert mine["age_us"].tolist() == [3 * HOUR, HOUR]
    assert mine["replied"].tolist() == [0.0, 1.0]


def test_newest_first_has_a_row_with_and_without_age(club):
    """Holding age equal is shown beside the place alone, or the reason why it cannot be."""
    made = newest_first([club])

    assert made.name == "newest-first"


def test_ideas_by_hand():
    """Inflow counts 12 hours to both sides, the idea itself included; winners stand first."""
    times = {"a": 0, "b": 11, "c": 12, "d": 30}
    posts = [
        {"post_id": name, "thread_id": name, "author_id": f"by {name}", "kind": "idea",
         "created_us": START + hour * HOUR, "score": score, "recipient_id": None,
         "channel": "k", "length": 9}
        for (name, hour), score in zip(times.items(), (5, 1, 3, 2), strict=True)
    ]  # fmt: skip
    comment = posts[1] | {"post_id": "x", "author_id": "zoe", "kind": "comment"}
    comment["created_us"] = START + 30 * HOUR
    rows = [
        {"community_id": "c", "post_id": name, "contest_id": "k", "won": name == "b"}
        for name in times
    ]
    found = ideas(
        community("four", "forum", [*posts, comment], ideas=rows,
                  contests=[{"community_id": "c", "contest_id": "k"}])
    ).set_index("post_id")  # fmt: skip

    assert (2 ** found["inflow"]).round().tolist() == [3, 3, 3, 1]
    assert found["early"].tolist() == [0.0, 1.0, 0.0, 0.0]  # 19 hours after b
    assert found["standing"].tolist() == [3.0, 4.0, 2.0, 1.0]  # b won; then by applause


def test_a_contest_near_the_end_of_the_record_has_not_ended(calls):
    """Without a closing date, a month of silence is asked for."""
    frame = ideas(calls)
    late = frame.assign(created_us=frame["created_us"] + 60 * DAY)

    assert ended(calls, frame) == [f"k{number}" for number in range(8)]
    assert len(ended(calls, late)) < 8


def test_no_loss_where_none_was_planted(calls):
    """An early comment means as much at busy times as at quiet ones, and more than a coin."""
    found = lost(calls)

    assert abs(found.fit.slope.estimate) < 3 * found.fit.slope.std_error
    assert np.average(found.cells["auc"], weights=found.cells["items"]) > 0.55
    assert found.fit.slope.clusters == 8
    assert choosing_table([calls]).frame["contests"].tolist() == [8] * 4
    assert "Contests" in choosing_figure([calls]).alt


def test_contests_that_have_not_ended_are_refused(calls):
    """Where all is too near the end of the record there is nothing to compare."""
    posts = calls.posts.to_dicts()[:1]
    posts[0]["created_us"] = int(calls.communities["observed_until_us"][0]) - DAY
    rows = [{"community_id": "c", "post_id": posts[0]["post_id"], "contest_id": "k0"}]
    kept = {key: value for key, value in posts[0].items() if value is not None}
    late = community("late", "forum", [kept], ideas=rows,
                     contests=[{"community_id": "c", "contest_id": "k0"}])  # fmt: skip

    with pytest.raises(ModelError, match=r"choosing: expected ideas in contests that ended"):
        lost(late)


def test_a_sign_points_no_better_than_it_can(calls, monkeypatch):
    """Four ideas of different standing, two with the sign: 5 of 6 pairs at the very most."""
    # In order 1, 2, 3, 4 with the sign at 1 and 4: of the pairs 12 13 14 23 24 34 the sign is at
    # the lower in 12 and 13, at the higher in 24 and 34, at both or neither in 14 and 23: 3 of 6.
    # At 3 and 4: at the higher in 13 14 23 24, at both or neither in 12 and 34: 5 of 6.
    four = pd.DataFrame(
        {"contest": "k", "standing": [1.0, 2.0, 3.0, 4.0], "early": [1.0, 0.0, 0.0, 1.0]}
    )
    seen, most = reach(calls)

    assert 0.5 < seen < most < 1
    assert f"cannot reach more than {100 * most:.1f}" in reach_said(calls)
    assert f"2 in 100 are {0.02 / (seen - 0.5):.0%} of what it adds" in reach_said(calls)
    assert reach_said(calls) in choosing_table([calls]).caption
    monkeypatch.setattr(choosing, "ideas", lambda _: four)
    assert reach.__wrapped__(calls) == pytest.approx((1 / 2, 5 / 6))


def test_days_of_channels_follow_a_day_with_a_message(calls):
    """A day after silence is left out, and shares lie between 0 and 1."""
    frame = days(calls, outcome=FIRSTS)

    assert frame.empty or (frame["before"] > 0).all()


def growing_channels():
    """Channels in which twice as much yesterday goes with messages 10 % shorter today."""
    dice = np.random.default_rng(5)
    posts, number = [], 0
    for channel in range(12):
        before = 4
        for day in range(40):
            count = int(dice.integers(2, 17))
            for _ in range(count):
                length = 200 * 0.9 ** np.log2(1 + before) * np.exp(dice.normal(0, 0.1))
                posts.append(
                    {"post_id": f"{number}", "thread_id": f"{number}", "length": int(length),
                     "author_id": f"a{dice.integers(0, 200)}", "channel": f"ch{channel}",
                     "created_us": START + day * DAY + number % 1000, "recipient_id": None}
                )  # fmt: skip
                number += 1
            before = count
    return community("channels", "forum", posts)


def test_a_planted_shortening_is_found():
    """One tenth shorter for each doubling: a logarithm of 0.105, within three errors."""
    found = busy(growing_channels(), outcome=LENGTH).slope

    assert abs(found.estimate - np.log(0.9)) < 3 * found.std_error
    assert found.std_error < 0.02


def test_both_days_stand_in_the_table():
    """The day before, which is asked for, and the same day, which is to be avoided."""
    frame = channels_table([growing_channels()]).frame

    assert frame["messages of"].tolist() == ["the day before", "the same day"] * 2


def test_channels_without_enough_days_are_refused():
    """One message is no channel that could be busy."""
    post = {"post_id": "a", "thread_id": "a", "author_id": "ann", "channel": "k", "length": 5,
            "created_us": START, "recipient_id": None}  # fmt: skip

    with pytest.raises(ModelError, match=r"busy channels: expected channels with 10 days or more"):
        busy(community("quiet", "forum", [post]), outcome=LENGTH)
