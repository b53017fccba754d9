"""
The command line: thin commands over `data`, `studies` and `report`.

Everything heavy is imported inside a command, because `--help` must answer at once. A known problem
is one line on stderr and exit status 1; a wrong call is status 2.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from workbench.cli import text
from workbench.cli.calibrating import calibrate
from workbench.cli.course import copy, grade, student
from workbench.cli.getting import get
from workbench.cli.loading import load
from workbench.cli.notebooks import Number
from workbench.cli.privacy import scan, takedown
from workbench.cli.profiling import profile
from workbench.cli.publishing import publish
from workbench.cli.simulating import simulate
from workbench.errors import WorkbenchError


class _Commands(click.Group):
    """Lists commands in the order in which a newcomer needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(
    cls=_Commands,
    epilog=text.EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="community-workbench", prog_name="workbench")
def workbench() -> None:
    """From an export of an online community to a report that can be defended."""


@workbench.command(
    short_help="Load the data at hand, run the notebooks, write the pages.",
    epilog=text.RUN_EXAMPLES,
)
@click.option(
    "--study", "studies", type=Number(), multiple=True, help="Only the notebook of that number."
)
@click.option("--datasets", help="Comma list of data sets; all loaded real ones otherwise.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Notebooks run at a time.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="Folder for the pages; reports/ otherwise."
)
@click.option("--force", is_flag=True, help="Run also what has not changed.")
@click.option("--offline", is_flag=True, help="Fetch nothing; so does WORKBENCH_OFFLINE=1.")
def run(
    studies: tuple[str, ...],
    datasets: str | None,
    jobs: int,
    output: Path | None,
    force: bool,
    offline: bool,
) -> None:
    """Load the data that are at hand, run the notebooks, write reports/index.html."""
    from workbench.cli.running import run_all  # noqa: PLC0415

    names = None
    if datasets is not None:
        names = [name.strip() for name in datasets.split(",") if name.strip()]
    if names == []:
        raise click.BadParameter(
            "expected names of data sets, got none. Leave it out for all that are loaded.",
            param_hint="--datasets",
        )
    try:
        run_all(
            studies=studies, datasets=names, jobs=jobs, output=output, force=force, offline=offline
        )  # fmt: skip
    except KeyboardInterrupt:
        said = "stopped; pages that were not finished are unchanged. Run again to go on."
        click.echo(f"workbench: run: {said}", err=True)
        raise SystemExit(130) from None


workbench.add_command(load)
workbench.add_command(profile)
workbench.add_command(simulate)
workbench.add_command(get)


@workbench.command(name="list", epilog=text.LIST_EXAMPLES)
def list_() -> None:
    """What is loaded, what is embedded, what can be fetched."""
    from workbench.cli.listing import listing  # noqa: PLC0415

    click.echo(listing())


@workbench.command(
    short_help="Whether a data set is sound, and what it can answer.", epilog=text.CHECK_EXAMPLES
)
@click.argument("name")
def check(name: str) -> None:
    """Whether a data set is sound: counts, rows set aside, questions it can answer."""
    from workbench.cli.listing import checked  # noqa: PLC0415

    lines, sound = checked(name)
    click.echo(lines)
    if not sound:
        raise SystemExit(1)


@workbench.command(short_help="Delete a loaded data set.", epilog=text.REMOVE_EXAMPLES)
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, yes: bool) -> None:
    """Delete a loaded data set. The key and the record of the first look stay."""
    from workbench import data  # noqa: PLC0415

    if not yes:
        click.confirm(f"Delete the tables of {name}?", abort=True)
    data.remove(name)
    click.echo(f"{name}: removed. The pseudonym key and the record of the first look stay.")


workbench.add_command(takedown)
workbench.add_command(scan)
workbench.add_command(publish)
workbench.add_command(calibrate)


@workbench.command(epilog=text.LAB_EXAMPLES, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTERLAB OPTIONS]...")
def lab(arguments: tuple[str, ...]) -> None:
    """Open the notebooks in JupyterLab.

    Options of JupyterLab are handed on to it.
    """
    from workbench.cli.running import open_lab  # noqa: PLC0415

    open_lab(arguments)


workbench.add_command(copy)
workbench.add_command(student)
workbench.add_command(grade)


@workbench.command(name="doctor", epilog=text.DOCTOR_EXAMPLES)
def doctor_() -> None:
    """Name every problem of this installation, each with its cure."""
    from workbench.cli.doctor import examine  # noqa: PLC0415

    findings = examine()
    for finding in findings:
        click.echo(finding.line())
    if any(finding.problem for finding in findings):
        raise SystemExit(1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; a known problem is one line on stderr and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        workbench(arguments, prog_name="workbench")
    except WorkbenchError as error:
        problem = str(error)
    except ModuleNotFoundError as error:
        if (error.name or "workbench").split(".")[0] == "workbench":
            raise
        problem = (
            f"expected the package {error.name}, found none. Install the workbench again: "
            "pip install -e . (workbench doctor names everything that is missing)"
        )
    else:
        return
    click.echo(f"workbench: {problem}", err=True)
    raise SystemExit(1)
