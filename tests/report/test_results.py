"""Results in words, figures and rows."""

from __future__ import annotations

import base64

import executed
import pytest
from bs4 import BeautifulSoup

from workbench.report.results import forests, interval, plain_table, results_table, unit


def row(**changes: object) -> dict[str, object]:
    """A finding as a page keeps it."""
    return executed.finding(**changes).to_json()


def cells(*findings: dict[str, object]) -> list[list[str]]:
    """The words of the table of results, row by row."""
    table = BeautifulSoup(results_table(findings), "html.parser").table
    return [[td.get_text() for td in tr.find_all("td")] for tr in table.select("tbody tr")]


@pytest.mark.parametrize(
    ("scale", "numbers", "text"),
    [
        # Widths in 100: 22 -> no decimals; 1.27 -> one; 0.22 -> two.
        ("risk difference", (0.01, -0.1, 0.12), "1 in 100 [−10 to 12]"),
        ("probability", (0.17485, 0.1686, 0.1813), "17.5 of 100 [16.9 to 18.1]"),
        ("probability", (0.001, 0.0, 0.0022), "0.10 of 100 [0.00 to 0.22]"),
        # A rounded zero has no sign: -0.04 in 100, and the interval is 24 wide.
        ("risk difference", (-0.0004, -0.12, 0.12), "0 in 100 [−12 to 12]"),
        # Widths as they are: 220, 2.2, 0.022.
        ("messages", (1100.0, 990.0, 1210.0), "1,100 [990 to 1,210]"),
        ("days sooner", (0.1, -1.0, 1.2), "0.1 [−1.0 to 1.2]"),
        ("log hazard ratio", (0.1, 0.089, 0.111), "0.100 [0.089 to 0.111]"),
        ("days sooner", (0.5, 0.5, 0.5), "0.500 [0.500 to 0.500]"),
        ("days sooner", (1.0, 0.5, float("inf")), "1.000 [0.500 to inf]"),
        ("days sooner", (1.0, None, None), "1.000"),
        ("risk difference", (None, None, None), "–"),
    ],
)
def test_interval_decides_the_digits(scale, numbers, text):
    """Two significant digits of the interval's width, the same decimals for all three numbers."""
    estimate, low, high = numbers
    assert interval(row(scale=scale, estimate=estimate, ci_low=low, ci_high=high)) == text


def test_interval_can_be_read_aloud():
    """In an alternative text brackets become words."""
    assert interval(row(), spoken=True) == "1.2 in 100, from −0.8 to 3.2"
    assert interval(row(estimate=None), spoken=True) == "not estimated"


@pytest.mark.parametrize(
    ("changes", "unit_said", "worth"),
    [
        ({}, "difference, in 100", "2 in 100"),
        (
            {"scale": "probability", "sesoi": 0.05, "null_value": 0.5},
            "share, of 100",
            "5 of 100 from 50",
        ),
        ({"scale": "log hazard ratio", "sesoi": 0.09531}, "log hazard ratio", "0.0953"),
        ({"scale": "messages", "sesoi": 120.0}, "messages", "120"),
        ({"sesoi": None}, "difference, in 100", "–"),
    ],
)
def test_worth_acting_on_has_the_unit_of_the_estimate(changes, unit_said, worth):
    """The smallest difference stands beside the estimate, counted in the same way."""
    finding = row(**changes)

    assert unit(finding) == unit_said
    assert cells(finding)[0][4] == worth.replace(" from", "from")
    assert f"{unit_said}; n 1,200" in cells(finding)[0][3]


def test_table_begins_with_the_answer():
    """Question, community, verdict and estimate come first; rows are in the hypotheses' order."""
    later = row(hyp_id="H1.3", question="Another question?", primary=False, n=12345)
    found = cells(later, row(is_simulated=True, community="Garden"))

    assert found[0] == [
        "Do newcomers who are answered within a day come back more often?H1.1",
        "Garden (simulated)", "inconclusive (too imprecise to decide)",
        "1.2 in 100 [−0.8 to 3.2]difference, in 100; n 1,200; design C", "2 in 100",
    ]  # fmt: skip
    assert found[1][0] == "Another question?H1.3"
    assert "n 12,345" in found[1][3]
    assert 'href="ledger.csv"' in results_table([later])
    assert results_table([]) == "<p>No finding has been made yet.</p>"


def test_what_was_not_estimated_has_no_figure():
    """A finding without an estimate is left to its words."""
    assert forests([row(estimate=None, ci_low=None, ci_high=None)]) == ""


def test_figure_counts_per_hundred():
    """Axis, caption and alternative text of a difference are in 100; the picture is a PNG."""
    figure = BeautifulSoup(forests([row(community="Garden")]), "html.parser").figure

    assert figure.figcaption.get_text() == (
        "Estimates with their 95 % intervals (difference, in 100), one row a community. "
        "The shaded band is too small to matter."
    )
    picture = base64.b64decode(figure.img["src"].partition(",")[2])
    assert picture.startswith(b"\x89PNG")


def test_heads_and_captions_are_text():
    """What is named in a caption or a head cannot become a tag."""
    table = BeautifulSoup(plain_table("<b>", ["<i>"], ""), "html.parser")

    assert (table.caption.get_text(), table.th.get_text()) == ("<b>", "<i>")


def test_a_later_look_is_named_in_its_row():
    """A row of a community that was looked at before says so; the first look does not."""
    first, again = cells(
        row(community="Garden", look="first"), row(community="Garden", look="later")
    )

    assert first[1] == "Garden"
    assert again[1] == "Garden (looked at again)"
