"""The pace of coming back: a Cox model in which the answer arrives while people are watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from workbench import plots
from workbench.models.cox import CoxFit, cox, proportional_hazards_test
from workbench.models.survival import KaplanMeier, kaplan_meier
from workbench.models.weighted_survival import SurvivalDifference, weighted_survival_difference
from workbench.models.weighting import propensity
from workbench.studies.durations import DAY, exactly
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.still_followed import still_followed
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

ANSWERED = "answered"
SOONER = "each halving of the wait"
REPLICATES = 1000
SEED = 20040415  # any fixed number; this one is the first day of the first embedded record


@dataclass(frozen=True, eq=False)
class Pace:
    """
    The Cox models of one cohort, on the same start-stop rows.

    rows : one row a person and state: start, stop (days), event, answered, dose, day, covariates.
    ratio : the model with the answer alone. dose : the model with the wait for the answer too.
    constant, constant_dose : the exact test of proportional hazards of each, one row a term.
    people, people_answered, events, events_answered : what the two states rest on.
    """

    rows: pd.DataFrame
    ratio: CoxFit
    dose: CoxFit
    constant: pd.DataFrame
    constant_dose: pd.DataFrame
    people: int
    people_answered: int
    events: int
    events_answered: int

    def constant_p(self, term: str) -> float:
        """
        p of the test that a term's hazard ratio stays the same as time goes by.

        For the dose the smaller p of its two terms: it leans on `answered` in the same model.
        """
        table = self.constant_dose if term == SOONER else self.constant
        terms = [ANSWERED, SOONER] if term == SOONER else [ANSWERED]
        return float(table.loc[table["term"].isin(terms), "p_value"].min())


def start_stop(one: Cohort) -> pd.DataFrame:
    """
    One row a person until the answer, and another from the answer on, in (start, stop].

    What falls into the tick of the first post is put half a tick after it, so that it can be
    followed; an answer in the same tick as the return does not come before it. People whose record
    ends with their first post cannot be followed and have no row.
    """
    tick = one.community.posts["precision_us"].to_numpy().max()
    rows = one.people
    first, half = rows["first_us"].astype("int64"), tick / 2
    back = (rows["next_us"].astype("Float64") - first).clip(lower=half).astype(float)
    answer = (rows["response_us"].astype("Float64") - first).clip(lower=half).astype(float)
    horizon = np.minimum(one.windows.outcome_until, rows["end_us"].astype("int64") - first)
    stop = back.where(back <= horizon, horizon)
    event = back.le(horizon)
    answered = answer.lt(stop)
    shared = rows[[*one.covariates, "person_id", "day"]]
    before = shared.assign(
        start=0.0,
        stop=answer.where(answered, stop),
        event=event & ~answered,
        answered=0.0,
        dose=0.0,
    )
    after = shared.assign(
        start=answer, stop=stop, event=event, answered=1.0, dose=-np.log2(answer)
    )[answered]
    both = pd.concat([before, after], ignore_index=True)
    both = both[both["stop"] > both["start"]].reset_index(drop=True)
    return both.assign(start=both["start"] / DAY, stop=both["stop"] / DAY)


@cache
def fit(one: Cohort) -> Pace:
    """Both Cox models of a cohort, and the test of proportional hazards."""
    rows = start_stop(one)
    covariates = rows[list(one.covariates)]
    timing = (rows["start"], rows["stop"], rows["event"])
    plain = covariates.assign(**{ANSWERED: rows["answered"]})
    # Centred among the answered, so that `answered` speaks of a typical wait.
    typical = rows.loc[rows["answered"] == 1, "dose"].mean()
    centred = (rows["dose"] - typical) * rows["answered"]
    ratio = cox(*timing, plain, clusters=rows["day"])
    with_dose = plain.assign(**{SOONER: centred})
    dosed = cox(*timing, with_dose, clusters=rows["day"])
    exposed = rows["answered"] == 1
    return Pace(
        rows=rows,
        ratio=ratio,
        dose=dosed,
        constant=proportional_hazards_test(ratio, *timing, plain),
        constant_dose=proportional_hazards_test(dosed, *timing, with_dose),
        people=rows["person_id"].nunique(),
        people_answered=rows.loc[exposed, "person_id"].nunique(),
        events=int(rows["event"].sum()),
        events_answered=int(rows.loc[exposed, "event"].sum()),
    )


@cache
def naive(one: Cohort, *, ever: bool) -> CoxFit:
    """
    The comparison not to make: answered or not as a trait, followed from the first post.

    With `ever`, answered at any time, even after coming back; without, answered before coming back.
    Whoever counts as answered before coming back has waited for the answer without coming back:
    that time is immortal, and crediting it to the answered makes their return look slower than it
    is. Both sort people by their future.
    """
    people = fit(one).rows.groupby("person_id", sort=False).agg(
        stop=("stop", "max"), event=("event", "max"), answered=("answered", "max"),
        day=("day", "first"), **{name: (name, "first") for name in one.covariates},
    )  # fmt: skip
    if ever:
        answers = one.people.set_index("person_id")["response_us"].notna()
        people["answered"] = answers.reindex(people.index).astype(float)
    covariates = people[list(one.covariates)].assign(**{ANSWERED: people["answered"]})
    return cox(None, people["stop"], people["event"], covariates, clusters=people["day"])


def ratio_said(model: CoxFit) -> str:
    """The answer's hazard ratio with its interval: `0.81 (0.67 to 0.97)`."""
    row = model.table.set_index("term").loc[ANSWERED]
    low, high = row["hazard_ratio_low"], row["hazard_ratio_high"]
    return f"{row['hazard_ratio']:.2f} ({low:.2f} to {high:.2f})"


