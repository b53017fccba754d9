"""Tempting answers about groups that talked, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.data import Community
from workbench.models.relative import share_less
from workbench.simulate import estimates
from workbench.studies.crowdsourcing.groups import CHOICES, groups
from workbench.studies.crowdsourcing.talking import in_hundredths
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible

TALK = ("before the talk", "after the talk")
TRIES = ("on the first try", "on the second try")
THIRDS = ("smallest", "middle", "largest")
SEED = 20_261_122
TWICE = estimates.Settings()  # two questions, of which the second owes nothing to the first


def _by_thirds(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Mean error before and after in thirds of the groups by `column`."""
    rank = table[column].rank(method="first")
    third = np.ceil(3 * rank / len(table)).astype(int) - 1
    means = table.groupby(third)[["error_before", "error_after"]].mean()
    return means.set_index(pd.Index([THIRDS[int(place)] for place in means.index]))


def nothing_learnt() -> pd.DataFrame:
    """
    A simulated world in which every group tries twice and learns nothing in between.

    One row a group: group, error_before, error_after (squared distances of the group's mean from
    the truth, at two questions equally hard). Some groups are better than others at both.
    """
    made = estimates.simulate(TWICE, seed=SEED, crowds=300, members=5, questions=2).estimates
    part = made.groupby(["crowd", "question"])
    error = ((part["before"].mean() - part["truth"].first()) ** 2).unstack()
    return pd.DataFrame(
        {"group": error.index, "error_before": error[0], "error_after": error[1]}
    ).reset_index(drop=True)


def worst_gain_most_by_chance() -> TableView:
    """The same table where nobody can have learnt anything: a simulated world."""
    return TableView(
        pd.DataFrame(_sorted_both_ways(nothing_learnt(), "a simulated world", when=TRIES)),
        name="regression-by-chance",
        caption="The same thirds in a world that a program made: each group tries twice, at two "
        "questions equally hard, and learns nothing in between; nobody talks.",
        labels={"community": "data set", "before": "first try", "after": "second try"},
        formats=dict.fromkeys(("before", "after", "less by"), "{:.3f}"),
    )


def _sorted_both_ways(
    table: pd.DataFrame, title: str, *, when: tuple[str, str] = TALK
) -> list[dict[str, object]]:
    """Rows of both tables: thirds by the error before, then by the error after."""
    rows = []
    for column, said in zip(("error_before", "error_after"), when, strict=True):
        means = _by_thirds(table, column)
        for name in THIRDS:
            before, after = means.loc[name].to_numpy(dtype=float)
            rows.append(
                {
                    "community": title,
                    "groups by their error": said,
                    "third": name,
                    "before": before,
                    "after": after,
                    "less by": before - after,
                }
            )
    return rows


@where_possible
def worst_gain_most(communities: Sequence[Community]) -> TableView:
    """The tempting answer “talking helps the worst groups most”, and the same seen backwards."""
    rows = [row for one in communities for row in _sorted_both_ways(groups(one).table, one.title)]
    return TableView(
        pd.DataFrame(rows),
        name="regression-to-the-mean",
        caption="Mean error before and after, in thirds of the groups: first sorted by the error "
        "before the talk, then the same groups sorted by the error after it. Whoever is chosen for "
        "a large error once has a smaller one at the other time, forwards and backwards; a talk "
        "cannot work backwards. That is regression to the mean: which third gains is a "
        "consequence of the sorting.",
        formats=dict.fromkeys(("before", "after", "less by"), "{:.3f}"),
    )


@where_possible
def best_member(communities: Sequence[Community]) -> TableView:
    """The group's result beside its best member's first answer, whom nobody could name before."""
    rows = []
    for one in communities:
        found = groups(one)
        table = found.table
        best = 1 - table["best_before"] if found.kind == CHOICES else table["best_before"]
        rows.append(
            {
                "community": one.title,
                "error before": table["error_before"].mean(),
                "error after": table["error_after"].mean(),
                "error of the best first answer": best.mean(),
                "groups at or beyond their best": 100
                * float((table["error_after"] <= best).mean()),
            }
        )
    return TableView(
        pd.DataFrame(rows),
        name="best-member",
        caption="The error of a group's result beside that of the best of its first answers. The "
        "best one is known only once the truth is: the smallest of several errors is small by "
        "arithmetic, and no group could have followed it.",
        labels={"groups at or beyond their best": "of 100 groups, at or beyond their best"},
        formats={"groups at or beyond their best": "{:.0f}"}
        | dict.fromkeys(
            ("error before", "error after", "error of the best first answer"), "{:.3f}"
        ),
    )


@where_possible
def people_are_no_groups(communities: Sequence[Community]) -> TableView:
    """The same numbers with people, not groups, taken as what varies: too sure."""
    rows = []
    for one in communities:
        found = groups(one)
        people = found.people
        if found.kind == CHOICES:
            off = {when: 1 - people[when] for when in ("before", "after")}
        else:
            off = {when: (people[when] - people["truth"]) ** 2 for when in ("before", "after")}
        # Each person's own error, so that both rows are about the same numbers.
        for name, clusters in (("groups", people["group"]), ("people", None)):
            less_by = share_less(off["before"], off["after"], clusters=clusters)
            rows.append(
                {
                    "community": one.title,
                    "what varies": name,
                    "number": less_by.clusters,
                    "error of a member less by": in_hundredths(less_by, places=1),
                    "standard error": 100 * float(less_by.std_error or 0),
                }
            )
    return TableView(
        pd.DataFrame(rows),
        name="people-are-no-groups",
        caption="The error of single members, after against before. Members of one group end up "
        "alike, because they talked with each other: to count each as evidence of its own makes "
        "the interval too narrow (pseudo-replication). Groups are what varies.",
        labels={"standard error": "standard error, %"},
        formats={"standard error": "{:.2f}"},
    )
