"""What a page says of simulated data: whether the planted truth was recovered, never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.studies.saying import DAYS, number

RECOVERED = "simulated: recovered"
TOO_IMPRECISE = "simulated: recovered, but too imprecise to tell"
NOT_RECOVERED = "simulated: not recovered"
UNKNOWN = "simulated: no truth to compare with"
NOTHING_DECIDED = "Nothing: a community that somebody made decides no claim, either way."
BIASED = "Expected here: the page adjusts for what a record shows, and that leaves a bias (see A1)."
# A share of conversations: nobody is compared, so that nothing is adjusted for.
UNADJUSTED = {"H1.3"}
# True values are sums over quadrature points, which leave 1e-17 where the truth is the null.
ROUNDING = 1e-9

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
    truth: Mapping[str, Any] | None,
    *,
    hypothesis: str,
    scale: str,
    low: float,
    high: float,
    null: float,
    sesoi: float,
) -> Recovery:
    """
    Whether the 95 % interval holds what was planted, and could have told it from nothing.

    `truth` is the manifest's, as `sources.simulated` read it; `null` and `sesoi`, the smallest
    difference worth acting on, are in the scale of the interval. An interval that holds the truth
    is too imprecise where it holds the null too, or, if the null is true, where it reaches beyond
    `sesoi` on both sides of it. One interval in twenty misses the truth by chance alone; the
    calibration table says how often a method does.
    """
    value = planted(truth, hypothesis, scale)
    if value is None:
        return Recovery(UNKNOWN, None, "What is true here cannot be said in one number.")
    held = low <= value <= high
    vague = _vague(value, low=low, high=high, null=null, sesoi=sesoi) if held else ""
    said = [
        f"A program made this community, and planted {number(value, 3)} on this scale: the "
        f"interval {'holds' if held else 'does not hold'} it.",
        *([vague] if vague else []),
        "One interval in twenty misses by chance.",
    ]
    if not held and hypothesis not in UNADJUSTED:
        said.append(BIASED)
    word = (TOO_IMPRECISE if vague else RECOVERED) if held else NOT_RECOVERED
    return Recovery(word, value, " ".join(said))


def _vague(value: float, *, low: float, high: float, null: float, sesoi: float) -> str:
    """Why an interval that holds the truth tells little; empty where it tells enough."""
    zero = number(null, 1 if null else 0)
    if abs(value - null) > ROUNDING:
        holds = low <= null <= high
        return f"It also holds {zero}: it could not tell the two apart." if holds else ""
    if not low < null - sesoi < null + sesoi < high:
        return ""
    return (
        f"It reaches beyond {number(sesoi, 3)}, the smallest difference worth acting on, on both "
        f"sides of {zero}: it rules out neither."
    )
