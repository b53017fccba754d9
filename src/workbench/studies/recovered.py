"""What a page says of simulated data: whether the planted truth was recovered, never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.studies.answers import number

RECOVERED = "simulated: recovered"
NOT_RECOVERED = "simulated: not recovered"
UNKNOWN = "simulated: no truth to compare with"
NOTHING_DECIDED = "Nothing: a community that somebody made decides no claim, either way."

DAYS = "days sooner"
# Hypothesis -> its true value in `simulate.truths`.
TRUE_VALUE = {
    "H1.1": "landmark", "H1.1w": "whole", "H1.2a": "log_hazard_ratio", "H1.2b": "per_halving",
    "H1.3": "within_hour",
}  # fmt: skip


@dataclass(frozen=True)
class Recovery:
    """The word, the planted value in the scale of the estimate, and what to say of both."""

    word: str
    truth: float | None
    said: str


def planted(truth: Mapping[str, Any] | None, hypothesis: str, scale: str) -> float | None:
    """The true value of a hypothesis in the scale of its estimate; None where there is none."""
    name = "days_sooner" if scale == DAYS else TRUE_VALUE.get(hypothesis)
    known = (truth or {}).get("true_values", {}).get(name, {})
    value = known.get("value")
    return None if value is None else float(value)


def recovery(
    truth: Mapping[str, Any] | None, *, hypothesis: str, scale: str, low: float, high: float
) -> Recovery:
    """
    Whether the 95 % interval holds what was planted.

    `truth` is the manifest's, as `sources.simulated` read it. One interval in twenty misses the
    truth by chance alone; the calibration table says how often a method does.
    """
    value = planted(truth, hypothesis, scale)
    if value is None:
        return Recovery(UNKNOWN, None, "What is true here cannot be said in one number.")
    held = low <= value <= high
    said = (
        f"A program made this community, and planted {number(value, 3)} on this scale: the "
        f"interval {'holds' if held else 'does not hold'} it. One interval in twenty misses by "
        "chance; where the record hides how keen people are, as this one does, adjustment for what "
        "it shows leaves a bias that more people do not cure."
    )
    return Recovery(RECOVERED if held else NOT_RECOVERED, value, said)
