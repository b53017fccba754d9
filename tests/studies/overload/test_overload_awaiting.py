"""Which turns are compared: settings, being there, the end of the record, the most active."""

import numpy as np
import pandas as pd
import pytest
from invented_inbox import HOUR, MINUTE, START, UNTIL, community, message

from workbench.errors import ModelError
from workbench.studies.overload.awaiting import (
    at_hand,
    compared,
    most_active,
    rows,
    selection,
    setting,
    settings_here,
    stages,
    turns_table,
    without,
)


def small():
    """Ann writes, is written to twice, answers one; then is written to when the record ends."""
    times = [
        ("z", "ann", "z", START),
        ("b", "bob", "ann", START + 5 * MINUTE),
        ("c", "cy", "ann", START + 6 * MINUTE),
        ("b", "ann", "bob", START + 50 * MINUTE),
        ("c", "cy", "ann", UNTIL - 30 * MINUTE),
        ("z", "ann", "z", UNTIL - 35 * MINUTE),
        ("c", "cy", "ann", UNTIL - HOUR),
    ]
    return community(
        "small",
        "direct messages",
        [message(n, thread, a, to, at) for n, (thread, a, to, at) in enumerate(times)],
    )


def test_rows_by_hand():
    """Load, being there, reply in time, and the time left, turn by turn."""
    found = rows(small())
    mine = found[found["person"] == "ann"]

    # bob at 5 min: nothing before; there since 0; answered after 45 min. cy at 6 min: one before,
    # never answered (cy's later posts are the same turn: ann never wrote in that thread).
    assert mine["load"].tolist() == [0, 1]
    assert mine["online"].tolist() == [True, True]
    assert mine["silent_us"].tolist() == [5 * MINUTE, 6 * MINUTE]
    assert mine["replied"].tolist() == [1.0, 0.0]
    assert mine["sends"].tolist() == [1.0, 1.0]  # log2(1 + 1)
    assert mine["left_us"].tolist() == [UNTIL - START - 5 * MINUTE, UNTIL - START - 6 * MINUTE]


def test_a_wider_window_widens_load_and_sends_alone():
    """Twice the window counts what is up to two hours old."""
    posts = [
        message(0, "b", "bob", "ann", START),
        message(1, "c", "cy", "ann", START + 90 * MINUTE),
        message(2, "z", "ann", "z", START),
    ]
    small_one = community("wide", "direct messages", posts)

    narrow, wide = rows(small_one), rows(small_one, widened=2)

    last = narrow["thread_id"] == "c"
    assert narrow.loc[last, "load"].tolist() == [0]
    assert wide.loc[last, "load"].tolist() == [1]
    assert wide["replied"].equals(narrow["replied"])


def test_turns_whose_time_is_not_over_are_left_out_and_counted():
    """The record ends half an hour after the last turn: an hour to reply is not in sight."""
    posts = [
        message(0, "z", "ann", "z", UNTIL - 35 * MINUTE),
        message(1, "b", "bob", "ann", UNTIL - 30 * MINUTE),
    ]
    late = community("late", "direct messages", posts)

    assert compared(rows(late)).empty
    *_, turn, there, watched = stages(late)
    assert (turn.count, there.count, watched.count) == (2, 1, 0)
    assert there.set_aside == 1


def test_alike_turns_are_refused():
    """Nothing can be compared where every turn had the same end."""
    posts = [message(0, "z", "ann", "z", START), message(1, "b", "bob", "ann", START + MINUTE)]

    with pytest.raises(ModelError, match=r"awaiting: expected turns answered in time and .*got 1"):
        at_hand(community("alike", "direct messages", posts))


def test_the_most_active_by_hand():
    """Most turns first; of equals, whose pseudonym comes first."""
    frame = pd.DataFrame({"person": ["b", "a", "c", "c", "b"]})

    assert most_active(frame, 2) == ["b", "c"]
    assert without(frame, 2)["person"].tolist() == ["a"]
    assert without(frame, 0)["person"].tolist() == frame["person"].tolist()


def test_nobody_is_lost_between_the_stages(club):
    """Each stage less those set aside is the next one, and the last is what is compared."""
    *_, last = stages(club)

    assert last.count == len(at_hand(club))
    assert selection([club]).caption


@pytest.mark.parametrize(
    ("platform", "recipient"),
    [
        ("direct messages", "addressee"),
        ("paired chat", "partner"),
        ("forum", "opener"),
        ("questions and answers", "opener"),
    ],
)
def test_settings_of_every_kind(platform, recipient):
    """Every kind has lengths above zero and somebody whose reply a post awaits."""
    posts = [message(0, "000000", "ann", "bob", START)]
    given = setting(community("kind", platform, posts))

    assert given.recipient == recipient
    assert min(given.within, given.window, given.online, given.given_up) > 0
    assert given.choices["within"] == given.within


def test_tables_say_their_numbers(club):
    """The tables have one row a community, and shares between 0 and 1."""
    table = turns_table([club]).frame

    assert table["turns compared"].tolist() == [len(at_hand(club))]
    assert table["answered in time"].between(0, 1).all()
    assert np.isclose(table["to the ten most active people"][0], 0.15, atol=0.05)
    assert settings_here([club]).frame["replied in time: within"].tolist() == ["1 hour"]
