"""Which data sets can answer which questions, and what the others lack, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from workbench.data import Community, columns_present
from workbench.studies.communities import lacks, open_all
from workbench.studies.hypotheses import Hypothesis, hypotheses
from workbench.studies.present import TableView, short_names

# What a column that hypotheses ask for holds, as a sentence about a data set without it says it.
COLUMNS = {
    "posts.author_id": "posts whose authors are told apart",
    "posts.thread_id": "posts in threads",
    "posts.created_us": "posts with a date",
    "posts.score": "points of posts",
    "posts.channel": "channels",
    "posts.length": "lengths of posts",
    "ideas.contest_id": "ideas entered into contests",
    "ideas.won": "contests whose winners are known",
    "ratings.rater_id": "raters who are told apart",
    "ratings.round": "answers before and after a talk",
    "ratings.group_id": "answers given in groups",
    "ratings.label": "classes that raters chose",
    "truths.item_id": "right answers that are known",
    "truths.label": "right classes that are known",
}
NAMED = 2  # data sets that a reason calls by name, rather than by their number
NOBODY = "none yet"


def in_words(need: str) -> str:
    """A need as a person says it: what a column holds; other needs are in words already."""
    return COLUMNS.get(need, need)


def kind_of(lack: str) -> str:
    """What is lacking without the numbers of one data set, so that others lack the same."""
    return re.split(r"[;:(]", in_words(lack))[0].strip()


def support(names: Sequence[str] | None = None) -> TableView:
    """Which data sets can answer each question, and what the others lack; equal rows are one."""
    opened = open_all(names)
    named = short_names([one.title for one in opened])
    rows = [
        _row(row, {named[one.title]: lacks(one, row.id) for one in opened})
        for row in hypotheses().values()
    ]
    asked = pd.DataFrame(rows)
    alike = asked.groupby(list(asked.columns[2:]), sort=False, dropna=False, as_index=False)
    return TableView(
        alike.agg({"question": "\n".join, "hypothesis": ", ".join})[list(asked.columns)],
        name="support",
        caption="The questions of the studies, the data sets here that can answer each, and what "
        "the others lack; questions for which both are the same share a row. "
        f"{len(opened)} data sets, {len(rows)} questions.",
        below={"question": ["hypothesis"]},
    )


def lacking_of(community: Community) -> dict[str, list[str]]:
    """Hypothesis -> what the community lacks for it, nothing where it can carry it."""
    columns = columns_present(community)
    return {name: lacks(community, name, columns=columns) for name in hypotheses()}


def _row(hypothesis: Hypothesis, found: Mapping[str, Sequence[str]]) -> dict[str, object]:
    can = [title for title, lacking in found.items() if not lacking]
    return {
        "question": hypothesis.question,
        "hypothesis": hypothesis.id,
        "can answer it": "; ".join(can) or NOBODY,
        "what the others lack": others(found) or None,
    }


def others(found: Mapping[str, Sequence[str]]) -> str:
    """
    A sentence each kind of lack, the most frequent first; `found` is title -> what it lacks.

    Only the first thing that a data set lacks counts: more would have to come after it.
    """
    groups: dict[str, list[str]] = {}
    for title, lacking in found.items():
        if lacking:
            groups.setdefault(kind_of(lacking[0]), []).append(title)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    said = []
    for what, titles in ordered:
        alone = len(titles) == 1
        who = " and ".join(titles) if len(titles) <= NAMED else f"{len(titles)} data sets"
        lack = in_words(found[titles[0]][0]).rstrip(".") if alone else what
        said.append(f"{who} {'lacks' if alone else 'lack'} {lack}.")
    return " ".join(said)


def answerable(lacking: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """
    Lines about one data set: the questions it can answer, and a line each thing that it lacks.

    lacking : hypothesis -> what the data set lacks for it, nothing where it can carry it.
    """
    known = hypotheses()
    can = [f"{known[name].question} ({name})" for name, lack in lacking.items() if not lack]
    groups: dict[str, list[str]] = {}
    for name, lack in lacking.items():
        if lack:
            groups.setdefault(_named(lack), []).append(name)
    return can, [f"{_asked(names)}: lacks {what}" for what, names in groups.items()]


def _named(lack: Sequence[str]) -> str:
    """The first thing that is lacking, a column with its name, and whether there are more."""
    first, *more = lack
    column = f" ({first})" if first in COLUMNS else ""
    return f"{in_words(first)}{column}{', and more' if more else ''}"


def _asked(names: Iterable[str]) -> str:
    """`H2.1 (question?)` of one hypothesis, the ids alone of several."""
    one, *more = names
    return ", ".join([one, *more]) if more else f"{one} ({hypotheses()[one].question})"
