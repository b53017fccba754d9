"""The flow from rows read to what is compared: nobody is lost, every number is said."""

import re

import pytest

from workbench.errors import StudyError
from workbench.studies.flow import Stage, flow, narrowing, reading

GARDEN = (
    Stage("posts read", 1200, 200, "no time"),
    Stage("posts kept", 1000),
    Stage("people", 40, 30, "not new"),
    Stage("compared", 10),
)


def texts(figure):
    """The words in the boxes."""
    (ax,) = figure.drawn.axes
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_every_box_is_drawn_and_said():
    """The alternative text has each number; a single community is not named in the boxes."""
    figure = flow({"Garden": GARDEN})

    assert figure.alt == (
        "Boxes from the top. Garden: posts read 1,200 (200 leave: no time); posts kept 1,000; "
        "people 40 (30 leave: not new); compared 10."
    )
    assert {"1,200", "200", "1,000", "40", "30", "10"} <= set(texts(figure))
    assert "Garden" not in texts(figure)
    assert figure.caption.startswith("From what was read to what is compared.")


def test_communities_with_the_same_stages_share_boxes():
    """Two alike have four boxes with two lines each; one with other reasons has its own."""
    other = (Stage("posts read", 30, 5, "no author"), Stage("posts kept", 25))
    alike = flow({"Garden": GARDEN, "Club": GARDEN})
    unlike = flow({"Garden": GARDEN, "Club": other})

    assert texts(alike).count("posts read") == 1
    assert texts(alike).count("Club") == 4
    assert texts(unlike).count("posts read") == 2
    assert texts(unlike).count("Club") == 2


def test_long_titles_are_cut_where_that_tells_them_apart():
    """The boxes have the title up to a comma, the words below the figure all of it."""
    whole, alike = "Coffee, six weeks", "Coffee, a year"
    figure = flow({whole: GARDEN, "Club": GARDEN})

    assert texts(figure).count("Coffee") == 4
    assert f"{whole}: posts read 1,200" in figure.alt
    assert texts(flow({whole: GARDEN, alike: GARDEN})).count(alike) == 4


def test_who_leaves_is_the_difference():
    """Of 1,350 who posted 809 opened a thread: 541 leave; at the end nobody does."""
    stages = narrowing({"posted": 1350, "opened": 809}, {"opened": "answered others"})

    assert stages == (Stage("posted", 1350, 541, "answered others"), Stage("opened", 809))


def test_nobody_is_lost():
    """1,200 less 200 is not 900: the figure is refused, with the stage where they are missing."""
    wrong = (GARDEN[0], Stage("posts kept", 900))
    said = (
        "flow, Garden: expected 1,000 at “posts kept”, which is “posts read” less those set aside, "
        "got 900. Count both stages in the same rows."
    )

    with pytest.raises(StudyError, match=f"^{re.escape(said)}$"):
        flow({"Garden": wrong})


def test_reading_is_the_first_two_boxes(college):
    """Rows read are rows kept and rows set aside, as the manifest counts them."""
    read, kept = reading(college)

    counts = college.manifest["counts"]["posts"]
    assert (read.label, read.count, kept.label, kept.count) == (
        "posts read", counts["read"], "posts kept", counts["kept"],
    )  # fmt: skip
    assert read.count - read.set_aside == kept.count
