"""`workbench run`: bring the data up to date, run what has changed, say where to look."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib import metadata, util
from pathlib import Path
from typing import Any

import click

from workbench import data, errors
from workbench.cli.along import fetch_along
from workbench.cli.notebooks import data_of, notebook_folder, notebook_paths, number
from workbench.errors import DataError, ReportError, WorkbenchError
from workbench.report import BuildResult, build, publish
from workbench.report.folder import record_of
from workbench.studies.hypotheses import hashes
from workbench.studies.monitoring import LATER, first_verdicts, look
from workbench.studies.provenance import code_commit, data_rows

PACKAGE = Path(__file__).resolve().parents[1]


def notebooks(studies: Sequence[str] = ()) -> list[Path]:
    """
    The notebooks, in order; those of the given numbers only, if any are given.

    Raises
    ------
    ReportError
        There is no folder of notebooks, or nothing in it.
    """
    there = notebook_paths()
    if not there:
        raise ReportError(
            f"run: expected notebooks in {notebook_folder()}, found none. "
            "Call workbench in a clone of the project, installed with pip install -e ."
        )
    return [path for path in there if not studies or number(path) in studies]


def bring_up_to_date(names: Sequence[str] | None) -> list[str]:
    """
    Load the named data sets that are asked for, and say which data sets to look at.

    Without `names` these are the embedded ones, fetched ones whose files are at hand, and all that
    is loaded. Simulated ones are looked at only where they are named: they decide nothing.
    """
    ready, loaded = data.loadable(), data.names()
    wanted = list(names) if names else ready + [n for n in loaded if n not in ready]
    unknown = [name for name in wanted if name not in loaded and name not in ready]
    if unknown:
        raise _unknown(unknown, [*ready, *loaded])
    left_out = []
    for name in wanted:
        if name in ready:
            data.load(name, hypotheses=hashes(), progress=partial(_tell, name))
            continue
        simulated = data.open(name).manifest["is_simulated"]
        if simulated and not names:
            _tell(name, f"simulated, left out; to see it: workbench run --datasets {name}")
            left_out.append(name)
    return [name for name in wanted if name not in left_out]


def _unknown(unknown: Sequence[str], known: Sequence[str]) -> DataError:
    """What to say of data sets that are neither loaded nor at hand; of fetched ones how to get."""
    fetched = data.downloads()
    absent = [name for name in unknown if name in fetched]
    strange = [name for name in unknown if name not in fetched]
    commands = [fetched[name].get_command for name in absent]
    cure = f"Say: {'; '.join(commands)}" if commands else "See workbench load --help"
    words = "is not known" if absent else "is not loaded"
    said = [f"{', '.join(strange)} {words}"] if strange else []
    said += [f"{', '.join(absent)} is not loaded"] if absent else []
    return DataError(f"run: {', '.join(said)}; there are {', '.join(dict.fromkeys(known))}. {cure}")


def _tell(name: str, what: str) -> None:
    click.echo(f"{name}: {what}", err=True)


def depends_on(names: Sequence[str]) -> dict[str, Any]:
    """What a page depends on beside its notebook: code, data, first looks, versions."""
    passing = {".pyc", ".lock", ".part"}
    sources = sorted(p for p in PACKAGE.rglob("*") if p.is_file() and p.suffix not in passing)
    code = hashlib.sha256()
    for path in sources:
        code.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return {
        "code": code.hexdigest(),
        "data": _stamps(names),
        "first looks": {name: _look(name) for name in names},
        "versions": versions(),
    }


def _look(name: str) -> dict[str, Any] | None:
    """The first look of a data set; its verdicts matter to pages of later looks alone."""
    record = data.first_look(name)
    if record is None or (name in data.names() and look(data.open(name)) == LATER):
        return record
    return {fact: value for fact, value in record.items() if fact != "verdicts"}


def note_verdicts(result: BuildResult, folder: Path, stamps: Mapping[str, Any]) -> None:
    """
    Keep, with the first look of every data set, the verdicts of pages that are up to date.

    `stamps` are those of the data that the pages were made of. Data sets known by name never
    grow, so that nothing needs to be kept of them.
    """
    records = [record_of(folder, page.slug) for page in result.pages if page.status != "failed"]
    findings = [row for record in records if record for row in record.get("findings", ())]
    for name, verdicts in first_verdicts(findings).items():
        if name in data.named() or name not in stamps:
            continue
        about = data.open(name).manifest
        if about["stamp"] == stamps[name]:
            inputs = [file["sha256"] for file in about["inputs"]]
            data.record_verdicts(name, verdicts, inputs=inputs, config=about["config_hash"])


def _stamps(names: Sequence[str]) -> dict[str, Any]:
    """Name -> the stamp of a loaded community, or whether a data set to be fetched is at hand."""
    loaded, fetched = set(data.names()), data.downloads()
    return {
        name: data.open(name).manifest["stamp"]
        if name in loaded
        else name in fetched and data.raw_files(name) is not None
        for name in names
    }


def _own(notebook: Path, parts: dict[str, Any]) -> dict[str, Any]:
    """What a notebook depends on: its own list of data sets, if it has one, in place of all."""
    listed = data_of(notebook)
    return parts if listed is None else {**parts, "data": _stamps(listed)}


@cache
def versions() -> dict[str, str]:
    """Python and every direct dependency, with the version in use."""
    needs = metadata.requires("community-workbench") or []
    names = (re.split(r"[^A-Za-z0-9._-]", need)[0] for need in needs if "extra ==" not in need)
    found = {"python": platform.python_version()}
    for name in sorted(names, key=str.lower):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # needed on other systems only, such as tzdata
    return found


def provenance(names: Sequence[str]) -> list[tuple[str, str]]:
    """What the foot of a page says: code, data with their hashes, versions."""
    used = ", ".join(f"{name} {v}" for name, v in versions().items())
    return [("Code", code_commit()), *data_rows(names), ("Versions", used)]


def _foot(notebook: Path, names: Sequence[str]) -> list[tuple[str, str]]:
    """The foot of one page: of its own list of data sets, if it has one."""
    listed = data_of(notebook)
    return provenance(names if listed is None else listed)


def _load_listed(chosen: Sequence[Path]) -> None:
    """Load the embedded data sets that notebooks list, so that their feet can name them."""
    listed = {name for path in chosen for name in data_of(path) or ()}
    needed = [name for name in data.catalogue() if name in listed]
    if needed:
        bring_up_to_date(needed)


def run_all(
    *,
    studies: Sequence[str],
    datasets: Sequence[str] | None,
    jobs: int,
    output: Path | None,
    force: bool,
    offline: bool = False,
) -> None:
    """
    Make the pages that are not up to date, then the ledger and the index.

    Raises
    ------
    ReportError
        A notebook failed; the pages of the others are there, and so is its last good page.
    """
    chosen = notebooks(studies)
    if datasets is None:
        fetch_along(offline=offline)
    names = bring_up_to_date(datasets)
    _load_listed(chosen)
    folder = (output or data.reports_folder()).expanduser().absolute()
    parts, foot = depends_on(names), provenance(names)
    environment = {"WORKBENCH_DATA": str(data.data_folder())}
    result = build(
        chosen, output=folder, datasets=names, environment=environment,
        key_parts=lambda path: _own(path, parts), provenance=lambda path: _foot(path, names),
        jobs=jobs, force=force, progress=_progress(),
    )  # fmt: skip
    try:
        publish(notebooks(), output=folder, provenance=foot, key_parts=parts)
    except WorkbenchError:
        for line in failures(result, folder):
            click.echo(f"workbench: {line}", err=True)
        raise
    note_verdicts(result, folder, parts["data"])
    report(result, folder)


def _progress() -> Any:
    """Progress lines, made when the first page is due: tqdm is not needed for unchanged pages."""
    from workbench.report.progress import ProgressLines  # noqa: PLC0415

    return ProgressLines()


def report(result: BuildResult, folder: Path) -> None:
    """Say what was made and where to open it."""
    counts = {
        status: sum(page.status == status for page in result.pages)
        for status in ("built", "unchanged", "failed")
    }
    said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    click.echo(f"Pages: {said}. Open {folder / 'index.html'}")
    lines = failures(result, folder)
    for line in lines[1:]:
        click.echo(f"workbench: {line}", err=True)
    if lines:
        raise ReportError(lines[0])


def failures(result: BuildResult, folder: Path) -> list[str]:
    """One line a failed page; a known problem says by itself what to do."""
    lines = []
    for page in result.failed:
        said = f"{(page.error or page.slug).rstrip('.')}."
        cure = "; mend the notebook and run again." if _of_code(said) else "."
        place = folder / f"{page.slug}.failed.html"
        lines.append(f"{said} What it had reached is in {place}{cure}")
    return lines


def _of_code(error: str) -> bool:
    """Whether a page failed by an error that is none of the workbench's own."""
    stopped = re.search(r" stopped with (\w+)", error)
    kind = getattr(errors, stopped[1], None) if stopped else WorkbenchError
    return not (isinstance(kind, type) and issubclass(kind, WorkbenchError))


def open_lab(arguments: Sequence[str] = ()) -> None:
    """
    Start JupyterLab in the folder of notebooks, with this interpreter and its own options.

    Raises
    ------
    ReportError
        JupyterLab is not installed.
    """
    if util.find_spec("jupyterlab") is None:
        raise ReportError(
            "lab: expected JupyterLab, found none. Say make lab, or pip install -e '.[lab]'."
        )
    folder = notebooks()[0].parent
    variables = {**os.environ, "WORKBENCH_DATA": str(data.data_folder())}
    command = [sys.executable, "-m", "jupyterlab", str(folder), *arguments]
    done = subprocess.run(command, env=variables, check=False)
    raise SystemExit(done.returncode)
