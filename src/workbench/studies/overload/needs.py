"""What the hypotheses of study 3 need beyond filled columns, in words."""

from __future__ import annotations

from workbench.data import Community
from workbench.studies.durations import exactly
from workbench.studies.hypotheses import MICROSECONDS, hypotheses

TICKS = 10  # that the time to reply must hold at least


def lacks(community: Community, hypothesis_id: str) -> list[str]:
    """What a community lacks for the hypothesis; nothing where it can carry it."""
    within = hypotheses()[hypothesis_id].fields.get("within")
    if within is None:
        return []
    if community.platform not in within:
        kinds = ", ".join(within)
        return [f"a time limit for communities of kind {community.platform!r} (fixed for: {kinds})"]
    limit = within[community.platform] * MICROSECONDS
    tick = community.posts["precision_us"].max()
    if isinstance(tick, int) and tick * TICKS > limit:
        return [
            f"a finer clock: some posts are dated to {exactly(tick)}, and a reply counts within "
            f"{exactly(limit)}"
        ]
    return []
