"""The document around every page: head, navigation, banner, provenance. One shell for all pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib import resources
from urllib.parse import quote

from workbench.errors import ReportError

SITE = "Community workbench"

# Comments cannot come from data (they are stripped there), so these can be found again in a page.
_BANNER, _END = "<!--banner-->", "<!--/banner-->"

# No script, nothing loaded: the browser itself enforces what the page promises.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)


@cache
def _style() -> str:
    return (
        resources.files("workbench.report")
        .joinpath("templates/workbench/report.css")
        .read_text(encoding="utf-8")
    )


def _banner(text: str | None) -> str:
    box = f'<div class="banner" role="status">{escape(text)}</div>' if text else ""
    return f"{_BANNER}{box}{_END}"


def _footer(provenance: Sequence[tuple[str, object]]) -> str:
    if not provenance:
        return ""
    rows = "".join(
        f"<div><dt>{escape(str(label))}</dt><dd>{escape(str(value))}</dd></div>"
        for label, value in provenance
    )
    return f'<footer><h2 id="provenance">How this page was made</h2><dl>{rows}</dl></footer>'


def _nearby(neighbours: Mapping[str, str], home: str) -> str:
    """Links to the page before, to all pages and to the page after."""
    if not neighbours:
        return ""
    links = [
        _page_link(neighbours.get("previous"), "← {}", "prev"),
        f'<a href="{escape(home)}">All pages</a>' if home else "<span></span>",
        _page_link(neighbours.get("next"), "{} →", "next"),
    ]
    return f'<nav class="near" aria-label="Other pages">{"".join(links)}</nav>'


def _page_link(slug: str | None, words: str, rel: str) -> str:
    if not slug:
        return "<span></span>"
    text = escape(words.format(slug.replace("_", " ")))
    return f'<a href="{quote(slug)}.html" rel="{rel}">{text}</a>'


def shell(
    *,
    title: str,
    main_html: str,
    toc_html: str = "",
    banner: str | None = None,
    provenance: Sequence[tuple[str, object]] = (),
    home: str = "index.html",
    neighbours: Mapping[str, str] | None = None,
) -> str:
    """
    A complete HTML document: one file, no program in it, nothing loaded from elsewhere.

    `title`, `banner` and `provenance` (label, value) are text and are escaped; `main_html` and
    `toc_html` are HTML that is safe already. `home` is the address of the index page, relative to
    this one; an empty one makes no link. `neighbours` holds the names of the pages `previous` and
    `next`, as far as there are such.
    """
    name = f'<a href="{escape(home)}">{SITE}</a>' if home else f"<span>{SITE}</span>"
    near = _nearby(neighbours or {}, home)
    layout = "page" if toc_html else "page plain"
    full_title = title if title == SITE else f"{title} · {SITE}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<title>{escape(full_title)}</title>\n<link rel="icon" href="data:,">\n'
        f"<style>\n{_style()}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the text</a>\n'
        f'<header class="top">{name}</header>\n'
        f'<div class="{layout}">\n{toc_html}\n<main id="main" tabindex="-1">\n'
        f"{_banner(banner)}\n{main_html}\n{near}\n</main>\n</div>\n"
        f"{_footer(provenance)}\n</body>\n</html>\n"
    )


def with_banner(document: str, text: str | None) -> str:
    """
    A page made by `shell` with another banner, or with none.

    Raises
    ------
    ReportError
        The document has no place for a banner: it was not made by `shell`.
    """
    before, start, rest = document.partition(_BANNER)
    _, end, after = rest.partition(_END)
    if not start or not end:
        raise ReportError(
            "banner: expected a page of the workbench, got another document. Build the page anew."
        )
    return f"{before}{_banner(text)}{after}"
