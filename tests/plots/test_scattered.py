"""Points along a scale: every point and line is drawn where the table says."""

import pandas as pd

from workbench.plots import against_equal, bent


def test_bent_draws_points_lines_and_the_bend():
    """Two points, two lines, and the bend at its place."""
    rows = pd.DataFrame({"load": [0.0, 2], "estimate": [5.0, 1], "low": [4, 0], "high": [6, 2]})
    lines = pd.DataFrame(
        {"load": [0.0, 1, 1, 2], "estimate": [5.0, 6, 6, 1], "part": ["a", "a", "b", "b"]}
    )

    ax = bent(rows, lines, at=1.0)

    drawn = [tuple(line.get_xdata()) for line in ax.get_lines()]
    assert drawn == [(1.0, 1.0), (0.0, 2.0), (0.0, 1.0), (1.0, 2.0)]


def test_against_equal_is_logarithmic_and_names_the_equal_line():
    """Both scales are logarithmic; groups differ in marker and line, not by colour alone."""
    rows = pd.DataFrame(
        {"came": [1.0, 10, 1], "estimate": [1.0, 5, 2], "low": [0.5, 4, 1], "high": [2, 6, 3],
         "who": ["a", "a", "b"]}
    )  # fmt: skip

    ax = against_equal(rows, x="came", label="who")

    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    equal, first, second = ax.get_lines()
    assert equal.get_label() == "as many"
    assert first.get_marker() != second.get_marker()
    assert first.get_linestyle() != second.get_linestyle()
