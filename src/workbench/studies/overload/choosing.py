"""H3.3: does an early comment tell the better ideas from the weaker ones when many come in?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.measures import collect
from workbench.measures.ideas import entries, first_comments
from workbench.models.detrended import Detrended, detrended_slope
from workbench.models.discrimination import discrimination
from workbench.studies.durations import DAY, HOUR
from workbench.studies.hypotheses import hypotheses
from workbench.studies.once import once
from workbench.studies.overload.replying import in_100, turned
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

EARLY = DAY  # a comment by another person within it counts as early
AROUND = 12 * HOUR  # before and after: 24 hours in all
QUIET = 30 * DAY  # a contest without a closing date has ended where nothing was entered for so long
LEVELS = 4  # groups of inflow within a contest
TOP = 0.1
POINTS, WON = "winners first, then by applause", "the best tenth, or won, against the rest"


@dataclass(frozen=True)
class Loss:
    """What is lost for each doubling, with the fit and the cells behind it."""

    fit: Detrended
    cells: pd.DataFrame


@once
def ideas(community: Community) -> pd.DataFrame:
    """
    Ideas by known accounts in contests that have ended, oldest first.

    contest ; early : 1 where another person commented within 24 hours; inflow : logarithm to base 2
    of the ideas entered anywhere in the community within 12 hours before or after, itself included;
    standing : rank within the contest, winners first, then by applause; top : the best tenth by
    applause, or won; person.
    """
    found = collect(entries(community.lazy("ideas"), community.lazy("posts")))
    every = found.sort_values(["created_us", "post_id"], ignore_index=True)
    moments = every["created_us"].to_numpy(dtype="int64")
    around = np.searchsorted(moments, moments + AROUND, side="right") - np.searchsorted(
        moments, moments - AROUND, side="left"
    )
    first = collect(first_comments(community.lazy("posts"))).set_index("thread_id")["waited_us"]
    waited = every["post_id"].map(first)
    frame = every.assign(
        early=(waited <= EARLY).fillna(value=False).astype(float),
        inflow=np.log2(around),
        won=every["won"].fillna(value=False).astype(bool),
        points=every["score"].astype("Float64"),
    ).rename(columns={"author_id": "person", "contest_id": "contest"})
    known = frame["person"].notna() & frame["points"].notna() & frame["contest"].isin(
        ended(community, frame)
    )  # fmt: skip
    kept = frame[known].reset_index(drop=True)
    merit = kept["points"].astype(float) + 1e9 * kept["won"]
    place = kept["points"].groupby(kept["contest"]).rank(ascending=False, pct=True)
    return kept.assign(
        standing=merit.groupby(kept["contest"]).rank(),
        top=((place <= TOP) | kept["won"]).astype(float),
    )


def ended(community: Community, frame: pd.DataFrame) -> list[str]:
    """The contests that ended inside the record, by their closing date or a month of silence."""
    until = int(community.communities["observed_until_us"][0])
    closing = dict(
        community.read("contests")
        .filter(pl.col("closed_us").is_not_null())
        .select("contest_id", "closed_us")
        .iter_rows()
    )
    last = frame.groupby("contest")["created_us"].max()
    return [str(name) for name, day in last.items() if closing.get(name, day + QUIET) <= until]


@once
def lost(community: Community, *, standing: str = "standing", levels: int = LEVELS) -> Loss:
    """
    H3.3: minus the slope of the area under the curve on the logarithm of inflow, within contests.

    Raises
    ------
    ModelError
        No idea in a contest that has ended, too few contests, or inflow that does not vary.
    """
    frame = ideas(community)
    if frame.empty:
        raise ModelError(
            "choosing: expected ideas in contests that ended inside the record, got none. "
            "Load a longer record."
        )
    rank = frame.groupby("contest")["inflow"].rank(method="first", pct=True)
    level = np.ceil(rank * levels).astype(int)
    cell = frame["contest"] + " / " + level.astype(str)
    areas = discrimination(frame["early"], frame[standing], cell).set_index("group")
    means = frame.groupby(cell).agg(inflow=("inflow", "mean"), contest=("contest", "first"))
    cells = areas.join(means).assign(level=[int(name.rsplit(" / ", 1)[1]) for name in areas.index])
    fit = detrended_slope(cells, outcome="auc", exposure="inflow", group="contest", weights="items")
    return Loss(fit, cells)


@once
def reach(community: Community) -> tuple[float, float]:
    """
    How often an early comment points to the better of two ideas of a contest, and the most it can.

    The most: as many ideas of each contest have the sign, and they are those that stand highest.
    Means over contests, weighted by ideas.
    """
    frame = ideas(community).sort_values(["contest", "standing"], ignore_index=True)
    best = frame.sort_values(["contest", "early"], ignore_index=True)["early"]
    areas = (
        discrimination(sign, frame["standing"], frame["contest"]) for sign in (frame["early"], best)
    )
    seen, most = (float(np.average(area["auc"], weights=area["items"])) for area in areas)
    return seen, most


def reach_said(community: Community) -> str:
    """These two in words, with the share of what is seen that the smallest loss that matters is."""
    seen, most = reach(community)
    line = hypotheses()["H3.3"].sesoi
    told = (
        f"The sign points to the better in {100 * seen:.1f} of 100 pairs; a yes or no as frequent "
        f"as this one cannot reach more than {100 * most:.1f}."
    )
    if seen <= 0.5:
        return told
    return f"{told} {100 * line:g} in 100 are {line / (seen - 0.5):.0%} of what it adds to a coin."


@where_possible
def choosing_table(communities: Sequence[Community]) -> TableView:
    """The loss for each doubling, with other ways to say which idea stood higher."""
    lines = []
    for one in communities:
        frame = ideas(one)
        for said, standing in ((POINTS, "standing"), (WON, "top")):
            for levels in (LEVELS, 2):
                found = lost(one, standing=standing, levels=levels)
                whole = discrimination(frame["early"], frame[standing], frame["contest"])
                lines.append(
                    {
                        "community": one.title,
                        "stood higher": said,
                        "levels of inflow": levels,
                        "pointed to the better": np.average(whole["auc"], weights=whole["items"]),
                        "lost per doubling": in_100(turned(found.fit.slope)),
                        "ideas": int(found.cells["items"].sum()),
                        "contests": found.fit.slope.clusters,
                    }
                )
    return TableView(
        pd.DataFrame(lines),
        name="choosing",
        caption="Of 100 pairs of ideas of one contest, in how many the early comment pointed to "
        "the one that stood higher in the end (50: a coin; pairs in which both or neither had one "
        "count one half), and how many fewer for each doubling of the ideas that came in within "
        "12 hours before or after (95 % interval, jackknife over contests). The first row is the "
        "hypothesis's own. Comments draw applause, and who comments also applauds: an early "
        "comment helps to make the standing that it is held against. "
        + " ".join(f"{one.title}: {reach_said(one)}" for one in communities),
        labels={"pointed to the better": "pointed to the better, of 100"},
        formats={"pointed to the better": lambda share: f"{100 * share:.1f}"},
    )  # fmt: skip


@where_possible
def choosing_figure(communities: Sequence[Community]) -> Figure:
    """The area under the curve at each level of inflow, contest by contest, and their mean."""
    parts, said = [], []
    for one in communities:
        cells = lost(one).cells
        own = cells["auc"] - cells.groupby("contest")["auc"].transform("mean") + cells["auc"].mean()
        groups = cells.assign(own=own).groupby("level")
        error: pd.Series = groups["own"].std(ddof=1) / np.sqrt(groups.size())
        mean = groups["own"].mean()
        rows = pd.DataFrame(
            {"level": [f"{2**value:.0f}" for value in groups["inflow"].mean()],
             "estimate": 100 * mean, "low": 100 * (mean - 1.96 * error),
             "high": 100 * (mean + 1.96 * error)}
        )  # fmt: skip
        parts.append(rows.assign(community=one.title))
        said.append(
            f"{one.title}: {rows['estimate'].iloc[0]:.1f} of 100 at about "
            f"{rows['level'].iloc[0]} ideas in 24 hours, {rows['estimate'].iloc[-1]:.1f} at about "
            f"{rows['level'].iloc[-1]} ({len(cells):,} cells of {cells['contest'].nunique()} "
            f"contests)"
        )
    figure, (ax,) = plots.canvas()
    plots.points(
        pd.concat(parts, ignore_index=True), x="level", label="community", line=50,
        xlabel="ideas within 12 hours before or after (typical of each quarter)",
        ylabel="pointed to the better, of 100", ax=ax,
    )  # fmt: skip
    return Figure(
        figure,
        name="choosing-figure",
        caption="How often an early comment pointed to the idea that stood higher in the end, by "
        "quarters of inflow within each contest, less what is usual in the contest; 95 % intervals "
        f"over contests; the line: a coin. {'; '.join(said)}.",
        alt=f"Points near a line at 50 of 100 by level of inflow. {'; '.join(said)}.",
    )
