"""What reading Reddit costs: CPU seconds beside the json module and zstd, and peak memory."""

from __future__ import annotations

import json
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import zstandard

SIZE = 200_000_000  # bytes
SEED = 20
GOAL_JSON, GOAL_ZSTD, GOAL_MEMORY = 5, 4, 500

WORDS = [f"word{n}" for n in range(800)]
MARKS = ["why?", "https://example.org/a?b=1", "&gt; said", "`code`", "caf\u00e9", "\U0001f600"]
# Fields that are in every row of the dumps and that nobody reads here.
UNREAD: dict[str, Any] = {
    "all_awardings": [], "approved_at_utc": None, "archived": False, "can_gild": True,
    "author_flair_css_class": None, "author_flair_richtext": [], "author_flair_type": "text",
    "author_fullname": "t2_invented", "collapsed": False, "controversiality": 0, "gildings": {},
    "is_submitter": False, "locked": False, "no_follow": True, "send_replies": True,
    "permalink": "/r/invented/comments/abc/of_nothing/def/", "stickied": False,
    "subreddit_id": "t5_inven", "subreddit_name_prefixed": "r/Invented", "subreddit_type": "public",
    "total_awards_received": 0, "treatment_tags": [],
}  # fmt: skip


def row(number: int, draw: random.Random) -> dict[str, Any]:
    """One invented row: every eighth is a submission, every thirtieth was edited."""
    at = 1425168000 + number
    thread = f"t3_s{number // 8 * 8}"
    text = " ".join(draw.choices(WORDS, k=draw.randrange(1, 60)) + draw.choices(MARKS, k=1))
    if number % 8 == 0:
        own = {"id": f"s{number}", "title": text[:60], "selftext": text, "link_flair_text": "Flair"}
    else:
        own = {"id": f"c{number}", "body": text, "link_id": thread, "parent_id": thread}
    return UNREAD | own | {
        "author": f"invented{draw.randrange(20_000)}", "created_utc": at, "distinguished": None,
        "edited": at + 90 if number % 30 == 0 else False, "score": draw.randrange(-3, 50),
        "retrieved_on": at + 3_000_000, "subreddit": "Invented",
    }  # fmt: skip


def prepare(folder: Path) -> None:
    """Write the rows plain, and packed with a window of 2^31 bytes."""
    draw, number, size = random.Random(SEED), 0, 0
    long = zstandard.ZstdCompressionParameters.from_level(3, window_log=31, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=long)
    with (
        (folder / "rows").open("wb") as plain,
        (folder / "rows.zst").open("wb") as out,
        packer.stream_writer(out) as packed,
    ):
        while size < SIZE:
            line = json.dumps(row(number, draw), ensure_ascii=False).encode() + b"\n"
            plain.write(line)
            packed.write(line)
            number, size = number + 1, size + len(line)


def ours(path: Path) -> int:
    """Rows kept by the reader of Reddit."""
    from workbench.sources import reddit  # noqa: PLC0415 (a cost of this task alone)

    return sum(batch.tables["posts"].height for batch in reddit.read(path))


def json_lines(path: Path) -> int:
    """The same columns by `json.loads`, line by line."""
    code, link = re.compile(r"`|^ {4}", re.MULTILINE), re.compile(r"https?://|\bwww\.", re.I)
    address, bot = re.compile(r"https?://\S+"), re.compile(r"(?:^|[-_.:+ ])(?i:bot)$|[a-z0-9]Bot$")
    kept = []
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            one = json.loads(line)
            comment = "link_id" in one
            text = one["body"] if comment else one["selftext"]
            for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
                text = text.replace(written, meant)
            post = ("t1_" if comment else "t3_") + one["id"]
            author, edited = one["author"], one["edited"]
            kept.append((
                number, f"line {number}", one["subreddit"].lower(), post,
                one["link_id"] if comment else post, one.get("parent_id"),
                None if author == "[deleted]" else author.lower(),
                int(one["created_utc"]) * 1_000_000, "comment" if comment else "post",
                one["score"], len(text), bool(code.search(text)), bool(link.search(text)),
                "?" in address.sub("", text), edited * 1_000_000 if edited else None,
                bool(bot.search(author)), one["distinguished"], one["retrieved_on"],
            ))  # fmt: skip
    return len(kept)


def unpacked(path: Path) -> int:
    """Bytes that `zstd -dc` gives, or the library's own stream where the program is missing."""
    program = shutil.which("zstd")
    if program:
        with subprocess.Popen(
            [program, "-dc", "--long=31", str(path)], stdout=subprocess.PIPE
        ) as done:
            assert done.stdout is not None
            return sum(map(len, _parts(done.stdout)))
    with path.open("rb") as stream:
        reader = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(stream)
        return sum(map(len, _parts(reader)))


def blocks(path: Path) -> int:
    """Bytes that our own unpacking gives."""
    from workbench.sources import _compressed  # noqa: PLC0415

    return sum(map(len, _compressed.blocks(path, where="benchmark")))


def _parts(stream: Any) -> Iterator[bytes]:
    return iter(lambda: stream.read(2**20), b"")


TASKS: dict[str, tuple[Callable[[Path], int], str]] = {
    "plain": (ours, "rows"),
    "json": (json_lines, "rows"),
    "zst": (ours, "rows.zst"),
    "unpack": (blocks, "rows.zst"),
    "zstd": (unpacked, "rows.zst"),
}


def measured(task: str, folder: Path) -> tuple[float, float, int]:
    """CPU seconds of a new process with its start-up, its peak in MB, and what it counted."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, __file__, task, str(folder)]
    peak, count = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return seconds, float(peak), int(count)


def child(task: str, folder: Path) -> None:
    """Run one task; print its peak in MB and what it counted."""
    if task == "prepare":
        prepare(folder)
        return
    function, name = TASKS[task]
    count = function(folder / name)
    unit = 1 if sys.platform == "darwin" else 1024
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, count)


def main() -> None:
    """Measure every task once and print it beside its goal."""
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([sys.executable, __file__, "prepare", home], check=True)
        got = {task: measured(task, Path(home)) for task in TASKS}
    for task, (seconds, peak, count) in got.items():
        about = TASKS[task][0].__doc__ or ""
        print(f"{task:7} {seconds:6.2f} CPU seconds, peak {peak:5.0f} MB, {count:,}   {about}")
    assert got["plain"][2] == got["json"][2] == got["zst"][2]
    cost = {task: one[0] for task, one in got.items()}
    print(f"json / plain   {cost['json'] / cost['plain']:5.1f} (goal: {GOAL_JSON} or more)")
    print(f"zst / zstd     {cost['zst'] / cost['zstd']:5.1f} (goal: {GOAL_ZSTD} or less)")
    print(f"unpack / zstd  {cost['unpack'] / cost['zstd']:5.1f} (of it, unpacking)")
    print(f"peak, plain    {got['plain'][1]:5.0f} MB (goal: below {GOAL_MEMORY})")
    print(f"peak, zst      {got['zst'][1]:5.0f} MB; it holds up to 2 GiB of the file, as zstd does")


if __name__ == "__main__":
    main() if len(sys.argv) < 3 else child(sys.argv[1], Path(sys.argv[2]))
