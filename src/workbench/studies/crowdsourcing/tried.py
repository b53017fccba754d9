"""The methods of study 2 tried where the truth is known; `workbench calibrate` finds this file."""

from __future__ import annotations

from workbench.studies.calibration.draws import Experiment
from workbench.studies.crowdsourcing import tried_groups, tried_ideas

WORDS = {**tried_groups.WORDS, **tried_ideas.WORDS}


def experiments() -> tuple[Experiment, ...]:
    """The worlds of groups, contests, judges, wins and comments."""
    return (*tried_groups.experiments(), *tried_ideas.experiments())
