"""Estimators are held against the truth: worked by hand, and caught when they are wrong."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from workbench.errors import StudyError
from workbench.studies.calibration.draws import FALSE_ALARM, NEITHER, SHOWN, Draw, Target
from workbench.studies.calibration.judging import at_null, band, judge

TARGET = Target("H", "nothing planted", NEITHER, truth=0.0)


def draws(n=400, *, truth=0.0, shift=0.0, stated=1.0, seed=1):
    """Means of one normal number each, with the standard error that their maker states."""
    values = truth + shift + np.random.default_rng(seed).normal(size=n)
    return [
        Draw(
            value, stated, value - 1.96 * stated, value + 1.96 * stated,
            2 * stats.norm.sf(abs(value) / stated),
        )
        for value in values
    ]  # fmt: skip


def test_numbers_worked_by_hand():
    """Estimates 1, 2, 3 twenty times over, around a truth of 1, with intervals of half a unit."""
    made = [Draw(v, 0.5, v - 0.5, v + 0.5, 0.01 * v) for v in (1.0, 2.0, 3.0) for _ in range(20)]
    one = judge(replace(TARGET, truth=1.0), made)

    assert one.mean == one.bias + 1 == 2.0
    # Squares of the distances from 2: forty times 1, over 59.
    assert one.spread == pytest.approx(math.sqrt(40 / 59))
    assert one.bias_error == pytest.approx(math.sqrt(40 / 59 / 60))
    assert one.coverage == pytest.approx(1 / 3)  # only the intervals around 1 hold it
    assert one.rejected == 1.0
    assert one.error_ratio == pytest.approx(0.5 / math.sqrt(40 / 59))


def test_bands_follow_from_the_number_of_replicates():
    """As in the plan: 400 replicates allow 0.928 to 0.972, 100 allow 0.906 to 0.994."""
    assert band(0.95, 400) == pytest.approx((0.9282, 0.9718), abs=1e-4)
    assert band(0.95, 100) == pytest.approx((0.9064, 0.9936), abs=1e-4)


def test_an_honest_estimator_passes():
    """Unbiased, with the error it states: nothing is out of its band."""
    assert judge(TARGET, draws()).faults == ()


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ({"shift": 0.5}, "bias"),
        ({"stated": 0.6}, "coverage"),
        ({"stated": 1.8}, "stated over true error"),
        ({"stated": 0.6}, "false alarms"),
    ],
)
def test_a_wrong_estimator_is_caught(made, fault):
    """A bias, errors that are too small or too large, and too many false alarms are named."""
    assert any(line.startswith(fault) for line in judge(TARGET, draws(**made)).faults)


def test_a_bias_too_small_to_matter_passes():
    """A tenth of the smallest difference worth acting on is allowed, whatever the precision."""
    made = draws(4000, shift=0.1)

    assert any("bias" in line for line in judge(TARGET, made).faults)
    assert not any("bias" in line for line in judge(replace(TARGET, sesoi=2.0), made).faults)


def test_a_test_that_never_fires_passes_as_a_check_of_false_alarms():
    """Held to false alarms only, a cautious method passes and an eager one does not."""
    careful, eager = draws(stated=3.0), draws(stated=0.5)
    target = replace(TARGET, held_to=FALSE_ALARM)

    assert judge(target, careful).faults == ()
    assert len(judge(target, eager).faults) == 1


@pytest.mark.parametrize(("truth", "judged"), [(0.0, True), (1.5e-17, True), (1e-3, False)])
def test_false_alarms_are_judged_where_nothing_is_planted(truth, judged):
    """A truth that was computed is 0 but for rounding; a small effect is none."""
    target = replace(TARGET, truth=truth, held_to=FALSE_ALARM)

    assert at_null(target) == judged
    assert bool(judge(target, draws(stated=0.5)).faults) == judged
    assert not at_null(replace(target, null=None))


def test_what_is_only_shown_has_no_faults():
    """Residual confounding is shown, not judged."""
    assert judge(replace(TARGET, held_to=SHOWN), draws(shift=2.0)).faults == ()


def test_each_data_set_may_have_its_own_truth():
    """Where the truth differs between data sets, every estimate is held against its own."""
    made = [
        replace(
            draw, estimate=draw.estimate + i, low=draw.low + i, high=draw.high + i, aim=float(i)
        )
        for i, draw in enumerate(draws())
    ]
    one = judge(TARGET, made)

    assert abs(one.bias) < 0.2
    assert one.coverage == pytest.approx(0.95, abs=0.03)


def test_failures_are_counted_and_are_a_fault():
    """A replicate without an estimate is not dropped in silence."""
    one = judge(TARGET, [*draws(), Draw(failed="no events")])

    assert (one.replicates, one.failed) == (401, 1)
    assert "1 of 401 gave no estimate" in one.faults


def test_too_few_estimates_are_refused():
    """Nothing is said of a handful of data sets."""
    with pytest.raises(StudyError, match=r"expected at least 20 estimates, got 3 of 4"):
        judge(TARGET, [*draws(3), Draw(failed="no events")])
