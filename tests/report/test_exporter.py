"""An executed notebook as one page."""

from __future__ import annotations

import copy
import hashlib
import platform
import re
import subprocess
import sys

import executed
import nbconvert
import nbformat
import pytest
from bs4 import BeautifulSoup
from executed import code, finding, markup, notebook, shown
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_markdown_cell, new_output

from workbench.errors import ReportError
from workbench.report.clean import PLACEHOLDER_ALT
from workbench.report.exporter import FIGURE, TABLE, WorkbenchExporter, source_hash
from workbench.studies.present import FIGURE_MIME, TABLE_MIME

PIXEL = "iVBORw0KGgo="


def export(made, **given):
    """The page of a notebook as text; `given` is what a build would hand over."""
    resources = {"metadata": {"name": "01_x"}, "workbench": given}
    return WorkbenchExporter().from_notebook_node(made, resources)[0]


def page_of(*cells, **given):
    """The page of these cells as a tree."""
    return BeautifulSoup(export(notebook(*cells), **given), "html.parser")


@pytest.fixture(scope="module")
def rich_page(rich):
    """The rich notebook's page as text."""
    return export(rich, page="01_x")


@pytest.fixture(scope="module")
def rich_soup(rich_page):
    """The rich notebook's page as a tree."""
    return BeautifulSoup(rich_page, "html.parser")


def test_exporter_is_found_by_name():
    """`--to workbench` means this exporter, and MIME types are those that studies write."""
    assert get_exporter("workbench") is WorkbenchExporter
    assert (FIGURE, TABLE) == (FIGURE_MIME, TABLE_MIME)


def test_nbconvert_makes_the_page_from_any_folder(tmp_path):
    """The command line of nbconvert writes a page that says what made it."""
    made = notebook(new_markdown_cell("# Hello"))
    nbformat.write(made, tmp_path / "00_hello.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "workbench", "00_hello.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    footer = BeautifulSoup((tmp_path / "00_hello.html").read_text(encoding="utf-8"), "html.parser")
    values = {dt.get_text(): dt.find_next("dd").get_text() for dt in footer.select("footer dt")}

    assert values == {
        "Notebook": "00_hello.ipynb",
        "SHA-256 of its cells": hashlib.sha256(b"markdown\0# Hello\0").hexdigest(),
        "Python": platform.python_version(),
        "nbconvert": nbconvert.__version__,
    }


def test_notebook_is_not_changed_and_bytes_repeat(rich, rich_page):
    """Two exports of one notebook are equal, and the notebook is as before."""
    before = copy.deepcopy(rich)

    again = export(rich, page="01_x")

    assert again == rich_page
    assert rich == before


def test_page_is_one_small_file(rich_page, rich_soup):
    """No program, nothing to load, and under 60,000 bytes without the figures."""
    assert rich_soup.script is None
    loaded = [tag["src"] for tag in rich_soup.select("[src]")]
    assert all(source.startswith("data:") for source in loaded)
    assert [link["href"] for link in rich_soup.select("link")] == ["data:,"]
    assert "url(" not in rich_soup.style.get_text()
    without = re.sub(r"base64,[A-Za-z0-9+/=]+", "", rich_page)
    assert len(without.encode()) < 60_000


def test_every_local_link_leads_somewhere(rich_soup):
    """Contents, skip link and cross references have a target on the page."""
    targets = {tag["id"] for tag in rich_soup.select("[id]")}
    from_page = {a["href"][1:] for a in rich_soup.select('a[href^="#"]')}

    assert from_page
    assert from_page <= targets


def test_rich_page_from_top_to_bottom(rich_soup):
    """Answer after the title, figures and tables numbered in page order, Arabic right to left."""
    headings = [h.get_text() for h in rich_soup.select("main h1, main h2")]
    assert headings == [
        "1 · Does a quick reply bring newcomers back?", "The answer", "What exactly we compare",
        "What we found", "Exercises",
    ]  # fmt: skip
    assert [c.get_text() for c in rich_soup.select("figcaption")] == [
        "Figure 1. Share still waiting.", "Figure 2. Again, for <b>others</b>.",
        "Table 1. Threads a tag.", "Table 2. A wide table.", "Table 3. ",
    ]  # fmt: skip
    assert [a["href"] for a in rich_soup.select(".file a")] == [
        "01_x/waiting.png", "01_x/other.png", "01_x/tags.csv", "01_x/wide.csv",
    ]  # fmt: skip
    quote = rich_soup.blockquote
    assert (quote["dir"], quote["lang"]) == ("rtl", "ar")
    assert len(rich_soup.select("main .finding")) == 3
    assert len(rich_soup.select("math[alttext]")) == 4


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import a\nb = 2  # a knob", True),
        ("days: int = 2", True),
        ("from a import b", False),
        ("b == 2", False),
    ],
)
def test_a_cell_that_sets_nothing_has_no_knobs(source, named):
    """Imports alone are folded like other code, though the cell is tagged."""
    page = page_of(code(source, tags=("parameters",)))

    assert bool(page.select(".knobs")) is named
    assert bool(page.select("details.src")) is not named


def test_tags_of_cells():
    """Knobs are open and labelled, other code is folded, hidden code is absent."""
    page = page_of(
        code("KNOB = 1", tags=("parameters",)),
        code("folded()"),
        code("secret()", tags=("hide-input",)),
    )

    assert page.select_one(".knobs .label").get_text() == "The knobs of this page"
    assert page.select_one(".knobs pre").get_text().strip() == "KNOB = 1"
    assert page.select_one(".knobs").find_parent("details") is None
    assert [d.pre.get_text().strip() for d in page.select("details.src")] == ["folded()"]
    assert "secret" not in page.get_text()


