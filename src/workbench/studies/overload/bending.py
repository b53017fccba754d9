"""H3.1b: where do replies begin to fall? Two lines, within people; and a parabola beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.models.shape import LindMehlum, lind_mehlum
from workbench.models.split_lines import SplitLines, split_lines
from workbench.models.two_lines import TwoLines, two_lines
from workbench.studies.once import once
from workbench.studies.overload.awaiting import at_hand, order_of_arrival
from workbench.studies.overload.replying import INFLOW, SENDS
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

SEED = 20_261_122  # deals people into halves
GRAINS = 3  # decimals of a doubling: finer than any count, coarse enough to be fast
GROUPS = 12  # of equal numbers of turns, in the figure


@once
def with_others(community: Community) -> pd.DataFrame:
    """
    The turns compared of people with two or more: one alone is neither busier nor quieter.

    `person` is a whole number in the order of arrival, so that halves are the same everywhere.
    """
    frame = at_hand(community)
    several = frame[frame.groupby("person")["replied"].transform("size") > 1]
    numbered = several.assign(person=several["person"].map(order_of_arrival(community)))
    return numbered.sort_values("person", kind="stable", ignore_index=True)


def alone(community: Community) -> int:
    """How many people have one turn, and are left out."""
    return int(at_hand(community)["person"].nunique() - with_others(community)["person"].nunique())


@once
def apart_from_usual(community: Community) -> pd.DataFrame:
    """These turns, less the person's own means: `inflow`, `sends`, `replied`, `person`."""
    frame = with_others(community)
    columns = [INFLOW, SENDS, "replied"]
    usual = frame.groupby("person")[columns].transform("mean")
    return (frame[columns] - usual).round({INFLOW: GRAINS}).assign(person=frame["person"])


@once
def bend(community: Community) -> SplitLines:
    """
    Two lines through replies against load, both less what is usual for the person.

    Half of the people choose the bend at which the other half is tested, and the reverse.
    """
    rows = apart_from_usual(community)
    return split_lines(
        rows[INFLOW], rows["replied"], seed=SEED, covariates=rows[[SENDS]], clusters=rows["person"]
    )


@once
def drawn_bend(community: Community) -> TwoLines:
    """The bend that everybody together chooses, for the eye: its slopes are a little too steep."""
    rows = apart_from_usual(community)
    return two_lines(
        rows[INFLOW], rows["replied"], covariates=rows[[SENDS]], clusters=rows["person"]
    )


@once
def parabola(community: Community) -> LindMehlum:
    """The same data with a parabola in place of the lines."""
    rows = apart_from_usual(community)
    return lind_mehlum(
        rows[INFLOW], rows["replied"], covariates=rows[[SENDS]], clusters=rows["person"]
    )


def times_usual(bends: Sequence[float]) -> str:
    """Bends in doublings from a person's mean as `1.5 or 1.7 times the usual load`."""
    return f"{_times(bends)} times what usually comes in for the person"


def _times(bends: Sequence[float]) -> str:
    return " or ".join(dict.fromkeys(f"{2**at:.2g}" for at in sorted(bends)))


@where_possible
def bend_table(communities: Sequence[Community]) -> TableView:
    """The slopes on both sides of the bend, and what a parabola would have said."""
    lines = []
    for one in communities:
        lined, curved = bend(one), parabola(one)
        below = sum(half.n_below for half in lined.halves)
        lines.append(
            {
                "community": one.title,
                "bend": _times(lined.at),
                "up to the bend": _in_100(lined.below),
                "from the bend on": _in_100(lined.above),
                "two lines": "up, then down" if lined.inverted_u else "no turn shown",
                "parabola": _curved(curved),
                "turns below": below,
                "turns above": lined.n - below,
            }
        )
    return TableView(
        pd.DataFrame(lines),
        name="bend",
        caption="The change of the number answered, of 100, for each doubling of load, up to the "
        "bend and from there on (95 % interval). The bend is given as a multiple of the load (one "
        "plus the turns newly arrived) that is usual for the person. Half of the people, drawn by "
        "lot, choose the bend at which the other half is tested, and the reverse, so that there "
        "may be two: a bend that the tested data have chosen themselves looks too sharp. The "
        "parabola is judged by its slopes at both ends (Lind and Mehlum). Left out, with one turn "
        f"only: {'; '.join(f'{one.title} {alone(one):,} people' for one in communities)}.",
    )


