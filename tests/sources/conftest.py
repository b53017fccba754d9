"""What several tests of readers need: the counts of a whole read, and where the packages are."""

from collections import Counter
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import polars as pl
import pytest

from workbench.sources import Batch

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="session")
def data():
    """The folder with one invented export for each platform."""
    return DATA


@pytest.fixture(scope="session")
def rows_of():
    """A function: batches and the name of a table -> its rows, rejected rows, reasons by row."""

    def gather(batches: Iterable[Batch], table: str):
        batches = list(batches)
        kept = pl.concat([b.tables[table] for b in batches if table in b.tables])
        rejected = pl.concat([b.rejected for b in batches]).filter(pl.col("table") == table)
        numbers = [*kept["row"], *rejected["row"]]
        # Every row as read stands in exactly one place: the numbers are 1..n without a gap.
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        return kept, rejected, dict(rejected.select("row", "reason").iter_rows())

    return gather


@pytest.fixture(scope="session")
def installed():
    """A function: package and file inside it -> the path of the installed file."""

    def locate(package: str, file: str) -> Path:
        return Path(str(metadata.distribution(package).locate_file(file)))

    return locate


@pytest.fixture(scope="session")
def reasons():
    """A function: rejected rows -> how many for each reason."""

    def count(rejected: pl.DataFrame) -> dict[str, int]:
        return dict(Counter(rejected["reason"]))

    return count
