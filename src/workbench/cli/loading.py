"""`workbench load`: one subcommand a source, made from the choices that the source declares."""

from __future__ import annotations

import ast
import pkgutil
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import text

THREAD_IDS = {"post": "post ids", "topic": "topic numbers"}
PLACEHOLDER = "author_called"  # in the notes of `data.placeholders`

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.data import LoadReport
    from workbench.sources import Option, Source


@cache
def _readers() -> dict[str, str]:
    """Name and first line of every reader, read from its file, because importing takes long."""
    folder = Path(str(resources.files("workbench"))) / "sources"
    names = (m.name for m in pkgutil.iter_modules([str(folder)]) if not m.name.startswith("_"))
    said = {}
    for name in names:
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        lines = (ast.get_docstring(tree) or "").splitlines()
        said[name] = lines[0] if lines else ""
    return said


def _embedded() -> list[str]:
    from workbench.data import catalogue  # noqa: PLC0415

    return list(catalogue())


class _Sources(click.Group):
    """One command a source, and one a data set of the catalogue; nothing is listed by hand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_readers())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _readers():
            return _reader_command(cmd_name)
        embedded = _embedded()
        if cmd_name in embedded:
            return _catalogue_command(cmd_name)
        raise click.UsageError(
            f"load: expected a source ({', '.join(_readers())}) or a data set that comes with the "
            f"workbench ({', '.join(embedded)}), got {cmd_name!r}. Choose one of these.",
            ctx,
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Sources"):
            formatter.write_dl(list(_readers().items()))


@click.group(cls=_Sources, epilog=text.LOAD_EXAMPLES, subcommand_metavar="SOURCE PATH [OPTIONS]...")
def load() -> None:
    """Read an export, hide names, clean it, store it under a name."""


def _reader_command(name: str) -> click.Command:
    source: Source = import_module(f"workbench.sources.{name}").SOURCE
    params: list[click.Parameter] = [
        click.Argument(["path"], type=click.Path(path_type=Path)),
        click.Option(
            ["--name"], required=True, help="What to call the data set, such as my-forum."
        ),
        click.Option(["--force"], is_flag=True, help="Read again even if nothing changed."),
        *(_parameter(option) for option in source.options),
    ]

    def call(path: Path, **given: Any) -> None:
        called, force = given.pop("name"), given.pop("force")
        chosen = {
            option.name: _value(option, given[option.name])
            for option in source.options
            if given[option.name] is not None
        }
        if any(option.name == "title" for option in source.options):
            chosen.setdefault("title", called)  # a file is often called posts or export
        _load(called, path=path, source=source.name, options=chosen, force=force)

    about = (import_module(f"workbench.sources.{name}").__doc__ or "").strip()
    mapped = any(option.kind == "pairs" for option in source.options)
    return click.Command(
        name, params=params, callback=call, help=about, short_help=source.help,
        epilog=text.TABLE_EXAMPLES if mapped else text.reader_example(name),
    )  # fmt: skip


def _catalogue_command(name: str) -> click.Command:
    """Load a data set of the catalogue by its name."""

    def call(force: bool) -> None:
        _load(name, force=force)

    force = click.Option(["--force"], is_flag=True, help="Read again even if nothing changed.")
    return click.Command(
        name, params=[force], callback=call, help=f"Load {name}, which comes with the workbench.",
        epilog=text.embedded_example(name),
    )  # fmt: skip


def _parameter(option: Option) -> click.Option:
    """A source's choice as an option of the command line."""
    if option.kind == "switch":
        yes, no = option.switch
        return click.Option([option.name, f"--{yes}/--{no}"], default=None, help=option.meaning)
    shape = {"pairs": "NAME=COLUMN,...", "list": "A,B,..."}.get(option.kind, "TEXT")
    said = option.meaning
    if option.name == "platform":
        said += f"; studies have fixed windows for {', '.join(_kinds())}"
    shown = ",".join(option.default) if option.kind == "list" else option.default
    return click.Option(
        [f"--{option.name.replace('_', '-')}", option.name],
        type=click.Choice(option.choices) if option.choices else None,
        metavar=None if option.choices else shape,
        help=f"{said}  [default: {shown}]" if shown else said,
    )


def _kinds() -> tuple[str, ...]:
    """The kinds of community that studies know how to look at."""
    from workbench.studies.hypotheses import platforms  # noqa: PLC0415

    return platforms()


def _value(option: Option, given: Any) -> Any:
    """What was typed, in the shape that the source expects."""
    if option.kind == "list":
        return tuple(part.strip() for part in given.split(","))
    if option.kind != "pairs":
        return given
    pairs = [part.partition("=") for part in given.split(",") if part.strip()]
    bad = [
        name for name, equals, column in pairs if not (equals and name.strip() and column.strip())
    ]
    if bad:
        raise click.BadParameter(
            f"expected NAME=COLUMN,NAME=COLUMN; {bad[0]!r} has no column.",
            param_hint=f"--{option.name}",
        )
    names = [name.strip() for name, _, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise click.BadParameter(
            f"expected every name once; {', '.join(twice)} is given two columns.",
            param_hint=f"--{option.name}",
        )
    return {name.strip(): column.strip() for name, _, column in pairs}


def _load(name: str, **how: Any) -> None:
    from workbench import data  # noqa: PLC0415
    from workbench.studies.hypotheses import hashes  # noqa: PLC0415

    def progress(what: str) -> None:
        click.echo(f"{name}: {what}", err=True)

    report = data.load(name, hypotheses=hashes(), progress=progress, **how)
    click.echo(said(report))


def said(report: LoadReport) -> str:
    """What a load did, for somebody who wants to know where her rows went."""
    lines = [f"{report.title}: {'unchanged, nothing was read' if report.unchanged else 'loaded'}"]
    for table, count in report.counts.items():
        if count["read"]:
            lines.append(
                f"  {table}: {count['read']:,} read = {count['kept']:,} kept "
                f"+ {count['quarantined']:,} set aside"
            )
    for table, reasons in report.quarantine.items():
        lines += [f"    {table}, {reason}: {rows:,}" for reason, rows in reasons.items()]
    lines += thread_line(report.cleaning, report.counts, report.quarantine)
    lines += note_lines(report.notes)
    only = f" --datasets {report.name}" if report.is_simulated else ""
    lines.append(
        f"Look closer: workbench check {report.name}   Make the pages: workbench run{only}"
    )
    return "\n".join(lines)


def thread_line(
    cleaning: Mapping[str, Any],
    counts: Mapping[str, Mapping[str, int]],
    quarantine: Mapping[str, Mapping[str, int]],
) -> list[str]:
    """What thread ids were taken for, and what to try where that made replies come too early."""
    if not counts["posts"]["kept"]:
        return []
    found, asked = cleaning["thread_ids_found"], cleaning["thread_ids"]
    line = f"  thread ids read as: {THREAD_IDS.get(found, found)}"
    early = quarantine.get("posts", {}).get("dated before its thread opened", 0)
    if early and asked == "detect" and found == "post":
        line += f" ({early:,} posts are older than the post so named: try --thread-ids topic)"
    return [line]


def note_lines(notes: Mapping[str, int]) -> list[str]:
    """What was repaired or is worth knowing, one line each."""
    lines = []
    for what, count in notes.items():
        cure = " (if that is nobody, add it to --deleted)" if PLACEHOLDER in what else ""
        lines += [f"  {what.replace('_', ' ')}: {count:,}{cure}"] if count else []
    return lines
