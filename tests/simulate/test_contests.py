"""Idea contests: the planted effects found again, order statistics, fixation, seeds, switches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from workbench.errors import SimulationError
from workbench.simulate.contests import Settings, expected_best, simulate


def slopes(frame, formula):
    """Coefficients and robust standard errors of a regression."""
    fit = smf.ols(formula, frame).fit(cov_type="HC3")
    return fit.params, fit.bse


def test_expected_best_is_the_order_statistic():
    """Without variation between contests, the best of n is the mean largest of n normal draws."""
    plain = Settings(uncertainty_sd=0, expertise_effect=0)
    got = expected_best(plain, [1, 2, 4, 8, 16, 32, 64])
    # Two draws: 1 / sqrt(pi). The others are the tabled means of the largest normal value.
    tabled = [0, 1 / np.sqrt(np.pi), 1.02938, 1.42360, 1.76599, 2.06967, 2.34373]
    assert got == pytest.approx(tabled, abs=2e-5)


def test_expected_best_by_hand():
    """Effort loss takes its points per doubling, and a bonus of all is a bonus of the best."""
    settings = Settings(
        uncertainty_sd=0, expertise_effect=0.75, effort_loss=0.2, outsiders=1, outsider_bonus=0.5
    )
    # Deviation sqrt(.75^2 + 1) = 1.25; the better of two is 1.25 / sqrt(pi) above the mean.
    assert expected_best(settings, [1, 2]) == pytest.approx(
        [0.5, 0.5 + 1.25 / np.sqrt(np.pi) - 0.2], abs=1e-6
    )


def test_expected_best_is_the_mean_of_a_large_draw():
    """Best ideas of many contests, outsiders among them, have their expected mean."""
    settings = Settings(effort_loss=0.1, outsider_bonus=0.3, outsider_variance=2)
    drawn = simulate(settings, seed=1, contests=1500, people=1500)
    best = drawn.ideas.groupby("contest")["quality"].max().to_numpy()
    held = drawn.contests
    deviation = best - 0.3 * held["appeal"] - expected_best(settings, held["entrants"])
    for part in (held["entrants"] < 4, held["entrants"].between(4, 15), held["entrants"] > 15):
        assert abs(deviation[part].mean()) < 4 * deviation[part].sem()


def test_best_rises_by_arithmetic_alone():
    """Without any effect of the crowd the best idea is better in larger crowds, the mean is not."""
    drawn = simulate(Settings(appeal_quality=0), seed=2, contests=1000)
    held = drawn.contests.assign(doublings=np.log2(drawn.contests["entrants"]))
    quality = drawn.ideas.groupby("contest")["quality"]
    params, errors = slopes(held.assign(y=quality.max()), "y ~ doublings")
    assert params["doublings"] > 10 * errors["doublings"]
    params, errors = slopes(held.assign(y=quality.mean()), "y ~ doublings")
    assert abs(params["doublings"]) < 3 * errors["doublings"]


def test_effort_loss_and_its_confounder():
    """Mean quality per doubling is the planted loss given appeal, and too high without appeal."""
    settings = Settings(effort_loss=0.2, appeal_quality=0.6)
    drawn = simulate(settings, seed=3, contests=1500)
    held = drawn.contests.assign(doublings=np.log2(drawn.contests["entrants"]))
    held["y"] = drawn.ideas.groupby("contest")["quality"].mean()
    params, errors = slopes(held, "y ~ doublings + appeal")
    assert abs(params["doublings"] + 0.2) < 4 * errors["doublings"]
    assert abs(params["appeal"] - 0.6) < 4 * errors["appeal"]
    params, errors = slopes(held, "y ~ doublings")
    assert params["doublings"] + 0.2 > 4 * errors["doublings"]
    assert drawn.truth["beyond_arithmetic"] == -0.2


def test_laws_of_the_contests():
    """Entrants are negative binomial with mean and variance as planted, uncertainty log-normal."""
    constant = Settings(prize_entrants=0, appeal_entrants=0, entrants_shape=2)
    held = simulate(constant, seed=4, contests=2000, people=300).contests
    others = held["entrants"] - 1
    mean = np.exp(2.2)
    variance = mean + mean**2 / 2
    assert abs(others.mean() - mean) < 4 * np.sqrt(variance / 2000)
    assert others.var() == pytest.approx(variance, rel=0.2)
    assert np.log(held["uncertainty"]).std() == pytest.approx(0.4, rel=0.05)
    prized = simulate(Settings(), seed=4, contests=2000, people=300).contests
    fit = smf.poisson("others ~ prize + appeal", prized.assign(others=prized["entrants"] - 1))
    params = fit.fit(disp=0).params
    assert params[["prize", "appeal"]].tolist() == pytest.approx([0.5, 0.4], abs=0.1)


def test_laws_of_the_ideas():
    """Expertise, outsiders, judge noise and applause are found again in the ideas."""
    settings = Settings(outsider_bonus=0.4, outsider_variance=2.25, uncertainty_sd=0)
    drawn = simulate(settings, seed=5, contests=1000, people=3000)
    ideas = drawn.ideas.merge(drawn.contests, on="contest").assign(o=lambda d: d["outsider"] * 1.0)
    params, errors = slopes(ideas, "quality ~ expertise + o + appeal")
    planted = {"expertise": 0.5, "o": 0.4, "appeal": 0.3, "Intercept": 0.0}
    assert all(abs(params[name] - value) < 4 * errors[name] for name, value in planted.items())
    luck = ideas["quality"] - 0.5 * ideas["expertise"] - 0.4 * ideas["o"] - 0.3 * ideas["appeal"]
    spread = luck.groupby(ideas["outsider"]).var()
    assert spread[True] / spread[False] == pytest.approx(2.25, rel=0.1)
    assert ideas["outsider"].mean() == pytest.approx(0.3, abs=0.02)
    noise = ideas["blind_quality"] - ideas["quality"]
    assert noise.std() == pytest.approx(0.5, rel=0.03)
    votes = np.log1p(ideas["popularity"]).groupby(ideas["entrants"] > 20).mean()
    assert votes[True] > votes[False] + 0.5
    assert np.corrcoef(np.log1p(ideas["popularity"]), ideas["quality"])[0, 1] > 0.3


def test_each_person_enters_a_contest_once_and_time_runs_on():
    """No person twice in a contest; ideas are in the order of time; each contest is complete."""
    drawn = simulate(Settings(), seed=6, contests=100, people=60)
    ideas, held = drawn.ideas, drawn.contests
    assert not ideas.duplicated(["contest", "person"]).any()
    assert ideas["day"].is_monotonic_increasing
    assert ideas.groupby("contest").size().tolist() == held["entrants"].tolist()
    assert held["entrants"].max() == 60
    assert (ideas["day"] // 7 == ideas["contest"]).all()
    assert ideas.groupby("contest")["idea"].apply(list).map(lambda x: x[0]).eq(1).all()


def test_success_goes_to_the_best_marks():
    """A tenth of a contest's ideas, rounded up, succeeds: those with the highest blind marks."""
    ideas = simulate(Settings(), seed=7, contests=80).ideas
    for _, contest in ideas.groupby("contest"):
        places = int(np.ceil(len(contest) / 10))
        assert contest["success"].sum() == places
        best = contest["blind_quality"].nlargest(places).index
        assert contest.loc[best, "success"].all()


