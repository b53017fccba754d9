"""The estimates behind the findings: what they count, and the people it would take."""

import pytest

from workbench.models.power import units_needed
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed import estimates, pace


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
    words = {"step": "a difference of 1 in 100", "what": "people"}
    text = estimates._needed(0.01, 0.0141, 1000, **words)

    assert text == (
        "About 4,000 people would be needed to see a difference of 1 in 100 four times out of "
        "five; there are 1,000."
    )
    assert estimates._needed(0.01, 0.03, 1000, **words) is None


def test_each_estimate_names_its_own_window(chitchat_cohort, college_cohort):
    """A risk counts from the window on, a ratio from the first post, days from the landmark."""
    days, ratio = (estimates.results(one)["H1.2a"] for one in (chitchat_cohort, college_cohort))
    risk = estimates.results(chitchat_cohort)["H1.1"]

    assert "returns counted after 24 hours and up to 8 days" in risk.windows
    assert days.windows == "From the landmark (5 minutes) to 8 days after the first post."
    assert ratio.windows.startswith("Followed from the first post to the first post in another")


def test_only_the_answered_carry_the_dose(college_cohort):
    """The speed of an answer is known of the answered only, and n says so."""
    found = estimates.results(college_cohort)
    rows = pace.fit(college_cohort).rows

    assert found["H1.2b"].n == rows.loc[rows["answered"] == 1, "person_id"].nunique()
    assert found["H1.2b"].n < found["H1.2a"].n
