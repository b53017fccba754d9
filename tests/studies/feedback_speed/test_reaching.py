"""The flow of study 1: from posts read to the newcomers compared."""

from workbench.studies.feedback_speed import exclusion_flow
from workbench.studies.feedback_speed.reaching import REASONS


def test_flow_ends_with_those_compared(college_cohort):
    """The last box has the 336 of the selection, and each step names why people leave."""
    figure = exclusion_flow([college_cohort])

    # 59,835 messages; 1350 - 1350, 1350 - 809, 809 - 796, 796 - 336 leave.
    assert "posts read 59,835 (0 leave: set aside when read" in figure.alt
    assert figure.alt.endswith("not yet back by the landmark 336.")
    for left, reason in zip((0, 541, 13, 460), REASONS.values(), strict=True):
        assert f"({left} leave: {reason})" in figure.alt


def test_every_step_of_the_selection_has_a_reason(college_cohort, chitchat_cohort):
    """All steps but the first are reached by fewer, and the figure can say why in both."""
    steps = list(college_cohort.reached)

    assert list(chitchat_cohort.reached) == steps
    assert list(REASONS) == steps[1:]


def test_nobody_to_compare_is_said():
    """Without a community that can carry the study a sentence stands in place of the figure."""
    assert exclusion_flow([]).caption == "Not enough data for this step."
