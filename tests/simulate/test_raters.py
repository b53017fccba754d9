"""Raters with known skill: confusion, severity, spammers, the design, seeds and switches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import SimulationError
from workbench.simulate.raters import Settings, simulate

THREE = (0.2, 0.3, 0.5)
ORDINAL = Settings(prevalence=THREE, scale="ordinal")


def judged(drawn):
    """Judgements with the true class and the rater's truth beside them."""
    return drawn.judgements.merge(drawn.items, on="item").merge(drawn.raters, on="rater")


@pytest.mark.parametrize("settings", [Settings(prevalence=THREE, spammers=0.3), ORDINAL])
def test_labels_follow_the_confusion_matrices(settings):
    """Every rater's labels of a class come in the proportions of the matrix."""
    drawn = simulate(settings, seed=1, items=6000, raters=6, per_item=6)
    cells = judged(drawn).groupby(["rater", "true_class"])["label"].value_counts().rename("n")
    got = drawn.confusion.merge(cells.reset_index(), how="left").fillna({"n": 0})
    totals = got.groupby(["rater", "true_class"])["n"].transform("sum")
    p = got["probability"]
    # Ordinal labels within a class depend on the position too: their spread is smaller.
    assert (np.abs(got["n"] - totals * p) <= 4.5 * np.sqrt(totals * p * (1 - p)) + 1).all()


@pytest.mark.parametrize("settings", [Settings(prevalence=THREE), ORDINAL])
def test_skill_is_the_share_of_right_labels(settings):
    """A rater's skill is the prevalence-weighted diagonal, and the share right in the long run."""
    drawn = simulate(settings, seed=2, items=8000, raters=5, per_item=5)
    rows = judged(drawn)
    share = (rows["label"] == rows["true_class"]).groupby(rows["rater"]).mean()
    assert share.to_numpy() == pytest.approx(drawn.raters["skill"].to_numpy(), abs=4.5 / 2 / 89)
    diagonal = drawn.confusion.query("true_class == label")
    weighted = diagonal["probability"] * np.asarray(THREE)[diagonal["true_class"]]
    by_hand = weighted.groupby(diagonal["rater"]).sum()
    assert by_hand.to_numpy() == pytest.approx(drawn.raters["skill"].to_numpy(), abs=1e-12)


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_confusion_rows_are_shares(scale):
    """Each row of a matrix adds up to one, and nothing is below zero."""
    settings = Settings(prevalence=THREE, scale=scale, spammers=0.5)
    rows = simulate(settings, seed=3, items=5).confusion
    assert rows.groupby(["rater", "true_class"])["probability"].sum().to_numpy() == pytest.approx(1)
    assert (rows["probability"] >= 0).all()


def test_accuracy_follows_its_beta_law():
    """Diagonals of honest raters have the mean 8 / 11 and the variance of Beta(8, 3)."""
    drawn = simulate(Settings(spammers=0), seed=4, items=1, raters=4000, per_item=1)
    right = drawn.confusion.query("true_class == label")["probability"]
    # 8 x 3 / (11^2 x 12) = .016529.
    assert right.mean() == pytest.approx(8 / 11, abs=0.006)
    assert right.var() == pytest.approx(0.016529, rel=0.08)
    assert drawn.truth["accuracy"] == pytest.approx(8 / 11)


def test_spammers_do_not_look():
    """The rows of a spammer's matrix are all the same, those of honest raters are not."""
    drawn = simulate(Settings(prevalence=THREE), seed=5, items=1, raters=2000, per_item=1)
    spread = drawn.confusion.groupby(["rater", "label"])["probability"].agg(np.ptp)
    alike = spread.groupby("rater").max() < 1e-12
    assert alike.tolist() == drawn.raters["spammer"].tolist()
    assert drawn.truth["spammers"] == alike.mean() == pytest.approx(0.08, abs=0.025)


def test_severe_raters_give_lower_labels():
    """Severity lowers the mean label; its spread is as planted."""
    settings = Settings(prevalence=(0.2,) * 5, scale="ordinal", spammers=0)
    drawn = simulate(settings, seed=6, items=300, raters=600, per_item=600)
    mean = drawn.judgements.groupby("rater")["label"].mean()
    assert np.corrcoef(mean, drawn.raters["severity"])[0, 1] < -0.95
    assert drawn.raters["severity"].std() == pytest.approx(0.5, rel=0.1)
    mild = simulate(Settings(severity_sd=0, scale="ordinal"), seed=6, items=10).raters
    assert mild["severity"].tolist() == [0] * 30


