"""From estimates to findings: the verdict rule and the answer box, one row a hypothesis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from workbench import data
from workbench.models.equivalence import tost
from workbench.models.multiplicity import holm
from workbench.models.power import people_needed, smallest_detectable_difference, units_needed
from workbench.models.sensitivity import e_value, risk_ratio_from_hazard_ratio
from workbench.models.survival import survival_at
from workbench.studies.answers import Numbers, answer, change, scale, trust
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed import pace as pace_step
from workbench.studies.feedback_speed.breaking import placebo
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.returning import landmark_difference, whole_difference
from workbench.studies.feedback_speed.waiting import curve, waits
from workbench.studies.finding import Finding
from workbench.studies.hypotheses import Hypothesis, hypotheses, prespecified
from workbench.studies.provenance import code_commit, config_hash
from workbench.studies.verdict import FAILED, PASSED, UNAVAILABLE, Evidence, verdict

ALPHA = 0.05
HALF = 0.5


@dataclass(frozen=True)
class Result:
    """
    One estimate on its way to a finding, in the hypothesis's own scale and direction.

    people, events : in the smaller arm. against : what would count against the claim.
    needed : one sentence on the size it would take, or None where the data are large enough.
    checks : controls that were run, name -> passed or failed. about : the technical rest.
    """

    scale: str
    estimand: str
    sesoi: float
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


def _risk(one: Cohort, hypothesis: Hypothesis, *, whole: bool) -> Result:
    effect = whole_difference(one) if whole else landmark_difference(one)
    control = placebo(one).p_value
    strength: tuple[float | None, float | None] = (None, None)
    if effect.risk_ratio is not None:
        found = e_value(effect.risk_ratio, effect.risk_ratio_low, effect.risk_ratio_high)
        strength = (found.point, found.limit)
    size = people_needed(effect.risk_unexposed, hypothesis.sesoi)
    return Result(
        scale=hypothesis.scale,
        estimand=hypothesis.estimand,
        sesoi=hypothesis.sesoi,
        sesoi_reason=hypothesis.sesoi_reason,
        against=hypothesis.against,
        estimate=effect.estimate, std_error=effect.std_error, low=effect.low, high=effect.high,
        p=effect.p_value, n=effect.n, clusters=effect.clusters, df=effect.clusters - 1,
        people=min(effect.n_exposed, effect.n - effect.n_exposed),
        events=min(effect.events_exposed, effect.events_unexposed),
        needed=f"About {math.ceil(size / 100) * 100:,} people in each group would be needed to see "
        f"{scale(hypothesis.scale).step(hypothesis.sesoi)} four times out of five; there are "
        f"{effect.n_exposed:,} and {effect.n - effect.n_exposed:,}.",
        checks={"negative control": _state(control)},
        about=effect.specification,
        evalue=strength,
        negcontrol_p=control,
    )  # fmt: skip


def _needed(std_error: float, sesoi: float, n: int, what: str, step: str) -> str | None:
    size = units_needed(std_error, sesoi, n=n)
    if size <= n:
        return None
    return (
        f"About {math.ceil(size / 100) * 100:,} {what} would be needed to see {step} four times out "
        f"of five; there are {n:,}."
    )


def _hazard(one: Cohort, hypothesis: Hypothesis, *, dose: bool) -> Result:
    pace = pace_step.fit(one)
    fit, term = (pace.dose, pace_step.SOONER) if dose else (pace.ratio, pace_step.ANSWERED)
    row = fit.table.set_index("term").loc[term]
    control = placebo(one).p_value
    strength: tuple[float | None, float | None] = (None, None)
    if not dose:
        share = pace.events / pace.people
        limits = [
            risk_ratio_from_hazard_ratio(float(row[name]), outcome_share=share)
            for name in ("hazard_ratio", "hazard_ratio_low", "hazard_ratio_high")
        ]
        found = e_value(*limits)
        strength = (found.point, found.limit)
    constant = pace.constant_p(term)
    step = scale(hypothesis.scale).step(hypothesis.sesoi)
    error = float(row["std_error"])
    return Result(
        scale=hypothesis.scale,
        estimand=hypothesis.estimand,
        sesoi=hypothesis.sesoi,
        sesoi_reason=hypothesis.sesoi_reason,
        against=hypothesis.against,
        estimate=float(row["estimate"]), std_error=error,
        low=float(row["low"]), high=float(row["high"]), p=float(row["p_value"]),
        n=pace.people, clusters=fit.n_clusters,
        people=min(pace.people_answered, pace.people - pace.people_answered)
        if not dose else pace.people_answered,
        events=min(pace.events_answered, pace.events - pace.events_answered)
        if not dose else pace.events_answered,
        needed=_needed(error, hypothesis.sesoi, pace.people, "people", step),
        checks={"proportional hazards": _state(constant), "negative control": _state(control)},
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
    arms = one.at_landmark["responded"]
    events = one.at_landmark["next_us"].notna()
    return replace(
        ratio,
        scale=instead["scale"],
        estimand=instead["estimand"],
        sesoi=sesoi,
        sesoi_reason=instead["sesoi_reason"],
        against=instead["against"],
        estimate=found.estimate, std_error=found.std_error, low=found.low, high=found.high,
        p=found.p_value, n=found.n, clusters=found.clusters,
        people=int(min(arms.sum(), (~arms).sum())),
        events=int(min((arms & events).sum(), (~arms & events).sum())),
        needed=_needed(
            found.std_error, sesoi, found.n, "people", scale(instead["scale"]).step(sesoi)
        ),
        checks={"negative control": ratio.checks["negative control"]},
        about=f"restricted mean over {horizon:.3g} days, {pace_step.REPLICATES:,} bootstrap "
        f"replicates; instead of the hazard ratio, because {instead['when']}. {ratio.about}",
        evalue=(None, None),
    )  # fmt: skip


def _within_hour(one: Cohort, hypothesis: Hypothesis) -> Result:
    km = curve(waits(one.community))
    still = survival_at(km, 1.0)
    share, error = 1 - float(still.estimate or 0), float(still.std_error or 0)
    low, high = 1 - float(still.high or 0), 1 - float(still.low or 0)
    z = (share - HALF) / error
    step = scale(hypothesis.scale).step(hypothesis.sesoi)
    return Result(
        scale=hypothesis.scale,
        estimand=hypothesis.estimand,
        sesoi=hypothesis.sesoi,
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
def results(one: Cohort) -> dict[str, Result]:
    """Every hypothesis of study 1 in one community, estimated."""
    return {name: ESTIMATORS[name](one, row) for name, row in hypotheses("01").items()}


def _holm(one: Cohort) -> dict[str, float]:
    """Holm-adjusted p of the primary hypotheses: one confirmatory family a data set."""
    primary = [name for name, row in hypotheses("01").items() if row.primary]
    adjusted = holm([results(one)[name].p for name in primary])
    return dict(zip(primary, (float(p) for p in adjusted), strict=True))


def _finding(one: Cohort, hypothesis: Hypothesis) -> Finding:
    found = results(one)[hypothesis.id]
    fixed = one.as_fixed and prespecified(
        hypothesis, one.community.name, data.first_look(one.community.name)
    )
    p_holm = _holm(one).get(hypothesis.id) if fixed else None
    equivalence = tost(found.estimate, found.std_error, found.sesoi, df=found.df)
    checks = {
        name: found.checks.get(name, UNAVAILABLE)
        for name in hypothesis.controls
        if name != "proportional hazards" or name in found.checks
    }
    detectable = smallest_detectable_difference(found.std_error)
    decided = verdict(
        Evidence(
            found.estimate, found.low, found.high, equivalence.low, equivalence.high,
            found.p if p_holm is None else p_holm, found.people, found.events, detectable, checks,
        ),
        sesoi=found.sesoi, prespecified=fixed,
        minimum_people=hypothesis.minimum_people, minimum_events=hypothesis.minimum_events,
    )  # fmt: skip
    unavailable = tuple(name for name, state in checks.items() if state == UNAVAILABLE)
    failed = tuple(name for name, state in checks.items() if state == FAILED)
    numbers = Numbers(found.estimate, found.low, found.high, found.sesoi)
    return Finding(
        hyp_id=hypothesis.id, claim_ids=" ".join(hypothesis.claims), study=hypothesis.study,
        dataset_id=one.community.name,
        is_simulated=bool(one.community.manifest.get("is_simulated", False)),
        grade=hypothesis.grade, prespecified=fixed, estimand=found.estimand, scale=found.scale,
        estimate=found.estimate, se=found.std_error, ci_low=found.low, ci_high=found.high,
        p=found.p, family=f"{one.community.name}: {hypothesis.family if fixed else 'exploratory'}",
        sesoi=found.sesoi, n=found.n, clusters=found.clusters, verdict=decided.word,
        config_hash=config_hash(hypothesis, one.community, one.windows), code_commit=code_commit(),
        p_holm=p_holm, tost_p=equivalence.p_value,
        evalue_point=found.evalue[0], evalue_ci=found.evalue[1], negcontrol_p=found.negcontrol_p,
        community=one.community.title, question=hypothesis.question,
        answer=answer(
            found.scale, numbers, words=one.words(whole=hypothesis.id != "H1.1"), grade=hypothesis.grade, prespecified=fixed
        ),
        trust=trust(
            found.scale, grade=hypothesis.grade, prespecified=fixed, detectable=detectable,
            unavailable=unavailable, failed=failed,
        ),
        change=change(decided.reasons, against=found.against, needed=found.needed),
        technical=_technical(hypothesis, found, detectable, one),
        detectable=detectable, primary=hypothesis.id == "H1.1", unavailable=unavailable,
    )  # fmt: skip


def _technical(hypothesis: Hypothesis, found: Result, detectable: float, one: Cohort) -> str:
    """The same for a statistician: estimand, numbers, model, in one paragraph."""
    strength, limit = found.evalue
    words = one.words()
    parts: list[Any] = [
        found.estimand,
        ""
        if hypothesis.exposure == "none"
        else f"Landmark {words.landmark}, outcome window {words.window}.",
        f"{found.scale[0].upper()}{found.scale[1:]} {found.estimate:.4f} (95 % CI {found.low:.4f} to "
        f"{found.high:.4f}), SE {found.std_error:.4f}, p {_p(found.p)}; n {found.n:,}"
        + (f", {found.clusters:,} clusters." if found.clusters else "."),
        f"SESOI {found.sesoi:.3g} ({found.sesoi_reason}); smallest detectable {detectable:.3g}.",
        f"Model: {found.about}.",
    ]
    if strength is not None:
        parts.append(f"E-value {strength:.2f}, for the limit {limit or 1:.2f}.")
    if found.negcontrol_p is not None:
        parts.append(f"Negative control p {found.negcontrol_p:.2f}.")
    return " ".join(part for part in parts if part)


def _p(value: float) -> str:
    return "< 0.0001" if value < 1e-4 else f"{value:.2g}"


def conclude(cohorts: Sequence[Cohort], *ids: str) -> list[Finding]:
    """The findings for the named hypotheses (all of study 1 without names), a row a community."""
    chosen = hypotheses("01")
    return [_finding(one, chosen[name]) for name in (ids or chosen) for one in cohorts]
