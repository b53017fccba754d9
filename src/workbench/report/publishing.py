"""
Publish a report: what can be read from its index, once it is known to lead back to nobody.

Pages are refused that are not up to date, that use a data set marked as internal, or that link to
something that is not there. What was published before stays readable, month by month.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from workbench import data
from workbench.data import takedown
from workbench.data.manifest import today
from workbench.errors import DataError, ReportError
from workbench.report.archive import add_archive, keep, replacing
from workbench.report.folder import held, page_digest, record_of
from workbench.report.scan import ScanReport, scan

INDEX, LEDGER = "index.html", "ledger.csv"
SHOWN = 3


@dataclass(frozen=True)
class Published:
    """
    What was published.

    pages : their files, the index first. files : tables and figures beside them. left_out : what
    else lies among the pages, and why it was not published. kept : what others had put there and
    was left as it is. months : the earlier ones that can be read. scan : what was looked for.
    """

    folder: Path
    pages: tuple[str, ...]
    files: tuple[str, ...]
    left_out: dict[str, str]
    kept: tuple[str, ...]
    months: tuple[str, ...]
    scan: ScanReport


def put_out(
    reports: Path,
    destination: Path,
    *,
    raw: Mapping[str, Sequence[Path]] | None = None,
    tell: Callable[[str], None] = lambda _: None,
    day: str | None = None,
) -> Published:
    """
    Put the pages of `reports` into `destination`, whole, in place of what was published there.

    `raw` and `tell` are as in `scan.scan`; `day` is today where it is not said. A run that stops
    at any moment leaves what was there. Where `destination` is a link, the folder it leads to is
    meant. Hidden files and `CNAME` in it stay.

    Raises
    ------
    ReportError
        There is no index, a page must not be published, something leads back to a person, somebody
        else builds or publishes there, or the folder holds files that were not published.
    DataError, SourceError
        As in `scan.scan`; or nothing can be written.
    """
    if not (reports / INDEX).is_file():
        raise ReportError(
            f"publish: expected {INDEX} in {reports}, found none. Make the pages: workbench run"
        )
    destination, pages_at = Path(os.path.realpath(destination)), Path(os.path.realpath(reports))
    if destination in (pages_at, *pages_at.parents) or pages_at in destination.parents:
        raise ReportError(
            f"publish: expected a folder outside {reports}, got {destination}. Choose another one."
        )
    with held(reports), replacing(destination) as staging:
        slugs = _reached(reports)
        _refuse([reason for slug in slugs for reason in _reasons(reports, slug)])
        files = _beside(reports, slugs)
        pages = tuple(f"{slug}.html" for slug in slugs)
        _refuse(_broken(reports, slugs, {*pages, *files}))
        for name in (*pages, *files):
            (staging / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(reports / name, staging / name)
        titles = [(f"{slug}.html", _title(reports, slug)) for slug in slugs]
        months = add_archive(staging, destination, titles=titles, day=day or today())
        found = scan(staging, raw=raw, tell=tell)
        _refuse_problems(found)
        kept = keep(staging, destination)
    left_out = _left_out(reports, {*pages, *files})
    return Published(destination, pages, files, left_out, kept, months, found)


def _links(page: Path) -> list[str]:
    """Files of the same folder that a page links to, as paths relative to it."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8", errors="replace"), "html.parser")
    found = []
    for link in soup.find_all("a", href=True):
        address = urlsplit(str(link["href"]))
        if not address.scheme and not address.netloc and address.path:
            found.append(unquote(address.path))
    return list(dict.fromkeys(found))


def _reached(reports: Path) -> list[str]:
    """The pages that can be reached from the index, which is the first."""
    slugs = ["index"]
    for slug in slugs:  # grows while it is gone through
        page = reports / f"{slug}.html"
        for link in _links(page) if page.is_file() else ():
            if link.endswith(".html") and link.removesuffix(".html") not in slugs:
                slugs.append(link.removesuffix(".html"))
    return slugs


def _reasons(reports: Path, slug: str) -> list[str]:
    """Why a page must not be published."""
    name = f"{slug}.html"
    if slug.endswith(".failed"):
        return [f"{name} is what ran of a page that failed"]
    if not (reports / name).is_file():
        return [f"{name} is linked and not there"]
    record = record_of(reports, slug)
    if record is None:
        return [f"{name} was not made by workbench run"]
    failed = (reports / f"{slug}.failed.html").exists()
    if failed or record.get("digest") != page_digest(reports, slug):
        return [f"{name} was not refreshed, or was changed by hand"]
    if slug == "index":
        return []
    if not isinstance(record.get("data"), dict):
        return [f"{name} does not tell which data it used"]
    return [f"{name} {why}" for one, stamp in record["data"].items() if (why := _why(one, stamp))]


def _why(name: str, stamp: Any) -> str:
    """What forbids to publish a page that was made from this data set; empty where nothing does."""
    if not isinstance(stamp, str):
        return ""  # fetched from the web, and nobody's own
    try:
        about = data.open(name).manifest
    except DataError:
        return f"uses {name}, which can no longer be opened"
    if about.get("internal"):
        return f"uses {name}, which is marked as internal"
    if takedown.is_pending(name, about):
        return f"uses {name}, from which somebody listed was not removed yet"
    return "" if about["stamp"] == stamp else f"was made before {name} changed"


def _refuse(reasons: Sequence[str]) -> None:
    if reasons:
        raise ReportError(
            f"publish: expected pages that are up to date and may be shown, got these: "
            f"{_shortened(reasons)}. Say workbench run, or leave such data out with --datasets; "
            "nothing was published."
        )


def _shortened(reasons: Sequence[str]) -> str:
    more = f"; and {len(reasons) - SHOWN:,} more" if len(reasons) > SHOWN else ""
    return "; ".join(reasons[:SHOWN]) + more


def _refuse_problems(found: ScanReport) -> None:
    if found.problems:
        raise ReportError(
            "publish: expected pages that lead back to nobody, got "
            f"{_shortened([problem.line() for problem in found.problems])}. Take it out and run "
            "again, or delete that page of an earlier month; nothing was published."
        )


def _beside(reports: Path, slugs: Sequence[str]) -> tuple[str, ...]:
    """The ledger, and the tables and figures that belong to pages."""
    records = {slug: record_of(reports, slug) or {} for slug in slugs}
    made = [f"{slug}/{name}" for slug, about in records.items() for name in about.get("files", ())]
    ledger = [LEDGER] if LEDGER in _links(reports / INDEX) else []
    return tuple(ledger + [name for name in made if (reports / name).is_file()])


def _broken(reports: Path, slugs: Sequence[str], there: set[str]) -> list[str]:
    """Links that would lead nowhere."""
    return [
        f"{slug}.html links {link}, which is not there"
        for slug in slugs
        for link in _links(reports / f"{slug}.html")
        if link not in there
    ]


def _title(reports: Path, slug: str) -> str:
    return "All results" if slug == "index" else str((record_of(reports, slug) or {})["title"])


def _left_out(reports: Path, published: set[str]) -> dict[str, str]:
    """What lies among the pages and was not published: name -> why; hidden files are not named."""
    folders = {name.partition("/")[0] for name in published}
    left = {}
    for path in sorted(reports.iterdir()):
        if path.name.startswith(".") or path.name in published or path.name in folders:
            continue
        if (path / ".cache").is_dir():
            left[path.name] = "a report of its own"
        elif ".failed" in path.name:
            left[path.name] = "what ran of a page that failed"
        else:
            left[path.name] = "no page links it"
    return left
