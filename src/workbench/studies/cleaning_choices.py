"""
Does the answer hang on how the data were cleaned? Study 1's headline numbers, cleaned otherwise.

Every choice that can be decided from the stored tables is tried, one at a time (`data.variants`).
This is shown and decides nothing: the list of variants that a verdict asks for is another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.data.variants import variants
from workbench.errors import ModelError
from workbench.models.effects import Effect
from workbench.models.result import Estimate
from workbench.models.survival import quantile
from workbench.studies.durations import HOUR, about
from workbench.studies.feedback_speed.cohorts import Cohort, with_windows
from workbench.studies.feedback_speed.returning import in_100, landmark_difference
from workbench.studies.feedback_speed.waiting import answered_within, curve, waits
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible

AS_LOADED = "as loaded"
LIMITS = ("estimate", "low", "high")
SHARE, DIFFERENCE = "answered by the landmark", "difference of H1.1"
# What each variant does, for readers; the rules are explained in docs/cleaning.md.
WORDS = {
    "early-replies": "without replies dated before their thread (not a fair one)",
    "day-only-times": "without posts dated to the day",
    "zero-lag": "without replies at the very moment of the opening post (not a fair one)",
    "deleted-accounts": "without replies of deleted accounts (not a fair one)",
    "edited-after-reply": "without posts changed after their first reply (not a fair one)",
    "unopened-threads": "without threads whose opening post is missing",
    "vanished-posts": "without posts that have vanished since (not a fair one)",
    "regular-bots": "accounts that post by the clock are programs",
    "quick-bots": "accounts that answer within seconds are programs (not a fair one)",
}
# Choices that by themselves take answers away, or choose by the wait: the truth has no say in it.
_EARLY = "Replies dated before their thread or at its very moment are chosen by their wait."
UNFAIR = {
    "early-replies": _EARLY,
    "zero-lag": _EARLY,
    "deleted-accounts": "Leaving out replies of deleted accounts takes answers away and no "
    "question.",
    "edited-after-reply": "Only what was answered can have been changed after its first reply: "
    "without it fewer are answered, whatever the truth.",
    "vanished-posts": "Without posts that have vanished since, the waits are those of what "
    "survived, and an answer can help a post to survive.",
    "quick-bots": "Accounts that answer within seconds are chosen by the wait of their answers.",
}
SOUGHT = (
    "A row that is not a fair one shows what that choice does; the largest change is sought among "
    "the others."
)


@dataclass(frozen=True)
class Tried:
    """
    The headline numbers of one way to clean: `rows` are the posts that it changes.

    median : hours, None where it is not reached. share : of threads, answered by the landmark.
    difference : of H1.1. Both are None where too few people are left. unfair : why the choice does
    not leave out the answered and the unanswered alike; empty where it does.
    """

    words: str
    unfair: str
    rows: int
    median: float | None
    share: Estimate | None
    difference: Effect | None


def tried(one: Cohort) -> Iterator[Tried]:
    """
    The data set as it was loaded, then under every other choice of cleaning.

    Raises
    ------
    ModelError
        Not even the waits can be estimated as it was loaded.
    """
    yield Tried(AS_LOADED, "", 0, *_waiting(one), _difference(one))
    for variant in variants(one.community):
        what = WORDS[variant.rule], UNFAIR.get(variant.rule, ""), variant.rows
        try:
            other = with_windows(variant.community, one.windows)
            median, share = _waiting(other)
        except ModelError:
            yield Tried(*what, None, None, None)
        else:
            yield Tried(*what, median, share, _difference(other))


def _waiting(one: Cohort) -> tuple[float | None, Estimate]:
    """The median wait in hours, and the share of threads answered by the landmark."""
    found = waits(one.community)
    median = quantile(curve(found), 0.5).estimate
    return median, answered_within(found, one.windows.landmark / HOUR)


def _difference(one: Cohort) -> Effect | None:
    try:
        return landmark_difference(one)
    except ModelError:
        return None


def _row(title: str, found: Tried) -> dict[str, object]:
    numbers = {SHARE: found.share, DIFFERENCE: found.difference}
    return {
        "community": title,
        "cleaned": found.words,
        "posts changed": found.rows,
        "median wait": found.median,
        **{
            f"{what}, {limit}": getattr(estimate, limit, None)
            for what, estimate in numbers.items()
            for limit in LIMITS
        },
    }


def _largest(title: str, found: Sequence[Tried]) -> str:
    """One sentence: the choice that moves the comparison most, beside how well it is known."""
    own, tried_fairly = found[0].difference, [one for one in found[1:] if not one.unfair]
    if not tried_fairly:
        return f"{title}: no other fair choice would change anything here"
    others = [(one.words, one.difference) for one in tried_fairly if one.difference is not None]
    if own is None or not others:
        return f"{title}: too few people for the comparison, as loaded or otherwise"
    moves = [(effect.estimate - own.estimate, words) for words, effect in others]
    most, words = max(moves, key=lambda move: abs(move[0]))
    return (
        f"{title}: of the choices tried, the difference changes most {words}, by {100 * most:+.1f} "
        f"in 100; as loaded it is {in_100(own)}"
    )


def _why(reasons: Sequence[str]) -> str:
    """Why some rows are not fair, each reason once; nothing where all are."""
    return f" {' '.join(dict.fromkeys(reasons))} {SOUGHT}" if reasons else ""


@where_possible
def cleaning_choices(cohorts: Sequence[Cohort]) -> TableView:
    """Share answered, median wait and H1.1 under each choice of cleaning that others might make."""
    rows, said, unfair = [], [], []
    for one in cohorts:
        found = list(tried(one))
        rows += [_row(one.community.title, each) for each in found]
        said.append(_largest(one.community.title, found))
        unfair += [each.unfair for each in found if each.unfair]
    shares, differences = ([f"{what}, {limit}" for limit in LIMITS] for what in (SHARE, DIFFERENCE))
    hundreds = [*shares, *differences]
    return TableView(
        pd.DataFrame(rows).astype(dict.fromkeys(["median wait", *hundreds], float)),
        name="cleaning-choices",
        caption="What the page would say had the data been cleaned otherwise: one other choice at "
        "a time, of those that change anything here. Of 100 threads, how many are answered by the "
        "landmark, silence kept as still waiting; and the adjusted difference of H1.1 in 100, each "
        "with its 95 % interval. A dash for the median: not reached; for a difference: too few "
        f"people remain. {'. '.join(said)}.{_why(unfair)} Shown, and no part of a verdict.",
        labels={
            shares[0]: "answered, of 100",
            differences[0]: "difference in 100",
            **dict.fromkeys((shares[1], differences[1]), "from"),
            **dict.fromkeys((shares[2], differences[2]), "to"),
        },
        formats={
            "median wait": about,
            **{name: lambda value: f"{100 * value:.1f}" for name in hundreds},
        },
    )
