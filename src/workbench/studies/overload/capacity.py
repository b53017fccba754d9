"""H3.2: does what people get through stop growing? And do they begin with the newest?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.measures import collect
from workbench.measures.turns import turns_by_day
from workbench.models.absorbed import fixed_effects_ols
from workbench.models.count_hinge import CountHinge, count_hinge
from workbench.models.result import Estimate
from workbench.studies.durations import exactly
from workbench.studies.once import once
from workbench.studies.overload.awaiting import setting, turn_table
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

FEWEST_DAYS = 10
SEED = 20_240_603  # deals people into halves
AGES = 20
LEVELS = (1, 2, 3, 5, 9, 17, 33, 65)


@once
def person_days(community: Community) -> pd.DataFrame:
    """One row per person and day (of UTC) with a turn: person, day, arrived, answered in time."""
    found = turns_by_day(turn_table(community), within_us=setting(community).within)
    days = collect(found).rename(columns={"recipient_id": "person"})
    often = days.groupby("person")["day"].transform("size") >= FEWEST_DAYS
    kept = days[often].astype({"arrived": float, "answered": float})
    # People are dealt into halves in this order, which pseudonyms must not decide.
    parts = kept.groupby("person")
    order = pd.DataFrame(
        {"first": parts["day"].transform("min"), "all": parts["arrived"].transform("sum")}
    )
    return kept.assign(**order).sort_values(["first", "all", "person", "day"], ignore_index=True)[
        ["person", "day", "arrived", "answered"]
    ]


@once
def got_through(community: Community) -> CountHinge:
    """
    The number answered against the number that arrived, within people, with one kink.

    Raises ModelError as `models.count_hinge.count_hinge`, and where nobody has ten days.
    """
    days = person_days(community)
    if days.empty:
        raise ModelError(
            f"capacity: expected people with {FEWEST_DAYS} days or more on which a turn arrived, "
            "got 0. Load a longer record."
        )
    return count_hinge(days["arrived"], days["answered"], groups=days["person"], seed=SEED)


@where_possible
def capacity_table(communities: Sequence[Community]) -> TableView:
    """The two elasticities and the kinks between them."""
    lines = []
    for one in communities:
        found, days = got_through(one), person_days(one)
        lines.append(
            {
                "community": one.title,
                "kink, turns a day": at_kink(found),
                "up to the kink": _said(found.below),
                "from the kink on": _said(found.above),
                "days": found.n,
                "days above the kink": int((days["arrived"] > max(found.kinks)).sum()),
                "people": found.groups,
                "days that tell nothing": found.left_out,
            }
        )
    return TableView(
        pd.DataFrame(lines),
        name="capacity",
        caption="Where 1 % more arrives on a day, so many percent more is answered in time, for "
        "the same person, up to the kink and from there on (95 % interval), of people with "
        f"{FEWEST_DAYS} days or more. 1 means in proportion, 0 that nothing more is got through. "
        "Half of the people, drawn by lot, choose the kink at which the other half is tested, and "
        "the reverse, so that there may be two. Days of people who answered nothing in time on any "
        "day tell nothing about growth. With much to answer people may also make more time.",
    )


def at_kink(found: CountHinge) -> str:
    """The kinks of both halves, as `3` or `3 or 5`."""
    return " or ".join(dict.fromkeys(f"{at:.0f}" for at in sorted(found.kinks)))


def _said(found: Estimate) -> str:
    return f"{found.estimate:.2f} ({found.low:.2f} to {found.high:.2f})"


@where_possible
def capacity_figure(communities: Sequence[Community]) -> Figure:
    """Mean number answered in time against the number that arrived on a day, on equal scales."""
    parts, said = [], []
    for one in communities:
        days = person_days(one)
        level = pd.cut(days["arrived"], [*LEVELS, np.inf], right=False, labels=False)
        groups = days.groupby(level.astype(int))
        means = groups["answered"].mean()
        error: pd.Series = 1.96 * groups["answered"].std(ddof=1) / np.sqrt(groups.size())
        shown = groups.size() >= FEWEST_DAYS
        rows = pd.DataFrame(
            {"arrived": groups["arrived"].mean(), "estimate": means,
             "low": (means - error).clip(lower=means / 10), "high": means + error,
             "days": groups.size()}
        )[shown]  # fmt: skip
        if rows.empty:
            raise ModelError(
                f"capacity figure: expected {FEWEST_DAYS} days or more on which people with "
                f"{FEWEST_DAYS} such days got about the same number of turns, got "
                f"{int(groups.size().max()) if len(days) else 0}. Load a longer record."
            )
        parts.append(rows.assign(community=one.title))
        first, last = rows.iloc[0], rows.iloc[-1]
        said.append(
            f"{one.title}: {first['estimate']:.2g} answered of {first['arrived']:.2g} "
            f"({int(first['days']):,} days), {last['estimate']:.3g} of {last['arrived']:.3g} "
            f"({int(last['days']):,} days)"
        )
    figure, (ax,) = plots.canvas()
    plots.against_equal(pd.concat(parts), x="arrived", label="community", ax=ax)
    ax.set(xlabel="turns that arrived on a day", ylabel="answered in time, mean")
    return Figure(
        figure,
        name="capacity-figure",
        caption="Turns answered in time on a day against turns that arrived, both on logarithmic "
        "scales, with 95 % intervals that take days as independent; the grey line: all of them. "
        f"A limit would show as points that turn flat to the right. {'; '.join(said)}.",
        alt=f"Points of the mean number answered against the number arrived. {'; '.join(said)}.",
    )


@once
def queues(community: Community) -> pd.DataFrame:
    """
    One row per turn that waited when its recipient came back after a pause as long as the window.

    depth : 1 for the newest that waits, 2 for the next. age_us : time since it arrived. replied : 1
    where the reply came within the time given, counted from the coming back. person.
    """
    given = setting(community)
    written = community.posts.filter(pl.col("author_id").is_not_null())
    own = written.select(pl.col("author_id").alias("person"), "created_us").sort("created_us")
    pause = pl.col("created_us") - pl.col("created_us").shift(1).over("person")
    back = own.filter(pause.is_null() | (pause > given.window)).with_columns(
        back_us=pl.col("created_us")
    )
    waiting = turn_table(community).rename({"recipient_id": "person"}).sort("arrived_us")
    met = waiting.join_asof(
        back.with_columns(arrived_us=pl.col("created_us") - 1), on="arrived_us", by="person",
        strategy="forward", check_sortedness=False,
    )  # fmt: skip
    still = pl.col("replied_us").is_null() | (pl.col("replied_us") >= pl.col("back_us"))
    age = pl.col("back_us") - pl.col("arrived_us")
    soon = pl.col("replied_us") - pl.col("back_us") <= given.within
    return (
        met.filter(pl.col("back_us").is_not_null() & still & (age <= given.given_up))
        .sort("person", "arrived_us", "thread_id")
        .select(
            "person",
            depth=pl.col("arrived_us").rank("min", descending=True).over("person", "back_us"),
            age_us=age,
            replied=soon.fill_null(value=False).cast(pl.Float64),
        )
        .to_pandas()
    )


@where_possible
def newest_first(communities: Sequence[Community]) -> TableView:
    """Is it the place in the queue, or the age? Replies by depth, without and with age."""
    lines = []
    for one in communities:
        frame = queues(one)
        ages = pd.qcut(frame["age_us"], AGES, labels=False, duplicates="drop")
        logs = frame.assign(depth=np.log2(frame["depth"].astype(float)), age=ages)
        for name, absorb in (("nothing", ["person"]), ("the age", ["person", "age"])):
            fit = fixed_effects_ols(
                logs, outcome="replied", covariates=["depth"], absorb=absorb, clusters="person"
            )
            lines.append(
                {
                    "community": one.title,
                    "held equal": name,
                    "per doubling of the place": _in_100(fit.term("depth")),
                    "turns": fit.n,
                    "people": fit.clusters,
                }
            )
    return TableView(
        pd.DataFrame(lines),
        name="newest-first",
        caption="Turns that waited when somebody came back after a pause: the change of the number "
        "answered in time, of 100, for each doubling of the place in the queue (the newest is "
        f"first), within people (95 % interval); then with {AGES} classes of age held equal. A "
        "turn far down is also an old one. What is left at equal age is what one would see of a "
        "reader who works from the top; it is also what one would see if the newest turn is what "
        "called the reader back. "
        + "; ".join(
            f"{one.title}: a pause is {exactly(setting(one).window)} or longer"
            for one in communities
        )
        + ".",
    )


def _in_100(found: object) -> str:
    estimate, low, high = (100 * getattr(found, name) for name in ("estimate", "low", "high"))
    return f"{estimate:.1f} ({low:.1f} to {high:.1f})"
