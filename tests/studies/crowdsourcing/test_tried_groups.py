"""The worlds in which H2.2 and H2.3 are tried."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.studies.calibration.draws import INTERVAL, SHOWN
from workbench.studies.crowdsourcing import tried, tried_ideas
from workbench.studies.crowdsourcing.tried_groups import WORDS, experiments
from workbench.studies.hypotheses import hypotheses

WORLDS = {one.name: one for one in experiments()}


def errors(name, *, draws=12):
    """How far a few estimates of one world lie from their truths."""
    ((key, target),) = WORLDS[name].targets.items()
    found = [WORLDS[name].draw(seed)[key] for seed in range(draws)]
    aims = [target.truth if one.aim is None else one.aim for one in found]
    return np.array([one.estimate - aim for one, aim in zip(found, aims, strict=True)])


def test_every_hypothesis_is_tried_and_held_to_its_interval():
    """Each of the three has a judged world, its own smallest difference, and words for a page."""
    targets = [target for one in WORLDS.values() for target in one.targets.values()]

    judged = {target.hypothesis for target in targets if target.held_to == INTERVAL}
    assert judged == {"H2.2", "H2.3a", "H2.3b"} == set(WORDS)
    for target in targets:
        assert target.sesoi == hypotheses("02")[target.hypothesis].sesoi
    assert [target.held_to for target in targets].count(SHOWN) == 1


def test_the_study_is_tried_whole():
    """Every hypothesis of the study has a world, and no world is there twice."""
    names = [one.name for one in tried.experiments()]

    assert len(names) == len(set(names)) == len(WORLDS) + len(tried_ideas.experiments())
    assert set(tried.WORDS) == set(hypotheses("02"))


@pytest.mark.parametrize("name", WORLDS)
def test_estimates_lie_around_the_truth(name):
    """The mean of a few draws is within four of its own errors of what was planted."""
    off = errors(name)

    assert np.isfinite(off).all()
    assert abs(off.mean()) < 4 * off.std(ddof=1) / np.sqrt(len(off))


def test_what_a_talk_does_follows_from_what_is_planted():
    """Truths by hand: a fifth of the way, half of the way to the mean, and nothing."""
    truths = {name: next(iter(one.targets.values())).truth for name, one in WORLDS.items()}

    # Second noise 0.2: squared 0.04. 1 - (0.8^2 + 0.04) = 0.32; 1 - sqrt(0.5^2 + 0.04) = 0.4615.
    assert truths["H2.3b, a talk teaches a fifth of the way"] == pytest.approx(0.32)
    assert truths["H2.3a, members go half of the way to the mean"] == pytest.approx(
        1 - np.sqrt(0.29)
    )
    assert truths["H2.3b, a talk teaches nothing, for the group"] == pytest.approx(0, abs=1e-12)
    assert truths["H2.3a, members answer anew, as far apart as before"] == pytest.approx(
        0, abs=1e-12
    )


def test_a_world_without_an_estimate_says_why(monkeypatch):
    """A refusal of the model becomes a reason, not an error."""
    monkeypatch.setattr("workbench.studies.crowdsourcing.tried_groups.CROWDS", 1)
    ((key, world),) = [
        (key, one)
        for one in experiments()
        for key in one.targets
        if one.name == "H2.2, joint results, kinds do not matter"
    ]

    assert "share_less_per_sd" in world.draw(1)[key].failed
