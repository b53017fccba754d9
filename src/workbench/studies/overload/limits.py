"""What the page of study 3 cannot tell, in the words of the data that are on it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.data import Community
from workbench.studies.cautions import PAUSES
from workbench.studies.communities import threads_by_pauses
from workbench.studies.feedback_speed.limits import ALWAYS
from workbench.studies.overload.awaiting import RECIPIENTS
from workbench.studies.present import Note

OWN = (
    "**Feelings**: that anybody *felt* overwhelmed cannot be said; a record has what was written.",
    "**Reading**: what was read and not answered looks like what was never seen.",
    "**Being there**: somebody counts as there for having just written; who read in silence is not "
    "compared.",
    "**No need to reply**: a last word of a conversation awaits nothing, and is counted as a turn.",
    "**Dependence**: a turn of one person is also the load of another; errors are grouped by the "
    "person who received it.",
)
PAIRS = (
    "**Pairs** ({names}): people who write two by two cannot tell how a busy channel or a flood of "
    "ideas goes with what is written."
)


def limits(communities: Sequence[Community]) -> Note:
    """A list: limits of every such record, then those of these communities alone."""
    # The last of the general ones speaks of newcomers and days of arrival.
    lines = [*ALWAYS[:-1], *OWN]
    pairs = [one.title for one in communities if one.platform in RECIPIENTS]
    if pairs:
        lines.append(PAIRS.format(names=" and ".join(pairs)))
    paused = [one.title for one in communities if threads_by_pauses(one)]
    if paused:
        lines.append(f"**Threads by pauses** ({', '.join(paused)}): {PAUSES}")
    return Note("\n".join(f"- {line}" for line in lines))
