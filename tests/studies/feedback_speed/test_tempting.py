"""The tempting answers beside the better ones."""

from workbench.studies.feedback_speed.tempting import wrong_and_right


def test_tempting_answers_stand_beside_better_ones(college_cohort):
    """The naive median is 3.92 hours against none; ever against never looks slower than it is."""
    table = wrong_and_right([college_cohort]).frame

    wait, pace = (row for _, row in table.iterrows())
    assert wait["tempting answer"] == "3.92 h: the median of the answered"
    assert wait["better answer"].startswith("not reached: ")
    wrong, right = (float(pace[f"{kind} answer"].split()[0]) for kind in ("tempting", "better"))
    assert wrong < right
