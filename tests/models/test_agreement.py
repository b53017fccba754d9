"""Agreement beyond chance: by hand, against the package krippendorff, and refusals."""

from __future__ import annotations

import krippendorff
import numpy as np
import pandas as pd
import pytest
from crowds import coins, crowd, judged

from workbench.errors import ModelError
from workbench.models.agreement import SCALES, cohen_kappa, fleiss_kappa, krippendorff_alpha

FIVE = judged("1 1", "2 2", "1 2", "3 3", "2 .")


def counted(*items):
    """As `judged`, with labels as numbers."""
    return judged(*items).assign(label=lambda table: table["label"].astype(float))


def test_alpha_by_hand():
    """Four units of two ratings, one of them in disagreement."""
    got = krippendorff_alpha(FIVE, seed=1)

    # The unit with one rating is left out. Ratings: three 1, three 2, two 3; n = 8.
    # Observed: the two ordered pairs of one unit differ, 2 / 8.
    # By chance: 1 - (3 x 2 + 3 x 2 + 2 x 1) / (8 x 7) = 42 / 56.
    assert got.observed == pytest.approx(2 / 8)
    assert got.expected == pytest.approx(42 / 56)
    assert got.estimate == pytest.approx(1 - (2 / 8) / (42 / 56))
    assert (got.n, got.raters) == (4, 2)
    assert got.p_value is None


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("seed", range(3))
def test_alpha_agrees_with_the_package(scale, seed):
    """On random ratings with gaps, every scale gives the number of the package krippendorff."""
    table, _ = crowd(
        seed, items=40, rates=coins([0.8, 0.7, 0.6, 0.5], 5), prevalence=[0.2] * 5, votes=3
    )
    table = table[np.random.default_rng(seed).random(len(table)) > 0.4]
    wide = table.pivot(index="rater", columns="item", values="label").to_numpy()

    got = krippendorff_alpha(table, seed=1, scale=scale, draws=100)
    theirs = krippendorff.alpha(reliability_data=wide, level_of_measurement=scale)
    assert got.estimate == pytest.approx(theirs, abs=1e-12)


def test_alpha_interval_agrees_with_plain_resampling():
    """The interval is that of recomputing alpha on resampled units."""
    table, _ = crowd(1, items=60, rates=coins([0.8] * 3, 3), prevalence=[1 / 3] * 3, votes=3)
    got = krippendorff_alpha(table, seed=1, draws=2000)
    wide = table.pivot(index="rater", columns="item", values="label").to_numpy()
    rng = np.random.default_rng(2)
    plain = [
        krippendorff.alpha(
            reliability_data=wide[:, rng.integers(60, size=60)], level_of_measurement="nominal"
        )
        for _ in range(300)
    ]
    # The spread of 300 draws is known to 4 %, that of 2,000 to 2 %; three times both together.
    assert got.std_error == pytest.approx(np.std(plain), rel=0.14)
    assert got.low == pytest.approx(np.quantile(plain, 0.025), abs=0.05)
    assert got.low < got.estimate < got.high


def test_alpha_of_complete_agreement_and_of_noise():
    """Agreement throughout is 1; independent labels are near 0, and the interval says so."""
    assert krippendorff_alpha(judged("a a", "b b", "a a a"), seed=1, draws=100).estimate == 1
    table, _ = crowd(3, items=300, rates=coins([0.25] * 4, 4), prevalence=[0.25] * 4, votes=3)
    noise = krippendorff_alpha(table, seed=1)
    assert noise.low < 0 < noise.high


def test_alpha_without_interval_says_why():
    """Where many resamples hold only one kind of rating, there is no interval but a reason."""
    got = krippendorff_alpha(judged("a a", "b b"), seed=1, draws=200)

    assert got.estimate == 1
    assert (got.std_error, got.low, got.high) == (None, None, None)
    # Half of the resamples draw one unit twice.
    assert got.reason.endswith("of 200 resamples hold different ratings")


def test_scales_weigh_distances():
    """A far miss costs a numerical scale more than a near one, and a nominal scale the same."""
    near = counted("1 1", "2 2", "3 3", "4 4", "4 5", "5 5")
    far = counted("1 1", "2 2", "3 3", "4 4", "1 5", "5 5")
    for scale in ("ordinal", "interval", "ratio"):
        least, most = (
            krippendorff_alpha(t, seed=1, scale=scale, draws=100).estimate for t in (far, near)
        )
        assert least < most - 0.2
    assert krippendorff_alpha(counted("0 0", "1 2"), seed=1, scale="ratio").estimate > 0


