"""The look of figures: letters of a size to read, one legend, panels."""

import matplotlib as mpl
import pandas as pd
from drawn import ROWS, drawn_width, legend

from workbench import plots

# Inches that two margins add when a figure is saved cut to its drawing, as studies do.
MARGINS = 0.2
# A telephone 375 px wide shows a figure in the answer box this wide.
TELEPHONE_PX = 304


def test_canvas_has_panels_one_below_the_other():
    """Two panels are twice as high as one."""
    figure, axes = plots.canvas(height=2, panels=2)

    assert len(axes) == 2
    assert figure.get_size_inches()[1] == 4


def test_panels_may_differ_in_height():
    """Heights follow the ratios, and their sum stays."""
    figure, (small, large) = plots.canvas(height=3, panels=2, ratios=(1, 2))

    assert figure.get_size_inches()[1] == 6
    assert large.get_gridspec().get_height_ratios() == (1, 2)
    assert small.get_subplotspec().num1 == 0


def test_letters_can_be_read_on_a_telephone():
    """At the width of a small window no letter is under 9 pixels, and nothing runs out."""
    unit = "more (right) or fewer (left) who came back, in 100"
    labels = ROWS.assign(label="a long name (336 people)", group=["a long name, 1", "b", "b"])
    drawn = [
        plots.forest(labels, unit=unit, band=(-1, 1)),
        plots.before_after(labels, limit=0.1, unit="standardised mean difference"),
        plots.curves(labels.dropna(), x="estimate", y="of 100", label="group", unit="days"),
        plots.points(labels, x="at", label="group", xlabel="month", ylabel="of 100"),
        plots.curve_with_band(labels, x="estimate", label="group", xlabel="raters", ylabel="y"),
        plots.calibration(
            labels.assign(stated=labels["estimate"]), label="group", xlabel="x", ylabel="y"
        ),
        plots.flow(labels.assign(stage="read", count=5, set_aside=[1, 2, 3], reason="too short")),
    ]
    at_risk = labels.dropna().assign(n=[2000, 10])
    plots.at_risk(drawn[2], at_risk, x="estimate", label="group", heading="still waiting")
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


def test_a_long_name_in_the_legend_does_not_widen_the_figure():
    """A name of 60 letters takes two lines, and all that is drawn stays inside the figure."""
    long = "a very long name " * 3 + "of a club"
    ax = plots.points(ROWS.dropna().assign(group=["one", long]), x="at", label="group",
                      xlabel="m", ylabel="n")  # fmt: skip

    assert [" ".join(name.split()) for name in legend(ax)] == ["one", long]
    assert legend(ax)[1].count("\n") == 1
    assert drawn_width(ax) <= ax.figure.get_size_inches()[0]


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
