"""The definition ladder in words of each community: where only answers count, its rungs say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.data import Community
from workbench.studies.feedback_speed import waiting
from workbench.studies.hypotheses import windows
from workbench.studies.present import TableView
from workbench.studies.refusals import Shown

DEFINITION = "definition"


def definition_ladder(communities: Sequence[Community]) -> Shown:
    """
    The ladder of `waiting`; where only some kinds of post can answer, its rungs say which count.

    There the human rung leaves out comments and programs at once, and nobody should read the step
    to it as what programs do.
    """
    view = waiting.definition_ladder(communities)
    kinds = {one.title: windows(one.platform).response_kinds for one in communities}
    only = {title: " or ".join(own) for title, own in kinds.items() if own}
    if not isinstance(view, TableView) or DEFINITION not in view.frame:
        return view
    if not set(only) & set(view.frame["community"]):
        return view
    rungs = zip(view.frame["community"], view.frame[DEFINITION], strict=True)
    words = [_words(rung, only.get(title)) for title, rung in rungs]
    return replace(
        view,
        frame=view.frame.assign(**{DEFINITION: words}),
        caption=f"{view.caption} In {', '.join(only)} the first two rungs count posts of every "
        "kind, comments too, and the others only those that the hypothesis takes for answers. So "
        "the step to the third rung leaves out comments and programs at once, and is not what "
        "programs do.",
    )


def _words(rung: str, only: str | None) -> str:
    """What a rung counts, where only posts of some kinds are answers."""
    if only is None or rung == waiting.STILL_WAITING:
        return rung
    if rung == waiting.RUNGS["human"]:
        return f"{rung}, and only posts of kind {only}"
    return f"{rung}, comments too"
