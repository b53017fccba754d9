"""The estimates behind the findings: what they count, and the people it would take."""

import pytest

from workbench.models.effects import Effect
from workbench.models.power import people_needed, units_needed
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed import estimates
from workbench.studies.hypotheses import hypotheses


def effect_of(n, *, risk):
    """An effect in two groups of n people, with this risk among the unanswered."""
    return Effect(
        estimate=0.0, std_error=0.1, low=-0.2, high=0.2, p_value=1.0, n=2 * n, clusters=9,
        risk_exposed=risk, risk_unexposed=risk,
        risk_ratio=None, risk_ratio_low=None, risk_ratio_high=None, n_exposed=n,
        events_exposed=1, events_unexposed=1, specification="", events_per_term=None,
    )  # fmt: skip


def test_people_needed_is_left_out_where_it_says_nothing():
    """Large enough groups, and shares with no room for the step, have no such sentence."""
    row = hypotheses()["H1.1"]
    enough = people_needed(0.5, row.sesoi)

    assert estimates._people_needed(effect_of(1000, risk=0.5), row).startswith("About 9,900 people")
    assert estimates._people_needed(effect_of(int(enough) + 1, risk=0.5), row) is None
    assert estimates._people_needed(effect_of(10, risk=0.99), row) is None
    assert estimates._people_needed(effect_of(10, risk=0.0), row) is None


def test_events_after_the_window_do_not_count(chitchat_cohort):
    """The smaller arm's events are returns inside the window, not later ones."""
    found = estimates.results(chitchat_cohort)["H1.2a"]
    rows = chitchat_cohort.at_landmark
    inside = rows["next_us"] - rows["first_us"] <= 8 * DAY

    assert found.events == min(
        (inside & rows["responded"]).sum(), (inside & ~rows["responded"]).sum()
    )
    assert found.events < (rows["next_us"].notna() & ~rows["responded"]).sum()


def test_needed_by_hand():
    """Half the error takes four times the units; with enough of them there is no sentence."""
    # 2.80159 * .01 is 2.8 in 100; to see 1.4 in 100 takes (2.8 / 1.4) ** 2 = 4 times the people.
    assert units_needed(0.01, 0.0140079, n=1000) == pytest.approx(4000, rel=1e-4)
    text = estimates._needed(0.01, 0.0141, 1000, "people", "a difference of 1 in 100")

    assert text == (
        "About 4,000 people would be needed to see a difference of 1 in 100 four times out of "
        "five; there are 1,000."
    )
    assert estimates._needed(0.01, 0.03, 1000, "people", "a difference of 3 in 100") is None
