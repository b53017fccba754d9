"""Study 1 in all defensible variants: does the answer hang on choices made on the way?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from workbench import plots
from workbench.errors import ModelError
from workbench.models.reassigned import permuted_within, reassigned
from workbench.models.result import Estimate
from workbench.models.specification_curve import NULL_DRAWS, Curve, curve
from workbench.studies.feedback_speed import variants
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import for_readers, where_possible
from workbench.studies.verdict import FAILED, PASSED

SEED = 20_240_601
ENOUGH = 0.8  # of the variants: with an estimate, and with the sign of the hypothesis's own
CONTRASTS = {"H1.1": False, "H1.1w": True}
PASSING = (
    "Where the signs agree, the sign does not hang on a choice of this list, and no more is shown: "
    "a bias that all variants share makes them agree too, and nothing follows about an effect."
)

Refit = Callable[[Any], Estimate]


def _refit(found: variants.Setting, variant: variants.Variant, *, whole: bool) -> Refit:
    """The variant as a function from who was answered in time, by row of `people`."""
    one = found.cohorts[variant[variants.LANDMARK]]
    rows = variants.compared(found, variant, whole=whole)
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
    """
    All different variants on the data; with `chance` also with waits dealt anew within each day.

    Dealing breaks the link between covariates and answers, which the adjusted estimate pays for
    with a wider error: only in units of their errors are data and draws alike.
    """
    found = variants.setting(one)
    refits: dict[tuple[Any, ...], Refit] = {}

    def observed(variant: variants.Variant) -> Estimate:
        made = refits[tuple(variant.values())] = _refit(found, variant, whole=whole)
        people = found.cohorts[variant[variants.LANDMARK]].people
        return made(people["responded"].to_numpy())

    people = one.people
    waits = (people["response_us"] - people["first_us"]).to_numpy(dtype=float, na_value=np.nan)
    days = people["day"] + np.where(people["complete"], "", ", cut off")

    def dealt(dice: np.random.Generator) -> Callable[[variants.Variant], Estimate]:
        anew = waits[permuted_within(days, dice)]

        def estimate(variant: variants.Variant) -> Estimate:
            mark = found.cohorts[variant[variants.LANDMARK]].windows.landmark
            return refits[tuple(variant.values())](anew <= mark)

        return estimate

    return curve(
        variants.different(one, whole=whole), observed, seed=SEED,
        null=dealt if chance else None, null_draws=NULL_DRAWS, studentised=True,
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
    if pd.notna(reason):  # beside a reason in another row, no reason is NaN
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
    """The options of every choice that differs between H1.1's variants, landmarks in order."""
    found = variants.setting(one)
    used = {
        name: list(dict.fromkeys(variant[name] for variant in variants.different(one, whole=False)))
        for name in variants.CHOICES
    }
    used[variants.LANDMARK].sort(key=lambda mark: found.cohorts[mark].windows.landmark)
    return {name: options for name, options in used.items() if len(options) > 1}


def _reasons(found: Curve) -> str | None:
    """Why variants have no estimate, each reason with its number."""
    counts = found.table["failed"].value_counts()
    told = (f"{number}: {for_readers(str(reason))}" for reason, number in counts.items())
    return "; ".join(told) or None


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
                    "fell together": variants.fallen(one, whole=whole),
                    "estimated": found.n - found.n_failed,
                    "fixed": estimates.iloc[0],
                    "median": found.median,
                    "lowest": estimates.min(),
                    "highest": estimates.max(),
                    "same sign": same_sign(found),
                    "above zero": found.significant,
                    "median_t": found.median_t,
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
        caption="All defensible variants of H1.1 and H1.1w: differences in 100. Variants with the "
        "same people, answers, returns, covariates and model would vote twice and are one here: "
        f"{sum(row['fell together'] for row in rows)} fell together with an earlier one. The check "
        f"passes where at least {ENOUGH:.0%} of the variants can be estimated, and at least "
        f"{ENOUGH:.0%} of these have the sign of the variant that the hypothesis fixes. {PASSING} "
        f"An estimate is above zero where its 95 % interval is. {_chance()} {_lists(cohorts)}",
        labels={
            "fixed": "as fixed", "same sign": "same sign as fixed",
            "median_t": "median in standard errors",
            "p_median": "chance of such a median", "p_above": "chance of as many above zero",
        },
        formats={
            **in_100,
            **dict.fromkeys(("same sign", "above zero"), "{:.0%}"),
            **dict.fromkeys(("p_median", "p_above"), "{:.2f}"),
            "median_t": "{:.1f}",
        },
    )  # fmt: skip


def _chance() -> str:
    """What the columns of chance ask, and on which side they err."""
    return (
        "The last two columns ask how often chance alone gives a median as far from zero, or as "
        f"many estimates above it: in {NULL_DRAWS} made-up records the answers are dealt anew "
        f"among the newcomers who arrived on one day (seed {SEED}), so that they cannot matter. "
        "Each estimate is first divided by its own standard error, because adjusting costs "
        "precision where covariates predict answers, and in a made-up record they do not. Where "
        "few arrive on one day little can be dealt, and the chance is overstated; where covariates "
        "all but decide who is answered, or something that is not adjusted for goes with both "
        "answers and returns, it is understated."
    )


def _lists(cohorts: Sequence[Cohort]) -> str:
    """How the lists were made, and the hash of each."""
    parts = [
        f"{one.community.title} {variants.list_hash(variants.setting(one).listed)[:12]}"
        for one in cohorts
    ]
    return (
        "The lists are fixed in the code. They were shortened once, for the time they take, with "
        "the first results of the embedded communities in sight (no check changed); their hashes: "
        f"{', '.join(parts)}."
    )


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
        lowest, highest = rows["estimate"].iloc[[0, -1]]
        said.append(
            f"{one.community.title}: {found.n} variants, from {lowest:.1f} to {highest:.1f} in "
            f"100, median {100 * found.median:.1f}; {same_sign(found):.0%} have the sign of the "
            f"variant that the hypothesis fixes, and {variants.fallen(one, whole=False)} more fell "
            "together with another because they rest on the same data"
        )
    return Figure(
        figure,
        name="specification-curve",
        caption="The difference of H1.1 in every defensible variant, from the lowest to the "
        "highest, with 95 % intervals; the diamond is the variant that the hypothesis fixes. Below "
        "each estimate a mark in every block says which choice it rests on; a choice whose marks "
        f"gather at one end moves the answer. {'. '.join(said)}. {PASSING}",
        alt=f"Sorted estimates with intervals above a grid of choices. {'. '.join(said)}.",
    )
