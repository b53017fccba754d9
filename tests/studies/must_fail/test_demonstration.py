"""When a row errs and when it holds: worked by hand, each kind of error at its own border."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ModelError, StudyError
from workbench.studies.calibration.draws import NEITHER, SHOWN, Draw, Experiment, Target
from workbench.studies.calibration.judging import Judged
from workbench.studies.calibration.table import Row
from workbench.studies.must_fail.demonstration import (
    BETTER,
    COVERAGE,
    FALSE_ALARMS,
    FAR,
    NAIVE,
    SIGN,
    TOO_HIGH,
    TOO_LOW,
    Demonstration,
    declared,
    errs,
    experiment,
    holds,
    least_squares,
)

# 100 data sets: two Monte-Carlo errors of 0.95 and of 0.05 are 0.0436, three are 0.0654.
JUDGED = Judged(
    replicates=100, failed=0, truth=0.5, mean=0.5, bias=0.0, bias_error=0.1, spread=1.0,
    error_ratio=1.0, coverage=0.95, coverage_low=0.9064, coverage_high=0.9936,
    rejected=0.05, rejected_low=0.02, rejected_high=0.11, faults=(),
)  # fmt: skip
NOTHING = Experiment("must fail: none", {}, dict)


def one(error):
    """A demonstration that states this error."""
    return Demonstration("one", "One", "naive", "why", "better", error, "points", NOTHING)


def row(*, worth=None, **judged):
    """A row of 100 data sets, with what is given here instead of an honest estimator's numbers."""
    target = Target("must fail", "world", NEITHER, 0.5, sesoi=worth, held_to=SHOWN)
    return Row("must fail: one", NAIVE, target, replace(JUDGED, **judged))


@pytest.mark.parametrize(
    ("error", "yes", "no"),
    [
        (TOO_HIGH, {"bias": 0.31}, {"bias": 0.29}),
        (TOO_HIGH, {"bias": 0.31}, {"bias": -0.9}),
        (TOO_LOW, {"bias": -0.31}, {"bias": -0.29}),
        (TOO_LOW, {"bias": -0.31}, {"bias": 0.9}),
        (FAR, {"bias": -0.31}, {"bias": 0.29}),
        (SIGN, {"mean": -0.31}, {"mean": -0.29}),
        (SIGN, {"mean": -0.31}, {"mean": 0.9}),
        (FALSE_ALARMS, {"rejected": 0.12}, {"rejected": 0.11}),
        (FALSE_ALARMS, {"rejected": 0.12}, {"rejected": None}),
        (COVERAGE, {"coverage": 0.88}, {"coverage": 0.89}),
        (COVERAGE, {"coverage": 0.88}, {"coverage": None}),
    ],
)
def test_an_error_counts_beyond_three_monte_carlo_errors(error, yes, no):
    """Just beyond the border in the stated direction, and not below it or in the other one."""
    assert errs(one(error), row(**yes))
    assert not errs(one(error), row(**no))


@pytest.mark.parametrize(
    ("error", "yes", "no"),
    [
        (TOO_HIGH, {"bias": -0.29}, {"bias": 0.31}),
        (TOO_LOW, {"bias": 0.29}, {"bias": -0.31}),
        (SIGN, {"bias": 0.29}, {"bias": 0.31}),
        (FAR, {"bias": 0.39, "worth": 4.0}, {"bias": 0.41, "worth": 4.0}),
        (FALSE_ALARMS, {"rejected": 0.11}, {"rejected": 0.12}),
        (FALSE_ALARMS, {"rejected": 0.0}, {"rejected": None}),
        (COVERAGE, {"coverage": 0.89}, {"coverage": 0.88}),
        (COVERAGE, {"coverage": 1.0}, {"coverage": None}),
        (TOO_HIGH, {"bias": 0.0}, {"bias": 0.0, "failed": 1}),
    ],
)
def test_a_row_holds_within_three_monte_carlo_errors(error, yes, no):
    """On either side; a tenth of what is worth acting on is allowed, a missing estimate is not."""
    assert holds(one(error), row(**yes))
    assert not holds(one(error), row(**no))


@pytest.mark.parametrize("error", [TOO_HIGH, TOO_LOW, FAR, FALSE_ALARMS, COVERAGE])
@pytest.mark.parametrize("size", [0.0, 0.25, 0.31, 0.5, 0.89, 0.95])
def test_no_row_errs_and_holds(error, size):
    """What is wrong enough to show a mistake is too wrong for the better analysis."""
    for side in (-size, size):
        same = row(bias=side, rejected=size, coverage=size)
        assert not (errs(one(error), same) and holds(one(error), same))


def test_an_unknown_error_is_refused():
    """Nobody could check it."""
    with pytest.raises(StudyError, match=r"must fail, one: expected an error among .*'bad'"):
        one("bad")


def numbers(seed):
    """A world of one number."""
    return pd.DataFrame({"x": [float(seed)]})


def told(rows):
    """The number itself."""
    return Draw(float(rows["x"].iloc[0]))


def refused(rows):
    """An analysis that never works."""
    raise ModelError(f"model: expected more rows, got {len(rows)}. Bring more.")


def test_both_analyses_get_the_same_data_and_may_refuse():
    """A refusal is kept as the reason why there is no estimate."""
    made = experiment("x", numbers, naive=told, better=refused, scenario="none", truth=2.0)

    got = made.draw(3)

    assert got[NAIVE] == Draw(3.0)
    assert got[BETTER].failed == "model: expected more rows, got 1. Bring more."
    assert (made.name, made.targets[BETTER].truth) == ("must fail: x", 2.0)


def test_least_squares_by_hand():
    """Four points around y = x, and errors that are larger where rows go together."""
    data = pd.DataFrame({"x": [0, 0, 1, 1], "y": [0, 1, 1, 2], "g": list("abcd")})
    got = least_squares(data, outcome="y", exposure="x")

    # Slope 1, residuals 1/2 in size: s2 = 4 / 4 / 2 = 1/2, and x has a sum of squares of 1.
    assert got.estimate == pytest.approx(1.0)
    assert got.std_error == pytest.approx(np.sqrt(0.5))
    twice = pd.concat([data, data], ignore_index=True)
    rows, people = (
        least_squares(twice, outcome="y", exposure="x", clusters=clusters)
        for clusters in (None, "g")
    )
    assert rows.std_error < got.std_error
    assert people.std_error > rows.std_error


@pytest.mark.parametrize("found", [True, False])
def test_a_declaration_is_an_alarm_or_none(found):
    """Yes counts as p below 0.05, no does not."""
    got = declared(found=found)

    assert (got.estimate, got.p_value < 0.05) == (float(found), found)
