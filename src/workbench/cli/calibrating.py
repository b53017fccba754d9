"""`workbench calibrate`: try every method on simulated data whose truth is known."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import text

if TYPE_CHECKING:
    from workbench.studies.calibration.table import Table

REPLICATES = 400


@click.command(
    short_help="Try every method where the truth is known.", epilog=text.CALIBRATE_EXAMPLES
)
@click.option(
    "--replicates",
    type=click.IntRange(min=40),
    default=REPLICATES,
    show_default=True,
    help="Simulated data sets for each world; four times as many where a band is missed.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="all cores",
    help="Processes at a time.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of the table; that of the package otherwise, which the pages read.",
)
def calibrate(replicates: int, jobs: int, output: Path | None) -> None:
    """Simulate again and again, and keep how often each method found the truth.

    About half an hour on two cores. What was finished for this code is not run again, so that a run
    that was cut off goes on where it was. Pages read the table; one made for other code forbids
    *supported*.
    """
    from tqdm import tqdm  # noqa: PLC0415

    from workbench.studies.calibration.running import calibrate as run  # noqa: PLC0415

    with tqdm(unit=" data sets", delay=2) as bar:

        def told(name: str, done: int, total: int) -> None:
            if bar.desc != f"{name}: " or bar.total != total:
                bar.reset(total)
                bar.set_description(name)
            bar.update(done - bar.n)

        table = run(replicates=replicates, jobs=jobs, path=output, told=told)
    click.echo("\n".join(summary(table)))


def summary(table: Table) -> list[str]:
    """How many rows pass, and one line for each that does not."""
    judged = [row for row in table.rows if row.passed is not None]
    failed = [row for row in judged if not row.passed]
    first = f"{len(judged)} rows are judged, {len(failed)} of them fail."
    return [first, *(f"  {row.experiment}: {row.key}: {'; '.join(row.judged.faults)}"
                     for row in failed)]  # fmt: skip
