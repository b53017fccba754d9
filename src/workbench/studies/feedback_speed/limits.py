"""What the page of study 1 asks its reader first, and cannot tell, in the words of its data."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.data import Community
from workbench.studies.cautions import PAUSES
from workbench.studies.communities import threads_by_pauses
from workbench.studies.hypotheses import windows
from workbench.studies.present import Note
from workbench.studies.refusals import NOTHING

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
# What a load notes of an export in which whole contests are not there.
MISSING = "challenges_missing_from_the_numbering"


def bet(communities: Sequence[Community]) -> Note:
    """The question to answer before anything is shown, about the first community of the page."""
    if not communities:
        return Note(NOTHING[0].upper() + NOTHING[1:] + ".")
    first, *others = communities
    year = str(next(iter(first.manifest["observed"].values()))["from"] or "")[:4]
    begun = f", from {year} on" if year else ""
    rest = f" (Then the same for {', '.join(one.title for one in others)}.)" if others else ""
    return Note(
        f"What would you bet? In **{first.title}** ({first.platform}{begun}) a thread is "
        f"{windows(first.platform).thread_means}. Of 100 such threads, how many does somebody else "
        f"answer within an hour?{rest} Write it down; it stays on the page."
    )


def limits(communities: Sequence[Community]) -> Note:
    """A list: limits of every such record, then those of these communities alone."""
    own = []
    campus = [one.title for one in communities if one.name in CAMPUS]
    if campus:
        own.append(
            f"**One language, one campus each, years ago**: {' and '.join(campus)} "
            f"{'are' if len(campus) > 1 else 'is'} no sample of today's platforms."
        )
    incomplete = [one.title for one in communities if one.manifest.get("notes", {}).get(MISSING)]
    if incomplete:
        own.append(
            f"**Contests that are not there** ({', '.join(incomplete)}): whoever began in one of "
            "them looks new in a later one, and a return to one of them is not seen."
        )
    paused = [one.title for one in communities if threads_by_pauses(one)]
    if paused:
        own.append(f"**Threads by pauses** ({', '.join(paused)}): {PAUSES}")
    return Note("\n".join(f"- {line}" for line in (*ALWAYS, *own)))
