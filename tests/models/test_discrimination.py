"""The area under the curve of a yes or no: by hand, against pairs, and the refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import ModelError
from workbench.models.discrimination import discrimination


def test_by_hand():
    """Of three pairs one points right and two are undecided; a group without pairs has no row."""
    got = discrimination([1, 0, 0, 1], [9, 5, 1, 4], ["a", "a", "a", "b"])

    # 9 against 5 and 9 against 1: the higher has the answer, 1 each. 5 against 1: neither, 1/2.
    assert got["group"].tolist() == ["a"]
    assert got["auc"].tolist() == pytest.approx([2.5 / 3])
    assert got[["pairs", "items", "answers"]].to_numpy().tolist() == [[3, 3, 1]]


ROWS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 4), st.sampled_from("ab")), min_size=1, max_size=20
)


@settings(max_examples=60)
@given(ROWS)
def test_it_equals_a_look_at_all_pairs(rows):
    """Pairs of one group with different standing, each 1, 0 or one half."""
    expected = {}
    for name in "ab":
        mine = [(answer, stands) for answer, stands, group in rows if group == name]
        points = [
            0.5 + 0.5 * (int(one[0]) - int(two[0])) * np.sign(one[1] - two[1])
            for one, two in itertools.combinations(mine, 2)
            if one[1] != two[1]
        ]
        if points:
            expected[name] = np.mean(points)
    columns = [list(column) for column in zip(*rows, strict=True)]
    if not expected:
        with pytest.raises(ModelError, match="expected items of different standing"):
            discrimination(*columns)
        return

    got = discrimination(*columns)

    assert dict(zip(got["group"], got["auc"], strict=True)) == pytest.approx(expected)


def test_an_answer_is_yes_or_no():
    """A half answer is refused."""
    with pytest.raises(ModelError, match=r"discrimination: expected an answer of 0 or 1, got 0\.5"):
        discrimination([0.5, 1], [1, 2], ["a", "a"])


def test_an_item_without_a_group_is_refused():
    """Nobody knows what it is to be compared with."""
    with pytest.raises(ModelError, match=r"discrimination: expected a group for each of 2 items, "):
        discrimination([0, 1], [1, 2], ["a", None])
