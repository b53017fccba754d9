"""Confusion matrices by EM: by hand, on crowds whose truth is known, and against other models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from crowds import coins, crowd, judged, share_right

from workbench import studies
from workbench.errors import ModelError
from workbench.models import _label_em, _labels
from workbench.models.dawid_skene import compare, dawid_skene
from workbench.models.labels import majority_vote, one_coin

BLUEBIRDS = (
    Path(__file__).resolve().parents[2].parent
    / "shared/raw/crowd_labels/crowd_truth_infer/d_Duck_Identification"
)
PATIENTS = Path(studies.__file__).parent / "outside" / "dawid_skene_1979.csv"
# Two raters see well; two call nearly everything class 0; one mixes up classes 1 and 2.
ODD = np.array(
    [
        [[0.9, 0.05, 0.05], [0.05, 0.9, 0.05], [0.05, 0.05, 0.9]],
        [[0.9, 0.05, 0.05], [0.05, 0.9, 0.05], [0.05, 0.05, 0.9]],
        [[0.96, 0.02, 0.02], [0.8, 0.1, 0.1], [0.8, 0.1, 0.1]],
        [[0.96, 0.02, 0.02], [0.8, 0.1, 0.1], [0.8, 0.1, 0.1]],
        [[0.9, 0.05, 0.05], [0.05, 0.15, 0.8], [0.05, 0.8, 0.15]],
    ]
)
PREVALENCE = [0.4, 0.35, 0.25]


def test_unanimous_raters_by_hand():
    """Where all agree, truth is what they say, and matrices are the identity."""
    got = dawid_skene(judged("a a a", "b b b", "a a a", "a a a"), seed=1, starts=0, smoothing=0)

    assert got.items["label"].tolist() == ["a", "b", "a", "a"]
    assert got.items["confidence"].tolist() == pytest.approx([1, 1, 1, 1])
    assert got.prevalence["estimate"].tolist() == pytest.approx([0.75, 0.25])
    right = got.confusion["true"] == got.confusion["given"]
    assert got.confusion["estimate"].tolist() == pytest.approx(right.astype(float).tolist())
    assert got.confusion["judged"].tolist() == pytest.approx([3, 3, 1, 1] * 3)
    # Only the classes are random: 3 log .75 + log .25.
    assert got.log_likelihood == pytest.approx(3 * np.log(0.75) + np.log(0.25))
    assert got.raters["skill"].tolist() == pytest.approx([1, 1, 1])
    # Four right of four is not certainty.
    assert (got.raters["low"] < 0.8).all()
    assert (got.raters["std_error"] > 0.05).all()


def climbed(table, *, steps):
    """EM without smoothing from the vote shares, stopped after so many steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_label_em, "STEPS", steps)
        patch.setattr(_label_em, "GAIN", -1.0)
        given = _labels.read(table, where="test")
        start = _labels.vote_shares(given)
        rates = _label_em.confusion
        return _label_em.climb(_labels.incidence(given), start, rates=rates, smoothing=0)


def test_one_step_by_hand():
    """One step of EM on two items, from the vote shares."""
    got = climbed(judged("a a b", "b b a"), steps=1)

    # Vote shares of a: 2/3 and 1/3, so both classes are equally common. Raters 0 and 1 gave a to
    # the first item, b to the second: P(a | a) = P(b | b) = 2/3. Rater 2 the other way round.
    assert got.prevalence.tolist() == pytest.approx([1 / 2, 1 / 2])
    assert got.rates[0].ravel().tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3, 2 / 3])
    assert got.rates[2].ravel().tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1 / 3])
    # First item: 1/2 (2/3)^3 = 4/27 if a, 1/2 (1/3)^3 = 1/54 if b; together 1/6.
    assert got.posterior[:, 0].tolist() == pytest.approx([8 / 9, 1 / 9])
    assert got.log_likelihood == pytest.approx(2 * np.log(1 / 6))
    assert not got.converged


