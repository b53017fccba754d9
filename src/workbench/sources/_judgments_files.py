"""Files of judgements as people publish them: which layout it is, and its cells as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from workbench.errors import SourceError
from workbench.sources import _compressed, _files, _grid, _headers, _unnamed
from workbench.sources._named import called

ANSWERS, TRUTHS = "answer.csv", "truth.csv"
LABELS = ("labels.txt", "labels.txt.gz")
EVALUATION, GOLD = "evaluation.txt", "gold*.txt"
TABLES = (".csv", ".tsv", ".parquet", ".pq")
HEAD_BYTES = 4096
FEWEST_LINES, MOST_CLASSES = 2, 20

# What a column is called that holds ...; the first name that is there is taken.
WORDS: dict[str, tuple[str, ...]] = {
    "item": (
        "item", "item_id", "question", "question_id", "task", "task_id", "object", "object_id",
        "unit", "unit_id", "document", "document_id", "example", "example_id", "image", "image_id",
    ),
    "rater": (
        "rater", "rater_id", "worker", "worker_id", "annotator", "annotator_id", "judge",
        "judge_id", "coder", "coder_id", "labeler", "labeller", "assessor",
    ),
    "label": (
        "label", "answer", "judgment", "judgement", "response", "category", "class", "annotation",
    ),
    "value": ("value", "rating", "score"),
    "truth": (
        "truth", "gold", "gold_label", "true_label", "ground_truth", "correct_answer", "correct",
    ),
    "seconds": ("seconds", "time_seconds", "duration_seconds", "seconds_spent"),
}  # fmt: skip
CELLS = ("item", "rater", "answer", "value", "truth", "seconds")
NO_TRUTHS = pl.DataFrame(schema=dict.fromkeys(("item", "truth", "place", "reason"), pl.String))

_CLASS = re.compile(r"[\w.+-]{0,32}")


@dataclass(frozen=True)
class Found:
    """
    The cells of an export, as text.

    answers : one row a judgement: `row, place, reason, item, rater, answer, value, truth, seconds`;
    what the export has no column for is empty. truths : rows of a file of truths, `item, truth,
    place, reason`. scored : the answers stand in a column that is called a number. notes : as in
    `sources.Batch`.
    """

    answers: pl.DataFrame
    truths: pl.DataFrame = field(default_factory=lambda: NO_TRUTHS)
    scored: bool = False
    notes: dict[str, int] = field(default_factory=dict)


def recognised(path: Path) -> str:
    """Words for a folder or a file that holds judgements; empty for any other."""
    try:
        if path.is_dir():
            there = _answers_of(path)
            fits = [name for name in there if _holds_judgements(path / name)]
            return f"it holds {fits[0]} with judgements of raters" if fits else ""
        if path.suffix.lower() not in TABLES or not path.is_file():
            return ""
        if _has_no_header(path):
            return "its lines are worker, task, label and gold"
        named = _holds_judgements(path)
        return "its columns are an item, a rater and what the rater answered" if named else ""
    except (SourceError, OSError):
        return ""


def opened(path: Path, *, where: str) -> Found:
    """
    All cells of an export.

    Raises
    ------
    SourceError
        It is in none of the layouts, in two of them, or cannot be read.
    """
    if path.is_dir():
        return _folder(path, where=where)
    _files.check(path, where=where)
    if not _has_no_header(path):
        return _table(path, where=where)
    names = ("rater", "item", "answer", "truth", "seconds")
    return Found(_shaped(_unnamed.rows(path, ",", names, where=where, fewest=4)))


def _answers_of(folder: Path) -> list[str]:
    return [name for name in (ANSWERS, *LABELS) if (folder / name).is_file()]


def _folder(path: Path, *, where: str) -> Found:
    """The answers of a folder, and the file that says what is right."""
    there = _answers_of(path)
    if len(there) != 1:
        raise SourceError(
            f"{where}: expected one of {', '.join((ANSWERS, *LABELS))} in the folder, "
            f"got {' and '.join(there) or 'none'}. Name the folder of one set of judgements."
        )
    if there == [ANSWERS]:
        found = _table(path / ANSWERS, where=where)
        truth = path / TRUTHS
        told = _true_table(truth, where=f"{where}, {TRUTHS}") if truth.is_file() else NO_TRUTHS
        return Found(found.answers, told, found.scored)
    cells = _unnamed.rows(path / there[0], "\t", ("rater", "item", "answer"), where=where)
    truths, notes = _gold(path, where=where)
    return Found(_shaped(cells), truths, notes=notes)


def _table(path: Path, *, where: str) -> Found:
    """A table whose header names an item, a rater and an answer."""
    grid = _grid.open_grid(path, where=where)
    columns = _columns(grid.columns)
    lacking = [name for name in ("item", "rater", "answer") if name not in columns]
    if lacking:
        named = {**WORDS, "answer": WORDS["label"] + WORDS["value"]}
        words = "; ".join(f"{name} as {', '.join(named[name])}" for name in lacking)
        raise SourceError(
            f"{where}: expected columns for {', '.join(lacking)}, "
            f"got {_headers.shown(grid.columns)}. Rename them in the file: {words}."
        )
    frame = pl.concat(grid.batches(list(columns.values())))
    cells = frame.select("row", "place", "reason", **{n: pl.col(c) for n, c in columns.items()})
    return Found(_shaped(cells), scored=columns["answer"] in called(grid.columns, WORDS["value"]))


def _true_table(path: Path, *, where: str) -> pl.DataFrame:
    """The rows of a table whose header names an item and a truth."""
    grid = _grid.open_grid(path, where=where)
    found = {name: called(grid.columns, WORDS[name]) for name in ("item", "truth")}
    if not all(found.values()):
        raise SourceError(
            f"{where}: expected columns for item and truth, got {_headers.shown(grid.columns)}. "
            "Rename them in the file: question, truth."
        )
    columns = {name: names[0] for name, names in found.items()}
    frame = pl.concat(grid.batches(list(columns.values())))
    cells = frame.select("place", "reason", **{n: pl.col(c) for n, c in columns.items()})
    return _told(cells, "truth")


def _gold(path: Path, *, where: str) -> tuple[pl.DataFrame, dict[str, int]]:
    """Truths of a folder of labels: of the evaluation, where it is there, else of the gold."""

    def told(file: Path, name: str) -> pl.DataFrame:
        rows = _unnamed.rows(file, "\t", ("item", "truth"), where=f"{where}, {name}")
        return _told(rows, name)

    files = sorted(file for file in path.glob(GOLD) if file.is_file())
    gold = pl.concat([NO_TRUTHS, *(told(file, "gold") for file in files)])
    if not (path / EVALUATION).is_file():
        return gold, {"truths_from_gold": gold.height}
    evaluation = told(path / EVALUATION, "evaluation")
    both = gold.join(evaluation, on="item", how="inner", suffix="_here")
    return evaluation, {
        "truths_from_evaluation": evaluation.height,
        "gold_rows_not_used": gold.height,
        "gold_rows_as_in_evaluation": int((both["truth"] == both["truth_here"]).sum()),
    }


def _told(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    place = pl.format("{}, {}", pl.lit(name), "place")
    return rows.with_columns(place=place).select(NO_TRUTHS.columns)


def _shaped(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with a column for everything that a judgement may have."""
    absent = [pl.lit(None, pl.String).alias(name) for name in CELLS if name not in cells.columns]
    return cells.with_columns(absent).select("row", "place", "reason", *CELLS)


