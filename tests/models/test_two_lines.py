"""Two lines: by hand, their laws, and what they find in a hill and in a plateau."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ModelError
from workbench.models._smooth import smooth
from workbench.models.two_lines import interrupted, projected, two_lines


def cloud(seed, curve, *, n=600, noise=0.5):
    """x on [0, 10] and `curve` of it with noise."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 10, n)
    return x, curve(x) + rng.normal(0, noise, n)


def hill(x):
    """Up to 4 and down again."""
    return np.where(x < 4, x, 4 - 0.5 * (x - 4))


def plateau(x):
    """Up to 4 and then level."""
    return np.minimum(x, 4)


def test_two_lines_by_hand():
    """Each side is its own regression: slopes 2 and -1; the row at the break is right of it."""
    x = [0, 1, 2, 3, 4, 5]
    y = [0.1, 1.8, 4.1, 9.1, 7.8, 7.1]
    got = interrupted(x, y, at=3)
    # Left: (4.1 - 0.1) / 2. Right: (7.1 - 9.1) / 2.
    assert (got.below.estimate, got.above.estimate) == pytest.approx((2, -1))
    # Left residuals .1 -.2 .1, leverages 5/6 1/3 5/6, weights of the slope -1/2 0 1/2: 2 (.6/2)^2.
    assert got.below.std_error == pytest.approx(0.18**0.5)
    # The lines at 3 are 2 x 3 = 6 and 9, so the step is 3.
    table = got.table.set_index("term")["estimate"]
    assert table[["intercept", "step"]].tolist() == pytest.approx([6, 3])
    assert (got.n, got.n_below, got.clusters, got.errors) == (6, 3, None, "HC3")


def test_projection_is_what_the_slopes_estimate():
    """Without noise it is the fit; with noise the fit scatters around it."""
    x, y = cloud(1, hill, n=3000)
    truth = projected(x, hill(x), at=6)
    got = interrupted(x, y, at=6)
    assert abs(got.below.estimate - truth[0]) < 3 * got.below.std_error
    assert abs(got.above.estimate - truth[1]) < 3 * got.above.std_error
    assert truth[1] == pytest.approx(-0.5)
    assert projected(x, hill(x), at=4) == pytest.approx((1, -0.5))
    assert projected(x, 0 * x, at=4) == pytest.approx((0, 0))


def test_covariates_are_held():
    """A covariate that carries the fall takes it away from the second line."""
    x, y = cloud(2, plateau)
    z = pd.DataFrame({"late": x * (x > 4), "day": np.where(np.arange(600) % 7 < 5, "week", "end")})
    pulled = y - 0.8 * z["late"]
    assert interrupted(x, pulled, at=4).above.estimate < -0.5
    held = interrupted(x, pulled, at=4, covariates=z[["day"]])
    assert held.table["term"].tolist()[-1] == "day=week"
    assert projected(x, plateau(x), at=4, covariates=z[["day"]]) == pytest.approx((1, 0), abs=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_finds_a_hill_but_no_hill_in_a_plateau(seed):
    """The shape is found where it is, and the break lies in the flat stretch."""
    got = two_lines(*cloud(seed, hill))
    assert got.inverted_u
    assert not got.u_shaped
    assert got.flat_low <= got.at <= got.flat_high
    assert got.at == pytest.approx(4, abs=1)
    assert not two_lines(*cloud(seed, plateau)).inverted_u


def test_a_plateau_is_called_a_hill_at_most_as_often_as_stated():
    """Of 100 plateaus, about one in forty may pass by chance; not one in ten."""
    found = sum(two_lines(*cloud(seed, plateau, n=200)).inverted_u for seed in range(100))
    # 2.5 % of 100 is 2.5; the Poisson chance of 10 or more is 3e-4.
    assert found < 10


@pytest.mark.parametrize("seed", range(3))
def test_a_valley_is_a_hill_turned_over(seed):
    """-y with shape U has the same break and opposite slopes."""
    x, y = cloud(seed, hill)
    up, down = two_lines(x, y), two_lines(x, -y, shape="U")
    assert up.at == down.at
    assert up.below.estimate == pytest.approx(-down.below.estimate)
    assert down.u_shaped
    assert not down.inverted_u


def test_rows_in_any_order_and_unit():
    """Order does not matter; a unit moves break and slopes alike."""
    x, y = cloud(5, hill)
    order = np.random.default_rng(0).permutation(len(x))
    got, again = two_lines(x, y), two_lines(60 * x[order], y[order])
    assert again.at == pytest.approx(60 * got.at, rel=1e-6)
    assert again.below.estimate == pytest.approx(got.below.estimate / 60, rel=1e-6)


def test_counts_as_x_and_clusters():
    """Whole numbers with many ties work, and clusters are counted."""
    rng = np.random.default_rng(3)
    x = rng.poisson(4, 800)
    y = hill(x) + rng.normal(0, 0.5, 800)
    got = two_lines(x, y, clusters=np.arange(800) % 40)
    assert got.inverted_u
    assert (got.lines.clusters, got.lines.errors) == (40, "clustered")


def test_weaker_line_gets_the_rows():
    """The break moves from the first one towards the side of the stronger line."""
    x, y = cloud(7, lambda x: np.where(x < 4, 2 * x, 8 - 0.1 * (x - 4)), noise=1.5)
    got = two_lines(x, y)
    assert got.at < got.first_at


def test_smooth_curve_of_a_line_is_the_line():
    """A straight truth needs two degrees of freedom; a wave needs more."""
    x, y = cloud(8, lambda x: 3 * x, noise=0.2)
    nothing = np.empty((len(x), 0))
    straight = smooth(x, 3 * x + 1, nothing, where="here")
    assert straight.fitted == pytest.approx(3 * straight.x + 1, abs=1e-6)
    wave = smooth(x, np.sin(x) + y - 3 * x, nothing, where="here")
    assert wave.fitted == pytest.approx(np.sin(wave.x), abs=0.2)
    assert wave.edf > 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: interrupted([1, 2, 3, 4], [1, 3, 2, 5], at=1.5),
            "interrupted: expected at least two different x below 1.5 .* got 1 and 3. Choose",
        ),
        (
            lambda: projected([1, 2, 3, 4], [1, 3, 2, 5], at=9),
            "projected: expected at least two different x below 9 .* got 4 and 0",
        ),
        (
            lambda: projected([1, 2, 3, 4], [1, 3, None, 5], at=3),
            "projected: expected a number in every row of mean, got 1 empty",
        ),
        (
            lambda: two_lines([1, 2, 3, 4, 5] * 4, range(20)),
            "two_lines: expected at least 6 different values of x, got 5. Compare",
        ),
        (
            lambda: two_lines([0] * 95 + [1, 2, 3, 4, 5], np.arange(100) % 7),
            "two_lines: expected different values of x in the middle .* Most rows share one x",
        ),
        (
            lambda: two_lines(
                [1, 2, 3, 4, 5, 6] * 4,
                np.arange(24) % 7,
                covariates=pd.DataFrame({"square": np.array([1, 4, 9, 16, 25, 36] * 4)}),
            ),
            "two_lines: expected more rows than terms, and covariates .* got 24 rows and 7",
        ),
        (
            lambda: two_lines(range(9), [3, 1, 4, 1, 5, 9, 2, 6, 5], shape="V"),
            "two_lines: expected shape to be inverted U or U, got V",
        ),
    ],
)
def test_refuses(call, message):
    """Breaks without two sides, and x without a middle."""
    with pytest.raises(ModelError, match=message):
        call()
