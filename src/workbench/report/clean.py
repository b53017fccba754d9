"""What may stand on a page: an allowlist for HTML that comes out of cells and Markdown.

Everything that could run, load or leave the page is taken out; what is left is well formed, so that
a broken fragment cannot break the page around it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from workbench.errors import ReportError

# What nbconvert writes where nobody described the image; a checker would take it for a description.
PLACEHOLDER_ALT = "No description has been provided for this image"

_TEXT = (
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span "
    "strong sub summary sup table tbody td tfoot th thead time tr u ul var"
)
_MATH = (
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms "
    "mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics"
)
TAGS = frozenset((_TEXT + " " + _MATH).split())
# With these the contents go too: they are programs, pictures or forms, not words.
_PROGRAMS = (
    "script style template noscript iframe frame frameset object embed applet svg canvas audio "
    "video link meta base title head form input button select textarea xmp plaintext"
)
_GONE = _PROGRAMS.split()

_ANYWHERE = frozenset({"class", "dir", "lang", "title"})
_OF_TAG = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start", "reversed"},
    "time": {"datetime"},
}
_SETTINGS = (
    "accent accentunder alttext columnalign columnlines columnspacing depth display displaystyle "
    "fence form height linethickness lspace mathvariant maxsize minsize movablelimits notation "
    "rowlines rowspacing rspace scriptlevel separator stretchy symmetric width xmlns"
)
_OF_MATH = frozenset(_SETTINGS.split())
_MATH_TAGS = frozenset(_MATH.split())


def safe_link(address: str) -> str | None:
    """The address of a link if it leads to the web, a mailbox or a file beside the page."""
    # Browsers ignore blanks and control characters inside a scheme, so they must not hide one.
    plain = re.sub(r"[\x00-\x20]", "", address)
    try:
        parts = urlsplit(plain)
    except ValueError:
        return None
    if parts.scheme in {"http", "https"}:
        return plain if parts.netloc else None
    if parts.scheme == "mailto":
        return plain
    # RFC 3986, 4.2: a colon in the first part of a relative address would be that of a scheme.
    if parts.scheme or parts.netloc or "\\" in plain or ":" in parts.path.split("/")[0]:
        return None
    # Notebooks link to notebooks; on paper their pages stand side by side.
    path = re.sub(r"\.ipynb$", ".html", parts.path)
    return parts._replace(path=path).geturl()


def _clean_attributes(tag: Tag) -> None:
    allowed = _OF_MATH if tag.name in _MATH_TAGS else _ANYWHERE | _OF_TAG.get(tag.name, set())
    tag.attrs = {name: value for name, value in tag.attrs.items() if name in allowed}
    if "href" in tag.attrs:
        link = safe_link(str(tag["href"]))
        if link is None:
            del tag["href"]
        else:
            tag["href"] = link


def _describe(image: Tag, *, where: str) -> None:
    """Refuse an image without words; show only the words of one that is not in the page itself."""
    alt = str(image.get("alt") or "").strip()
    if not alt or alt == PLACEHOLDER_ALT:
        raise ReportError(
            f"{where}: expected an image with an alternative text, got one without. "
            "Say in words what it shows."
        )
    if not str(image.get("src") or "").lower().startswith("data:image/"):
        image.replace_with(f"[image: {alt}]")


def fragment(markup: str, *, where: str) -> str:
    """
    The markup with only the allowed tags and attributes, well formed.

    Unknown tags are taken away and their words stay; programs, styles, forms and comments go whole.
    An image that would have to be loaded is replaced by its alternative text. `where` names the
    notebook and cell in errors.

    Raises
    ------
    ReportError
        An image has no alternative text.
    """
    # The parser takes a lone address for a mistake, and a page that says it is XML for another.
    if "<" not in markup:
        return markup
    soup = BeautifulSoup(re.sub(r"^\s*<\?xml[^>]*>", "", markup), "html.parser")
    for note in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        note.extract()
    for tag in soup.find_all(_GONE):
        tag.decompose()
    for tag in soup.find_all(True):
        if tag.name not in TAGS:
            tag.unwrap()
            continue
        _clean_attributes(tag)
        if tag.name == "img":
            _describe(tag, where=where)
    return str(soup)
