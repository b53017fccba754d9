"""The calibration table: made by `make calibrate`, kept with the package, tied to the code."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from workbench.errors import StudyError
from workbench.studies.calibration.draws import SHOWN, Target
from workbench.studies.calibration.judging import Judged
from workbench.studies.verdict import FAILED, PASSED, UNAVAILABLE

# What decides the numbers of the table; `shown` only words them.
ROOMS = ("models", "simulate", "measures", "studies/calibration", "studies/must_fail")
WORDING = "shown.py"
FILE = "calibration.json"
DIGITS = 6  # enough for any reader, few enough to be the same on every machine


@dataclass(frozen=True)
class Row:
    """One target with how its estimator did."""

    experiment: str
    key: str
    target: Target
    judged: Judged

    @property
    def passed(self) -> bool | None:
        """Whether nothing was out of its band; None for what is only shown."""
        return None if self.target.held_to == SHOWN else not self.judged.faults


def table_file() -> Path:
    """Where the table lies, inside the package."""
    return Path(str(resources.files("workbench.studies").joinpath(FILE)))


@cache
def code_key() -> str:
    """
    One hash over what the code of estimators, measures and simulator does.

    Comments, docstrings and layout do not count: a better sentence makes no table stale.
    """
    package = Path(str(resources.files("workbench")))
    found = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            if path.name == WORDING:
                continue
            found.update(path.relative_to(package).as_posix().encode())
            found.update(ast.dump(_bare(ast.parse(path.read_text("utf-8")))).encode())
    return found.hexdigest()


def _bare(tree: ast.Module) -> ast.Module:
    """The same code without its docstrings."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return tree


def as_text(rows: list[Row], *, key: str, replicates: int, seed: int) -> str:
    """The table as it is kept."""
    content = {
        "made_by": "make calibrate",
        "code": key,
        "replicates": replicates,
        "seed": seed,
        "rows": [_plain(row) for row in rows],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _plain(row: Row) -> dict[str, Any]:
    judged = {
        name: float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
        for name, value in asdict(row.judged).items()
    }
    return {"experiment": row.experiment, "key": row.key} | {
        "target": asdict(row.target), "judged": judged,
    }  # fmt: skip


@dataclass(frozen=True)
class Table:
    """The kept table: how many replicates, and whether it belongs to the code as it is now."""

    rows: tuple[Row, ...]
    replicates: int
    fresh: bool

    def of(self, hypothesis: str) -> Iterator[Row]:
        """The rows of one hypothesis or estimator."""
        return (row for row in self.rows if row.target.hypothesis == hypothesis)


def read_table(path: Path | None = None) -> Table | None:
    """
    The kept table; None where none was made.

    Raises
    ------
    StudyError
        The file is damaged.
    """
    content = _content(path or table_file())
    if content is None:
        return None
    return Table(content["rows"], content["replicates"], content["code"] == code_key())


def kept_rows(path: Path, *, replicates: int, seed: int) -> tuple[Row, ...]:
    """The rows that need not be made again: of this very code, as often, from the same seed."""
    try:
        content = _content(path)
    except StudyError:
        return ()
    wanted = {"code": code_key(), "replicates": replicates, "seed": seed}
    if content is None or {name: content[name] for name in wanted} != wanted:
        return ()
    return tuple(content["rows"])


def _content(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text("utf-8"))
        rows = tuple(
            Row(
                row["experiment"], row["key"], Target(**row["target"]),
                Judged(**{**row["judged"], "faults": tuple(row["judged"]["faults"])}),
            )
            for row in content["rows"]
        )  # fmt: skip
        return {name: content[name] for name in ("code", "replicates", "seed")} | {"rows": rows}
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise StudyError(
            f"calibration: expected the table that `make calibrate` writes in {path.name}, got a "
            "damaged file. Run make calibrate."
        ) from None


def state(hypothesis: str, table: Table | None) -> str:
    """
    Whether the estimator of a hypothesis passed: a state of `verdict`.

    A table that is stale, absent, or has nothing on the hypothesis makes the check unavailable.
    """
    if table is None or not table.fresh:
        return UNAVAILABLE
    judged = [row.passed for row in table.of(hypothesis) if row.passed is not None]
    if not judged:
        return UNAVAILABLE
    return PASSED if all(judged) else FAILED
