"""What a negative control that passed has not ruled out."""

import pytest

from workbench.models.result import Estimate
from workbench.studies.feedback_speed.estimates import could_hide

CONTROL = Estimate(0.001, 0.023, -0.045, 0.047, 0.97, 900)


def test_the_larger_limit_is_told_in_100():
    """From 4.5 fewer to 4.7 more: up to 4.7 in 100 could be hidden."""
    assert could_hide(CONTROL, "passed") == (
        "The negative control found nothing clear, but it could hide up to 4.7 in 100."
    )


@pytest.mark.parametrize(
    ("control", "judgement"), [(CONTROL, "failed"), (CONTROL, None), (None, "passed")]
)
def test_only_of_a_control_that_passed(control, judgement):
    """One that failed, or was not run, hides nothing of its own."""
    assert could_hide(control, judgement) == ""
