"""`workbench load auto`: ask every source whether an export is its own, and load with that one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from workbench.cli import text
from workbench.cli.parameters import export_path, parameter

NAME = "auto"
SHORT = "any export: find out which source it is for"
_ABOUT = """
Find out which source an export is for, and load it with the choices that the source makes when
nobody chooses.

Each source looks at the export's first lines or at the names of its files. Where several
recognise it, or none, nothing is loaded, and one line says what to type instead.
"""


def auto_command(load: Callable[..., None], *, shared: Sequence[click.Parameter]) -> click.Command:
    """
    The command `auto`.

    load : is called with the name, `path`, `source`, `options`, and what was given for `shared`.
    shared : the options of every command that loads, `--name` among them.
    """
    from workbench.sources import KEEP_GOING  # noqa: PLC0415

    params: list[click.Parameter] = [
        export_path(),
        *shared,
        parameter(KEEP_GOING),
    ]

    def call(path: Path, name: str, keep_going: bool | None, **given: Any) -> None:
        source, options = _settled(path, name, keep_going=keep_going)
        load(name, path=path, source=source, options=options, **given)

    return click.Command(
        NAME,
        params=params,
        callback=call,
        help=_ABOUT.strip(),
        short_help=SHORT,
        epilog=text.reader_example(NAME),
    )


def _settled(path: Path, name: str, *, keep_going: bool | None) -> tuple[str, dict[str, Any]]:
    """The source of an export, said aloud, and the few choices that are made here."""
    from workbench.sources import source  # noqa: PLC0415
    from workbench.sources._recognise import recognised  # noqa: PLC0415

    found = recognised(path.expanduser(), where=f"load {name}")
    click.echo(f"{name}: read as {found.source}, because {found.why}.", err=True)
    offered = {option.name for option in source(found.source).options}
    options: dict[str, Any] = {} if keep_going is None else {"keep_going": keep_going}
    if "title" in offered:
        options["title"] = name
    return found.source, options
