"""The pages of a report as other pages list them: a link, the time it takes, how fresh it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote


@dataclass(frozen=True)
class Page:
    """
    One page as the index lists it.

    part : learn, study, data or check. minutes : reading time. stale : the date of the page where
    it could not be refreshed. missing : there is no good page yet.
    """

    slug: str
    title: str
    part: str = "learn"
    minutes: int | None = None
    stale: str | None = None
    missing: bool = False


def link(page: Page) -> str:
    """A link to the page, or to what there is of it, with its reading time."""
    if page.missing:
        return f'<a href="{quote(page.slug)}.failed.html">{escape(page.title)}</a> (did not run)'
    notes = [f"{page.minutes} minutes to read"] if page.minutes else []
    notes += [f"not refreshed since {page.stale}"] if page.stale else []
    note = f" ({'; '.join(notes)})" if notes else ""
    return f'<a href="{quote(page.slug)}.html">{escape(page.title)}</a>{escape(note)}'


def links(
    pages: Sequence[Page],
    part: str,
    *,
    none: str = "<p>No page of this kind has been built yet.</p>",
) -> str:
    """The pages of one part as a list; `none` where there is no such page."""
    rows = "".join(f"<li>{link(page)}</li>" for page in pages if page.part == part)
    return f"<ul>{rows}</ul>" if rows else none
