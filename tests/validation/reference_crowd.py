"""Raters and crowds: the anaesthetists of Dawid & Skene (1979), and the largest of n draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from validated import Row

from workbench import studies
from workbench.models.dawid_skene import DawidSkene, dawid_skene
from workbench.models.wisdom import chance_right, expected_maximum

PATIENTS = Path(studies.__file__).parent / "outside" / "dawid_skene_1979.csv"
EM = "R 4.2.2, EM from vote shares; Table 1 of Dawid & Skene (1979), doi:10.2307/2346806"
R = "R 4.2.2, integrate() of the density of the maximum"

# Rows are true classes 1 to 4, columns the class that the observer gave.
ERRORS = {
    1: "0.8895 0.1105 0 0  0.0706 0.8764 0.0530 0  0 0.3388 0.6612 0  0 0 0.5556 0.4444",
    2: "0.8342 0.1658 0 0  0.0527 0.6329 0.3143 0  0 0 1 0  0 0 0 1",
    3: "1 0 0 0  0.1064 0.7883 0.1053 0  0 0.4037 0.1988 0.3976  0 0 0.6667 0.3333",
    4: "0.9444 0.0556 0 0  0.0537 0.8426 0.1037 0  0 0 0.8012 0.1988  0 0 0.3333 0.6667",
    5: "1 0 0 0  0.1590 0.7345 0.1064 0  0 0.2091 0.7909 0  0 0 0.3333 0.6667",
}
MAXIMA = {
    2: 0.564189583548,
    3: 0.846284375322,
    4: 1.029375373,
    8: 1.42360030605,
    16: 1.76599139305,
    32: 2.06966882793,
    64: 2.34373346508,
    128: 2.5945973686,
    1000: 3.24143576913,
}
MAJORITIES = {15: 0.949987459946, 17: 0.959723063946}


def rows() -> Iterator[Row]:
    """Every number beside ours."""
    table = pd.read_csv(PATIENTS).set_axis(["item", "rater", "label"], axis="columns")
    found = dawid_skene(table, seed=1, starts=0, smoothing=0, repeats="count")
    yield from _of_patients(found)
    for n, theirs in MAXIMA.items():
        what = f"expected largest of {n:,} standard normal draws"
        yield Row("wisdom.expected_maximum", what, theirs, expected_maximum(n), R, relative=1e-9)
    for votes, theirs in MAJORITIES.items():
        what = f"majority of {votes} votes is right, skill 0.7"
        ours = chance_right(votes, skill=0.7)
        yield Row("wisdom.chance_right", what, theirs, ours, "R 4.2.2, pbinom()", relative=1e-9)


def _of_patients(found: DawidSkene) -> Iterator[Row]:
    """Log-likelihood, marginals, class counts and error matrices of the 45 patients."""
    name = "dawid_skene.dawid_skene"
    assert found.log_likelihood is not None
    yield Row(name, "45 patients: log-likelihood", -192.890881, found.log_likelihood, EM)
    shares = (0.3996, 0.4220, 0.1118, 0.0667)
    counts = (18, 19, 5, 3)
    labels = found.items["label"]
    for k, (share, count) in enumerate(zip(shares, counts, strict=True), start=1):
        ours = float(found.prevalence["estimate"][k - 1])
        yield Row(name, f"45 patients: marginal of class {k}", share, ours, EM, absolute=6e-5)
        in_class = float((labels == k).sum())
        yield Row(name, f"45 patients: number labelled {k}", count, in_class, EM)
    rates = found.confusion.set_index(["rater", "true", "given"])["estimate"]
    for observer, text in ERRORS.items():
        for cell, theirs in enumerate(map(float, text.split())):
            true, given = cell // 4 + 1, cell % 4 + 1
            what = f"45 patients: observer {observer} says {given} where {true} is true"
            ours = float(rates[(observer, true, given)])
            yield Row(name, what, theirs, ours, EM, absolute=1.5e-4)
