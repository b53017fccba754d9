"""The glossary: every word explained, linked once where it comes first, and never in the way."""

from __future__ import annotations

import executed
import pytest
from bs4 import BeautifulSoup
from eyes import Audit
from nbformat.v4 import new_markdown_cell

from workbench.cli.notebooks import notebook_folder
from workbench.errors import ReportError
from workbench.report import glossary
from workbench.report.exporter import WorkbenchExporter
from workbench.report.glossary import Term, glossary_page, link_words, named, terms, texts
from workbench.report.glossary_pictures import PICTURES, picture

PACKAGE = glossary.resources.files("workbench")
PAGES = {
    "01_first": ("1 · First", "A landmark and two hazard ratios."),
    "02_next": ("2", "LANDMARK"),
}


def linked(*markdown, home="index.html"):
    """Text and address of the words that are linked on a page of these cells."""
    notebook = executed.notebook(*map(new_markdown_cell, ("# Title", *markdown)))
    resources = {"workbench": {"home": home}} if home is not None else {}
    page, _ = WorkbenchExporter().from_notebook_node(notebook, resources)
    links = BeautifulSoup(page, "html.parser").select("main a.term")
    return [(link.get_text(), link["href"]) for link in links]


def test_a_word_is_linked_where_it_comes_first():
    """The first use is a link to the word's own place, the second is plain."""
    assert linked("A Landmark, then a landmark.", "The landmark and risk differences.") == [
        ("Landmark", "glossary.html#landmark"),
        ("risk differences", "glossary.html#risk-difference"),
    ]


@pytest.mark.parametrize(
    "markdown",
    [
        "## The landmark", "`landmark`", "```\nlandmark\n```", "[a landmark](index.ipynb)",
        "> “landmark”", "| landmark |\n| --- |\n| x |", "$landmark$", "landmarking", "pre-landmark",
    ],
)  # fmt: skip
def test_a_word_stays_plain_elsewhere(markdown):
    """Headings, code, links, quotations, heads of tables and parts of words have no link."""
    assert linked(markdown) == []


def test_a_word_of_two_lines_and_beside_a_sign():
    """A line break is a blank; brackets and commas may stand around a word."""
    assert linked("(E-value), risk\ndifference.") == [
        ("E-value", "glossary.html#e-value"),
        ("risk\ndifference", "glossary.html#risk-difference"),
    ]


def test_the_longest_form_wins():
    """“smallest difference worth acting on” is one word and not the beginning of another."""
    assert [term.name for _, term in named("the smallest difference worth acting on")] == ["SESOI"]
    assert [term.name for _, term in named("false positives")] == ["false alarm"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Fixed beforehand", "fixed beforehand"),
        ("prespecified", "fixed beforehand"),
        ("two lines", "two lines"),
        ("design grade", "design grade"),
    ],
)
def test_a_word_leads_to_itself_and_not_to_its_opposite(said, name):
    """What was fixed beforehand is not explained as exploratory, nor two lines as another model."""
    assert [term.name for _, term in named(said)] == [name]


@pytest.mark.parametrize("said", ["pooled: all rows together", "is there a bend?"])
def test_a_word_of_more_than_one_meaning_is_left_alone(said):
    """Rows that are pooled are no meta-analysis, and a bend is no broken stick."""
    assert list(named(said)) == []


@pytest.mark.parametrize(
    ("home", "address"),
    [("../index.html", "../glossary.html#landmark"), ("index.html", "glossary.html#landmark")],
)
def test_the_glossary_lies_beside_the_index(home, address):
    """A page in a folder of its own links one level up."""
    assert linked("A landmark.", home=home) == [("landmark", address)]


@pytest.mark.parametrize("home", ["", None])
def test_no_glossary_no_link(home):
    """A page that stands alone has no words linked: the link would lead nowhere."""
    assert linked("A landmark.", home=home) == []


def test_the_answer_box_has_no_links():
    """What code makes, such as the answer on top and captions, is left as it is."""
    text = (
        "<div class='cell md'><h1>A</h1><section class='answer'><p>landmark</p></section>"
        "<figure><figcaption>landmark</figcaption></figure></div>"
        "<div class='cell code'><div class='md'><p>landmark</p></div></div>"
        "<div class='cell md'><p>landmark</p></div>"
    )
    soup = BeautifulSoup(text, "html.parser")

    link_words(soup, "glossary.html")

    (link,) = soup.select("a")
    assert link.find_parent("div") is soup.select(".cell")[2]


