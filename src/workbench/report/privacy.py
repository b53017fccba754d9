"""
What leads back to a person: the check that every page passes before it is put into its place.

Only what a reader can see or follow is looked at: text, alternative texts, tool tips and links.
Problems name the kind and the section, never the words themselves. `report.scan` asks the same of
every file of a folder.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

from workbench.errors import ReportError

WORDS_IN_A_ROW = 8
QUOTED = f"{WORDS_IN_A_ROW} words in a row from what somebody wrote"

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
HANDLE = re.compile(r"(?<![\w@/.+-])@(?=\w*[^\W\d_])\w{2,}")
# Pages of a platform itself, where an account's name would stand.
_NOBODYS = "share|intent|hashtag|search|home|i|explore|settings|login|signup|tos|privacy|about|en"
POST = re.compile(
    r"(?:reddit\.com/(?:r/\w+/)?comments/"
    r"|reddit\.com/u(?:ser)?/[\w-]"
    r"|redd\.it/\w"
    r"|(?:stackexchange|stackoverflow|serverfault|superuser|askubuntu)\.com/"
    r"(?:questions|q|a|users)/\d"
    r"|mathoverflow\.net/(?:questions|q|a|users)/\d"
    r"|(?:twitter|x)\.com/\w+/status/\d"
    rf"|(?<![\w.-])(?:(?:www|mobile|m)\.)?(?:twitter|x)\.com/(?!(?:{_NOBODYS})\b)@?\w"
    r"|bsky\.app/profile/[^/\s]+/post/"
    r"|facebook\.com/\S*(?:/posts/|/permalink|story_fbid)"
    r"|linkedin\.com/(?:posts/|feed/update/|in/)"
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
# What opens a door: keys and tokens of services, addresses that carry one, private keys.
TOKEN = re.compile(
    r"\bxox[a-z]-[\w-]{8,}"
    r"|\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}"
    r"|\bglpat-[\w-]{16,}"
    r"|\bsk-(?=[\w-]{0,200}\d)[\w-]{20,}|\b[rs]k_live_\w{16,}"
    r"|(?-i:\bAIza[\w-]{30,})"
    r"|hooks\.slack\.com/(?:services|workflows|triggers)/\w"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bbearer\s+(?=\S*\d)[\w.~+/=-]{16,}"
    r"|[?&](?:t|token|access_token|sig|signature|api_key)=(?=[^&\s]*\d)[\w.%-]{12,}"
    r"|\beyJ[\w-]{10,}\.[\w-]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY",
    re.IGNORECASE,
)
# How an address is written where programs are not to find it.
_AT = re.compile(r"[\[({]\s{0,3}at\s{0,3}[\])}]|[\[({]\s{0,3}dot\s{0,3}[\])}]", re.IGNORECASE)
_LOOSE = re.compile(rf"\s{{0,3}}({_AT.pattern})\s{{0,3}}", re.IGNORECASE)
# What every match of TOKEN holds, in small letters: most texts hold none of it.
_TOKEN_MARKS = (
    *("xox", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "sk-", "k_live_"),
    *("aiza", "hooks.slack", "akia", "asia", "bearer", "?", "&", "eyj", "private key"),
)
# A word of most scripts; where words are written without blanks, every sign is one.
WORD = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+"
)
_PLAIN_WORD = re.compile(r"\w+", re.ASCII)
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


@dataclass(frozen=True)
class Passage:
    """
    A stretch of something readable.

    place : where it stands, such as `under heading 2`. prose, code : what is looked through for
    addresses, links and keys; an @word in code is code. spoken : texts as they are read, one after
    the other, for comparing with what people wrote. goes_on : the next passage continues the last
    of them, as a line does.
    """

    place: str
    prose: str
    code: str = ""
    spoken: tuple[str, ...] = ()
    goes_on: bool = False


def check_page(html_text: str, *, texts: Iterable[str] = ()) -> list[str]:
    """
    What on a page could identify somebody; an empty list means nothing was found.

    Looks for e-mail addresses, @handles, addresses of posts on platforms, keys of services, and,
    where `texts` holds what people wrote, for eight words in a row that equal one of them.
    Addresses in the metadata of installed packages are those of their maintainers and allowed;
    @words inside code are code.
    """
    page = passages(html_text)
    problems = [f"{kind} {one.place}" for one in page for kind in kinds(one.prose, one.code)]
    on_page = {run for one in page for text in one.spoken for run in runs(words(text))}
    if any(run in on_page for text in texts for run in runs(words(text))):
        problems.append(QUOTED)
    return list(dict.fromkeys(problems))


def check_text(text: str) -> list[str]:
    """The same check for plain text, such as a table's CSV."""
    return kinds(text, "")


