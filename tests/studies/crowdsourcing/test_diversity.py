"""H2.2: diversity without the answer that is judged, its share of the error, and its controls."""

import math

import numpy as np
import pandas as pd
import pytest
from invented_groups import alone, choosing, guessing, simulated, stored

from workbench.errors import ModelError
from workbench.models.specification_curve import CAP
from workbench.simulate import estimates
from workbench.studies.crowdsourcing import diversity, subcrowds


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch):
    """As few regroupings as are allowed."""
    monkeypatch.setattr(diversity, "DRAWS", 100)


def many_choosing(groups=80, seed=3):
    """Groups of four whose choices are drawn from few or from many cards, and end by luck."""
    dice = np.random.default_rng(seed)
    cards = ["OV", "E", "EV", "O", "V", "C", "CV", "EO"]
    lines = []
    for group in range(groups):
        few = dice.integers(2, 8)
        for member in range(4):
            first, last = dice.choice(cards[:few]), dice.choice(cards)
            lines.append(f"g{group} m{member} {first} {last}")
    return choosing("\n".join(lines))


def test_habits_by_hand():
    """A group's diversity at a question is that of its other questions, in standard deviations."""
    lines = []
    # Logarithms of two members lie 0, 2 or 4 doublings apart: deviation x log 2 / sqrt 2.
    for group, apart in (("a", (0, 2, 4)), ("b", (2, 2, 2)), ("c", (4, 2, 0))):
        for item, doublings in zip("xyz", apart, strict=True):
            lines.append(f"{group} one {item} 8 8")
            lines.append(f"{group} two {item} {8 * 2**doublings} 8")
    club = guessing("\n".join(lines), {"x": 8.0, "y": 8.0, "z": 8.0})

    table = diversity.habits(club, keep_far=True).set_index(["group", "item"])

    # At x and z the groups score -1, 0, 1 and 1, 0, -1; at y all differ alike, so that y has no
    # score. a at x looks at z only: 1; c at x: -1. a at y looks at both: (-1 + 1) / 2.
    assert table.loc[("a", "y"), "deviation"] == pytest.approx(0)
    assert table.loc[("a", "x"), "deviation"] == pytest.approx(1)
    assert table.loc[("c", "x"), "deviation"] == pytest.approx(-1)
    assert table.loc[("b", "x"), "deviation"] == pytest.approx(0)
    # a at z: 8 and 128, mean of the logarithms two doublings too high.
    assert table.loc[("a", "z"), "error"] == pytest.approx((2 * math.log(2)) ** 2)


def test_the_answer_that_is_judged_is_not_in_the_diversity():
    """Whatever a group answers to a question, its diversity there is the same."""
    base = ["a one x 8 8", "a two x 8 8", "b one x 8 8", "b two x 9 8", "c one x 7 8",
            "c two x 12 8", "a one y 8 8", "a two y 16 8", "b one y 8 8", "b two y 9 8",
            "c one y 6 8", "c two y 8 8"]  # fmt: skip
    other = ["a one x 5 8", "a two x 30 8", *base[2:]]
    truths = {"x": 8.0, "y": 8.0}

    first, second = (
        diversity.habits(guessing("\n".join(lines), truths)).set_index(["group", "item"])
        for lines in (base, other)
    )

    here = [table.loc[("a", "x"), "deviation"] for table in (first, second)]
    there = [table.loc[("a", "y"), "deviation"] for table in (first, second)]
    assert here[0] == pytest.approx(here[1])
    assert there[0] != pytest.approx(there[1])


def test_nothing_is_found_where_nothing_was_planted():
    """Groups that differ in nothing but luck: interval and regrouping both hold zero."""
    club = simulated(estimates.Settings(group_bias=0.0))
    found, dealt = diversity.own(club), diversity.regrouped(club)

    assert found.low < 0 < found.high
    assert dealt.low < 0 < dealt.high
    assert abs(dealt.estimate) < 0.03
    assert found.clusters == 60


def test_choices_in_all_variants():
    """Every variant has an estimate; the first is the hypothesis's own; the list is short."""
    club = many_choosing()
    found = diversity.tried(club)

    assert found.n == len(diversity.variants(club)) == 12 <= CAP
    assert found.n_failed == 0
    assert found.table["estimate"].iloc[0] == diversity.own(club).estimate
    assert found.table["estimate"].nunique() == 12


def test_numbers_in_all_variants():
    """The same for numbers; keeping far answers and the median change the estimate."""
    club = simulated(estimates.Settings(noise=1.5))
    found = diversity.tried(club)

    assert found.n == len(diversity.variants(club)) == 16 <= CAP
    assert found.n_failed == 0
    assert found.table["estimate"].nunique() == 16


