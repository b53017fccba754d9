"""An estimate on its way to a finding, and what a design like it would need."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from workbench.models.power import units_needed
from workbench.studies.hypotheses import Hypothesis


@dataclass(frozen=True)
class Estimated:
    """
    One estimate on its way to a finding, in the hypothesis's own scale and direction.

    words : what the sentences of the scale call things, such as the windows of this estimate and
    the people it is about. windows : the same for a statistician. null : what the claim is compared
    with.
    people, events : in the smaller arm. against : what would count against the claim.
    needed : one sentence on the size it would take, or None where the data are large enough.
    checks : controls that were run, name -> passed, failed or too weak. about : the technical rest.
    caution : a sentence that stands behind how far to trust it, or nothing.
    same_sign : share of the defensible variants with the sign of this estimate.
    """

    scale: str
    estimand: str
    sesoi: float
    words: Any
    windows: str
    estimate: float
    std_error: float
    low: float
    high: float
    p: float
    n: int
    clusters: int | None
    people: int
    events: int
    against: str
    sesoi_reason: str
    needed: str | None
    checks: dict[str, str]
    about: str
    null: float = 0.0
    df: float | None = None
    evalue: tuple[float | None, float | None] = (None, None)
    negcontrol_p: float | None = None
    same_sign: float | None = None
    caution: str = ""


def shared(hypothesis: Hypothesis) -> dict[str, Any]:
    """What an estimate takes from its hypothesis as it stands."""
    names = ("scale", "estimand", "sesoi", "sesoi_reason", "against")
    return {name: hypothesis.fields[name] for name in names}


def needed(std_error: float, sesoi: float, n: int, *, step: str, what: str) -> str | None:
    """
    The size that a design like this one needs to show `sesoi`; None where there are enough.

    `step` is that difference in words; `what` is what `n` counts, in the plural.
    """
    size = units_needed(std_error, sesoi, n=n)
    if size <= n:
        return None
    return (
        f"About {math.ceil(size / 100) * 100:,} {what} would be needed to see {step} four times "
        f"out of five; there are {n:,}."
    )