def test_earlier_successes_are_counted():
    """The count of a person's earlier successes is the running sum of the flags."""
    ideas = simulate(Settings(fixation=0.5), seed=8, contests=120, people=80).ideas
    running = ideas.groupby("person")["success"].cumsum() - ideas["success"]
    assert running.tolist() == ideas["earlier_successes"].tolist()


def test_fixation_lowers_later_ideas_and_only_those():
    """Ideas before a first success are as without fixation; later ones lose exactly its points."""
    none = simulate(Settings(), seed=9, people=150).ideas
    fixed = simulate(Settings(fixation=0.3), seed=9, people=150).ideas
    lost = (none["quality"] - fixed["quality"]).round(9)
    assert lost.tolist() == np.where(fixed["earlier_successes"] > 0, 0.3, 0).tolist()
    assert (lost > 0).sum() > 500


def test_without_fixation_only_regression_to_the_mean_remains():
    """Given expertise, quality after a success is that of others; after luck it falls back."""
    drawn = simulate(Settings(), seed=10, contests=600, people=300)
    ideas = drawn.ideas.merge(drawn.contests[["contest", "appeal", "entrants"]], on="contest")
    ideas = ideas.assign(later=ideas["earlier_successes"] > 0)
    params, errors = slopes(ideas, "quality ~ later + expertise + appeal")
    assert abs(params["later[T.True]"]) < 3 * errors["later[T.True]"]
    ideas["next"] = ideas.groupby("person")["quality"].shift(-1)
    fall = (ideas["next"] - ideas["quality"])[ideas["success"] & ideas["next"].notna()]
    assert fall.mean() < -10 * fall.sem()


