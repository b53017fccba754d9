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
from workbench.cli.parameters import parameter, value
from workbench.cli.told import said

if TYPE_CHECKING:
    from workbench.sources import Source


@cache
def _readers() -> dict[str, str]:
    """Name and first line of every reader, read from its file, because importing takes long."""
    folder = Path(str(resources.files("workbench"))) / "sources"
    names = (m.name for m in pkgutil.iter_modules([str(folder)]) if not m.name.startswith("_"))
    about = {}
    for name in names:
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        lines = (ast.get_docstring(tree) or "").splitlines()
        about[name] = lines[0] if lines else ""
    return about


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
        *(parameter(option) for option in source.options),
    ]

    def call(path: Path, **given: Any) -> None:
        called, force = given.pop("name"), given.pop("force")
        chosen = {
            option.name: value(option, given[option.name])
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


def _load(name: str, **how: Any) -> None:
    from workbench import data  # noqa: PLC0415
    from workbench.studies.hypotheses import hashes  # noqa: PLC0415

    def progress(what: str) -> None:
        click.echo(f"{name}: {what}", err=True)

    report = data.load(name, hypotheses=hashes(), progress=progress, **how)
    click.echo(said(report))
