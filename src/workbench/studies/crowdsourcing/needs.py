"""What the hypotheses of study 2 need beyond filled columns, in words."""

from __future__ import annotations

from workbench.data import Community
from workbench.studies.crowdsourcing.groups import ALONE, CHOICES, NUMBERS, PAIR, kind, rows

FEWEST_RATERS = 6  # of an item, so that there are smaller crowds in it to compare
BOTH = "answers of the same groups before and after a talk"


def _diversity(community: Community) -> list[str]:
    found = kind(community)
    if found is None:
        return ["known answers to what groups decided, or numbers with a known true number"]
    table = rows(community)
    if found == NUMBERS and table["item"].nunique() < PAIR:
        return ["groups that answered two questions or more: one tells no habits"]
    if found == ALONE and table.groupby("item").size().max() < FEWEST_RATERS:
        return [f"items that {FEWEST_RATERS} raters or more judged"]
    return []


def _talking(community: Community) -> list[str]:
    return [] if kind(community) in (CHOICES, NUMBERS) else [BOTH]


ASKED = {"H2.2": _diversity, "H2.3a": _talking, "H2.3b": _talking}


def lacks(community: Community, hypothesis_id: str) -> list[str]:
    """What a community lacks for the hypothesis; nothing where it can carry it."""
    return ASKED[hypothesis_id](community) if hypothesis_id in ASKED else []
