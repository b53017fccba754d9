"""Study 1 in all defensible variants: does the answer hang on choices made on the way?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from workbench import plots
from workbench.errors import ModelError
from workbench.models.inputs import Flags
from workbench.models.reassigned import permuted_within, reassigned
from workbench.models.result import Estimate
from workbench.models.specification_curve import NULL_DRAWS, Curve, curve
from workbench.studies.durations import exactly
from workbench.studies.feedback_speed import variants
from workbench.studies.feedback_speed.cohorts import Cohort, at_landmark, with_windows
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible
from workbench.studies.verdict import FAILED, PASSED

SEED = 20_240_601
ENOUGH = 0.8  # of the variants: with an estimate, and with the sign of the hypothesis's own
CONTRASTS = {"H1.1": False, "H1.1w": True}

Variant = dict[str, Any]
Refit = Callable[[Any], Estimate]


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
    for mark in variants.landmarks(one.windows):
        fixed = at_landmark(one.windows, mark)
        same = fixed == one.windows
        cohorts[exactly(mark)] = (
            one if same else with_windows(one.community, fixed, known=one.known)
        )
    stay = {mark: variants.other_people(cohort) for mark, cohort in cohorts.items()}
    options = tuple(stay[exactly(one.windows.landmark)])
    return Setting(variants.listed(one.windows, options), cohorts, stay)


def compared(found: Setting, variant: Variant, *, whole: bool) -> Flags:
    """Who is compared in a variant, by row of `people`."""
    mark = variant[variants.LANDMARK]
    people = found.cohorts[mark].people
    kept = people["complete"] if whole else people["complete"] & ~people["returned_early"]
    everybody = np.ones(len(people), dtype=bool)
    chosen = found.stay[mark].get(variant[variants.PEOPLE], everybody)
    return np.asarray(kept.to_numpy(dtype=bool) & chosen)


def _refit(found: Setting, variant: Variant, *, whole: bool) -> Refit:
    """The variant as a function from who was answered in time, by row of `people`."""
    one = found.cohorts[variant[variants.LANDMARK]]
    rows = compared(found, variant, whole=whole)
    estimate = reassigned(
        one.people[rows],
        outcome=variants.OUTCOMES[variant[variants.OUTCOME]],
        exposure="responded",
        covariates=variants.covariates(one, variant[variants.COVARIATES]),
        clusters="day",
        method=variants.MODELS[variant[variants.MODEL]],
    )
    return lambda answered: estimate(answered[rows])


def _run(one: Cohort, *, whole: bool, chance: bool) -> Curve:
    """All variants on the data; with `chance` also with the waits dealt anew within each day."""
    found = setting(one)
    refits: dict[tuple[Any, ...], Refit] = {}

    def observed(variant: Variant) -> Estimate:
        made = refits[tuple(variant.values())] = _refit(found, variant, whole=whole)
        people = found.cohorts[variant[variants.LANDMARK]].people
        return made(people["responded"].to_numpy())

    people = one.people
    waits = (people["response_us"] - people["first_us"]).to_numpy(dtype=float, na_value=np.nan)
    days = people["day"] + np.where(people["complete"], "", ", cut off")

    def dealt(dice: np.random.Generator) -> Callable[[Variant], Estimate]:
        anew = waits[permuted_within(days, dice)]

        def estimate(variant: Variant) -> Estimate:
            mark = found.cohorts[variant[variants.LANDMARK]].windows.landmark
            return refits[tuple(variant.values())](anew <= mark)

        return estimate

    return curve(
        found.listed, observed, seed=SEED,
        null=dealt if chance else None, null_draws=NULL_DRAWS,
    )  # fmt: skip


@cache
def tried(one: Cohort, *, whole: bool) -> Curve:
    """
    Every variant of H1.1, or of H1.1w for `whole`, on the data alone.

    Raises
    ------
    ModelError
        The first variant, which is the hypothesis itself, has no estimate here.
    """
    found = _run(one, whole=whole, chance=False)
    reason = found.table["failed"].iloc[0]
    if reason is not None:
        raise ModelError(
            f"specification curve: expected an estimate of the hypothesis's own variant, got none. "
            f"It says: {reason}"
        )
    return found


@cache
def against_chance(one: Cohort, *, whole: bool) -> Curve:
    """The same beside data in which answers are dealt anew among those who arrived on one day."""
    tried(one, whole=whole)
    return _run(one, whole=whole, chance=True)


def same_sign(found: Curve) -> float:
    """The share of the estimates that have the sign of the first, the hypothesis's own."""
    estimates = found.table["estimate"].dropna()
    return float((np.sign(estimates) == np.sign(estimates.iloc[0])).mean())


def judged(found: Curve) -> str:
    """Passed where `ENOUGH` variants can be estimated, and `ENOUGH` of these have its sign."""
    estimated = 1 - found.n_failed / found.n
    return PASSED if estimated >= ENOUGH and same_sign(found) >= ENOUGH else FAILED