def test_finds_matrices_prevalence_and_truth():
    """On a large crowd the estimates are near what drew it, and beat simpler models."""
    table, truth = crowd(3, items=3000, rates=ODD, prevalence=PREVALENCE, votes=5)
    got = dawid_skene(table, seed=1, starts=2)

    found = got.confusion.sort_values(["rater", "true", "given"])["estimate"].to_numpy()
    assert found == pytest.approx(ODD.ravel(), abs=0.05)
    assert got.prevalence["estimate"].tolist() == pytest.approx(PREVALENCE, abs=0.03)
    skill = got.raters.set_index("rater")["skill"].sort_index().to_numpy()
    assert skill == pytest.approx(np.einsum("rjj,j->r", ODD, PREVALENCE), abs=0.03)
    assert share_right(got, truth) > share_right(one_coin(table), truth) + 0.02
    assert share_right(got, truth) > share_right(majority_vote(table, seed=1), truth) + 0.1


@pytest.mark.parametrize("seed", range(3))
def test_likelihood_never_falls(seed):
    """Without smoothing, every step of EM goes up."""
    table, _ = crowd(seed, items=80, rates=ODD, prevalence=PREVALENCE, votes=4)
    reached = [climbed(table, steps=steps).log_likelihood for steps in (1, 2, 3, 5, 8, 20, 60)]

    assert (np.diff(reached) > -1e-9).all()


def test_starts_are_reported_and_the_best_is_kept():
    """One row a start; the result has the highest of their log-likelihoods."""
    table = pd.read_csv(PATIENTS).set_axis(["item", "rater", "label"], axis="columns")
    options = {"smoothing": 0, "repeats": "count"}
    got = dawid_skene(table, seed=1, starts=6, **options)

    assert got.starts["start"].tolist() == list(range(7))
    assert got.log_likelihood == got.starts["log_likelihood"].max()
    assert got.spread == pytest.approx(np.ptp(got.starts["log_likelihood"]))
    assert got.spread > 1
    again = dawid_skene(table, seed=1, starts=6, **options)
    pd.testing.assert_frame_equal(again.items, got.items)
    assert len(dawid_skene(table, seed=1, starts=0, **options).starts) == 1


@pytest.mark.parametrize("seed", range(4))
def test_names_of_classes_do_not_depend_on_the_start(seed):
    """Random starts may reach the same peak with classes swapped; the names are mended."""
    table, truth = crowd(seed, items=150, rates=ODD[[0, 1, 4, 0]], prevalence=PREVALENCE, votes=4)

    assert share_right(dawid_skene(table, seed=seed, starts=8), truth) > 0.85


@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_and_names_do_not_matter(seed):
    """Shuffled rows and renamed items, raters and labels give the same numbers."""
    table, _ = crowd(seed, items=100, rates=ODD, prevalence=PREVALENCE, votes=4)
    renamed = table.sample(frac=1, random_state=seed).assign(
        item=lambda t: "i" + t["item"].astype(str),
        rater=lambda t: "r" + t["rater"].astype(str),
        label=lambda t: t["label"].map({0: "x", 1: "y", 2: "z"}),
    )
    kept = renamed.copy()
    got = dawid_skene(table, seed=1, starts=0)
    other = dawid_skene(renamed, seed=1, starts=0)

    assert other.log_likelihood == pytest.approx(got.log_likelihood, abs=1e-6)
    skill = other.raters.assign(rater=other.raters["rater"].str[1:].astype(int))
    pd.testing.assert_frame_equal(
        skill.set_index("rater").sort_index(), got.raters.set_index("rater").sort_index(), rtol=1e-4
    )
    pd.testing.assert_frame_equal(renamed, kept)


def test_skill_interval_covers_the_truth():
    """Over 25 crowds of 20 raters with 250 labels each, intervals hold the truth in about 95 %."""
    rng = np.random.default_rng(8)
    held = []
    for seed in range(25):
        rates = np.stack(
            [rng.dirichlet(np.where(np.eye(3)[j], 8, 1.2), size=20) for j in range(3)], axis=1
        )
        table, _ = crowd(seed, items=1000, rates=rates, prevalence=PREVALENCE, votes=5)
        raters = dawid_skene(table, seed=1, starts=0).raters.set_index("rater").sort_index()
        skill = np.einsum("rjj,j->r", rates, PREVALENCE)
        held.append((raters["low"] <= skill) & (skill <= raters["high"]))
    # 500 intervals: a standard deviation of .0097; three of them.
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