def test_the_same_seed_gives_the_same_rows():
    """One seed one result; another seed another."""
    one, two = (simulate(Settings(), seed=1, contests=30) for _ in range(2))
    pd.testing.assert_frame_equal(one.contests, two.contests)
    pd.testing.assert_frame_equal(one.ideas, two.ideas)
    assert not one.ideas.equals(simulate(Settings(), seed=2, contests=30).ideas)


@pytest.mark.parametrize(
    ("effect", "moved"),
    [
        ({"effort_loss": 0.3}, {"quality", "blind_quality", "popularity"}),
        ({"outsider_bonus": 0.0, "outsider_variance": 1.0, "applause": 0.0}, {"popularity"}),
        ({"judge_noise": 1.0}, {"blind_quality", "success", "earlier_successes"}),
        ({"outsiders": 0.6}, {"outsider"}),
    ],
)
def test_an_effect_leaves_the_other_draws_alone(effect, moved):
    """Switching one effect changes the columns that depend on it and no other."""
    none = simulate(Settings(), seed=11, contests=60)
    with_effect = simulate(Settings(**effect), seed=11, contests=60)
    pd.testing.assert_frame_equal(none.contests, with_effect.contests)
    changed = {name for name in none.ideas if not none.ideas[name].equals(with_effect.ideas[name])}
    assert changed == moved


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"effort_loss": -0.1},
            r"contests: expected effort_loss to be a number from 0 to 2, got -0",
        ),
        ({"entrants_shape": 0}, "expected entrants_shape to be a number from 0.1 to 1000, got 0"),
        ({"winners": None}, "expected winners to be a number from 0 to 1, got None. Choose one"),
    ],
)
def test_refuses_settings_out_of_range(settings, message):
    """An effect that no contest can have is named with its range."""
    with pytest.raises(SimulationError, match=message):
        Settings(**settings)


def test_refuses_sizes_and_entrants_out_of_range():
    """Numbers of contests and people are whole and not too many; a crowd has at least one."""
    with pytest.raises(SimulationError, match="contests to be a whole number from 1 to 5,000, got"):
        simulate(Settings(), seed=1, contests=0)
    with pytest.raises(SimulationError, match="people to be a whole number from 1 to 50,000, got"):
        simulate(Settings(), seed=1, contests=1000, people=50_001)
    for crowd in ([0], [float("nan")], [float("inf")]):
        with pytest.raises(
            SimulationError, match="entrants to hold numbers from 1 to inf, got othe"
        ):
            expected_best(Settings(), crowd)
    with pytest.raises(SimulationError, match=r"expected no fixation, .* got 0\.3\. Set fixation"):
        expected_best(Settings(fixation=0.3), [2])
