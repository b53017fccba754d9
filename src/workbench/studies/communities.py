"""Which communities a study looks at, and what each of them can carry."""

from __future__ import annotations

import importlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from workbench import data
from workbench.data import Community
from workbench.errors import DataError, StudyError
from workbench.studies.durations import DAY, SECOND, exactly
from workbench.studies.hypotheses import hashes, hypotheses, platforms, windows

BY_THE_HOUR = ("H1.3",)  # asks for the very hour by which such threads are cut
KNOWN_ANSWERS = (
    "answers that are known to be answers: threads were made by the hour between messages "
    "(load again with --answers thread)"
)
TICKS = 10  # that a landmark must hold at least


def wanted(names: Sequence[str] | None = None) -> list[str]:
    """
    The data sets to look at, embedded ones first.

    `names`, else the comma list in WORKBENCH_DATASETS, else every embedded and every loaded one.
    """
    if names is not None:
        return list(names)
    listed = os.environ.get("WORKBENCH_DATASETS", "")
    chosen = [name.strip() for name in listed.split(",") if name.strip()]
    if chosen:
        return chosen
    embedded = list(data.catalogue())
    return embedded + [name for name in data.names() if name not in embedded]


def open_all(names: Sequence[str] | None = None) -> list[Community]:
    """
    Open the wanted data sets; those known by name that are not loaded yet are loaded first.

    Raises
    ------
    DataError
        A data set is not loaded and is none that is known by name, or its files are not at hand.
    """
    loaded = set(data.names())
    known = data.named()
    opened = []
    for name in wanted(names):
        if name not in loaded and name in known:
            data.load(name, hypotheses=hashes())
        elif name not in loaded:
            raise DataError(
                f"{name}: no data set of this name is loaded; there are "
                f"{', '.join(sorted(loaded | set(data.loadable())))}. "
                f"Load it with: workbench load auto PATH --name {name}"
            )
        opened.append(data.open(name))
    return _told_apart(opened)


def _told_apart(opened: Sequence[Community]) -> list[Community]:
    """Communities with one title get their names added: readers and tables go by the title."""
    times = Counter(one.title for one in opened)
    return [
        replace(one, manifest={**one.manifest, "title": f"{one.title} ({one.name})"})
        if times[one.title] > 1
        else one
        for one in opened
    ]


def missing(columns: dict[str, set[str]], hypothesis_id: str) -> list[str]:
    """What a data set with these filled columns lacks for the hypothesis: `table.column`."""
    needs = hypotheses()[hypothesis_id].needs
    return [
        need for need in needs if need.split(".")[1] not in columns.get(need.split(".")[0], set())
    ]


def lacks(
    community: Community, hypothesis_id: str, *, columns: dict[str, set[str]] | None = None
) -> list[str]:
    """
    What a community lacks for the hypothesis: columns first, then what its study asks for.

    A study that asks for more than columns says so in the file `needs` of its package. `columns`
    are those that are filled (`data.columns_present`): who asks of many hypotheses reads them once.
    """
    columns = data.columns_present(community) if columns is None else columns
    lacking = missing(columns, hypothesis_id)
    if lacking:
        return lacking
    package = hypotheses()[hypothesis_id].fields.get("package")
    if package is None:
        return _lacks_for_feedback(community, hypothesis_id)
    asked = importlib.import_module(f"workbench.studies.{package}.needs")
    return list(asked.lacks(community, hypothesis_id))


def _lacks_for_feedback(community: Community, hypothesis_id: str) -> list[str]:
    """What study 1 asks for: fixed windows, posts that can answer, clocks that tell them apart."""
    if hypothesis_id in BY_THE_HOUR and threads_by_pauses(community):
        return [KNOWN_ANSWERS]
    try:
        fixed = windows(community.platform)
    except StudyError:
        kinds = ", ".join(platforms())
        return [f"a landmark for communities of kind {community.platform!r} (fixed for: {kinds})"]
    answers = fixed.response_kinds
    if answers and not set(answers) & set(community.posts["kind"].unique()):
        return [f"a post of kind {' or '.join(answers)}"]
    return _clocks(community, fixed.landmark) or _replies(community)


def _replies(community: Community) -> list[str]:
    """What a community lacks where no thread has a second post: nobody knows who was answered."""
    thread = ["community_id", "thread_id"]
    opening = pl.col("post_id") == pl.col("thread_id")
    posts = community.posts
    others = posts.filter(~opening).join(posts.filter(opening), on=thread, how="semi")
    return [] if others.height else [f"replies: none of {posts.height:,} posts answers another"]


def threads_by_pauses(community: Community) -> bool:
    """Whether reading made threads of what was written within an hour of the message before."""
    return bool(community.manifest["options"].get("answers") == "next")


def _clocks(community: Community, landmark: int) -> list[str]:
    """
    What the clocks of a community lack: a wait is told from the landmark by finer ticks only.

    A tick wider than a tenth of the landmark moves many answers across it by rounding alone.
    """
    ticks = Counter(dict(community.posts["precision_us"].value_counts().iter_rows()))
    coarse = Counter({tick: posts for tick, posts in ticks.items() if tick > landmark / TICKS})
    if not coarse:
        return []
    fine = ticks - coarse
    number = coarse.total()
    rough = f"{number:,} {'post is' if number == 1 else 'posts are'} dated to {_dated_to(coarse)}"
    if not fine:
        return [f"a finer clock: {rough}, and no other"]
    cure = " (load again with --rule day-only-times=set-aside)" if min(coarse) >= DAY else ""
    return [f"one clock: {rough}, {fine.total():,} to {_dated_to(fine)}{cure}"]


def _dated_to(ticks: Counter[int]) -> str:
    """The commonest width of a tick, of several the widest: `the second`, `15 minutes`."""
    tick = max(ticks, key=lambda width: (ticks[width], width))
    if tick < SECOND:
        return "a part of a second"
    words = "1 day" if tick == DAY else exactly(tick)
    return words.replace("1 ", "the ", 1) if words.startswith("1 ") else words


def carrying(study: str, names: Sequence[str] | None = None) -> list[Community]:
    """
    The wanted communities that can carry every primary hypothesis of the study; perhaps none.

    What the others lack is in `carried.support`; a page is made all the same, and says so.
    """
    primary = [name for name, row in hypotheses(study).items() if row.primary]
    return [c for c in open_all(names) if not any(lacks(c, name) for name in primary)]
