"""What the hypotheses of study 2 need beyond filled columns, in words."""

from __future__ import annotations

from workbench.data import Community
from workbench.studies.crowdsourcing.groups import ALONE, CHOICES, NUMBERS, PAIR, kind, rows
from workbench.studies.crowdsourcing.ideas import LEAST_CONTESTS, LEAST_IDEAS, could_win, ideas
from workbench.studies.crowdsourcing.voting import lacking

FEWEST_RATERS = 6  # of an item, so that there are smaller crowds in it to compare
BOTH = "answers of the same groups before and after a talk"


def _contests(community: Community) -> list[str]:
    """Contests in which somebody won, where there are enough of them."""
    won = could_win(community).groupby("contest")["won"].any()
    found = int(won.sum())
    if found < LEAST_CONTESTS:
        return [f"{LEAST_CONTESTS} contests with a winner or more; {found:,} are known"]
    return []


def _sizes(community: Community) -> list[str]:
    known = ideas(community).dropna(subset="score")
    found = int((known.groupby("contest").size() >= LEAST_IDEAS).sum())
    if found < LEAST_CONTESTS:
        return [
            f"{LEAST_CONTESTS} contests or more with {LEAST_IDEAS} ideas whose points are known; "
            f"{found:,} are there"
        ]
    return []


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


ASKED = {
    "H2.1": _sizes,
    "H2.2": _diversity,
    "H2.3a": _talking,
    "H2.3b": _talking,
    "H2.4": lacking,
    "H2.5": _contests,
    "H2.6": _contests,
}


def lacks(community: Community, hypothesis_id: str) -> list[str]:
    """What a community lacks for the hypothesis; nothing where it can carry it."""
    return ASKED[hypothesis_id](community) if hypothesis_id in ASKED else []
