"""Figures: what stands on the axes, and that none stays open."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from workbench import plots

ROWS = pd.DataFrame(
    {
        "label": ["ann", "bob", "cat"],
        "group": ["x", "x", "y"],
        "at": ["Jan", "Feb", "Feb"],
        "estimate": [1.0, None, 3.0],
        "low": [0.5, None, 2.0],
        "high": [1.5, None, 4.0],
        "before": [0.3, -0.2, 0.1],
        "after": [0.05, 0.0, -0.1],
    }
)


@pytest.fixture(autouse=True)
def nothing_stays_open():
    """No figure is left open, and no setting of matplotlib is changed."""
    settings = dict(plt.rcParams)
    yield
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == settings


def legend(ax):
    """The words of the legend; none without one."""
    found = ax.get_legend()
    return [] if found is None else [text.get_text() for text in found.get_texts()]


def test_canvas_has_panels_one_below_the_other():
    """Two panels are twice as high as one."""
    figure, axes = plots.canvas(height=2, panels=2)

    assert len(axes) == 2
    assert figure.get_size_inches()[1] == 4


def test_forest():
    """A row a label from the top, its interval, the band and the line of no difference."""
    ax = plots.forest(ROWS, unit="in 100", band=(-2, 2), null=1.0)

    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["ann", "bob", "cat"]
    assert list(ax.get_yticks()) == [2, 1, 0]
    assert ax.get_xlabel() == "in 100"
    (band,) = ax.patches
    assert (band.get_x(), band.get_x() + band.get_width()) == (-2, 2)
    assert legend(ax) == ["too small to matter"]
    null, dots = ax.lines
    assert set(null.get_xdata()) == {1.0}
    assert len(dots.get_xdata()) == 3
    assert pd.isna(dots.get_xdata()[1])


def test_forest_without_a_band():
    """Where no band was fixed, none is drawn and there is no legend."""
    ax = plots.forest(ROWS, unit="in 100")

    assert not ax.patches
    assert legend(ax) == []


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


def test_points_of_one_group_need_no_legend():
    """With one group the points stand on their ticks."""
    ax = plots.points(ROWS.assign(group="x"), x="at", label="group", xlabel="m", ylabel="n")

    assert legend(ax) == []
    (points,) = ax.lines
    assert list(points.get_xdata()) == [0, 1, 1]


def test_before_after():
    """A pair of points a covariate and the band of the limit."""
    ax = plots.before_after(ROWS, limit=0.1, unit="standard deviations")

    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["ann", "bob", "cat"]
    assert legend(ax) == ["within 0.1", "before", "after"]
    (band,) = ax.patches
    assert band.get_x() == pytest.approx(-0.1)
    assert band.get_width() == pytest.approx(0.2)
    _, before, after = ax.lines
    assert list(before.get_xdata()) == [0.3, -0.2, 0.1]
    assert list(after.get_xdata()) == [0.05, 0.0, -0.1]


def test_axes_that_are_given_are_drawn_on():
    """Every kind of figure draws on the axes it gets and gives them back."""
    _, axes = plots.canvas(panels=4)
    rows = ROWS.dropna()

    assert plots.forest(rows, unit="u", ax=axes[0]) is axes[0]
    assert plots.curves(rows, x="estimate", y="y", label="group", unit="u", ax=axes[1]) is axes[1]
    assert plots.points(rows, x="at", label="group", xlabel="x", ylabel="y", ax=axes[2]) is axes[2]
    assert plots.before_after(rows, limit=0.1, unit="u", ax=axes[3]) is axes[3]


def test_tables_are_not_changed():
    """Drawing leaves its table as it was."""
    rows = ROWS.copy(deep=True)
    plots.forest(rows, unit="u")
    plots.before_after(rows, limit=0.1, unit="u")

    pd.testing.assert_frame_equal(rows, ROWS)
