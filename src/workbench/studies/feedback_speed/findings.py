"""From estimates to findings: the verdict rule and the answer box, one row a hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench import data
from workbench.models.equivalence import tost
from workbench.models.multiplicity import holm
from workbench.models.power import smallest_detectable_difference
from workbench.studies.answers import Numbers, answer, change, trust
from workbench.studies.durations import exactly
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.estimates import Result, refusals, results
from workbench.studies.finding import Finding
from workbench.studies.hypotheses import Hypothesis, hypotheses, prespecified
from workbench.studies.provenance import code_commit, config_hash
from workbench.studies.verdict import (
    FAILED,
    LEANS,
    NOT_ENOUGH,
    UNAVAILABLE,
    Evidence,
    real_only,
    verdict,
)


def _holm(one: Cohort) -> dict[str, float]:
    """Holm-adjusted p of the primary hypotheses: one confirmatory family a data set."""
    primary = [name for name, row in hypotheses("01").items() if row.primary]
    # One that cannot be estimated stays in the family, or small data would pay for fewer tests.
    found = [results(one)[name].p if name in results(one) else 1.0 for name in primary]
    return dict(zip(primary, (float(p) for p in holm(found)), strict=True))


def _fixed(one: Cohort, hypothesis: Hypothesis) -> bool:
    """Whether hypothesis and windows are those that were written before the data were loaded."""
    name = one.community.name
    return one.as_fixed and prespecified(hypothesis, name, data.first_look(name))


def _not_estimated(one: Cohort, hypothesis: Hypothesis) -> Finding:
    """The row of a hypothesis that this community is too small or too odd for."""
    real_only(bool(one.community.manifest["is_simulated"]))
    reason, fixed = refusals(one)[hypothesis.id], _fixed(one, hypothesis)
    return Finding(
        **_about(one, hypothesis, fixed=fixed), estimand=hypothesis.estimand,
        scale=hypothesis.scale, estimate=None, se=None, ci_low=None, ci_high=None, p=None,
        sesoi=hypothesis.sesoi, n=len(one.people), clusters=None,
        verdict=NOT_ENOUGH if fixed else LEANS[NOT_ENOUGH],
        answer="There are not enough data here to answer this question.",
        trust="Nothing was estimated, so that there is nothing to trust or to doubt.",
        change=change((f"nothing could be estimated: {reason.rstrip('.')}",),
                      against=hypothesis.against, needed=None),
        technical=f"{hypothesis.estimand} Not estimated: {reason}",
        unavailable=tuple(hypothesis.controls),
    )  # fmt: skip


def _about(one: Cohort, hypothesis: Hypothesis, *, fixed: bool) -> dict[str, Any]:
    """What a finding says whatever was estimated: which hypothesis, which data, which code."""
    return {
        "hyp_id": hypothesis.id,
        "claim_ids": " ".join(hypothesis.claims),
        "study": hypothesis.study,
        "dataset_id": one.community.name,
        "is_simulated": bool(one.community.manifest["is_simulated"]),
        "grade": hypothesis.grade,
        "prespecified": fixed,
        "family": f"{one.community.name}: {hypothesis.family if fixed else 'exploratory'}",
        "config_hash": config_hash(hypothesis, one.community, one.windows),
        "code_commit": code_commit(),
        "community": one.community.title,
        "question": hypothesis.question,
        "primary": hypothesis.id == "H1.1",
    }


def _finding(one: Cohort, hypothesis: Hypothesis) -> Finding:
    if hypothesis.id in refusals(one):
        return _not_estimated(one, hypothesis)
    found = results(one)[hypothesis.id]
    fixed = _fixed(one, hypothesis)
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
        is_simulated=bool(one.community.manifest["is_simulated"]),
        minimum_people=hypothesis.minimum_people, minimum_events=hypothesis.minimum_events,
    )  # fmt: skip
    unavailable = tuple(name for name, state in checks.items() if state == UNAVAILABLE)
    failed = tuple(name for name, state in checks.items() if state == FAILED)
    numbers = Numbers(found.estimate, found.low, found.high, found.sesoi)
    return Finding(
        **_about(one, hypothesis, fixed=fixed), estimand=found.estimand, scale=found.scale,
        estimate=found.estimate, se=found.std_error, ci_low=found.low, ci_high=found.high,
        p=found.p, sesoi=found.sesoi, n=found.n, clusters=found.clusters, verdict=decided.word,
        p_holm=p_holm, tost_p=equivalence.p_value,
        evalue_point=found.evalue[0], evalue_ci=found.evalue[1], negcontrol_p=found.negcontrol_p,
        answer=answer(
            found.scale, numbers, words=found.words, grade=hypothesis.grade, prespecified=fixed
        ),
        trust=trust(
            found.scale, grade=hypothesis.grade, prespecified=fixed, detectable=detectable,
            unavailable=unavailable, failed=failed,
        ),
        change=change(decided.reasons, against=found.against, needed=found.needed),
        technical=_technical(hypothesis, found, detectable, one),
        detectable=detectable, unavailable=unavailable,
    )  # fmt: skip


def _technical(hypothesis: Hypothesis, found: Result, detectable: float, one: Cohort) -> str:
    """The same for a statistician: estimand, numbers, model, in one paragraph."""
    strength, limit = found.evalue
    parts = [
        found.estimand,
        "" if hypothesis.exposure == "none" else _windows_said(one),
        f"{found.scale[0].upper()}{found.scale[1:]} {found.estimate:.4f} "
        f"(95 % CI {found.low:.4f} to {found.high:.4f}), SE {found.std_error:.4f}, "
        f"p {_p(found.p)}; n {found.n:,}"
        + (f", {found.clusters:,} clusters." if found.clusters else "."),
        f"SESOI {found.sesoi:.3g} ({found.sesoi_reason}); smallest detectable {detectable:.3g}.",
        f"Model: {found.about}.",
    ]
    if strength is not None:
        parts.append(f"E-value {strength:.2f}, for the limit {limit or 1:.2f}.")
    if found.negcontrol_p is not None:
        parts.append(f"Negative control p {found.negcontrol_p:.2f}.")
    return " ".join(part for part in parts if part)


def _windows_said(one: Cohort) -> str:
    chosen = one.windows
    return (
        f"Landmark {exactly(chosen.landmark)}; returns counted after "
        f"{exactly(chosen.outcome_from)} and up to {exactly(chosen.outcome_until)} from the first "
        "post."
    )


def _p(value: float) -> str:
    return "< 0.0001" if value < 1e-4 else f"{value:.2g}"


def conclude(cohorts: Sequence[Cohort], *ids: str) -> list[Finding]:
    """
    The findings for the named hypotheses (all of study 1 without names), a row a community.

    Raises
    ------
    StudyError
        A community is simulated: the truth is known there, and decides no claim.
    """
    chosen = hypotheses("01")
    return [_finding(one, chosen[name]) for name in (ids or chosen) for one in cohorts]
