"""`workbench simulate`: make a community whose truth is known, and load it under a name."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import text

if TYPE_CHECKING:
    from workbench.simulate import Settings, Simulated

SEED = 1
ALL = "all"
# Written out, because what knows them takes long to import and `--help` must answer at once.
SIZES = ("tiny", "default", "large")
DEFECTS = (
    "local_stamps", "repeated_hour", "deleted_accounts", "merged_accounts", "early_replies",
    "missing_parents", "edited_text", "other_scripts", "day_only_ratings", "ids_out_of_order",
    "exact_duplicates",
)  # fmt: skip
NO_VERDICT = "Nothing simulated gets a verdict: pages say whether what was planted is recovered."
WORDS = {"yes": True, "true": True, "no": False, "false": False}


@click.command(
    short_help="Make a community whose truth is known.",
    epilog=text.SIMULATE_EXAMPLES,
)
@click.argument("name")
@click.option(
    "--size",
    type=click.Choice(SIZES),
    default="tiny",
    show_default=True,
    help="tiny: one community with 500 newcomers; default: 8 with 20,000; large: 16 with 100,000.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=SEED,
    show_default=True,
    help="Another seed, another community; the same seed, the same one, bit for bit.",
)
@click.option(
    "--effect",
    "effects",
    multiple=True,
    metavar="NAME=VALUE",
    help="What to plant, such as tau=0.4: the log hazard ratio of coming back once answered. May "
    "be repeated; docs/definitions.md says in plain words what each name means.",
)
@click.option(
    "--without",
    "left_out",
    type=click.Choice((*DEFECTS, ALL)),
    multiple=True,
    metavar="DEFECT",
    help=f"A defect to leave out of the export: {', '.join(DEFECTS)}, or {ALL}. May be repeated.",
)
@click.option(
    "--keep-export",
    "kept",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A new folder for the export that is loaded, outside the data folder; it is deleted "
    "otherwise.",
)
def simulate(
    name: str,
    size: str,
    seed: int,
    effects: tuple[str, ...],
    left_out: tuple[str, ...],
    kept: Path | None,
) -> None:
    """Make a question-and-answer community whose truth is known, and load it as NAME.

    It goes the way of any other data: an export with the usual defects is written, read and
    cleaned. Its pages say whether a method recovers what was planted. Nothing simulated gets a
    verdict, and `workbench run` leaves it out unless it is named.
    """
    from workbench.data.reserved import own_name, refuse_other_kind  # noqa: PLC0415
    from workbench.simulate.export import new_folder  # noqa: PLC0415

    settings = _settings(effects)
    refuse_other_kind(own_name(name), simulated=True)
    if kept is not None:
        kept = new_folder(kept)
    _tell(name, f"simulating, size {size}, seed {seed}")
    _made(name, settings, size=size, seed=seed, left_out=left_out, kept=kept)


def _tell(name: str, what: str) -> None:
    click.echo(f"{name}: {what}", err=True)


def _settings(effects: Sequence[str]) -> Settings:
    """The usual settings with the given effects in place."""
    from dataclasses import fields  # noqa: PLC0415

    from workbench.simulate import Settings  # noqa: PLC0415

    kinds = {field.name: str(field.type) for field in fields(Settings)}
    chosen: dict[str, Any] = {}
    for effect in effects:
        name, equals, value = (part.strip() for part in effect.partition("="))
        if not equals or name not in kinds:
            raise click.BadParameter(
                f"expected NAME=VALUE with a name of {', '.join(kinds)}; got {effect!r}.",
                param_hint="--effect",
            )
        chosen[name] = _value(name, value, kinds[name])
    return Settings(**chosen)


def _value(name: str, value: str, kind: str) -> float | bool | str:
    """What was typed, as the kind of value that the setting has."""
    known: dict[str, Callable[[str], float | bool | str]] = {
        "float": float, "int": int, "bool": lambda word: WORDS[word.lower()], "str": str
    }  # fmt: skip
    meant = {"float": "a number", "int": "a whole number", "bool": "yes or no"}
    try:
        return known[kind](value)
    except (ValueError, KeyError):
        raise click.BadParameter(
            f"{name}: expected {meant[kind]}, got {value!r}.", param_hint="--effect"
        ) from None


def _made(
    name: str,
    settings: Settings,
    *,
    size: str,
    seed: int,
    left_out: Sequence[str],
    kept: Path | None,
) -> None:
    from functools import partial  # noqa: PLC0415

    from workbench import data  # noqa: PLC0415
    from workbench.cli.told import said  # noqa: PLC0415
    from workbench.simulate import community  # noqa: PLC0415
    from workbench.simulate.defects import Defects  # noqa: PLC0415
    from workbench.simulate.export import write_export  # noqa: PLC0415
    from workbench.studies.hypotheses import hashes  # noqa: PLC0415

    defects = Defects.none() if ALL in left_out else Defects().without(*left_out)
    simulated = community(settings, size=size, seed=seed)
    with _export_folder(kept) as folder:
        _tell(name, f"writing the export to {folder}" if kept else "writing the export")
        counts = write_export(simulated, folder, defects=defects, seed=seed)
        report = data.load(
            name,
            path=folder,
            source="simulated",
            hypotheses=hashes(),
            progress=partial(_tell, name),
        )
    click.echo("\n".join([*planted(simulated, counts), NO_VERDICT, said(report)]))


@contextlib.contextmanager
def _export_folder(kept: Path | None) -> Iterator[Path]:
    """The folder to be kept, or one that is deleted in the end."""
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        yield Path(folder) / "export"


def planted(simulated: Simulated, counts: dict[str, int]) -> list[str]:
    """What is true of a simulated data set and what is wrong with its export, in words."""
    lines = [f"Planted, seed {simulated.seed}:"]
    for truth in simulated.truth.values():
        value = f"{truth.value:.4g}" if truth.value is not None else f"not known ({truth.reason})"
        lines.append(f"  {truth.hypothesis}, {truth.meaning}: {value}")
    wrong = [f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items() if count]
    return [*lines, f"  defects of the export: {', '.join(wrong) or 'none'}"]
