"""Make one page: run its notebook, render it, check it, put it in place, or say why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from workbench.data.manifest import today
from workbench.errors import ReportError
from workbench.report.collect import Collected, about, collect
from workbench.report.exporter import WorkbenchExporter
from workbench.report.folder import (
    drop_page,
    page_digest,
    put_page,
    put_record,
    record_of,
    write_whole,
)
from workbench.report.page import shell, with_banner
from workbench.report.privacy import check_page, check_text, require_nobody
from workbench.report.run import Kernels, execute


@dataclass(frozen=True)
class Job:
    """
    One page to make: its notebook, the key of all it depends on, how it says it was made, the names
    of the pages `previous` and `next`, those of linked notebooks that have no page (`absent`), the
    address of the index page (`home`), and the data sets that it uses with their stamps (`data`).
    """

    notebook: Path
    key: str
    output: Path
    environment: Mapping[str, str]
    provenance: Sequence[tuple[str, str]]
    neighbours: Mapping[str, str]
    absent: Sequence[str] = ()
    home: str = "index.html"
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The page's name: the notebook's, without its ending."""
        return self.notebook.stem


def make(job: Job, *, kernels: Kernels, on_cell: Callable[[int, int], None]) -> str | None:
    """
    Make the page; None when it was made, else one line that says what stopped it.

    When it was not made the last good page stays with a dated banner, and what ran is in
    `<slug>.failed.html` beside it. An interrupted run leaves everything as it was.
    """
    partial: NotebookNode | None = None
    try:
        run = execute(job.notebook, environment=job.environment, kernels=kernels, on_cell=on_cell)
        partial = run.notebook
        problem = run.problem
        if problem is None:
            _publish(job, run.notebook)
    except ReportError as error:
        problem, partial = str(error), None
    if problem is not None and not kernels.stopped.is_set():
        _put_failed(job, problem, partial)
        _keep_last(job)
    return problem


def _publish(job: Job, notebook: NotebookNode) -> None:
    page, found = _render(notebook, job, slug=job.slug, banner=None)
    put_page(job.output, job.slug, page, found.files)
    shown = about(notebook, slug=job.slug)
    record = {
        "key": job.key,
        "digest": page_digest(job.output, job.slug),
        "built": today(),
        "title": shown.title,
        "minutes": shown.minutes,
        "part": shown.part,
        "data": dict(job.data),
        "files": sorted(found.files),
        "findings": found.findings,
    }
    drop_page(job.output, f"{job.slug}.failed")
    put_record(job.output, job.slug, record)


def _render(
    notebook: NotebookNode, job: Job, *, slug: str, banner: str | None
) -> tuple[str, Collected]:
    """The page and what it holds, after the check that it leads back to nobody."""
    found = collect(notebook, page=slug)
    resources = {
        "metadata": {"name": slug},
        "workbench": {
            "provenance": list(job.provenance),
            "banner": banner,
            "page": slug,
            "neighbours": job.neighbours,
            "absent": job.absent,
            "home": job.home,
        },
    }
    page, _ = WorkbenchExporter().from_notebook_node(notebook, resources)
    problems = check_page(page)
    for name, content in found.files.items():
        if name.endswith(".csv"):
            problems += [f"{kind} in {name}" for kind in check_text(content.decode("utf-8"))]
    require_nobody(problems, where=slug)
    return page, found


def _keep_last(job: Job) -> None:
    """Put a dated banner on the last good page; where there is none, nothing."""
    record = record_of(job.output, job.slug)
    place = job.output / f"{job.slug}.html"
    if record is None or not place.exists():
        return
    banner = (
        f"Not refreshed since {record['built']}: building this page again on {today()} failed. "
        f"What ran is in {job.slug}.failed.html."
    )
    page = with_banner(place.read_text(encoding="utf-8"), banner)
    write_whole(place, page.encode("utf-8"))


def _put_failed(job: Job, problem: str, partial: NotebookNode | None) -> None:
    """Show what ran beside the last good page; where even that cannot be shown, the reason only."""
    slug = f"{job.slug}.failed"
    banner = f"This page is not complete ({today()}). {problem}"
    try:
        if partial is None:
            raise ReportError(problem)
        page, found = _render(partial, job, slug=slug, banner=banner)
        files = found.files
    except ReportError:
        body = f"<h1>{escape(job.slug)}</h1><p>{escape(problem)}</p>"
        page, files = shell(title=job.slug, main_html=body, banner=banner), {}
    put_page(job.output, slug, page, files)
