"""Curves and points: what stands on the axes, and what tells them apart."""

import pandas as pd
import pytest
from drawn import ROWS, legend

from workbench import plots


def test_curves():
    """A step curve and a band for each group, told apart by colour and by dashes."""
    ax = plots.curves(
        ROWS.dropna().assign(t=[1.0, 2.0]), x="t", y="share", label="group", unit="days"
    )

    assert legend(ax) == ["x", "y"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("days", "share")
    first, second = ax.lines
    assert first.get_drawstyle() == "steps-post"
    assert first.get_color() != second.get_color()
    assert first.get_linestyle() != second.get_linestyle()
    assert len(ax.collections) == 2


def test_points():
    """Every point stands over its tick; the groups are shifted, marked and named."""
    ax = plots.points(ROWS, x="at", label="group", xlabel="month", ylabel="of 100", line=2.0)

    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["Jan", "Feb"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("month", "of 100")
    line, first, second = ax.lines
    assert set(line.get_ydata()) == {2.0}
    assert (len(first.get_xdata()), len(second.get_xdata())) == (2, 1)
    # Two groups: half a shift of .14 to the left and to the right of ticks 0, 1 and 1.
    assert list(first.get_xdata()) == pytest.approx([-0.07, 0.93])
    assert list(second.get_xdata()) == pytest.approx([1.07])
    assert first.get_marker() != second.get_marker()
    assert legend(ax) == ["x", "y"]


def test_many_ticks_are_written_aslant():
    """Seven months do not fit side by side; two do."""
    months = [f"2024-{n:02}" for n in range(1, 8)]
    many = pd.DataFrame({"at": months, "group": "x", "estimate": 1.0, "low": 0.0, "high": 2.0})
    turned = [
        plots.points(rows, x="at", label="group", xlabel="m", ylabel="n").get_xticklabels()
        for rows in (many, ROWS)
    ]

    assert {tick.get_rotation() for tick in turned[0]} == {45}
    assert {tick.get_rotation() for tick in turned[1]} == {0}


def test_points_of_one_group_need_no_legend():
    """With one group the points stand on their ticks."""
    ax = plots.points(ROWS.assign(group="x"), x="at", label="group", xlabel="m", ylabel="n")

    assert legend(ax) == []
    (points,) = ax.lines
    assert list(points.get_xdata()) == [0, 1, 1]


CURVE = pd.DataFrame(
    {
        "k": [1, 2, 4, 1, 4],
        "label": ["found", "found", "found", "arithmetic", "arithmetic"],
        "estimate": [60.0, 65.0, 70.0, 60.0, 75.0],
        "low": [55.0, 60.0, 65.0, None, None],
        "high": [65.0, 70.0, 75.0, None, None],
    }
)


def band_limits(ax, number):
    """The lowest and the highest point of a band; none where nothing is filled."""
    paths = ax.collections[number].get_paths()
    heights = [y for path in paths for _, y in path.vertices]
    return (min(heights), max(heights)) if heights else None


def test_curve_with_band():
    """Lines and marks differ between curves, a band lies where there is one, none where not."""
    ax = plots.curve_with_band(
        CURVE, x="k", label="label", xlabel="raters", ylabel="right, of 100", line=50
    )

    assert legend(ax) == ["found", "arithmetic"]
    line, found, arithmetic = ax.lines
    assert set(line.get_ydata()) == {50}
    assert list(found.get_xdata()) == [1, 2, 4]
    assert found.get_linestyle() != arithmetic.get_linestyle()
    assert found.get_marker() != arithmetic.get_marker()
    assert band_limits(ax, 0) == (55, 75)
    assert band_limits(ax, 1) is None
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("raters", "right, of 100")


def test_doublings_are_steps_of_one_width():
    """1, 2 and 4 stand equally far apart and are written as they are."""
    rows = CURVE[CURVE["label"] == "found"]
    ax = plots.curve_with_band(rows, x="k", label="label", xlabel="n", ylabel="y", doublings=True)
    places = [ax.transData.transform((k, 60.0))[0] for k in (1, 2, 4)]

    assert places[1] - places[0] == pytest.approx(places[2] - places[1])
    assert ax.xaxis.get_major_formatter()(1024.0) == "1,024"
    assert legend(ax) == []


def test_a_curve_of_many_points_has_no_marks():
    """Thirteen points make a line; twelve are still shown."""
    many = pd.DataFrame({"k": range(13), "label": "x", "estimate": 1.0, "low": 0.0, "high": 2.0})
    marks = [
        plots.curve_with_band(rows, x="k", label="label", xlabel="n", ylabel="y").lines[0]
        for rows in (many, many.iloc[:12])
    ]

    assert [line.get_marker() for line in marks] == ["", "o"]


def test_numbers_at_risk_stand_below_the_axis():
    """Each curve's numbers stand below its name, at their moments, under the axis title."""
    rows = ROWS.dropna().assign(t=[1.0, 2.0])
    ax = plots.curves(rows, x="t", y="share", label="group", unit="days")
    left = pd.DataFrame({"t": [1, 2, 1, 2], "group": ["x", "x", "y", "y"], "n": [1200, 7, 30, 2]})
    plots.at_risk(ax, left, x="t", label="group", heading="still waiting")
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts]

    assert [text.get_text() for text in ax.texts] == [
        "still waiting, x", "1,200", "7", "still waiting, y", "30", "2",
    ]  # fmt: skip
    assert [text.xy[0] for text in ax.texts[1:3]] == [1, 2]
    assert boxes[0].y1 <= ax.xaxis.label.get_window_extent().y0
    assert boxes[0].y0 >= boxes[1].y1 - 1
    assert boxes[1].y0 >= boxes[3].y1 - 1
    assert boxes[-1].y0 >= 0  # inside the figure
    assert ax.texts[0].get_color() == ax.lines[0].get_color()


def test_one_curve_at_risk_needs_no_name():
    """With one curve the heading alone says what is counted."""
    ax = plots.curves(ROWS.dropna().assign(group="x"), x="estimate", y="s", label="group", unit="")
    plots.at_risk(
        ax, pd.DataFrame({"t": [1], "group": ["x"], "n": [5]}), x="t", label="group",
        heading="still here",
    )  # fmt: skip

    assert [text.get_text() for text in ax.texts] == ["still here", "5"]


def test_words_in_place_of_a_number_at_risk():
    """A number that speaks of few people can be words."""
    ax = plots.curves(ROWS.dropna().assign(group="x"), x="estimate", y="s", label="group", unit="")
    left = pd.DataFrame({"t": [1, 2], "group": ["x", "x"], "n": [1_500, "<10"]})
    plots.at_risk(ax, left, x="t", label="group", heading="still here")

    assert [text.get_text() for text in ax.texts] == ["still here", "1,500", "<10"]


def test_calibration():
    """Marks stand where stated meets found; the diagonal is named; both axes are alike."""
    rows = pd.DataFrame(
        {
            "label": ["x", "x", "y"], "stated": [60, 99, 80], "estimate": [55, 83, 80],
            "low": [50, 80, 70], "high": [60, 86, 90],
        }
    )  # fmt: skip
    ax = plots.calibration(rows, label="label", xlabel="stated", ylabel="right")

    assert legend(ax) == ["as stated", "x", "y"]
    diagonal, first, second = ax.lines
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata()) == [0, 100]
    assert list(zip(first.get_xdata(), first.get_ydata(), strict=True)) == [(60, 55), (99, 83)]
    assert first.get_marker() != second.get_marker()
    # 2 of 100 beyond each end.
    assert ax.get_xlim() == ax.get_ylim() == (-2, 102)


def test_names_of_two_words_take_two_lines():
    """The last level of a load would run into the one before; numbers and months stay."""
    rows = pd.DataFrame(
        {"x": ["0", "12–19", "20 or more", "2004-04"], "label": "a", "estimate": 1.0, "low": 0.0,
         "high": 2.0}
    )  # fmt: skip
    ax = plots.points(rows, x="x", label="label", xlabel="load", ylabel="of 100")

    names = [tick.get_text() for tick in ax.get_xticklabels()]
    assert names == ["0", "12–19", "20 or\nmore", "2004-04"]
