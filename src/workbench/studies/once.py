"""Remember what a step makes of a community, for as long as that community is open."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from workbench.data import Community

Made = TypeVar("Made")


def once(step: Callable[..., Made]) -> Callable[..., Made]:
    """
    Let a step run once for each community and each choice of its options.

    Two communities never share a result, whatever they are called: it is kept with the object. What
    is refused (an error) is not remembered.
    """

    @wraps(step)
    def remembered(community: Community, **options: Any) -> Made:
        kept = community.__dict__.setdefault("remembered", {})
        key = (step.__module__, step.__qualname__, *sorted(options.items()))
        if key not in kept:
            kept[key] = step(community, **options)
        return kept[key]

    return remembered