def test_a_sharp_rater_without_severity_is_always_right():
    """Without severity and with very sharp cut points the label is the class."""
    settings = Settings(THREE, scale="ordinal", severity_sd=0, sharpness=100, spammers=0)
    drawn = simulate(settings, seed=7, items=2000)
    assert drawn.truth["mean_skill"] > 0.98
    rows = judged(drawn)
    assert (rows["label"] == rows["true_class"]).mean() == pytest.approx(
        drawn.truth["mean_skill"], abs=0.01
    )


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_classes_have_their_prevalence(scale):
    """True classes come in the planted shares, on an ordinal scale in the order of position."""
    items = simulate(Settings(prevalence=THREE, scale=scale), seed=8, items=20_000).items
    shares = items["true_class"].value_counts(normalize=True).sort_index()
    assert shares.tolist() == pytest.approx(THREE, abs=0.015)
    assert ("position" in items) == (scale == "ordinal")
    if scale == "ordinal":
        assert items.sort_values("position")["true_class"].is_monotonic_increasing


def test_each_item_has_its_raters():
    """Every item is judged by as many different raters, and every rater about as often."""
    rows = simulate(Settings(), seed=9, items=3000, raters=10, per_item=3).judgements
    assert rows.groupby("item")["rater"].nunique().eq(3).all()
    assert not rows.duplicated(["item", "rater"]).any()
    # 900 expected a rater, binomial deviation sqrt(3000 x .3 x .7) = 25.
    assert rows["rater"].value_counts().between(800, 1000).all()


def test_more_raters_give_more_right_majorities():
    """Majorities of 9 are right more often than those of 3, and those more than single raters."""
    drawn = simulate(Settings(), seed=10, items=3000, per_item=9)
    labels = drawn.judgements["label"].to_numpy().reshape(3000, 9)
    truth = drawn.items["true_class"].to_numpy()
    right = [((labels[:, :k].mean(axis=1) > 0.5) == truth).mean() for k in (1, 3, 9)]
    assert right[0] + 0.03 < right[1] < right[2] - 0.03
    assert right[0] == pytest.approx(drawn.truth["mean_skill"], abs=0.03)


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_the_same_seed_gives_the_same_rows(scale):
    """One seed one result; another seed another."""
    settings = Settings(scale=scale)
    one, two, other = (simulate(settings, seed=seed, items=40) for seed in (1, 1, 2))
    for name in ("judgements", "items", "raters", "confusion"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    assert not one.judgements.equals(other.judgements)


def test_an_effect_leaves_the_other_draws_alone():
    """Spammers change their own labels alone; no setting of skill moves the design or the items."""
    honest = simulate(Settings(spammers=0), seed=11)
    spammed = simulate(Settings(spammers=0.5), seed=11)
    pd.testing.assert_frame_equal(honest.items, spammed.items)
    same = honest.judgements["label"] == spammed.judgements["label"]
    spam = spammed.raters["spammer"].to_numpy()[spammed.judgements["rater"]]
    assert same[~spam].all()
    assert not same[spam].all()
    for other in (Settings(accuracy_wrong=1), Settings(scale="ordinal")):
        moved = simulate(other, seed=11)
        assert moved.judgements[["item", "rater"]].equals(honest.judgements[["item", "rater"]])
        assert moved.items["true_class"].equals(honest.items["true_class"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"spammers": 2}, r"raters: expected spammers to be a number from 0 to 1, got 2\. Choose"),
        ({"accuracy_wrong": 0}, "expected accuracy_wrong to be a number from 0.01 to 10000, got 0"),
        ({"scale": "interval"}, "scale to be one of nominal, ordinal, got 'interval'. Choose one"),
        *(
            ({"prevalence": wrong}, "prevalence to be 2 to 20 shares above 0 that add up to 1, got")
            for wrong in ((1,), (0.5, 0.6), (1.0, 0.0), 0.5, "ab", (0.5, float("nan")), None)
        ),
    ],
)
def test_refuses_settings_out_of_range(settings, message):
    """Skills and shares that nobody can have are named with their range."""
    with pytest.raises(SimulationError, match=message):
        Settings(**settings)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"items": 0}, "expected items to be a whole number from 1 to 10,000,000, got 0"),
        ({"items": 1000, "raters": 10_001}, "expected raters to be a whole number from 1 to 10,0"),
        ({"per_item": 31}, "expected per_item to be a whole number from 1 to 30, got 31"),
    ],
)
def test_refuses_sizes_out_of_range(sizes, message):
    """An item cannot be judged by more raters than there are."""
    with pytest.raises(SimulationError, match=message):
        simulate(Settings(), seed=1, **sizes)
