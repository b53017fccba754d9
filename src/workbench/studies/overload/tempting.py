"""The tempting answers beside the better ones, on the same data, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl

from workbench.data import Community
from workbench.models.absorbed import fixed_effects_ols, fixed_effects_poisson
from workbench.models.result import Estimate
from workbench.studies.durations import DAY
from workbench.studies.must_fail.shown import must_fail_table
from workbench.studies.once import once
from workbench.studies.overload.awaiting import at_hand, order_of_arrival, turn_table
from workbench.studies.overload.bending import bend, parabola
from workbench.studies.overload.capacity import SEED, person_days
from workbench.studies.overload.estimates import HEAVIEST
from workbench.studies.overload.replying import (
    fall,
    fewer_replies,
    in_100,
    without_heaviest,
)
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible

ALPHA = 0.05
BUSY, RISE = "Is more or less answered on busy days?", "Do replies rise and then fall?"
SIMULATED = ("ratio on its denominator", "quadratic on saturation")


def _within(frame: pd.DataFrame, outcome: str) -> Estimate:
    """The slope on the logarithm of what arrived on a day, within people."""
    return fixed_effects_ols(
        frame, outcome=outcome, covariates=["doublings"], absorb=["person"], clusters="person"
    ).term("doublings")


@once
def ratios(community: Community) -> tuple[Estimate, Estimate, Estimate]:
    """
    Slopes on arrived: of answered over arrived, of the same dealt anew, and of answered itself.

    Dealing gives every day the number answered on some other day of the same person, which then has
    nothing to do with what arrived on it. The last is of a Poisson model: change of the logarithm.
    """
    days = person_days(community)
    days = days.assign(person=days["person"].map(order_of_arrival(community)))
    days = days.sort_values(["person", "day"], ignore_index=True)
    dice = np.random.default_rng(SEED)
    shuffled = days.assign(key=dice.random(len(days))).sort_values(["person", "key"])
    frame = days.assign(
        doublings=np.log2(days["arrived"]),
        ratio=days["answered"] / days["arrived"],
        dealt=shuffled["answered"].to_numpy() / days["arrived"],
    )
    counts = fixed_effects_poisson(
        frame, outcome="answered", covariates=["doublings"], absorb=["person"], clusters="person"
    )
    return _within(frame, "ratio"), _within(frame, "dealt"), counts.term("doublings")


@once
def same_day(community: Community) -> Estimate:
    """The slope of the logarithm of a person's posts on that of what arrived on the same day."""
    own = (
        community.posts.filter(pl.col("author_id").is_not_null())
        .group_by(pl.col("author_id").alias("person"), day=pl.col("created_us") // DAY)
        .len("own")
    )
    came = turn_table(community).group_by(
        pl.col("recipient_id").alias("person"), day=pl.col("arrived_us") // DAY
    )
    both = own.join(came.len("came"), on=["person", "day"], how="left").sort("person", "day")
    frame = both.select(
        "person",
        doublings=(1 + pl.col("came").fill_null(0)).log(2),
        written=pl.col("own").log(2),
    )
    return _within(frame.to_pandas(), "written")


def apart(one: Estimate, other: Estimate) -> bool:
    """Whether two intervals lie on different sides of zero, or only one of them beside it."""
    return _side(one) != _side(other)


def _side(found: Estimate) -> int:
    if found.low is None or found.high is None:
        return 0
    return int(found.low > 0) - int(found.high < 0)


def _ratio(one: Community) -> dict[str, str] | None:
    found, dealt, counts = ratios(one)
    if not apart(found, counts):
        return None
    values = (counts.estimate, counts.low, counts.high)
    times, low, high = (f"{np.exp(float(value or 0)):.2f}" for value in values)
    return {
        "question": BUSY,
        "tempting answer": f"the share answered changes by {in_100(found)} of 100 for each "
        "doubling of what arrived",
        "better answer": f"{times} ({low} to {high}) times as many answered on a person's days "
        "with twice as many turns: the count itself",
        "why": "What is divided by a number falls with that number. With the answered dealt anew "
        f"among a person's days, where nothing goes with anything, the same ratio changes by "
        f"{in_100(dealt)}.",
    }


def _turn(one: Community) -> dict[str, str] | None:
    lined, curved = bend(one), parabola(one)
    if (curved.p_value < ALPHA) == lined.inverted_u:
        return None
    rise = f"{100 * lined.below.estimate:.1f} ({100 * lined.below.low:.1f} to "
    rise += f"{100 * lined.below.high:.1f})"
    verdict = "up, then down" if curved.p_value < ALPHA else "no turn shown"
    return {
        "question": RISE,
        "tempting answer": f"{verdict}: p {curved.p_value:.2g} of a parabola that rises at one end "
        "and falls at the other",
        "better answer": f"{'up, then down' if lined.inverted_u else 'no turn shown'}: up to the "
        f"bend {rise} of 100 per doubling, by two lines",
        "why": "A parabola has to come down again on one side, whatever the data do.",
    }


def _day(one: Community) -> dict[str, str]:
    found = same_day(one)
    growth = 100 * (2 ** float(found.estimate or 0) - 1)
    return {
        "question": "Do people write less when more comes in?",
        "tempting answer": f"{growth:.0f} % more posts on a day for each doubling of what came in "
        "on that day",
        "better answer": f"{in_100(fewer_replies(one).fall)} fewer of 100 given turns answered, "
        "for each doubling of what had come in before them",
        "why": "On a day on which people are there, they write and are written to: being there is "
        "behind both.",
    }


def _heavy(one: Community) -> dict[str, str]:
    pooled = fall(at_hand(one), absorb=("hour", "day")).fall
    rest = without_heaviest(one, number=HEAVIEST)
    return {
        "question": "Who is behind the number?",
        "tempting answer": f"{in_100(pooled)} fewer of 100: people compared with one another",
        "better answer": f"{in_100(fewer_replies(one).fall)} within people; {in_100(rest)} without "
        f"the {HEAVIEST} to whom most was written",
        "why": "Those for whom much arrives are other people, and a few of them are most of the "
        "rows.",
    }


@where_possible
def wrong_and_right(communities: Sequence[Community]) -> TableView:
    """Four tempting answers with what to do instead; no row where both would say the same."""
    lines, same = [], []
    for one in communities:
        found = {BUSY: _ratio(one), RISE: _turn(one)}
        same += [f"{one.title}, “{question}”" for question, row in found.items() if row is None]
        rows = (*found.values(), _day(one), _heavy(one))
        lines += [{"community": one.title, **row} for row in rows if row is not None]
    both = f" The tempting and the better answer agree, and have no row: {'; '.join(same)}."
    return TableView(
        pd.DataFrame(lines),
        name="wrong-and-right",
        caption="The tempting answers beside the better ones, on the same data (95 % intervals). "
        f"Dealing anew uses seed {SEED}.{both if same else ''}",
    )


def where_the_truth_is_known() -> TableView:
    """Two of the mistakes in simulated data, where the truth was planted."""
    return must_fail_table(*SIMULATED)