def test_chance_beside_what_was_found():
    """Where luck alone made the estimate p is not small; p is the share of draws as far out."""
    club = many_choosing()
    dealt = diversity.regrouped(club)

    # The estimate is no draw: p is 2 x (1 + draws in the smaller tail) / 101, at most 1.
    assert 0.05 < dealt.p_value <= 1
    tail = dealt.p_value * 101 / 2
    assert dealt.p_value == 1 or tail == pytest.approx(round(tail))


def test_who_is_left_out_by_hand():
    """A far answer, a zero, and groups at a question that are left without a comparison."""
    lines = ["a one x 8 8", "a two x 8000 8", "b one x 8 8", "b two x 9 8", "c one x 7 8",
             "c two x 12 8", "a one y 8 8", "a two y 16 8", "b one y 8 8", "b two y 0 8",
             "c one y 6 8", "c two y 9 8", "a one z 8 8", "a two z 9 8", "b one z 7 8",
             "b two z 8 8", "c one z 8 8", "c two z 8 8"]  # fmt: skip
    club = guessing("\n".join(lines), {"x": 8.0, "y": 8.0, "z": 8.0})

    # At x a has one member left, at y b has; c at z is quite right: a mean of 8 and 8.
    assert diversity.left_out(club) == {
        "zero or below, without a logarithm": 1,
        "more than 10 times above or below the median first answer": 1,
        diversity.SINGLE: 2,
        diversity.NO_ERROR: 1,
    }
    assert diversity.left_out(alone(people=12)) == {}


def test_regrouping_choices_is_around_zero():
    """Groups of one size that swap their diversity give nothing on average."""
    dealt = diversity.regrouped(many_choosing())

    assert abs(dealt.estimate) < 0.2 * dealt.std_error * np.sqrt(diversity.DRAWS) / 4


def test_schools_that_err_apart_are_found():
    """Raters of two schools: mixed crowds err less, by the jackknife over raters too."""
    found = diversity.own(alone(people=30))

    assert found.low > 0.1
    assert (found.n, found.clusters) == (60, 30)


def test_the_panel_by_hand():
    """Habits come from a rater's other items; items with another number of raters are counted."""
    rows = [("x", "p", 0.0), ("x", "q", 2.0), ("x", "r", 4.0), ("y", "p", 0.0), ("y", "q", 2.0),
            ("y", "r", 4.0), ("z", "p", 4.0), ("z", "q", 2.0), ("z", "r", 0.0), ("w", "p", 1.0),
            ("w", "q", 1.0)]  # fmt: skip
    ratings = pd.DataFrame(rows, columns=["item_id", "rater_id", "value"])
    club = stored(ratings, pd.DataFrame({"item_id": list("xyzw"), "value": 2.0}))

    found = subcrowds.panel(club)

    assert found.values.shape == (3, 3)
    assert found.left_out == {"with another number of raters": 1}
    # Scores of p: -1 at x, -1 at y, 1 at z, 0 at w (all alike). At x: (-1 + 1 + 0) / 3 = 0; at z:
    # (-1 - 1 + 0) / 3 = -2/3. q is at 0 everywhere.
    places = {name: list(found.who[2]).index(name) for name in "pq"}
    apart = found.apart[subcrowds.LENIENT]
    assert apart[2, places["p"], places["q"]] == pytest.approx(2 / 3)
    assert apart[0].max() == pytest.approx(0)
    assert (found.truth == 2).all()


def test_data_without_crowds_are_refused():
    """No groups, one question only, raters of one item: each in one line."""
    nothing = stored(
        pd.DataFrame({"item_id": ["x"], "rater_id": ["p"], "value": [1.0]}),
        pd.DataFrame({"item_id": ["y"], "value": [1.0]}),
    )
    once = stored(
        pd.DataFrame(
            {"item_id": list("xxyy"), "rater_id": list("pqrs"), "value": [1.0, 2.0, 3.0, 4.0]}
        ),
        pd.DataFrame({"item_id": ["x", "y"], "value": 1.0}),
    )
    one = guessing("a p q 8 8\na r q 9 8\nb s q 8 8\nb t q 12 8", {"q": 8.0})
    for club, said in (
        (nothing, "diversity: expected groups or crowds with known answers, got none. Bring "
         "ratings with known answers."),
        (once, "subcrowds: expected two items or more that as many raters judged, who judged "
         "others, too, got fewer. Bring more ratings."),
        (one, "diversity: expected groups of two members or more that answered two questions, got "
         "none. Bring the answers to other questions."),
    ):  # fmt: skip
        with pytest.raises(ModelError) as error:
            diversity.own(club)
        assert str(error.value) == said


def test_a_curve_without_its_own_variant_is_refused():
    """Where the hypothesis's own variant has no estimate, no curve stands beside it."""
    with pytest.raises(ModelError):
        diversity.tried(choosing("a p OV OV\na q OV E\nb r E E\nb s E OV"))
