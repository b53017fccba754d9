"""Figures: what stands on the axes, and that none stays open."""

import matplotlib as mpl
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


# Inches that two margins add when a figure is saved cut to its drawing, as studies do.
MARGINS = 0.2
# A telephone 375 px wide shows a figure in the answer box this wide.
TELEPHONE_PX = 304


def legend(ax):
    """The words of the figure's only legend; none without one."""
    assert ax.get_legend() is None
    return [text.get_text() for found in ax.figure.legends for text in found.get_texts()]


def drawn_width(ax):
    """Inches from the left to the right end of everything that is drawn."""
    ax.figure.draw_without_rendering()
    return ax.figure.get_tightbbox().width


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
    assert legend(ax) == ["too close to 1 to matter"]
    null, dots = ax.lines
    assert set(null.get_xdata()) == {1.0}
    assert len(dots.get_xdata()) == 3
    assert pd.isna(dots.get_xdata()[1])


def test_forest_without_a_band():
    """Where no band was fixed, none is drawn and there is no legend."""
    ax = plots.forest(ROWS, unit="in 100")

    assert not ax.patches
    assert legend(ax) == []


def test_band_around_zero_is_of_sizes():
    """Around zero the band is that of differences too small, not of values too close."""
    ax = plots.forest(ROWS, unit="in 100", band=(-2, 2))

    assert legend(ax) == ["too small to matter"]


def test_letters_can_be_read_on_a_telephone():
    """At the width of a small window no letter is under 9 pixels, and nothing runs out."""
    unit = "more (right) or fewer (left) who came back, in 100"
    labels = ROWS.assign(label="a long name (336 people)", group=["a long name, 1", "b", "b"])
    drawn = [
        plots.forest(labels, unit=unit, band=(-1, 1)),
        plots.before_after(labels, limit=0.1, unit="standardised mean difference"),
        plots.curves(labels.dropna(), x="estimate", y="of 100", label="group", unit="days"),
        plots.points(labels, x="at", label="group", xlabel="month", ylabel="of 100"),
    ]
    for ax in drawn:
        ax.set_title("A community", loc="left")
        inches = drawn_width(ax) + MARGINS
        texts = [t for t in ax.figure.findobj(mpl.text.Text) if t.get_text()]
        smallest = min(text.get_fontsize() for text in texts)

        assert inches <= 5.75
        assert smallest / 72 * TELEPHONE_PX / inches >= 9


def test_legend_stands_above_the_axes_in_one_row():
    """The legend hides nothing and leaves the axes their width."""
    ax = plots.before_after(ROWS, limit=0.1, unit="standard deviations")
    ax.figure.draw_without_rendering()
    (found,) = ax.figure.legends
    box = found.get_window_extent()
    heights = {round(text.get_window_extent().y0) for text in found.get_texts()}

    assert box.y0 >= ax.get_window_extent().y1
    assert len(heights) == 1


def test_long_names_in_a_legend_take_more_rows():
    """Three names of 40 letters stand one below the other, inside the figure."""
    names = [letter * 40 for letter in "abc"]
    rows = ROWS.assign(group=names, estimate=1.0, low=0.5, high=1.5)
    ax = plots.curves(rows, x="before", y="y", label="group", unit="days")

    assert legend(ax) == names
    assert drawn_width(ax) <= ax.figure.get_size_inches()[0]


def test_panels_share_one_legend():
    """Each name stands once, whatever panel it is drawn in."""
    _, axes = plots.canvas(panels=2)
    for ax, rows in zip(axes, (ROWS, ROWS.replace({"group": {"x": "z"}})), strict=True):
        plots.points(rows, x="at", label="group", xlabel="m", ylabel="n", ax=ax)

    assert sorted(legend(axes[0])) == ["x", "y", "z"]


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


