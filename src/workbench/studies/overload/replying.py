"""H3.1: is a given turn answered less often where more arrives? Within people, while there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.absorbed import fixed_effects_ols
from workbench.models.counts import CountFit
from workbench.models.result import Estimate
from workbench.studies.durations import MINUTE, about, exactly
from workbench.studies.once import once
from workbench.studies.overload.awaiting import at_hand, setting, without
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible
from workbench.studies.saying import number

EFFECTS = ("person", "hour", "day")
INFLOW, SENDS, LATER = "inflow", "sends", "later"
HEAVY = (0, 10, 50)
BINS = (0, 1, 2, 3, 5, 8, 12, 20)


@dataclass(frozen=True)
class Fell:
    """A fall for each doubling, with the fit that it comes from."""

    fall: Estimate
    fit: CountFit


def turned(term: Estimate) -> Estimate:
    """A slope as a fall: what was below zero is above it."""
    low, high = (None if limit is None else -limit for limit in (term.high, term.low))
    value = None if term.estimate is None else -term.estimate
    return Estimate(value, term.std_error, low, high, term.p_value, term.n, term.clusters)


def fall(
    frame: pd.DataFrame,
    *,
    exposure: str = INFLOW,
    covariates: Sequence[str] = (SENDS,),
    absorb: Sequence[str] = EFFECTS,
    outcome: str = "replied",
) -> Fell:
    """
    Minus the slope of `outcome` on `exposure`, given covariates and absorbed effects.

    A linear probability model where the outcome is 0 or 1; errors clustered by person. Raises
    ModelError as `models.absorbed.fixed_effects_ols`.
    """
    fit = fixed_effects_ols(
        frame, outcome=outcome, covariates=[exposure, *covariates], absorb=absorb,
        clusters="person",
    )  # fmt: skip
    return Fell(turned(fit.term(exposure)), fit)


@once
def fewer_replies(community: Community) -> Fell:
    """H3.1 as it is fixed."""
    return fall(at_hand(community))


@once
def without_heaviest(community: Community, *, number: int) -> Estimate:
    """H3.1 without the `number` people to whom most was written."""
    return fall(without(at_hand(community), number)).fall


def in_100(found: Estimate) -> str:
    """An estimate with its interval, in 100."""
    if found.estimate is None or found.low is None or found.high is None:
        return "not estimated"
    return f"{100 * found.estimate:.1f} ({100 * found.low:.1f} to {100 * found.high:.1f})"


def slower(frame: pd.DataFrame) -> Estimate:
    """Change of the logarithm to base 2 of the wait, per doubling of load, among the answered."""
    done = frame[frame["replied"] == 1].reset_index(drop=True)
    tick = done["precision_us"].astype(float)
    # A wait of 0 means less than a tick of the clock: half of one stands for it.
    waits = np.maximum(done["waited_us"], tick / 2)
    found = fall(done.assign(log_wait=np.log2(waits)), outcome="log_wait").fall
    return turned(found)


@where_possible
def replies_table(communities: Sequence[Community]) -> TableView:
    """H3.1 with everybody, and without the most active people; waits of the answered beside it."""
    lines = []
    for one in communities:
        for heavy in HEAVY:
            found = without_heaviest(one, number=heavy)
            wait = slower(without(at_hand(one), heavy))
            lines.append(
                {
                    "community": one.title,
                    "people": f"without the {heavy} most active" if heavy else "everybody",
                    "fewer answered": in_100(found),
                    "wait": _percents(wait),
                    "turns": found.n,
                    "clusters": found.clusters,
                }
            )
    return TableView(
        pd.DataFrame(lines),
        name="fewer-replies",
        caption="Of 100 turns, how many fewer were answered in time for each doubling of what "
        "else had newly come in (95 % interval; a number below zero: more were answered). The same "
        "person is compared at busier and quieter moments, with the hour of the week, the day and "
        "the person's own recent posts held equal. Beside it, among turns answered in time only, "
        "how much longer they waited; who is answered at all changes with load too, so that this "
        "column compares different turns.",
        labels={
            "fewer answered": "fewer answered, of 100", "wait": "longer wait of the answered, %",
            "clusters": "people compared",
        },
    )  # fmt: skip


def _percents(doublings: Estimate) -> str:
    """A change of a logarithm to base 2 and its interval, in percent."""
    values = (doublings.estimate, doublings.low, doublings.high)
    estimate, low, high = (number(100 * (2 ** float(value or 0) - 1), 0) for value in values)
    return f"{estimate} ({low} to {high})"


def binned(community: Community) -> pd.DataFrame:
    """
    The share answered at each level of load, less what person, hour, day and own posts explain.

    Within-person: the mean residual at a level plus the mean of all; its error is clustered by
    person.
    """
    frame = at_hand(community)
    edges = [*BINS, np.inf]
    level = pd.cut(frame["load"].astype(float), edges, right=False, labels=False)
    kept = frame.assign(level=level.astype(int))
    lines = []
    shown = [at for at in range(1, len(BINS)) if (kept["level"] == at).sum() >= FEWEST]
    dummies = {f"level {n}": (kept["level"] == n).astype(float) for n in shown}
    kept = kept[kept["level"].isin([0, *shown])].assign(**dummies)
    mean = float(kept.loc[kept["level"] == 0, "replied"].mean())
    fit = fixed_effects_ols(
        kept, outcome="replied", covariates=[*dummies, SENDS], absorb=EFFECTS, clusters="person"
    )
    none = int((kept["level"] == 0).sum())
    lines.append({"load": _name(0), "estimate": mean, "low": mean, "high": mean, "turns": none})
    for at in shown:
        term = fit.term(f"level {at}")
        low, high = (mean + float(limit or 0) for limit in (term.low, term.high))
        lines.append(
            {"load": _name(at), "estimate": mean + float(term.estimate or 0), "low": low,
             "high": high, "turns": int((kept["level"] == at).sum())}
        )  # fmt: skip
    return pd.DataFrame(lines)


FEWEST = 50  # turns of a level that is drawn


def _name(at: int) -> str:
    """`0`, `3-4`, `20 or more`."""
    first = BINS[at]
    if at == len(BINS) - 1:
        return f"{first} or more"
    last = BINS[at + 1] - 1
    return str(first) if first == last else f"{first}–{last}"


@where_possible
def lead(communities: Sequence[Community]) -> Figure:
    """The share answered in time at each level of load, within people."""
    parts, said = [], []
    for one in communities:
        found = binned(one)
        parts.append(found.assign(community=one.title))
        ends = found.iloc[[0, -1]]
        said.append(
            f"{one.title}: {ends['estimate'].iloc[0]:.0%} of {ends['turns'].iloc[0]:,} turns with "
            f"nothing else newly arrived, {ends['estimate'].iloc[1]:.0%} "
            f"({ends['low'].iloc[1]:.0%} to {ends['high'].iloc[1]:.0%}) at "
            f"{ends['load'].iloc[1]} ({ends['turns'].iloc[1]:,} turns)"
        )
    rows = pd.concat(parts, ignore_index=True)
    rows["load"] = pd.Categorical(rows["load"], [_name(n) for n in range(len(BINS))], ordered=True)
    rows = rows.sort_values("load", kind="stable")
    points = {name: 100 * rows[name] for name in ("estimate", "low", "high")}
    figure, (ax,) = plots.canvas()
    plots.points(
        rows.assign(load=rows["load"].astype(str), **points), x="load", label="community",
        xlabel="turns that had newly arrived from other threads", ylabel="answered, of 100", ax=ax,
    )  # fmt: skip
    return Figure(
        figure,
        name="replies-by-load",
        caption="Share of turns answered in time by how much else had newly come in, with 95 % "
        "intervals. The first point is the plain share; the others add to it how far the same "
        "people differ at such moments, hour of the week, day and own recent posts held equal. "
        f"Levels with fewer than {FEWEST} turns are not drawn. {'; '.join(said)}.",
        alt=f"Points of the share answered in time at each level of load. {'; '.join(said)}.",
        lead=True,
    )


def words_of_window(community: Community) -> str:
    """`in the hour before`, for sentences."""
    length = exactly(setting(community).window)
    return f"in the {'hour' if length == '1 hour' else length} before"


def wait_levels(community: Community) -> pd.DataFrame:
    """
    Quartiles of the wait of turns that were answered in time, in minutes, by level of load.

    Raises
    ------
    ModelError
        No level has `FEWEST` answered turns.
    """
    frame = at_hand(community)
    done = frame[frame["replied"] == 1]
    level = pd.cut(done["load"].astype(float), [*BINS, np.inf], right=False, labels=False)
    waits = done["waited_us"].groupby(level.astype(int))
    quarters = waits.quantile(np.array([0.25, 0.5, 0.75])).unstack() / MINUTE
    sizes = waits.size()
    shown = quarters[sizes >= FEWEST]
    if shown.empty:
        raise ModelError(
            f"waits by load: expected {FEWEST} turns answered in time, or more, at one level of "
            f"load, got {sizes.max():,} at most. Load a longer record."
        )
    return pd.DataFrame(
        {
            "load": [_name(int(at)) for at in shown.index],
            "estimate": shown[0.5].to_numpy(),
            "low": shown[0.25].to_numpy(),
            "high": shown[0.75].to_numpy(),
            "turns": sizes[shown.index].to_numpy(),
        }
    )


@where_possible
def waits_figure(communities: Sequence[Community]) -> Figure:
    """The wait of the answered by level of load, a panel a community."""
    figure, axes = plots.canvas(height=2.9, panels=len(communities))
    said = []
    for one, ax in zip(communities, axes, strict=True):
        rows = wait_levels(one)
        plots.points(
            rows.assign(community=one.title), x="load", label="community",
            xlabel="turns that had newly arrived from other threads", ylabel="minutes", ax=ax,
        )  # fmt: skip
        ax.set_title(one.title, loc="left")
        ax.set_ylim(bottom=0)
        first, last = rows.iloc[0], rows.iloc[-1]
        said.append(
            f"{one.title}: median {about(first['estimate'] / 60)} with {first['load']} newly "
            f"arrived ({first['turns']:,} turns), {about(last['estimate'] / 60)} with "
            f"{last['load']} ({last['turns']:,} turns)"
        )
    return Figure(
        figure,
        name="waits-by-load",
        caption="How long the turns that were answered in time had waited, by load: medians, and "
        "from the quickest to the slowest quarter. Not adjusted, for the eye, and of the answered "
        f"only: who is left unanswered at high load has no wait here. {'; '.join(said)}.",
        alt=f"Points of median waits with quartiles by level of load. {'; '.join(said)}.",
    )
