"""The order of a page."""

from __future__ import annotations

import executed
from bs4 import BeautifulSoup

from workbench.report.layout import arrange, table_of_contents, unlink

FIGURE = (
    '<figure class="figure" data-name="{0}"{1}><img alt="a"><figcaption>{0}</figcaption></figure>'
)


def arranged(markup, *, findings=(), files=None):
    """Markup put in order, as a tree."""
    soup = BeautifulSoup(markup, "html.parser")
    arrange(soup, findings=findings, files=files, name="01_x")
    return soup


def test_lead_figure_is_figure_one_beside_the_answer():
    """The lead comes last in the notebook and first on the page; a line says where it went."""
    markup = (
        "<h1>T</h1><p>intro</p>" + FIGURE.format("a", "") + FIGURE.format("b", " data-lead=yes")
    )
    page = arranged(markup, findings=[executed.finding().to_json()])

    captions = [c.get_text() for c in page.find_all("figcaption")]
    assert captions == ["Figure 1. b", "Figure 2. a"]
    assert page.select_one("h1 + section.answer .lead figure")["id"] == "fig-1"
    note = page.select_one("p.moved")
    assert note.a["href"] == "#fig-1"
    assert note.get_text() == "Figure 1 stands on top of the page, beside the answer."


def test_lead_figure_without_an_answer_stays():
    """With no primary finding there is no box to stand in."""
    page = arranged("<h1>T</h1>" + FIGURE.format("a", "") + FIGURE.format("b", " data-lead=yes"))

    assert [c.get_text() for c in page.find_all("figcaption")] == ["Figure 1. a", "Figure 2. b"]
    assert page.select_one(".answer") is None


def test_answer_without_a_lead_figure_has_no_hole():
    """The empty place for a figure is taken away."""
    page = arranged("<h1>T</h1>", findings=[executed.finding().to_json()])

    assert page.select_one(".answer") is not None
    assert page.select_one(".lead") is None


def test_files_are_linked_relative_to_the_page():
    """A figure links to its PNG, a table to its CSV, in the page's folder; names are quoted."""
    table = '<div class="out" data-name="t"><table><caption>T</caption></table></div>'
    page = arranged("<h1>T</h1>" + FIGURE.format("a b", "") + table, files="01_x")

    assert [a["href"] for a in page.select(".file a")] == ["01_x/a%20b.png", "01_x/t.csv"]


def test_without_a_folder_there_are_no_links():
    """A page made alone has no files beside it."""
    assert arranged("<h1>T</h1>" + FIGURE.format("a", "")).select(".file") == []


def test_pandas_table_gets_scopes_and_numbers():
    """Headers head columns or rows, the blank corner heads nothing, numbers stand right."""
    markup = (
        '<div class="out" data-name=""><table><thead><tr><th></th><th>hours</th><th>who</th></tr>'
        "</thead><tbody><tr><th>asked</th><td>1.5</td><td>ann</td></tr>"
        "<tr><th>answered</th><td>−2</td><td>3</td></tr></tbody></table></div>"
    )
    table = arranged(markup).table

    assert [th.get("scope") for th in table.find_all("th")] == ["col", "col", "row", "row"]
    assert table.thead.find_all(True)[1].name == "td"
    # hours: 1.5 and −2 are numbers, so the header moves too; who: ann is not, so 3 stays left.
    assert [e.get_text() for e in table.select(".num")] == ["hours", "1.5", "−2"]


def test_columns_of_text_are_wide_and_numbers_stay_together():
    """Long texts get room, numbers with their intervals a line, short words nothing."""
    rows = (
        ["x" * 17, "y" * 49, "z" * 121, "−1 in 100 [−11 to 10]", "12 h", "yes", "7"],
        ["short", "y", "z", "–", "1,200 min", "no", "8"],
    )
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    table = arranged(f"<table><tbody>{body}</tbody></table>").table
    found = [[td.get("class", "") for td in tr.find_all("td")] for tr in table.find_all("tr")]

    assert found[0] == found[1] == [
        "words", "prose", "long", "figures", "figures", "", "num figures",
    ]  # fmt: skip


def test_spanning_headers_head_groups():
    """A header over two columns or beside two rows heads a group; numbers are marked one by one."""
    markup = (
        '<table><thead><tr><th colspan="2">both</th></tr></thead>'
        '<tbody><tr><th rowspan="2">a</th><td>1</td></tr><tr><td>x</td></tr></tbody></table>'
    )
    table = arranged(markup).table

    assert [th["scope"] for th in table.find_all("th")] == ["colgroup", "rowgroup"]
    assert [td.get_text() for td in table.select(".num")] == ["1"]


