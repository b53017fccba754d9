"""What is true of any numbers, and the arithmetic of a mean of slots."""

import numpy as np
import pandas as pd
import pytest
from invented_groups import alone, choosing, guessing, stored

from workbench.errors import ModelError
from workbench.studies.crowdsourcing import identity

GUESSED = """
    a p q 10 9
    a r q 40 9
    b s q 20 9
    b t q 25 9
    a p x 3 3
    a r x 5 5
    b s x 2 2
    b t x 9 9
"""
CHOSEN = """
    a p OV E
    a q E  E
    b r E  O
    b s V  V
    b u O  V
    c w E  E
    c v OV E
    c x OV E
    d y C  E
    d z C  E
    e f OV E
    e g OV E
"""


@pytest.fixture
def crowds():
    """A data set of each kind."""
    return [choosing(CHOSEN), guessing(GUESSED, {"q": 20.0, "x": 4.0}), alone(items=20)]


def test_the_identity_holds_in_all_and_in_random_numbers(crowds):
    """Nothing is left over, and the slope is minus one, whatever the numbers are."""
    table = identity.identity_table(crowds).frame

    assert len(table) == 4
    assert table["data set"].iloc[-1] == identity.RANDOM
    assert (table["left over"] < 1e-9).all()
    assert table["slope"].tolist() == pytest.approx([-1] * 4)
    off = table["error of the crowd"] - table["error of a member"] + table["diversity"]
    assert off.abs().max() < 1e-9


def test_choices_are_crowds_of_scores(crowds):
    """Of groups that chose, the scores of the members are the numbers, and 1 is the truth."""
    found = identity.identity(crowds[0]).items.set_index("item")

    # a: scores 1 and 1/4, mean 5/8.
    assert found.loc["a a", "collective_error"] == pytest.approx((3 / 8) ** 2)


def test_slots_by_hand():
    """Two items of four slots: means of one and of two against the mean of the other two."""
    found = identity.of_slots(np.array([[0.0, 2.0, 4.0, 6.0], [1.0, 1.0, 1.0, 1.0]]))

    # First item: 0 against 5, then 1 against 5; second: no distance. sqrt(25/2), sqrt(16/2).
    assert found["seen"].tolist() == pytest.approx([np.sqrt(12.5), np.sqrt(8)])
    # Variance of 0 2 4 6 is 20/3; mean over items 10/3; times 1 + 1/2, and times 1/2 + 1/2.
    assert found["arithmetic"].tolist() == pytest.approx([np.sqrt(5), np.sqrt(10 / 3)])


def test_slots_follow_arithmetic_in_real_size():
    """With many items of independent slots, data and arithmetic agree within two in a hundred."""
    dice = np.random.default_rng(1)
    values = dice.normal(size=(4000, 10)) + dice.normal(size=(4000, 1))
    rows = pd.DataFrame(values).stack().reset_index()
    rows.columns = ["item_id", "slot", "value"]
    ratings = rows.astype({"item_id": str}).drop(columns="slot").assign(rater_id=None)
    club = stored(ratings, pd.DataFrame({"item_id": ["0"], "value": [0.0]}))

    found = identity.slots(club)

    assert len(found) == 5
    assert (found["seen"] / found["arithmetic"]).tolist() == pytest.approx([1] * 5, rel=0.03)
    shown = identity.more_slots([club])
    assert f"{found['seen'][0]:.3f} ({found['arithmetic'][0]:.3f})" in shown.caption


def test_too_few_slots_are_refused():
    """Three ratings have no half to be set against another."""
    with pytest.raises(ModelError) as error:
        identity.slots(alone(items=5, raters=3))
    assert str(error.value) == (
        "slots: expected two items or more with four ratings, got fewer. Bring more ratings."
    )


def test_two_crowds_have_no_slope():
    """Where too few crowds differ, no slope is shown."""
    found = identity.identity(choosing("a p OV E\na q E E\nb r E O\nb s V V"))

    assert np.isnan(identity.held(found))