def test_text_around_a_link_stays(rich):
    """Linking changes no word of a cell."""
    text = "<div class='cell md'><p>One <em>landmark</em> &amp; an E-value, &lt;b&gt;.</p></div>"
    soup = BeautifulSoup(text, "html.parser")
    before = soup.get_text()

    link_words(soup, "glossary.html")

    assert soup.get_text() == before
    assert len(soup.select("a.term")) == 2
    assert "&lt;b&gt;" in str(soup)


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.address)
def test_every_word_is_explained_in_a_sentence(term):
    """One plain sentence of a readable length, the usual misunderstanding, a known picture."""
    for said in (term.plain, term.misread):
        assert said.endswith(".")
        assert len(said.split()) <= 45
    assert term.plain[0].isupper()
    assert term.picture in {"", *PICTURES}
    assert term.forms[0] == term.name


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.address)
def test_every_word_is_one_that_we_use(term):
    """A notebook or a study of the package uses the word in one of its forms."""
    places = [*notebook_folder().glob("*.ipynb"), *(PACKAGE / "studies").rglob("*.py")]
    places += (PACKAGE / "studies").rglob("*.toml")
    written = " ".join(path.read_text(encoding="utf-8") for path in places).lower()

    assert any(form.lower() in " ".join(written.split()) for form in term.forms)


def test_words_are_in_order_and_have_their_own_place():
    """The alphabet, whatever the case; no two words share an address."""
    names = [term.name.lower() for term in terms()]

    assert names == sorted(names)
    assert len({term.address for term in terms()}) == len(names)


def test_a_form_belongs_to_one_word():
    """Two words of one form are refused: a link could lead to either."""
    twice = [Term("bend", "A.", "B."), Term("stick", "A.", "B.", also=("Bend",))]

    with pytest.raises(ReportError) as refused:
        glossary._told_apart(twice)

    assert str(refused.value) == (
        "glossary: expected each form at one word, got bend at two. "
        "Take it away from one of them in glossary.toml."
    )


@pytest.fixture(scope="module")
def page():
    """The page of words, with two pages that use some."""
    return glossary_page(PAGES, provenance=[("Code", "abc")])


def test_the_page_says_where_a_word_is_used(page):
    """Pages that use a word are linked below it, in their order; others are not."""
    soup = BeautifulSoup(page, "html.parser")
    entry = soup.find(id="landmark").parent

    used = [(link["href"], link.get_text()) for link in entry.select("a")]
    assert used == [("01_first.html", "1 · First"), ("02_next.html", "2")]
    assert [a["href"] for a in soup.find(id="hazard-ratio").parent.select("a")] == ["01_first.html"]
    assert not soup.find(id="gini").parent.select("a")


def test_every_picture_has_its_place_and_words(page):
    """Each picture is used, is described, and has a caption that differs from the description."""
    used = {term.picture for term in terms()} - {""}
    alts = [image["alt"] for image in BeautifulSoup(page, "html.parser").select("img")]

    assert used == set(PICTURES)
    assert all(picture(name)[1] in alts and picture(name)[2] != picture(name)[1] for name in used)


def test_formulas_are_shown_as_formulas(page):
    """Every formula is MathML with its TeX as words."""
    shown = BeautifulSoup(page, "html.parser").select("math")

    assert len(shown) == sum(bool(term.formula) for term in terms())
    assert "\\" not in BeautifulSoup(page, "html.parser").find("main").get_text()


def test_captions_hold_numbers_that_are_computed():
    """The expected best of 4, 16 and 64 ideas are the known ones; the best tenth comes down."""
    # Expected maxima of normal draws: 1.029, 1.766, 2.344 standard deviations.
    assert "1.03 of 4, 1.77 of 16 and 2.34 of 64" in picture("orders")[1]
    first, second = (
        float(part.split()[0])
        for part in picture("regression")[1].split("below the diagonal: ")[1].split(", ")
    )
    assert second < first / 1.5


def test_texts_of_pages_that_are_there(tmp_path):
    """Only pages that lie in the folder count, and of them the main part."""
    (tmp_path / "a.html").write_text("<nav>not</nav><main>words <b>here</b></main>", "utf-8")
    (tmp_path / "b.html").write_text("no page", encoding="utf-8")

    found = texts(tmp_path, {"a": "A", "b": "B", "c": "C"})

    assert {slug: (title, text.split()) for slug, (title, text) in found.items()} == {
        "a": ("A", ["words", "here"]), "b": ("B", []),
    }  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_clean_in_every_window(audit, page, tmp_path, scheme, width):
    """Nothing is loaded, nothing overflows, and every rule for readers of all kinds is kept."""
    path = tmp_path / "glossary.html"
    path.write_text(page, encoding="utf-8")

    assert audit(path, scheme, width) == Audit([], [], 0, [], 0)
