"""What the hypotheses of study 3 need beyond filled columns, in words."""

from __future__ import annotations

from workbench.data import Community
from workbench.studies.hypotheses import hypotheses


def lacks(community: Community, hypothesis_id: str) -> list[str]:
    """What a community lacks for the hypothesis; nothing where it can carry it."""
    within = hypotheses()[hypothesis_id].fields.get("within")
    if within is not None and community.platform not in within:
        kinds = ", ".join(within)
        return [f"a time limit for communities of kind {community.platform!r} (fixed for: {kinds})"]
    return []
