"""What reading a dump costs: CPU seconds beside an XML parser's, wall seconds beside `cat`'s."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

import polars as pl

from workbench.sources import _stackexchange_rows as rows_of
from workbench.sources import stackexchange
from workbench.sources._xml_rows import Rows

MEGABYTES = 200
SEED = 20
RUNS = 3  # of each way in turn, of which the least counts
BATCH = 5_000  # rows that the parser collects before they become a table
MOMENT = "%Y-%m-%dT%H:%M:%S%.3f"
GOALS = {"metadata": 5, "bodies": 4}
GOAL_CAT, GOAL_MEMORY = 2.5, 500


def dump(path: Path, megabytes: int) -> None:
    """An invented Posts.xml with the attributes, lengths and entities that dumps have."""
    dice = random.Random(SEED)
    words = ["".join(dice.choices("etaoinshrdlu", k=dice.randint(2, 9))) for _ in range(5_000)]
    text = [" ".join(dice.choices(words, k=60)) for _ in range(2_000)]
    code = (
        "&lt;pre&gt;&lt;code&gt;for x in &quot;ab&quot;:&#xA;    y &amp;amp;= x&#xA;&lt;/code&gt;"
    )
    written, number, question = 0, 0, 1
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write('\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<posts>\r\n')
        while written < megabytes * 1_000_000:
            number += 1
            parts = [f"&lt;p&gt;{dice.choice(text)}&lt;/p&gt;" for _ in range(dice.randint(1, 5))]
            parts += [code] * (dice.random() < 0.5) + ["&lt;p&gt;é “日本”&lt;/p&gt;"]
            question = number if dice.random() < 0.4 or number == 1 else question
            row = post(number, question, "&#xA;&#xA;".join(parts), dice)
            written += file.write(row)
        file.write("</posts>\r\n")


def post(number: int, question: int, body: str, dice: random.Random) -> str:
    """One row of Posts.xml."""
    moment = f"20{number % 20 + 10:02}-0{number % 9 + 1}-1{number % 10}T0{number % 10}:15:30.123"
    edited = f'LastEditorUserId="{number % 999}" LastEditDate="{moment}" '
    about = (
        f'Title="{body[12:60]}" Tags="&lt;python&gt;&lt;c++&gt;" AnswerCount="2" ViewCount="99" '
        if number == question
        else ""
    )
    kind = 'PostTypeId="1"' if about else f'PostTypeId="2" ParentId="{question}"'
    return (
        f'  <row Id="{number}" {kind} CreationDate="{moment}" Score="{number % 7 - 1}" '
        f'Body="{body}" OwnerUserId="{number % 5_000}" {edited * (dice.random() < 0.4)}'
        f'LastActivityDate="{moment}" {about}CommentCount="1" ContentLicense="CC BY-SA 4.0" />\r\n'
    )


def ours(path: Path, *, bodies: bool) -> int:
    """The reader of the workbench; how many posts it finds."""
    batches = stackexchange.read(path, options={"bodies": bodies})
    return sum(batch.tables["posts"].height for batch in batches if "posts" in batch.tables)


def parser(path: Path, *, bodies: bool) -> int:
    """The same table from an expat handler that collects the same columns."""
    columns = (*rows_of.POST_COLUMNS, "Body") if bodies else rows_of.POST_COLUMNS
    count, nobody = 0, pl.Series([rows_of.PROGRAM])
    for frame in parsed(path, columns):
        judged = rows_of.posts(frame, community_id="x", bots=nobody)
        kept, _ = rows_of.parted(judged, Rows(frame, frame.clear()), "posts", file=path.name)
        count += kept.height
        rows_of.tags(kept)
    return count


def parsed(path: Path, columns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """Rows as an event-driven parser gives them, some thousands at a time."""
    found: list[list[str | None]] = []
    schema = {"number": pl.Int64, **dict.fromkeys(columns, pl.String)}

    def begun(name: str, values: dict[str, str]) -> None:
        if name == "row":
            found.append([values.get(column) for column in columns])

    reader, before = expat.ParserCreate(), 0
    reader.StartElementHandler = begun
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            reader.Parse(piece, False)
            if len(found) >= BATCH or file.tell() == path.stat().st_size:
                numbers = list(range(before + 1, before + len(found) + 1))
                lists = [numbers, *map(list, zip(*found, strict=True))]
                frame = pl.DataFrame(dict(zip(schema, lists, strict=True)), schema=schema)
                moments = pl.col("CreationDate", "LastEditDate").str.to_datetime(MOMENT)
                yield frame.with_columns(moments.dt.epoch("us"))
                before += len(found)
                found.clear()


def lists(path: Path, *, bodies: bool) -> int:
    """What the parser alone needs to collect the same attributes into lists, and no table."""
    columns = (*rows_of.POST_COLUMNS, "Body") if bodies else rows_of.POST_COLUMNS
    found: list[list[str | None]] = []

    def begun(name: str, values: dict[str, str]) -> None:
        if name == "row":
            found.append([values.get(column) for column in columns])

    reader = expat.ParserCreate()
    reader.StartElementHandler = begun
    with path.open("rb") as file:
        reader.ParseFile(file)
    return len(found)


def measured(*command: str | Path) -> tuple[float, float, float, str]:
    """CPU seconds, wall seconds, peak megabytes and output of a process of its own."""
    begun = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}.")
    unit = 1 if sys.platform == "darwin" else 1024
    wall = time.perf_counter() - begun
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit / 1e6, output.strip()


def forget(path: Path) -> None:
    """Have the system drop its copy of the file, so that the next reading is from the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def compare(path: Path, what: str, goal: int) -> None:
    """Print the least that each way costs, all ways in turn."""
    runs = [
        {
            way: measured(sys.executable, __file__, way, what, path)
            for way in ("ours", "parser", "lists")
        }
        for _ in range(RUNS)
    ]
    assert len({one[3] for run in runs for one in run.values()}) == 1, "all find the same posts"
    least = {way: min(run[way][0] for run in runs) for way in runs[0]}
    size, peak = path.stat().st_size / 1e6, max(run["ours"][2] for run in runs)
    print(
        f"{what:9} {least['ours']:6.2f} CPU seconds ({size / least['ours']:4.0f} MB/s), "
        f"parser {least['parser']:6.2f}: {least['parser'] / least['ours']:4.1f} times faster "
        f"(goal: {goal}), "
        f"into lists alone {least['lists']:6.2f}: {least['lists'] / least['ours']:4.1f} times; "
        f"peak {peak:,.0f} MB (goal: below {GOAL_MEMORY})"
    )


def main(megabytes: int) -> None:
    """Measure each way of reading and print it beside its goal."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "Posts.xml"
        dump(path, megabytes)
        size = path.stat().st_size / 1e6
        print(f"Posts.xml {size:,.0f} MB")
        for what, goal in GOALS.items():
            compare(path, what, goal)
        forget(path)
        _, plain, _, _ = measured("sh", "-c", f"cat '{path}' > /dev/null")
        forget(path)
        _, wall, _, _ = measured(sys.executable, __file__, "ours", "metadata", path)
        print(
            f"from the disk: {wall:.2f} wall seconds, cat {plain:.2f}: "
            f"{wall / plain:.1f} times (goal: {GOAL_CAT})"
        )


if __name__ == "__main__":
    if len(sys.argv) < 4:
        main(int(sys.argv[1]) if len(sys.argv) == 2 else MEGABYTES)
    else:
        way = {"ours": ours, "parser": parser, "lists": lists}[sys.argv[1]]
        print(way(Path(sys.argv[3]), bodies=sys.argv[2] == "bodies"))
