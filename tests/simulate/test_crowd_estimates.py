"""Crowds that estimate: the diversity identity, what groups and influence do, seeds, switches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import SimulationError
from workbench.simulate.estimates import Settings, expected_squared_error, simulate


def collective(rows, column="before"):
    """One row a crowd and question: squared error of the mean, mean squared error, variance."""
    rows = rows.assign(x=rows[column] - rows["truth"])
    groups = rows.groupby(["crowd", "question"])["x"]
    return pd.DataFrame(
        {
            "error": groups.mean() ** 2,
            "individual": rows.assign(s=rows["x"] ** 2).groupby(["crowd", "question"])["s"].mean(),
            "variance": groups.var(ddof=0),
        }
    ).reset_index()


@pytest.mark.parametrize("column", ["before", "after"])
def test_the_diversity_identity_holds(column):
    """The crowd's squared error is the mean squared error minus the variance, in every crowd."""
    drawn = simulate(Settings(influence=0.4), seed=1, crowds=40, questions=5)
    got = collective(drawn.estimates, column)
    assert got["error"].to_numpy() == pytest.approx(
        (got["individual"] - got["variance"]).to_numpy(), abs=1e-10
    )


def test_expected_error_by_hand():
    """Four members of two groups, half and half, bias deviation 3, noise deviation 2."""
    got = expected_squared_error(Settings(group_bias=3, noise=2), [0.5, 0], members=4)
    # Diversity 1 - (1/4 + 1/4) = .5: 9 x .5 + 4 / 4. All alike: 9 + 1.
    assert got == pytest.approx([5.5, 10.0])


@pytest.mark.parametrize("shared", [0.0, 0.5])
def test_expected_error_is_the_mean_of_a_large_draw(shared):
    """In classes of diversity, squared errors have their expected mean."""
    settings = Settings(shared_bias=shared)
    drawn = simulate(settings, seed=2, crowds=150, members=8, questions=400)
    got = collective(drawn.estimates).merge(drawn.crowds, on="crowd")
    got["off"] = got["error"] - expected_squared_error(settings, got["diversity"], members=8)
    for part in (got["diversity"] < 0.3, got["diversity"].between(0.3, 0.6), got["off"].notna()):
        # Crowds may share the bias of a question: deviations are independent between questions.
        by_question = got[part].groupby("question")["off"].mean()
        assert abs(by_question.mean()) < 4 * by_question.sem()


def test_without_group_bias_diversity_has_no_effect():
    """The expected error is flat in diversity without group bias, and falls with it."""
    mixed = np.linspace(0, 0.8, 5)
    assert np.ptp(expected_squared_error(Settings(group_bias=0), mixed, members=10)) == 0
    assert (np.diff(expected_squared_error(Settings(), mixed, members=10)) < 0).all()


def test_shared_bias_ties_the_crowds_of_a_question():
    """With shared bias the errors of two crowds of one group agree, else they do not."""
    for shared in (0.0, 1.0):
        settings = Settings(groups=1, group_bias=1, noise=0.1, shared_bias=shared)
        rows = simulate(settings, seed=3, crowds=2, questions=800).estimates
        error = (rows["before"] - rows["truth"]).groupby([rows["question"], rows["crowd"]]).mean()
        got = error.unstack().corr().iloc[0, 1]
        assert got == pytest.approx(shared, abs=0.12)


def test_influence_narrows_and_does_not_move_the_mean():
    """Exposed crowds keep (1 - w)^2 of their variance and all of their error; others stay."""
    drawn = simulate(Settings(influence=0.4, second_noise=0), seed=4, crowds=60)
    before, after = (collective(drawn.estimates, name) for name in ("before", "after"))
    exposed = before["crowd"].map(drawn.crowds["exposed"]).to_numpy()
    ratio = (after["variance"] / before["variance"]).to_numpy()
    assert ratio == pytest.approx(np.where(exposed, 0.36, 1.0), rel=1e-9)
    assert after["error"].to_numpy() == pytest.approx(before["error"].to_numpy(), abs=1e-10)
    assert drawn.truth["variance_ratio"] == pytest.approx(0.36)


def test_learning_moves_everybody_towards_the_truth():
    """A tenth of the way to the truth leaves .81 of the collective error, exposed or not."""
    drawn = simulate(Settings(learning=0.1, influence=0.4, second_noise=0), seed=5, crowds=30)
    before, after = (collective(drawn.estimates, name) for name in ("before", "after"))
    ratio = (after["error"] / before["error"]).to_numpy()
    assert ratio == pytest.approx(0.81, rel=1e-6)
    # .6 of the spread after influence, .9 of that after learning.
    assert drawn.truth["variance_ratio"] == pytest.approx((0.6 * 0.9) ** 2)


