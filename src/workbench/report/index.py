"""The index page: a question and its answer for each study, then every result there is."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

import pandas as pd
from bs4 import BeautifulSoup

from workbench import plots
from workbench.report import layout
from workbench.report.answer import chip
from workbench.report.page import SITE, shell
from workbench.studies.claims import Claim
from workbench.studies.present import Figure

TESTABLE = {"T": "yes", "P": "in part", "N": "no"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})

Finding = Mapping[str, Any]


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
        "<p>What online communities can tell about feedback, crowds and overload: each answer with "
        "how sure it is, and the way it was found.</p>",
        "<h2>Questions and answers</h2>",
        _answers(pages, findings),
        "<h2>Use your own data</h2>",
        _own_data(pages),
        "<h2>Learn</h2>",
        _links(pages, "learn"),
        "<h2>How we check ourselves</h2>",
        "<p>Every page names the checks that its answers passed, failed, or still lack; a check that "
        "is missing forbids the word <em>supported</em>. Counts beside published ones stand in the "
        "first notebook.</p>",
        _links(pages, "check", none=""),
        "<h2>All results</h2>",
        _results(findings),
        _claims(claims),
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
    questions: dict[tuple[str, str], list[Finding]] = {}
    for row in findings:
        if row.get("primary") and not row["is_simulated"]:
            questions.setdefault((row["study"], row["question"]), []).append(row)
    if not questions:
        return "<p>No question has been answered yet: no community other than simulated ones.</p>"
    titles = {page.slug: page for page in pages}
    return "".join(
        f"<section><h3>{escape(question)}</h3>{''.join(_answer(row) for row in rows)}"
        f"{_forests(rows)}{_read_on(rows, titles)}</section>"
        for (_, question), rows in questions.items()
    )


def _answer(row: Finding) -> str:
    return (
        f"<p><strong>{escape(row['community'])}</strong> {chip(row['verdict'])}</p>"
        f"<p>{escape(row['answer'])}</p>"
        f'<p class="technical">{escape(row["scale"])}: {_interval(row)}</p>'
    )


def _read_on(rows: Sequence[Finding], titles: Mapping[str, Page]) -> str:
    known = dict.fromkeys(str(row.get("page")) for row in rows)
    return "".join(f"<p>{_link(titles[slug])}</p>" for slug in known if slug in titles)


def _forests(rows: Sequence[Finding]) -> str:
    """A figure for each unit and each band: rows drawn together must be comparable."""
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for row in rows:
        if row["estimate"] is not None:
            groups.setdefault((row["scale"], row["sesoi"], row["null_value"]), []).append(row)
    return "".join(_forest(group) for group in groups.values())


def _forest(rows: Sequence[Finding]) -> str:
    first = rows[0]
    null, sesoi = first["null_value"], first["sesoi"]
    band = None if sesoi is None else (null - sesoi, null + sesoi)
    frame = pd.DataFrame(
        {
            # A dollar sign would begin a formula in the figure.
            "label": [row["community"].replace("$", r"\$") for row in rows],
            "estimate": [row["estimate"] for row in rows],
            "low": [row["ci_low"] for row in rows],
            "high": [row["ci_high"] for row in rows],
        }
    ).astype({"estimate": float, "low": float, "high": float})
    figure, [axes] = plots.canvas(height=1.4 + 0.5 * len(rows))
    plots.forest(frame, unit=first["scale"], band=band, null=null, ax=axes)
    caption = f"Estimates with their 95 % intervals ({first['scale']}), one row a community."
    if band is not None:
        caption += " The shaded band is too small to matter."
    shown = Figure(figure, first["hyp_id"], caption, _spoken(rows, band))
    picture = base64.b64encode(shown.png()).decode()
    return (
        f'<figure data-name="{escape(shown.name)}">'
        f'<img src="data:image/png;base64,{picture}" alt="{escape(shown.alt)}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _spoken(rows: Sequence[Finding], band: tuple[float, float] | None) -> str:
    """What the figure shows, number by number."""
    numbers = "; ".join(f"{row['community']}: {_interval(row, spoken=True)}" for row in rows)
    text = f"Dots on intervals, {rows[0]['scale']}. {numbers}."
    if band is not None:
        text += f" Between {band[0]:.3g} and {band[1]:.3g} a difference is too small to matter."
    return text


def _interval(row: Finding, *, spoken: bool = False) -> str:
    """Estimate and 95 % interval, with two significant digits of the interval's half width."""
    estimate, low, high = row["estimate"], row["ci_low"], row["ci_high"]
    if estimate is None:
        return "not estimated" if spoken else "–"
    if low is None or high is None:
        return f"{estimate:.3g}"
    half = (high - low) / 2
    ordinary = math.isfinite(half) and half > 0
    digits = max(0, 1 - math.floor(math.log10(half))) if ordinary else 3
    texts = [f"{value:,.{digits}f}" for value in (estimate, low, high)]
    return "{}, from {} to {}".format(*texts) if spoken else "{} [{}, {}]".format(*texts)


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
            "workbench load table posts.csv --name mine --map post_id=id,thread_id=topic,"
            "author_id=user,created_at=when --timezone Europe/Rome",
            "reads your table (the names on the right are your columns), replaces people by "
            "pseudonyms and stores what is left",
        ),
        (
            "workbench check mine",
            "says what was set aside and which questions your data can answer",
        ),
        ("workbench run", "makes these pages with your community in them"),
    )
    items = "".join(f"<li><code>{command}</code> {what}.</li>" for command, what in steps)
    own = _links(pages, "data") if any(page.part == "data" for page in pages) else ""
    return f"<ol>{items}</ol>{own}"


def _results(findings: Sequence[Finding]) -> str:
    head = ("hypothesis", "community", "unit", "estimate [95 % interval]", "n", "verdict", "design")
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(text)}</td>"
            for text in (
                row["hyp_id"],
                row["community"] + (" (simulated)" if row["is_simulated"] else ""),
                row["scale"],
                _interval(row),
                f"{row['n']:,}",
                row["verdict"],
                row["grade"],
            )
        )
        + "</tr>"
        for row in findings
    )
    if not rows:
        return "<p>No finding has been made yet.</p>"
    return (
        _table("Every finding of every page. Design: A randomised, B quasi-experiment, C adjusted, "
               "D descriptive.", head, rows)
        + '<p><a href="ledger.csv">All results with all digits (CSV)</a></p>'
    )  # fmt: skip


def _claims(claims: Iterable[Claim]) -> str:
    rows = "".join(
        f"<tr><td>{escape(claim.id)}</td>"
        f"<td>{_foreign(claim.quote, claim.language)}"
        f"{f'<br>{escape(claim.gloss)}' if claim.gloss else ''}</td>"
        f"<td>{_foreign(claim.article, claim.language)}</td>"
        f"<td>{TESTABLE.get(claim.testability, escape(claim.testability))}</td>"
        f"<td>{escape(claim.study or '–')}</td></tr>"
        for claim in claims
    )
    head = ("claim", "in the article's words", "article", "testable", "study")
    return _table("The claims that are examined.", head, rows) if rows else ""


def _foreign(text: str, language: str) -> str:
    """Text in its language and direction."""
    if language == "en":
        return escape(text)
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return f'<span lang="{escape(language)}" dir="{direction}">{escape(text)}</span>'


def _table(caption: str, head: Sequence[str], rows: str) -> str:
    titles = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    return (
        f'<div class="out"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
