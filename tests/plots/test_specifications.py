"""The specification curve: estimates in order, and below each its choices."""

import pandas as pd

from workbench import plots


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