def test_specifications():
    """Estimates in the order given, a heading a choice, and a mark below each for its options."""
    rows = pd.DataFrame(
        {
            "estimate": [-1.0, 2.0, 3.0], "low": [-2.0, 1.0, 1.0], "high": [0.0, 3.0, 5.0],
            "own": [False, True, False], "model": ["b", "a", "a"], "people": ["x", "x", "y"],
        }
    )  # fmt: skip
    choices = {"model": ["a", "b"], "people": ["x", "y"]}
    _, axes = plots.canvas(panels=2, ratios=(1, 2))

    upper, lower = plots.specifications(rows, choices=choices, unit="in 100", axes=tuple(axes))

    _, others, own = upper.lines
    assert (list(others.get_xdata()), list(others.get_ydata())) == ([0, 2], [-1, 3])
    assert (list(own.get_xdata()), list(own.get_ydata())) == ([1], [2])
    names = [tick.get_text() for tick in lower.get_yticklabels()]
    assert names == ["model", "a", "b", "people", "x", "y"]
    marks = {(x, y) for line in lower.lines for x, y in line.get_xydata()}
    # a, b, x and y are the rows 1, 2, 4 and 5 from the top.
    assert marks == {(0, -2), (1, -1), (2, -1), (0, -4), (1, -4), (2, -5)}
    assert upper.get_ylabel() == "in 100"


def test_panels_may_differ_in_height():
    """Heights follow the ratios, and their sum stays."""
    figure, (small, large) = plots.canvas(height=3, panels=2, ratios=(1, 2))

    assert figure.get_size_inches()[1] == 6
    assert large.get_gridspec().get_height_ratios() == (1, 2)
    assert small.get_subplotspec().num1 == 0


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


GROUPED = pd.DataFrame(
    {
        "group": ["x", "x", "x", "y"],
        "label": ["ann", "ann", "bob", "ann"],
        "kind": ["own", "other", "own", "other"],
        "estimate": [95.0, 70.0, 94.0, 60.0],
        "low": [93.0, 65.0, 92.0, 55.0],
        "high": [97.0, 75.0, 96.0, 65.0],
        "band_low": 93.0,
        "band_high": 97.0,
    }
)


def test_grouped():
    """Two headings, a line a label with a mark a kind, and a band on each line."""
    _, (ax,) = plots.canvas()
    plots.grouped(GROUPED, unit="in 100", null=95.0, band_means="chance", ax=ax)

    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["ann", "bob", "ann"]
    # The heading of x is at 0, its lines at -1 and -2; the heading of y at -3, its line at -4.
    assert list(ax.get_yticks()) == [-1, -2, -4]
    assert [(text.get_text(), text.xy[1]) for text in ax.texts] == [("x", 0), ("y", -3)]
    assert sorted(legend(ax)) == ["chance", "other", "own"]
    own, other = (line for line in ax.lines if line.get_label() in ("own", "other"))
    assert own.get_markerfacecolor() != "white"
    assert other.get_markerfacecolor() == "white"
    assert list(other.get_xdata()) == [70.0, 60.0]
    assert {(band.get_x(), band.get_x() + band.get_width()) for band in ax.patches} == {(93, 97)}


def test_what_was_planted_is_named():
    """A square at a place, or a dashed line; both with their words in the one legend."""
    ax = plots.forest(ROWS, unit="in 100")
    plots.planted(ax, 1.0, 2.0, label="a place")
    plots.planted(ax, 3.0, label="a line")

    assert sorted(legend(ax)) == ["a line", "a place"]
    place, line = ax.lines[-2:]
    assert (list(place.get_xdata()), list(place.get_ydata())) == ([1.0], [2.0])
    assert set(line.get_xdata()) == {3.0}


def test_pale_dots_stand_at_their_rows():
    """A dot a row, a little below the dot of the forest; the order of rows does not matter."""
    ax = plots.forest(ROWS, unit="in 100")
    plots.behind(ax, ROWS.iloc[::-1], label="others")

    assert legend(ax) == ["others"]
    assert list(ax.lines[-1].get_ydata()) == pytest.approx([-0.22, 0.78, 1.78])
