"""Tables of estimates as people publish them: one line an estimate, or a line for both rounds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from workbench.errors import SourceError
from workbench.sources import _grid, _headers
from workbench.sources._named import called

TABLES = (".csv", ".tsv", ".parquet", ".pq")
WIDE = {
    "group": "trial",
    "person": "subject",
    "item": "task",
    "before": "pre_influence",
    "after": "post_influence",
}
# What a column is called that holds ...; the first name that is there is taken.
WORDS: dict[str, tuple[str, ...]] = {
    "item": ("item", "item_id", "question", "question_id", "task", "task_id"),
    "person": (
        "person", "person_id", "participant", "participant_id", "subject", "subject_id",
        "respondent", "respondent_id",
    ),
    "estimate": ("estimate", "guess"),
    "group": ("group", "group_id", "trial", "crowd"),
    "round": ("round", "phase"),
    "truth": ("truth", "true_value", "correct_answer"),
}  # fmt: skip
NEEDED = ("item", "person", "estimate")
CELLS = ("item", "person", "group", "round", "estimate", "truth")


@dataclass(frozen=True)
class Layout:
    """Which column holds what; a `wide` table has `before` and `after` in place of `estimate`."""

    columns: dict[str, str]
    wide: bool


def recognised(path: Path) -> str:
    """Words for a table of estimates; empty for any other file."""
    if path.suffix.lower() not in TABLES or not path.is_file():
        return ""
    try:
        layout = _layout(_opened(path, where=path.name).columns)
    except (SourceError, OSError):
        return ""
    if layout.wide:
        return f"its columns are {', '.join(WIDE.values())}"
    fits = layout.columns.keys() >= set(NEEDED)
    return "its columns are an item, a person and an estimate" if fits else ""


def cells(path: Path, *, where: str) -> pl.DataFrame:
    """
    One row an estimate, as text: `row, place, reason, item, person, group, round, estimate, truth`.

    A line of a wide table is two rows, before and after. What there is no column for is empty.

    Raises
    ------
    SourceError
        The file is no table, or has no column for an item, a person or an estimate.
    """
    grid = _opened(path, where=where)
    layout = _layout(grid.columns)
    lacking = [] if layout.wide else [name for name in NEEDED if name not in layout.columns]
    if lacking:
        words = "; ".join(f"{name} as {', '.join(WORDS[name])}" for name in lacking)
        raise SourceError(
            f"{where}: expected columns for {', '.join(lacking)}, or all of "
            f"{', '.join(WIDE.values())}, got {_headers.shown(grid.columns)}. "
            f"Rename them in the file: {words}."
        )
    frame = pl.concat(grid.batches(list(layout.columns.values())))
    named = {name: pl.col(column) for name, column in layout.columns.items()}
    lines = frame.select("row", "place", "reason", **named)
    absent = [pl.lit(None, pl.String).alias(name) for name in CELLS if name not in lines.columns]
    whole = lines.with_columns(absent)
    shaped = _two_rows_a_line(whole) if layout.wide else whole
    return shaped.select("row", "place", "reason", *CELLS)


def _opened(path: Path, *, where: str) -> _grid.Grid:
    return _grid.open_grid(path, where=where)


def _layout(columns: tuple[str, ...]) -> Layout:
    truth = called(columns, WORDS["truth"])
    wide = {name: called(columns, [word]) for name, word in WIDE.items()}
    found = wide if all(wide.values()) else {n: called(columns, w) for n, w in WORDS.items()}
    named = {name: names[0] for name, names in {**found, "truth": truth}.items() if names}
    return Layout(named, wide=found is wide)


def _two_rows_a_line(lines: pl.DataFrame) -> pl.DataFrame:
    """The first and the second estimate of each line, one below the other."""
    rounds = [
        lines.with_columns(
            row=2 * pl.col("row") - 1 + offset,
            place=pl.format("{}, {}", "place", pl.lit(name)),
            round=pl.lit(name),
            estimate=name,
        )
        for offset, name in enumerate(("before", "after"))
    ]
    return pl.concat(rounds).sort("row")