def _in_100(slope: object) -> str:
    estimate, low, high = (100 * getattr(slope, name) for name in ("estimate", "low", "high"))
    return f"{estimate:.1f} ({low:.1f} to {high:.1f})"


def _curved(found: LindMehlum) -> str:
    said = "up, then down" if found.found else "no turn shown"
    return f"{said} (p {found.p_value:.2g})"


def grouped(community: Community) -> pd.DataFrame:
    """Means of groups of turns along the load less the person's mean, own posts held equal."""
    rows = apart_from_usual(community)
    posted = drawn_bend(community).lines.table.set_index("term")["estimate"].get(SENDS, 0.0)
    rows = rows.assign(replied=rows["replied"] - posted * rows[SENDS])
    group = pd.qcut(rows[INFLOW], GROUPS, labels=False, duplicates="drop")
    parts = rows.groupby(group)
    sizes = parts.size()
    error: pd.Series = 1.96 * parts["replied"].std(ddof=1) / np.sqrt(sizes)
    mean = parts["replied"].mean()
    return pd.DataFrame(
        {
            "load": parts[INFLOW].mean(), "estimate": mean,
            "low": mean - error, "high": mean + error, "turns": sizes,
        }
    ).reset_index(drop=True)  # fmt: skip


@where_possible
def bend_figure(communities: Sequence[Community]) -> Figure:
    """Means of groups of turns against load, and the two lines."""
    figure, axes = plots.canvas(height=3.2, panels=len(communities))
    said = []
    for one, ax in zip(communities, axes, strict=True):
        found, rows, tested = drawn_bend(one), grouped(one), bend(one)
        values = {name: 100 * rows[name] for name in ("estimate", "low", "high")}
        lines = _lines(found, rows["load"])
        plots.bent(rows.assign(**values), lines, at=found.at, ax=ax)
        ax.set_title(one.title, loc="left")
        ax.set(xlabel="doublings of load from the person's usual", ylabel="answered, of 100")
        said.append(
            f"{one.title}: bend at {2**found.at:.2g} times the usual load; "
            f"{_in_100(tested.below)} per doubling up to it, {_in_100(tested.above)} from there "
            "on, as tested in halves; "
            f"each point stands for {rows['turns'].min():,} to {rows['turns'].max():,} turns"
        )
    return Figure(
        figure,
        name="bend-figure",
        caption="Replies in time against load, both less what is usual for the person (0: as "
        "usual), own recent posts held equal. Points: means of groups of turns with 95 % intervals "
        "that take turns as independent, for the eye only; lines: two lines that everybody "
        "together chooses, a little too steep; the tested slopes are in the table; "
        f"dashed: the bend. {'. '.join(said)}.",
        alt=f"Points of mean replies along load with two lines that meet at a bend. "
        f"{'. '.join(said)}.",
    )


def _lines(found: TwoLines, reach: pd.Series) -> pd.DataFrame:
    """The ends of both lines, in 100: load, estimate, part."""
    terms = found.lines.table.set_index("term")["estimate"]
    ends = {"below": (min(reach.min(), found.at), found.at), "above": (found.at, reach.max())}
    step = {"below": 0.0, "above": terms["step"]}
    return pd.DataFrame(
        {
            "load": x,
            "estimate": 100 * (terms["intercept"] + step[part] + terms[part] * (x - found.at)),
            "part": part,
        }
        for part, both in ends.items()
        for x in both
    )
