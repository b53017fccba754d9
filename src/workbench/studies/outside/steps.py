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
    missing_note,
    missing_table,
    summary_table,
)
from workbench.studies.present import Figure, Note, TableView

COLLEGE, VADER = messages.NAME, "vader-lexicon"
IDENTICAL = "an identity may be off by what a computer rounds off"


def thanks_checks() -> list[Check]:
    """The field experiment, if it is at hand."""
    people = thanks.rows()
    return [] if people is None else thanks.checks(people)


def crowd_checks() -> list[Check]:
    """The table of 1979, the label sets that are at hand, and the embedded ratings."""
    return [
        *crowd.printed_table(),
        *crowd.bluebirds(),
        *crowd.emotions(),
        embedded_ratings(),
    ]


def embedded_ratings() -> Check:
    """The identity of diversity in the word ratings that come with the workbench."""
    (ratings,) = open_all([VADER])
    return crowd.ratings_identity(ratings)


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
    """By kind, how many numbers of each source were computed again, and how many agree."""
    return summary_table([*thanks_checks(), *crowd_checks(), *message_checks()])


def what_is_missing() -> TableView | Note:
    """Which data sets are not at hand, and the command that fetches each."""
    return missing_table(missing())


def experiment() -> TableView | Note:
    """The thanks experiment in one row, or what to do to see it and the two steps after it."""
    people = thanks.rows()
    if people is None:
        return missing_note(absent(thanks.NAME, "this experiment"))
    whole = thanks.everybody()
    assert whole is not None  # people come from it
    return thanks.result(people, whole)


def experiment_by_language() -> Figure | None:
    """The same in each language and pooled; nothing where the data are not at hand."""
    people = thanks.rows()
    return None if people is None else thanks.forest(people)


def experiment_numbers() -> TableView | None:
    """The numbers of the experiment, theirs and ours; nothing where the data are not at hand."""
    found = thanks_checks()
    return checks_table(found, name="thanks-numbers") if found else None


def observer_numbers() -> TableView:
    """The anaesthetists of 1979: the numbers of another program, and ours."""
    return checks_table(crowd.printed_table(), name="observer-numbers")


def label_numbers() -> TableView | Note:
    """Labels of a crowd against the truth, theirs and ours, or what to do to see them."""
    found = crowd.bluebirds()
    if not found:
        wanted = ((crowd.BLUEBIRDS, "labels"), (crowd.EMOTION, "estimates"))
        return missing_note([one for name, what in wanted for one in absent(name, what)])
    return checks_table(found, name="label-numbers")


def estimate_numbers() -> TableView | Note | None:
    """Estimates of a crowd against the truth; nothing where the step before said what to fetch."""
    found = crowd.emotions()
    if found:
        return checks_table(found, name="estimate-numbers", besides=f"; {IDENTICAL}")
    said = absent(crowd.BLUEBIRDS, "labels")
    return None if said else missing_note(absent(crowd.EMOTION, "estimates"))


def rating_numbers() -> TableView:
    """The identity of diversity in ratings that have no right answer."""
    return checks_table([embedded_ratings()], name="rating-numbers", besides=f"; {IDENTICAL}")


def message_numbers() -> TableView:
    """The numbers of the messages, theirs and ours."""
    return checks_table(message_checks(), name="message-numbers", besides=messages.BESIDES)


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
        "95 % intervals. The observers have the numbers of the paper; number 1 judged each patient "
        f"three times. {said}.",
        alt=f"Dots on intervals. {said}.",
    )
