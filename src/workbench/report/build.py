"""
Build report pages from notebooks: skip what has not changed, run the rest, keep the last good page.

This file stays cheap to import: deciding that nothing changed must not load what runs notebooks.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from workbench.errors import ReportError
from workbench.report.folder import (
    held,
    is_current,
    record_of,
)

if TYPE_CHECKING:
    from workbench.report.pages import Job
    from workbench.report.run import Kernels

RESERVED = ("index", "ledger", "checks", "glossary")
KEY_FORMAT = 2
# A link to a notebook of the same folder, as it is written in Markdown.
_LINK = re.compile(rb"\]\(([\w-]+)\.ipynb")

Depends = Mapping[str, Any] | Callable[[Path], Mapping[str, Any]]
Provenance = Sequence[tuple[str, str]] | Callable[[Path], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class PageResult:
    """How one page fared; `seconds` on the clock, `error` one line where the status is failed."""

    slug: str
    status: Literal["built", "unchanged", "failed"]
    seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True)
class BuildResult:
    """How all pages fared, in the order they were asked for."""

    pages: tuple[PageResult, ...]

    @property
    def failed(self) -> tuple[PageResult, ...]:
        """The pages that were not made; a command ends with status 1 where there are any."""
        return tuple(page for page in self.pages if page.status == "failed")


class Progress(Protocol):
    """Told from several threads how far the notebooks are."""

    def cell(self, slug: str, number: int, total: int) -> None:
        """Code cell `number` of `total` begins."""

    def done(self, result: PageResult) -> None:
        """The page is made, or has failed."""


def build(
    notebooks: Sequence[Path],
    *,
    output: Path,
    datasets: Sequence[str],
    environment: Mapping[str, str],
    key_parts: Depends,
    provenance: Provenance = (),
    jobs: int = 2,
    force: bool = False,
    progress: Progress | None = None,
    home: str = "index.html",
) -> BuildResult:
    """
    Make a page in `output` for each notebook whose page is not up to date.

    Parameters
    ----------
    datasets : names of the loaded communities; notebooks read them from `WORKBENCH_DATASETS`.
    environment : more variables for the kernels, such as an absolute `WORKBENCH_DATA`.
    key_parts : what a page depends on beside its notebook, as JSON values: hashes of the package's
        files, manifests of the data, versions. One mapping, or one a notebook. What stands under
        `data` (name -> stamp) is kept with the page as the data sets that it used.
    provenance : (label, value) pairs for the foot of a page; one list, or one a notebook.
    jobs : notebooks run at a time. force : build also what has not changed.
    home : the address of the index page, as the pages link it; an empty one makes no link.

    Returns
    -------
    BuildResult. A failed notebook is a result, not an exception: the others still run, and its last
    good page stays.

    Raises
    ------
    ReportError
        Another build is at work in `output`, nothing can be written there, a notebook is missing,
        or two have one name.
    """
    paths = [path.absolute() for path in notebooks]
    _check_names(paths)
    asked = {"datasets": list(datasets), "environment": dict(environment), "home": home}
    with held(output):
        making = {path.stem for path in paths}
        absent = {path: without_page(path, output=output, making=making) for path in paths}
        near = {path: neighbours(path, absent=absent[path]) for path in paths}
        links = {path: {"near": near[path], "absent": absent[path]} for path in paths}
        parts = {path: _of(key_parts, path) for path in paths}
        keys = {
            path: page_key(path, {"parts": parts[path], **links[path], **asked}) for path in paths
        }
        due = [p for p in paths if force or not is_current(output, p.stem, key=keys[p])]
        made: dict[str, PageResult] = {}
        if due:
            # Loads Jupyter: seconds that an unchanged report need not cost.
            from workbench.report.pages import Job  # noqa: PLC0415
            from workbench.report.run import kernel_environment  # noqa: PLC0415

            profile = output.absolute() / ".building" / "profile"
            profile.mkdir()
            variables = kernel_environment(datasets, environment, profile=profile)
            todo = [
                Job(p, keys[p], output, variables, tuple(_of(provenance, p)), near[p], absent[p],
                    home, parts[p].get("data", {}))
                for p in due
            ]  # fmt: skip
            made = {result.slug: result for result in _run_all(todo, jobs, progress)}
    return BuildResult(
        tuple(made.get(path.stem, PageResult(path.stem, "unchanged")) for path in paths)
    )


def _of(given: Any, path: Path) -> Any:
    return given(path) if callable(given) else given


def _check_names(paths: Sequence[Path]) -> None:
    for path in paths:
        if not path.is_file():
            raise ReportError(f"{path.name}: expected a notebook, found none. Check its name.")
        if path.stem.lower() in RESERVED:
            raise ReportError(
                f"{path.name}: expected another name, {path.stem} is a page of the report itself. "
                "Rename the notebook."
            )
    names = [path.stem.lower() for path in paths]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ReportError(
            f"notebooks: expected one of each name, got {', '.join(twice)} twice. Rename one."
        )


def neighbours(notebook: Path, *, absent: Sequence[str] = ()) -> dict[str, str]:
    """
    Names of the notebooks before (`previous`) and after (`next`) this one in its folder.

    Not among those that are built: a page is the same whether it is made alone or with the others,
    except for those that have no page at all (`absent`).
    """
    names = sorted(path.stem for path in notebook.parent.glob("*.ipynb"))
    place = names.index(notebook.stem)
    around = {
        "previous": names[place - 1] if place else "",
        "next": names[place + 1] if place + 1 < len(names) else "",
    }
    return {side: name for side, name in around.items() if name and name not in absent}


def without_page(notebook: Path, *, output: Path, making: Collection[str]) -> tuple[str, ...]:
    """
    Names of the notebooks that this one links to, or stands beside, and that have no page.

    A page is there if it lies in `output` or is among those that are `making`.
    """
    named = {name.decode() for name in _LINK.findall(notebook.read_bytes())}
    named |= set(neighbours(notebook).values())
    return tuple(
        sorted(n for n in named if n not in making and not (output / f"{n}.html").is_file())
    )


def page_key(notebook: Path, parts: Mapping[str, Any]) -> str:
    """sha256 over the notebook's bytes and a mapping of JSON values, whatever its order."""
    text = json.dumps({"format": KEY_FORMAT, **parts}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8") + b"\0" + notebook.read_bytes()).hexdigest()


def _run_all(todo: Sequence[Job], jobs: int, progress: Progress | None) -> list[PageResult]:
    """Make the pages, `jobs` at a time; an interrupt ends the kernels before it goes on."""
    from workbench.report.run import Kernels  # noqa: PLC0415

    kernels = Kernels()
    with ThreadPoolExecutor(max(1, jobs), thread_name_prefix="page") as pool:
        futures = [pool.submit(_make, job, kernels, progress) for job in todo]
        try:
            _wait(futures)
        except BaseException:
            for future in futures:
                future.cancel()
            while any(future.running() for future in futures):
                kernels.stop()
                wait(futures, timeout=0.2)
            raise
    return [future.result() for future in futures]


def _wait(futures: Sequence[Future[PageResult]]) -> None:
    """Wait in short steps: on Windows a single long wait does not hear an interrupt."""
    while wait(futures, timeout=0.5).not_done:
        continue


def _make(job: Job, kernels: Kernels, progress: Progress | None) -> PageResult:
    from workbench.report.pages import make  # noqa: PLC0415

    begun = time.monotonic()
    on_cell = partial(progress.cell, job.slug) if progress else lambda *_: None
    error = make(job, kernels=kernels, on_cell=on_cell)
    status: Literal["built", "failed"] = "failed" if error else "built"
    result = PageResult(job.slug, status, time.monotonic() - begun, error)
    if progress:
        progress.done(result)
    return result


def publish(
    notebooks: Sequence[Path],
    *,
    output: Path,
    provenance: Sequence[tuple[str, str]] = (),
    key_parts: Mapping[str, Any] | None = None,
) -> None:
    """
    Write `ledger.csv`, `index.html`, `checks.html` and `glossary.html` whole from the pages.

    Nothing is run. Pages of other notebooks that lie in `output` are left out, so that a removed
    notebook leaves no result behind. `key_parts` is what the index depends on beside the pages.

    Raises
    ------
    ReportError
        Two pages disagree about one finding, the index would lead back to a person, another build
        is at work, or nothing can be written.
    """
    slugs = [path.stem for path in notebooks]
    with held(output):
        known = {slug: record_of(output, slug) for slug in slugs}
        failed = [slug for slug in slugs if (output / f"{slug}.failed.html").exists()]
        state = {"pages": known, "order": slugs, "failed": failed, "parts": key_parts or {}}
        text = json.dumps([KEY_FORMAT, state, list(provenance)], sort_keys=True)
        key = hashlib.sha256(text.encode("utf-8")).hexdigest()
        made = ("index", "checks", "glossary")
        current = all(is_current(output, name, key=key) for name in made)
        if current and (output / "ledger.csv").is_file():
            return
        # Loads pandas and matplotlib, which an unchanged report need not.
        from workbench.report.front import write_front  # noqa: PLC0415

        write_front(output, known, failed=failed, provenance=provenance, key=key)
