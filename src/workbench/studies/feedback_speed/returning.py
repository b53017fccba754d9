"""Coming back: who was answered by the landmark, and who posted elsewhere afterwards."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench import plots
from workbench.models.effects import Effect, crude_risk_difference, risk_difference
from workbench.models.result import Estimate
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.still_followed import short_titles
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

NOT_YET = "not yet back by the landmark"
EVERYBODY = "everybody"
UNEVEN = 0.01  # a difference of shares between the arms that the caption speaks of


def in_100(effect: Estimate) -> str:
    """A risk difference with its interval, per 100 people: `-2.1 (-14.9 to 10.7)`."""
    values = [effect.estimate, effect.low, effect.high]
    low, middle, high = (f"{100 * float(v or 0):.1f}" for v in (values[1], values[0], values[2]))
    return f"{middle} ({low} to {high})"


def landmark_difference(one: Cohort) -> Effect:
    """H1.1: the adjusted difference among those not yet back by the landmark."""
    return risk_difference(
        one.at_landmark, outcome="returned", exposure="responded",
        covariates=one.covariates, clusters="day",
    )  # fmt: skip


def whole_difference(one: Cohort) -> Effect:
    """H1.1w: the same difference among everybody who was watched long enough."""
    return risk_difference(
        one.whole, outcome="returned", exposure="responded",
        covariates=one.covariates, clusters="day",
    )  # fmt: skip


def difference_of(one: Cohort, outcome: str) -> Effect:
    """The difference of H1.1, among the same people, for another column as the outcome."""
    return risk_difference(
        one.at_landmark, outcome=outcome, exposure="responded",
        covariates=one.covariates, clusters="day",
    )  # fmt: skip


@where_possible
def contrasts(cohorts: Sequence[Cohort]) -> TableView:
    """The comparison and what becomes of it when “coming back” is defined otherwise."""
    rows = []
    for one in cohorts:
        crude = crude_risk_difference(
            one.at_landmark, outcome="returned", exposure="responded", clusters="day"
        )
        for name, effect in (
            ("crude", crude),
            ("H1.1, adjusted", landmark_difference(one)),
            ("H1.1w, everybody", whole_difference(one)),
            ("H1.1, opens a new conversation", difference_of(one, "opened_again")),
            ("H1.1, any post counts", difference_of(one, "contributed")),
        ):
            rows.append(
                {
                    "community": one.community.title,
                    "comparison": name,
                    "estimate": effect.estimate,
                    "low": effect.low,
                    "high": effect.high,
                    "answered": effect.n_exposed,
                    "not": effect.n - effect.n_exposed,
                    "back if answered": effect.risk_exposed,
                    "back if not": effect.risk_unexposed,
                }
            )
    shares = dict.fromkeys(("back if answered", "back if not"), "{:.1%}")
    points = {name: lambda value: f"{100 * value:.1f}" for name in ("estimate", "low", "high")}
    return TableView(
        pd.DataFrame(rows),
        name="contrasts",
        caption="Of 100 newcomers answered by the landmark, how many more (or, below zero, fewer) "
        "came back in the outcome window than of 100 not yet answered, with a 95 % interval. The "
        "first row of a community is the plain difference of the two shares; in the others people "
        "are compared with others who look alike. Row H1.1w is about everybody, all other rows "
        "about those not yet back by the landmark. In the last two, coming back means something "
        "else: to open a new conversation of one's own, so that replying in another's is not "
        "enough; or to post anywhere, so that going on in the same conversation is. "
        "Only H1.1 was named as the answer; the other rows are exploratory and show how much hangs "
        "on the definition.",
        labels={"estimate": "difference in 100", "low": "from", "high": "to"},
        formats={**shares, **points},
    )


@where_possible
def left_out(cohorts: Sequence[Cohort]) -> TableView:
    """Whom the landmark comparison leaves out: those already back by then, by arm."""
    rows, said = [], []
    for one in cohorts:
        whole = one.whole
        shares: list[float | None] = []
        for name, arm in (
            ("answered", whole[whole["responded"]]),
            ("not yet answered", whole[~whole["responded"]]),
        ):
            early = arm[arm["returned_early"]]
            shares.append(len(early) / len(arm) if len(arm) else None)
            rows.append(
                {
                    "community": one.community.title,
                    "by the landmark": name,
                    "watched to the end": len(arm),
                    "back by then": len(early),
                    "share": shares[-1],
                    "of these, back later too": float(early["returned"].mean())
                    if len(early) else None,
                }
            )  # fmt: skip
        said.append(f"{one.community.title}: {_uneven(*shares)}")
    return TableView(
        pd.DataFrame(rows).astype({"share": float, "of these, back later too": float}),
        name="left-out",
        caption="Whom the comparison at the landmark (H1.1) leaves out: people who had already "
        "posted in another conversation by then, and how many of these came back later. Where it "
        "leaves out more of one group than of the other, the two groups that remain are no longer "
        f"the two that began. {'; '.join(said)}.",
        formats=dict.fromkeys(("share", "of these, back later too"), "{:.1%}"),
    )


def _uneven(answered: float | None, unanswered: float | None) -> str:
    """Of which arm more is left out, in words."""
    if answered is None or unanswered is None:
        return "only one group, so nothing is compared"
    numbers = f"{unanswered:.1%} of the unanswered and {answered:.1%} of the answered"
    if abs(unanswered - answered) < UNEVEN:
        return f"about as many of both are left out ({numbers})"
    more = "unanswered" if unanswered > answered else "answered"
    return f"more of the {more} are left out ({numbers})"


@where_possible
def lead(cohorts: Sequence[Cohort]) -> Figure:
    """Two rows a community, H1.1 and H1.1w, with intervals and the band too small to matter."""
    sesoi = hypotheses("01")["H1.1"].sesoi
    short = short_titles([one.community.title for one in cohorts], letters=16)
    rows = pd.DataFrame(
        {
            "label": f"{title} ({name})\n{who}\n{effect.n_exposed:,} answered, "
            f"{effect.n - effect.n_exposed:,} not",
            "said": f"{one.community.title} ({name}), {who}",
            "estimate": 100 * effect.estimate,
            "low": 100 * effect.low,
            "high": 100 * effect.high,
        }
        for one, title in zip(cohorts, short, strict=True)
        for name, who, effect in (
            ("H1.1", NOT_YET, landmark_difference(one)),
            ("H1.1w", EVERYBODY, whole_difference(one)),
        )
    )
    figure, (ax,) = plots.canvas(height=1.6 + 0.95 * len(rows))
    plots.forest(
        rows, unit="more (right) or fewer (left) who came back, in 100",
        band=(-100 * sesoi, 100 * sesoi), ax=ax,
    )  # fmt: skip
    numbers = rows[["said", "estimate", "low", "high"]].itertuples(index=False, name=None)
    said = "; ".join(
        f"{who}: {estimate:.1f} in 100 ({low:.1f} to {high:.1f})"
        for who, estimate, low, high in numbers
    )
    return Figure(
        figure,
        name="answered-and-back",
        caption="Newcomers answered early against comparable newcomers who were not: difference "
        "in how many of 100 came back, with 95 % intervals, among those who were not yet back by "
        f"the landmark and among everybody. {said}. The band, {100 * sesoi:g} in "
        "100 to either side, is too small to matter.",
        alt=f"Dots on intervals against a zero line and a narrow band. {said}.",
        lead=True,
    )
