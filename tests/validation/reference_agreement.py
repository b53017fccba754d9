"""Agreement beyond chance: Krippendorff's example, and the textbook tables of the two kappas."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from validated import Row

from workbench.models.agreement import cohen_kappa, fleiss_kappa, krippendorff_alpha

# Four observers (rows) and twelve units (columns); a point is a missing rating.
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
ALPHAS = {"nominal": 0.743421, "ordinal": 0.815388, "interval": 0.849107, "ratio": 0.797403}
TWO_RATERS = np.array([[88, 10, 2], [14, 40, 6], [18, 10, 12]])
# Ten subjects (rows), how many of fourteen raters chose each of five categories.
FOURTEEN = (
    "0 0 0 0 14", "0 2 6 4 2", "0 0 3 5 6", "0 3 9 2 0", "2 2 8 1 1",
    "7 7 0 0 0", "3 2 6 3 0", "2 5 3 2 2", "6 5 2 1 0", "0 2 2 3 7",
)  # fmt: skip


def rows() -> Iterator[Row]:
    """Every number beside ours."""
    ratings = [
        (unit, observer, float(label))
        for observer, line in enumerate(OBSERVERS)
        for unit, label in enumerate(line.split())
        if label != "."
    ]
    table = pd.DataFrame(ratings, columns=["item", "rater", "label"])
    for scale, theirs in ALPHAS.items():
        ours = krippendorff_alpha(table, seed=1, scale=scale, draws=100).estimate
        what = f"4 observers, 12 units with gaps, {scale}"
        yield Row("agreement.krippendorff_alpha", what, theirs, ours, "Python krippendorff 0.9.0")
    first, second = np.repeat(np.indices((3, 3)).reshape(2, -1), TWO_RATERS.ravel(), axis=1)
    kappa = cohen_kappa(first, second)
    for what, theirs, number in (
        ("kappa", 0.491525, kappa.estimate),
        ("lower limit", 0.391564, kappa.low),
        ("upper limit", 0.591487, kappa.high),
    ):
        origin = "R 4.2.2, psych 2.2.9, cohen.kappa()"
        yield Row("agreement.cohen_kappa", f"200 units: {what}", theirs, number, origin, 2e-6)
    subjects = [
        (subject, rater, category)
        for subject, line in enumerate(FOURTEEN)
        for rater, category in enumerate(np.repeat(range(5), [int(n) for n in line.split()]))
    ]
    table = pd.DataFrame(subjects, columns=["item", "rater", "label"])
    ours = fleiss_kappa(table, seed=1, draws=100).estimate
    what = "10 subjects, 14 raters, 5 categories"
    origin = "R 4.2.2, the formula of Fleiss (1971), doi:10.1037/h0031619"
    yield Row("agreement.fleiss_kappa", what, 0.209930704422, ours, origin)
