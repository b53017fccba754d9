"""Study 2 on published data: numbers that others found, and counts made once more by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench import data
from workbench.studies.crowdsourcing import diversity, groups, subcrowds, talking
from workbench.studies.crowdsourcing.identity import identity

RAW = Path(__file__).resolve().parents[4] / "shared" / "raw" / "crowd_labels"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not RAW.is_dir(), reason="../shared is not beside the project"),
]


@pytest.fixture
def opened(monkeypatch):
    """Load a named data set from the samples into the empty data folder of the test."""
    monkeypatch.setenv("WORKBENCH_RAW", str(RAW))

    def load(name):
        data.load(name)
        return data.open(name)

    return load


def test_the_identity_of_emotions_is_the_published_one(opened):
    """Errors of crowd and member and the diversity, recomputed by another program."""
    found = identity(opened("crowd-emotion"))

    # Zheng et al. (2017), the emotion set: 318.0995 = 884.7966 - 566.6970.
    assert found.collective_error == pytest.approx(318.0995, abs=1e-4)
    assert found.individual_error == pytest.approx(884.7966, abs=1e-4)
    assert found.diversity == pytest.approx(566.6970, abs=1e-4)
    assert found.residual < 1e-9


def test_few_raters_judged_all_emotions(opened):
    """All 700 items have ten raters of 38; the error over raters is far above that over items."""
    community = opened("crowd-emotion")
    found = diversity.own(community)
    narrow = subcrowds.over_items(community, diversity.variants(community)[0])

    assert (found.n, found.clusters) == (700, 38)
    assert subcrowds.panel(community).left_out == {}
    assert found.low < 0 < found.high
    assert found.std_error > 3 * narrow.std_error


def test_estimates_before_and_after_a_talk(opened):
    """Who is compared; with far answers kept the error of the mean is larger after the talk."""
    community = opened("navajas-estimates")
    made = groups.groups(community)

    # 5,600 lines, of which 230 lack one answer and 12 both; counted in the file.
    assert sum(made.left_out.values()) + len(made.people) == 5588
    assert made.left_out[groups.ONE_ANSWER] == 230
    assert made.left_out[groups.NO_LOGARITHM] == 5
    assert made.table["group"].nunique() == 280
    fixed = talking.less(community, what="error")
    kept = talking.less(community, what="error", keep_far=True)
    assert fixed.low < 0 < fixed.high
    assert kept.high < 0
    assert talking.less(community, what="spread").low > 0.4