def _columns(columns: Sequence[str]) -> dict[str, str]:
    """What a judgement has -> the column that holds it; a number beside a class is its value."""
    found = {name: names[0] for name, words in WORDS.items() if (names := called(columns, words))}
    label, value = found.pop("label", None), found.pop("value", None)
    answers = {"answer": label or value, "value": value if label else None}
    return found | {name: column for name, column in answers.items() if column is not None}


def _holds_judgements(path: Path) -> bool:
    """Whether the header names what a judgement needs, or the first line of labels is one."""
    if path.name in LABELS:
        first = _compressed.head(path, size=HEAD_BYTES).decode("utf-8", "replace").split("\n", 1)[0]
        return [bool(cell.strip()) for cell in first.split("\t")] == [True] * 3
    grid = _grid.open_grid(path, where=path.name)
    return {"item", "rater", "answer"} <= _columns(grid.columns).keys()


def _has_no_header(path: Path) -> bool:
    """Whether all lines, the first too, are worker, task, label, gold and perhaps seconds."""
    start = _files.head(path, size=HEAD_BYTES)
    lines = start.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    whole = lines[:-1] if len(start) == HEAD_BYTES else lines  # the last may be cut
    rows = [[cell.strip() for cell in _unnamed.cells(line, ",")] for line in whole if line.strip()]
    if len(rows) < FEWEST_LINES or {len(row) for row in rows} not in ({4}, {5}):
        return False
    filled = all(row[0] and row[1] and row[2] for row in rows)
    if not filled or not all(_CLASS.fullmatch(cell) for row in rows for cell in row[2:4]):
        return False
    labels, golds = {row[2] for row in rows}, {row[3] for row in rows if row[3]}
    # The words of a header stand nowhere below it.
    below = {cell for row in rows[1:] for cell in row[2:4]} | {""}
    return {*rows[0][2:4]} <= below and bool(golds & labels) and len(golds | labels) <= MOST_CLASSES