def possible(one: Cohort, *, whole: bool) -> Curve | None:
    """The curve; None where these people do not allow it."""
    try:
        return tried(one, whole=whole)
    except ModelError:
        return None


def _options(one: Cohort) -> dict[str, list[str]]:
    """The options of every choice that differs between variants, landmarks from early to late."""
    found = setting(one)
    marks = sorted(found.cohorts, key=lambda mark: found.cohorts[mark].windows.landmark)
    used = {
        name: list(dict.fromkeys(variant[name] for variant in found.listed))
        for name in variants.CHOICES
    }
    used[variants.LANDMARK] = marks
    return {name: options for name, options in used.items() if len(options) > 1}


def _reasons(found: Curve) -> str | None:
    """Why variants have no estimate, each reason with its number."""
    counts = found.table["failed"].value_counts()
    return "; ".join(f"{number}: {reason}" for reason, number in counts.items()) or None


@where_possible
def specification_table(cohorts: Sequence[Cohort]) -> TableView:
    """How the variants agree, and how often chance alone would give as much."""
    rows = []
    for one in cohorts:
        for name, whole in CONTRASTS.items():
            found = against_chance(one, whole=whole)
            estimates = found.table["estimate"]
            rows.append(
                {
                    "community": one.community.title,
                    "hypothesis": name,
                    "variants": found.n,
                    "estimated": found.n - found.n_failed,
                    "fixed": estimates.iloc[0],
                    "median": found.median,
                    "lowest": estimates.min(),
                    "highest": estimates.max(),
                    "same sign": same_sign(found),
                    "above zero": found.significant,
                    "p_median": found.p_median,
                    "p_above": found.p_significant,
                    "why not estimated": _reasons(found),
                }
            )
    in_100 = dict.fromkeys(
        ("fixed", "median", "lowest", "highest"), lambda value: f"{100 * value:.1f}"
    )
    return TableView(
        pd.DataFrame(rows),
        name="specification-table",
        caption="All defensible variants of H1.1 and H1.1w: differences in 100. The check passes "
        f"where at least {ENOUGH:.0%} of the variants can be estimated, and at least {ENOUGH:.0%} "
        "of these have the sign of the variant that the hypothesis fixes. An estimate is above "
        "zero where its 95 % interval is. The last two columns ask how often chance alone gives a "
        "median as far from zero, or as many estimates above it: in "
        f"{NULL_DRAWS} made-up records the answers are dealt anew among the newcomers who arrived "
        f"on one day (seed {SEED}), so that they cannot matter; where few arrive on one day little "
        f"can be dealt, and the chance is overstated. {_lists(cohorts)}",
        labels={
            "fixed": "as fixed", "same sign": "same sign as fixed",
            "p_median": "chance of such a median", "p_above": "chance of as many above zero",
        },
        formats={
            **in_100,
            **dict.fromkeys(("same sign", "above zero"), "{:.0%}"),
            **dict.fromkeys(("p_median", "p_above"), "{:.2f}"),
        },
    )  # fmt: skip


def _lists(cohorts: Sequence[Cohort]) -> str:
    """The hash of every community's list."""
    parts = [
        f"{one.community.title} {variants.list_hash(setting(one).listed)[:12]}" for one in cohorts
    ]
    return f"The lists are fixed in the code, whatever they give; their hashes: {', '.join(parts)}."


@where_possible
def specification_curve(cohorts: Sequence[Cohort]) -> Figure:
    """Every variant of H1.1: its estimate above, the choices behind it below."""
    figure, axes = plots.canvas(height=3.3, panels=2 * len(cohorts), ratios=(2, 3) * len(cohorts))
    said = []
    for one, upper, lower in zip(cohorts, axes[::2], axes[1::2], strict=True):
        found = tried(one, whole=False)
        table = found.table.assign(own=found.table.index == 0).dropna(subset="estimate")
        points = {name: 100 * table[name] for name in ("estimate", "low", "high")}
        rows = table.assign(**points).sort_values("estimate", ignore_index=True)
        plots.specifications(
            rows, choices=_options(one), unit="difference in 100", axes=(upper, lower)
        )
        upper.set_title(one.community.title, loc="left")
        said.append(
            f"{one.community.title}: {found.n} variants, from {rows['estimate'].iloc[0]:.1f} to "
            f"{rows['estimate'].iloc[-1]:.1f} in 100, median {100 * found.median:.1f}; "
            f"{same_sign(found):.0%} have the sign of the variant that the hypothesis fixes"
        )
    return Figure(
        figure,
        name="specification-curve",
        caption="The difference of H1.1 in every defensible variant, from the lowest to the "
        "highest, with 95 % intervals; the diamond is the variant that the hypothesis fixes. Below "
        "each estimate a mark in every block says which choice it rests on; a choice whose marks "
        f"gather at one end moves the answer. {'. '.join(said)}.",
        alt=f"Sorted estimates with intervals above a grid of choices. {'. '.join(said)}.",
    )
