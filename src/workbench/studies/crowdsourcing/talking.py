"""H2.3: do the members of a group agree more after a talk, and is the group nearer to the truth?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.relative import share_less
from workbench.models.result import Estimate
from workbench.studies.crowdsourcing.groups import (
    AFTER,
    BEFORE,
    CHOICES,
    FAR,
    NUMBERS,
    Groups,
    groups,
)
from workbench.studies.once import once
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

SPREAD, ERROR = "spread", "error"
AS_FIXED, KEPT = "as fixed", "far answers kept"
# Who is set aside by the answers of one round only: which choice is made can turn the result.
BY_ROUND = {"far first answers set aside": (BEFORE,), "far last answers set aside": (AFTER,)}


@once
def less(
    community: Community,
    *,
    what: str,
    keep_far: bool = False,
    far_by: tuple[str, ...] = (BEFORE, AFTER),
) -> Estimate:
    """By what share the spread or the error of a group is smaller after the talk than before."""
    return less_of(groups(community, keep_far=keep_far, far_by=far_by).table, what)


def less_of(table: pd.DataFrame, what: str) -> Estimate:
    """The same from the table of the groups."""
    return share_less(table[f"{what}_before"], table[f"{what}_after"], clusters=table["group"])


def _parts(community: Community) -> dict[str, tuple[Groups, pd.DataFrame]]:
    """What the table has a row for: the groups as fixed, and of numbers each question and rule."""
    found = groups(community)
    parts = {AS_FIXED: (found, found.table)}
    if found.kind == CHOICES:
        return parts
    everybody = groups(community, keep_far=True)
    for name, rounds in BY_ROUND.items():
        some = groups(community, far_by=rounds)
        parts[name] = (some, some.table)
    parts[KEPT] = (everybody, everybody.table)
    for name, one in ((AS_FIXED, found), (KEPT, everybody)):
        for item, part in one.table.groupby("item"):
            parts[f"question {item}, {name}"] = (one, part)
    return parts


def in_hundredths(found: Estimate, *, places: int = 0) -> str:
    """`24 % (21 to 28)` of an estimate that is a share."""
    value, low, high = (100 * float(one or 0) for one in (found.estimate, found.low, found.high))
    return f"{value:.{places}f} % ({low:.{places}f} to {high:.{places}f})"


@where_possible
def before_and_after(communities: Sequence[Community]) -> TableView:
    """Spread and error before and after, in all groups and, of numbers, question by question."""
    rows = []
    for one in communities:
        for name, (_, part) in _parts(one).items():
            row = {"community": one.title, "which": name, "groups": len(part)}
            for what in (SPREAD, ERROR):
                try:
                    less_by = in_hundredths(less_of(part, what))
                except ModelError:
                    less_by = None
                row |= {
                    f"{what} before": part[f"{what}_before"].mean(),
                    f"{what} after": part[f"{what}_after"].mean(),
                    f"{what} less by": less_by,
                }
            if "median_error_after" in part:
                row |= {
                    "median's error before": part["median_error_before"].mean(),
                    "median's error after": part["median_error_after"].mean(),
                }
            rows.append(row)
    return TableView(
        pd.DataFrame(rows),
        name="before-and-after",
        caption=_measured(communities),
        formats=dict.fromkeys(
            (f"{what} {when}" for what in (SPREAD, ERROR, "median's error")
             for when in ("before", "after")), "{:.3f}",
        ),
    )  # fmt: skip


def _measured(communities: Sequence[Community]) -> str:
    """What spread and error are in these data, and who is not in the groups."""
    parts = []
    for one in communities:
        found = groups(one)
        if found.kind == CHOICES:
            parts.append(
                f"{one.title}: spread is the chance that two members chose differently, error is "
                "one less the mean score of the members; who did not choose again counts with the "
                "last choice."
            )
        else:
            parts.append(
                f"{one.title}: spread is the standard deviation of the logarithms within a group, "
                "error the squared distance of their mean (or median) from the logarithm of the "
                f"truth. Fixed beforehand: an answer more than {FAR:g} times above or below the "
                "median of all first answers to its question is set aside with its person at that "
                "question. Setting people aside for the last answer selects on the outcome, so "
                "that rows by the answers of one round stand beside it; “kept” sets nobody aside."
            )
        away = ", ".join(f"{n:,} {why}" for why, n in found.left_out.items())
        parts.append(f"Answers set aside as fixed: {away or 'none'}.")
    return (
        "Before and after the talk, means over groups; in brackets 95 % intervals that take groups "
        f"as what varies. {' '.join(parts)} Nobody here kept silent: what would have changed "
        "without a talk is not known."
    )


@where_possible
def talk_figure(communities: Sequence[Community]) -> Figure:
    """How much smaller spread and error were after the talk, with and without far answers."""
    parts = [_drawn(one) for one in communities]
    tall = [1.4 + len(part) for part in parts]
    figure, axes = plots.canvas(height=0.45 * max(tall) + 0.4, panels=len(parts), ratios=tall)
    said = []
    for one, part, ax in zip(communities, parts, axes, strict=True):
        plots.forest(part, unit="% less after the talk than before", ax=ax)
        ax.set_title(one.title, loc="left")
        said += [
            f"{one.title}, {row['label']}: {row['estimate']:.0f} % "
            f"({row['low']:.0f} to {row['high']:.0f})"
            for row in part.to_dict("records")
        ]
    return Figure(
        figure,
        name="talking",
        caption="Spread within a group and error of the group, after the talk against before: how "
        f"much less, with 95 % intervals that take groups as what varies. {'; '.join(said)}. Left "
        "of zero it was more. The intervals are about these questions, and say nothing of others.",
        alt=f"Marks with intervals against a line at zero. {'; '.join(said)}.",
        lead=True,
    )


def _drawn(one: Community) -> pd.DataFrame:
    """Rows of the figure: spread and error of all groups, of numbers the error each way."""
    made = []
    for name, (_, part) in _parts(one).items():
        if name.startswith("question") and name.endswith(KEPT):
            continue
        for what in (SPREAD, ERROR) if name == AS_FIXED else (ERROR,):
            which = "" if name == AS_FIXED else f", {name.removesuffix(f', {AS_FIXED}')}"
            made.append({"label": f"{what}{which}", **_percent(less_of(part, what))})
    return pd.DataFrame(made)


def _percent(found: Estimate) -> dict[str, float]:
    """Estimate and limits in hundredths."""
    return {name: 100 * float(getattr(found, name) or 0) for name in ("estimate", "low", "high")}


def _right(found: Groups) -> dict[str, float]:
    """Shares of groups, and of members, with the right choice; before and after."""
    people = found.people
    key = [people["group"], people["item"]]
    right = {when: people[when] >= 1 for when in ("before", "after")}
    share = {when: one.groupby(key).mean() for when, one in right.items()}
    knew = right["before"].groupby(key).max()
    every = share["after"] == 1
    return {
        "members right before": float(right["before"].mean()),
        "members right after": float(right["after"].mean()),
        "most members right before": float((share["before"] > 0.5).mean()),
        "most members right after": float((share["after"] > 0.5).mean()),
        "somebody right before": float(knew.mean()),
        "all right after, somebody was before": float(every[knew].mean()),
        "all right after, nobody was before": float(every[~knew].mean()),
    }


@where_possible
def who_was_right(communities: Sequence[Community]) -> TableView:
    """Of groups that chose: how many had somebody right, and what became of it."""
    rows = []
    numbers = [one.title for one in communities if groups(one).kind == NUMBERS]
    if len(numbers) == len(communities):
        raise ModelError(
            "who was right: expected answers that are right or wrong, got numbers, which are "
            "neither. Look at their distance from the truth."
        )
    for one in communities:
        found = groups(one)
        if found.kind == NUMBERS:
            continue
        rows += [
            {"community": one.title, "share": name, "of 100": 100 * value}
            for name, value in _right(found).items()
        ]
    return TableView(
        pd.DataFrame(rows),
        name="who-was-right",
        caption="A choice is right where the score is full; “most” is more than half of the "
        "members, “all” every member. Shares of members, of groups, and in the last two rows of "
        "the groups in which somebody, or nobody, had been right."
        + "".join(
            f" Left out: {title}, whose answers are numbers, neither right nor wrong."
            for title in numbers
        ),
        formats={"of 100": "{:.1f}"},
    )