def test_kappa_by_hand():
    """Twenty of fifty units in each cell as in the textbook example of two raters."""
    # Both yes 20, yes/no 5, no/yes 10, both no 15: observed .7, by chance .5 x .6 + .5 x .4 = .5.
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    got = cohen_kappa(first, second)

    assert (got.observed, got.expected) == pytest.approx((0.7, 0.5))
    assert got.estimate == pytest.approx(0.4)
    assert got.low < 0.4 < got.high
    assert got.p_value < 0.01
    wider = cohen_kappa(first, second, level=0.99)
    assert wider.low < got.low
    assert (got.n, got.raters) == (50, 2)


def test_kappa_of_complete_agreement_has_no_interval():
    """A standard error of zero is not one, and the result says why."""
    got = cohen_kappa(["a", "b", "a"], ["a", "b", "a"])

    assert got.estimate == 1
    assert (got.std_error, got.low, got.high, got.p_value) == (None, None, None, None)
    assert got.reason == "the raters agree on every unit"


@pytest.mark.parametrize(
    ("first", "second", "kappa", "reason"),
    [
        ("aaab", "aaaa", 0, "a rater gave every unit the same label"),
        ("aaaaaaa", "abbabca", 0, "a rater gave every unit the same label"),
        ("a", "b", 0, "a rater gave every unit the same label"),
        # Never alike, where half would be by chance: (0 - 1/2) / (1 - 1/2).
        ("ab", "ba", -1, "this pattern has no large-sample error"),
    ],
)
def test_kappa_without_an_error_says_why(first, second, kappa, reason):
    """Chance explains all that a rater with one label agrees on; no interval, no p-value."""
    got = cohen_kappa(list(first), list(second))

    assert got.estimate == kappa
    assert (got.std_error, got.low, got.high, got.p_value) == (None, None, None, None)
    assert got.reason == reason


def test_fleiss_kappa_by_hand():
    """Three units of three ratings."""
    got = fleiss_kappa(judged("a a b", "b b b", "a a a"), seed=1)

    # Pairs that agree: 1/3, 1, 1; mean 7/9. Shares 5/9 and 4/9: by chance 41/81.
    assert got.observed == pytest.approx(7 / 9)
    assert got.expected == pytest.approx(41 / 81)
    assert got.estimate == pytest.approx((7 / 9 - 41 / 81) / (40 / 81))
    assert (got.n, got.raters) == (3, 3)


def test_fleiss_interval_holds_the_estimate():
    """The resamples spread around the estimate, the same for the same seed."""
    table, _ = crowd(3, items=80, rates=coins([0.7] * 4, 2), prevalence=[0.5, 0.5], votes=3)
    got = fleiss_kappa(table, seed=1, draws=300)

    assert got.low < got.estimate < got.high
    assert fleiss_kappa(table, seed=1, draws=300) == got


def test_refuses():
    """Each fault is named, with what to do."""
    for message, call in {
        "krippendorff_alpha: expected scale to be nominal or .* or ratio, got odd": (
            lambda: krippendorff_alpha(FIVE, seed=1, scale="odd")
        ),
        "krippendorff_alpha: expected draws to be a whole number from 100, got 5": (
            lambda: krippendorff_alpha(FIVE, seed=1, draws=5)
        ),
        "fleiss_kappa: expected seed to be a whole number from 0, got None": (
            lambda: fleiss_kappa(FIVE, seed=None)
        ),
        "krippendorff_alpha: expected label in a unit that makes it .* got values up to 2e-300": (
            lambda: krippendorff_alpha(
                counted("1 1", "1 2").assign(label=lambda t: t["label"] * 1e-300),
                seed=1,
                scale="interval",
            )
        ),
        "krippendorff_alpha: expected numbers in label": (
            lambda: krippendorff_alpha(judged("a a", "b b"), seed=1, scale="interval")
        ),
        "ratings of zero or more on a ratio scale, got -1": (
            lambda: krippendorff_alpha(counted("1 1", "-1 2"), seed=1, scale="ratio")
        ),
        "different ratings among units rated twice or more, got 0 units and 0 values": (
            lambda: krippendorff_alpha(judged("a", "b"), seed=1)
        ),
        "got 1 units and 1 values": lambda: krippendorff_alpha(judged("a a", "b"), seed=1),
        "cohen_kappa: expected two columns of the same length, got 2 and 3": (
            lambda: cohen_kappa([1, 2], [1, 2, 3])
        ),
        "cohen_kappa: expected a value in every row, got empty ones in label": (
            lambda: cohen_kappa(["a", None], ["a", "b"])
        ),
        "cohen_kappa: expected a confidence level": lambda: cohen_kappa([1, 2], [1, 2], level=0),
        "fleiss_kappa: expected the same number of ratings, two or more, of every unit, got 2 to": (
            lambda: fleiss_kappa(judged("a a", "a b b"), seed=1)
        ),
        "fleiss_kappa: expected one judgement of an item by a rater, got 1 more": (
            lambda: fleiss_kappa(pd.concat([FIVE, FIVE.iloc[[0]]]), seed=1)
        ),
    }.items():
        with pytest.raises(ModelError, match=message):
            call()
