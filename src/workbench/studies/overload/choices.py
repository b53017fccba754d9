"""H3.1 in all defensible variants: does the answer hang on choices made on the way?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.result import Estimate
from workbench.models.specification_curve import CAP, Curve, curve, grid
from workbench.studies.feedback_speed.choices import ENOUGH, PASSING, judged, same_sign
from workbench.studies.hypotheses import content_hash
from workbench.studies.once import once
from workbench.studies.overload.awaiting import rows, setting, without
from workbench.studies.overload.replying import EFFECTS, HEAVY, INFLOW, SENDS, fall
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

SEED = 20_240_604
CHOICES = WINDOW, PEOPLE, OWN, THERE, TIME, HELD, FORM = (
    "load arrived in", "compared are", "own posts", "there: wrote within", "answered within",
    "held equal", "load in",
)  # fmt: skip
# Options as the reader sees them; the first of each is that of the hypothesis.
WINDOWS = {"the fixed window": 1, "twice the window": 2}
PEOPLES = {f"all but the {n} most active" if n else "everybody": n for n in HEAVY}
OWNS: dict[str, tuple[str, ...]] = {"own posts held": (SENDS,), "own posts not held": ()}
TIMES = {"the fixed time": 1.0, "half the time": 0.5, "twice the time": 2.0}
HELDS: dict[str, tuple[str, ...]] = {
    "person, hour, day": EFFECTS,
    "person and hour": EFFECTS[:2],
    "person alone": EFFECTS[:1],
}
DOUBLINGS, LEVELS = "doublings", "numbers"

Variant = dict[str, Any]


def listed() -> tuple[Variant, ...]:
    """
    The fixed list of variants; the first one is the hypothesis's own.

    Window, people and own posts are crossed; every other choice is made otherwise one at a time.
    """
    own: dict[str, list[Any]] = {
        WINDOW: list(WINDOWS)[:1], PEOPLE: list(PEOPLES)[:1], OWN: list(OWNS)[:1],
        THERE: list(TIMES)[:1], TIME: list(TIMES)[:1], HELD: list(HELDS)[:1], FORM: [DOUBLINGS],
    }  # fmt: skip
    lists: list[dict[str, list[Any]]] = [
        own | {WINDOW: list(WINDOWS), PEOPLE: list(PEOPLES), OWN: list(OWNS)},
        own | {THERE: list(TIMES)[1:]},
        own | {TIME: list(TIMES)[1:]},
        own | {HELD: list(HELDS)[1:]},
        own | {FORM: [LEVELS], PEOPLE: list(PEOPLES)},
    ]
    return tuple(variant for options in lists for variant in grid(cap=CAP, **options))


def estimated(community: Community, variant: Variant) -> Estimate:
    """The fall in one variant."""
    given, frame = setting(community), rows(community, widened=WINDOWS[variant[WINDOW]])
    there = frame["silent_us"] <= TIMES[variant[THERE]] * given.online
    limit = TIMES[variant[TIME]] * given.within
    kept = without(frame[there & (frame["left_us"] >= limit)], PEOPLES[variant[PEOPLE]])
    plain = kept["load"].astype(float)
    # A doubling of one plus the mean load adds one plus the mean load.
    form = kept[INFLOW] if variant[FORM] == DOUBLINGS else plain / (1 + plain.mean())
    made = kept.assign(exposure=form, replied=(kept["waited_us"] <= limit).astype(float))
    return fall(
        made, exposure="exposure", covariates=OWNS[variant[OWN]], absorb=HELDS[variant[HELD]]
    ).fall


@once
def tried(community: Community) -> Curve:
    """
    Every variant of H3.1 on the data.

    Raises
    ------
    ModelError
        The first variant, which is the hypothesis itself, has no estimate here.
    """
    found = curve(listed(), lambda variant: estimated(community, variant), seed=SEED)
    reason = found.table["failed"].iloc[0]
    if pd.notna(reason):
        raise ModelError(
            f"specification curve: expected an estimate of the hypothesis's own variant, got none. "
            f"It says: {reason}"
        )
    return found


def possible(community: Community) -> Curve | None:
    """The curve; None where this community does not allow it."""
    try:
        return tried(community)
    except ModelError:
        return None


@where_possible
def specification_curve(communities: Sequence[Community]) -> Figure:
    """Every variant of H3.1: its estimate above, the choices behind it below."""
    figure, axes = plots.canvas(
        height=3.6, panels=2 * len(communities), ratios=(2, 4) * len(communities)
    )
    used = {name: list(dict.fromkeys(variant[name] for variant in listed())) for name in CHOICES}
    said = []
    for one, upper, lower in zip(communities, axes[::2], axes[1::2], strict=True):
        found = tried(one)
        table = found.table.assign(own=found.table.index == 0).dropna(subset="estimate")
        values = {name: 100 * table[name] for name in ("estimate", "low", "high")}
        shown = table.assign(**values).sort_values("estimate", ignore_index=True)
        plots.specifications(
            shown, choices=used, unit="fewer, of 100, per doubling", axes=(upper, lower)
        )
        upper.set_title(one.title, loc="left")
        lowest, highest = shown["estimate"].iloc[[0, -1]]
        said.append(
            f"{one.title}: {found.n} variants, from {lowest:.1f} to {highest:.1f} in 100, median "
            f"{100 * found.median:.1f}; {same_sign(found):.0%} have the sign of the variant that "
            "the hypothesis fixes"
        )
    return Figure(
        figure,
        name="specification-curve",
        caption="How many fewer of 100 turns were answered for each doubling of load, in every "
        "defensible variant, from the lowest to the highest, with 95 % intervals; the diamond is "
        "the variant that the hypothesis fixes. Below each estimate a mark in every block says "
        f"which choice it rests on. {'. '.join(said)}. {PASSING}",
        alt=f"Sorted estimates with intervals above a grid of choices. {'. '.join(said)}.",
    )


@where_possible
def specification_table(communities: Sequence[Community]) -> TableView:
    """How the variants agree."""
    lines = []
    for one in communities:
        found = tried(one)
        estimates = found.table["estimate"]
        lines.append(
            {
                "community": one.title,
                "variants": found.n,
                "estimated": found.n - found.n_failed,
                "fixed": estimates.iloc[0],
                "median": found.median,
                "lowest": estimates.min(),
                "highest": estimates.max(),
                "same sign": same_sign(found),
                "above zero": found.significant,
                "check": judged(found),
            }
        )
    points = ("fixed", "median", "lowest", "highest")
    return TableView(
        pd.DataFrame(lines),
        name="specification-table",
        caption="All defensible variants of H3.1, in 100. The check passes where at least "
        f"{ENOUGH:.0%} of the variants can be estimated, and at least {ENOUGH:.0%} of these have "
        f"the sign of the one that the hypothesis fixes. {PASSING} The list is fixed in the code; "
        f"its hash: {content_hash(list(listed()))[:12]}.",
        labels={"fixed": "as fixed", "same sign": "same sign as fixed"},
        formats={
            **dict.fromkeys(points, lambda value: f"{100 * value:.1f}"),
            **dict.fromkeys(("same sign", "above zero"), "{:.0%}"),
        },
    )
