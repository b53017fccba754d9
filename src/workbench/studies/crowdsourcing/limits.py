"""What the page of study 2 cannot tell, and how its methods did where the truth is known."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.data import Community
from workbench.errors import ModelError
from workbench.studies.calibration.shown import recovery_table
from workbench.studies.crowdsourcing.groups import ALONE, CHOICES, NUMBERS, groups, kind, rows
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import Note, TableView

ALWAYS = (
    "**Who is not here**: people who did not take part, groups that broke off, and answers that "
    "were never typed in.",
    "**Questions with a known answer** are not ideas: whoever comes nearer to a number need not "
    "find what nobody knows yet.",
    "**Judged by others**: points and wins of ideas were given by people who saw the names, the "
    "comments and one another's points.",
    "**One place, one time**: what holds for these tasks and people need not hold for others.",
    "**Not the articles' comparison**: nobody here is a business, and nothing was built.",
)
TALKED = (
    "**No group kept silent** ({titles}): thinking a second time, practice, and returning from an "
    "extreme first answer change answers, too, with or without a talk. What a talk adds cannot be "
    "told from that here."
)


def limits(communities: Sequence[Community]) -> Note:
    """
    A list: limits of every such record, then those of these data sets alone.

    A data set whose groups cannot be counted has no line on its number of questions.
    """
    own = []
    kinds = {one.title: kind(one) for one in communities}
    talked = [title for title, found in kinds.items() if found in (CHOICES, NUMBERS)]
    if talked:
        own.append(TALKED.format(titles=", ".join(talked)))
    for one in communities:
        if kinds[one.title] == CHOICES:
            own.append(
                f"**Agreement by chance** ({one.title}): members who choose at random agree now "
                "and then, and a group that copies its loudest member agrees without being right."
            )
        if kinds[one.title] == NUMBERS:
            own += _few_questions(one)
        if kinds[one.title] == ALONE:
            people = rows(one)["person"].nunique()
            own.append(
                f"**Few raters** ({one.title}): {people:,} of them judged everything, so that the "
                "number of items adds little."
            )
    return Note("\n".join(f"- {line}" for line in (*ALWAYS, *own)))


def _few_questions(one: Community) -> list[str]:
    """How many questions the groups answered; nothing where no group can be compared."""
    try:
        items = groups(one, keep_far=True).table["item"].nunique()
    except ModelError:
        return []
    return [
        f"**Few questions** ({one.title}): {items} of them; the intervals say nothing of a further "
        "question."
    ]


def recovered() -> TableView | Note:
    """How every estimator of this study did in simulated worlds, or why that is not known."""
    return recovery_table(*hypotheses("02"))
