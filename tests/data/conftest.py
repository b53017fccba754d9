"""Fixtures of the room `data`: a data folder of its own for every test, and an invented forum."""

from pathlib import Path

import polars as pl
import pytest
import small_forum

from workbench import sources


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, so that no test touches real data."""
    home = tmp_path / "home"
    monkeypatch.setenv("WORKBENCH_DATA", str(home))
    return home


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented forum's export, with its source registered."""
    known = {**sources.sources(), "forum": small_forum.SOURCE}
    monkeypatch.setattr(sources, "sources", lambda: known)
    return small_forum.write_export(tmp_path / "export.forum")


@pytest.fixture
def posts_from():
    """Turn a small text table into a posts table as a source gives it; `-` is empty."""

    def build(text: str) -> pl.DataFrame:
        head, *lines = [line.split() for line in text.strip().splitlines()]
        cells = [[None if cell == "-" else cell for cell in line] for line in lines]
        frame = pl.DataFrame(cells, schema=dict.fromkeys(head, pl.String), orient="row")
        minutes = pl.col("minute").cast(pl.Int64)
        defaults = {"community_id": "c", "thread_id": None, "parent_id": None, "author_id": "ann"}
        return frame.with_columns(
            (small_forum.START + small_forum.MINUTE * minutes).alias("created_us"),
            pl.lit(1, pl.Int64).alias("precision_us"),
            pl.lit("post").alias("kind"),
            pl.lit(False).alias("is_bot"),
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row"),
            pl.format("line {}", pl.int_range(1, pl.len() + 1)).alias("place"),
            *[
                pl.lit(value, pl.String).alias(name)
                for name, value in defaults.items()
                if name not in frame.columns
            ],
        ).drop("minute")

    return build


@pytest.fixture
def communities() -> pl.DataFrame:
    """One community `c`, with nothing stated about the record's limits."""
    limits = {"observed_from_us": pl.Int64, "observed_until_us": pl.Int64}
    return pl.DataFrame([{**small_forum.COMMUNITY, "community_id": "c"}], schema_overrides=limits)
