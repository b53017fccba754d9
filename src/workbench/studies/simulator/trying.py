"""What the estimators of study 1 say of one simulated community, beside what is true."""

from __future__ import annotations

import pandas as pd

from workbench import plots
from workbench.errors import StudyError
from workbench.simulate import Simulated
from workbench.studies.calibration.draws import OBSERVED, PROXIES
from workbench.studies.calibration.newcomers import CRUDE, draw_of
from workbench.studies.present import Figure
from workbench.studies.saying import number
from workbench.studies.simulator.worlds import make

SHOWN = {
    f"H1.1, {CRUDE}": "nothing adjusted",
    f"H1.1, {PROXIES}": "adjusted for what a record shows",
    f"H1.1, {OBSERVED}": "adjusted for keenness and quality,\nwhich only a simulation knows",
}
FURTHER = 12  # a community takes half a second


def _tried(made: Simulated) -> pd.DataFrame:
    """H1.1 three times, in 100: one row a way, empty where there is no estimate."""
    draws = draw_of(made)
    rows = pd.DataFrame(
        {
            "label": label,
            "failed": draws[key].failed,
            "estimate": draws[key].estimate,
            "low": draws[key].low,
            "high": draws[key].high,
        }
        for key, label in SHOWN.items()
    )
    numbers = ["estimate", "low", "high"]
    return rows.assign(**(100 * rows[numbers].astype(float)))


def try_once(made: Simulated) -> Figure:
    """
    H1.1 three times: crude, with what a record shows, and with the confounders in sight.

    Behind them, pale, the same of the communities of the next seeds, which have the same truth.
    Raises StudyError where this community is too odd for one of them; take another seed.
    """
    rows = _tried(made)
    failed = list(rows["failed"].dropna())
    if failed:
        raise StudyError(f"simulated community: nothing to compare, {failed[0]}")
    seeds = range(made.seed + 1, made.seed + 1 + FURTHER)
    others = pd.concat(_tried(make(effect=made.settings.tau, seed=seed)) for seed in seeds)
    truth = 100 * float(made.truth["landmark"].value or 0.0)
    figure, (ax,) = plots.canvas(height=3.4)
    plots.forest(rows, unit="more (right) or fewer (left) who came back, in 100", ax=ax)
    plots.behind(ax, others, label=f"{FURTHER} other seeds")
    plots.planted(ax, truth, label="the truth")
    said = _said(rows)
    return Figure(
        figure,
        name="tried-once",
        caption="Answered early against not, in one simulated community, with 95 % intervals; the "
        f"dashed line is the truth, {number(truth, 1)} in 100. Here: {said}. Pale: the same in "
        f"{FURTHER} other communities with the same truth; of their intervals so many hold it: "
        f"{_held(others, truth)}. Even the best may miss it in one community, by chance.",
        alt=f"Three dots on intervals over pale dots, and a dashed line at {number(truth, 1)}. "
        f"{said}.",
    )


def _said(rows: pd.DataFrame) -> str:
    return "; ".join(
        f"{' '.join(label.split())}: {number(estimate, 1)} ({number(low, 1)} to {number(high, 1)})"
        for label, estimate, low, high in zip(
            *(rows[name] for name in ("label", "estimate", "low", "high")), strict=True
        )
    )


def _held(others: pd.DataFrame, truth: float) -> str:
    """Of how many other communities the interval of each way holds the truth."""
    held = (others["low"] <= truth) & (truth <= others["high"])
    counts = held.groupby(others["label"], sort=False).sum()
    return ", ".join(f"{count} ({' '.join(str(label).split())})" for label, count in counts.items())
