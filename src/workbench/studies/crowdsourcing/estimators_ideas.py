"""The estimates behind H2.1, H2.4, H2.5 and H2.6, by hypothesis."""

from __future__ import annotations

from collections.abc import Callable

from workbench.data import Community
from workbench.studies.crowdsourcing import crowd_size, serial, voting, winning
from workbench.studies.estimated import Estimated
from workbench.studies.hypotheses import Hypothesis, hypotheses


def _of(
    name: str, make: Callable[[Community, Hypothesis], Estimated]
) -> Callable[[Community], Estimated]:
    return lambda community: make(community, hypotheses("02")[name])


ESTIMATORS = {
    "H2.1": _of("H2.1", crowd_size.estimated),
    "H2.4": _of("H2.4", voting.estimated),
    "H2.5": _of("H2.5", serial.estimated),
    "H2.6": _of("H2.6", winning.estimated),
}
