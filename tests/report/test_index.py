"""The index page: its sections, the words that explain, claims, and every result."""

from __future__ import annotations

import executed
import pytest
from bs4 import BeautifulSoup

from workbench.report.index import index_page
from workbench.report.listed import Page
from workbench.report.privacy import check_page
from workbench.studies.claims import Claim, claims


def row(**changes: object) -> dict[str, object]:
    """A finding as a page keeps it, with the page it is from."""
    return {**executed.finding(**changes).to_json(), "page": "01_feedback"}


PAGES = [
    Page("01_feedback", "Quick replies", minutes=45),
    Page("12_own", "Your own data", part="data"),
    Page("A1_simulator", "Known truth", part="check", stale="2026-01-02"),
    Page("02_crowds", "02_crowds", missing=True),
]


# Two communities whose verdict is one of the longest there are.
TWO = [
    row(community="College messages", verdict="exploratory: unclear (too imprecise to decide)"),
    row(community="Archive", dataset_id="b", verdict="exploratory: leans against (opposite)"),
]


def soup(*findings: dict[str, object], **options: object) -> BeautifulSoup:
    """The index of these findings, parsed."""
    return BeautifulSoup(index_page(PAGES, findings, **options), "html.parser")


def test_sections_stand_in_order_and_link_their_pages():
    """Each page is listed in its part, with reading time, staleness or that it did not run."""
    page = soup(row())
    headings = [h.get_text() for h in page.select("main h2")]
    lists = {h.get_text(): h.find_next_sibling("ul") for h in page.select("main h2")}

    assert headings == [
        "Questions and answers",
        "The answer in each data set",
        "Use your own data",
        "Learn",
        "How we check ourselves",
        "All results",
    ]
    assert page.find(id="How-we-check-ourselves").find_next_sibling("p").a["href"] == "checks.html"
    assert [li.get_text() for li in lists["Learn"].find_all("li")] == [
        "Quick replies (45 minutes to read)",
        "02_crowds (did not run)",
    ]
    assert lists["Learn"].find_all("a")[1]["href"] == "02_crowds.failed.html"
    assert lists["How we check ourselves"].get_text() == (
        "Known truth (not refreshed since 2026-01-02)"
    )
    assert lists["Use your own data"].find("a")["href"] == "12_own.html"


def test_the_way_of_ones_own_data_is_three_commands_and_a_check():
    """Any export is loaded by itself, and its own page comes before the studies."""
    commands = [code.get_text() for code in soup(row()).select("ol code")]

    assert commands == [
        "workbench load auto PATH --name mine",
        "workbench profile mine",
        "workbench check mine",
        "workbench run --datasets mine",
    ]


def test_index_has_no_contents_beside_it():
    """The three questions take the whole width; the sections below are few."""
    assert soup(row()).select(".toc") == []


def test_words_of_exploratory_verdicts_are_explained_above_the_table():
    """One sentence, and a link to the first notebook where that has a page."""
    without = soup(row()).find(id="All-results").find_next_sibling("p")
    pages = [*PAGES, Page("00_start_here", "Start")]
    with_page = BeautifulSoup(index_page(pages, [row()]), "html.parser")
    link = with_page.find(id="All-results").find_next_sibling("p").a

    assert [em.get_text() for em in without.find_all("em")] == ["Exploratory", "leans", "unclear"]
    assert without.a is None
    assert link["href"] == "00_start_here.html#How-to-read-a-page"


def test_names_from_data_are_text():
    """A community called `<script>` is shown as its name, in text, table and figure."""
    name = "<script>alert('$x$')</script>"
    text = index_page(PAGES, [row(community=name)])
    page = BeautifulSoup(text, "html.parser")

    assert page.find("script") is None
    assert page.find("strong").get_text() == name
    assert name in page.find("img")["alt"]


def test_claims_are_quoted_in_their_language_and_direction():
    """An Arabic quotation runs right to left, with its English reading below."""
    arabic = Claim(
        id="C99", article="مقال", article_kind="article", language="ar", quotes=("اقتباس",),
        gloss="a quotation", reworded="", testability="P", reason="", needed=None, studies=(),
    )  # fmt: skip
    page = soup(row(), claims=[*claims(), arabic])
    quotation = page.find("span", string="اقتباس")

    assert (quotation["lang"], quotation["dir"]) == ("ar", "rtl")
    assert "a quotation" in quotation.parent.get_text()
    assert [td.get_text() for td in page.select("tr")[-1].find_all("td")][2:] == ["in part", "–"]
    assert page.select("details tr")[-1] is page.select("tr")[-1]
    assert all(claim.quote in page.get_text() for claim in claims())


def test_index_without_anything_says_so():
    """Before the first build every section says that it is empty."""
    page = BeautifulSoup(index_page([], []), "html.parser").get_text()
    assert "No question has been answered yet." in page
    assert page.count("No page of this kind has been built yet.") == 1
    assert "No finding has been made yet." in page


def test_index_is_offline_the_same_twice_and_leads_to_nobody():
    """No program, nothing from elsewhere, equal bytes, and the check of every page passes."""
    arguments = (PAGES, [row(community="Garden")])
    text = index_page(*arguments, claims=claims(), provenance=[("Version", "1")])
    page = BeautifulSoup(text, "html.parser")

    assert text == index_page(*arguments, claims=claims(), provenance=[("Version", "1")])
    assert all(image["src"].startswith("data:") for image in page.find_all("img"))
    assert page.select("script, link[rel=stylesheet]") == []
    assert "Version" in page.find("footer").get_text()
    assert check_page(text) == []


@pytest.mark.browser
def test_on_a_telephone_only_the_results_scroll(browser, tmp_path):
    """The claims fit; of the results question, community and verdict are seen without scrolling."""
    path = tmp_path / "index.html"
    path.write_text(index_page(PAGES, TWO, claims=claims()), encoding="utf-8")
    sheet = browser.new_page(viewport={"width": 375, "height": 800})
    sheet.goto(path.as_uri())
    scrolls = sheet.evaluate(
        "[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth > e.clientWidth)"
    )
    ends = sheet.evaluate(
        "[...document.querySelectorAll('table tbody tr:first-child td')].slice(0, 3)"
        ".map(e => e.getBoundingClientRect().right)"
    )
    sheet.close()

    assert scrolls[0]
    assert not any(scrolls[1:])
    assert max(ends) <= 375 - 20  # the margin of the page


def test_monitoring_is_explained_where_a_row_has_it():
    """A community that was looked at again needs the word; otherwise it is not spoken of."""
    assert "Monitoring rows are about" not in soup(row()).get_text()

    text = soup(row(look="later")).get_text()
    assert "Monitoring rows are about a community that was looked at before: the first" in text
