"""The estimates behind the findings: one a hypothesis, in its own scale and direction."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

from scipy import stats

from workbench.errors import ModelError
from workbench.models.clustered_survival import clustered_survival_at
from workbench.models.cox import CoxFit
from workbench.models.result import Estimate
from workbench.models.sensitivity import e_value, risk_ratio_from_hazard_ratio
from workbench.studies.answers import scale
from workbench.studies.communities import BY_THE_HOUR, KNOWN_ANSWERS, threads_by_pauses
from workbench.studies.durations import DAY, exactly
from workbench.studies.estimated import Estimated, needed, shared
from workbench.studies.feedback_speed import choices
from workbench.studies.feedback_speed import pace as pace_step
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.placebo import judged, possible
from workbench.studies.feedback_speed.returning import landmark_difference, whole_difference
from workbench.studies.feedback_speed.waiting import waits
from workbench.studies.hypotheses import Hypothesis, hypotheses
from workbench.studies.verdict import FAILED, PASSED

ALPHA = 0.05


def _checked(control: Estimate | None, *, estimate: float, sesoi: float) -> dict[str, str]:
    """The negative control, if it could be run."""
    if control is None:
        return {}
    return {"negative control": judged(control, estimate=estimate, sesoi=sesoi)}


def could_hide(control: Estimate | None, judgement: str | None) -> str:
    """What a control that passed has not ruled out, in 100; nothing where it did not pass."""
    if control is None or judgement != PASSED:
        return ""
    largest = 100 * max(abs(float(control.low or 0)), abs(float(control.high or 0)))
    return (
        f"The negative control found nothing clear, but it could hide up to {largest:.1f} in 100."
    )


def _risk(one: Cohort, hypothesis: Hypothesis, *, whole: bool) -> Estimated:
    effect = whole_difference(one) if whole else landmark_difference(one)
    control = possible(one, kind="whole" if whole else "landmark")
    tried = choices.possible(one, whole=whole)
    strength: tuple[float | None, float | None] = (None, None)
    if effect.risk_ratio is not None:
        found = e_value(effect.risk_ratio, effect.risk_ratio_low, effect.risk_ratio_high)
        strength = (found.point, found.limit)
    answered = f"{effect.n_exposed:,} answered and {effect.n - effect.n_exposed:,} not"
    sesoi, chosen = hypothesis.sesoi, one.windows
    checks = _checked(control, estimate=effect.estimate, sesoi=sesoi)
    return Estimated(
        **shared(hypothesis),
        words=one.words(whole=whole),
        windows=f"Landmark {exactly(chosen.landmark)}; returns counted after "
        f"{exactly(chosen.outcome_from)} and up to {exactly(chosen.outcome_until)} from the first "
        f"post; {answered}.",
        estimate=effect.estimate, std_error=effect.std_error, low=effect.low, high=effect.high,
        p=effect.p_value, n=effect.n, clusters=effect.clusters, df=effect.clusters - 1,
        people=min(effect.n_exposed, effect.n - effect.n_exposed),
        events=min(effect.events_exposed, effect.events_unexposed),
        needed=needed(
            effect.std_error, sesoi, effect.n, step=scale(hypothesis.scale).step(sesoi),
            what="such newcomers",
        ),
        checks=checks
        | ({} if tried is None else {"specification curve": choices.judged(tried)}),
        about=effect.specification,
        evalue=strength,
        caution=could_hide(control, checks.get("negative control")),
        negcontrol_p=None if control is None else control.p_value,
        same_sign=None if tried is None else choices.same_sign(tried),
    )  # fmt: skip


def _row(fit: CoxFit, term: str) -> dict[str, float]:
    """The numbers of one term."""
    table = fit.table[fit.table["term"] == term]
    return {str(name): float(table[name].iloc[0]) for name in table if name != "term"}


def _hazard(one: Cohort, hypothesis: Hypothesis, *, dose: bool) -> Estimated:
    pace = pace_step.fit(one)
    fit, term = (pace.dose, pace_step.SOONER) if dose else (pace.ratio, pace_step.ANSWERED)
    row, constant = _row(fit, term), pace.constant_p(term)
    control = None if dose else possible(one, kind="pace")
    others, other_events = pace.people - pace.people_answered, pace.events - pace.events_answered
    sesoi, n = hypothesis.sesoi, pace.people_answered if dose else pace.people
    return Estimated(
        **shared(hypothesis),
        words=one.words(whole=True),
        windows="Followed from the first post to the first post in another thread, at most "
        f"{exactly(one.windows.outcome_until)}; {pace.people:,} people, of whom "
        f"{pace.people_answered:,} were answered before they came back.",
        estimate=row["estimate"], std_error=row["std_error"],
        low=row["low"], high=row["high"], p=row["p_value"],
        n=n, clusters=fit.n_clusters,
        people=n if dose else min(pace.people_answered, others),
        events=pace.events_answered if dose else min(pace.events_answered, other_events),
        needed=needed(
            row["std_error"], sesoi, n, step=scale(hypothesis.scale).step(sesoi),
            what="answered newcomers" if dose else "newcomers",
        ),
        checks={
            "proportional hazards": PASSED if constant >= ALPHA else FAILED,
            **_checked(control, estimate=row["estimate"], sesoi=sesoi),
        },
        about=f"Cox, Efron ties, {pace.events:,} returns; hazard ratio {row['hazard_ratio']:.3f} "
        f"({row['hazard_ratio_low']:.3f} to {row['hazard_ratio_high']:.3f}); proportional hazards "
        f"p {constant:.2g}",
        evalue=(None, None) if dose else _ratio_strength(row, pace.events / pace.people),
        negcontrol_p=None if control is None else control.p_value,
    )  # fmt: skip


def _ratio_strength(row: dict[str, float], share: float) -> tuple[float | None, float | None]:
    """E-value of a hazard ratio and of its limit, by way of the risk ratio."""
    limits = [
        risk_ratio_from_hazard_ratio(row[name], outcome_share=share)
        for name in ("hazard_ratio", "hazard_ratio_low", "hazard_ratio_high")
    ]
    found = e_value(*limits)
    return found.point, found.limit


def _pace(one: Cohort, hypothesis: Hypothesis) -> Estimated:
    """H1.2a: the hazard ratio, or days sooner where the ratio does not stay the same."""
    ratio = _hazard(one, hypothesis, dose=False)
    if ratio.checks["proportional hazards"] == PASSED:
        return ratio
    instead = hypothesis.instead
    found = pace_step.days_sooner(one)
    horizon = (one.windows.outcome_until - one.windows.landmark) / DAY
    sesoi = float(f"{instead['sesoi_share'] * horizon:.6g}")  # 0.03 times 30 is 0.8999999999999999
    rows = one.at_landmark
    arms = rows["responded"]
    events = (rows["next_us"] <= rows["first_us"] + one.windows.outcome_until).fillna(False)
    step = scale(instead["scale"]).step(sesoi)
    return replace(
        ratio,
        scale=instead["scale"],
        estimand=instead["estimand"],
        sesoi=sesoi,
        words=one.words(),
        windows=f"From the landmark ({exactly(one.windows.landmark)}) to "
        f"{exactly(one.windows.outcome_until)} after the first post.",
        sesoi_reason=instead["sesoi_reason"],
        against=instead["against"],
        estimate=found.estimate, std_error=found.std_error, low=found.low, high=found.high,
        p=found.p_value, n=found.n, clusters=found.clusters,
        people=int(min(arms.sum(), (~arms).sum())),
        events=int(min((arms & events).sum(), (~arms & events).sum())),
        needed=needed(found.std_error, sesoi, found.n, step=step, what="such newcomers"),
        # The control speaks of the ratio, in another unit than days.
        checks={},
        about=f"restricted mean over {horizon:.3g} days, {pace_step.REPLICATES:,} bootstrap "
        f"replicates (seed {pace_step.SEED}); instead of the hazard ratio, because "
        f"{instead['when']}. {ratio.about}",
        evalue=(None, None),
        negcontrol_p=None,
    )  # fmt: skip


def _within_hour(one: Cohort, hypothesis: Hypothesis) -> Estimated:
    rows = waits(one.community)
    still = clustered_survival_at(rows["hours"], rows["answered"], rows["asker"], 1.0)
    if still.estimate is None or not still.std_error or still.low is None or still.high is None:
        raise ModelError(
            f"within the hour: expected threads answered within the hour and threads that were "
            f"not, got {len(rows):,} that are all alike. Load a longer record."
        )
    share, error, null = 1 - still.estimate, still.std_error, hypothesis.null_value
    people = int(still.clusters or 0)
    answered = int(rows["answered"].sum())
    step = scale(hypothesis.scale).step(hypothesis.sesoi)
    return Estimated(
        **shared(hypothesis),
        words=one.words(whole=True),
        windows="",
        estimate=share, std_error=error, low=1 - still.high, high=1 - still.low,
        p=float(2 * stats.t.sf(abs(share - null) / error, people - 1)),
        n=len(rows), clusters=people, df=people - 1,
        people=people, events=answered,
        needed=needed(
            error, hypothesis.sesoi, people, step=step, what="people who open conversations"
        ),
        checks={},
        about=f"Kaplan-Meier, {len(rows) - answered:,} of {len(rows):,} threads never answered; "
        "errors clustered by the person who opened the thread",
        null=null,
    )  # fmt: skip


ESTIMATORS = {
    "H1.1": lambda one, row: _risk(one, row, whole=False),
    "H1.1w": lambda one, row: _risk(one, row, whole=True),
    "H1.2a": _pace,
    "H1.2b": lambda one, row: _hazard(one, row, dose=True),
    "H1.3": _within_hour,
}


@cache
def _tried(one: Cohort) -> tuple[dict[str, Estimated], dict[str, str]]:
    done, refused = {}, {}
    for name, row in hypotheses("01").items():
        if name in BY_THE_HOUR and threads_by_pauses(one.community):
            refused[name] = f"the data lack {KNOWN_ANSWERS}"
            continue
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


def results(one: Cohort) -> dict[str, Estimated]:
    """Every hypothesis of study 1 that these people allow to estimate."""
    return _tried(one)[0]


def refusals(one: Cohort) -> dict[str, str]:
    """Why the others cannot be estimated: one line each."""
    return _tried(one)[1]
