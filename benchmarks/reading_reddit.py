"""What reading Reddit costs: CPU seconds beside the json module and zstd, and peak memory."""

from __future__ import annotations

import json
import random
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import zstandard

SIZE = 200_000_000  # bytes
SEED = 20
RUNS = 3
GOAL_JSON, GOAL_ZSTD, GOAL_MEMORY = 5, 4, 500

WORDS = [f"word{n}" for n in range(800)]
MARKS = ["why?", "https://example.org/a?b=1", "&gt; said", "`code`", "caf\u00e9", "\U0001f600"]
# Fields of the dumps of 2021 that nobody reads here. With the others a row has about sixty and
# takes about 1,900 bytes, a fifth of them its text.
UNREAD: dict[str, Any] = dict.fromkeys((
    "approved_at_utc", "approved_by", "associated_award", "author_flair_background_color",
    "author_flair_css_class", "author_flair_template_id", "author_flair_text",
    "author_flair_text_color", "banned_at_utc", "banned_by", "collapsed_because_crowd_control",
    "collapsed_reason", "collapsed_reason_code", "comment_type", "mod_note", "mod_reason_by",
    "mod_reason_title", "num_reports", "removal_reason", "report_reasons", "top_awarded_type",
)) | dict.fromkeys((
    "archived", "author_is_blocked", "author_patreon_flair", "author_premium", "can_mod_post",
    "collapsed", "is_submitter", "locked", "score_hidden", "stickied",
), False) | dict.fromkeys((
    "all_awardings", "author_flair_richtext", "awarders", "mod_reports", "treatment_tags",
    "user_reports",
), ()) | {
    "author_created_utc": 1.3e9, "author_flair_type": "text", "author_fullname": "t2_invented",
    "can_gild": True, "controversiality": 0, "gilded": 0, "gildings": {}, "no_follow": True,
    "send_replies": True, "permalink": "/r/invented/comments/abc/of_nothing/def/",
    "subreddit_id": "t5_inven", "subreddit_name_prefixed": "r/Invented", "subreddit_type": "public",
    "total_awards_received": 0,
}  # fmt: skip


def row(number: int, draw: random.Random) -> dict[str, Any]:
    """One invented row: every eighth is a submission, every thirtieth was edited."""
    at = 1425168000 + number
    thread = f"t3_s{number // 8 * 8}"
    text = " ".join(draw.choices(WORDS, k=draw.randrange(1, 120)) + draw.choices(MARKS, k=1))
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
            line = json.dumps(row(number, draw), separators=(",", ":")).encode() + b"\n"
            plain.write(line)
            packed.write(line)
            number, size = number + 1, size + len(line)


def ours(path: Path) -> int:
    """Rows kept by the reader of Reddit."""
    from workbench.sources import reddit  # noqa: PLC0415 (a cost of this task alone)

    tables = (batch.tables for batch in reddit.read(path))
    return sum(one["posts"].height for one in tables if "posts" in one)


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


def blocks(path: Path) -> int:
    """Bytes that our own unpacking gives."""
    from workbench.sources import _compressed  # noqa: PLC0415

    return sum(map(len, _compressed.blocks(path, where="benchmark")))


TASKS: dict[str, tuple[Callable[[Path], int], str]] = {
    "plain": (ours, "rows"),
    "json": (json_lines, "rows"),
    "zst": (ours, "rows.zst"),
    "unpack": (blocks, "rows.zst"),
}


def measured(*command: str, out: int = subprocess.PIPE) -> tuple[float, str]:
    """CPU seconds of all threads of a new process with its start-up, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    printed = subprocess.run(command, check=True, stdout=out, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, printed


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
    """Measure every task in turn, thrice, and print the least of each beside its goal."""
    cost: dict[str, float] = {}
    peak, count = {}, {}
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([sys.executable, __file__, "prepare", home], check=True)
        packed = str(Path(home) / "rows.zst")
        for task in [*TASKS, "zstd"] * RUNS:
            if task == "zstd":
                seconds, _ = measured("zstd", "-dc", "--long=31", packed, out=subprocess.DEVNULL)
            else:
                seconds, printed = measured(sys.executable, __file__, task, home)
                peak[task], count[task] = float(printed.split()[0]), int(printed.split()[1])
            cost[task] = min(seconds, cost.get(task, seconds))
    for task, seconds in cost.items():
        print(f"{task:7} {seconds:6.2f} CPU seconds, peak {peak.get(task, 0):5.0f} MB")
    assert count["plain"] == count["json"] == count["zst"]
    print(f"{count['plain']:,} rows")
    print(f"json / plain   {cost['json'] / cost['plain']:5.1f} (goal: {GOAL_JSON} or more)")
    print(f"zst / zstd     {cost['zst'] / cost['zstd']:5.1f} (goal: {GOAL_ZSTD} or less)")
    print(f"unpack / zstd  {cost['unpack'] / cost['zstd']:5.1f} (of it, unpacking)")
    print(f"peak, plain    {peak['plain']:5.0f} MB (goal: below {GOAL_MEMORY})")
    print(f"peak, zst      {peak['zst']:5.0f} MB; it holds up to 2 GiB of the file, as zstd does")


if __name__ == "__main__":
    main() if len(sys.argv) < 3 else child(sys.argv[1], Path(sys.argv[2]))
