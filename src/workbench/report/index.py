"""The index page: questions and answers in one screen, then every result there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from bs4 import BeautifulSoup

from workbench.report import checks, glossary, layout
from workbench.report.listed import Page, links
from workbench.report.page import SITE, shell
from workbench.report.questions import each_answer, overview
from workbench.report.results import Finding, plain_table, results_table
from workbench.studies.claims import Claim
from workbench.studies.monitoring import LATER

TESTABLE = {"T": "yes", "P": "in part", "N": "no"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
# Where verdicts are explained: the first notebook, and a heading in it.
FIRST, HOW_TO_READ = "00_start_here", "How-to-read-a-page"


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
        "<p>What the records of online communities can tell, how sure that is, and how it was "
        "found.</p>",
        '<h2 class="unseen">Questions and answers</h2>',
        overview(pages, findings),
        "<h2>The answer in each data set</h2>",
        each_answer(pages, findings),
        "<h2>Use your own data</h2>",
        _own_data(pages),
        "<h2>Learn</h2>",
        links(pages, "learn"),
        f'<p><a href="{glossary.SLUG}.html">{glossary.TITLE}</a>: one plain sentence each, and '
        "what is often misread.</p>",
        f"<h2>{checks.TITLE}</h2>",
        f'<p><a href="{checks.SLUG}.html">What passed and what failed</a>: methods tried where the '
        "truth is known, tempting mistakes, numbers of others, and where the rows went. A check "
        "that is missing forbids the word <em>supported</em>.</p>",
        links(pages, "check", none=""),
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
        provenance=provenance,
        home="",
    )


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
    own = links(pages, "data") if any(page.part == "data" for page in pages) else ""
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
