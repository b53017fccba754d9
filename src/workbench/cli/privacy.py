"""`workbench takedown` and `workbench scan`: who is to go, and whether pages lead to anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.profiling import PAGE as PROFILE_PAGE
from workbench.cli.profiling import SUMMARY
from workbench.errors import DataError

if TYPE_CHECKING:
    from workbench.data.takedown import TakedownReport
    from workbench.report.scan import ScanReport

KINDS = ("account", "post")

TAKEDOWN_EXAMPLES = """\b
Examples:
  workbench takedown mine --account 4711 --account 4712
  workbench takedown mine --post 90210
  workbench takedown mine --file asked-to-go.txt     lines such as account,4711 or post,90210
  workbench takedown mine --list                     how many are listed, and since when
  workbench run                                      the studies' pages anew, without them
  workbench profile mine                             its own page anew, with its summary.md
"""

SCAN_EXAMPLES = """\b
Examples:
  workbench scan                                     the pages in reports/
  workbench scan ~/to-be-sent --raw mine=~/exports/posts.csv
Ends with status 1 where anything is found.
"""


@click.command(
    short_help="Remove somebody's rows, now and at every load.", epilog=TAKEDOWN_EXAMPLES
)
@click.argument("name")
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="ID",
    help="An account whose posts, ratings and row are to go, as the export writes its id.",
)
@click.option(
    "--post",
    "posts",
    multiple=True,
    metavar="ID",
    help="A post that is to go, with its ratings and tags; replies to it stay.",
)
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Many ids, one a line: account,ID or post,ID.",
)
@click.option(
    "--before-load", is_flag=True, help="List also for a NAME under which nothing was ever loaded."
)
@click.option("--list", "listing", is_flag=True, help="Say how many are listed; change nothing.")
def takedown(
    name: str,
    accounts: tuple[str, ...],
    posts: tuple[str, ...],
    file: Path | None,
    before_load: bool,
    listing: bool,
) -> None:
    """Remove rows of people or posts from the data set NAME, now and at every later load.

    ID is what the export writes for the account, often a number or a code and not the name on the
    screen: docs/platforms.md says where it stands. A name that is no id removes nobody.

    The ids are not kept: data/private/takedown/NAME.csv holds keyed hashes of them. The stored
    tables are rewritten at once, without the export. An id that is in no stored row is listed all
    the same, because a later export may have it. Without ids, what is listed already is removed.
    """
    if listing:
        if accounts or posts or file:
            raise click.UsageError("--list changes nothing: leave the ids out, or leave it out.")
        click.echo("\n".join(listed_lines(name)))
        return
    from workbench.data.places import reports_folder  # noqa: PLC0415
    from workbench.data.takedown import take_down  # noqa: PLC0415
    from workbench.report.folder import pages_using  # noqa: PLC0415

    given = {"account": list(accounts), "post": list(posts)}
    for kind, one in _from_file(file) if file else ():
        given[kind].append(one)
    done = take_down(name, accounts=given["account"], posts=given["post"], before_load=before_load)
    reports = reports_folder()
    click.echo("\n".join(done_lines(done, pages_using(reports, name), reports)))


def _from_file(path: Path) -> Iterator[tuple[str, str]]:
    """Kind and id of every line; a line that is neither is named by its number, never shown."""
    try:
        lines = path.expanduser().read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise DataError(
            f"takedown: --file: expected a text file in UTF-8 at {path}, got none that can be "
            "read. Mend the path or the file."
        ) from None
    for number, line in enumerate(lines, 1):
        kind, comma, one = (part.strip() for part in line.partition(","))
        if not line.strip():
            continue
        if kind not in KINDS or not comma or not one:
            raise DataError(
                f"takedown: --file {path.name}: expected account,ID or post,ID, got something else "
                f"in line {number}. Mend the line; nothing was listed."
            )
        yield kind, one


def listed_lines(name: str) -> list[str]:
    """How many accounts and posts are listed, by the day they were."""
    from collections import Counter  # noqa: PLC0415

    from workbench.data.takedown import entries  # noqa: PLC0415

    found = entries(name)
    if not found:
        return [f"{name}: nobody is listed."]
    days = Counter((entry.date, entry.kind) for entry in found)
    said = [f"  {day}: {_some(count, kind)}" for (day, kind), count in sorted(days.items())]
    return [f"{name}: listed, by day", *said]


def _some(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def done_lines(done: TakedownReport, pages: Sequence[str], reports: Path) -> list[str]:
    """What a takedown did, in plain words; `pages` below `reports` still count what left."""
    listed = " and ".join(_some(done.listed[kind], kind) for kind in KINDS)
    lines = [f"{done.name}: {listed} listed, {done.added:,} of them new."]
    if not done.loaded:
        return [*lines, f"{done.name} is not loaded now; they are left out when it is."]
    gone = {table: count for table, count in done.removed.items() if count}
    if not gone:
        lines.insert(0, f"NOBODY WAS REMOVED: no stored row of {done.name} has {_ids(done)}.")
    if done.unknown:
        lines.append(
            f"In no stored row so far: {done.unknown:,} of the new ones. They stay listed, because "
            "a later export may have them. An id is what the export writes, often not the name on "
            "the screen: docs/platforms.md says where it stands."
        )
    if gone:
        said = ", ".join(f"{table} {count:,}" for table, count in gone.items())
        lines += [f"Rows removed: {said}.", *_refreshing(done.name, pages, reports)]
    return lines


def _ids(done: TakedownReport) -> str:
    if not done.added:
        return "an id that is listed"
    return "this id" if done.added == 1 else "these ids"


def _refreshing(name: str, pages: Sequence[str], reports: Path) -> list[str]:
    """Which files still hold numbers with rows that left, and the commands that make them anew."""
    still = "still hold numbers that include these rows"
    if not pages:
        return [f"No page of {name} is in the reports folder; pages kept elsewhere {still}."]
    commands: dict[str, None] = {}
    files = []
    for page in pages:
        folder, _, file = page.rpartition("/")
        files.append(page)
        if file == f"{PROFILE_PAGE}.html":
            files.append(f"{folder}/{SUMMARY}")
            elsewhere = "" if folder == f"profile-{name}" else f" --output {reports / folder}"
            commands[f"workbench profile {name}{elsewhere}"] = None
        elif not folder:
            commands["workbench run"] = None
    lines = [f"Pages made before {still}: {', '.join(files)}."]
    return [*lines, f"Make them anew: {' and '.join(commands)}."] if commands else lines


with_exports = click.option(
    "--raw",
    "raw",
    multiple=True,
    metavar="NAME=PATH",
    help="Where the export of a data set lies, if not in the folder of raw files. May be repeated.",
)


@click.command(short_help="Whether pages lead back to anybody.", epilog=SCAN_EXAMPLES)
@click.argument("reports", required=False, type=click.Path(path_type=Path))
@with_exports
def scan(reports: Path | None, raw: tuple[str, ...]) -> None:
    """Look through REPORTS (else reports/) for what leads back to a person.

    In names of files, in pages with their source, tables, texts, notebooks and the metadata of
    pictures: e-mail addresses, @handles, links to posts and profiles, keys and tokens. Where the
    export of a data set is at hand, also eight words in a row of what somebody wrote, and names of
    accounts. What is found is named by file, kind and place, never shown.
    """
    from workbench.data.places import reports_folder  # noqa: PLC0415
    from workbench.report.scan import scan as look_through  # noqa: PLC0415

    folder = (reports or reports_folder()).expanduser().absolute()
    report = look_through(folder, raw=raw_paths(raw), tell=tell)
    click.echo("\n".join(scan_lines(report, folder)))
    if report.problems:
        raise SystemExit(1)


def tell(what: str) -> None:
    """Say on stderr how far something is."""
    click.echo(what, err=True)


def raw_paths(given: Sequence[str]) -> dict[str, list[Path]]:
    """Paths by name of data set, as they are typed: NAME=PATH."""
    paths: dict[str, list[Path]] = {}
    for one in given:
        name, equals, path = one.partition("=")
        if not equals or not name.strip() or not path.strip():
            raise click.BadParameter(
                f"expected NAME=PATH, got {one!r}. Name a loaded data set and its export.",
                param_hint="--raw",
            )
        paths.setdefault(name.strip(), []).append(Path(path.strip()).expanduser().absolute())
    return paths


def scan_lines(report: ScanReport, folder: Path) -> list[str]:
    """One line a file with problems, what could not be checked, and how much was looked through."""
    by_file: dict[str, list[str]] = {}
    for one in report.problems:
        by_file.setdefault(one.file, []).append(f"{one.kind} {one.place}")
    lines = [f"{file}: {'; '.join(found)}" for file, found in by_file.items()]
    lines += report.unchecked
    lines += [
        f"names of {name}: {_some(count, 'name')} on the pages not looked for, because the "
        "workbench itself says the same words"
        for name, count in report.common.items()
        if count
    ]
    lines += [f"{file}: not looked at, because of its kind" for file in report.others]
    others = f"; {_some(len(report.others), 'file')} not" if report.others else ""
    found = f"something in {_some(len(by_file), 'file')}" if by_file else "nothing"
    return [
        *lines,
        f"Looked through {_some(report.files, 'file')} in {folder}{others}. Found {found}.",
    ]
