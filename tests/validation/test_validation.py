"""Every reference number agrees with ours, and the page that shows them is up to date."""

from __future__ import annotations

import re
from dataclasses import replace

import page
import pytest
from validated import Row

ROW = Row("room.model", "a | b", theirs=2.0, ours=2.0 + 3.21e-7, origin="R")


@pytest.mark.parametrize("family", page.families())
def test_our_numbers_are_theirs(family):
    """Every row of the family lies within what it allows, and there are rows."""
    rows = page.rows(family)

    assert rows
    assert [f"{page.name(r)}: {r.theirs} against {r.ours}" for r in rows if not r.passed] == []


@pytest.mark.parametrize("family", page.families())
def test_allowances_are_small(family):
    """Nobody passes by a wide door: five per cent, or a thousandth for what is near zero."""
    wide = [page.name(r) for r in page.rows(family) if r.allowed > max(0.05 * abs(r.theirs), 1e-3)]

    assert wide == []


def test_no_two_rows_have_the_same_name():
    """What a row shows can be told from its estimator, its words and its origin."""
    names = [page.name(row) for family in page.families() for row in page.rows(family)]

    assert sorted(names) == sorted(set(names))


def stable(text):
    """The page without *ours* and *difference*, whose last digit may change with the machine."""
    ours = 1 + page.COLUMNS.index("ours")  # a line begins with a bar
    cells = [re.split(r"(?<!\\)\|", line) for line in text.splitlines()]
    return [line[:ours] + line[ours + 2 :] for line in cells]


def test_the_page_is_up_to_date():
    """docs/validation.md is what `make validation` would write now."""
    assert stable(page.PAGE.read_text("utf-8")) == stable(page.page()), "say make validation"


def test_a_row_is_printed_so_that_it_can_be_judged():
    """Seven digits, a difference of one digit, and a bar that does not end the cell."""
    assert page.cells(ROW) == (
        "`room.model`", "a \\| b", "R", "2", "2", "3e-07", "2e-06", "yes",
    )  # fmt: skip
    assert page.cells(replace(ROW, ours=2.0001))[5:] == ("1e-04", "2e-06", "**no**")
    assert page.cells(replace(ROW, ours=2.0 + 1e-12))[5] == "< 1e-09"


def test_a_number_that_does_not_exist_does_not_pass():
    """NaN agrees with nothing."""
    assert not replace(ROW, ours=float("nan")).passed


def test_the_larger_allowance_counts():
    """Half of the last printed digit is given as an absolute allowance."""
    assert replace(ROW, ours=2.004, absolute=0.005).passed
    assert not replace(ROW, ours=2.006, absolute=0.005).passed
