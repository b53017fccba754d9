"""What a step says of communities too small or too odd for it: a sentence, no traceback."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any

import pandas as pd

from workbench import data
from workbench.errors import ModelError
from workbench.studies.present import Figure, TableView

Shown = Figure | TableView
TOO_FEW = "Not enough data for this step"
NOBODY = "none"
NOTHING = (
    "no data set here has what this study needs; workbench list names those that there are, and "
    "workbench check, with one of these names, says what it lacks"
)
# A reason may pass on that of a method which it has called.
INNER = re.compile(r"It says: [^:]+: expected")
GROUPS, JUDGES, CONTESTS = "delidata", "crowd-cf", "openideo"
# The file of a step -> a data set to fetch that can carry it; where none is named, none need be.
CARRIERS = {
    "crowdsourcing.group_flow": GROUPS,
    "crowdsourcing.identity": GROUPS,
    "crowdsourcing.showing": GROUPS,
    "crowdsourcing.talk_mistakes": GROUPS,
    "crowdsourcing.talking": GROUPS,
    "crowdsourcing.voting": JUDGES,
    "crowdsourcing.crowd_curve": CONTESTS,
    "crowdsourcing.crowd_size": CONTESTS,
    "crowdsourcing.serial": CONTESTS,
    "crowdsourcing.winning": CONTESTS,
    "overload.busy_channels": CONTESTS,
    "overload.choosing": CONTESTS,
}


def where_possible(step: Callable[..., Shown]) -> Callable[..., Shown]:
    """
    Let a step show the communities that can carry it, and say why the others cannot.

    A community that a model refuses (`ModelError`) is left out, and its reason stands in the
    caption; where all are refused, a table of the reasons takes its place, and where there are
    none, what to type so that there is one.
    Other errors are faults of the call or of the code, and pass through.
    """

    @wraps(step)
    def shown(given: Sequence[Any], **options: Any) -> Shown:
        if not given:
            return _reasons_only(step.__name__, {NOBODY: nothing_for(step)})
        try:
            return step(given, **options)
        except ModelError:
            able, reasons = _sorted_out(step, given, options)
        if not able:
            return _reasons_only(step.__name__, reasons)
        made = step(able, **options)
        return replace(made, caption=f"{made.caption} {_said(reasons)}")

    return shown


def nothing_for(step: Callable[..., Any]) -> str:
    """That no data set can carry a step, and how to get one that can."""
    name = CARRIERS.get(step.__module__.removeprefix("workbench.studies."))
    if name is None:
        return NOTHING
    return (
        f"no data set here has what this step needs; {name} has it: type "
        f"{data.downloads()[name].get_command}, then workbench load {name}"
    )


def _sorted_out(
    step: Callable[..., Shown], given: Sequence[Any], options: dict[str, Any]
) -> tuple[list[Any], dict[str, str]]:
    """The communities that the step can show, and title -> reason for the others."""
    able, reasons = [], {}
    for one in given:
        try:
            step([one], **options)
        except ModelError as error:
            reasons[_title(one)] = for_readers(str(error))
        else:
            able.append(one)
    return able, reasons


def for_readers(reason: str) -> str:
    """A reason without names of functions that refused, and without its last full stop."""
    _, found, words = INNER.sub("It says: the method expected", reason.rstrip(".")).partition(
        ": expected "
    )
    return f"the method expected {words}" if found else reason.rstrip(".")


def _title(one: Any) -> str:
    """The title of a community, or of the community that a cohort is of."""
    return str(getattr(one, "community", one).title)


def _said(reasons: dict[str, str]) -> str:
    return " ".join(f"{TOO_FEW} in {title} ({reason})." for title, reason in reasons.items())


def _reasons_only(step: str, reasons: dict[str, str]) -> TableView:
    return TableView(
        pd.DataFrame({"community": list(reasons), "why": list(reasons.values())}),
        name=step.replace("_", "-"),
        caption=f"{TOO_FEW}.",
    )
