"""Words of pages compared with what was said, by hand."""

import pytest

from workbench.report.privacy import Passage
from workbench.report.quoted import Spoken


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("one two three four five six seven eight", True),
        ("1 0 2 0 it was so indeed", True),  # four words and four figures
        ("1 0 2 0 3 it was so", False),
        ("1 1 0 0 0 0 400 0", False),  # a row of a table, and of somebody's code
    ],
)
def test_figures_are_no_quotation(said, found):
    """Eight in a row count where at least four of them are words."""
    spoken = Spoken()
    spoken.add("page.html", [Passage("here", said, spoken=(said,))])

    assert bool(list(spoken.quoted(said))) is found
