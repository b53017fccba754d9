"""Parquet: columns of any type as text, and damage in one line."""

import errno
import re
from datetime import date, datetime, timedelta

import polars as pl
import pyarrow as pa
import pytest

from workbench.errors import SourceError
from workbench.sources import _parquet_file
from workbench.sources._parquet_file import as_text

MOMENT = datetime(2024, 5, 13, 10, 0, 0)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pl.Series([1.0, 2.5, None, float("nan"), 100.0]), ["1", "2.5", None, None, "100"]),
        (pl.Series([1715594405.25]), ["1715594405.25"]),
        (pl.Series([2**60]), [str(2**60)]),
        (pl.Series([True, False]), ["true", "false"]),
        (pl.Series([date(2024, 5, 13)]), ["2024-05-13"]),
        (pl.Series([MOMENT]), ["2024-05-13 10:00:00"]),
        (pl.Series([MOMENT.replace(microsecond=120_000)]), ["2024-05-13 10:00:00.12"]),
        (
            pl.Series([MOMENT]).dt.replace_time_zone("Europe/Rome"),
            ["2024-05-13 08:00:00+00:00"],
        ),
        (pl.Series(["x"], dtype=pl.Categorical), ["x"]),
    ],
)
def test_as_text_by_hand(values, texts):
    """Columns of any type are what a CSV would hold, without digits that nobody wrote."""
    assert as_text(values, where="test").to_list() == texts


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (pa.array([timedelta(hours=1)]), "Duration"),
        (pa.array([[1]]), "List"),
        (pa.array([b"x"]), "Binary"),
        (pa.array([(1, 2, 3)], pa.month_day_nano_interval()), "month_day_nano_interval"),
    ],
    ids=["duration", "list", "binary", "interval"],
)
def test_columns_that_are_no_text(tmp_path, array, kind):
    """A span of time is no moment; what has no text is refused in one line, and so is what has no
    place in a table."""
    with pytest.raises(SourceError) as refused:
        _parquet_file._column(pa.record_batch({"at": array}), "at", where="test")

    assert re.fullmatch(
        rf"test: column at expected text, numbers or times, got {kind}.*\. "
        r"Choose another column, or save it as text\.",
        str(refused.value),
    )


@pytest.mark.parametrize("compression", ["snappy", "zstd", "gzip"])
def test_damaged_pages(tmp_path, compression):
    """A file whose head and foot are sound, and whose middle was overwritten, is refused."""
    path = tmp_path / "x.parquet"
    frame = pl.DataFrame({"a": [str(i) for i in range(5_000)]})
    frame.write_parquet(path, compression=compression, use_pyarrow=True)
    content = bytearray(path.read_bytes())
    content[20:20_000] = b"\xff" * len(content[20:20_000])
    foot = path.read_bytes()[-1_000:]
    path.write_bytes(bytes(content[:-1_000]) + foot)

    assert _parquet_file.shape(path, where="test") == (("a",), 5_000)
    with pytest.raises(SourceError, match=r"or damaged pages\. Write it again") as refused:
        list(_parquet_file.frames(path, ["a"], where="test", rows=1_000))
    assert "\n" not in str(refused.value)


def test_what_the_system_refuses_is_not_damage(tmp_path, monkeypatch):
    """An error of the disk keeps its name, because writing the file again would not help."""

    def refuse(path):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(_parquet_file.pq, "ParquetFile", refuse)

    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    with pytest.raises(OSError, match="Input/output error"):
        _parquet_file.shape(tmp_path / "x.parquet", where="test")


def test_as_text_of_lost_digits():
    """Whole numbers that decimals cannot hold are refused: two ids could have become one."""
    values = pl.Series("id", [2.0**53 + 2])

    with pytest.raises(SourceError, match=r"column id expected exact numbers, got decimals above"):
        as_text(values, where="test")
