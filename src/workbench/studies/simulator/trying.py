"""What the estimators of study 1 say of one simulated community, beside what is true."""

from __future__ import annotations

import pandas as pd

from workbench import plots
from workbench.errors import StudyError
from workbench.simulate import Simulated
from workbench.studies.calibration.draws import OBSERVED, PROXIES
from workbench.studies.calibration.newcomers import CRUDE, draw_of
from workbench.studies.present import Figure

SHOWN = {
    f"H1.1, {CRUDE}": "as they are: nothing adjusted",
    f"H1.1, {PROXIES}": "adjusted for what a record shows",
    f"H1.1, {OBSERVED}": "adjusted for keenness and quality,\nwhich only a simulation knows",
}


def try_once(made: Simulated) -> Figure:
    """
    H1.1 three times: crude, with what a record shows, and with the confounders in sight.

    Raises StudyError where this community is too odd for one of them; take another seed.
    """
    draws = draw_of(made)
    failed = [draws[key].failed for key in SHOWN if draws[key].failed]
    if failed:
        raise StudyError(f"simulated community: nothing to compare, {failed[0]}")
    truth = 100 * float(made.truth["landmark"].value or 0.0)
    rows = pd.DataFrame(
        {
            "label": label,
            "estimate": 100 * float(draws[key].estimate or 0.0),
            "low": 100 * float(draws[key].low or 0.0),
            "high": 100 * float(draws[key].high or 0.0),
        }
        for key, label in SHOWN.items()
    )
    figure, (ax,) = plots.canvas(height=3.0)
    plots.forest(rows, unit="more (right) or fewer (left) who came back, in 100", ax=ax)
    ax.axvline(truth, color=plots.COLOURS[1], linestyle="--", linewidth=1.6)
    ax.annotate(" the truth", (truth, ax.get_ylim()[1]), color=plots.COLOURS[1], va="bottom")
    said = "; ".join(
        f"{' '.join(label.split())}: {estimate:.1f} ({low:.1f} to {high:.1f})"
        for label, estimate, low, high in zip(*(rows[name] for name in rows), strict=True)
    )
    return Figure(
        figure,
        name="tried-once",
        caption="Answered early against not, in one simulated community, with 95 % intervals; the "
        f"dashed line is the truth, {truth:.1f} in 100. {said}. With another seed the dots move: "
        "one community shows nothing about a method, many do.",
        alt=f"Three dots on intervals, a zero line, and a dashed line at {truth:.1f}. {said}.",
    )
