"""What an estimate takes from its hypothesis, and how many units a design needs."""

import pytest

from workbench.models.power import units_needed
from workbench.studies.estimated import needed, shared
from workbench.studies.hypotheses import hypotheses


def test_needed_by_hand():
    """Half the error takes four times the units; with enough of them there is no sentence."""
    # 2.80159 * .01 is 2.8 in 100; to see 1.4 in 100 takes (2.8 / 1.4) ** 2 = 4 times the people.
    assert units_needed(0.01, 0.0140079, n=1000) == pytest.approx(4000, rel=1e-4)
    words = {"step": "a difference of 1 in 100", "what": "people"}
    text = needed(0.01, 0.0141, 1000, **words)

    assert text == (
        "About 4,000 people would be needed to see a difference of 1 in 100 four times out of "
        "five; there are 1,000."
    )
    assert needed(0.01, 0.03, 1000, **words) is None


def test_an_estimate_keeps_the_words_of_its_hypothesis():
    """Scale, estimand and the line drawn are the hypothesis's own."""
    row = hypotheses()["H2.4"]

    assert shared(row) == {
        name: row.fields[name] for name in ("scale", "estimand", "sesoi", "sesoi_reason", "against")
    }
