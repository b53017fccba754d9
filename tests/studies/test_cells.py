"""Small cells: nobody can find a hidden count, by looking or by subtracting."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench.errors import StudyError
from workbench.studies.cells import suppress

SMALLEST = 3


def people(*counts: int) -> pd.DataFrame:
    """Counts by one attribute, a, b, c ..."""
    return pd.DataFrame({"group": list("abcdefgh")[: len(counts)], "people": counts})


def shown(frame: pd.DataFrame, **choices: object) -> list[object]:
    """The counts as they may be shown."""
    options = {"count": "people", "by": "group"} | choices
    return suppress(frame, **options).frame["people"].tolist()


def test_small_counts_are_hidden_by_hand():
    """1 to 9 are hidden, 0 and 10 are not; two small ones protect each other."""
    # The total is 4 + 7 + 10 + 0 + 120 = 141, so 4 and 7 sum to 11: 2 + 9 to 9 + 2 all fit.
    assert shown(people(4, 7, 10, 0, 120)) == ["under 10", "under 10", 10, 0, 120]


def test_the_next_smallest_goes_too():
    """A single small count could be had by subtraction, so the smallest of the others goes."""
    # 141 - (10 + 0 + 120 + 7) would be 4; now 4 + 10 = 14 is all there is to know.
    assert shown(people(4, 12, 10, 0, 120)) == ["hidden", 12, "hidden", 0, 120]


def test_without_a_total_nothing_can_be_subtracted():
    """Where no total is shown a single small count goes alone."""
    assert shown(people(4, 12, 120), total_known=False) == ["under 10", 12, 120]


def test_small_counts_at_the_limit_of_their_sum_need_another():
    """1 + 1 of a total of 2 is told by the words alone, and so is 9 + 9."""
    assert shown(people(1, 1, 50, 60)) == ["hidden", "hidden", "hidden", 60]
    assert shown(people(9, 9, 50, 60)) == ["hidden", "hidden", "hidden", 60]


def test_a_zero_goes_only_where_there_is_no_other():
    """With nothing larger left a zero is hidden beside the small count."""
    assert shown(people(4, 0, 0)) == ["hidden", "hidden", 0]
    assert shown(people(1, 1)) == ["hidden", "hidden"]


def test_nothing_small_changes_nothing():
    """A table without small counts comes back as it was, with numbers."""
    frame = people(10, 0, 35)
    got = suppress(frame, count="people", by="group")

    pd.testing.assert_frame_equal(got.frame, frame)
    assert not got.hidden.any()


def test_hidden_rows_are_marked_under_the_same_index():
    """`hidden` has the rows of the table, whatever they are numbered."""
    frame = people(4, 12, 10).set_axis([7, 3, 5])
    got = suppress(frame, count="people", by="group")

    assert got.hidden.to_dict() == {7: True, 3: False, 5: True}
    assert frame["people"].tolist() == [4, 12, 10]


def test_two_attributes_by_hand():
    """In a table with totals both ways a small count takes three others with it."""
    counts = [[4, 20, 30], [15, 40, 50], [60, 70, 80]]
    frame = pd.DataFrame(
        [(r, c, n) for r, row in enumerate(counts) for c, n in enumerate(row)],
        columns=["month", "role", "people"],
    )
    got = suppress(frame, count="people", by=["month", "role"])

    # Beside 4: 15 is the smallest of its column, 20 of its row; 40 closes the rectangle, so that
    # 4 + 1, 20 - 1, 40 + 1, 15 - 1 leaves every total as it was.
    assert got.frame.loc[got.hidden, "people"].tolist() == ["hidden"] * 4
    assert got.frame.loc[~got.hidden, "people"].tolist() == [30, 50, 60, 70, 80]
    assert got.hidden.tolist() == [True, True, False, True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("frame", "choices", "message"),
    [
        (people(4), {}, "totals that leave a small count open"),
        (people(4, 20), {"by": "place"}, "got 1 attributes and no place"),
        (people(4, 20), {"by": ["a", "b", "c"]}, "got 3 attributes"),
        (people(4, 20), {"by": []}, "got 0 attributes and no third one"),
        (people(4, -1), {}, "whole numbers of people from 0, got other values"),
        (people(4).assign(people=2.5), {}, "whole numbers of people from 0, got other values"),
        (people(4).assign(people="under 10"), {}, "whole numbers of people from 0"),
        (people(4, 20).assign(group="a"), {}, "each combination of group once"),
    ],
)
def test_what_cannot_be_hidden_is_refused(frame, choices, message):
    """Tables of another form, and totals that tell by themselves, are refused in one line."""
    with pytest.raises(StudyError, match="small cells of people") as refused:
        shown(frame, **choices)

    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def fits(words: list[object], left: dict[object, int], lines: list[tuple]) -> Iterator[tuple]:
    """Every way to fill the hidden cells that agrees with the words, the totals, the rest."""
    if not words:
        if not any(left.values()):
            yield ()
        return
    word, both = words[0], lines[0]
    most = min(left[line] for line in both)
    numbers = {"under 3": range(1, min(SMALLEST, most + 1)), "hidden": range(most + 1)}
    for number in numbers.get(str(word), [word] if str(word).isdigit() and word <= most else []):
        rest = {line: total - number * (line in both) for line, total in left.items()}
        yield from ((number, *more) for more in fits(words[1:], rest, lines[1:]))


def totals_of(counts: list[int], lines: list[tuple]) -> dict[object, int]:
    """The sum of every line."""
    sums: dict[object, int] = {}
    for number, both in zip(counts, lines, strict=True):
        for line in both:
            sums[line] = sums.get(line, 0) + number
    return sums


def everything_open(frame: pd.DataFrame, by: list[str], lines: list[tuple]) -> None:
    """Every hidden cell has two values or more, and every small one is hidden."""
    try:
        got = suppress(frame, count="people", by=by, smallest=SMALLEST)
    except StudyError:
        assume(False)  # totals that tell by themselves have an example above
    counts = frame["people"].tolist()
    ways = list(fits(got.frame["people"].tolist(), totals_of(counts, lines), lines))
    for cell, number in enumerate(counts):
        values = {way[cell] for way in ways}
        assert len(values) > 1 if got.hidden.iloc[cell] else values == {number}
        assert got.hidden.iloc[cell] or not 0 < number < SMALLEST


@settings(max_examples=60)
@given(st.lists(st.integers(0, 7), min_size=2, max_size=5))
def test_no_hidden_cell_follows_from_the_total(counts):
    """Whoever knows the total and the cells in view is left with two values or more for each."""
    everything_open(people(*counts), ["group"], [("all",)] * len(counts))


@settings(max_examples=60)
@given(st.lists(st.integers(0, 5), min_size=6, max_size=6), st.booleans())
def test_no_hidden_cell_follows_from_rows_and_columns(counts, wide):
    """The same where every row and every column has a total."""
    columns = 3 if wide else 2
    cells = [(n // columns, n % columns) for n in range(6)]
    frame = pd.DataFrame(cells, columns=["row", "column"]).assign(people=counts)

    everything_open(frame, ["row", "column"], [(f"r{r}", f"c{c}") for r, c in cells])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_without_totals_exactly_the_small_ones_go(counts):
    """Without totals no other cell is touched."""
    got = shown(people(*counts), total_known=False)

    assert got == ["under 10" if 0 < n < 10 else n for n in counts]
