"""Direct messages with a known fall of replies per doubling of load, and contests with one too."""

from __future__ import annotations

import numpy as np
import polars as pl

from workbench.data import Community
from workbench.data.community import in_memory

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = 1_100_000_000_000_000
FALL, USUAL = 0.10, 0.85
UNTIL = START + 100 * DAY


def community(name: str, platform: str, posts: list[dict], **tables: list[dict]) -> Community:
    """A community in memory; what a post does not say is filled in."""
    filled = [
        {"community_id": "c", "precision_us": 1, "kind": "message", "is_bot": False, **post}
        for post in posts
    ]
    about = {
        "community_id": "c", "name": name, "platform": platform, "timezone": "UTC",
        "timezone_source": "assumed", "record_start": "cut", "observed_from_us": START,
        "observed_until_us": UNTIL,
    }  # fmt: skip
    held = {"posts": filled, "communities": [about], **tables}
    frames = {key: pl.DataFrame(rows, infer_schema_length=None) for key, rows in held.items()}
    return in_memory(name, frames, title=name.title(), source="invented", options={})


def message(number: int, thread: str, author: str, to: str, moment: int) -> dict:
    """One direct message."""
    return {
        "post_id": f"{number:06d}", "thread_id": thread, "author_id": author,
        "recipient_id": to, "created_us": moment,
    }  # fmt: skip


def inbox(seed: int = 1, *, people: int = 70, episodes: int = 24) -> Community:
    """
    People who come, write, and find turns from several senders; replies fall with load.

    A turn that finds m others of this coming is answered within the hour with the chance USUAL -
    FALL x log2(1 + m). Everybody is there, having written up to ten minutes before.
    """
    dice = np.random.default_rng(seed)
    posts: list[dict] = []
    for person in (f"p{k:02d}" for k in range(people)):
        for episode in range(episodes):
            begin = START + (2 * episode) * DAY + int(dice.integers(0, 20 * 60)) * MINUTE
            for sent in range(int(dice.integers(1, 4))):
                posts.append(message(len(posts), f"{person}-z", person, "z", begin + sent))
            for load in range(int(dice.integers(1, 8))):
                thread, sender = f"{person}-s{load}", f"{person}s{load}"
                came = begin + MINUTE + load * MINUTE // 2
                posts.append(message(len(posts), thread, sender, person, came))
                if dice.random() < USUAL - FALL * np.log2(1 + load):
                    back = begin + 30 * MINUTE + load * MINUTE
                    posts.append(message(len(posts), thread, person, sender, back))
    return community("inbox", "direct messages", posts)


def contests(seed: int = 1, *, number: int = 8, ideas: int = 60) -> Community:
    """Contests in which an early comment means as much at busy times as at quiet ones."""
    dice = np.random.default_rng(seed)
    posts, entered = [], []
    for contest in range(number):
        begin = START + contest * 5 * DAY
        for idea in range(ideas):
            name = f"k{contest}i{idea:03d}"
            moment = begin + int(dice.exponential(DAY)) % (4 * DAY) + idea
            merit = int(dice.integers(0, 30))
            author, channel = f"a{dice.integers(0, 90)}", f"k{contest}"
            row = {"channel": channel, "length": int(dice.integers(10, 900)), "recipient_id": None}
            opening = row | {"post_id": name, "thread_id": name, "author_id": author}
            posts.append(opening | {"created_us": moment, "kind": "idea", "score": merit})
            entered.append(
                {"community_id": "c", "post_id": name, "contest_id": channel, "won": merit > 28}
            )
            if dice.random() < 0.2 + merit / 60:
                reply = row | {"post_id": f"{name}c", "thread_id": name, "author_id": "zoe"}
                posts.append(reply | {"created_us": moment + HOUR, "kind": "comment", "score": 0})
    ids = [{"community_id": "c", "contest_id": f"k{c}"} for c in range(number)]
    return community("contests", "forum", posts, ideas=entered, contests=ids)