def require_nobody(problems: Sequence[str], *, where: str) -> None:
    """Raise a ReportError where `check_page` or `check_text` found something."""
    if problems:
        raise ReportError(
            f"{where}: expected a page that leads back to nobody, got {', '.join(problems)}. "
            "Take it out of the notebook or of what it shows."
        )


def kinds(prose: str, code: str) -> list[str]:
    """What kinds of things that lead to a person, or open a door, stand in a text."""
    prose, code = _plain(prose), _plain(code)
    some, small = f"{prose}\n{code}", f"{prose}\n{code}".lower()
    # Nearly all words of a table can be none of it, and are much quicker left out.
    addresses = _addresses(_with_signs(some))
    found = ["an e-mail address"] if addresses and addresses - _maintainers() else []
    found += ["an @handle"] if HANDLE.search(_words_with("@", prose)) else []
    found += ["the address of a post or profile"] if POST.search(_words_with("/", some)) else []
    may_be = any(mark in small for mark in _TOKEN_MARKS)
    return found + (["a key or token"] if may_be and TOKEN.search(some) else [])


def _words_with(sign: str, text: str) -> str:
    """The words of a text that hold a sign, a line each."""
    return "\n".join(word for word in text.split() if sign in word) if sign in text else ""


def _with_signs(text: str) -> str:
    """A text with the signs of an address where they are spelled out."""
    if not _AT.search(text):
        return text
    tight = _LOOSE.sub(r"\1", text)
    return _AT.sub(lambda match: "@" if "at" in match[0].lower() else ".", tight)


def _addresses(text: str) -> set[str]:
    """Addresses that somebody may have, in lower case."""
    found = EMAIL.findall(_words_with("@", text))
    return {one.lower() for one in found if not RESERVED.search(one)}


def _plain(text: str) -> str:
    """Full-width and ligature forms as plain letters, without characters that show nothing."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).translate(_unseen())


@cache
def _unseen() -> dict[int, None]:
    """Characters that show nothing."""
    return {
        code: None for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"
    }


def passages(html_text: str) -> list[Passage]:
    """A page's stretches between two headings, in page order."""
    return shown(BeautifulSoup(html_text, "html.parser"))


def shown(soup: BeautifulSoup) -> list[Passage]:
    """The same for a page that is parsed already; styles and programs are taken out of it."""
    for unseen in soup.find_all(["style", "script"]):
        unseen.decompose()
    return list(_sections(soup))


def _sections(soup: BeautifulSoup) -> Iterator[Passage]:
    place, number = "before the first heading", 0
    prose, code, shown, aside = [""], [""], [""], [""]
    breaks = _breaks(soup)
    for node in soup.descendants:
        if id(node) in breaks:
            for texts in (prose, code, shown):
                texts.append("\n")
        if isinstance(node, Tag):
            if re.fullmatch("h[1-6]", node.name):
                yield _passage(place, prose, code, shown, aside)
                number += 1
                place = f"under heading {number}"
                prose, code, shown, aside = [""], [""], [""], [""]
            aside += [str(node[name]) for name in READ_ALOUD if node.get(name)]
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            inside = node.find_parent(["code", "kbd", "samp"]) or node.find_parent(class_="src")
            (code if inside else prose).append(str(node))
            shown.append(str(node))
    yield _passage(place, prose, code, shown, aside)


def _breaks(soup: BeautifulSoup) -> set[int]:
    """Elements before which a line ends: those that are a block, and what follows one."""
    found = set()
    for block in soup.find_all(BLOCKS):
        found.add(id(block))
        end: Tag | None = block
        while end is not None and end.next_sibling is None:
            # The end of a block that ends here too is looked for on its own turn.
            end = None if end.parent is None or end.parent.name in BLOCKS else end.parent
        if end is not None:
            found.add(id(end.next_sibling))
    return found


def _passage(
    place: str, prose: list[str], code: list[str], shown: list[str], aside: list[str]
) -> Passage:
    said = "\n".join(["".join(prose), *aside])
    return Passage(place, said, "".join(code), ("".join(shown), *aside))


def words(text: str) -> list[str]:
    """The words of a text in small letters, without signs."""
    pattern = _PLAIN_WORD if text.isascii() else WORD  # the short one is much quicker
    return pattern.findall(_plain(text).lower())


def runs(some: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every stretch of words in a row that is long enough to be a quotation."""
    for start in range(len(some) - WORDS_IN_A_ROW + 1):
        yield tuple(some[start : start + WORDS_IN_A_ROW])


@cache
def _maintainers() -> frozenset[str]:
    """Addresses in the metadata of installed packages, in lower case."""
    found: set[str] = set()
    for package in metadata.distributions():
        for name in ("Author-email", "Maintainer-email"):
            for text in package.metadata.get_all(name) or []:
                found.update(address.lower() for address in EMAIL.findall(text))
    return frozenset(found)
