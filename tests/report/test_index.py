"""The index page: questions, answers, a figure each, and every result."""

from __future__ import annotations

import base64

import executed
import pytest
from bs4 import BeautifulSoup

from workbench.report.index import Page, index_page
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
        "Use your own data",
        "Learn",
        "How we check ourselves",
        "All results",
    ]
    assert [li.get_text() for li in lists["Learn"].find_all("li")] == [
        "Quick replies (45 minutes to read)",
        "02_crowds (did not run)",
    ]
    assert lists["Learn"].find_all("a")[1]["href"] == "02_crowds.failed.html"
    assert lists["How we check ourselves"].get_text() == (
        "Known truth (not refreshed since 2026-01-02)"
    )
    assert lists["Use your own data"].find("a")["href"] == "12_own.html"


def test_a_question_is_asked_once_and_answered_for_each_community():
    """Two communities share the question and the figure, which says their numbers."""
    page = soup(row(community="Garden"), row(community="Archive", dataset_id="archive"))
    section = page.select_one("main section")
    image = section.find("img")

    assert [h.get_text() for h in section.find_all("h3")] == [row()["question"]]
    assert [s.get_text() for s in section.find_all("strong")] == ["Garden", "Archive"]
    assert row()["answer"] in section.get_text()
    # Half the width of [-0.008, 0.032] is 0.02: two significant digits are three decimals.
    assert section.get_text().count("risk difference: 0.012 [-0.008, 0.032]") == 2
    assert image["alt"] == (
        "Dots on intervals, risk difference. Garden: 0.012, from -0.008 to 0.032; Archive: 0.012, "
        "from -0.008 to 0.032. Between -0.02 and 0.02 a difference is too small to matter."
    )
    assert base64.b64decode(image["src"].partition(",")[2]).startswith(b"\x89PNG")
    assert section.find("a", href="01_feedback.html").get_text() == "Quick replies"


def test_unlike_units_and_bands_are_not_drawn_together():
    """A row with another unit or another smallest difference has its own figure."""
    page = soup(
        row(community="A"),
        row(community="B", dataset_id="b", sesoi=0.05),
        row(community="C", dataset_id="c", scale="hazard ratio", null_value=1.0, sesoi=0.1),
        row(community="D", dataset_id="d", sesoi=None),
    )
    texts = [image["alt"] for image in page.select("main img")]

    assert len(texts) == 4
    assert "Between 0.9 and 1.1" in texts[2]  # 1 - 0.1 and 1 + 0.1
    assert "too small" not in texts[3]


def test_simulated_findings_answer_nothing():
    """A simulated community is in the table of results, and in no answer."""
    page = soup(row(is_simulated=True, community="Invented"))

    assert page.select("main img, main section") == []
    assert "No question has been answered yet" in page.get_text()
    assert "Invented (simulated)" in page.select_one("table").get_text()


def test_only_primary_findings_answer_and_all_are_listed():
    """Secondary findings stand in the table only."""
    page = soup(row(), row(hyp_id="H1.3", primary=False, question="Another question?", n=12345))
    cells = [[td.get_text() for td in tr.find_all("td")] for tr in page.select("table tbody tr")]

    assert "Another question?" not in page.get_text()
    assert [c[0] for c in cells] == ["H1.1", "H1.3"]
    assert cells[1][2:5] == ["risk difference", "0.012 [-0.008, 0.032]", "12,345"]
    assert cells[1][5:] == ["inconclusive (too imprecise to decide)", "C"]
    assert page.find("a", href="ledger.csv") is not None


def test_what_was_not_estimated_is_said():
    """A finding without an estimate has its answer, no figure, and a dash in the table."""
    empty = {"estimate": None, "se": None, "ci_low": None, "ci_high": None, "p": None}
    page = soup(row(**empty, verdict="not enough data"))

    assert page.select("main img") == []
    assert "not enough data" in page.select_one("section").get_text()
    assert page.select("table tbody td")[3].get_text() == "–"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        # Half widths: 110 -> no decimals; 1.1 -> one; 0.0011 -> four.
        (990.0, 1210.0, "1,100 [990, 1,210]"),
        (-1.0, 1.2, "0.1 [-1.0, 1.2]"),
        (0.0989, 0.1011, "0.1000 [0.0989, 0.1011]"),
        (0.5, 0.5, "0.500 [0.500, 0.500]"),
        (0.5, float("inf"), "1.000 [0.500, inf]"),
    ],
)
def test_interval_decides_the_digits(low, high, text):
    """Two significant digits of the uncertainty, the same number of decimals for all three."""
    middle = (low + high) / 2 if high != float("inf") else 1.0
    page = soup(row(estimate=middle, ci_low=low, ci_high=high, primary=False))
    assert page.select("table tbody td")[3].get_text() == text


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
        gloss="a quotation", reworded="", testability="P", reason="", study=None,
    )  # fmt: skip
    page = soup(row(), claims=[*claims(), arabic])
    quotation = page.find("span", string="اقتباس")

    assert (quotation["lang"], quotation["dir"]) == ("ar", "rtl")
    assert "a quotation" in quotation.parent.get_text()
    assert [td.get_text() for td in page.select("tr")[-1].find_all("td")][3:] == ["in part", "–"]
    assert all(claim.quote in page.get_text() for claim in claims())


def test_index_without_anything_says_so():
    """Before the first build every section says that it is empty."""
    page = BeautifulSoup(index_page([], []), "html.parser").get_text()
    assert "No question has been answered yet" in page
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
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_index_passes_the_browser(audit, tmp_path, scheme, width):
    """Light and dark, wide and narrow: nothing is fetched, nothing overflows, axe finds nothing."""
    path = tmp_path / "index.html"
    findings = [row(community="Garden"), row(community="Archive", dataset_id="b")]
    path.write_text(index_page(PAGES, findings, claims=claims()), encoding="utf-8")
    seen = audit(path, scheme, width)
    assert (seen.requests, seen.console, seen.overflow, seen.violations) == ([], [], 0, [])
