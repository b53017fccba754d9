"""The index page: a question and its answer for each study, then every result there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from bs4 import BeautifulSoup

from workbench.report import layout
from workbench.report.answer import by_question, chip
from workbench.report.page import SITE, shell
from workbench.report.results import (
    Finding,
    forests,
    interval,
    plain_table,
    results_table,
    unit,
)
from workbench.studies.claims import Claim
from workbench.studies.monitoring import LATER

TESTABLE = {"T": "yes", "P": "in part", "N": "no"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
# Where verdicts are explained: the first notebook, and a heading in it.
FIRST, HOW_TO_READ = "00_start_here", "How-to-read-a-page"


@dataclass(frozen=True)
class Page:
    """
    One page as the index lists it.

    part : learn, data or check. minutes : reading time. stale : the date of the page where it could
    not be refreshed. missing : there is no good page yet.
    """

    slug: str
    title: str
    part: str = "learn"
    minutes: int | None = None
    stale: str | None = None
    missing: bool = False


def index_page(
    pages: Sequence[Page],
    findings: Sequence[Finding],
    *,
    claims: Iterable[Claim] = (),
    provenance: Sequence[tuple[str, str]] = (),
) -> str:
    """
    The index as one HTML document.

    `findings` are those of all pages, as `Finding.to_json` gives them, with the key `page`: the
    page they are from. Simulated communities are in the table of all results and answer nothing.
    """
    parts = [
        f"<h1>{SITE}</h1>",
        "<p>What the records of online communities can tell, with how sure each answer is and the "
        "way it was found. Now: feedback speed. Next: crowdsourcing outcomes, information "
        "overload.</p>",
        "<h2>Questions and answers</h2>",
        _answers(pages, findings),
        "<h2>Use your own data</h2>",
        _own_data(pages),
        "<h2>Learn</h2>",
        _links(pages, "learn"),
        "<h2>How we check ourselves</h2>",
        "<p>Every page names the checks that its answers passed, failed, or still lack; a check "
        "that is missing forbids the word <em>supported</em>. Counts beside published ones stand "
        "in the first notebook.</p>",
        _links(pages, "check", none=""),
        "<h2>All results</h2>",
        _how_to_read(pages) if findings else "",
        _watched(findings),
        results_table(findings),
        _claims(claims, findings),
    ]
    soup = BeautifulSoup("\n".join(parts), "html.parser")
    title = layout.arrange(soup, findings=(), files=None, name=SITE)
    return shell(
        title=title,
        main_html=str(soup),
        toc_html=layout.table_of_contents(soup),
        provenance=provenance,
        home="",
    )


def _answers(pages: Sequence[Page], findings: Sequence[Finding]) -> str:
    missing = "".join(
        f'<p><a href="{quote(page.slug)}.failed.html">{escape(page.title)}</a> did not run, so its '
        "questions are not answered here.</p>"
        for page in pages
        if page.missing
    )
    groups = by_question(row for row in findings if not row["is_simulated"])
    if not groups:
        simulated = any(row.get("primary") for row in findings)
        reason = ": no community other than simulated ones" if simulated else ""
        return missing or f"<p>No question has been answered yet{reason}.</p>"
    titles = {page.slug: page for page in pages}
    sections = (
        f"<section><h3>{escape(question)}</h3>{''.join(_answer(row) for row in rows)}"
        f"{forests(rows)}{_read_on(rows, titles)}</section>"
        for question, rows in groups.items()
    )
    return "".join(sections) + missing


def _answer(row: Finding) -> str:
    return (
        f"<p><strong>{escape(row['community'])}</strong> {chip(row['verdict'])}</p>"
        f"<p>{escape(row['answer'])}</p>"
        f'<p class="technical">{escape(unit(row))}: {interval(row)}, 95 % interval</p>'
    )


def _read_on(rows: Sequence[Finding], titles: Mapping[str, Page]) -> str:
    known = dict.fromkeys(str(row.get("page")) for row in rows)
    return "".join(f"<p>{_link(titles[slug])}</p>" for slug in known if slug in titles)


def _link(page: Page) -> str:
    if page.missing:
        return f'<a href="{quote(page.slug)}.failed.html">{escape(page.title)}</a> (did not run)'
    notes = [f"{page.minutes} minutes to read"] if page.minutes else []
    notes += [f"not refreshed since {page.stale}"] if page.stale else []
    note = f" ({'; '.join(notes)})" if notes else ""
    return f'<a href="{quote(page.slug)}.html">{escape(page.title)}</a>{escape(note)}'


def _links(
    pages: Sequence[Page],
    part: str,
    *,
    none: str = "<p>No page of this kind has been built yet.</p>",
) -> str:
    rows = "".join(f"<li>{_link(page)}</li>" for page in pages if page.part == part)
    return f"<ul>{rows}</ul>" if rows else none


def _own_data(pages: Sequence[Page]) -> str:
    steps = (
        (
            "workbench load auto PATH --name mine",
            "finds out what kind of export lies at PATH, replaces people by pseudonyms and stores "
            "what is left; for a table of posts it says which columns to name",
        ),
        (
            "workbench profile mine",
            "makes one page about your community: who is still unanswered, do newcomers come "
            "back, how much arrives",
        ),
        (
            "workbench check mine",
            "says what was set aside and which questions your data can answer",
        ),
        ("workbench run --datasets mine", "makes these pages of your community"),
    )
    items = "".join(f"<li><code>{command}</code> {what}.</li>" for command, what in steps)
    own = _links(pages, "data") if any(page.part == "data" for page in pages) else ""
    return f"<ol>{items}</ol>{own}"


def _how_to_read(pages: Sequence[Page]) -> str:
    """What the words of exploratory verdicts mean, and where the others are explained."""
    known = any(page.slug == FIRST and not page.missing for page in pages)
    link = f' See <a href="{FIRST}.html#{HOW_TO_READ}">how to read a page</a>.' if known else ""
    return (
        "<p><em>Exploratory</em> rows confirm nothing, because the data had been seen before or "
        "the question is a secondary one: <em>leans</em> says that the rule would have decided for "
        f"or against the claim, <em>unclear</em> that it would have left it open.{link}</p>"
    )


def _watched(findings: Sequence[Finding]) -> str:
    """What it means that a community was looked at again, where one was."""
    if not any(row.get("look") == LATER for row in findings):
        return ""
    return (
        "<p><em>Monitoring</em> rows are about a community that was looked at before: the first "
        "look holds the verdict, because looking again until something shows would find something "
        "in the end. What stands here shows the trend.</p>"
    )


def _claims(claims: Iterable[Claim], findings: Sequence[Finding]) -> str:
    """The claims that results speak of, in view; the others folded, with why not."""
    spoken = {name for row in findings for name in str(row["claim_ids"]).split()}
    here = [claim for claim in claims if claim.id in spoken]
    others = [claim for claim in claims if claim.id not in spoken]
    shown = _claims_table("The claims that results speak of.", here) if here else ""
    if not others:
        return shown
    never = sum(claim.testability == "N" for claim in others)
    caption = f"The other claims of the articles: {len(others)}, of which {never} cannot be tested."
    table = _claims_table(caption, others)
    return f"{shown}<details><summary>{caption}</summary>{table}</details>"


def _claims_table(caption: str, claims: Iterable[Claim]) -> str:
    rows = "".join(
        f"<tr><td>{escape(claim.id)}</td>"
        f"<td>{_foreign(claim.quote, claim.language)}"
        f"{f'<br>{escape(claim.gloss)}' if claim.gloss else ''}"
        f"<br><cite>{_foreign(claim.article, claim.language)}</cite>"
        f"<br>{escape(claim.reason)}</td>"
        f"<td>{TESTABLE.get(claim.testability, escape(claim.testability))}</td>"
        f"<td>{escape(', '.join(claim.studies) or '–')}</td></tr>"
        for claim in claims
    )
    return plain_table(caption, ("claim", "in the article's words", "testable", "study"), rows)


def _foreign(text: str, language: str) -> str:
    """Text in its language and direction."""
    if language == "en":
        return escape(text)
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return f'<span lang="{escape(language)}" dir="{direction}">{escape(text)}</span>'
