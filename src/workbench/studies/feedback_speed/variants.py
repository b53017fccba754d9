"""The defensible variants of H1.1 and H1.1w: a list, and the data that each rests on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from workbench.measures import collect
from workbench.measures.newcomers import newcomers
from workbench.models.inputs import Flags
from workbench.models.reassigned import METHODS
from workbench.models.specification_curve import grid
from workbench.studies.durations import exactly
from workbench.studies.feedback_speed.cohorts import CALENDAR, Cohort, at_landmark, with_windows
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

Variant = dict[str, Any]


def landmarks(fixed: Windows) -> tuple[int, ...]:
    """The landmark and its neighbours in the grid of this kind of community, itself first."""
    below = [mark for mark in fixed.grid if mark < fixed.landmark]
    above = [mark for mark in fixed.grid if mark > fixed.landmark]
    return (fixed.landmark, *below[-1:], *above[:1])


def listed(fixed: Windows, people: tuple[str, ...]) -> tuple[Variant, ...]:
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
    lists: list[Variant] = [
        own | {OUTCOME: outcomes, COVARIATES: [ALL, MOMENT]},
        own | {MODEL: others},
        *(own | {PEOPLE: [option]} for option in people),
    ]
    return tuple(variant for choices in lists for variant in grid(**choices))


def list_hash(variants: tuple[Variant, ...]) -> str:
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


@dataclass(frozen=True, eq=False)
class Setting:
    """
    What all variants of one community need.

    listed : the fixed list. cohorts : by landmark, in words; the rows of `people` are the same
    newcomers in the same order in each. stay : by landmark, the other ways to choose people.
    """

    listed: tuple[Variant, ...]
    cohorts: dict[str, Cohort]
    stay: dict[str, dict[str, Flags]]


@cache
def setting(one: Cohort) -> Setting:
    """The list for this community, and its newcomers at every landmark of the list."""
    cohorts = {}
    for mark in landmarks(one.windows):
        fixed = at_landmark(one.windows, mark)
        same = fixed == one.windows
        cohorts[exactly(mark)] = (
            one if same else with_windows(one.community, fixed, known=one.known)
        )
    stay = {mark: other_people(cohort) for mark, cohort in cohorts.items()}
    options = tuple(stay[exactly(one.windows.landmark)])
    return Setting(listed(one.windows, options), cohorts, stay)


def compared(found: Setting, variant: Variant, *, whole: bool) -> Flags:
    """Who is compared in a variant, by row of `people`."""
    mark = variant[LANDMARK]
    people = found.cohorts[mark].people
    kept = people["complete"] if whole else people["complete"] & ~people["returned_early"]
    everybody = np.ones(len(people), dtype=bool)
    chosen = found.stay[mark].get(variant[PEOPLE], everybody)
    return np.asarray(kept.to_numpy(dtype=bool) & chosen)


def _made_of(found: Setting, variant: Variant, *, whole: bool) -> tuple[Any, ...]:
    """All that an estimate rests on: variants that share it cannot give different ones."""
    one = found.cohorts[variant[LANDMARK]]
    rows = one.people[compared(found, variant, whole=whole)]
    used = covariates(one, variant[COVARIATES])
    data = rows[["responded", OUTCOMES[variant[OUTCOME]]]]
    return (
        variant[MODEL], tuple(name for name in used if rows[name].nunique() > 1),
        rows.index.to_numpy().tobytes(), data.to_numpy(dtype=bool).tobytes(),
    )  # fmt: skip


@cache
def different(one: Cohort, *, whole: bool) -> tuple[Variant, ...]:
    """
    The list without variants that fall together with an earlier one, so that none votes twice.

    Two fall together where people, answers, returns, covariates that vary, and model are the same.
    Estimates are not looked at.
    """
    found = setting(one)
    first: dict[tuple[Any, ...], Variant] = {}
    for variant in found.listed:
        first.setdefault(_made_of(found, variant, whole=whole), variant)
    return tuple(first.values())


def fallen(one: Cohort, *, whole: bool) -> int:
    """How many variants of the list fell together with an earlier one."""
    return len(setting(one).listed) - len(different(one, whole=whole))
