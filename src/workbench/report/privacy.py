"""
The check every page passes before it is published: nothing on it leads back to a person.

Only what a reader can see or follow is looked at: text, alternative texts, tool tips and links.
Problems name the kind and the section, never the words themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import metadata

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

from workbench.errors import ReportError

WORDS_IN_A_ROW = 9

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
HANDLE = re.compile(r"(?<![\w@/.+-])@(?=\w*[^\W\d_])\w{2,}")
POST = re.compile(
    r"(?:reddit\.com/(?:r/\w+/)?comments/"
    r"|redd\.it/\w"
    r"|(?:stackexchange|stackoverflow|serverfault|superuser|askubuntu)\.com/(?:questions|q|a)/\d"
    r"|mathoverflow\.net/(?:questions|q|a)/\d"
    r"|(?:twitter|x)\.com/\w+/status/\d"
    r"|bsky\.app/profile/[^/\s]+/post/"
    r"|facebook\.com/\S*(?:/posts/|/permalink|story_fbid)"
    r"|linkedin\.com/(?:posts/|feed/update/)"
    r"|instagram\.com/p/"
    r"|tiktok\.com/@[^/\s]+/video/"
    r"|news\.ycombinator\.com/item"
    r"|discord\.com/channels/\d"
    r"|slack\.com/archives/"
    r"|//t\.me/\w+/\d"
    r"|github\.com/[^/\s]+/[^/\s]+/(?:issues|pull|discussions)/\d"
    r"|quora\.com/[^\s/]+/answer/"
    r"|//[^\s/]+/@\w"
    r"|//[^\s/]+/t/[^\s/]+/\d)",
    re.IGNORECASE,
)
# Addresses nobody can receive mail at (RFC 2606), and the user part of a clone address.
RESERVED = re.compile(r"(?:[@.]example\.(?:com|org|net)|\.(?:example|invalid|test))$|^git@", re.I)

# Elements that begin and end a line; letters on both sides of any other tag stand together.
BLOCKS = [
    *("address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl"),
    *("dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
    *("li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "th"),
    *("thead", "title", "tr", "ul"),
]
READ_ALOUD = ("alt", "title", "aria-label", "alttext", "href")


def check_page(html_text: str, *, texts: Iterable[str] = ()) -> list[str]:
    """
    What on a page could identify somebody; an empty list means nothing was found.

    Looks for e-mail addresses, @handles, addresses of posts on platforms, and, where `texts` holds
    what people wrote, for nine words in a row that equal one of them. Addresses in the metadata of
    installed packages are those of their maintainers and allowed; @words inside code are code.
    """
    soup = BeautifulSoup(html_text, "html.parser")
    for unseen in soup.find_all(["style", "script"]):
        unseen.decompose()
    problems: list[str] = []
    for section, prose, code in _sections(soup):
        problems += [f"{kind} {section}" for kind in _kinds(prose, code)]
    if _shares_words(soup.get_text(" "), texts):
        problems.append(f"{WORDS_IN_A_ROW} words in a row from what somebody wrote")
    return list(dict.fromkeys(problems))


def check_text(text: str) -> list[str]:
    """The same check for plain text, such as a table's CSV."""
    return _kinds(text, "")


def require_nobody(problems: Sequence[str], *, where: str) -> None:
    """Raise a ReportError where `check_page` or `check_text` found something."""
    if problems:
        raise ReportError(
            f"{where}: expected a page that leads back to nobody, got {', '.join(problems)}. "
            "Take it out of the notebook or of what it shows."
        )


def _kinds(prose: str, code: str) -> list[str]:
    prose, code = _plain(prose), _plain(code)
    whole = f"{prose}\n{code}"
    addresses = {found.lower() for found in EMAIL.findall(whole) if not RESERVED.search(found)}
    kinds = ["an e-mail address"] if addresses and addresses - _maintainers() else []
    kinds += ["an @handle"] if HANDLE.search(prose) else []
    return kinds + (["the address of a post or profile"] if POST.search(whole) else [])


def _plain(text: str) -> str:
    """Full-width and ligature forms as plain letters, without characters that show nothing."""
    shown = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in shown if unicodedata.category(sign) != "Cf")


def _sections(soup: BeautifulSoup) -> Iterator[tuple[str, str, str]]:
    """Place, prose and code of each stretch of the page between two headings, in page order."""
    for block in soup.find_all(BLOCKS):
        block.insert(0, "\n")
        block.append("\n")
    place, prose, code, number = "before the first heading", [""], [""], 0
    for node in soup.descendants:
        if isinstance(node, Tag):
            if re.fullmatch("h[1-6]", node.name):
                yield place, "".join(prose), "".join(code)
                number += 1
                place, prose, code = f"under heading {number}", [""], [""]
            prose += [f"\n{node[name]}\n" for name in READ_ALOUD if node.get(name)]
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            inside = node.find_parent(["code", "kbd", "samp"]) or node.find_parent(class_="src")
            (code if inside else prose).append(str(node))
    yield place, "".join(prose), "".join(code)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _plain(text).lower())


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _words(text)
    for start in range(len(words) - WORDS_IN_A_ROW + 1):
        yield tuple(words[start : start + WORDS_IN_A_ROW])


def _shares_words(page: str, texts: Iterable[str]) -> bool:
    on_page = set(_runs(page))
    return any(run in on_page for text in texts for run in _runs(text))


@cache
def _maintainers() -> frozenset[str]:
    """Addresses in the metadata of installed packages, in lower case."""
    found: set[str] = set()
    for package in metadata.distributions():
        for name in ("Author-email", "Maintainer-email"):
            for text in package.metadata.get_all(name) or []:
                found.update(address.lower() for address in EMAIL.findall(text))
    return frozenset(found)
