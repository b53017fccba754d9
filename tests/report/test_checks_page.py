"""The page of checks: every count is computed, and what is missing is named."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from workbench.report import checks
from workbench.report.checks import Gathered, checks_page, gather, reading_table
from workbench.report.listed import Page
from workbench.report.privacy import check_page
from workbench.studies.calibration.shown import NO_TABLE, STALE
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import TableView

PAGES = [Page("00_start", "Start"), Page("A2_outside", "Outside", part="check")]
ASIDE = pd.DataFrame(
    {
        "data set": ["Garden", "Garden", "Club"],
        "table": ["posts", "people", "posts"],
        "read": [1200, 40, 30],
        "kept": [1000, 40, 30],
        "set aside": [200, 0, 1],
        "reasons": ["no time: 200", None, None],
    }
)
OUTSIDE = pd.DataFrame(
    {
        "data": ["thanks", "birds"], "printed by the authors": [3, 0], "another program": [2, 4],
        "arithmetic": [0, 1], "pass": [5, 4], "result": ["pass", "FAIL"], "where": ["x", "y"],
    }
)  # fmt: skip
COUNTS = pd.DataFrame(
    {"data set": ["Garden"] * 2, "what": ["messages", "people"], "published": [5, 6],
     "ours": [5, 7], "the same": ["yes", "NO"], "where published": ["a", "b"]}
)  # fmt: skip


def write(output, slug, name, frame):
    """A table beside a page, as a build leaves it."""
    (output / slug).mkdir(exist_ok=True)
    frame.to_csv(output / slug / f"{name}.csv", index=False)


@pytest.fixture
def gathered(tmp_path):
    """What the page gathers where both pages have their tables."""
    write(tmp_path, "00_start", "set-aside", ASIDE)
    write(tmp_path, "00_start", "validation", COUNTS)
    write(tmp_path, "A2_outside", "outside-checks", OUTSIDE)
    return gather(tmp_path, PAGES)


def captions(page: BeautifulSoup) -> str:
    """All captions, one after the other."""
    return " ".join(caption.get_text() for caption in page.select("figcaption"))


def test_counts_are_those_of_the_tables(gathered):
    """One of two sources agrees, one of two counts is the same, one of two readings adds up."""
    page = BeautifulSoup(checks_page(gathered), "html.parser")

    assert "in 1 of 2 data sets all numbers agree" in captions(page)
    assert "Counts that others published: 1 of 2 are the same here" in captions(page)
    # Club: 30 kept and 1 set aside are not the 30 read.
    assert "in 1 of 2 data sets, table by table, what was read" in captions(page)
    listed = [item.get_text() for item in page.select("main ul li")]
    assert len(listed) == 5
    assert listed[2:4] == [
        "Analyses of others, made again from their data: in 1 of 2 data sets all numbers agree.",
        "Counts that others published: 1 of 2 are the same here.",
    ]
    assert gathered.used == {"00_start", "A2_outside"}
    assert page.find("a", href="A2_outside.html").get_text() == "Outside"


def test_reading_adds_up_table_by_table():
    """Rows of all tables of a data set are summed, and a table that does not add up shows."""
    # Garden: 1200 + 40 read, 1000 + 40 kept, 200 + 0 set aside.
    assert reading_table(ASIDE).to_numpy().tolist() == [
        ["Garden", 1240, 1040, 200, "yes"],
        ["Club", 30, 30, 1, "NO"],
    ]
    # Two tables that are wrong by as much each way do not make a right one.
    wrong = ASIDE.assign(kept=[1001, 39, 29])
    assert reading_table(wrong)["read = kept + set aside"].tolist() == ["NO", "yes"]


def test_every_hypothesis_is_on_the_page_with_its_standing():
    """Passed, failed or not tried: a row a hypothesis, whatever pages there are."""
    page = BeautifulSoup(checks_page(Gathered({}, frozenset(), [])), "html.parser")
    table = page.select_one("table")
    first = [row.find("td").get_text(" ") for row in table.select("tbody tr")]

    assert len(first) == len(hypotheses())
    for text, hypothesis in zip(first, hypotheses().values(), strict=True):
        assert text == f"{hypothesis.question} {hypothesis.id}"


@pytest.mark.parametrize(
    ("shown", "reasons", "said"),
    [
        ([True, None, None], [None, STALE, NO_TABLE],
         "1 of 3 err as stated where a better analysis does not; 1 tried with other code than "
         "this; 1 not tried yet."),
        ([True, False, True], [None] * 3,
         "2 of 3 err as stated where a better analysis does not."),
        ([None] * 3, [STALE] * 3, "3 are listed; 3 tried with other code than this."),
    ],
)  # fmt: skip
def test_mistakes_tried_with_other_code_are_not_called_untried(monkeypatch, shown, reasons, said):
    """Those that show, those tried with other code and those not tried are counted apart."""
    frame = pd.DataFrame({"shown": shown, "not shown because": reasons}, dtype=object)
    view = TableView(frame, name="mistakes", caption="Mistakes.")
    monkeypatch.setattr(checks, "must_fail_table", lambda: view)
    monkeypatch.setattr(checks, "must_fail_figure", lambda: None)
    checks._of_the_code.cache_clear()
    page = BeautifulSoup(checks_page(Gathered({}, frozenset(), [])), "html.parser")
    checks._of_the_code.cache_clear()

    assert page.select("main ul li")[1].get_text() == f"Tempting mistakes: {said}"


def test_pages_that_are_not_there_are_named_with_what_to_type():
    """Each gathered section says how to make its page, or that the page has no such table."""
    nothing = BeautifulSoup(checks_page(Gathered({}, frozenset(), [])), "html.parser").get_text()
    empty = BeautifulSoup(checks_page(Gathered({}, frozenset(), PAGES)), "html.parser").get_text()

    assert nothing.count("Its page has not been made. Type workbench run --study 00.") == 2
    assert nothing.count("Its page has not been made. Type workbench run --study A2.") == 1
    assert nothing.count("not here yet.") == 3
    assert empty.count("Start has no such table. Type workbench run --study 00.") == 2


def test_the_page_is_the_same_twice_and_leads_to_nobody(gathered):
    """Equal bytes, figures inside the page, and the check of every page passes."""
    text = checks_page(gathered, provenance=[("Version", "1")])
    page = BeautifulSoup(text, "html.parser")

    assert text == checks_page(gathered, provenance=[("Version", "1")])
    assert all(image["src"].startswith("data:") for image in page.find_all("img"))
    assert check_page(text) == []
    assert "Version" in page.find("footer").get_text()
