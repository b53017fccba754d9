"""The estimates of study 3: one a hypothesis, in its own scale and direction."""

from __future__ import annotations

from typing import Any

import polars as pl
from scipy import stats

from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.result import Estimate
from workbench.models.specification_curve import Curve
from workbench.studies.answers import scale
from workbench.studies.durations import exactly
from workbench.studies.estimated import Estimated, needed, shared
from workbench.studies.feedback_speed.choices import judged, same_sign
from workbench.studies.hypotheses import Hypothesis
from workbench.studies.overload import choices, placebo
from workbench.studies.overload.awaiting import at_hand, setting
from workbench.studies.overload.bending import alone, bend, times_usual, with_others
from workbench.studies.overload.busy_channels import FIRSTS, LENGTH, busy, days
from workbench.studies.overload.capacity import SEED, at_kink, got_through, person_days
from workbench.studies.overload.choosing import ideas, lost, reach_said
from workbench.studies.overload.replying import (
    fall,
    fewer_replies,
    turned,
    without_heaviest,
    words_of_window,
)
from workbench.studies.saying import digits, side, span
from workbench.studies.scales.overload import Load

HEAVIEST = 50


def _numbers(found: Estimate) -> dict[str, Any]:
    """Estimate, error, interval and p; a ModelError where one is missing."""
    values = (found.estimate, found.std_error, found.low, found.high, found.p_value)
    if any(value is None for value in values):
        raise ModelError(
            "study 3: expected an estimate with its error, got none. Load a longer record."
        )
    names = ("estimate", "std_error", "low", "high", "p")
    return dict(zip(names, (float(value or 0) for value in values), strict=True))


def _size(row: Hypothesis, found: Estimate, n: int, what: str) -> str | None:
    step = scale(row.scale).step(row.sesoi)
    return needed(float(found.std_error or 0), row.sesoi, n, step=step, what=what)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _lengths(community: Community) -> str:
    given = setting(community)
    return (
        f"Answered within {exactly(given.within)}; load over {exactly(given.window)}; there: an "
        f"own post within {exactly(given.online)}."
    )


def _words(community: Community, *, bend: str = "", beside: str = "") -> Load:
    return Load(
        within=exactly(setting(community).within), when=words_of_window(community), bend=bend,
        beside=beside,
    )  # fmt: skip


def _without_heavy(community: Community) -> str:
    """A sentence on the same without the most active people; nothing where that leaves too few."""
    try:
        found = without_heaviest(community, number=HEAVIEST)
    except ModelError:
        return ""
    estimate, low, high = (
        100 * float(value or 0) for value in (found.estimate, found.low, found.high)
    )
    places = digits([low, high])
    return (
        f"Without the {HEAVIEST} people to whom most was written: about "
        f"{side(estimate, places, 'fewer', 'more')} ({span(low, high, places, 'fewer', 'more')})."
    )


def _without_own(community: Community) -> str:
    """A sentence on the same where the person's own posts are not held equal."""
    found = fall(at_hand(community), covariates=()).fall
    estimate, low, high = (
        100 * float(value or 0) for value in (found.estimate, found.low, found.high)
    )
    places = digits([low, high])
    return (
        "Where the person's own recent posts are not held equal: about "
        f"{side(estimate, places, 'fewer', 'more')} ({span(low, high, places, 'fewer', 'more')})."
    )


def _range(tried: Curve | None) -> str:
    """A sentence on the lowest and the highest variant; nothing where there are none."""
    if tried is None:
        return ""
    low, high = 100 * tried.table["estimate"].min(), 100 * tried.table["estimate"].max()
    within = span(low, high, digits([low, high]), "fewer", "more")
    return f"Over {tried.n - tried.n_failed} defensible variants: {within}."


def replies(community: Community, row: Hypothesis) -> Estimated:
    """H3.1: the fall in the chance of a reply for each doubling of load."""
    found, frame = fewer_replies(community), at_hand(community)
    checks, later = placebo.control(community)
    tried = choices.possible(community)
    if tried is not None:
        checks = checks | {"specification curve": judged(tried)}
    answered = int(frame["replied"].sum())
    return Estimated(
        **shared(row), **_numbers(found.fall),
        words=_words(community, beside=_joined(
            _without_own(community), _range(tried), _without_heavy(community)
        )),
        windows=f"{_lengths(community)} {found.fit.singletons:,} turns alone with their person, "
        "hour or day have nothing to be compared with.",
        n=found.fall.n, clusters=found.fall.clusters, df=(found.fall.clusters or 2) - 1,
        people=frame["person"].nunique(), events=min(answered, len(frame) - answered),
        needed=_size(row, found.fall, found.fall.n, "such turns"),
        checks=checks, about=found.fit.specification, negcontrol_p=later,
        same_sign=None if tried is None else same_sign(tried),
    )  # fmt: skip


