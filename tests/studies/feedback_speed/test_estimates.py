"""The estimates behind the findings: what they count, and the people it would take."""

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
