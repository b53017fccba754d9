"""
Figures: a tidy table in, axes out. Nothing is computed and nothing is saved here.

Colours are from Okabe & Ito's palette, which colour-blind readers can tell apart; lines also differ
in style, points in shape. A figure is narrow, so that its letters can be read on a telephone.
`style` has the look, `forests` rows of estimates, `lines` what changes along an axis,
`scattered` points along a scale, `specifications` the specification curve, `boxes` the flow of
who is left.
"""

from matplotlib.axes import Axes

from workbench.plots.boxes import flow
from workbench.plots.forests import before_after, behind, forest, grouped, lines_of, planted
from workbench.plots.lines import at_risk, calibration, curve_with_band, curves, points
from workbench.plots.scattered import against_equal, bent
from workbench.plots.specifications import specifications
from workbench.plots.style import (
    BAND,
    COLOURS,
    INK,
    LETTERS,
    LINES,
    MARKERS,
    STYLE,
    canvas,
    fit_titles,
)

__all__ = [
    "BAND",
    "COLOURS",
    "INK",
    "LETTERS",
    "LINES",
    "MARKERS",
    "STYLE",
    "Axes",
    "against_equal",
    "at_risk",
    "before_after",
    "behind",
    "bent",
    "calibration",
    "canvas",
    "curve_with_band",
    "curves",
    "fit_titles",
    "flow",
    "forest",
    "grouped",
    "lines_of",
    "planted",
    "points",
    "specifications",
]
