"""The tempting answers beside the better ones."""

from workbench.studies.feedback_speed.tempting import wrong_and_right


def test_tempting_answers_stand_beside_better_ones(college_cohort):
    """The naive median is 3.92 hours against none; immortal time makes the answered look slow."""
    wait, immortal, ever = wrong_and_right([college_cohort]).frame.to_dict("records")

    assert wait["tempting answer"] == "3.92 h: the median of the answered"
    assert wait["better answer"].startswith("not reached: ")
    wrong, right = (float(immortal[f"{kind} answer"].split()[0]) for kind in ("tempting", "better"))
    assert wrong < right
    assert ever["better answer"] == immortal["better answer"]
    assert "ever answered against never" in ever["tempting answer"]


def test_a_ratio_that_changes_is_not_called_the_answer(chitchat_cohort):
    """Where proportional hazards fail, the better ratio says that it is not the whole story."""
    table = wrong_and_right([chitchat_cohort]).frame
    assert (
        table["better answer"]
        .iloc[1]
        .endswith("it changes over time, see “The pace of coming back”")
    )