def above_the_bend(community: Community, row: Hypothesis) -> Estimated:
    """H3.1b: the same above the estimated bend."""
    found, frame = bend(community), with_others(community)
    slope = found.above
    n = found.n - sum(half.n_below for half in found.halves)
    fell = turned(
        Estimate(
            slope.estimate, slope.std_error, slope.low, slope.high, slope.p_value, n,
            found.clusters,
        )
    )  # fmt: skip
    answered = int(frame["replied"].sum())
    turn = "is" if found.inverted_u else "is not"
    return Estimated(
        **shared(row), **_numbers(fell),
        words=_words(
            community, bend=times_usual(found.at),
            beside="Where replies did not rise before, a bend is only where the search put it."
            if not found.inverted_u else "",
        ),
        windows=f"{_lengths(community)} {alone(community):,} people with one turn are left out.",
        n=n, clusters=fell.clusters, df=(fell.clusters or 2) - 1,
        people=frame["person"].nunique(), events=min(answered, len(frame) - answered),
        needed=_size(row, fell, n, "turns above the bend"), checks={},
        about=f"two lines, tested in each half of the people at the break of the other half "
        f"({found.at[0]:.2f} and {found.at[1]:.2f} doublings from the person's mean), below it "
        f"{found.below.estimate:.4f} (p {found.below.p_value:.2g}); an inverted U {turn} shown",
    )  # fmt: skip


def limit(community: Community, row: Hypothesis) -> Estimated:
    """H3.2: one half less the elasticity above the kink."""
    found, table = got_through(community), person_days(community)
    parts = _numbers(found.above)
    estimate, error = 0.5 - parts["estimate"], parts["std_error"]
    over = int((table["arrived"] > max(found.kinks)).sum())
    return Estimated(
        **shared(row),
        words=_words(community, bend=f"{at_kink(found)} turns a day"),
        windows=f"Answered within {exactly(setting(community).within)}; days of UTC.",
        estimate=estimate, std_error=error, low=0.5 - parts["high"], high=0.5 - parts["low"],
        p=float(2 * stats.t.sf(abs(estimate) / error, found.groups - 2)),
        n=found.n, clusters=found.groups, df=found.groups - 2, people=found.groups, events=over,
        needed=_size(row, found.above, found.n, "days of people"), checks={},
        about=f"Poisson with effects of people; up to the kink {found.below.estimate:.3f}; "
        f"{found.left_out:,} days left out of people who answered nothing in time or had one day; "
        f"people dealt into halves with seed {SEED}",
    )  # fmt: skip


def discriminating(community: Community, row: Hypothesis) -> Estimated:
    """H3.3: the loss of discrimination for each doubling of inflow."""
    found, frame = lost(community), ideas(community)
    fell = turned(found.fit.slope)
    early = int(frame["early"].sum())
    return Estimated(
        **shared(row), **_numbers(fell),
        words=Load(beside="Comments draw applause, so that an early one is in part its own proof."),
        windows=f"Early: within 24 hours; inflow: 12 hours before and after; {len(found.cells)} "
        f"cells of contest and level. {reach_said(community)}",
        n=int(found.cells["items"].sum()), clusters=fell.clusters, df=(fell.clusters or 2) - 1,
        people=frame["person"].nunique(), events=min(early, len(frame) - early),
        needed=_size(row, fell, len(frame), "ideas"), checks={},
        about="weighted least squares of the area under the ROC curve on log2 inflow, contest "
        "effects, jackknife over contests",
    )  # fmt: skip


def _in_channels(community: Community, row: Hypothesis, *, outcome: str) -> Estimated:
    found, frame = busy(community, outcome=outcome), days(community, outcome=outcome)
    fell = turned(found.slope)
    channels = list(frame["channel"].unique())
    people = community.posts.filter(pl.col("channel").is_in(channels))["author_id"].n_unique()
    return Estimated(
        **shared(row), **_numbers(fell), words=Load(),
        windows="Days of UTC that follow a day with a message.",
        n=found.n, clusters=fell.clusters, df=(fell.clusters or 2) - 1, people=people,
        events=int(frame["firsts"].sum()) if outcome == FIRSTS else len(frame),
        needed=_size(row, fell, found.n, "days of channels"), checks={},
        about="weighted least squares, channel effects and trends, day of the week, jackknife over "
        "channels",
    )  # fmt: skip


ESTIMATORS = {
    "H3.1": replies,
    "H3.1b": above_the_bend,
    "H3.2": limit,
    "H3.3": discriminating,
    "H3.4a": lambda one, row: _in_channels(one, row, outcome=FIRSTS),
    "H3.4b": lambda one, row: _in_channels(one, row, outcome=LENGTH),
}
