"""`workbench profile`: a community on one page, before any hypothesis."""

from __future__ import annotations

import csv
from pathlib import Path

import click

from workbench.errors import ReportError

PAGE = "community"
SUMMARY = "summary.md"

EXAMPLES = """\b
Examples:
  workbench profile mine
  workbench profile mine --hours 8:30-16:30 --days sun-thu --timezone Asia/Riyadh
  workbench profile college-messages --output ~/profile-of-march
The page is reports/profile-NAME/community.html; beside it every figure and table as a file, and
summary.md, a dozen lines to paste into a mail.
"""


@click.command(short_help="A community on one page: waits, newcomers, load.", epilog=EXAMPLES)
@click.argument("name")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Folder for the page; reports/profile-NAME otherwise.",
)
@click.option(
    "--hours",
    help="Working hours on the clock on the wall, such as 8:30-16:30; 9-17 otherwise.",
)
@click.option(
    "--days",
    help="Working days, such as sun-thu or mon,wed; mon-fri otherwise.",
)
@click.option(
    "--timezone",
    help="Clock on the wall, such as Europe/Rome; the data set's own otherwise.",
)
@click.option("--force", is_flag=True, help="Make the page also if nothing has changed.")
def profile(
    name: str,
    output: Path | None,
    hours: str | None,
    days: str | None,
    timezone: str | None,
    force: bool,
) -> None:
    """Describe the community NAME on one page, before any hypothesis.

    Three answers stand on top: how many threads stay unanswered, with silence kept as still
    waiting; how many newcomers come back; how much arrives for one person, and who replies. Below
    them: month by month, by channel and tag, by hour of the week, members and staff, the clock on
    the wall and working hours, what the record cannot show, and a report on the data. It tells of
    nobody: counts of fewer than ten people are not shown.

    A data set that comes with the workbench is loaded first where it is not.
    """
    from workbench import data  # noqa: PLC0415
    from workbench.sources._times import known_zone  # noqa: PLC0415
    from workbench.studies.profile.parts import DAYS, HOURS, ZONE  # noqa: PLC0415
    from workbench.studies.profile.working import working_hours  # noqa: PLC0415

    working_hours(hours, days)
    if timezone is not None:
        known_zone(timezone, where="profile: --timezone")
    options = {HOURS: hours, DAYS: days, ZONE: timezone}
    chosen = {variable: value or "" for variable, value in options.items()}
    folder = (output or data.reports_folder() / f"profile-{name}").expanduser().absolute()
    try:
        made = make(name, folder=folder, environment=chosen, force=force)
    except KeyboardInterrupt:
        click.echo("workbench: profile: stopped; the page is as it was. Run again.", err=True)
        raise SystemExit(130) from None
    click.echo(f"Page: {made}. Open {folder / f'{PAGE}.html'}")
    click.echo(f"To paste into a mail: {folder / SUMMARY}")


def make(name: str, *, folder: Path, environment: dict[str, str], force: bool) -> str:
    """
    Make the page of a data set and its summary; says whether it was `built` or is `unchanged`.

    Raises
    ------
    DataError
        The data set is neither loaded nor embedded.
    ReportError
        There is no notebook, or it failed; the last good page and summary stay.
    """
    from workbench import data  # noqa: PLC0415
    from workbench.cli import running  # noqa: PLC0415
    from workbench.report import build  # noqa: PLC0415
    from workbench.report.progress import ProgressLines  # noqa: PLC0415
    from workbench.studies.communities import open_all  # noqa: PLC0415

    notebook = _notebook()
    if name not in {*data.names(), *data.catalogue()}:
        open_all([name])  # says which names there are
    running.bring_up_to_date([name])
    home = "../index.html" if (folder.parent / "index.html").is_file() else ""
    result = build(
        [notebook], output=folder, datasets=[name],
        environment={"WORKBENCH_DATA": str(data.data_folder()), **environment},
        key_parts=running.depends_on([name]), provenance=running.provenance([name]),
        jobs=1, force=force, progress=ProgressLines(), home=home,
    )  # fmt: skip
    lines = running.failures(result, folder)
    if lines:
        raise ReportError(lines[0])
    _write_summary(folder)
    return result.pages[0].status


def _notebook() -> Path:
    from workbench.cli.notebooks import notebook_folder  # noqa: PLC0415

    path = notebook_folder() / "profile" / f"{PAGE}.ipynb"
    if not path.is_file():
        raise ReportError(
            f"profile: expected the notebook {path}, found none. "
            "Call workbench in a clone of the project, installed with pip install -e ."
        )
    return path


def _write_summary(folder: Path) -> None:
    """Write the dozen lines from the tables beside the page, whole or not at all."""
    from workbench.report.folder import write_whole  # noqa: PLC0415
    from workbench.studies.profile import mail  # noqa: PLC0415

    answers, limits = (_rows(folder / PAGE / f"{name}.csv") for name in ("summary", "cannot-show"))
    write_whole(folder / SUMMARY, mail(answers, limits).encode("utf-8"))


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
