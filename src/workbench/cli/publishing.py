"""`workbench publish`: the pages to a folder that others may see, if they lead back to nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.privacy import with_exports

if TYPE_CHECKING:
    from workbench.report.publishing import Published

EXAMPLES = """\b
Examples:
  workbench publish ~/website/community
  workbench publish ~/website/community --raw mine=~/exports/posts.csv
  workbench publish /srv/pages --reports ~/reports-of-march
"""


@click.command(short_help="Put checked pages where others may see them.", epilog=EXAMPLES)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--reports", type=click.Path(path_type=Path), help="The pages to publish; reports/ otherwise."
)
@with_exports
def publish(directory: Path, reports: Path | None, raw: tuple[str, ...]) -> None:
    """Copy the pages that the index leads to into DIR, after a scan finds nothing in them.

    Nothing is published where a page is not up to date, where one uses a data set that was loaded
    as internal, or where the scan finds anything. DIR is replaced whole, so that a stopped run
    leaves what was there; file names stay the same every time. Hidden files and CNAME in DIR stay;
    any other file that was not published there stops it. The last state of each earlier month stays
    readable in DIR/archive.
    """
    from workbench.cli.privacy import raw_paths, tell  # noqa: PLC0415
    from workbench.data.places import reports_folder  # noqa: PLC0415
    from workbench.report.publishing import put_out  # noqa: PLC0415

    folder = (reports or reports_folder()).expanduser().absolute()
    target = directory.expanduser().absolute()
    done = put_out(folder, target, raw=raw_paths(raw), tell=tell)
    click.echo("\n".join(published_lines(done)))


def published_lines(done: Published) -> list[str]:
    """What was published, what was left out and why, what could not be checked."""
    lines = [f"left out: {name} ({why})" for name, why in done.left_out.items()]
    lines += [f"kept as it was, not looked through: {name}" for name in done.kept]
    lines += done.scan.unchecked
    if done.months:
        lines.append(f"Earlier months: {', '.join(done.months)}, in {done.folder / 'archive'}")
    pages = f"{len(done.pages):,} page{'' if len(done.pages) == 1 else 's'}"
    return [*lines, f"Published {pages} and {len(done.files):,} files beside them: {done.folder}"]
