"""The worlds in which H2.1, H2.4, H2.5 and H2.6 are tried."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.studies.calibration.draws import INTERVAL, SHOWN
from workbench.studies.crowdsourcing.tried_ideas import WORDS, experiments
from workbench.studies.hypotheses import hypotheses

WORLDS = {one.name: one for one in experiments()}
SEEDS = range(6)


def estimates(name):
    """The estimates of a few draws of one world."""
    (key,) = WORLDS[name].targets
    return np.array([WORLDS[name].draw(seed)[key].estimate for seed in SEEDS])


def test_every_hypothesis_is_tried_and_held_to_its_interval():
    """Each of the four has a judged world, its own smallest difference, and words for a page."""
    targets = [target for one in WORLDS.values() for target in one.targets.values()]

    judged = {target.hypothesis for target in targets if target.held_to == INTERVAL}
    assert judged == {"H2.1", "H2.4", "H2.5", "H2.6"} == set(WORDS)
    for target in targets:
        assert target.sesoi == hypotheses("02")[target.hypothesis].sesoi


@pytest.mark.parametrize("name", WORLDS)
def test_every_world_gives_an_estimate(name):
    """One draw of each world has an interval around its estimate, or says why not."""
    ((key, draw),) = WORLDS[name].draw(1).items()

    assert key == WORLDS[name].targets[key].hypothesis
    assert draw.failed is None
    assert draw.low < draw.estimate < draw.high
    assert draw.std_error > 0


def test_confounded_worlds_mislead():
    """What was not adjusted for shows: appeal and good looks push the estimates up."""
    for plain, confounded in (
        ("H2.6, comments change nothing", "H2.6, good looks draw comments and wins"),
        (
            "H2.1, ideas are no better and no worse in larger crowds",
            "H2.1, appealing contests draw crowds and better ideas",
        ),
    ):
        (target,) = WORLDS[confounded].targets.values()
        assert target.held_to == SHOWN
        assert estimates(confounded).mean() > estimates(plain).mean()
