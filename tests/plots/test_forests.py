"""Rows of estimates: marks on their intervals, bands, names."""

import pandas as pd
import pytest
from drawn import ROWS, legend

from workbench import plots


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


def test_kinds_of_rows_are_told_apart():
    """What pools the others has a mark and a colour of its own, both named in the legend."""
    rows = ROWS.assign(kind=["one", "one", "pooled"])
    ax = plots.forest(rows, unit="in 100")

    assert legend(ax) == ["one", "pooled"]
    _, one, pooled = ax.lines
    assert (list(one.get_ydata()), list(pooled.get_ydata())) == ([2, 1], [0])
    assert one.get_marker() != pooled.get_marker()
    assert one.get_color() != pooled.get_color()


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("a name (336 people)", "a name (336 people)"),
        # 28 letters: the brackets go to the second line.
        ("College messages (336 people)", "College messages\n(336 people)"),
        # Brackets on a line of their own would make three, and two rows would touch.
        ("Quantum Computing, Stack Exchange (2)", "Quantum Computing, Stack\nExchange (2)"),
    ],
)
def test_long_names_are_broken(label, written):
    """A name of more than 24 letters takes two lines, and pale dots still find their row."""
    rows = ROWS.assign(label=[label, "bob", "cat"])
    ax = plots.forest(rows, unit="in 100")
    plots.behind(ax, rows, label="others")

    assert ax.get_yticklabels()[0].get_text() == written
    assert ax.lines[-1].get_ydata()[0] == pytest.approx(2 - 0.22)
    assert plots.lines_of(label) == len(written.splitlines())
