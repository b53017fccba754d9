"""Pages as other pages list them."""

from bs4 import BeautifulSoup

from workbench.report.listed import Page, link, links


def test_a_link_says_how_long_and_how_fresh():
    """Minutes and staleness stand behind the title; a page that did not run leads to what ran."""
    said = [
        BeautifulSoup(link(page), "html.parser").get_text()
        for page in (
            Page("01_a", "A", minutes=45, stale="2026-01-02"),
            Page("01_a", "A"),
            Page("01_a", "A & B", missing=True),
        )
    ]

    assert said == [
        "A (45 minutes to read; not refreshed since 2026-01-02)", "A", "A & B (did not run)",
    ]  # fmt: skip
    assert 'href="01_a.failed.html"' in link(Page("01_a", "A", missing=True))


def test_pages_of_a_part_are_a_list():
    """Only pages of the part are in it, and without any a sentence takes its place."""
    pages = [Page("00_a", "A"), Page("A1_b", "B", part="check")]

    assert BeautifulSoup(links(pages, "check"), "html.parser").get_text() == "B"
    assert links(pages, "data") == "<p>No page of this kind has been built yet.</p>"
    assert links(pages, "data", none="") == ""
