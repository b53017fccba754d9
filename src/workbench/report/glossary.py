"""The words of the pages: one page that explains them, and links to it where a word comes first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup, NavigableString, Tag

from workbench.errors import ReportError
from workbench.report import layout
from workbench.report.mathml import mathml
from workbench.report.page import shell

SLUG, TITLE = "glossary", "Words of these pages"
INTRO = (
    "One plain sentence for each word, what is often misread, and where it is used. Pages link a "
    "word here where it comes first."
)
# Words stay plain in headings, code, formulas, quotations and where a link is already.
PLAIN = (
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "a",
    "code",
    "pre",
    "math",
    "blockquote",
    "th",
    "figcaption",
    "summary",
)


@dataclass(frozen=True)
class Term:
    """
    A word: `forms` are all that a page may write for it, `plain` one sentence, `misread` the usual
    misunderstanding, `formula` TeX, `picture` one of `glossary_pictures.PICTURES`.
    """

    name: str
    plain: str
    misread: str
    also: tuple[str, ...] = ()
    formula: str = ""
    picture: str = ""
    forms: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """The name is a form of itself."""
        object.__setattr__(self, "forms", (self.name, *self.also))

    @property
    def address(self) -> str:
        """The part of the page's address that leads to the word."""
        return re.sub(r"\W+", "-", self.name.lower()).strip("-")


@cache
def terms() -> tuple[Term, ...]:
    """
    Every word, in the order of the alphabet.

    Raises
    ------
    ReportError
        Two words share a form, so that a link could lead to either.
    """
    text = resources.files("workbench.report").joinpath("glossary.toml").read_text("utf-8")
    found = [
        Term(**{**one, "also": tuple(one.get("also", ()))}) for one in tomllib.loads(text)["term"]
    ]
    return _told_apart(sorted(found, key=lambda term: term.name.lower()))


def _told_apart(found: Sequence[Term]) -> tuple[Term, ...]:
    forms = [form.lower() for term in found for form in term.forms]
    twice = sorted({form for form in forms if forms.count(form) > 1})
    if twice:
        raise ReportError(
            f"glossary: expected each form at one word, got {', '.join(twice)} at two. "
            "Take it away from one of them in glossary.toml."
        )
    return tuple(found)


@cache
def _by_form() -> dict[str, Term]:
    return {form.lower(): term for term in terms() for form in term.forms}


@cache
def _pattern() -> re.Pattern[str]:
    """Any form of any word, whole, the longest first; blanks of every kind are one."""
    forms = sorted(_by_form(), key=len, reverse=True)
    words = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in forms)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


def named(text: str) -> Iterator[tuple[re.Match[str], Term]]:
    """The words that a text uses, in order, with the place of each use."""
    for found in _pattern().finditer(text):
        yield found, _by_form()[" ".join(found[0].lower().split())]


def link_words(soup: BeautifulSoup, page: str) -> None:
    """Link each word to `page`, the address of the glossary, where its text cells use it first."""
    seen: set[str] = set()
    for text in [text for cell in soup.select(".cell.md") for text in cell.find_all(string=True)]:
        # The answer box stands inside the first cell, and is short enough without links.
        if not text.find_parent(PLAIN) and not text.find_parent(class_="answer"):
            _link(soup, text, page, seen)


def _link(soup: BeautifulSoup, text: NavigableString, page: str, seen: set[str]) -> None:
    """Put links into one text, for words that are not `seen` yet."""
    said, parts, done = str(text), list[str | Tag](), 0
    for found, term in named(said):
        if term.name in seen:
            continue
        seen.add(term.name)
        link = soup.new_tag("a", attrs={"class": "term", "href": f"{page}#{quote(term.address)}"})
        link.string = found[0]
        parts += [said[done : found.start()], link]
        done = found.end()
    if parts:
        text.replace_with(*parts, said[done:])


def glossary_page(
    pages: Mapping[str, tuple[str, str]], *, provenance: Sequence[tuple[str, str]] = ()
) -> str:
    """
    The page of words. `pages` : slug -> title and text of a page, for where a word is used.

    Raises
    ------
    ReportError
        A formula cannot be read.
    """
    used: dict[str, list[str]] = {}
    for slug, (_, text) in pages.items():
        for name in dict.fromkeys(term.name for _, term in named(text)):
            used.setdefault(name, []).append(slug)
    parts = [f"<h1>{TITLE}</h1><p>{INTRO}</p>"]
    parts += [
        _entry(term, [(slug, pages[slug][0]) for slug in used.get(term.name, ())])
        for term in terms()
    ]
    soup = BeautifulSoup("".join(parts), "html.parser")
    return shell(
        title=TITLE,
        main_html=str(soup),
        toc_html=layout.table_of_contents(soup),
        provenance=provenance,
    )


def _entry(term: Term, used: Sequence[tuple[str, str]]) -> str:
    """One word as HTML."""
    also = f"<p>Also: {escape(', '.join(term.also))}.</p>" if term.also else ""
    formula = ""
    if term.formula:
        made = mathml(term.formula, display=True, where=f"glossary, {term.name}")
        # A wide one scrolls sideways on a telephone, and must do so by keyboard too.
        formula = made.replace("<math", '<math tabindex="0"', 1)
    links = ", ".join(f'<a href="{quote(slug)}.html">{escape(title)}</a>' for slug, title in used)
    where = f"<p>Used on: {links}.</p>" if links else ""
    return (
        f'<section><h2 id="{term.address}">{escape(term.name)}</h2><p>{escape(term.plain)}</p>'
        f"{formula}<p><strong>Often misread.</strong> {escape(term.misread)}</p>"
        f"{_picture(term.picture)}{also}{where}</section>"
    )


def _picture(name: str) -> str:
    if not name:
        return ""
    # Loads matplotlib, which linking words on a page need not.
    from workbench.report.glossary_pictures import picture  # noqa: PLC0415

    source, alt, caption = picture(name)
    return (
        f'<figure class="figure"><img src="{source}" alt="{escape(alt)}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def texts(output: Path, titles: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Slug -> title and text of each page of `titles` that lies in `output`."""
    found = {}
    for slug, title in titles.items():
        path = output / f"{slug}.html"
        if path.is_file():
            soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            main = soup.find("main")
            found[slug] = (title, main.get_text(" ") if main else "")
    return found
