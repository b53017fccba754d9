"""The estimates behind H2.2 and H2.3, each in its hypothesis's own scale and direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.result import Estimate
from workbench.models.specification_curve import Curve
from workbench.studies.answers import scale
from workbench.studies.crowdsourcing import diversity, subcrowds, talking
from workbench.studies.crowdsourcing.groups import (
    ALONE,
    CHOICES,
    TOO_FAR,
    TOO_FAR_LATER,
    Groups,
    groups,
    kind,
    rows,
)
from workbench.studies.estimated import Estimated, needed, shared
from workbench.studies.feedback_speed.choices import judged as stands
from workbench.studies.feedback_speed.choices import same_sign
from workbench.studies.hypotheses import Hypothesis, hypotheses
from workbench.studies.saying import digits, side, span
from workbench.studies.scales.crowdsourcing import Crowd

WHAT = {
    CHOICES: "their choices (one less the mean score)",
    ALONE: "the mean of half of the raters (squared)",
}
FEW_ITEMS = 10
SIZES = ("% smaller", "% larger")
LOGARITHM = "the group's mean (squared, on a logarithmic scale)"


def numbers_of(found: Estimate) -> dict[str, Any]:
    """The numbers of an estimate, none of which may be missing."""
    given = {"p": found.p_value} | {
        name: getattr(found, name) for name in ("estimate", "std_error", "low", "high")
    }
    if any(value is None for value in given.values()) or not given["std_error"] > 0:
        raise ModelError(
            "study 02: expected an estimate with a standard error above zero, got none. "
            "Load more groups."
        )
    df = None if found.clusters is None else found.clusters - 1
    return given | {"n": found.n, "clusters": found.clusters, "df": df}


def _people(community: Community) -> int:
    return int(rows(community)["person"].nunique())


def _needed(found: Estimate, hypothesis: Hypothesis, *, what: str) -> str | None:
    """The size it would take, in units of what varies."""
    size = found.n if found.clusters is None else found.clusters
    step = scale(hypothesis.scale).step(hypothesis.sesoi)
    return needed(float(found.std_error or 0), hypothesis.sesoi, size, step=step, what=what)


def _possible(make: Callable[[Community], Any], community: Community) -> Any:
    """What a control gives, or None where these data do not allow it."""
    try:
        return make(community)
    except ModelError:
        return None


def diverse(community: Community, hypothesis: Hypothesis) -> Estimated:
    """H2.2, with its specification curve; chance stands beside it and is no control."""
    found = diversity.own(community)
    numbers = numbers_of(found)
    tried: Curve | None = _possible(diversity.tried, community)
    checks = {} if tried is None else {"specification curve": stands(tried)}
    alone = kind(community) == ALONE
    return Estimated(
        **shared(hypothesis),
        **numbers,
        words=Crowd(*_called(community, found), beside=_beside(community)),
        windows=_windows(community),
        people=_people(community),
        events=found.n,
        needed=_needed(found, hypothesis, what="such raters" if alone else "such groups"),
        checks=checks,
        about=f"{_about(community)}{_chance(community)}; set aside: "
        f"{_set_aside(diversity.left_out(community))}",
        same_sign=None if tried is None else same_sign(tried),
    )


def _called(community: Community, found: Estimate) -> tuple[str, str]:
    """Who the sentence is about, and whose error."""
    which = kind(community)
    if which == CHOICES:
        return f"{found.n:,} groups", WHAT[CHOICES]
    if which == ALONE:
        return f"the crowds within {found.clusters:,} raters of {found.n:,} items", WHAT[ALONE]
    return f"{found.clusters:,} groups", LOGARITHM


def _beside(community: Community) -> str:
    """A second number that a reader should see with the first one; else nothing."""
    if kind(community) != ALONE:
        return ""
    narrow = subcrowds.over_items(community, diversity.variants(community)[0])
    low, high = (100 * float(one or 0) for one in (narrow.low, narrow.high))
    return (
        f"If the items and not the raters were what varies, the range would be {low:.1f} to "
        f"{high:.1f} %, and too narrow: the same few raters judged all items."
    )


def _windows(community: Community) -> str:
    which = kind(community)
    if which == CHOICES:
        return "Diversity before the talk, scores after it."
    if which == ALONE:
        size = len(subcrowds.panel(community).values[0])
        return f"All crowds of half of the {size} raters of each item."
    return "Answers before the talk; diversity at the group's other questions."


def _about(community: Community) -> str:
    which = kind(community)
    if which == CHOICES:
        return (
            f"least squares, held fixed: {diversity.OWN_SCORES}; HC3, delta method for the share "
            "of the mean; the standard deviation of diversity is taken as known"
        )
    if which == ALONE:
        return "slope within items; standard error by the jackknife over raters"
    return (
        "gamma regression with logarithmic link, question and size held fixed; errors clustered "
        "by group; a group's answers at its other questions share its members, not its error"
    )


def _chance(community: Community) -> str:
    """How far the estimate is from what dealing anew brings; nothing where that is not possible."""
    dealt: Estimate | None = _possible(diversity.regrouped, community)
    if dealt is None:
        return ""
    return (
        f"; with diversity dealt anew {diversity.DRAWS} times the draws lie within "
        f"{dealt.low:.4f} to {dealt.high:.4f}, permutation p {dealt.p_value:.2g}, as if the rows "
        "of one group or rater were unrelated"
    )


def _set_aside(left_out: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {why}" for why, n in left_out.items()) or "nobody"


def _talked(community: Community, hypothesis: Hypothesis, what: str) -> Estimated:
    """H2.3: spread or error after a talk against before it."""
    found = talking.less(community, what=what)
    made = groups(community)
    size = int(made.table["group"].nunique())
    called = WHAT[CHOICES] if made.kind == CHOICES else LOGARITHM
    # More groups at the same few questions would not tell what another question brings.
    few = made.table["item"].nunique() < FEW_ITEMS
    return Estimated(
        **shared(hypothesis),
        **numbers_of(found) | {"n": size},
        words=Crowd(f"{size:,} groups", called, beside=_kept(community, what)),
        windows=f"First answers before the talk, last ones after it; {len(made.people):,} pairs "
        f"of answers, {len(made.table):,} groups at a question.",
        people=int(made.people["person"].nunique()),
        events=found.n,
        needed=None if few else _needed(found, hypothesis, what="such groups"),
        checks={},
        about="ratio of means over groups, delta method, clustered by group; set aside: "
        + _set_aside(made.left_out),
    )


def _kept(community: Community, what: str) -> str:
    """The same with far answers kept, for numbers; nothing for choices."""
    if kind(community) == CHOICES:
        return ""
    made = groups(community)
    gone, later = (made.left_out.get(why, 0) for why in (TOO_FAR, TOO_FAR_LATER))
    kept = talking.less(community, what=what, keep_far=True)
    first, last = (
        talking.less(community, what=what, far_by=rounds) for rounds in talking.BY_ROUND.values()
    )
    signs = {float(one.estimate or 0) > 0 for one in (kept, first, last)}
    turns = "Its size and even its direction depend" if len(signs) > 1 else "Its size depends"
    return (
        "That leaves out answers more than ten times above or below the median first answer, as "
        f"was fixed beforehand: {gone + later:,} people at a question, {later:,} of them for the "
        "answer after the talk alone, which is a choice by the result. With them it was "
        f"{_ranged(kept)}; leaving people out for their first answer only {_ranged(first)}; for "
        f"their last one only {_ranged(last)}. {turns} on that rule. "
        f"{_by_question(made, what)}"
    )


def _by_question(made: Groups, what: str) -> str:
    """The same question by question, from lowest to highest."""
    each = [
        100 * float(talking.less_of(part, what).estimate or 0)
        for _, part in made.table.groupby("item")
    ]
    return (
        f"By question it went {span(min(each), max(each), digits(each), *SIZES)}: the range "
        f"above holds these {len(each)} questions fixed."
    )


def _ranged(found: Estimate) -> str:
    """An estimate that is a share with its interval, in words."""
    value, low, high = (100 * float(one or 0) for one in (found.estimate, found.low, found.high))
    places = digits([low, high])
    return f"{side(value, places, *SIZES)} ({span(low, high, places, *SIZES)})"


Estimator = Callable[[Community], Estimated]


def _of(name: str, make: Callable[..., Estimated], *more: str) -> Estimator:
    return lambda community: make(community, hypotheses("02")[name], *more)


ESTIMATORS: dict[str, Estimator] = {
    "H2.2": _of("H2.2", diverse),
    "H2.3a": _of("H2.3a", _talked, talking.SPREAD),
    "H2.3b": _of("H2.3b", _talked, talking.ERROR),
}
