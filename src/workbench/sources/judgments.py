"""
Judgements: many raters answer about many items, and for some items the right answer is known.

Licence: that of the collection; each says its own, and some say none.

Four layouts, told apart by names of files and by the first lines: a folder with answer.csv
(question, worker, answer) and truth.csv (question, truth); a folder with labels.txt (worker, object
and label between tabs, no header, or packed as labels.txt.gz) and gold; one CSV without a header
(worker, task, label, gold, and perhaps seconds); one CSV with a header that names item, rater and
label or value, and perhaps truth and seconds.

Quirks. The gold of a folder is evaluation.txt where that is there, else gold*.txt: a gold of thirty
items is for training beside an evaluation of all. Gold may name items that nobody judged, and leave
out items that many did. A rater may judge an item twice, alike or otherwise: all of it is kept, and
counted. Where rows state different truths of an item, it has none. Items that are called by an
address, or by words, are numbered. Nothing is dated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench.sources import Batch, Option, Said, Source
from workbench.sources import _judgments_rows as rows_of
from workbench.sources._answers import NO_TEXTS, batch, called_by_words, one_of, undated
from workbench.sources._judgments_files import opened, recognised
from workbench.sources._numbered import count, names, renamed
from workbench.sources._truths import counted

SCALE = "judgement"
ANSWERS = ("detect", "class", "number")
OPTIONS = (
    Option("answers", "what raters gave: classes, numbers, or whichever it looks like", "detect",
           choices=ANSWERS),
    Option("title", "name shown to readers; else that of the file or folder"),
)  # fmt: skip


def detect(path: Path) -> str:
    """Words for a folder or a table of judgements."""
    return recognised(path)


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read all judgements as one batch: ratings, truths and one community.

    A row of ratings is one judgement, a row of truths one statement of what is right about an item.

    Raises
    ------
    SourceError
        The export is in none of the layouts or cannot be read, or an option is unknown.
    """
    where = f"judgments {path.name}"
    chosen = SOURCE.choices(options or {})
    asked = one_of(chosen, "answers", ANSWERS, where=where)
    found = opened(path, where=where)
    numbers = rows_of.are_numbers(found) if asked == "detect" else asked == "number"
    judged = rows_of.judged(found, numbers=numbers)
    told = rows_of.truths(found, judged, numbers=numbers)
    keys = rows_of.item_keys(judged, told)
    notes = {
        **found.notes,
        **rows_of.doubtful(judged),
        **counted(judged, told),
        "items_numbered": count(keys),
        "answers_read_as_numbers" if numbers else "answers_read_as_classes": judged.filter(
            pl.col("reason").is_null()
        ).height,
    }
    yield batch(
        undated(path, chosen["title"], platform="rating task", otherwise="judgments"),
        renamed(judged.drop("truth", "untimed", "unvalued"), "item_id", keys),
        renamed(told, "item_id", keys),
        scale=SCALE,
        notes=notes,
    )


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """Names of raters, and of items that are called by an address or words; raises as `read`."""
    where = f"judgments {path.name}"
    one_of(SOURCE.choices(options or {}), "answers", ANSWERS, where=where)
    found = opened(path, where=where)
    judged = rows_of.judged(found, numbers=False)
    keys = rows_of.item_keys(judged, rows_of.truths(found, judged, numbers=False))
    yield Said(NO_TEXTS, called_by_words(judged["rater_id"]))
    if keys is not None:
        yield Said(NO_TEXTS, names(keys))


SOURCE = Source(
    name="judgments",
    help="labels or ratings of items by raters, with gold: answer.csv, labels.txt or one CSV",
    detect=detect,
    read=read,
    options=OPTIONS,
    said=said,
)
