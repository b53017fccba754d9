"""
Small cells: counts of fewer than ten people are hidden, and what would give them away with them.

Whoever knows a total can subtract. So where totals are shown, further cells are hidden until none
of the hidden ones follows from the totals and the cells that stay (complementary suppression, as in
Hundepool et al. 2012, Statistical Disclosure Control, doi:10.1002/9781118348239, section 4.4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.errors import StudyError

SMALLEST = 10
UNDER, HIDDEN = "under {}", "hidden"

Line = tuple[str, Hashable]


@dataclass(frozen=True)
class Suppressed:
    """
    A table of counts that shows no small group.

    frame : the same rows; where a count may not be shown, words stand in its place. hidden : bool,
    the rows of these, so that shares made from the same count can be left out too.
    """

    frame: pd.DataFrame
    hidden: pd.Series


@dataclass(frozen=True)
class _Cells:
    """Counts, the two lines that each is summed in, which are small; `hidden` grows."""

    counts: list[int]
    lines: list[tuple[Line, Line]]
    small: list[bool]
    hidden: set[int]
    smallest: int


def suppress(
    frame: pd.DataFrame,
    *,
    count: str,
    by: str | Sequence[str],
    total_known: bool = True,
    smallest: int = SMALLEST,
) -> Suppressed:
    """
    Hide counts of people from 1 to `smallest` - 1, and others by which these could be found.

    `under 10` stands for a small count. Where a further cell had to be hidden too, all hidden ones
    say `hidden`, so that nobody can tell which of them are small. That further cell is the smallest
    one that is large enough to be shown; a zero only where there is no other, because it is often
    known to be one, and then hides nothing. Otherwise a zero is shown: it tells of nobody.

    Parameters
    ----------
    frame : one row a cell, each combination of attributes once. A cell that is not in it is read as
        a zero that everybody knows.
    count : the column of counts of people. by : one attribute, whose total is known; or two, whose
        totals by row, by column and over all are. total_known : False where no total of these
        people is shown or known; then nothing can be subtracted.

    Raises
    ------
    StudyError
        The table is not of that form, or its totals alone tell a small count, such as a total of
        one cell: then the totals must not be shown.
    """
    attributes = [by] if isinstance(by, str) else list(by)
    where = f"small cells of {count}"
    counts = _counts(frame, count, attributes, where=where)
    small = [0 < n < smallest for n in counts]
    away = {cell for cell, is_small in enumerate(small) if is_small}
    cells = _Cells(counts, _lines(frame, attributes), small, set(away), smallest)
    word = UNDER.format(smallest)
    if total_known and _told(cells):
        _complement(cells, where=where)
        word = HIDDEN
    hidden = pd.Series(
        [cell in cells.hidden for cell in range(len(counts))],
        index=frame.index, dtype=bool, name="hidden",
    )  # fmt: skip
    if not away:
        return Suppressed(frame.copy(), hidden)
    shown = [word if cell in cells.hidden else n for cell, n in enumerate(counts)]
    return Suppressed(
        frame.assign(**{count: pd.Series(shown, index=frame.index, dtype=object)}), hidden
    )


def _counts(frame: pd.DataFrame, count: str, by: Sequence[str], *, where: str) -> list[int]:
    absent = [name for name in (count, *by) if name not in frame.columns]
    if absent or len(by) not in (1, 2):
        raise StudyError(
            f"{where}: expected a column of counts and one or two attributes, got "
            f"{len(by)} attributes and no {', '.join(absent) or 'third one'}. Name the columns."
        )
    numbers = pd.to_numeric(frame[count], errors="coerce")
    if numbers.isna().any() or (numbers < 0).any() or (numbers % 1 != 0).any():
        raise StudyError(
            f"{where}: expected whole numbers of people from 0, got other values. "
            "Count people before anything is hidden or rounded."
        )
    if frame.duplicated(list(by)).any():
        raise StudyError(
            f"{where}: expected each combination of {' and '.join(by)} once, got some more often. "
            "Add them up first."
        )
    return [int(number) for number in numbers]


def _lines(frame: pd.DataFrame, by: Sequence[str]) -> list[tuple[Line, Line]]:
    """The row and the column that each cell is summed in; one attribute has one total."""
    if len(by) == 1:
        return [(("row", ""), ("column", ""))] * len(frame)
    pairs = zip(frame[by[0]], frame[by[1]], strict=True)
    return [(("row", row), ("column", column)) for row, column in pairs]


def _complement(cells: _Cells, *, where: str) -> None:
    """Hide further cells, in place, until no hidden one can be told."""
    while told := _told(cells):
        another = _next(cells, told)
        if another is None:
            break
        cells.hidden.add(another)
    # With nothing left to hide, what protects is that the word does not say which cells are small.
    if _told(cells, small_known=False):
        raise StudyError(
            f"{where}: expected totals that leave a small count open, got some that tell it. "
            "Leave the totals out, or put groups together."
        )


def _next(cells: _Cells, told: Sequence[int]) -> int | None:
    """The best cell to hide beside those that can be told: in a line with one of them, if any."""
    times = Counter(line for cell in cells.hidden for line in cells.lines[cell])
    lines = {line for cell in told for line in cells.lines[cell]}
    for wanted in ({line for line in lines if times[line] == 1}, lines):
        shown = [
            cell
            for cell, both in enumerate(cells.lines)
            if cell not in cells.hidden and wanted & set(both)
        ]
        if shown:
            return min(shown, key=lambda n: (cells.counts[n] == 0, cells.counts[n]))
    return None


def _told(cells: _Cells, *, small_known: bool = True) -> list[int]:
    """
    Hidden cells that only one number fits, given all totals and the cells in view.

    `small_known`: whether readers are taken to know which of the hidden cells are small.
    """
    ways: dict[Line, list[tuple[int, Line]]] = {}
    steps: dict[int, list[tuple[Line, Line]]] = {}
    for cell in sorted(cells.hidden):
        row, column = cells.lines[cell]
        count, bounded = cells.counts[cell], small_known and cells.small[cell]
        # One person more here leads from the row to the column, one fewer the other way.
        more = [(row, column)] if not bounded or count < cells.smallest - 1 else []
        fewer = [(column, row)] if count > (1 if bounded else 0) else []
        steps[cell] = more + fewer
        for start, end in steps[cell]:
            ways.setdefault(start, []).append((cell, end))
    return [
        cell
        for cell, mine in steps.items()
        if not any(_leads(ways, end, start, but=cell) for start, end in mine)
    ]


def _leads(
    ways: Mapping[Line, list[tuple[int, Line]]], start: Line, end: Line, *, but: int
) -> bool:
    """Whether other cells than `but` can make up for one person more or fewer in it."""
    seen, due = {start}, [start]
    while due:
        for cell, line in ways.get(due.pop(), ()):
            if cell == but:
                continue
            if line == end:
                return True
            if line not in seen:
                seen.add(line)
                due.append(line)
    return False
