"""Every method that a study leans on finds what was planted, and says honestly how sure it is."""

import pytest

from workbench.studies.calibration.draws import SHOWN
from workbench.studies.calibration.experiments import experiments
from workbench.studies.calibration.running import run

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


@pytest.mark.parametrize("one", JUDGED, ids=lambda one: one.name)
def test_methods_find_what_was_planted(one):
    """With a hundred data sets every judged target of every world is inside its band."""
    rows = run(one, replicates=REPLICATES)

    assert [(row.key, row.judged.faults) for row in rows if row.passed is False] == []
