"""The feedback page: kind, escaped, offline, and readable for everybody."""

from __future__ import annotations

from dataclasses import replace

import handed
import pytest
from bs4 import BeautifulSoup
from eyes import Audit

from workbench.report.course.feedback import page
from workbench.report.course.marks import Mark
from workbench.report.course.submission import Submission, read

MARKS = [
    Mark("1c", "right", "1471"),
    Mark("1d", "not yet", "<script>alert(1)</script>", "Hint: compare like with like."),
]


@pytest.fixture
def given(tmp_path):
    """A submission with words in it that would like to be markup."""
    words = "Keen people <img src=x onerror=alert(1)> differ.\n\nSecond part & more."
    return read(handed.put(tmp_path, "a", handed.notebook(words=words)), 7, [handed.ORIGINAL])


def test_what_went_well_comes_first(given):
    """The first sentence counts what is right; then comes what is open."""
    text = BeautifulSoup(page(given, MARKS), "html.parser").get_text(" ")

    assert "Feedback: s-1, 01 small" in text
    assert "1 of 2 exercise is right. Below each of the others stands what may help: 1d." in text
    assert "Hint: compare like with like." in text


def test_nothing_right_is_said_kindly(given):
    """Where nothing is right yet, the page says so and points to the help."""
    text = page(given, [replace(MARKS[1], answer="")])

    assert "None is right so far. Below each of the others stands what may help: 1d." in text


def test_nothing_of_a_student_is_markup(given):
    """Answers and words stand on the page as they were typed, and nothing of them is markup."""
    soup = BeautifulSoup(page(given, MARKS), "html.parser")

    assert soup.find("script") is None
    assert soup.find("img") is None
    cells = [cell.get_text("|") for cell in soup.find_all("td")]
    assert "<script>alert(1)</script>" in cells
    assert "Keen people <img src=x onerror=alert(1)> differ.|Second part & more." in cells


def test_words_stand_beside_their_question_with_room_for_points(given):
    """Each prompt is a row: what was asked, what was written, how many points there can be."""
    soup = BeautifulSoup(page(given, MARKS), "html.parser")
    row = soup.find_all("table")[1].find("tbody").find("tr")

    assert row.find("th").get_text() == "A threat. Name one."
    assert row.find_all("td")[1].get_text() == "____ of 2"


def test_no_words_are_said_to_be_none(tmp_path):
    """A prompt without an answer says so."""
    one = read(handed.put(tmp_path, "a", handed.notebook()), 1, [handed.ORIGINAL])

    assert '<td class="long">no answer</td>' in page(one, MARKS)


def test_a_file_that_could_not_be_read_gets_a_page():
    """The page has the sentence, and no empty tables."""
    text = page(Submission(3, "", None, problem="This file cannot be read."), [])

    assert "Feedback: submission 3, no notebook of this course" in text
    assert "<p>This file cannot be read.</p>" in text
    assert "<table" not in text


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_clean_in_every_window(audit, given, tmp_path, scheme, width):
    """Nothing is loaded, nothing overflows, and every rule for readers of all kinds is kept."""
    path = tmp_path / "feedback.html"
    path.write_text(page(given, MARKS), encoding="utf-8")

    assert audit(path, scheme, width) == Audit([], [], 0, [], 0)
