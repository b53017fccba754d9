"""Numbers below a curve: who is left at each mark, and titles that fit beside them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.models.survival import kaplan_meier
from workbench.studies.feedback_speed.still_followed import FEW, short_titles, still_followed


def test_who_is_left_by_hand():
    """Twenty waits of 1 to 20 hours: before hour 5 sixteen are left, before hour 12 nine."""
    curve = kaplan_meier(range(1, 21), [True, False] * 10)

    rows = still_followed(curve, [0, 1, 5, 11, 12, 20, 21], label="Club")

    # Before hour 11 the waits of 11 to 20 hours are left: ten; after hour 20 nobody.
    assert rows["n"].tolist() == [20, 20, 16, 10, FEW, FEW, 0]
    assert set(rows["label"]) == {"Club"}


@settings(max_examples=25, database=None)
@given(
    waits=st.lists(st.integers(1, 30), min_size=1, max_size=60),
    moments=st.lists(st.integers(0, 40), min_size=1, max_size=5),
)
def test_who_is_left_is_a_count(waits, moments):
    """Whatever the waits, the number before a moment is how many are at least as long."""
    rows = still_followed(kaplan_meier(waits, [True] * len(waits)), moments, label="")

    for moment, said in zip(moments, rows["n"], strict=True):
        count = sum(wait >= moment for wait in waits)
        assert said == (FEW if 0 < count < 10 else count)


@pytest.mark.parametrize(
    ("titles", "short"),
    [
        (["Club", "A forum about everything there is"], ["Club", "A forum about …"]),
        (["A forum of many words, 2014", "A forum of many words, 2015"],
         ["1: A forum of many words, …", "2: A forum of many words, …"]),
    ],
)  # fmt: skip
def test_short_titles(titles, short):
    """Long titles are cut between words; those that then read alike are numbered."""
    assert short_titles(titles) == short
