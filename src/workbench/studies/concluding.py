"""From estimates to findings: the verdict rule and the answer box, one row a hypothesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from workbench import data
from workbench.data import Community
from workbench.models.equivalence import tost
from workbench.models.multiplicity import holm
from workbench.models.power import smallest_detectable_difference
from workbench.studies.answers import NOBODY_AT_RANDOM, Numbers, answer, scale
from workbench.studies.calibration.table import read_table, state
from workbench.studies.cautions import change, trust
from workbench.studies.communities import lacks
from workbench.studies.estimated import Estimated
from workbench.studies.finding import Finding
from workbench.studies.hypotheses import Hypothesis, hypotheses, prespecified, seen_before
from workbench.studies.monitoring import LATER, look, said
from workbench.studies.provenance import code_commit, config_hash
from workbench.studies.recovered import NOTHING_DECIDED, UNKNOWN, recovery
from workbench.studies.refusals import for_readers
from workbench.studies.saying import DAYS
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


@dataclass(frozen=True)
class Case:
    """
    One community with what a study estimated of it.

    found : hypothesis -> estimate. refused : hypothesis -> why there is none. size : how many
    units a hypothesis without an estimate is about. choices : windows and knobs, for the hash of
    the configuration. as_fixed : they are those of the hypotheses. caution : stands behind "how far
    to trust it". beside : hypothesis -> a sentence behind the answer. cannot : hypothesis -> why
    there is no answer, where "not enough data" would be wrong.
    """

    community: Community
    found: Mapping[str, Estimated]
    refused: Mapping[str, str]
    size: int
    as_fixed: bool = True
    choices: Any = field(default_factory=dict)
    caution: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    cannot: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_simulated(self) -> bool:
        """Whether a program made the community."""
        return bool(self.community.manifest["is_simulated"])


def conclude(study: str, cases: Sequence[Case], *ids: str) -> list[Finding]:
    """
    The findings for the named hypotheses (all of the study without names), a row a community.

    A community that lacks what a hypothesis needs has no row for it. A simulated community gets no
    verdict: its rows say whether what was planted was recovered.
    """
    chosen = hypotheses(study)
    return [
        _finding(case, chosen[name])
        for name in (ids or chosen)
        for case in cases
        if name in case.found or name in case.refused
    ]


@cache
def _carried(name: str, stamp: str) -> tuple[str, ...]:  # noqa: ARG001  the stamp tells other data
    """The primary hypotheses, of all studies, that the stored data set can carry."""
    community = data.open(name)
    rows = hypotheses()
    return tuple(one for one in rows if rows[one].primary and not lacks(community, one))


def _holm(case: Case) -> dict[str, float]:
    """
    Holm-adjusted p of the primary hypotheses: one confirmatory family a data set, over all studies.

    One that cannot be estimated, or belongs to another study, counts with p = 1: small data do not
    pay for fewer tests, and no page depends on another.
    """
    about = case.community.manifest
    family = _carried(case.community.name, about["stamp"])
    given = [case.found[name].p if name in case.found else 1.0 for name in family]
    return dict(zip(family, (float(p) for p in holm(given)), strict=True))


def _standing(case: Case, hypothesis: Hypothesis) -> str:
    """
    Whether hypothesis and windows are those that were written before the data were loaded.

    One of the keys of `cautions.STANDINGS`; only the first two are fixed beforehand.
    """
    name = case.community.name
    record = data.first_look(name)
    if look(case.community) == LATER:
        return "monitoring"
    if seen_before(name, record):
        return "looked at"
    if not case.as_fixed:
        return "knobs"
    if record is None or not prespecified(hypothesis, name, record):
        return "changed"
    return "fixed" if hypothesis.primary else "secondary"


def _about(case: Case, hypothesis: Hypothesis, standing: str) -> dict[str, Any]:
    """What a finding says whatever was estimated: which hypothesis, which data, which code."""
    return {
        "hyp_id": hypothesis.id,
        "claim_ids": " ".join(hypothesis.claims),
        "study": hypothesis.study,
        "dataset_id": case.community.name,
        "is_simulated": case.is_simulated,
        "grade": hypothesis.grade,
        "prespecified": standing in FIXED,
        "look": look(case.community),
        "family": f"{case.community.name}: "
        f"{hypothesis.family if standing == 'fixed' else 'exploratory'}",
        "config_hash": config_hash(hypothesis, case.community, case.choices),
        "code_commit": code_commit(),
        "community": case.community.title,
        "question": hypothesis.question,
        "primary": bool(hypothesis.fields.get("headline")),
    }


def _not_estimated(case: Case, hypothesis: Hypothesis) -> Finding:
    """The row of a hypothesis that this community is too small or too odd for."""
    reason, standing = case.refused[hypothesis.id], _standing(case, hypothesis)
    word = NOT_ENOUGH if standing == "fixed" else LEANS[NOT_ENOUGH]
    if standing == "monitoring":
        word = MONITORING
    return Finding(
        **_about(case, hypothesis, standing), estimand=hypothesis.estimand,
        scale=hypothesis.scale, estimate=None, se=None, ci_low=None, ci_high=None, p=None,
        sesoi=hypothesis.sesoi, n=case.size, clusters=None,
        verdict=UNKNOWN if case.is_simulated else word,
        answer=_watched(case, hypothesis, standing) + case.cannot.get(hypothesis.id, NO_ANSWER),
        trust="Nothing was estimated, so that there is nothing to trust or to doubt."
        + _behind(case.caution),
        change=change((f"nothing could be estimated: {for_readers(reason)}",),
                      against=hypothesis.against, needed=None),
        technical=f"{hypothesis.estimand} Not estimated: {reason}",
        unavailable=tuple(hypothesis.controls),
    )  # fmt: skip


def _behind(sentence: str) -> str:
    return f" {sentence}" if sentence else ""


def _checks(hypothesis: Hypothesis, found: Estimated) -> dict[str, str]:
    """Every control of the hypothesis: as it was judged, weak, or unavailable."""
    # Days sooner has rows of its own beside those of the hazard ratio.
    calibrated = state(hypothesis.id, read_table(), days=found.scale == DAYS)
    # A control that was run and decides nothing is weak; only one that was not run is missing.
    run = {name: WEAK if j == UNAVAILABLE else j for name, j in found.checks.items()}
    run |= {"calibration": calibrated}
    return {
        name: run.get(name, UNAVAILABLE)
        for name in hypothesis.controls
        if name != "proportional hazards" or name in run
    }


def _finding(case: Case, hypothesis: Hypothesis) -> Finding:
    if hypothesis.id not in case.found:
        return _not_estimated(case, hypothesis)
    found, standing = case.found[hypothesis.id], _standing(case, hypothesis)
    if case.is_simulated:
        return _against_truth(case, hypothesis, found, standing)
    p_holm = _holm(case)[hypothesis.id] if standing == "fixed" else None
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
        **_about(case, hypothesis, standing), **_numbers(found), verdict=decided.word,
        p_holm=p_holm, tost_p=equivalence.p_value,
        evalue_point=found.evalue[0], evalue_ci=found.evalue[1], negcontrol_p=found.negcontrol_p,
        spec_share_same_sign=found.same_sign,
        answer=_answer(case, hypothesis, found, standing, few=decided.word in TOO_FEW),
        trust=trust(
            found.scale, grade=hypothesis.grade, standing=standing, detectable=detectable,
            exaggerated=excludes and detectable > abs(off),
            missing=judged[UNAVAILABLE], weak=judged[WEAK], failed=judged[FAILED],
            passed=judged[PASSED], design=hypothesis.fields.get("design"),
        ) + _behind(found.caution) + _behind(case.caution),
        change=change(
            decided.reasons, against=found.against,
            needed=found.needed if decided.word in OPEN else None,
        ),
        technical=_technical(found, detectable),
        detectable=detectable,
        unavailable=tuple(name for name, given in checks.items() if given in (UNAVAILABLE, WEAK)),
    )  # fmt: skip


def _numbers(found: Estimated) -> dict[str, Any]:
    return {
        "estimand": found.estimand, "scale": found.scale, "estimate": found.estimate,
        "se": found.std_error, "ci_low": found.low, "ci_high": found.high, "p": found.p,
        "sesoi": found.sesoi, "n": found.n, "clusters": found.clusters, "null_value": found.null,
    }  # fmt: skip


def _against_truth(case: Case, hypothesis: Hypothesis, found: Estimated, standing: str) -> Finding:
    """The row of a simulated community: no verdict, but whether the planted truth was recovered."""
    known = recovery(
        case.community.manifest.get("truth"), hypothesis=hypothesis.id, scale=found.scale,
        low=found.low, high=found.high, null=found.null, sesoi=found.sesoi,
    )  # fmt: skip
    return Finding(
        **_about(case, hypothesis, standing), **_numbers(found), verdict=known.word,
        answer=_answer(case, hypothesis, found, standing),
        trust=known.said, change=NOTHING_DECIDED,
        technical=_technical(found, smallest_detectable_difference(found.std_error)),
    )  # fmt: skip


def _watched(case: Case, hypothesis: Hypothesis, standing: str) -> str:
    """What stands before the answer of a later look; nothing before any other."""
    return f"{said(case.community, hypothesis.id)} " if standing == "monitoring" else ""


def _answer(
    case: Case, hypothesis: Hypothesis, found: Estimated, standing: str, *, few: bool = False
) -> str:
    """The plain answer, of `few` people none."""
    begin = f"{NO_ANSWER} What so few people did decides nothing. " if few else ""
    text = begin + _watched(case, hypothesis, standing) + answer(
        found.scale, Numbers(found.estimate, found.low, found.high, found.sesoi),
        words=found.words, grade=hypothesis.grade, prespecified=standing in FIXED,
        unassigned=hypothesis.fields.get("unassigned", NOBODY_AT_RANDOM),
    )  # fmt: skip
    return text + _behind(case.beside.get(hypothesis.id, ""))


def _technical(found: Estimated, detectable: float) -> str:
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
