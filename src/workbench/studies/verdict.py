"""The verdict rule: one function from numbers and controls to fixed words.

The rule is the same for every study. A pre-specified row gets a verdict; an exploratory row only
says which way the data lean; data that are looked at again are watched, and get
neither, and so do simulated ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.errors import StudyError

PASSED, FAILED, WEAK, UNAVAILABLE = "passed", "failed", "weak", "unavailable"
STATES = (PASSED, FAILED, WEAK, UNAVAILABLE)
# What a state that forbids *supported* is called; the trust line uses the same words.
STANDS = {FAILED: "failed", WEAK: "is too weak to tell", UNAVAILABLE: "is missing"}

SUPPORTED = "supported"
TOO_SMALL = "not supported (too small to matter)"
OPPOSITE = "not supported (opposite direction)"
INCONCLUSIVE = "inconclusive"
IMPRECISE = "inconclusive (too imprecise to decide)"
METHOD = "inconclusive (method)"
NOT_ENOUGH = "not enough data"
MONITORING = "monitoring: no verdict of its own"

LEANS = {
    SUPPORTED: "exploratory: leans towards",
    TOO_SMALL: "exploratory: leans against (too small to matter)",
    OPPOSITE: "exploratory: leans against (opposite direction)",
    INCONCLUSIVE: "exploratory: unclear",
    IMPRECISE: "exploratory: unclear (too imprecise to decide)",
    METHOD: "exploratory: unclear (method)",
    NOT_ENOUGH: "exploratory: not enough data",
}


@dataclass(frozen=True)
class Evidence:
    """
    What the rule looks at; the claim's direction is positive.

    estimate, low, high : distance from what the claim is compared with, with the 95 % interval.
    low_90, high_90 : the 90 % interval, which is what two one-sided tests at 5 % look at.
    p : adjusted by Holm within the confirmatory family; raw for exploratory rows.
    people, events : in the smaller arm. detectable : smallest effect shown with 80 % power.
    controls : name -> passed, failed, weak (run, but too weak to tell) or unavailable.
    null : what zero stands for, in words.
    """

    estimate: float
    low: float
    high: float
    low_90: float
    high_90: float
    p: float
    people: int
    events: int
    detectable: float
    controls: Mapping[str, str]
    null: str = "zero"


@dataclass(frozen=True)
class Verdict:
    """The fixed words, and the reasons that decided."""

    word: str
    reasons: tuple[str, ...]


def _supported_fails(evidence: Evidence, sesoi: float) -> tuple[str, ...]:
    """Every condition of *supported* that these numbers do not meet, in plain words."""
    reasons = []
    if evidence.low <= 0:
        reasons.append(f"the interval does not exclude {evidence.null}")
    if evidence.p >= 0.05:
        reasons.append("p is not below 0.05")
    if evidence.estimate < sesoi:
        reasons.append("the estimate is below the smallest difference worth acting on")
    for name, state in evidence.controls.items():
        if state != PASSED:
            reasons.append(f"the check “{name}” {STANDS[state]}")
    return tuple(reasons)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _too_few(evidence: Evidence, people: int, events: int) -> str:
    """How few there are; events are left out where the hypothesis asks for none."""
    found = _counted(evidence.people, "person", "people")
    if not events:
        return f"the smaller arm has {found}; {people:,} are needed"
    found += f" and {_counted(evidence.events, 'event', 'events')}"
    return f"the smaller arm has {found}; {people:,} and {events:,} are needed"


def _rule(evidence: Evidence, sesoi: float, people: int, events: int) -> Verdict:
    if evidence.people < people or evidence.events < events:
        return Verdict(NOT_ENOUGH, (_too_few(evidence, people, events),))
    if evidence.controls.get("calibration") == FAILED:
        return Verdict(METHOD, ("the method failed its own calibration",))
    if -sesoi < evidence.low_90 and evidence.high_90 < sesoi:
        return Verdict(TOO_SMALL, ("the 90 % interval lies inside the band too small to matter",))
    if evidence.high < 0:
        return Verdict(OPPOSITE, (f"the 95 % interval lies below {evidence.null}",))
    reasons = _supported_fails(evidence, sesoi)
    if not reasons:
        return Verdict(SUPPORTED, ("all conditions are met",))
    if evidence.low <= 0 and evidence.detectable > sesoi:
        return Verdict(IMPRECISE, reasons)
    return Verdict(INCONCLUSIVE, reasons)


def verdict(
    evidence: Evidence,
    *,
    sesoi: float,
    prespecified: bool,
    is_simulated: bool = False,
    later_look: bool = False,
    minimum_people: int = 50,
    minimum_events: int = 20,
) -> Verdict:
    """
    Apply the rule, in this order; the first line that holds decides. A `later_look`, at data that
    are not those of the first one, decides nothing: who looks until something shows will find it.

    1. fewer people or events than the minimum in either arm: not enough data; a failed
       calibration: inconclusive (method);
    2. the 90 % interval inside (-sesoi, sesoi): not supported (too small to matter), whatever p;
    3. the 95 % interval below zero: not supported (opposite direction);
    4. the interval above zero, p < 0.05, estimate >= sesoi and every control passed: supported. A
       control that is too weak to tell, or unavailable, forbids it, and is named;
    5. otherwise inconclusive, with the conditions that failed; where the interval holds zero and
       the data could not have shown an effect of size sesoi, too imprecise to decide. (An interval
       that excludes zero is not called imprecise: there a missing control is what decides.)

    Raises
    ------
    StudyError
        The data are simulated, or `sesoi` is not positive, or a control has an unknown state.
    """
    if is_simulated:
        raise StudyError(
            "verdict: expected real data, got simulated ones. "
            "Say whether the known truth was recovered instead."
        )
    if sesoi <= 0:
        raise StudyError(
            f"verdict: sesoi must be positive, got {sesoi:g}. Fix it in hypotheses.toml."
        )
    unknown = sorted(set(evidence.controls.values()) - set(STATES))
    if unknown:
        raise StudyError(
            f"verdict: a control is {', '.join(STATES)}; got {', '.join(unknown)}. "
            "Use one of these."
        )
    if later_look:
        return Verdict(
            MONITORING, ("the first look decides, at other data or with another cleaning",)
        )
    decided = _rule(evidence, sesoi, minimum_people, minimum_events)
    return decided if prespecified else Verdict(LEANS[decided.word], decided.reasons)
