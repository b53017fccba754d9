"""What the page of study 1 cannot tell, in the words of the data that are on it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.data import Community
from workbench.studies.cautions import PAUSES
from workbench.studies.communities import threads_by_pauses
from workbench.studies.present import Note

ALWAYS = (
    "**Who is not here**: people who read and never wrote; accounts deleted before the export.",
    "**Ranking**: what the platform showed to whom is not in the record.",
    "**Deletion**: what was deleted before the export was made is missing, and with it its waits.",
    "**Programs**: only those that the platform, their name or a rule of cleaning gives away are "
    "known.",
    "**One place, one time**: what holds here need not hold elsewhere, nor later.",
    "**Not the articles' comparison**: everybody here uses the platform; a world without it is not "
    "in the data.",
    "**Dependence**: the same person can have answered many newcomers; errors are grouped by day "
    "of arrival.",
)
# What is known of data sets that come with the workbench: both are of one campus.
CAMPUS = ("chit-chat", "college-messages")


def limits(communities: Sequence[Community]) -> Note:
    """A list: limits of every such record, then those of these communities alone."""
    own = []
    campus = [one.title for one in communities if one.name in CAMPUS]
    if campus:
        own.append(
            f"**One language, one campus each, years ago**: {' and '.join(campus)} "
            f"{'are' if len(campus) > 1 else 'is'} no sample of today's platforms."
        )
    paused = [one.title for one in communities if threads_by_pauses(one)]
    if paused:
        own.append(f"**Threads by pauses** ({', '.join(paused)}): {PAUSES}")
    return Note("\n".join(f"- {line}" for line in (*ALWAYS, *own)))
