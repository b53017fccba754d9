"""Estimates of study 1 written down in a test, without data behind them."""

from __future__ import annotations

from workbench.studies.estimated import Estimated, shared
from workbench.studies.hypotheses import hypotheses


def estimated(name: str, **numbers: object) -> Estimated:
    """An estimate of the hypothesis from enough people; `numbers` change what is given."""
    given: dict[str, object] = {
        "words": None, "windows": "", "estimate": 0.05, "std_error": 0.02, "low": 0.01,
        "high": 0.09, "p": 0.01, "n": 336, "clusters": 80, "people": 60, "events": 30,
        "needed": None, "checks": {}, "about": "",
    }  # fmt: skip
    return Estimated(**(shared(hypotheses("01")[name]) | given | numbers))
