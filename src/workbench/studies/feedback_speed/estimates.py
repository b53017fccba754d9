"""The estimates behind the findings: one a hypothesis, in its own scale and direction."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

from workbench.errors import ModelError
from workbench.models.cox import CoxFit
from workbench.models.effects import Effect
from workbench.models.power import people_needed, units_needed
from workbench.models.sensitivity import e_value, risk_ratio_from_hazard_ratio
from workbench.models.survival import survival_at
from workbench.studies.answers import Words, scale
from workbench.studies.durations import DAY, exactly
from workbench.studies.feedback_speed import pace as pace_step
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.placebo import placebo
from workbench.studies.feedback_speed.returning import landmark_difference, whole_difference
from workbench.studies.feedback_speed.waiting import curve, waits
from workbench.studies.hypotheses import Hypothesis, hypotheses
from workbench.studies.verdict import FAILED, PASSED

ALPHA = 0.05
HALF = 0.5


@dataclass(frozen=True)
class Result:
    """
    One estimate on its way to a finding, in the hypothesis's own scale and direction.

    words : what the sentences call the windows of this estimate and the people it is about.
    people, events : in the smaller arm. against : what would count against the claim.
    needed : one sentence on the size it would take, or None where the data are large enough.
    checks : controls that were run, name -> passed or failed. about : the technical rest.
    """

    scale: str
    estimand: str
    sesoi: float
    words: Words
    estimate: float
    std_error: float
    low: float
    high: float
    p: float
    n: int
    clusters: int | None
    people: int
    events: int
    against: str
    sesoi_reason: str
    needed: str | None
    checks: dict[str, str]
    about: str
    df: float | None = None
    evalue: tuple[float | None, float | None] = (None, None)
    negcontrol_p: float | None = None


def _state(p: float) -> str:
    return PASSED if p >= ALPHA else FAILED


def _control(one: Cohort) -> float | None:
    """p of the negative control; None where these people do not allow it."""
    try:
        return placebo(one).p_value
    except ModelError:
        return None


def _checked(control: float | None, constant: float | None = None) -> dict[str, str]:
    """The checks that could be run, passed or failed."""
    found = {"proportional hazards": constant, "negative control": control}
    return {name: _state(p) for name, p in found.items() if p is not None}


def _risk(one: Cohort, hypothesis: Hypothesis, *, whole: bool) -> Result:
    effect = whole_difference(one) if whole else landmark_difference(one)
    control = _control(one)
    strength: tuple[float | None, float | None] = (None, None)
    if effect.risk_ratio is not None:
        found = e_value(effect.risk_ratio, effect.risk_ratio_low, effect.risk_ratio_high)
        strength = (found.point, found.limit)
    return Result(
        scale=hypothesis.scale,
        estimand=hypothesis.estimand,
        sesoi=hypothesis.sesoi,
        words=one.words(whole=whole),
        sesoi_reason=hypothesis.sesoi_reason,
        against=hypothesis.against,
        estimate=effect.estimate, std_error=effect.std_error, low=effect.low, high=effect.high,
        p=effect.p_value, n=effect.n, clusters=effect.clusters, df=effect.clusters - 1,
        people=min(effect.n_exposed, effect.n - effect.n_exposed),
        events=min(effect.events_exposed, effect.events_unexposed),
        needed=_people_needed(effect, hypothesis),
        checks=_checked(control),
        about=effect.specification,
        evalue=strength,
        negcontrol_p=control,
    )  # fmt: skip


def _people_needed(effect: Effect, hypothesis: Hypothesis) -> str | None:
    """How many people it would take, unless there are enough or the shares leave no room."""
    answered, others = effect.n_exposed, effect.n - effect.n_exposed
    if not 0 < effect.risk_unexposed < 1 - hypothesis.sesoi:
        return None
    size = people_needed(effect.risk_unexposed, hypothesis.sesoi)
    if size <= min(answered, others):
        return None
    return (
        f"About {math.ceil(size / 100) * 100:,} people in each group would be needed to see "
        f"{scale(hypothesis.scale).step(hypothesis.sesoi)} four times out of five; there are "
        f"{answered:,} and {others:,}."
    )


def _needed(std_error: float, sesoi: float, n: int, what: str, step: str) -> str | None:
    size = units_needed(std_error, sesoi, n=n)
    if size <= n:
        return None
    return (
        f"About {math.ceil(size / 100) * 100:,} {what} would be needed to see {step} four times "
        f"out of five; there are {n:,}."
    )


def _followed(one: Cohort, *, whole: bool) -> Words:
    """The words for people who are followed from their first post to the end of the window."""
    return replace(one.words(whole=whole), window=exactly(one.windows.outcome_until))


def _row(fit: CoxFit, term: str) -> dict[str, float]:
    """The numbers of one term."""
    table = fit.table[fit.table["term"] == term]
    return {str(name): float(table[name].iloc[0]) for name in table if name != "term"}


def _hazard(one: Cohort, hypothesis: Hypothesis, *, dose: bool) -> Result:
    pace = pace_step.fit(one)
    fit, term = (pace.dose, pace_step.SOONER) if dose else (pace.ratio, pace_step.ANSWERED)
    row = _row(fit, term)
    control = _control(one)
    strength: tuple[float | None, float | None] = (None, None)
    if not dose:
        share = pace.events / pace.people
        limits = [
            risk_ratio_from_hazard_ratio(row[name], outcome_share=share)
            for name in ("hazard_ratio", "hazard_ratio_low", "hazard_ratio_high")
        ]
        found = e_value(*limits)
        strength = (found.point, found.limit)
    constant = pace.constant_p(term)
    step = scale(hypothesis.scale).step(hypothesis.sesoi)
    return Result(
        scale=hypothesis.scale,
        estimand=hypothesis.estimand,
        sesoi=hypothesis.sesoi,
        words=_followed(one, whole=True),
        sesoi_reason=hypothesis.sesoi_reason,
        against=hypothesis.against,
        estimate=row["estimate"], std_error=row["std_error"],
        low=row["low"], high=row["high"], p=row["p_value"],
        n=pace.people, clusters=fit.n_clusters,
        people=min(pace.people_answered, pace.people - pace.people_answered)
        if not dose else pace.people_answered,
        events=min(pace.events_answered, pace.events - pace.events_answered)
        if not dose else pace.events_answered,
        needed=_needed(row["std_error"], hypothesis.sesoi, pace.people, "people", step),
        checks=_checked(control, constant),
        about=f"Cox, Efron ties, {pace.events:,} returns; hazard ratio {row['hazard_ratio']:.3f} "
        f"({row['hazard_ratio_low']:.3f} to {row['hazard_ratio_high']:.3f}); proportional hazards "
        f"p {constant:.2g}",
        evalue=strength,
        negcontrol_p=control,
    )  # fmt: skip


def _pace(one: Cohort, hypothesis: Hypothesis) -> Result:
    """H1.2a: the hazard ratio, or days sooner where the ratio does not stay the same."""
    ratio = _hazard(one, hypothesis, dose=False)
    if ratio.checks["proportional hazards"] == PASSED:
        return ratio
    instead = hypothesis.instead
    found = pace_step.days_sooner(one)
    horizon = (one.windows.outcome_until - one.windows.landmark) / DAY
    sesoi = instead["sesoi_share"] * horizon
    rows = one.at_landmark
    arms = rows["responded"]
    events = (rows["next_us"] <= rows["first_us"] + one.windows.outcome_until).fillna(False)
    return replace(
        ratio,
        scale=instead["scale"],
        estimand=instead["estimand"],
        sesoi=sesoi,
        words=_followed(one, whole=False),
        sesoi_reason=instead["sesoi_reason"],
        against=instead["against"],
        estimate=found.estimate, std_error=found.std_error, low=found.low, high=found.high,
        p=found.p_value, n=found.n, clusters=found.clusters,
        people=int(min(arms.sum(), (~arms).sum())),
        events=int(min((arms & events).sum(), (~arms & events).sum())),
        needed=_needed(
            found.std_error, sesoi, found.n, "people", scale(instead["scale"]).step(sesoi)
        ),
        checks=_checked(ratio.negcontrol_p),
        about=f"restricted mean over {horizon:.3g} days, {pace_step.REPLICATES:,} bootstrap "
        f"replicates; instead of the hazard ratio, because {instead['when']}. {ratio.about}",
        evalue=(None, None),
    )  # fmt: skip


def _within_hour(one: Cohort, hypothesis: Hypothesis) -> Result:
    km = curve(waits(one.community))
    still = survival_at(km, 1.0)
    if still.estimate is None or not still.std_error or still.low is None or still.high is None:
        raise ModelError(
            f"within the hour: expected threads answered within the hour and threads that were "
            f"not, got {km.n:,} that are all alike. Load a longer record."
        )
    share, error = 1 - still.estimate, still.std_error
    low, high = 1 - still.high, 1 - still.low
    z = (share - HALF) / error
    step = scale(hypothesis.scale).step(hypothesis.sesoi)
    return Result(
        scale=hypothesis.scale,
        estimand=hypothesis.estimand,
        sesoi=hypothesis.sesoi,
        words=one.words(whole=True),
        sesoi_reason=hypothesis.sesoi_reason,
        against=hypothesis.against,
        estimate=share - HALF, std_error=error, low=low - HALF, high=high - HALF,
        p=math.erfc(abs(z) / math.sqrt(2)), n=km.n, clusters=None,
        people=km.n, events=km.n_events,
        needed=_needed(error, hypothesis.sesoi, km.n, "threads", step),
        checks={},
        about=f"Kaplan-Meier, {km.n - km.n_events:,} of {km.n:,} threads never answered",
    )  # fmt: skip


ESTIMATORS = {
    "H1.1": lambda one, row: _risk(one, row, whole=False),
    "H1.1w": lambda one, row: _risk(one, row, whole=True),
    "H1.2a": _pace,
    "H1.2b": lambda one, row: _hazard(one, row, dose=True),
    "H1.3": _within_hour,
}


@cache
def _tried(one: Cohort) -> tuple[dict[str, Result], dict[str, str]]:
    done, refused = {}, {}
    for name, row in hypotheses("01").items():
        try:
            found = ESTIMATORS[name](one, row)
            if not 0 < found.std_error < math.inf:
                raise ModelError(
                    f"{name}: expected a standard error above zero, got {found.std_error:g}. "
                    "Load a longer record."
                )
        except ModelError as error:
            refused[name] = str(error)
        else:
            done[name] = found
    return done, refused


def results(one: Cohort) -> dict[str, Result]:
    """Every hypothesis of study 1 that these people allow to estimate."""
    return _tried(one)[0]


def refusals(one: Cohort) -> dict[str, str]:
    """Why the others cannot be estimated: one line each."""
    return _tried(one)[1]
