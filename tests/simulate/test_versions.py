"""Projects in versions: regression to the mean, what feedback improves, seeds and switches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from workbench.errors import SimulationError
from workbench.simulate.versions import Settings, simulate


def changes(drawn):
    """One row a change from a version to the next, with the feedback in between."""
    rows = drawn.versions.assign(f=np.log1p(drawn.versions["feedback"]))
    groups = rows.groupby("project")
    later = {f"next_{name}": groups[name].shift(-1) for name in ("rating_a", "rating_b", "quality")}
    return rows.assign(**later).dropna()


def slope(rows, formula):
    """Coefficient of the logged feedback and its standard error, clustered by project."""
    fit = smf.ols(formula, rows).fit(cov_type="cluster", cov_kwds={"groups": rows["project"]})
    return fit.params["f"], fit.bse["f"]


@pytest.mark.parametrize("improvement", [0.0, 0.2])
def test_given_the_rating_feedback_has_its_planted_effect(improvement):
    """Feedback depends on the rating alone: given it, the slope is the planted improvement."""
    rows = changes(simulate(Settings(improvement=improvement), seed=1, projects=2000))
    # The mean of quality given the rating is linear for the first version only.
    got, error = slope(rows.query("version == 0"), "next_rating_b ~ f + rating_a")
    assert abs(got - improvement) < 4 * error


def test_regression_to_the_mean_looks_like_improvement():
    """Without any effect ratings rise after feedback; the ratings of others do not."""
    rows = changes(simulate(Settings(), seed=2, projects=1000))
    got, error = slope(rows, "I(next_rating_a - rating_a) ~ f")
    assert got > 10 * error
    got, error = slope(rows, "I(next_rating_b - rating_b) ~ f")
    assert abs(got) < 4 * error


def test_laws_of_the_versions():
    """Feedback is Poisson around its log mean; ratings and steps spread as planted."""
    rows = changes(simulate(Settings(), seed=3, projects=3000))
    mean = np.exp(1 - 0.6 * rows["rating_a"])
    assert abs((rows["feedback"] - mean).sum()) < 4 * np.sqrt(mean.sum())
    assert ((rows["feedback"] - mean) ** 2 / mean).mean() == pytest.approx(1, rel=0.05)
    for name in ("rating_a", "rating_b"):
        assert (rows[name] - rows["quality"]).std() == pytest.approx(0.7, rel=0.03)
    assert (rows["next_quality"] - rows["quality"]).std() == pytest.approx(0.3, rel=0.03)
    assert rows.query("version == 0")["quality"].std() == pytest.approx(1, rel=0.05)


def test_improvement_by_hand():
    """Without luck and steps, quality rises by the improvement times the logged feedback."""
    settings = Settings(improvement=0.3, step=0, rating_noise=0)
    rows = changes(simulate(settings, seed=4, projects=50))
    gain = (rows["next_quality"] - rows["quality"]).to_numpy()
    assert gain == pytest.approx(0.3 * np.log(1 + rows["feedback"].to_numpy()), abs=1e-12)
    assert rows["rating_a"].equals(rows["quality"])


def test_seeds_and_switches():
    """One seed one result; an effect leaves the first version and all luck alone."""
    one, two, other = (simulate(Settings(), seed=seed).versions for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(other)
    planted = simulate(Settings(improvement=0.2), seed=1)
    first = one["version"] == 0
    pd.testing.assert_frame_equal(one[first], planted.versions[first])
    luck = [rows["rating_b"] - rows["quality"] for rows in (one, planted.versions)]
    assert luck[0].to_numpy() == pytest.approx(luck[1].to_numpy(), abs=1e-9)
    assert planted.truth == {"improvement": 0.2, "complaint": 0.6}


def test_refuses_settings_and_sizes_out_of_range():
    """What no project can have is named with its range."""
    with pytest.raises(SimulationError, match="versions: expected step to be a number from 0 to 5"):
        Settings(step=-1)
    with pytest.raises(
        SimulationError, match="expected projects to be a whole number from 1 to 10"
    ):
        simulate(Settings(), seed=1, projects=0)
    with pytest.raises(
        SimulationError, match="versions to be a whole number from 1 to 10,000, got"
    ):
        simulate(Settings(), seed=1, projects=1000, versions=10_001)
