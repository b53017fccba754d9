"""H2.1: the best idea of larger contests, beside what so many draws bring by arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.wild import WildEstimate, wild_bootstrap
from workbench.studies.answers import scale
from workbench.studies.crowdsourcing.ideas import could_win, ideas, largest_of, standings
from workbench.studies.estimated import Estimated, needed, shared
from workbench.studies.hypotheses import Hypothesis
from workbench.studies.once import once
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible
from workbench.studies.scales.crowdsourcing import Crowd

SEED = 20_210
NO_BLIND_JUDGE = (
    "Points were given by the crowd itself: a larger one has more people who can give them, and "
    "nobody judged the ideas without seeing whose they were."
)
PARTS = {
    "best": "the best idea",
    "arithmetic": "what so many random draws bring",
    "beyond": "the best idea beyond those draws",
    "level": "the average idea",
    "above_own": "the best idea beyond draws from its own contest's level",
}


@once
def contests(
    community: Community, *, winnable: bool = False, raw: bool = False, own_spread: bool = False
) -> pd.DataFrame:
    """
    The crowd and the best idea of every contest, as `by_contest` of the community's ideas.

    `winnable` takes only ideas of a stage that could win, `raw` the points without a logarithm;
    `own_spread` draws from ideas as spread out as those of the contest itself.

    Raises ModelError as `ideas.standings` and `by_contest` do.
    """
    rows = could_win(community) if winnable else ideas(community)
    return by_contest(standings(rows, raw=raw), own_spread=own_spread)


def by_contest(rows: pd.DataFrame, *, own_spread: bool = False) -> pd.DataFrame:
    """
    The best of the ideas `rows`, as `ideas.standings` gives them, and what draws would bring.

    One row a contest: contest, ideas, people, doublings (log2 of ideas), best, level (the mean
    idea), arithmetic (expected largest of as many draws from the ideas of all contests, each less
    the mean of its own), beyond (best - arithmetic), above_own (best - level - arithmetic); all but
    counts in standard deviations of ideas of one contest.

    Raises
    ------
    ModelError
        All contests are of one size.
    """
    by = rows.groupby("contest", sort=True)
    table = pd.DataFrame(
        {
            "ideas": by.size(),
            "people": by["person"].nunique(),
            "best": by["standing"].max(),
            "level": by["standing"].mean(),
        }
    ).reset_index()
    if table["ideas"].nunique() < 2:
        raise ModelError(
            f"by_contest: expected contests of different size, got {len(table)} with "
            f"{table['ideas'].iloc[0]:,} ideas each. Bring others."
        )
    largest = largest_of(rows["off"].to_numpy(), table["ideas"].to_numpy())
    if own_spread:
        largest = largest * by["off"].std(ddof=1).to_numpy()
    return table.assign(
        doublings=np.log2(table["ideas"]),
        arithmetic=largest,
        beyond=table["best"] - largest,
        above_own=table["best"] - table["level"] - largest,
    )


def slope(table: pd.DataFrame, outcome: str, *, along: str = "doublings") -> WildEstimate:
    """The rise of `outcome` for each doubling, over contests, with its wild bootstrap."""
    return wild_bootstrap(
        table[[outcome, along, "contest"]], outcome=outcome, term=along, clusters="contest",
        seed=SEED,
    )  # fmt: skip


@once
def beyond_arithmetic(community: Community) -> WildEstimate:
    """The estimate of H2.1. Raises ModelError as `contests` and `wild_bootstrap` do."""
    return slope(contests(community), "beyond")


def estimated(community: Community, hypothesis: Hypothesis) -> Estimated:
    """H2.1 on its way to a finding; raises ModelError as `contests` does."""
    found, table = beyond_arithmetic(community), contests(community)
    if found.low is None or found.high is None:
        raise ModelError(
            f"H2.1: expected contests that bound the slope, got {len(table)} that leave it open. "
            "Bring more contests."
        )
    parts = {name: slope(table, name).estimate for name in ("best", "arithmetic", "level")}
    sizes, sesoi = table["ideas"], hypothesis.sesoi
    return Estimated(
        **shared(hypothesis),
        words=Crowd(who=f"{len(table)} contests", beside=NO_BLIND_JUDGE),
        windows=f"Contests of {sizes.min():,} to {sizes.max():,} ideas; per doubling the best idea "
        f"rose by {parts['best']:.3f}, of which arithmetic {parts['arithmetic']:.3f}; the mean "
        f"idea by {parts['level']:.3f} (standard deviations).",
        estimate=found.estimate, std_error=found.std_error, low=found.low, high=found.high,
        p=found.p_value, n=len(table), clusters=found.clusters, df=len(table) - 2,
        people=len(table), events=len(table),
        needed=needed(
            found.std_error, sesoi, len(table), step=scale(hypothesis.scale).step(sesoi),
            what="such contests",
        ),
        checks={},
        about=f"least squares of the best idea less the expected largest draw on log2 of ideas; "
        f"wild bootstrap, {found.weights} weights, {found.draws:,} draws (seed {found.seed}), "
        "null imposed, limits by inversion; error CR2",
    )  # fmt: skip


@where_possible
def size_table(communities: Sequence[Community]) -> TableView:
    """The rise for each doubling, cut into arithmetic, the average idea and the rest."""
    rows = []
    for community in communities:
        table = contests(community)
        for name, words in PARTS.items():
            found = slope(table, name)
            bounds = (None, None) if name == "arithmetic" else (found.low, found.high)
            rows.append(
                {
                    "community": community.title, "what": words, "change": found.estimate,
                    "low": bounds[0], "high": bounds[1], "contests": found.n,
                }
            )  # fmt: skip
    return TableView(
        pd.DataFrame(rows),
        name="crowd-size",
        caption="The change for each doubling of the number of ideas, in standard deviations of "
        "ideas of one contest, with 95 % intervals of the wild bootstrap over contests (arithmetic "
        "needs none). The first line is the tempting answer; the second is what would come if "
        "ideas were drawn at random; "
        f"the third is the difference of the two, and what H2.1 is about. {NO_BLIND_JUDGE}",
        labels={"low": "from", "high": "to"},
        formats=dict.fromkeys(("change", "low", "high"), "{:+.2f}"),
    )


VARIANTS = {
    "as fixed beforehand": ({}, "doublings"),
    "only ideas that could win": ({"winnable": True}, "doublings"),
    "points without a logarithm": ({"raw": True}, "doublings"),
    "draws as spread out as the contest's own ideas": ({"own_spread": True}, "doublings"),
    "doublings of people, not of ideas": ({}, "people"),
}


@where_possible
def size_variants(communities: Sequence[Community]) -> TableView:
    """H2.1 decided otherwise: other ideas, other units, other draws, and without each contest."""
    rows = []
    for community in communities:
        for words, (chosen, along) in VARIANTS.items():
            table = contests(community, **chosen)
            table = table.assign(people=np.log2(table["people"]))
            found = slope(table, "beyond", along=along)
            rows.append(_line(community.title, words, found))
        table = contests(community)
        each = [slope(table[table["contest"] != one], "beyond") for one in table["contest"]]
        for words, pick in (("lowest", min), ("highest", max)):
            found = pick(each, key=lambda one: one.estimate)
            rows.append(_line(community.title, f"without one contest, {words}", found))
    return TableView(
        pd.DataFrame(rows),
        name="crowd-size-variants",
        caption="The same question decided otherwise: the change of the best idea beyond "
        "arithmetic for each doubling, in standard deviations, with 95 % intervals of the wild "
        "bootstrap over contests.",
        labels={"low": "from", "high": "to"},
        formats=dict.fromkeys(("change", "low", "high"), "{:+.2f}"),
    )


def _line(title: str, words: str, found: WildEstimate) -> dict[str, object]:
    return {
        "community": title, "decided": words, "change": found.estimate, "low": found.low,
        "high": found.high, "contests": found.n,
    }  # fmt: skip
