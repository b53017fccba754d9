"""Every method that a study leans on finds what was planted, and says honestly how sure it is."""

import pytest

from workbench.studies.calibration.draws import SHOWN
from workbench.studies.calibration.experiments import experiments
from workbench.studies.calibration.judging import CONFIRMING, judge

REPLICATES = 100
JUDGED = [
    one for one in experiments() if any(target.held_to != SHOWN for target in one.targets.values())
]


def test_every_method_that_is_leaned_on_is_tried():
    """The hypotheses of study 1, and the methods that the other studies will use."""
    tried = {
        target.hypothesis
        for one in JUDGED
        for target in one.targets.values()
        if target.held_to != SHOWN
    }

    assert tried >= {
        "H1.1", "H1.1w", "H1.2a", "H1.2b", "H1.3", "two_lines", "dawid_skene", "random_effects",
    }  # fmt: skip


def dishonest(judged):
    """
    The faults of a target, but for errors that are stated too large.

    Those make a method cautious, not wrong; the kept table names them and the verdict heeds them.
    """
    cautious = judged.error_ratio is not None and judged.error_ratio > 1
    return [one for one in judged.faults if not (cautious and one.startswith("stated over true"))]


@pytest.mark.parametrize("one", JUDGED, ids=lambda one: one.name)
def test_methods_find_what_was_planted(one):
    """
    With a hundred data sets: no bias, intervals that hold the truth, no excess of false alarms.

    Held to three Monte-Carlo errors, because so many bands at two would fail by chance alone.
    """
    draws = [one.draw(seed) for seed in range(1, 1 + REPLICATES)]
    found = {
        key: dishonest(judge(target, [draw[key] for draw in draws], errors=CONFIRMING))
        for key, target in one.targets.items()
    }

    assert {key: faults for key, faults in found.items() if faults} == {}
