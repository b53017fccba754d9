"""What is made from all pages together: the ledger, the checks, the glossary and the index."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.report import checks, glossary
from workbench.report.folder import page_digest, put_record, write_whole
from workbench.report.index import index_page
from workbench.report.ledger import write_ledger
from workbench.report.listed import Page
from workbench.report.privacy import check_page, require_nobody
from workbench.studies.claims import claims


def write_front(
    output: Path,
    known: Mapping[str, Mapping[str, Any] | None],
    *,
    failed: Collection[str],
    provenance: Sequence[tuple[str, str]],
    key: str,
) -> None:
    """
    Write `ledger.csv` and the pages of checks, of words and of all results; keep what they are.

    `known` is what was kept of each page, in order, None where there is none; `failed` are those
    whose last build failed; `key` is of all that they depend on.

    Raises
    ------
    ReportError
        Two pages disagree about one finding, a page would lead back to a person, or nothing can be
        written.
    """
    pages, findings = _listed(known, failed)
    gathered = checks.gather(output, pages)
    made = {
        "index": index_page(pages, findings, claims=claims(), provenance=provenance),
        checks.SLUG: checks.checks_page(gathered, provenance=provenance),
        glossary.SLUG: glossary.glossary_page(
            glossary.texts(output, {page.slug: page.title for page in pages}), provenance=provenance
        ),
    }
    for name, page in made.items():
        require_nobody(check_page(page), where=name)
    write_ledger(findings, output / "ledger.csv")
    for name, page in made.items():
        write_whole(output / f"{name}.html", page.encode("utf-8"))
        record: dict[str, Any] = {"key": key, "digest": page_digest(output, name)}
        if name == checks.SLUG:
            used = [known[slug] or {} for slug in gathered.used]
            data = {one: stamp for about in used for one, stamp in about.get("data", {}).items()}
            record |= {"title": checks.TITLE, "data": data}
        if name == glossary.SLUG:
            record |= {"title": glossary.TITLE, "data": {}}
        put_record(output, name, record)


def _listed(
    known: Mapping[str, Mapping[str, Any] | None], failed: Collection[str]
) -> tuple[list[Page], list[dict[str, Any]]]:
    """The pages as they are listed, and the findings of all with the page each is from."""
    pages: list[Page] = []
    findings: list[dict[str, Any]] = []
    for slug, record in known.items():
        if record is not None:
            stale = record["built"] if slug in failed else None
            pages.append(Page(slug, record["title"], record["part"], record["minutes"], stale))
            findings += [{**row, "page": slug} for row in record["findings"]]
        elif slug in failed:
            pages.append(Page(slug, _from_name(slug), missing=True))
    return pages, findings


def _from_name(slug: str) -> str:
    """`3 · Information overload` from `03_information_overload`, whose heading was never read."""
    number, _, subject = slug.partition("_")
    words = subject.replace("_", " ")
    return f"{number.lstrip('0') or '0'} · {words[:1].upper()}{words[1:]}" if words else slug
