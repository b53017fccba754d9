"""The shell around every page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from workbench.errors import ReportError
from workbench.report.page import SITE, shell, with_banner


def soup(markup):
    """Markup as a tree."""
    return BeautifulSoup(markup, "html.parser")


def test_shell_by_hand():
    """Title, home, text and provenance are where readers look for them."""
    made = soup(
        shell(title="A & B", main_html="<h1>A</h1>", provenance=[("Seed", 7)], home="up.html")
    )

    assert made.title.get_text() == f"A & B · {SITE}"
    assert made.html["lang"] == "en"
    assert made.select_one("header a")["href"] == "up.html"
    assert made.select_one("main h1").get_text() == "A"
    assert made.select_one("footer h2").get_text() == "How this page was made"
    assert [e.get_text() for e in made.select("footer dt, footer dd")] == ["Seed", "7"]
    assert made.select_one("body > a")["href"] == "#main"


def test_shell_without_extras_has_no_empty_boxes():
    """No home, banner or provenance: no link, box or footer."""
    made = soup(shell(title=SITE, main_html="", home=""))

    assert made.title.get_text() == SITE
    assert made.header.a is None
    assert made.footer is None
    assert made.select_one(".banner") is None


def test_neighbours_are_linked_in_order():
    """The page before, all pages and the page after; at the ends one of them is missing."""
    middle = soup(shell(title="t", main_html="", neighbours={"previous": "00_a b", "next": "02_c"}))
    first = soup(shell(title="t", main_html="", neighbours={"next": "01_b"}))

    assert [(a["href"], a.get_text()) for a in middle.select("main nav a")] == [
        ("00_a%20b.html", "← 00 a b"), ("index.html", "All pages"), ("02_c.html", "02 c →"),
    ]  # fmt: skip
    assert [a["href"] for a in first.select("main nav a")] == ["index.html", "01_b.html"]
    assert soup(shell(title="t", main_html="")).select("nav") == []


def test_shell_escapes_text():
    """Title, banner and provenance are text, whatever they hold."""
    nasty = '"><script>x</script>'
    made = soup(shell(title=nasty, main_html="", banner=nasty, provenance=[(nasty, nasty)]))

    assert made.script is None
    assert made.select_one("[role=status]").get_text() == nasty
    assert made.dt.get_text() == made.dd.get_text() == nasty


def test_with_banner_replaces_the_banner_and_nothing_else():
    """A banner put in later is the same as one given at once, and can be taken out again."""
    bare = shell(title="t", main_html="<p>&lt;!--banner--&gt;</p>")
    flagged = shell(title="t", main_html="<p>&lt;!--banner--&gt;</p>", banner="Old & tired")

    assert with_banner(bare, "Old & tired") == flagged
    assert with_banner(flagged, None) == bare


def test_with_banner_refuses_other_documents():
    """A page without the place for a banner is an error, not a page without a banner."""
    with pytest.raises(ReportError) as caught:
        with_banner("<html></html>", "Old")
    assert str(caught.value) == (
        "banner: expected a page of the workbench, got another document. Build the page anew."
    )
