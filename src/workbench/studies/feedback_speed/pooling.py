"""One number for several communities, of like kind only, and from five of them on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.models.meta import FEWEST, Pooled, fixed_effect, random_effects
from workbench.studies.estimated import Estimated
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.estimates import results
from workbench.studies.feedback_speed.forest import enough
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import Note, TableView

HYPOTHESIS = "H1.1"
NUMBERS = ("estimate", "low", "high")


def alike(cohorts: Sequence[Cohort]) -> dict[str, dict[str, Estimated]]:
    """
    Kind of platform -> title -> H1.1's estimate, of communities that may be pooled.

    Alike are real communities of one kind of platform, under the windows of the hypothesis, with
    enough people for the verdict rule. Another kind has another landmark and another answer.
    """
    found: dict[str, dict[str, Estimated]] = {}
    for one in cohorts:
        kind = found.setdefault(one.community.platform, {})
        estimate = results(one).get(HYPOTHESIS)
        if estimate is None or one.community.manifest["is_simulated"] or not one.as_fixed:
            continue
        if enough(estimate, hypotheses("01")[HYPOTHESIS]):
            kind[one.community.title] = estimate
    return found


def pool(estimates: Sequence[Estimated]) -> Pooled:
    """
    The mean of the differences of communities like these: REML, with the interval of HKSJ.

    Raises
    ------
    ModelError
        Estimates that `models.meta.random_effects` refuses.
    """
    return random_effects([one.estimate for one in estimates], [one.std_error for one in estimates])


def together(cohorts: Sequence[Cohort]) -> TableView | Note:
    """H1.1 pooled over communities of one kind; else a sentence on why nothing is pooled."""
    groups = alike(cohorts)
    large = {kind: own for kind, own in groups.items() if len(own) >= FEWEST}
    if not large:
        return Note(_nothing_pooled(groups))
    rows, said = [], []
    for kind, own in large.items():
        found = pool(list(own.values()))
        weights = found.table["weight"]
        rows += [
            {"kind": kind, "community": title, "weight": weight}
            | {name: getattr(one, name) for name in NUMBERS}
            for (title, one), weight in zip(own.items(), weights, strict=True)
        ]
        rows += _summary(kind, found, list(own.values()))
        said.append(_said(kind, found))
    left = {kind: own for kind, own in groups.items() if kind not in large}
    points = {name: lambda value: f"{100 * value:.1f}" for name in NUMBERS}
    return TableView(
        pd.DataFrame(rows),
        name="pooled",
        caption="The differences of H1.1, in 100, with 95 % intervals, and what communities of one "
        "kind have in common. The mean weighs each by what it knows (random effects, REML, "
        "interval of Hartung, Knapp, Sidik and Jonkman). The last row says where the true "
        f"difference of one more such community would lie. {' '.join(said)}"
        f"{' ' + _nothing_pooled(left) if left else ''}",
        labels={"estimate": "difference in 100", "low": "from", "high": "to"},
        formats={"weight": "{:.0%}", **points},
    )


def _summary(kind: str, found: Pooled, own: Sequence[Estimated]) -> list[dict[str, object]]:
    """The rows below the communities: the mean, the cautious one where needed, the prediction."""
    rows: list[dict[str, object]] = [
        {"kind": kind, "community": "mean of such communities", "weight": None}
        | {name: getattr(found, name) for name in NUMBERS}
    ]
    if found.narrower:
        plain = fixed_effect([one.estimate for one in own], [one.std_error for one in own])
        rows.append(
            {"kind": kind, "community": "mean of these alone (fixed effect)", "weight": None}
            | {name: getattr(plain, name) for name in NUMBERS}
        )
    predicted = (None, found.prediction_low, found.prediction_high)
    rows.append(
        {"kind": kind, "community": "one more such community", "weight": None}
        | dict(zip(NUMBERS, predicted, strict=True))
    )
    return rows


def _said(kind: str, found: Pooled) -> str:
    narrow = (
        " The estimates scatter less than chance leads to expect, which is luck and no precision, "
        "so that the fixed effect stands beside the mean."
        if found.narrower
        else ""
    )
    return (
        f"{kind[0].upper()}{kind[1:]}: {found.n} communities, {found.i2:.0%} of the variance of "
        f"their estimates lies between them ({found.i2_low:.0%} to {found.i2_high:.0%}).{narrow}"
    )


def _nothing_pooled(groups: dict[str, dict[str, Estimated]]) -> str:
    """Why these kinds are not pooled."""
    counts = "; ".join(f"{kind}: {len(own)}" for kind, own in groups.items()) or "none"
    return (
        "Nothing is pooled over communities that are not alike: an early answer means another "
        "thing on another kind of platform. Within a kind a mean is shown from "
        f"{FEWEST} communities with enough people on; with fewer, how much they differ can hardly "
        f"be known. Here there are, by kind, {counts}."
    )
