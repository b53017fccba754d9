"""The validation page: every number of the files `reference_*.py` beside ours, as Markdown."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from validated import Row

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "validation.md"

INTRODUCTION = """\
# Validation

Each row sets a number from a paper or from another program beside what this project computes for
the same data and the same model. `make validation` writes this page from the files
`tests/validation/reference_*.py`, and the tests fail where a number no longer agrees or the page is
out of date.

*Theirs* and *ours* are printed to seven digits, *difference* (ours minus theirs) and *allowed* to
one. Numbers that were printed with few digits are allowed half a unit of the last one.
"""
COLUMNS = ("estimator", "what", "reference", "theirs", "ours", "difference", "allowed", "agrees")
# Sums in another order differ from here on, so a smaller difference would not be the same twice.
ROUNDING = 1e-9


def families() -> list[str]:
    """Names of the families of references, `survival` for `reference_survival.py`."""
    return sorted(path.stem.removeprefix("reference_") for path in HERE.glob("reference_*.py"))


@cache
def rows(family: str) -> tuple[Row, ...]:
    """All rows of a family; computed once."""
    return tuple(importlib.import_module(f"reference_{family}").rows())


def name(row: Row) -> str:
    """What a row is called, unlike every other."""
    return f"{row.estimator}: {row.what} ({row.origin})"


def difference(row: Row) -> str:
    """Ours minus theirs with one digit, or how small it is."""
    return f"< {ROUNDING:.0e}" if abs(row.difference) < ROUNDING else f"{row.difference:.0e}"


def cells(row: Row) -> tuple[str, ...]:
    """The row as it is printed, one text for each of `COLUMNS`."""
    return (
        f"`{row.estimator}`",
        row.what.replace("|", "\\|"),
        row.origin.replace("|", "\\|"),
        f"{row.theirs:.7g}",
        f"{row.ours:.7g}",
        difference(row),
        f"{row.allowed:.0e}",
        "yes" if row.passed else "**no**",
    )


def lines(family: str) -> list[str]:
    """The table of a family, under its name and what its file says it holds."""
    about = (importlib.import_module(f"reference_{family}").__doc__ or "").strip().splitlines()
    body = [COLUMNS, tuple("-" * len(column) for column in COLUMNS), *map(cells, rows(family))]
    table = [f"| {' | '.join(texts)} |" for texts in body]
    return ["", f"## {family.replace('_', ' ').capitalize()}", "", *about[:1], "", *table]


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "\n".join(line for one in families() for line in lines(one)) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name}: {sum(len(rows(one)) for one in families())} numbers")
