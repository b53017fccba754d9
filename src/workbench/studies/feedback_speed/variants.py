"""The defensible variants of H1.1 and H1.1w: a list that does not depend on any result."""

from __future__ import annotations

from typing import Any

from workbench.measures import collect
from workbench.measures.newcomers import newcomers
from workbench.models.inputs import Flags
from workbench.models.reassigned import METHODS
from workbench.models.specification_curve import grid
from workbench.studies.durations import exactly
from workbench.studies.feedback_speed.cohorts import CALENDAR, Cohort
from workbench.studies.feedback_speed.sturdiness import in_silence
from workbench.studies.hypotheses import Windows, content_hash

G_COMPUTATION, WEIGHTS = METHODS
CHOICES = LANDMARK, OUTCOME, COVARIATES, MODEL, PEOPLE = (
    "answered within", "coming back is to", "adjusted for", "by", "compared are",
)  # fmt: skip
# Options as the reader sees them; the first of each is that of the hypothesis.
OUTCOMES = {
    "post in another thread": "returned",
    "open another thread": "opened_again",
    "post anywhere": "contributed",
}
MODELS = {"g-computation": G_COMPUTATION, "weighting": WEIGHTS}
ALL, MOMENT = "all covariates", "the calendar only"
EVERYBODY, AWAKE, SILENT = "all newcomers", "those without silence", "those surely new"


def landmarks(fixed: Windows) -> tuple[int, ...]:
    """The landmark and its neighbours in the grid of this kind of community, itself first."""
    below = [mark for mark in fixed.grid if mark < fixed.landmark]
    above = [mark for mark in fixed.grid if mark > fixed.landmark]
    return (fixed.landmark, *below[-1:], *above[:1])


def listed(fixed: Windows, people: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """
    The fixed list of variants for these windows; the first one is the hypothesis's own.

    Landmark, outcome and covariates are crossed. Weighting, and every other way to choose `people`,
    are tried at every landmark with the rest as the hypothesis has it.
    """
    outcomes, (first, *others) = list(OUTCOMES), list(MODELS)
    own = {
        LANDMARK: [exactly(mark) for mark in landmarks(fixed)],
        OUTCOME: outcomes[:1], COVARIATES: [ALL], MODEL: [first], PEOPLE: [EVERYBODY],
    }  # fmt: skip
    lists: list[dict[str, Any]] = [
        own | {OUTCOME: outcomes, COVARIATES: [ALL, MOMENT]},
        own | {MODEL: others},
        *(own | {PEOPLE: [option]} for option in people),
    ]
    return tuple(variant for choices in lists for variant in grid(**choices))


def list_hash(variants: tuple[dict[str, Any], ...]) -> str:
    """The hash of a list of variants: another list, another hash."""
    return content_hash(list(variants))


def covariates(one: Cohort, option: str) -> tuple[str, ...]:
    """The columns to adjust for."""
    return one.covariates if option == ALL else CALENDAR


def other_people(one: Cohort) -> dict[str, Flags]:
    """
    Other ways to choose the newcomers: option -> who stays, by row of `people`.

    Only those that leave somebody out: a variant that repeats another would count double.
    """
    twice = collect(
        newcomers(
            one.community.lazy("posts"), one.community.lazy("people"),
            one.community.lazy("communities"), washout_us=2 * one.windows.washout,
        )
    )  # fmt: skip
    new = twice.loc[twice["is_newcomer"].astype(bool), "person_id"]
    stay = {
        AWAKE: ~in_silence(one, one.people),
        SILENT: one.people["person_id"].isin(new).to_numpy(dtype=bool),
    }
    return {option: kept for option, kept in stay.items() if not kept.all()}
