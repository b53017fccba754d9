"""One estimate of one simulated data set, and what it was aimed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workbench.models.result import Estimate

# What was adjusted for: the true confounders (only a simulation has them), or what a record shows.
OBSERVED, PROXIES, NEITHER = "confounders observed", "proxies only", "nothing to adjust for"
# What a target is held to: its interval, its bias and its false alarms; the first and last only;
# the last only; nothing.
INTERVAL, COVERAGE, FALSE_ALARM, SHOWN = "interval", "coverage", "false alarms", "shown"

# What the targets of a mistake have in place of a hypothesis: see `must_fail`.
MISTAKE = "must fail"


@dataclass(frozen=True)
class Draw:
    """
    One estimate with its 95 % interval, or the reason why there is none.

    p_value : against the null value of the target. aim : the truth of this very data set, where it
    differs from one data set to the next; else None.
    """

    estimate: float | None = None
    std_error: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    aim: float | None = None
    failed: str | None = None


@dataclass(frozen=True)
class Target:
    """
    What an estimator is aimed at in one simulated world.

    hypothesis : id of the hypothesis whose estimator this is, or the estimator's own name.
    scenario : what was planted, in words. adjusted : OBSERVED, PROXIES or NEITHER.
    truth, truth_error : the planted value in the hypothesis's own scale, and its Monte-Carlo error.
    null : what p-values are against; None where they are not judged.
    sesoi : smallest difference worth acting on; None where none is fixed.
    held_to : INTERVAL (bias, coverage, stated against true error, false alarms where the null is
    true), COVERAGE (coverage and false alarms), FALSE_ALARM, or SHOWN (judged on nothing).
    """

    hypothesis: str
    scenario: str
    adjusted: str
    truth: float
    truth_error: float = 0.0
    null: float | None = 0.0
    sesoi: float | None = None
    held_to: str = INTERVAL


@dataclass(frozen=True)
class Experiment:
    """
    A simulated world, what is aimed at in it, and one draw of every target from a seed.

    quick : whether it is also tried with fewer replicates by the tests.
    """

    name: str
    targets: Mapping[str, Target]
    draw: Callable[[int], Mapping[str, Draw]]
    quick: bool = field(default=True)


def drawn(found: Estimate, *, aim: float | None = None) -> Draw:
    """An estimate as a draw."""
    return Draw(found.estimate, found.std_error, found.low, found.high, found.p_value, aim)
