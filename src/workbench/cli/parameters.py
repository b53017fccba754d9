"""Choices of a source as options of the command line, and what was typed as it expects it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from workbench.sources import Option


class _ExportPath(click.Path):
    """A path that is not empty: an empty one would be the current folder, which nobody named."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            self.fail("expected a path, got an empty one. Name a file or a folder.", param, ctx)
        return super().convert(value, param, ctx)


def export_path(*, required: bool = True) -> click.Argument:
    """The path of an export on the command line."""
    return click.Argument(["path"], type=_ExportPath(path_type=Path), required=required)


def parameter(option: Option) -> click.Option:
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


def value(option: Option, given: Any) -> Any:
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
