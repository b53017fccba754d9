"""Majority vote and one accuracy a rater: by hand, on crowds whose truth is known, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from crowds import coins, crowd, judged, share_right
from scipy import optimize, stats
from scipy.special import logsumexp

from workbench.errors import ModelError
from workbench.models.labels import calibration_of_confidence, majority_vote, one_coin

MIXED = judged("a a b", "a b b", "b b b", "a a a", "a . b")


def test_majority_by_hand():
    """Shares of votes, the tie of the last item, and who agrees with the others."""
    got = majority_vote(MIXED, seed=1)

    assert got.items["label"].tolist()[:4] == ["a", "b", "b", "a"]
    assert got.items["confidence"].tolist() == pytest.approx([2 / 3, 2 / 3, 1, 1, 1 / 2])
    assert got.items["votes"].tolist() == [3, 3, 3, 3, 2]
    assert got.items["tied"].tolist() == [False] * 4 + [True]
    # Rater 0 against the others, item by item: a:b tie 1/2, b wins 0, b 1, a 1, b 0.
    # Rater 1: tie 1/2, tie 1/2, 1, 1.  Rater 2: 0, tie 1/2, 1, 1, 0.
    assert got.raters["skill"].tolist() == pytest.approx([2.5 / 5, 3 / 4, 2.5 / 5])
    assert got.raters["judgements"].tolist() == [5, 4, 5]
    assert got.raters["effective"].tolist() == pytest.approx([5, 4, 5])
    # Jeffreys: half a right and half a wrong judgement more.
    centre = 3.5 / 5
    assert got.raters["std_error"][1] == pytest.approx(np.sqrt(centre * (1 - centre) / 5))
    limits = stats.beta.ppf([0.025, 0.975], 3.5, 1.5)
    assert got.raters.loc[1, ["low", "high"]].tolist() == pytest.approx(list(limits))
    assert got.log_likelihood is None
    assert got.starts.empty


def test_ties_are_broken_at_random_and_repeatably():
    """Of 400 tied items about half get each class; the seed decides, the order of rows does not."""
    table = judged(*["a b"] * 400)
    got = majority_vote(table, seed=3)

    share = (got.items["label"] == "a").mean()
    # Half, with a standard deviation of .025; four of them.
    assert abs(share - 0.5) < 0.1
    assert got.items["tied"].all()
    again = majority_vote(table.sort_values(["rater", "item"]), seed=3)
    pd.testing.assert_frame_equal(again.items, got.items)
    assert (majority_vote(table, seed=4).items["label"] != got.items["label"]).any()


def test_a_rater_whom_nobody_can_check():
    """Agreement with others is empty, and worth no judgement, where there are no others."""
    got = majority_vote(judged("a b", "b a", ". . a"), seed=1).raters

    assert got.loc[2, ["skill", "std_error", "low", "high"]].isna().all()
    assert got["effective"].tolist() == [2, 2, 0]


def test_repeated_judgements_are_refused_or_counted():
    """Two labels of one item by one rater are an error, or two votes."""
    twice = pd.concat([MIXED, MIXED.iloc[[0, 0]]])

    with pytest.raises(ModelError, match="majority_vote: expected one judgement of an item by a"):
        majority_vote(twice, seed=1)
    got = majority_vote(twice, seed=1, repeats="count")
    assert got.items["votes"].tolist() == [5, 3, 3, 3, 2]
    assert got.items["confidence"][0] == pytest.approx(4 / 5)


def test_classes_may_be_named():
    """A class that nobody gave has no votes and a prevalence of zero."""
    got = majority_vote(MIXED, seed=1, classes=["c", "b", "a"])

    assert got.prevalence["class"].tolist() == ["c", "b", "a"]
    assert got.prevalence["estimate"][0] == 0
    assert got.items["label"].tolist()[:4] == ["a", "b", "b", "a"]


def log_likelihood(wide, accuracy, prevalence):
    """The same likelihood from a table with one column a rater, empty where there is no label."""
    joint = np.tile(np.log(prevalence), (len(wide), 1))
    for rater, chance in enumerate(accuracy):
        given = wide[rater].to_numpy()[:, None]
        wrong = np.where(np.isnan(given), 0.0, np.log((1 - chance) / (len(prevalence) - 1)))
        joint += np.where(given == np.arange(len(prevalence)), np.log(chance), wrong)
    return logsumexp(joint, axis=1).sum()


def test_one_coin_is_the_maximum_of_its_likelihood():
    """A general optimiser finds no higher point, and the same one."""
    rates = coins([0.9, 0.8, 0.7, 0.6], 2)
    table, _ = crowd(5, items=60, rates=rates, prevalence=[0.6, 0.4], votes=3)
    wide = table.pivot(index="item", columns="rater", values="label")
    got = one_coin(table, smoothing=0)
    skill = got.raters.set_index("rater")["skill"].sort_index().to_numpy()

    def loss(x):
        return -log_likelihood(wide, x[:4], np.array([x[4], 1 - x[4]]))

    found = optimize.minimize(loss, [0.8, 0.8, 0.7, 0.6, 0.5], bounds=[(0.01, 0.99)] * 5)
    assert got.log_likelihood == pytest.approx(-found.fun, abs=1e-4)
    assert skill == pytest.approx(found.x[:4], abs=5e-3)
    assert got.log_likelihood == pytest.approx(
        log_likelihood(wide, skill, got.prevalence["estimate"].to_numpy()), abs=1e-4
    )


def test_one_coin_finds_skill_and_beats_the_majority():
    """Two good raters outweigh three who guess."""
    rates = coins([0.95, 0.95, 0.4, 0.4, 0.4], 3)
    table, truth = crowd(1, items=1500, rates=rates, prevalence=[0.5, 0.3, 0.2], votes=5)
    got = one_coin(table)
    skill = got.raters.set_index("rater")["skill"].sort_index()

    assert skill.tolist() == pytest.approx([0.95, 0.95, 0.4, 0.4, 0.4], abs=0.04)
    assert got.prevalence["estimate"].tolist() == pytest.approx([0.5, 0.3, 0.2], abs=0.04)
    assert share_right(got, truth) > share_right(majority_vote(table, seed=1), truth) + 0.05
    checked = calibration_of_confidence(
        got.items["confidence"], got.items["label"] == truth[got.items["item"]], seed=1
    )
    assert checked.estimate < 0.02


def test_many_votes_do_not_underflow():
    """An item with 3,000 votes has a confidence of one, not an empty one."""
    rng = np.random.default_rng(1)
    labels = (rng.random((4, 3000)) < 0.6).astype(int)
    labels[:2] = 1 - labels[:2]
    got = one_coin(judged(*[" ".join(map(str, row)) for row in labels]))

    assert got.items["label"].tolist() == ["0", "0", "1", "1"]
    assert got.items["confidence"].tolist() == pytest.approx([1, 1, 1, 1])


def test_skill_interval_covers_the_truth():
    """Over 40 crowds of 20 raters, 95 % intervals hold the true accuracy about as often."""
    rng = np.random.default_rng(77)
    held = []
    for seed in range(40):
        accuracy = rng.beta(8, 2, size=20)
        table, _ = crowd(
            seed, items=400, rates=coins(accuracy, 3), prevalence=[0.5, 0.3, 0.2], votes=5
        )
        raters = one_coin(table).raters.set_index("rater").sort_index()
        held.append((raters["low"] <= accuracy) & (accuracy <= raters["high"]))
    # 800 intervals: a standard deviation of .0077; three of them.
    assert np.mean(held) == pytest.approx(0.95, abs=0.023)


@pytest.mark.parametrize("estimator", [one_coin, lambda t, **o: majority_vote(t, seed=1, **o)])
def test_refuses_tables_that_are_no_judgements(estimator):
    """Each fault of the table is named, with what to do."""
    cases = {
        "at least one judgement": (MIXED.iloc[:0], {}),
        "expected a column rater": (MIXED.drop(columns="rater"), {}),
        "expected a value in every row, got empty ones in label": (
            MIXED.assign(label=MIXED["label"].where(MIXED["item"] > 0)),
            {},
        ),
        "two or more different classes, got 1 among 1": (MIXED.assign(label="a"), {}),
        "two or more different classes, got 1 among 2": (MIXED, {"classes": ["a", "a"]}),
        "labels among the 2 classes, got 7 others": (MIXED, {"classes": ["a", "c"]}),
        "'refuse' or 'count', got 'sum'": (MIXED, {"repeats": "sum"}),
        "confidence level between 0 and 1, got 95": (MIXED, {"level": 95}),
        "labels of one kind, got several": (
            MIXED.assign(label=MIXED["label"].astype(object).where(MIXED["item"] > 0, 1)),
            {},
        ),
        "expected one number or text in every cell, got lists or tables in label": (
            MIXED.assign(label=[["a"]] * len(MIXED)),
            {},
        ),
        "expected text or numbers as item, rater and label": (
            MIXED.assign(label=[1j, 2.0] + ["a"] * (len(MIXED) - 2)),
            {},
        ),
    }
    for message, (table, options) in cases.items():
        with pytest.raises(ModelError, match=message):
            estimator(table, **options)


def test_one_coin_refuses_what_cannot_tell_skill_from_truth():
    """Two raters, items judged once, and negative smoothing."""
    with pytest.raises(ModelError, match="one_coin: expected three or more raters, got 2"):
        one_coin(judged("a b", "b a"))
    with pytest.raises(ModelError, match="judged more than once, got 3 with one judgement each"):
        one_coin(judged("a", ". b", ". . a"))
    with pytest.raises(ModelError, match="smoothing zero or more, got -1"):
        one_coin(MIXED, smoothing=-1)


def test_calibration_by_hand():
    """Two bins of two and three items, counted by hand."""
    got = calibration_of_confidence(
        [0.2, 0.4, 0.6, 0.8, 1.0], [0, 1, 1, 0, 1], seed=1, bins=2, draws=100
    )
    # Bin 1: stated .3, right .5, 2 items. Bin 2: stated .8, right 2/3, 3 items.
    assert got.observed == pytest.approx((2 * 0.2 + 3 * (0.8 - 2 / 3)) / 5)
    assert got.bins["n"].tolist() == [2, 3]
    assert got.bins["confidence"].tolist() == pytest.approx([0.3, 0.8])
    assert got.bins["correct"].tolist() == pytest.approx([0.5, 2 / 3])
    assert got.bins[["from", "to"]].to_numpy().tolist() == [[0, 0.5], [0.5, 1]]
    assert got.low <= got.estimate <= got.high
    assert got.n == 5


def test_calibration_tells_perfect_from_boastful():
    """Right confidence has an error near zero and passes; one that is .1 too high does not."""
    rng = np.random.default_rng(2)
    stated = rng.beta(6, 2, size=1500)
    luck = rng.random(1500)
    fair = calibration_of_confidence(stated, luck < stated, seed=1, draws=200)
    boastful = calibration_of_confidence(stated, luck < stated - 0.1, seed=1, draws=200)

    assert fair.estimate < fair.observed
    assert fair.low < 0.01
    assert fair.p_value > 0.05
    assert boastful.low < 0.1 < boastful.high
    assert boastful.p_value < 0.01


def test_calibration_refuses():
    """Confidences are probabilities; bins and draws are enough."""
    with pytest.raises(ModelError, match=r"confidences from 0 to 1, got 0.5 to 50"):
        calibration_of_confidence([0.5, 50], [0, 1], seed=1)
    with pytest.raises(ModelError, match="one or more bins and 100 or more draws, got 0 and 500"):
        calibration_of_confidence([0.5], [1], seed=1, bins=0)
    with pytest.raises(ModelError, match="only 0 and 1 in correct, got 2"):
        calibration_of_confidence([0.5], [2], seed=1)