@cache
def days_sooner(one: Cohort) -> SurvivalDifference:
    """
    Where hazards are not proportional: the difference in mean days until the return.

    Counted from the landmark to the end of the outcome window, weighted by the inverse probability
    of being answered; the area between the curves, unanswered minus answered, so that positive
    means sooner.
    """
    rows = one.at_landmark
    begin = rows["first_us"].astype("int64") + one.windows.landmark
    horizon = (one.windows.outcome_until - one.windows.landmark) / DAY
    until = (rows["next_us"].astype("Float64") - begin).astype(float) / DAY
    back = until.le(horizon)
    weights = propensity(rows, exposure="responded", covariates=one.covariates).weights
    return weighted_survival_difference(
        until.where(back, horizon), back, ~rows["responded"], weights,
        horizon=horizon, clusters=rows["day"], replicates=REPLICATES, seed=SEED,
    )  # fmt: skip


@where_possible
def cox_table(cohorts: Sequence[Cohort]) -> TableView:
    """H1.2: hazard ratios of coming back, from the moment of the answer and for its speed."""
    parts = []
    for one in cohorts:
        pace = fit(one)
        kept = pd.concat(
            [
                pace.ratio.table[pace.ratio.table["term"] == ANSWERED],
                pace.dose.table[pace.dose.table["term"] == SOONER],
            ]
        )
        parts.append(
            kept.assign(
                community=one.community.title,
                people=pace.people,
                returns=pace.events,
                constant=[pace.constant_p(ANSWERED), pace.constant_p(SOONER)],
            )
        )
    columns = [
        "community", "term", "hazard_ratio", "hazard_ratio_low", "hazard_ratio_high", "p_value",
        "people", "returns", "constant",
    ]  # fmt: skip
    return TableView(
        pd.concat(parts)[columns],
        name="pace",
        caption="Hazard ratios of posting in another conversation: after an answer against before "
        "it, and for each halving of the wait. Standard errors are clustered by day of arrival. "
        "A small p in the last column says that the ratio does not stay the same over time; then "
        "one number is not the whole story.",
        labels={
            "hazard_ratio": "hazard ratio", "hazard_ratio_low": "from", "hazard_ratio_high": "to",
            "p_value": "p", "constant": "p, ratio constant",
        },
        formats={"p_value": "{:.2g}", "constant": "{:.2g}"},
    )  # fmt: skip


@where_possible
def proportional(cohorts: Sequence[Cohort]) -> TableView:
    """The exact score test of proportional hazards, every term."""
    parts = [
        fit(one).constant.assign(community=one.community.title)[
            ["community", "term", "chi2", "df", "p_value"]
        ]
        for one in cohorts
    ]
    return TableView(
        pd.concat(parts),
        name="proportional-hazards",
        caption="Does each hazard ratio stay the same as time goes by? Exact score test, time on "
        "the Kaplan-Meier scale, which takes people as independent; GLOBAL asks for all terms at "
        "once.",
        labels={"p_value": "p"},
        formats={"chi2": "{:.2f}", "p_value": "{:.2g}"},
    )


def _arm(one: Cohort, *, responded: bool) -> KaplanMeier:
    rows = one.at_landmark[one.at_landmark["responded"] == responded]
    since = (rows["next_us"].astype("Float64") - rows["first_us"].astype("int64")).astype(float)
    horizon = one.windows.outcome_until
    return kaplan_meier(since.where(since <= horizon, horizon) / DAY, since.le(horizon))


@where_possible
def return_curves(cohorts: Sequence[Cohort]) -> Figure:
    """Who has come back by when, by whether they were answered by the landmark."""
    figure, axes = plots.canvas(height=4.2, panels=len(cohorts))
    said = []
    for one, ax in zip(cohorts, axes, strict=True):
        parts, ends, arms = [], [], {}
        for responded, name in ((True, "answered early"), (False, "not yet answered")):
            arms[name] = _arm(one, responded=responded)
            table = arms[name].table
            parts.append(
                pd.DataFrame(
                    {
                        "arm": name,
                        "days": table["time"],
                        "estimate": 100 * (1 - table["survival"]),
                        "low": 100 * (1 - table["high"]),
                        "high": 100 * (1 - table["low"]),
                    }
                )
            )
            ends.append(f"{100 * (1 - table['survival'].iloc[-1]):.0f} of 100 {name}")
        plots.curves(
            pd.concat(parts), x="days", y="back, of 100", label="arm",
            unit="days since the first post", ax=ax,
        )  # fmt: skip
        ax.set(ylim=(0, 100))
        ax.set_title(one.community.title, loc="left")
        horizon = one.windows.outcome_until / DAY
        days = [day for day in ax.get_xticks() if 0 <= day <= horizon][::2]
        left = [still_followed(arm, days, label=name) for name, arm in arms.items()]
        plots.at_risk(ax, pd.concat(left), x="moment", label="label", heading="not yet back")
        said.append(
            f"{one.community.title}, by {exactly(one.windows.outcome_until)}: {' and '.join(ends)}"
        )
    return Figure(
        figure,
        name="return-curves",
        caption="Newcomers not back by the landmark: share who have posted in another "
        "conversation, not adjusted, with 95 % intervals. Below each panel: how many were not yet "
        f"back. {'; '.join(said)}.",
        alt=f"Two rising curves a community, answered early and not. {'; '.join(said)}.",
    )
