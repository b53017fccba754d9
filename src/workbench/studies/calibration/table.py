"""The calibration table: made by `workbench calibrate`, kept with the package, tied to the code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from workbench.errors import StudyError
from workbench.studies.calibration.covered import code_key
from workbench.studies.calibration.draws import SHOWN, Target
from workbench.studies.calibration.judging import Judged
from workbench.studies.verdict import FAILED, PASSED, UNAVAILABLE

ENOUGH = 400  # replicates below which no method counts as tried
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


def as_text(rows: list[Row], *, key: str, replicates: int, seed: int, complete: bool) -> str:
    """The table as it is kept; `complete` once every world is in it."""
    content = {
        "made_by": "workbench calibrate",
        "complete": complete,
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
    """
    The kept table.

    replicates : data sets for each world, at the first go. fresh : it belongs to the code as it is
    now. complete : every world is in it.
    """

    rows: tuple[Row, ...]
    replicates: int
    fresh: bool
    complete: bool = True

    @property
    def counts(self) -> bool:
        """Whether a verdict may rest on it: of this code, every world, enough data sets."""
        return self.fresh and self.complete and self.replicates >= ENOUGH

    def of(self, hypothesis: str) -> Iterator[Row]:
        """The rows of one hypothesis or estimator."""
        return (row for row in self.rows if row.target.hypothesis == hypothesis)


def read_table(path: Path | None = None) -> Table | None:
    """The kept table; None where none was made, or where its file is damaged."""
    content = _content(path or table_file())
    if content is None:
        return None
    fresh = content["code"] == code_key()
    return Table(content["rows"], content["replicates"], fresh, content["complete"])


def kept_rows(path: Path, *, replicates: int, seed: int) -> tuple[Row, ...]:
    """
    The rows that need not be made again: of this very code, as often, from the same seed.

    Raises
    ------
    StudyError
        The file holds a table of this code from more data sets, which would be lost.
    """
    content = _content(path)
    if content is None or content["code"] != code_key():
        return ()
    if content["replicates"] > replicates:
        raise StudyError(
            f"calibrate: expected at least the {content['replicates']:,} data sets a world that "
            f"{path.name} rests on, got {replicates:,}, which would replace it. Name another file "
            "with --output."
        )
    if (content["replicates"], content["seed"]) != (replicates, seed):
        return ()
    return tuple(content["rows"])


def _content(path: Path) -> dict[str, Any] | None:
    """What the file holds; None where it is not there, or not what `as_text` writes."""
    try:
        content = json.loads(path.read_text("utf-8"))
        rows = tuple(
            Row(
                row["experiment"], row["key"], Target(**row["target"]),
                Judged(**{**row["judged"], "faults": tuple(row["judged"]["faults"])}),
            )
            for row in content["rows"]
        )  # fmt: skip
        kinds = {"code": str, "replicates": int, "seed": int, "complete": bool}
        kept = {name: content[name] for name in kinds}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    right = all(isinstance(kept[name], kind) for name, kind in kinds.items())
    return {**kept, "rows": rows} if right else None


def state(hypothesis: str, table: Table | None) -> str:
    """
    Whether the estimator of a hypothesis passed: a state of `verdict`.

    A table that is absent, stale, unfinished or of too few data sets, or that has nothing on the
    hypothesis, makes the check unavailable.
    """
    if table is None or not table.counts:
        return UNAVAILABLE
    judged = [row.passed for row in table.of(hypothesis) if row.passed is not None]
    if not judged:
        return UNAVAILABLE
    return PASSED if all(judged) else FAILED
