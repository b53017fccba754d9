"""
The calibration table: made by `workbench calibrate`, kept with the package, tied to the code.

Every row is tied to the code that its own world is drawn and judged with, so that a new study adds
rows and makes none of the others stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from workbench.errors import StudyError
from workbench.studies.calibration.covered import code_key
from workbench.studies.calibration.draws import SHOWN, Target
from workbench.studies.calibration.judging import Judged
from workbench.studies.saying import DAYS
from workbench.studies.verdict import FAILED, PASSED, UNAVAILABLE

ENOUGH = 400  # replicates below which no method counts as tried
FILE = "calibration.json"
DIGITS = 6  # enough for any reader, few enough to be the same on every machine


@dataclass(frozen=True)
class Row:
    """
    One target with how its estimator did.

    begin : the files from which the code is reached that decided the numbers. code : its hash then.
    """

    experiment: str
    key: str
    target: Target
    judged: Judged
    begin: tuple[str, ...] = ()
    code: str = ""

    @property
    def fresh(self) -> bool:
        """Whether the row belongs to the code as it is now."""
        return self.code == code_key(self.begin)

    @property
    def passed(self) -> bool | None:
        """Whether nothing was out of its band; None for what is only shown."""
        return None if self.target.held_to == SHOWN else not self.judged.faults


def table_file() -> Path:
    """Where the table lies, inside the package."""
    return Path(str(resources.files("workbench.studies").joinpath(FILE)))


def as_text(rows: list[Row], *, replicates: int, seed: int, waiting: Iterable[str] = ()) -> str:
    """The table as it is kept; `waiting` are hypotheses with worlds that are not in it yet."""
    content = {
        "made_by": "workbench calibrate",
        "waiting": sorted(waiting),
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
    return {
        "experiment": row.experiment, "key": row.key, "target": asdict(row.target),
        "judged": judged, "begin": list(row.begin), "code": row.code,
    }  # fmt: skip


@dataclass(frozen=True)
class Table:
    """
    The kept table.

    replicates : data sets for each world, at the first go. waiting : hypotheses and estimators of
    which a world is not in it yet.
    """

    rows: tuple[Row, ...]
    replicates: int
    waiting: tuple[str, ...] = ()

    @property
    def fresh(self) -> bool:
        """Whether every row belongs to the code as it is now."""
        return all(row.fresh for row in self.rows)

    @property
    def enough(self) -> bool:
        """Whether a verdict may rest on rows that are fresh: from enough data sets."""
        return self.replicates >= ENOUGH

    def of(self, hypothesis: str) -> Iterator[Row]:
        """The rows of one hypothesis or estimator."""
        return (row for row in self.rows if row.target.hypothesis == hypothesis)


def read_table(path: Path | None = None) -> Table | None:
    """The kept table; None where none was made, or where its file is damaged."""
    content = _content(path or table_file())
    if content is None:
        return None
    return Table(content["rows"], content["replicates"], tuple(content["waiting"]))


def kept_rows(path: Path, *, replicates: int, seed: int) -> tuple[Row, ...]:
    """
    The rows that need not be made again: of the code as it is now, as often, from the same seed.

    Raises
    ------
    StudyError
        The file holds rows of this code from more data sets, which would be lost.
    """
    content = _content(path)
    fresh = tuple(row for row in content["rows"] if row.fresh) if content is not None else ()
    if content is None or not fresh:
        return ()
    if content["replicates"] > replicates:
        raise StudyError(
            f"calibrate: expected at least the {content['replicates']:,} data sets a world that "
            f"{path.name} rests on, got {replicates:,}, which would replace it. Name another file "
            "with --output."
        )
    if (content["replicates"], content["seed"]) != (replicates, seed):
        return ()
    return fresh


def _content(path: Path) -> dict[str, Any] | None:
    """What the file holds; None where it is not there, or not what `as_text` writes."""
    try:
        content = json.loads(path.read_text("utf-8"))
        rows = tuple(
            Row(
                row["experiment"], row["key"], Target(**row["target"]),
                Judged(**{**row["judged"], "faults": tuple(row["judged"]["faults"])}),
                tuple(row["begin"]), row["code"],
            )
            for row in content["rows"]
        )  # fmt: skip
        kinds = {"replicates": int, "seed": int, "waiting": list}
        kept = {name: content[name] for name in kinds}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    right = all(isinstance(kept[name], kind) for name, kind in kinds.items())
    return {**kept, "rows": rows} if right else None


def state(hypothesis: str, table: Table | None, *, days: bool = False) -> str:
    """
    Whether the estimator of a hypothesis passed: a state of `verdict`.

    `days` asks for its rows in days sooner, which stand beside those in its own scale. A table that
    is absent or of too few data sets, and one whose rows on the hypothesis are stale, unfinished or
    none, makes the check unavailable.
    """
    if table is None or not table.enough or hypothesis in table.waiting:
        return UNAVAILABLE
    rows = [row for row in table.of(hypothesis) if (DAYS in row.key) == days]
    judged = [row.passed for row in rows if row.passed is not None]
    if not judged or not all(row.fresh for row in rows):
        return UNAVAILABLE
    return PASSED if all(judged) else FAILED