def test_second_noise_widens_and_confidence_rises_where_exposed():
    """Asking again adds its own noise; confidence gains its share in exposed crowds alone."""
    rows = simulate(Settings(second_noise=0.5), seed=6).estimates
    assert (rows["after"] - rows["before"]).std() == pytest.approx(0.5, rel=0.02)
    gain = (rows["confidence_after"] - rows["confidence_before"]).round(9)
    assert gain.tolist() == np.where(rows["exposed"], 0.3, 0).tolist()


def test_laws_of_the_draw():
    """Truths, noise and groups have their spreads; half of the crowds are exposed."""
    drawn = simulate(Settings(mixing=1000), seed=7, crowds=100, questions=1000)
    rows = drawn.estimates
    assert rows.groupby("question")["truth"].first().std() == pytest.approx(2, rel=0.08)
    assert drawn.crowds["exposed"].sum() == 50
    spread = np.sqrt(0.8**2 + 1)
    assert (rows["before"] - rows["truth"]).std() == pytest.approx(spread, rel=0.02)
    inside = rows.groupby(["crowd", "question", "group"])["before"].var().mean()
    assert inside == pytest.approx(1, rel=0.02)
    # Equal groups: the share of a group is binomial, E diversity = .8 (1 - 1 / 12).
    assert drawn.crowds["diversity"].mean() == pytest.approx(0.8 * 11 / 12, abs=0.02)


def test_diversity_is_that_of_the_members():
    """The table of crowds counts the groups of the table of estimates."""
    drawn = simulate(Settings(), seed=8, crowds=25, questions=1)
    for crowd, one in drawn.estimates.groupby("crowd"):
        share = one["group"].value_counts(normalize=True)
        held = drawn.crowds.loc[crowd]
        assert held["diversity"] == pytest.approx(1 - (share**2).sum())
        assert (held["members"], held["exposed"]) == (len(one), one["exposed"].iloc[0])


def test_the_same_seed_gives_the_same_rows():
    """One seed one result; another seed another."""
    one, two, other = (simulate(Settings(), seed=seed, crowds=9) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.estimates, two.estimates)
    pd.testing.assert_frame_equal(one.crowds, two.crowds)
    assert not one.estimates.equals(other.estimates)


@pytest.mark.parametrize(
    ("effect", "moved"),
    [
        ({"influence": 0.4}, {"after"}),
        ({"learning": 0.4}, {"after"}),
        ({"group_bias": 0}, {"before", "after"}),
        ({"exposed": 0.1, "confidence_gain": 0}, {"exposed", "confidence_after"}),
        ({"truth_sd": 0}, {"truth", "before", "after"}),
    ],
)
def test_an_effect_leaves_the_other_draws_alone(effect, moved):
    """Switching one effect changes the columns that depend on it and no other."""
    none = simulate(Settings(), seed=9, crowds=20).estimates
    other = simulate(Settings(**effect), seed=9, crowds=20).estimates
    assert {name for name in none if not none[name].equals(other[name])} == moved


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"influence": 1.5}, r"estimates: expected influence to be a number from 0 to 1, got 1\.5"),
        ({"groups": 0}, "expected groups to be a whole number from 1 to 50, got 0. Choose one"),
        ({"groups": 2.5}, "expected groups to be a whole number from 1 to 50, got 2.5"),
        ({"mixing": 0}, "expected mixing to be a number from 0.05 to 1000, got 0"),
    ],
)
def test_refuses_settings_out_of_range(settings, message):
    """An effect that no crowd can have is named with its range."""
    with pytest.raises(SimulationError, match=message):
        Settings(**settings)


@pytest.mark.parametrize("name", ["crowds", "members", "questions"])
def test_refuses_sizes_out_of_range(name):
    """Every size is at least one, and the rows fit into a machine."""
    with pytest.raises(SimulationError, match=f"expected {name} to be a whole number from 1 to"):
        simulate(Settings(), seed=1, **{name: 0})
    with pytest.raises(SimulationError, match="questions to be a whole number from 1 to 10,000, g"):
        simulate(Settings(), seed=1, crowds=100, members=10, questions=10_001)


def test_refuses_a_diversity_that_is_none():
    """Simpson's index is a share, and a crowd has members."""
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(
            SimulationError, match="diversity to hold numbers from 0 to 1, got othe"
        ):
            expected_squared_error(Settings(), [0.5, wrong], members=3)
    with pytest.raises(SimulationError, match="expected members to be a whole number from 1"):
        expected_squared_error(Settings(), [0.5], members=0)
