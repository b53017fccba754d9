"""Coming back: who was answered by the landmark, and who posted elsewhere afterwards."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench import plots
from workbench.models.effects import Effect, crude_risk_difference, risk_difference
from workbench.models.result import Estimate
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible


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


def any_contribution_difference(one: Cohort) -> Effect:
    """The landmark difference when a post in the same thread counts as coming back too."""
    rows = one.whole[~one.whole["contributed_early"]]
    return risk_difference(
        rows, outcome="contributed", exposure="responded",
        covariates=one.covariates, clusters="day",
    )  # fmt: skip


@where_possible
def contrasts(cohorts: Sequence[Cohort]) -> TableView:
    """The comparison, four ways: the crude one, the landmark one, everybody, any contribution."""
    rows = []
    for one in cohorts:
        crude = crude_risk_difference(
            one.at_landmark, outcome="returned", exposure="responded", clusters="day"
        )
        for name, effect in (
            ("crude", crude),
            ("H1.1, adjusted", landmark_difference(one)),
            ("H1.1w, everybody", whole_difference(one)),
            ("any post counts", any_contribution_difference(one)),
        ):
            rows.append(
                {
                    "community": one.community.title,
                    "comparison": name,
                    "answered": effect.n_exposed,
                    "not": effect.n - effect.n_exposed,
                    "back if answered": effect.risk_exposed,
                    "back if not": effect.risk_unexposed,
                    "estimate": effect.estimate,
                    "low": effect.low,
                    "high": effect.high,
                }
            )
    shares = dict.fromkeys(("back if answered", "back if not"), "{:.1%}")
    points = {name: lambda value: f"{100 * value:.1f}" for name in ("estimate", "low", "high")}
    return TableView(
        pd.DataFrame(rows),
        name="contrasts",
        caption="Newcomers answered by the landmark against those not yet answered: the share who "
        "came back in the outcome window, and the difference in 100. The first two rows and the "
        "last are about those not yet back by the landmark; in the last, going on in the same "
        "thread counts as coming back too. All but the first are adjusted.",
        labels={"estimate": "difference in 100", "low": "from", "high": "to"},
        formats={**shares, **points},
    )


@where_possible
def lead(cohorts: Sequence[Cohort], *, sesoi: float) -> Figure:
    """One row a community: the adjusted difference, its interval, the band too small to matter."""
    rows = pd.DataFrame(
        {
            "label": f"{one.community.title}\n{effect.n_exposed} answered, "
            f"{effect.n - effect.n_exposed} not",
            "estimate": 100 * effect.estimate,
            "low": 100 * effect.low,
            "high": 100 * effect.high,
        }
        for one in cohorts
        for effect in [landmark_difference(one)]
    )
    figure, (ax,) = plots.canvas(height=1.6 + 0.6 * len(rows))
    plots.forest(
        rows, unit="more (right) or fewer (left) who came back, in 100",
        band=(-100 * sesoi, 100 * sesoi), ax=ax,
    )  # fmt: skip
    said = "; ".join(
        f"{label.splitlines()[0]}: {estimate:.1f} in 100 ({low:.1f} to {high:.1f})"
        for label, estimate, low, high in zip(*(rows[name] for name in rows), strict=True)
    )
    return Figure(
        figure,
        name="answered-and-back",
        caption="Newcomers answered early against comparable newcomers who were not: difference "
        f"in how many of 100 came back, with 95 % intervals. {said}. The band, {100 * sesoi:g} in "
        "100 to either side, is too small to matter.",
        alt=f"Dots on intervals against a zero line and a narrow band. {said}.",
        lead=True,
    )
