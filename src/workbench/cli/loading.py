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
from workbench.cli.automatic import NAME as AUTO
from workbench.cli.automatic import SHORT, auto_command
from workbench.cli.parameters import export_path, parameter, value
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


def _named() -> list[str]:
    from workbench.data import named  # noqa: PLC0415

    return list(named())


class _Sources(click.Group):
    """One command a source, and one a data set known by name; nothing is listed by hand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [AUTO, *sorted(_readers())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == AUTO:
            return auto_command(_load, shared=_shared())
        if cmd_name in _readers():
            return _reader_command(cmd_name)
        known = _named()
        if cmd_name in known:
            return _named_command(cmd_name)
        raise click.UsageError(
            f"load: expected a source ({', '.join(_readers())}) or a data set that is known by "
            f"name ({', '.join(known)}), got {cmd_name!r}. Choose one of these.",
            ctx,
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Sources"):
            formatter.write_dl([(AUTO, SHORT), *_readers().items()])


@click.group(cls=_Sources, epilog=text.LOAD_EXAMPLES, subcommand_metavar="SOURCE PATH [OPTIONS]...")
def load() -> None:
    """Read an export, hide names, clean it, store it under a name."""


def _reader_command(name: str) -> click.Command:
    source: Source = import_module(f"workbench.sources.{name}").SOURCE
    also_named = name in _named()  # a platform of which one data set is known
    params: list[click.Parameter] = [
        export_path(required=not also_named),
        *_shared(named=not also_named),
        *(parameter(option) for option in source.options),
    ]

    def call(path: Path | None, name: str | None, **given: Any) -> None:
        if path is None or name is None:
            _load_known(source.name, path, name, force=given["force"])
            return
        typed = {option.name: given.pop(option.name) for option in source.options}
        chosen = {
            option.name: value(option, typed[option.name])
            for option in source.options
            if typed[option.name] is not None
        }
        if "title" in typed:
            chosen.setdefault("title", name)  # a file is often called posts or export
        _load(name, path=path, source=source.name, options=chosen, **given)

    about = (import_module(f"workbench.sources.{name}").__doc__ or "").strip()
    mapped = any(option.kind == "pairs" for option in source.options)
    return click.Command(
        name, params=params, callback=call, help=about, short_help=source.help,
        epilog=text.TABLE_EXAMPLES if mapped else text.reader_example(name),
    )  # fmt: skip


def _load_known(known: str, path: Path | None, name: str | None, *, force: bool) -> None:
    """Load the data set that is called like its source, where neither path nor name is given."""
    if path is not None or name is not None:
        given = "a path" if name is None else "a name"
        raise click.UsageError(
            f"load {known}: expected PATH and --name for an export of your own, or neither for the "
            f"data set {known}; got {given} alone. Add the other one, or leave it out."
        )
    _load(known, force=force)


def _named_command(name: str) -> click.Command:
    """Load a data set that is known by its name."""

    def call(force: bool) -> None:
        _load(name, force=force)

    force = click.Option(["--force"], is_flag=True, help="Read again even if nothing changed.")
    return click.Command(
        name, params=[force], callback=call, epilog=text.embedded_example(name),
        help=f"Load {name}, which comes with the workbench or is fetched by workbench get.",
    )  # fmt: skip


def _shared(*, named: bool = True) -> list[click.Parameter]:
    """What every command that reads somebody's own export asks for; a name, if it is `named`."""
    return [
        click.Option(
            ["--name"], required=named, help="What to call the data set, such as my-forum."
        ),
        click.Option(
            ["--rule"], multiple=True, metavar="RULE=CHOICE", callback=_rules,
            help="Clean otherwise, such as zero-lag=set-aside; may be given again. "
            "docs/cleaning.md lists the rules.",
        ),
        click.Option(
            ["--same-person"], type=click.Path(path_type=Path),
            help="CSV with the columns account,is_now: accounts that are one person's.",
        ),
        click.Option(
            ["--internal/--not-internal"], default=None,
            help="Pages that use these data are never published.",
        ),
        click.Option(
            ["--replace"], is_flag=True, help="Forget earlier exports instead of merging with them."
        ),
        click.Option(["--force"], is_flag=True, help="Read again even if nothing changed."),
    ]  # fmt: skip


def _rules(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """RULE=CHOICE, as often as it was given, as names with choices."""
    pairs = [one.partition("=") for one in given]
    wrong = [
        one for one, (rule, _, choice) in zip(given, pairs, strict=True) if not (rule and choice)
    ]
    if wrong:
        raise click.BadParameter(
            f"expected RULE=CHOICE, such as zero-lag=set-aside; got {wrong[0]!r}.", ctx, param
        )
    chosen: dict[str, str] = {}
    for rule, _, choice in pairs:
        if chosen.setdefault(rule, choice) != choice:
            raise click.BadParameter(
                f"expected one choice a rule; {rule} is given two.", ctx, param
            )
    return chosen


def _load(
    name: str,
    *,
    options: dict[str, Any] | None = None,
    rule: dict[str, str] | None = None,
    same_person: Path | None = None,
    **how: Any,
) -> None:
    from workbench import data  # noqa: PLC0415
    from workbench.studies.hypotheses import hashes  # noqa: PLC0415

    def progress(what: str) -> None:
        click.echo(f"{name}: {what}", err=True)

    chosen = {**(options or {}), **({"rules": rule} if rule else {})}
    if same_person is not None:
        chosen["same_person"] = same_person
    report = data.load(name, options=chosen, hypotheses=hashes(), progress=progress, **how)
    click.echo(said(report))
