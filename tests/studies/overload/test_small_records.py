"""Study 3 in records too small for a step: a sentence in its place, no traceback."""

from __future__ import annotations

import pytest
from invented_inbox import HOUR, MINUTE, START, community, message

from workbench.errors import ModelError
from workbench.studies.overload.awaiting import at_hand, turns_table
from workbench.studies.overload.replying import FEWEST, wait_levels, waits_figure
from workbench.studies.present import TableView


def few_answers():
    """Ann, who was there, gets two turns a day: the first is answered, the other is not."""
    posts = []
    for day in range(10):
        begin = START + 24 * day * HOUR
        for name, author, to, minute in (
            ("z", "ann", "z", 0), ("b", "bob", "ann", 1), ("c", "cy", "ann", 2),
            ("b", "ann", "bob", 9),
        ):  # fmt: skip
            at = begin + minute * MINUTE
            posts.append(message(len(posts), f"{name}{day}", author, to, at))
    return community("few", "direct messages", posts)


def test_too_few_answered_at_every_level_are_refused():
    """Ten turns answered in time, all with nothing newly arrived: fewer than are drawn."""
    with pytest.raises(ModelError) as error:
        wait_levels(few_answers())

    assert str(error.value) == (
        f"waits by load: expected {FEWEST} turns answered in time, or more, at one level of load, "
        "got 10 at most. Load a longer record."
    )


def test_the_figure_of_waits_gives_way_to_the_reason(club):
    """Alone such a record has a table with the reason; beside another it is left out, and named."""
    alone, beside = waits_figure([few_answers()]), waits_figure([club, few_answers()])

    assert isinstance(alone, TableView)
    assert "got 10 at most" in alone.frame["why"][0]
    assert "Not enough data for this step in Few" in beside.caption
    assert "Few" not in beside.alt


def test_the_table_of_turns_tells_the_99th_percentile(club):
    """Of many turns no more than one in a hundred lies above the load that is told."""
    told = turns_table([club]).frame["load that 99 of 100 turns do not exceed"][0]
    load = at_hand(club)["load"]

    assert len(load) >= 1_000
    assert told <= load.max()
    assert (load > told).mean() <= 0.01 < (load >= told).mean()


def test_the_table_of_turns_tells_no_largest_load():
    """In a record of twenty turns the cell is empty, and the caption says why."""
    shown = turns_table([few_answers()])

    assert shown.frame["load that 99 of 100 turns do not exceed"].isna().all()
    assert "largest load" not in shown.frame
    assert "is empty below 1,000 turns" in shown.caption
