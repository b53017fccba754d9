"""The flow of boxes: who is left, who leaves, and that every number is in its box."""

import pandas as pd
from drawn import drawn_width

from workbench import plots

STAGES = pd.DataFrame(
    {
        "stage": ["posts read", "posts read", "posts kept", "posts kept"],
        "label": ["ann", "bob"] * 2,
        "count": [1200, 30, 1000, 30],
        "set_aside": [200, 0, None, None],
        "reason": ["no time", "no time", "", ""],
    }
)


def words(ax):
    """The words on the axes, from the top and from the left."""
    placed = [
        (text.get_position()[1], text.get_position()[0], text.get_text()) for text in ax.texts
    ]
    return [text for _, _, text in sorted(placed) if text]


def test_flow():
    """A box a stage with a line a community; who leaves stands on the same line beside it."""
    ax = plots.flow(STAGES)

    assert words(ax) == [
        "posts read", "no time", "ann", "1,200", "200", "bob", "30", "0",
        "posts kept", "ann", "1,000", "bob", "30",
    ]  # fmt: skip
    first, aside, second = ax.patches
    assert aside.get_x() > first.get_x() + first.get_width()
    assert (aside.get_y(), aside.get_height()) == (first.get_y(), first.get_height())
    assert second.get_y() > first.get_y() + first.get_height()


def test_words_stay_in_their_boxes():
    """Long words are broken, so that none runs out of its box or over another line."""
    long = STAGES.assign(
        stage=["everybody who ever wrote anything in this place"] * 2 + ["those who are left"] * 2,
        label=["a community of a very long name", "bob"] * 2,
        reason="written at a moment that nobody can read from the file",
    )
    ax = plots.flow(long)
    ax.figure.draw_without_rendering()
    boxes = [patch.get_window_extent() for patch in ax.patches]
    texts = [text.get_window_extent() for text in ax.texts if text.get_text()]

    for text in texts:
        assert any(
            box.x0 <= text.x0 and text.x1 <= box.x1 and box.y0 <= text.y0 and text.y1 <= box.y1
            for box in boxes
        )
    assert not any(a is not b and a.overlaps(b) for a in texts for b in texts)
    assert drawn_width(ax) <= 5.6


def test_a_single_flow_has_no_names():
    """Without a label only the stage and its number stand in a box."""
    one = STAGES[STAGES["label"] == "ann"].assign(label="")

    assert words(plots.flow(one)) == [
        "posts read",
        "no time",
        "1,200",
        "200",
        "posts kept",
        "1,000",
    ]