def test_tables_can_be_scrolled_by_keyboard_and_have_names():
    """A shown table is numbered and named by its caption, one of the text by its headers."""
    head = "<table>{}<thead><tr><th>word</th><th>use</th></tr></thead></table>"
    markup = f'<div class="md">{head.format("")}</div>' + (
        f'<div class="out" data-name="">{head.format("<caption>Words &amp; uses.</caption>")}</div>'
    )
    page = arranged(markup)
    inside, shown = page.select("div.scroll")

    assert inside["aria-label"] == "Table in the text, 1: word, use"
    caption = page.find(id=shown["aria-labelledby"])
    assert caption.get_text() == "Table 1. Words & uses."
    assert all(box["tabindex"] == "0" and box["role"] == "region" for box in (inside, shown))
    assert page.caption is None


def test_table_with_a_caption_is_numbered_wherever_it_stands():
    """A caption is what a number belongs to; a table in the text with one is counted."""
    cells = "<tbody><tr><td>1</td></tr></tbody></table>"
    page = arranged(f"<table>{cells}<table><caption>Counted.</caption>{cells}")

    assert [c.get_text() for c in page.find_all("figcaption")] == ["Table 1. Counted."]


def test_headings_get_addresses_that_differ():
    """Addresses are Jupyter's; a second one is counted; the document's own are left free."""
    page = arranged("<h1>T</h1><h2>What we  found</h2><h2>What we found</h2><h3>main</h3><h2></h2>")

    assert [h["id"] for h in page.select("h2, h3")] == [
        "What-we-found", "What-we-found-2", "main-2", "section",
    ]  # fmt: skip


def test_page_without_a_title_is_called_by_its_name():
    """The notebook's name stands in for a missing first heading."""
    soup = BeautifulSoup("<p>words</p>", "html.parser")

    assert arrange(soup, findings=[], files=None, name="01_x") == "01_x"
    assert soup.h1.get_text() == "01_x"


def test_contents_list_what_is_not_folded():
    """Second and third headings in order; a folded solution and a community are left out."""
    page = arranged(
        "<h1>T</h1><h2>A &amp; B</h2><h3>Deeper ü</h3><details><h2>No</h2></details><h4>No</h4>",
        findings=[executed.finding().to_json()],
    )
    nav = BeautifulSoup(table_of_contents(page), "html.parser")

    assert [a.get_text() for a in nav.find_all("a")] == ["The answer", "A & B", "Deeper ü"]
    assert [a["href"] for a in nav.find_all("a")] == ["#answer", "#A-%26-B", "#Deeper-%C3%BC"]
    assert [li["class"] for li in nav.find_all("li")] == [["section"], ["section"], ["deeper"]]


def test_one_heading_needs_no_contents():
    """A list of one is no help."""
    assert table_of_contents(arranged("<h1>T</h1><h2>Only</h2>")) == ""


def test_links_to_absent_pages_become_words():
    """Only links to the named pages go, whatever their place in the page; the words stay."""
    markup = '<p><a href="01_a.html#x">A</a> <a href="02_b.html">B</a> <a href="#01_a">C</a></p>'
    page = BeautifulSoup(markup, "html.parser")
    unlink(page, ["01_a"])

    assert page.get_text() == "A B C"
    assert [a["href"] for a in page.find_all("a")] == ["02_b.html", "#01_a"]


def test_a_folded_table_is_numbered_and_framed():
    """Its caption and its frame stay behind the line that opens it."""
    table = "<table><caption>All.</caption><tbody><tr><td>1</td></tr></tbody></table>"
    page = arranged(f'<div class="out" data-name="t"><details>{table}</details></div>')

    assert page.select_one("details figure.table figcaption").get_text() == "Table 1. All."


def test_what_may_scroll_sideways_does_so_by_keyboard():
    """Code and formulas on lines of their own take the tab key; one in a sentence does not."""
    page = arranged(
        '<h1>T</h1><pre>x</pre><math display="block"><mi>a</mi></math><math><mi>b</mi></math>'
    )

    assert [tag.get("tabindex") for tag in page.find_all(["pre", "math"])] == ["0", "0", None]
