"""Small tables to draw, and what stands on a drawn figure."""

import pandas as pd

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


def legend(ax):
    """The words of the figure's only legend; none without one."""
    assert ax.get_legend() is None
    return [text.get_text() for found in ax.figure.legends for text in found.get_texts()]


def drawn_width(ax):
    """Inches from the left to the right end of everything that is drawn."""
    ax.figure.draw_without_rendering()
    return ax.figure.get_tightbbox().width