def test_a_class_that_nobody_gave():
    """It gets no prevalence and does not disturb the rest."""
    table = judged("a a b", "b b b", "a a a", "b a b", "b b b")
    got = dawid_skene(table, seed=1, classes=["a", "b", "c"], starts=0, smoothing=0)
    plain = dawid_skene(table, seed=1, starts=0, smoothing=0)

    assert got.prevalence["estimate"].tolist()[2] == pytest.approx(0)
    assert got.log_likelihood == pytest.approx(plain.log_likelihood)
    assert got.raters["std_error"].notna().all()


@pytest.mark.parametrize(
    ("rates", "best"),
    [
        (coins([0.7] * 8, 3), "majority"),
        (coins([0.95, 0.95, 0.9, 0.6, 0.5, 0.4, 0.35, 0.35], 3), "one_coin"),
        (ODD[[0, 1, 2, 3, 4, 4, 2, 0]], "dawid_skene"),
    ],
)
def test_compare_prefers_the_model_that_drew_the_labels(rates, best):
    """Held-out labels are best predicted by the simplest model that is true."""
    table, _ = crowd(2, items=300, rates=rates, prevalence=[1 / 3] * 3, votes=4)
    got = compare(table, seed=1)

    assert got.best == best
    shown = got.table.set_index("method")
    assert shown.index.tolist() == ["majority", "one_coin", "dawid_skene"]
    assert shown.loc[best, "difference"] == 0
    assert shown.loc[best, "std_error"] == 0
    others = shown.drop(best)
    assert (others["difference"] < 0).all()
    assert (others["std_error"] > 0).all()
    assert shown["per_label"].tolist() == pytest.approx((shown["log_likelihood"] / 1200).tolist())
    assert (got.n, got.folds) == (1200, 5)


def test_compare_by_hand():
    """Where all raters agree, each label that is left out is certain."""
    table = judged("a a a", "a a a", "b b b")
    got = compare(table, ["majority"], seed=1, folds=9, smoothing=1e-9)

    assert got.table["log_likelihood"][0] == pytest.approx(0, abs=1e-6)
    assert got.best == "majority"


def test_refuses():
    """Each option out of its range is named, with what to do."""
    table = judged("a a b", "b b b", "a a a")
    for message, call in {
        "dawid_skene: expected zero or more random starts, got -1": lambda: dawid_skene(
            table, seed=1, starts=-1
        ),
        "dawid_skene: expected smoothing zero or more, got -2": lambda: dawid_skene(
            table, seed=1, smoothing=-2
        ),
        "dawid_skene: expected three or more raters": lambda: dawid_skene(judged("a b"), seed=1),
        "dawid_skene: expected a confidence level": lambda: dawid_skene(table, seed=1, level=2),
        "compare: expected smoothing above zero, got 0": lambda: compare(
            table, seed=1, smoothing=0
        ),
        "compare: expected different methods among majority, one_coin, dawid_skene, got none": (
            lambda: compare(table, [], seed=1)
        ),
        "got glad. Choose among these": lambda: compare(table, ["glad"], seed=1),
        "compare: expected 2 to 9 folds, got 1": lambda: compare(table, seed=1, folds=1),
    }.items():
        with pytest.raises(ModelError, match=message):
            call()


def test_no_convergence_is_an_error(monkeypatch):
    """A likelihood that still rises is not a result."""
    monkeypatch.setattr(_label_em, "STEPS", 2)
    table, _ = crowd(1, items=60, rates=ODD, prevalence=PREVALENCE, votes=4)

    with pytest.raises(ModelError, match="expected convergence within 2 steps, got a log-likel"):
        dawid_skene(table, seed=1, starts=0)


@pytest.mark.shared
@pytest.mark.skipif(not BLUEBIRDS.is_dir(), reason="the sample is not beside the project")
def test_bluebirds():
    """Welinder's birds: the majority is right on 82 of 108, confusion matrices on 97."""
    table = pd.read_csv(BLUEBIRDS / "answer.csv")
    table.columns = ["item", "rater", "label"]
    truth = pd.read_csv(BLUEBIRDS / "truth.csv").set_index("question")["truth"]

    majority = majority_vote(table, seed=1).items.set_index("item")["label"]
    got = dawid_skene(table, seed=1, smoothing=0)
    found = got.items.set_index("item")["label"]

    assert (majority.reindex(truth.index) == truth).mean() == pytest.approx(82 / 108)
    assert (found.reindex(truth.index) == truth).mean() == pytest.approx(97 / 108)
    assert got.log_likelihood == pytest.approx(-1888.117, abs=5e-3)
    assert got.spread > 0.1
