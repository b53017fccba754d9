"""Formulas as MathML."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from workbench.errors import ReportError
from workbench.report.mathml import mathml


def test_mathml_by_hand():
    """A fraction has its two parts, and its TeX as a text for those who cannot see it."""
    formula = BeautifulSoup(mathml(r"\frac{d}{n} < 1", display=False, where="here"), "html.parser")

    assert [part.get_text() for part in formula.mfrac.find_all("mi")] == ["d", "n"]
    assert formula.math["alttext"] == r"\frac{d}{n} < 1"
    assert formula.math["display"] == "inline"


@pytest.mark.parametrize("name", ["aligned", "align", "align*", "gather", "gathered"])
def test_environments_become_rows(name):
    """Two lines are two rows, also in variants that the converter has no name for."""
    tex = rf"\begin{{{name}}} a &= b \\ c &= d \end{{{name}}}"
    formula = BeautifulSoup(mathml(tex, display=True, where="here"), "html.parser")

    assert len(formula.find_all("mtr")) == 2
    assert "&" not in formula.get_text()
    assert formula.math["display"] == "block"


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\notacommand x", r"the unknown command \notacommand"),
        (r"\frac{a", "braces that do not pair"),
        (r"\left( a", "ExtraLeftOrMissingRightError"),
        ("x_", "MissingSuperScriptOrSubscriptError"),
    ],
)
def test_formula_that_cannot_be_read_is_refused(tex, reason):
    """A wrong formula stops the page instead of standing on it as something else."""
    with pytest.raises(ReportError) as caught:
        mathml(tex, display=False, where="01_x, cell 2")
    assert str(caught.value) == (
        f"01_x, cell 2: expected a formula in TeX, got {reason} in “{tex}”. "
        "Write it with commands that latex2mathml knows."
    )
