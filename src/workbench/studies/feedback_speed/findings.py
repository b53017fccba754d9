"""From estimates to findings: the verdict rule and the answer box, one row a hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from workbench import data
from workbench.models.equivalence import tost
from workbench.models.multiplicity import holm
from workbench.models.power import smallest_detectable_difference
from workbench.studies.answers import Numbers, answer, beside, scale
from workbench.studies.calibration.table import read_table, state
from workbench.studies.cautions import PAUSES, change, trust
from workbench.studies.communities import BY_THE_HOUR, threads_by_pauses
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.estimates import Result, refusals, results
from workbench.studies.finding import Finding
from workbench.studies.hypotheses import Hypothesis, hypotheses, prespecified, seen_before
from workbench.studies.monitoring import LATER, look, said, trend
from workbench.studies.present import Note, TableView
from workbench.studies.provenance import code_commit, config_hash
from workbench.studies.recovered import DAYS, NOTHING_DECIDED, UNKNOWN, recovery
from workbench.studies.refusals import for_readers
from workbench.studies.verdict import (
    FAILED,
    IMPRECISE,
    INCONCLUSIVE,
    LEANS,
    MONITORING,
    NOT_ENOUGH,
    PASSED,
    STATES,
    UNAVAILABLE,
    WEAK,
    Evidence,
    verdict,
)

TOO_FEW = (NOT_ENOUGH, LEANS[NOT_ENOUGH])
NO_ANSWER = "There are not enough data here to answer this question."
FIXED = ("fixed", "secondary")
OPEN = {word for open_word in (INCONCLUSIVE, IMPRECISE) for word in (open_word, LEANS[open_word])}


def _holm(one: Cohort) -> dict[str, float]:
    """Holm-adjusted p of the primary hypotheses: one confirmatory family a data set."""
    primary = [name for name, row in hypotheses("01").items() if row.primary]
    # One that cannot be estimated stays in the family, or small data would pay for fewer tests.
    found = [results(one)[name].p if name in results(one) else 1.0 for name in primary]
    return dict(zip(primary, (float(p) for p in holm(found)), strict=True))


def _standing(one: Cohort, hypothesis: Hypothesis) -> str:
    """
    Whether hypothesis and windows are those that were written before the data were loaded.

    One of the keys of `cautions.STANDINGS`; only the first two are fixed beforehand.
    """
    name = one.community.name
    record = data.first_look(name)
    if look(one.community) == LATER:
        return "monitoring"
    if seen_before(name, record):
        return "looked at"
    if not one.as_fixed:
        return "knobs"
    if record is None or not prespecified(hypothesis, name, record):
        return "changed"
    return "fixed" if hypothesis.primary else "secondary"


def _not_estimated(one: Cohort, hypothesis: Hypothesis) -> Finding:
    """The row of a hypothesis that this community is too small or too odd for."""
    reason, standing = refusals(one)[hypothesis.id], _standing(one, hypothesis)
    word = NOT_ENOUGH if standing == "fixed" else LEANS[NOT_ENOUGH]
    if standing == "monitoring":
        word = MONITORING
    return Finding(
        **_about(one, hypothesis, standing), estimand=hypothesis.estimand,
        scale=hypothesis.scale, estimate=None, se=None, ci_low=None, ci_high=None, p=None,
        sesoi=hypothesis.sesoi, n=len(one.people), clusters=None,
        verdict=UNKNOWN if _is_simulated(one) else word,
        answer=_watched(one, hypothesis, standing)
        + _cannot(one, hypothesis),
        trust="Nothing was estimated, so that there is nothing to trust or to doubt."
        + _pauses(one),
        change=change((f"nothing could be estimated: {for_readers(reason)}",),
                      against=hypothesis.against, needed=None),
        technical=f"{hypothesis.estimand} Not estimated: {reason}",
        unavailable=tuple(hypothesis.controls),
    )  # fmt: skip


def _cannot(one: Cohort, hypothesis: Hypothesis) -> str:
    """Why there is no answer, in a sentence."""
    if hypothesis.id in BY_THE_HOUR and threads_by_pauses(one.community):
        return (
            "These data cannot answer this question: which message answers which was decided by "
            "the hour between them."
        )
    return NO_ANSWER


def _pauses(one: Cohort) -> str:
    """A caution where threads were made by the pauses between messages; else nothing."""
    return f" {PAUSES}" if threads_by_pauses(one.community) else ""


def _is_simulated(one: Cohort) -> bool:
    return bool(one.community.manifest["is_simulated"])


def _about(one: Cohort, hypothesis: Hypothesis, standing: str) -> dict[str, Any]:
    """What a finding says whatever was estimated: which hypothesis, which data, which code."""
    return {
        "hyp_id": hypothesis.id,
        "claim_ids": " ".join(hypothesis.claims),
        "study": hypothesis.study,
        "dataset_id": one.community.name,
        "is_simulated": _is_simulated(one),
        "grade": hypothesis.grade,
        "prespecified": standing in FIXED,
        "look": look(one.community),
        "family": f"{one.community.name}: "
        f"{hypothesis.family if standing == 'fixed' else 'exploratory'}",
        "config_hash": config_hash(hypothesis, one.community, one.windows),
        "code_commit": code_commit(),
        "community": one.community.title,
        "question": hypothesis.question,
        "primary": bool(hypothesis.fields.get("headline")),
    }


def _checks(hypothesis: Hypothesis, found: Result) -> dict[str, str]:
    """Every control of the hypothesis: as it was judged, weak, or unavailable."""
    table = read_table()
    if table is not None:  # days sooner has rows of its own beside those of the hazard ratio
        own = (row for row in table.rows if (DAYS in row.key) == (found.scale == DAYS))
        table = replace(table, rows=tuple(own))
    calibrated = state(hypothesis.id, table)
    # A control that was run and decides nothing is weak; only one that was not run is missing.
    run = {name: WEAK if j == UNAVAILABLE else j for name, j in found.checks.items()}
    run |= {"calibration": calibrated}
    return {
        name: run.get(name, UNAVAILABLE)
        for name in hypothesis.controls
        if name != "proportional hazards" or name in run
    }


def _finding(one: Cohort, hypothesis: Hypothesis) -> Finding:
    if hypothesis.id in refusals(one):
        return _not_estimated(one, hypothesis)
    found, standing = results(one)[hypothesis.id], _standing(one, hypothesis)
    if _is_simulated(one):
        return _against_truth(one, hypothesis, found, standing)
    p_holm = _holm(one)[hypothesis.id] if standing == "fixed" else None
    off = found.estimate - found.null
    equivalence = tost(off, found.std_error, found.sesoi, df=found.df)
    detectable = smallest_detectable_difference(found.std_error)
    checks = _checks(hypothesis, found)
    decided = verdict(
        Evidence(
            off, found.low - found.null, found.high - found.null, equivalence.low,
            equivalence.high, found.p if p_holm is None else p_holm, found.people, found.events,
            detectable, checks, scale(found.scale).null,
        ),
        sesoi=found.sesoi, prespecified=standing == "fixed", later_look=standing == "monitoring",
        minimum_people=hypothesis.minimum_people, minimum_events=hypothesis.minimum_events,
    )  # fmt: skip
    excludes = not found.low <= found.null <= found.high
    judged = {word: [n for n, given in checks.items() if given == word] for word in STATES}
    return Finding(
        **_about(one, hypothesis, standing), estimand=found.estimand, scale=found.scale,
        estimate=found.estimate, se=found.std_error, ci_low=found.low, ci_high=found.high,
        p=found.p, sesoi=found.sesoi, n=found.n, clusters=found.clusters, verdict=decided.word,
        p_holm=p_holm, tost_p=equivalence.p_value, null_value=found.null,
        evalue_point=found.evalue[0], evalue_ci=found.evalue[1], negcontrol_p=found.negcontrol_p,
        spec_share_same_sign=found.same_sign,
        answer=_answer(one, hypothesis, found, standing, few=decided.word in TOO_FEW),
        trust=trust(
            found.scale, grade=hypothesis.grade, standing=standing, detectable=detectable,
            exaggerated=excludes and detectable > abs(off),
            missing=judged[UNAVAILABLE], weak=judged[WEAK], failed=judged[FAILED],
            passed=judged[PASSED],
        ) + _pauses(one),
        change=change(
            decided.reasons, against=found.against,
            needed=found.needed if decided.word in OPEN else None,
        ),
        technical=_technical(found, detectable),
        detectable=detectable,
        unavailable=tuple(name for name, given in checks.items() if given in (UNAVAILABLE, WEAK)),
    )  # fmt: skip


def _against_truth(one: Cohort, hypothesis: Hypothesis, found: Result, standing: str) -> Finding:
    """The row of a simulated community: no verdict, but whether the planted truth was recovered."""
    known = recovery(
        one.community.manifest.get("truth"), hypothesis=hypothesis.id, scale=found.scale,
        low=found.low, high=found.high, null=found.null, sesoi=found.sesoi,
    )  # fmt: skip
    return Finding(
        **_about(one, hypothesis, standing), estimand=found.estimand, scale=found.scale,
        estimate=found.estimate, se=found.std_error, ci_low=found.low, ci_high=found.high,
        p=found.p, sesoi=found.sesoi, n=found.n, clusters=found.clusters, verdict=known.word,
        null_value=found.null, answer=_answer(one, hypothesis, found, standing),
        trust=known.said, change=NOTHING_DECIDED,
        technical=_technical(found, smallest_detectable_difference(found.std_error)),
    )  # fmt: skip


def _watched(one: Cohort, hypothesis: Hypothesis, standing: str) -> str:
    """What stands before the answer of a later look; nothing before any other."""
    return f"{said(one.community, hypothesis.id)} " if standing == "monitoring" else ""


def _answer(
    one: Cohort, hypothesis: Hypothesis, found: Result, standing: str, *, few: bool = False
) -> str:
    """The plain answer, of `few` people none; beside H1.1 stands the same with nobody left out."""
    begin = f"{NO_ANSWER} What so few people did decides nothing. " if few else ""
    text = begin + _watched(one, hypothesis, standing) + answer(
        found.scale, Numbers(found.estimate, found.low, found.high, found.sesoi),
        words=found.words, grade=hypothesis.grade, prespecified=standing in FIXED,
    )  # fmt: skip
    whole = results(one).get("H1.1w")
    if hypothesis.id != "H1.1" or whole is None:
        return text
    return f"{text} {beside(Numbers(whole.estimate, whole.low, whole.high, whole.sesoi))}"


def _technical(found: Result, detectable: float) -> str:
    """The same for a statistician: estimand, numbers, model, in one paragraph."""
    strength, limit = found.evalue
    parts = [
        found.estimand,
        found.windows,
        f"{found.scale[0].upper()}{found.scale[1:]} {found.estimate:.4f} "
        f"(95 % CI {found.low:.4f} to {found.high:.4f}), SE {found.std_error:.4f}, "
        f"p {_p(found.p)}; n {found.n:,}"
        + (f", {found.clusters:,} clusters." if found.clusters else "."),
        f"SESOI {found.sesoi:.3g} ({found.sesoi_reason}); smallest detectable {detectable:.3g}.",
        f"Model: {found.about}.",
    ]
    if strength is not None:
        parts.append(f"E-value {strength:.2f}, for the limit {limit or 1:.2f}.")
    if found.same_sign is not None:
        parts.append(f"Of the defensible variants {found.same_sign:.0%} have the same sign.")
    if found.negcontrol_p is not None:
        parts.append(f"Negative control p {found.negcontrol_p:.2f}.")
    return " ".join(part for part in parts if part)


def _p(value: float) -> str:
    return "< 0.0001" if value < 1e-4 else f"{value:.2g}"


def conclude(cohorts: Sequence[Cohort], *ids: str) -> list[Finding]:
    """
    The findings for the named hypotheses (all of study 1 without names), a row a community.

    A simulated community gets no verdict: its rows say whether what was planted was recovered.
    """
    chosen = hypotheses("01")
    return [_finding(one, chosen[name]) for name in (ids or chosen) for one in cohorts]


def since_the_first_look(cohorts: Sequence[Cohort]) -> TableView | Note:
    """Estimates of communities that are looked at again, at the first look and now."""
    return trend(conclude([one for one in cohorts if look(one.community) == LATER]))
