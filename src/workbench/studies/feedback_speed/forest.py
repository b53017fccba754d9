"""All communities side by side: their estimates on one axis, and what each of them can say."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd

from workbench import plots
from workbench.studies.cells import SMALLEST
from workbench.studies.estimated import Estimated
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.feedback_speed.estimates import refusals, results
from workbench.studies.hypotheses import Hypothesis, hypotheses
from workbench.studies.present import Figure, Note, short_names
from workbench.studies.refusals import for_readers, where_possible
from workbench.studies.saying import digits, hundredths, number, span
from workbench.studies.verdict import FAILED

ENOUGH, FEW, NONE = "enough people", "too few people to decide", "no estimate"
PACE = "H1.2a"
RATIO = "log hazard ratio"

Turned = Callable[[float], float]


def enough(found: Estimated, hypothesis: Hypothesis) -> bool:
    """Whether the smaller group is as large as the verdict rule asks for."""
    return found.people >= hypothesis.minimum_people and found.events >= hypothesis.minimum_events


def rows_of(cohorts: Sequence[Cohort], name: str, *, turned: Turned) -> pd.DataFrame:
    """
    One row a community, in the order given, for `plots.forest`.

    label, kind (one of `ENOUGH`, `FEW`, `NONE`), estimate, low, high: the numbers of the hypothesis
    `name`, each put through `turned`; empty where there is no estimate.
    """
    hypothesis = hypotheses("01")[name]
    rows: list[tuple[str | float | None, ...]] = []
    named = short_names([one.community.title for one in cohorts])
    for one in cohorts:
        found, short = results(one).get(name), named[one.community.title]
        if found is None:
            title = f"{short} ({NONE})"
            rows.append((title, NONE, None, None, None))
            continue
        kind = ENOUGH if enough(found, hypothesis) else FEW
        limits = [turned(value) for value in (found.estimate, found.low, found.high)]
        rows.append((f"{short} (n {found.n:,})", kind, *limits))
    columns = ["label", "kind", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], float))


def by_scale(cohorts: Sequence[Cohort], name: str) -> dict[str, list[Cohort]]:
    """The communities that have an estimate of the hypothesis `name`, by its scale."""
    found: dict[str, list[Cohort]] = {}
    for one in cohorts:
        if name in results(one):
            found.setdefault(results(one)[name].scale, []).append(one)
    return found


@where_possible
def side_by_side(cohorts: Sequence[Cohort]) -> Figure:
    """H1.1 of every community on one axis; the pace of coming back too, where one axis fits."""
    scales = by_scale(cohorts, PACE)
    paced = scales.pop(RATIO, [])
    sizes = [len(cohorts), len(paced)] if paced else [len(cohorts)]
    figure, axes = plots.canvas(
        height=1.5 + 0.6 * sum(sizes) / len(sizes), panels=len(sizes), ratios=[2 + n for n in sizes]
    )
    said = [_risks(cohorts, axes[0])]
    if paced:
        said.append(_paces(paced, axes[1]))
    said += [_elsewhere(scale, others) for scale, others in scales.items()]
    return Figure(
        figure,
        name="side-by-side",
        caption="One row a community, with n people and a 95 % interval; a mark of another kind "
        "stands where the smaller group is too small to decide anything. The communities differ in "
        "what an answer is and in how soon it counts as early, so that rows are to be read one by "
        f"one, not averaged by eye. {' '.join(said)}",
        alt=f"Marks on intervals against a zero line and a band too small to matter. {said[0]}",
    )


def _risks(cohorts: Sequence[Cohort], ax: plots.Axes) -> str:
    """Draw H1.1 on `ax`; returns its numbers in words."""
    sesoi = 100 * hypotheses("01")["H1.1"].sesoi
    rows = rows_of(cohorts, "H1.1", turned=lambda value: 100 * value)
    plots.forest(rows, unit="more (right) or fewer came back, in 100", band=(-sesoi, sesoi), ax=ax)
    return f"H1.1, in 100: {_told(rows)}."


def _paces(cohorts: Sequence[Cohort], ax: plots.Axes) -> str:
    """Draw H1.2a on `ax`; returns its numbers in words."""
    band = hypotheses("01")[PACE].sesoi
    limits = (100 * math.expm1(-band), 100 * math.expm1(band))
    rows = rows_of(cohorts, PACE, turned=lambda value: 100 * math.expm1(value))
    plots.forest(rows, unit="% faster (right) or slower to come back", band=limits, ax=ax)
    return f"H1.2a, in per cent: {_told(rows)}."


def _told(rows: pd.DataFrame) -> str:
    parts = []
    for label, kind, *numbers in rows.itertuples(index=False, name=None):
        if kind == NONE:
            parts.append(str(label))
            continue
        places = min(1, digits(numbers[1:]))
        estimate, low, high = (number(value, places) for value in numbers)
        words = "" if kind == ENOUGH else f", {kind}"
        parts.append(f"{label} {estimate} ({low} to {high}){words}")
    return "; ".join(parts)


def _elsewhere(scale: str, others: Sequence[Cohort]) -> str:
    """Who has no row in the panel of the pace, and why."""
    titles = ", ".join(one.community.title for one in others)
    return (
        f"In {titles} the ratio of paces does not stay the same, so that H1.2a is in another unit "
        f"({scale}) and has no row."
    )


def each_can_say(cohorts: Sequence[Cohort]) -> Note:
    """One line a community: what its data can say about H1.1, and what they cannot."""
    lines = [f"- **{one.community.title}**: {_can_say(one)}" for one in cohorts]
    if not lines:
        return Note("No community here has what this study needs.")
    return Note("Of H1.1, with 95 % intervals:\n\n" + "\n".join(lines))


def _can_say(one: Cohort) -> str:
    hypothesis = hypotheses("01")["H1.1"]
    if one.community.manifest["is_simulated"]:
        return "made by a program; it can show whether the method finds what was planted, and "\
            "nothing about people."  # fmt: skip
    found = results(one).get("H1.1")
    if found is None:
        return (
            "can describe waits; it cannot compare the answered with the others: "
            f"{for_readers(refusals(one)['H1.1'])}."
        )
    if not enough(found, hypothesis):
        return (
            "can describe waits; it cannot compare the answered with the others, because the "
            f"smaller of the two groups has {_count(found.people)} people and "
            f"{_count(found.events)} came back in one of them (at least "
            f"{hypothesis.minimum_people} and {hypothesis.minimum_events} are asked for)."
        )
    return _of_enough(found)


def _count(people: int) -> str:
    return f"fewer than {SMALLEST}" if people < SMALLEST else f"{people:,}"


def _doubted(found: Estimated) -> str:
    """Which checks of its own the estimate failed; nothing where it failed none."""
    failed = [name for name, judged in found.checks.items() if judged == FAILED]
    if not failed:
        return ""
    return (
        f" It failed a check of its own ({', '.join(failed)}), so that it is not to be relied on."
    )


def _of_enough(found: Estimated) -> str:
    """What an estimate from enough people can and cannot say."""
    low, high, line = 100 * found.low, 100 * found.high, hundredths(found.sesoi)
    within = span(low, high, digits([low, high]), "more", "fewer")
    unseen = "whether the answer made the difference: nobody was answered at random"
    if found.low > 0 or found.high < 0:
        way = "more" if found.low > 0 else "less"
        nearest = min(abs(found.low), abs(found.high))
        whether = "" if nearest >= found.sesoi else f"whether it is as much as {line} in 100, nor "
        return (
            f"shows answered newcomers coming back {way} often than similar ones who were not "
            f"answered by then ({within}, of 100); it cannot say {whether}{unseen}. Whether other "
            f"choices undo it is asked below.{_doubted(found)}"
        )
    if -found.sesoi < found.low and found.high < found.sesoi:
        return (
            f"can rule out a difference of {line} in 100 or more ({within}, of 100); it cannot say "
            "that there is none at all."
        )
    need = f" {found.needed}" if found.needed else ""
    return (
        f"can rule out differences beyond {within}, of 100; it cannot say whether the answered "
        f"came back more often or less often, still less {unseen}.{need}"
    )
