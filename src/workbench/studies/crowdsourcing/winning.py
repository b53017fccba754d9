"""H2.6: does an idea that somebody comments on within a day win more often?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.measures import collect
from workbench.measures.ideas import first_comments
from workbench.models.result import Estimate
from workbench.models.sensitivity import e_value
from workbench.models.specification_curve import Curve, curve, grid
from workbench.models.wild import WildEstimate, wild_bootstrap
from workbench.studies.answers import scale
from workbench.studies.crowdsourcing.ideas import could_win
from workbench.studies.durations import DAY, HOUR
from workbench.studies.estimated import Estimated, needed, shared
from workbench.studies.feedback_speed.choices import judged as agreed
from workbench.studies.feedback_speed.choices import same_sign
from workbench.studies.feedback_speed.placebo import judged
from workbench.studies.hypotheses import Hypothesis, hypotheses
from workbench.studies.once import once
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible
from workbench.studies.saying import number
from workbench.studies.scales.crowdsourcing import Crowd

SEED, CAP = 20_260, 48
DRAWS = 1_999  # of the variants; the hypothesis itself has the usual number
MARK = 24.0  # hours
EARLY, NEXT, NAMES = "early", "next_early", ("day", "day_squared")
LOOKS = (
    "What makes an idea look good draws comments and a win alike, and how much applause an idea "
    "had after a day is not in the record."
)
WITHIN, WITHOUT, HELD = "comment within hours", "comments left out", "held fixed"
# Written before any estimate was looked at; the first of every list is the hypothesis's own.
ALL, BUSIEST, FIVE = "none", "the busiest first commenter's", "the five busiest's"
TIME, TIME_ONLY, CONTEST_ONLY = "time and length", "time", "contest only"
LISTS: dict[str, tuple[Any, ...]] = {WITHIN: (MARK, 1.0, 6.0, 72.0), WITHOUT: (ALL, BUSIEST, FIVE),
         HELD: (TIME, TIME_ONLY, CONTEST_ONLY)}  # fmt: skip
COVARIATES = {TIME: (*NAMES, "length"), TIME_ONLY: NAMES, CONTEST_ONLY: ()}
LEFT_OUT = {ALL: 0, BUSIEST: 1, FIVE: 5}


@once
def busiest(community: Community) -> pd.Series:
    """
    By account, the share of the first comments on ideas that it wrote, the busiest first.

    Of ideas that could win. Accounts are never shown.
    """
    first = _first(community)
    writers = first["commenter_id"].dropna().value_counts()
    return writers / len(first)


@once
def _first(community: Community, *, without: int = 0) -> pd.DataFrame:
    """The first comment by another person on each idea that could win, by thread."""
    accounts = list(busiest(community).index[:without]) if without else []
    found = collect(first_comments(community.lazy("posts"), without=accounts))
    return found[found["thread_id"].isin(could_win(community)["post_id"])]


@once
def watched(community: Community, *, hours: float = MARK, without: int = 0) -> pd.DataFrame:
    """
    Ideas that could win, of known accounts, in contests with a winner, watched for `hours`.

    One row an idea in the order of time: contest, person, won (0, 1), early (a comment by another
    person within `hours`), next_early (the same of the next idea in the contest, empty for the
    last), day (since the first of these ideas in the contest), day_squared, length (characters).
    `without` leaves out comments by that many of the busiest first commenters.
    """
    rows = could_win(community).dropna(subset=["person", "length"])
    until = community.communities["observed_until_us"].max()
    if until is not None:
        rows = rows[rows["created_us"] + hours * HOUR <= until]
    rows = rows[rows.groupby("contest")["won"].transform("sum") > 0]
    waited = _first(community, without=without).set_index("thread_id")["waited_us"]
    early = (rows["post_id"].map(waited) <= hours * HOUR).fillna(False).astype(float)
    day = rows["created_us"] - rows.groupby("contest")["created_us"].transform("min")
    day = day.astype(float) / DAY
    return pd.DataFrame(
        {
            "contest": rows["contest"], "person": rows["person"],
            "won": rows["won"].astype(float), EARLY: early,
            NEXT: early.groupby(rows["contest"]).shift(-1),
            "day": day, "day_squared": day**2, "length": rows["length"].astype(float),
        }
    )  # fmt: skip


def compared(
    rows: pd.DataFrame, covariates: Sequence[str], *, exposure: str = EARLY, draws: int = 9_999
) -> WildEstimate:
    """The difference in the chance of winning within contests, by least squares."""
    return wild_bootstrap(
        rows, outcome="won", term=exposure, clusters="contest", covariates=covariates,
        absorb="contest", draws=draws, seed=SEED,
    )  # fmt: skip


@once
def difference(community: Community) -> WildEstimate:
    """The estimate of H2.6; raises ModelError as `wild_bootstrap` does."""
    return compared(watched(community), COVARIATES[TIME])


@once
def control(community: Community) -> WildEstimate:
    """
    The same with a comment on the *next* idea of the contest as the exposure, given one's own.

    Somebody's comment on another idea cannot make this one win; a difference would show that busy
    times still differ.
    """
    rows = watched(community).dropna(subset=NEXT)
    return compared(rows, (*COVARIATES[TIME], EARLY), exposure=NEXT)


@once
def tried(community: Community) -> Curve:
    """Every variant of H2.6: other hours, other comments left out, less held fixed."""

    def estimate(chosen: Mapping[str, Any]) -> Estimate:
        if LEFT_OUT[chosen[WITHOUT]] > len(busiest(community)):
            raise ModelError(
                f"H2.6: expected {LEFT_OUT[chosen[WITHOUT]]} accounts that comment first, got "
                f"{len(busiest(community))}. Bring a longer record."
            )
        rows = watched(community, hours=chosen[WITHIN], without=LEFT_OUT[chosen[WITHOUT]])
        return compared(rows, COVARIATES[chosen[HELD]], draws=DRAWS)

    return curve(grid(cap=CAP, **LISTS), estimate, seed=SEED)


def estimated(community: Community, hypothesis: Hypothesis) -> Estimated:
    """H2.6 on its way to a finding; raises ModelError as `difference` does."""
    found, rows, sesoi = difference(community), watched(community), hypothesis.sesoi
    if found.low is None or found.high is None:
        raise ModelError(
            f"H2.6: expected contests that bound the difference, got {found.clusters} that leave "
            "it open. Bring more contests."
        )
    sizes, wins = (rows.groupby(EARLY)["won"].agg(what) for what in ("size", "sum"))
    none, some = (f"{int(wins[arm]):,} of {int(sizes[arm]):,}" for arm in (0.0, 1.0))
    base = float(wins[0.0] / sizes[0.0])
    strength = e_value(*((base + one) / base for one in (found.estimate, found.low, found.high)))
    check, variants = control(community), tried(community)
    return Estimated(
        **shared(hypothesis),
        words=Crowd(who=f"{found.clusters} contests", beside=LOOKS),
        windows=f"Comment by another person within {MARK:g} hours: {some} won; none: {none}; "
        f"{found.n:,} ideas.",
        estimate=found.estimate, std_error=found.std_error, low=found.low, high=found.high,
        p=found.p_value, n=found.n, clusters=found.clusters, df=found.clusters - 1,
        people=int(sizes.min()), events=int(wins.min()),
        needed=needed(
            found.std_error, sesoi, found.n, step=scale(hypothesis.scale).step(sesoi),
            what="such ideas",
        ),
        checks={
            "negative control": judged(check, estimate=found.estimate, sesoi=sesoi),
            "specification curve": agreed(variants),
        },
        about=f"linear probability with an intercept for each contest, days since its first idea "
        f"(linear, squared) and length; wild bootstrap by contest, {found.weights} weights, "
        f"{found.draws:,} draws (seed {found.seed}); E-value from the share without a comment",
        evalue=(strength.point, strength.limit), negcontrol_p=check.p_value,
        same_sign=same_sign(variants),
    )  # fmt: skip


WAYS = {
    "as fixed beforehand": (MARK, ALL, TIME),
    "without the busiest commenter": (MARK, BUSIEST, TIME),
    "without the five busiest": (MARK, FIVE, TIME),
    "within one hour": (1.0, ALL, TIME),
    "within 72 hours": (72.0, ALL, TIME),
    "only the contest held fixed": (MARK, ALL, CONTEST_ONLY),
}


@once
def ways(community: Community) -> pd.DataFrame:
    """
    The difference decided otherwise, with the crude one first and the check that finds nothing.

    One row a way: way, estimate, low, high (shares), p, ideas.
    """
    rows = watched(community)
    crude = wild_bootstrap(
        rows, outcome="won", term=EARLY, clusters="contest", draws=DRAWS, seed=SEED
    )
    found = {"all contests in one pot": crude, "as fixed beforehand": difference(community)}
    for words, (hours, without, held) in list(WAYS.items())[1:]:
        some = watched(community, hours=hours, without=LEFT_OUT[without])
        found[words] = compared(some, COVARIATES[held], draws=DRAWS)
    found["check: a comment on the next idea"] = control(community)
    return pd.DataFrame(
        {
            "way": words, "estimate": one.estimate, "low": one.low, "high": one.high,
            "p": one.p_value, "ideas": one.n,
        }
        for words, one in found.items()
    )  # fmt: skip


def _said_of_busiest(community: Community) -> str:
    shares = busiest(community)
    return (
        f"{community.title}: one account wrote {shares.iloc[:1].sum():.0%} of the first comments, "
        f"five wrote {shares.iloc[:5].sum():.0%}."
    )


@where_possible
def early_comment_table(communities: Sequence[Community]) -> TableView:
    """Won ideas among those commented on within a day and the others, decided in several ways."""
    parts = [ways(one).assign(community=one.title) for one in communities]
    table = pd.concat(parts)[["community", "way", "estimate", "low", "high", "p", "ideas"]]
    in_100 = dict.fromkeys(("estimate", "low", "high"), lambda value: f"{100 * value:+.1f}")
    shares = " ".join(_said_of_busiest(one) for one in communities)
    return TableView(
        table,
        name="early-comment",
        caption="How many more of 100 ideas won among those that another person commented on "
        "early, "
        f"with 95 % intervals of the wild bootstrap over contests. {shares} {LOOKS}",
        labels={"estimate": "more won in 100", "low": "from", "high": "to"},
        formats=in_100 | {"p": "{:.2g}"},
    )


@where_possible
def early_comment_figure(communities: Sequence[Community]) -> Figure:
    """The same as dots on intervals, beside the band that is too small to matter."""
    figure, axes = plots.canvas(height=5.2, panels=len(communities))
    worth, said = 100 * hypotheses("02")["H2.6"].sesoi, []
    for community, ax in zip(communities, axes, strict=True):
        rows = ways(community).rename(columns={"way": "label"})
        numbers = ["estimate", "low", "high"]
        rows[numbers] = 100 * rows[numbers].astype(float)
        plots.forest(rows, unit="more won in 100 ideas", band=(-worth, worth), ax=ax)
        ax.set_title(community.title)
        said += [
            f"{community.title}, {label}: {number(middle, 1)} ({number(low, 1)} to "
            f"{number(high, 1)})"
            for label, (middle, low, high) in zip(
                rows["label"], rows[numbers].to_numpy().tolist(), strict=True
            )
        ]
    return Figure(
        figure,
        name="early-comment-ways",
        caption="More wins among ideas that were commented on early, in 100, decided in several "
        f"ways; the last line is a check that should find nothing. {LOOKS}",
        alt=f"Dots on intervals, one a way. {'; '.join(said)}.",
    )
