"""The quick world of newcomers follows the laws of the whole one, whose truth is known."""

import numpy as np
import pytest

from workbench.models.effects import risk_difference
from workbench.models.instruments import two_stage_least_squares
from workbench.simulate import Settings, truths
from workbench.simulate.truths import LANDMARK_HOURS, UNTIL_HOURS
from workbench.studies.must_fail.demonstration import BETTER, NAIVE
from workbench.studies.must_fail.newcomers import about_newcomers, at_landmark, newcomers


def test_answers_come_as_often_as_the_truth_says():
    """The share answered within an hour of 60,000 newcomers, within four standard errors."""
    # Without availability, which newcomers of one shift share, they are independent.
    settings = Settings(availability_spread=0.0, shocks_per_year=0.0)
    rows = newcomers(settings, 60_000, seed=1)
    truth = truths(settings)["within_hour"].value

    assert (rows["answered"] <= 1).mean() == pytest.approx(truth, abs=4 * 0.5 / np.sqrt(60_000))


def test_answers_bring_back_as_many_as_was_planted():
    """Adjusted for commitment and quality, the landmark difference is the true one."""
    settings = Settings(tau=0.4)
    rows = at_landmark(settings, 40_000, seed=1)
    found = risk_difference(
        rows, outcome="returned", exposure="early", covariates=["u", "q"], clusters="shift"
    )
    truth = truths(settings)["landmark"].value

    assert truth > 0.02
    assert found.estimate == pytest.approx(truth, abs=4 * found.std_error)


def test_the_landmark_sets_aside_who_is_back_or_not_watched():
    """Nobody is back within a day, and everybody is watched for a month."""
    rows = at_landmark(Settings(), 500, seed=1)

    assert (rows["back"] > LANDMARK_HOURS).all()
    assert (rows["watched"] >= UNTIL_HOURS).all()
    assert (rows["returned"] == (rows["back"] <= UNTIL_HOURS)).all()


def test_nothing_reveals_a_broken_instrument():
    """The instrument is strong, its interval leaves out the truth of 0, and no test objects."""
    settings = Settings(tau=0.0, xi=0.3, availability_spread=1.0)
    rows = at_landmark(settings, 4_000, seed=1)
    rows = rows.assign(early=rows["early"].astype(float), returned=rows["returned"].astype(float))
    found = two_stage_least_squares(
        rows, outcome="returned", exposure="early", instruments=["log_availability"]
    )

    assert found.low > 0
    assert found.first_stage_f > 100
    assert (found.weak, found.sargan, found.hansen) == (None, None, None)


def test_the_true_median_is_that_of_the_planted_law():
    """Half are answered within 3.14 hours: 0.2 ((1 - ln 2 / ln 5) ** -5 - 1), as log2."""
    (censoring,) = (one for one in about_newcomers() if one.key == "censoring")
    hours = 0.2 * ((1 - np.log(2) / np.log(5)) ** -5 - 1)

    assert censoring.experiment.targets[BETTER].truth == pytest.approx(np.log2(hours))
    assert censoring.experiment.targets[NAIVE].truth == pytest.approx(np.log2(hours))
