"""What notebook A2 shows: the checks, what is missing, the experiment, the raters."""

from __future__ import annotations

import pandas as pd

from workbench import plots
from workbench.studies.communities import open_all
from workbench.studies.outside import crowd, messages, thanks
from workbench.studies.outside.checks import (
    Check,
    Missing,
    absent,
    checks_table,
    missing_table,
    summary_table,
)
from workbench.studies.present import Figure, TableView

COLLEGE, VADER = messages.NAME, "vader-lexicon"


def thanks_checks() -> list[Check]:
    """The field experiment, if it is at hand."""
    people = thanks.rows()
    return [] if people is None else thanks.checks(people)


def crowd_checks() -> list[Check]:
    """The table of 1979, the label sets that are at hand, and the embedded ratings."""
    (ratings,) = open_all([VADER])
    return [
        *crowd.printed_table(),
        *crowd.bluebirds(),
        *crowd.emotions(),
        crowd.ratings_identity(ratings),
    ]


def message_checks() -> list[Check]:
    """The embedded record that others have counted."""
    (college,) = open_all([COLLEGE])
    return messages.checks(college)


def missing() -> list[Missing]:
    """The data sets that would allow more checks."""
    return [
        *absent(thanks.NAME, "a randomised experiment: does being thanked keep people?"),
        *absent(crowd.BLUEBIRDS, "labels of a crowd against the truth"),
        *absent(crowd.EMOTION, "estimates of a crowd against the truth, and its diversity"),
    ]


def everything() -> TableView:
    """How many numbers of each source were computed again, and how many agree."""
    return summary_table([*thanks_checks(), *crowd_checks(), *message_checks()])


def experiment_numbers() -> TableView:
    """The numbers of the experiment, theirs and ours, or what to do to see them."""
    found = thanks_checks()
    return checks_table(found, name="thanks-numbers") if found else _fetch_first("thanks-numbers")


def crowd_numbers() -> TableView:
    """The numbers of raters and crowds, theirs and ours."""
    return checks_table(crowd_checks(), name="crowd-numbers")


def message_numbers() -> TableView:
    """The numbers of the messages, theirs and ours."""
    return checks_table(message_checks(), name="message-numbers")


def what_is_missing() -> TableView:
    """Which data sets are not at hand, and the command that fetches each."""
    return missing_table(missing())


def experiment() -> TableView:
    """The thanks experiment in one row, or what to do to see it."""
    people = thanks.rows()
    return _fetch_first("thanks") if people is None else thanks.result(people)


def experiment_by_language() -> Figure | TableView:
    """The same in each language, pooled, or what to do to see it."""
    people = thanks.rows()
    return _fetch_first("thanks-by-language") if people is None else thanks.forest(people)


def _fetch_first(name: str) -> TableView:
    """In place of a result whose data are not at hand."""
    shown = missing_table(absent(thanks.NAME, "this result"))
    return TableView(shown.frame, name=name, caption=f"Not shown: {shown.caption}")


def who_labels_well() -> Figure:
    """How often each anaesthetist of 1979 was right, with nobody knowing the truth."""
    raters = crowd.anaesthetists().raters
    rows = pd.DataFrame(
        {
            "label": [f"observer {rater}" for rater in raters["rater"]],
            "estimate": 100 * raters["skill"],
            "low": 100 * raters["low"],
            "high": 100 * raters["high"],
        }
    )
    figure, (ax,) = plots.canvas(height=1.4 + 0.5 * len(rows))
    plots.forest(rows, unit="right, of 100 judgements", null=100.0, ax=ax)
    said = "; ".join(
        f"{row.label}: {row.estimate:.0f} ({row.low:.0f} to {row.high:.0f})"
        for row in rows.itertuples()
    )
    return Figure(
        figure,
        name="observers",
        caption="Five anaesthetists judged 45 patients, and nobody knows who was right: what the "
        "model of Dawid and Skene says of each from how they agree, judgements right of 100, with "
        f"95 % intervals. {said}.",
        alt=f"Dots on intervals. {said}.",
    )
