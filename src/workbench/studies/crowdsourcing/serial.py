"""H2.5: after a first win, beside all orders in which the same entries could have come."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.models.matched import conditional_logit
from workbench.models.orders import AfterFirst, after_first
from workbench.studies.answers import scale
from workbench.studies.crowdsourcing.ideas import could_win
from workbench.studies.estimated import Estimated, needed, shared
from workbench.studies.hypotheses import Hypothesis, hypotheses
from workbench.studies.once import once
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible
from workbench.studies.saying import number, side, span
from workbench.studies.scales.crowdsourcing import Crowd

SEED = 20_250
BY_CONTEST, BY_IDEA = "contests", "ideas one by one"
LEAST_WINNERS = 1


@once
def entries(community: Community, *, unit: str = BY_CONTEST) -> pd.DataFrame:
    """
    What each known account entered, in the order of time, and whether it won.

    One row a person and contest: contest, person, won (0 or 1), has_won (in an earlier row of the
    same person). A win is known once the contest is over, so that the ideas of one person in one
    contest are one entry, dated by the first of them. Only ideas of a stage in which some won, and
    contests with a winner. With `BY_IDEA` one row an idea.
    """
    rows = could_win(community).dropna(subset="person")
    winners = rows.groupby("contest")["won"].transform("sum")
    rows = rows[winners >= LEAST_WINNERS]
    if unit == BY_CONTEST:
        begun = rows.groupby("contest")["created_us"].min()
        rows = rows.groupby(["person", "contest"])["won"].max().reset_index()
        rows = rows.assign(created_us=rows["contest"].map(begun))
    rows = rows.sort_values(["person", "created_us"], kind="stable", ignore_index=True)
    rows = rows.assign(won=rows["won"].astype(float))
    before = rows.groupby("person")["won"].cumsum() - rows["won"]
    return rows[["contest", "person", "won"]].assign(has_won=(before > 0).astype(float))


@once
def after_a_win(community: Community, *, unit: str = BY_CONTEST) -> AfterFirst:
    """The estimate of H2.5. Raises ModelError as `models.orders.after_first` does."""
    rows = entries(community, unit=unit)
    return after_first(rows["won"], rows["person"], seed=SEED)


def estimated(community: Community, hypothesis: Hypothesis) -> Estimated:
    """H2.5 on its way to a finding; raises ModelError as `after_a_win` does."""
    found, sesoi = after_a_win(community), hypothesis.sesoi
    rows = entries(community)
    went_on = int(rows.loc[rows["has_won"] == 1, "person"].nunique())
    of_person = rows.groupby("person")["won"].agg(["size", "max"])
    # A single entry has one order only, and says nothing about orders.
    several = int(((of_person["size"] > 1) & (of_person["max"] > 0)).sum())
    return Estimated(
        **shared(hypothesis),
        words=Crowd(who=f"{went_on:,} people"),
        windows=f"{found.n:,} contests entered after a first win, {found.successes:,} of them won "
        f"({found.observed:.3f}); in random order {found.expected:.3f} of "
        f"{found.expected_attempts:.0f}; {found.clusters:,} people won once or "
        f"more, of whom {several:,} entered two contests or more.",
        estimate=found.estimate, std_error=found.std_error, low=found.low, high=found.high,
        p=found.p_value, n=found.n, clusters=several, people=went_on,
        events=found.successes,
        needed=needed(
            found.std_error, sesoi, found.n, step=scale(hypothesis.scale).step(sesoi),
            what="such entries",
        ),
        checks={},
        about=f"order of each person's entries drawn anew {found.draws:,} times (seed "
        f"{found.seed}); interval by shifting these draws, two-sided p",
    )  # fmt: skip


@where_possible
def after_a_win_table(communities: Sequence[Community]) -> TableView:
    """Three ways to look at what follows a first win: two tempting ones, and all orders."""
    rows = [line for community in communities for line in _three_ways(community)]
    return TableView(
        pd.DataFrame(rows),
        name="after-a-win",
        caption="Wins after a first win, beside three comparisons. The first two are tempting and "
        "wrong: one compares different people, the other counts the first win itself as part of "
        "what came before. The last keeps each person's entries and wins, and draws only their "
        "order anew.",
        formats={"after a win": "{:.1%}", "compared with": "{:.1%}"},
    )


def _three_ways(community: Community) -> list[dict[str, object]]:
    found, entered = after_a_win(community), entries(community)
    others = float(entered.loc[entered["has_won"] == 0, "won"].mean())
    fit = conditional_logit(entered, outcome="won", group="person", covariates=["has_won"])
    columns = ["odds_ratio", "odds_ratio_low", "odds_ratio_high"]
    odds, least, most = (number(float(one), 2) for one in fit.table[columns].to_numpy()[0])
    own = {"community": community.title}
    low, high = -100 * found.high, -100 * found.low
    return [
        own | {
            "comparison": "entries after a first win, against all others",
            "after a win": found.observed, "compared with": others,
            "says": f"{100 * (found.observed - others):+.1f} in 100",
            "but": "other people: winners are those who often win",
        },
        own | {
            "comparison": "each person before and after the first win (conditional logit)",
            "after a win": None, "compared with": None,
            "says": f"odds {odds} times as high ({least} to {most})",
            "but": "the first win always falls into the time before",
        },
        own | {
            "comparison": "the same entries in any other order",
            "after a win": found.observed, "compared with": found.expected,
            "says": f"{-100 * found.estimate:+.1f} in 100 ({low:+.1f} to {high:+.1f})",
            "but": None,
        },
    ]  # fmt: skip


@where_possible
def after_a_win_figure(communities: Sequence[Community]) -> Figure:
    """Fewer wins after a first win than in random order: by contest, and idea by idea."""
    rows = pd.DataFrame(
        {"label": f"{community.title}, {unit}", "found": after_a_win(community, unit=unit)}
        for community in communities
        for unit in (BY_CONTEST, BY_IDEA)
    )
    for name in ("estimate", "low", "high"):
        rows[name] = [100 * getattr(one, name) for one in rows["found"]]
    worth = 100 * hypotheses("02")["H2.5"].sesoi
    figure, (ax,) = plots.canvas(height=1.4 + 0.5 * len(rows))
    plots.forest(
        rows, unit="fewer wins in 100 entries after a first win", band=(-worth, worth), ax=ax
    )
    words = ("fewer", "more")
    said = "; ".join(
        f"{label}: {100 * one.observed:.1f} in 100 were won after a first win, "
        f"{100 * one.expected:.1f} if order meant nothing, that is "
        f"{side(100 * one.estimate, 1, *words)} "
        f"({span(100 * one.low, 100 * one.high, 1, *words)}), p {one.p_value:.2g}"
        for label, one in zip(rows["label"], rows["found"], strict=True)
    )
    return Figure(
        figure,
        name="after-a-win-orders",
        caption="How many wins fewer than in random order followed a first win. Right of zero: "
        "fewer after a win. Within the band the difference is too small to matter.",
        alt=f"Dots on intervals, one a way of counting entries. {said}.",
    )