def test_solutions_are_folded():
    """A solution folds its code with its result, or its text; the code is not folded twice."""
    result = new_output("execute_result", data={"text/plain": "<4>"})
    page = page_of(
        code("2 + 2", result, tags=("solution",)),
        new_markdown_cell("Because.", metadata={"tags": ["solution"]}),
    )
    first, second = page.select("details.solution")

    assert [d.summary.get_text() for d in (first, second)] == ["Solution", "Solution"]
    assert [pre.get_text().strip() for pre in first.find_all("pre")] == ["2 + 2", "<4>"]
    assert second.p.get_text() == "Because."
    assert page.select("details details") == []


def test_messages_and_failures():
    """What a cell says on the side is folded, a failure is boxed; colours of terminals go."""
    page = page_of(
        code(
            "f()",
            new_output("stream", name="stderr", text="\x1b[31mslow\x1b[0m <b>\n"),
            new_output(
                "error", ename="K<b>", evalue="v", traceback=["\x1b[31mline <i>\x1b[0m", "K: v"]
            ),
        )
    )

    log = page.select_one("details.log")
    assert (log.summary.get_text(), log.pre.get_text()) == ("Messages", "slow <b>\n")
    error = page.select_one(".error")
    assert error.strong.get_text() == "This cell failed: K<b>"
    assert error.pre.get_text() == "line <i>\nK: v"


@pytest.mark.parametrize("about", [{}, {"alt": " "}, {"alt": PLACEHOLDER_ALT}])
@pytest.mark.parametrize("mime", ["image/png", "image/jpeg"])
def test_figure_without_words_is_refused(about, mime):
    """The error names notebook and cell; text cells are counted too."""
    output = new_output("display_data", data={mime: PIXEL}, metadata={mime: about})
    with pytest.raises(ReportError) as caught:
        page_of(new_markdown_cell("# T"), code("plot()", output))
    assert str(caught.value) == (
        "01_x, cell 2: expected a figure with an alternative text, got one without. "
        "Show it as a Figure with `alt`, or put `alt` into the cell's metadata."
    )


def test_image_and_formula_in_text_name_their_cell():
    """What is wrong in a text cell is found at that cell."""
    with pytest.raises(ReportError, match=r"^01_x, cell 1: expected an image"):
        page_of(new_markdown_cell("![](data:image/png;base64,iVBORw0KGgo=)"))
    with pytest.raises(ReportError, match=r"^01_x, cell 2: expected a formula"):
        page_of(new_markdown_cell("# T"), new_markdown_cell(r"$\nosuch$"))


def test_plain_images_take_their_words_from_metadata():
    """A figure that no study made may be described by its output or by its cell."""
    svg = new_output("display_data", data={"image/svg+xml": "<svg/>"})
    cell = code("draw()", svg)
    cell.metadata["alt"] = "a <drawing>"
    image = page_of(cell).select_one("figure img")

    assert image["alt"] == "a <drawing>"
    assert image["src"] == "data:image/svg+xml;base64,PHN2Zy8+"  # base64 of <svg/>


def test_html_of_outputs_is_cleaned():
    """Programs, handlers and foreign images in outputs do not reach the page."""
    nasty = (
        "<script>x()</script><p onclick='x()'>words</p></div></main>"
        "<a href='javascript:x()'>link</a><img src='https://example.org/a.png' alt='far'>"
    )
    page = page_of(code("f()", markup(nasty)), new_markdown_cell("<script>y()</script>\n\nafter"))

    assert page.script is None
    assert page.select("[onclick], main img, a[href^=javascript]") == []
    assert "[image: far]" in page.main.get_text()
    assert "after" in page.main.get_text()


def test_programs_and_widgets_show_what_else_they_offer():
    """An output made for a live notebook is shown by its text."""
    live = {"application/javascript": "x()", "text/plain": "a widget"}
    page = page_of(code("f()", new_output("display_data", data=live)))

    assert page.select_one("pre.text").get_text() == "a widget"


def test_banner_and_provenance_are_shown():
    """What the build says of a page stands on top and at the end."""
    page = page_of(new_markdown_cell("# T"), banner="Not refreshed", provenance=[("Seed", 7)])

    assert page.select_one("main [role=status]").get_text() == "Not refreshed"
    assert [e.get_text() for e in page.select("footer dt, footer dd")] == ["Seed", "7"]


def test_the_index_is_linked_where_the_build_says_it_is():
    """A page of a folder below links the index above it; where there is none, nothing."""
    cell = new_markdown_cell("# T")
    links = [page_of(cell, **given).select("header a") for given in ({}, {"home": "../index.html"})]

    assert [[a["href"] for a in found] for found in links] == [["index.html"], ["../index.html"]]
    assert page_of(cell, home="").select("header a") == []


def test_page_without_findings_has_no_answer_box():
    """A page that only teaches does not answer."""
    page = page_of(new_markdown_cell("# T"), code("f()", shown(finding(primary=False))))

    assert page.select_one(".answer") is None
    assert page.select_one(".finding .technical").get_text().startswith("Risk difference")


def test_source_hash_looks_at_sources_only():
    """Outputs do not change it; a changed cell, or a changed kind of cell, does."""
    plain = source_hash(notebook(code("f()")))

    assert source_hash(notebook(code("f()", markup("<p>1</p>")))) == plain
    assert source_hash(notebook(code("g()"))) != plain
    assert source_hash(notebook(new_markdown_cell("f()"))) != plain


def test_rich_notebook_is_valid():
    """The page is made from what Jupyter would accept."""
    assert nbformat.validate(executed.everything()) is None
