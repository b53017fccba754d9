"""Does the difference hang on a few people who answer almost everybody?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.errors import ModelError
from workbench.models.effects import Effect, risk_difference
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.returning import landmark_difference
from workbench.studies.feedback_speed.sturdiness import responders
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible

NOBODY, ONE = "nobody (H1.1)", "the account that answered most of them"
LEFT_OUT = {NOBODY: 0, ONE: 1, "the five that answered most of them": 5}


def first_answers(one: Cohort) -> pd.Series:
    """
    How many of the newcomers answered by the landmark each account answered first, most first.

    Indexed by account. Deleted accounts are each counted as one of their own.
    """
    people = one.at_landmark
    by = responders(one, people)[people["responded"]]
    return by.groupby(by).size().sort_values(ascending=False, kind="stable")


def without(one: Cohort, accounts: int) -> Effect:
    """
    H1.1's difference without the newcomers whom the busiest `accounts` answered first by then.

    The other side stays whole: it is those whom nobody had answered. So it says what goes with an
    answer by somebody else.

    Raises
    ------
    ModelError
        Too few answered newcomers remain.
    """
    people = one.at_landmark
    busiest = first_answers(one).index[:accounts]
    kept = people[~(people["responded"] & responders(one, people).isin(busiest))]
    return risk_difference(
        kept, outcome="returned", exposure="responded",
        covariates=one.covariates, clusters="day",
    )  # fmt: skip


@where_possible
def few_answerers(cohorts: Sequence[Cohort]) -> TableView:
    """H1.1 without the answers of the accounts that answered most newcomers, by their share."""
    rows, said = [], []
    for one in cohorts:
        landmark_difference(one)  # whom H1.1 refuses has no row here either
        shares = first_answers(one)
        for name, accounts in LEFT_OUT.items():
            row = {
                "community": one.community.title,
                "left out": name,
                "share": float(shares.iloc[:accounts].sum() / shares.sum()),
            }
            rows.append(row | _numbers(one, accounts))
        said.append(f"{one.community.title}: one account wrote {rows[-2]['share']:.0%} of them")
    points = {name: lambda value: f"{100 * value:.1f}" for name in ("estimate", "low", "high")}
    return TableView(
        pd.DataFrame(rows).astype(dict.fromkeys(("answered", "not"), "Int64")),
        name="few-answerers",
        caption="Do a few people write most of the first answers? The first answers to newcomers "
        f"that came by the landmark: {'; '.join(said)}. The adjusted difference of H1.1, in 100, "
        "with its 95 % interval, without the newcomers whom these accounts answered first: what "
        "goes with an answer by somebody else. Whether such an account belongs to the staff, or "
        "picks whom to answer, is not in the record. A dash: too few answered newcomers remain.",
        labels={
            "left out": "answers left out are those of",
            "share": "their share of first answers",
            "estimate": "difference in 100", "low": "from", "high": "to",
        },
        formats={"share": "{:.0%}", **points},
    )  # fmt: skip


def _numbers(one: Cohort, accounts: int) -> dict[str, float | int | None]:
    """The estimate without some accounts as cells of a row; empty where the model refuses."""
    try:
        found = without(one, accounts)
    except ModelError:
        return dict.fromkeys(("estimate", "low", "high", "answered", "not"))
    return {
        "estimate": found.estimate, "low": found.low, "high": found.high,
        "answered": found.n_exposed, "not": found.n - found.n_exposed,
    }  # fmt: skip
