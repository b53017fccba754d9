"""An invented forum as a CSV export: names and texts to hide, and the flaws of real exports."""

from __future__ import annotations

import csv
import random
from bisect import bisect
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
NAME = "Wilhelmina Quackenbush"  # followed by a number; nobody is called so
WORDS = ("marzipan", "zeppelin", "gramophone", "tangerine", "obelisk")
MAP = "post_id=id,thread_id=topic,parent_id=reply_to,author_id=user,created_at=when,text=body"


class Post(NamedTuple):
    """One row of the export; its fields are the columns of the CSV."""

    id: str
    topic: str
    reply_to: str
    user: str
    when: str
    body: str


def posts(*, people: int, days: float, threads: int, seed: int = 1) -> list[Post]:
    """
    A forum without flaws, in order of time.

    People arrive over the first four fifths of the record, each by opening a thread; the threads
    that are left are opened later by somebody of them. A third of the threads stays silent, the
    others get one answer or a few, after minutes to days, from people who are there by then.
    """
    dice = random.Random(seed)
    arrived = sorted(dice.uniform(0, days * 0.8) for _ in range(people))
    made = []
    for number in range(threads):
        who = number if number < people else dice.randrange(people)
        later = 0.0 if number < people else dice.expovariate(3 / days)
        begun = arrived[who] + later
        made.append((begun, f"t{number}", "", who))
        answers = 0 if dice.random() < 1 / 3 else 1 + int(dice.expovariate(0.8))
        for answer in range(answers):
            when = begun + dice.lognormvariate(-1.5, 2)
            present = bisect(arrived, when)
            made.append((when, f"t{number}r{answer}", f"t{number}", dice.randrange(present)))
    kept = sorted(row for row in made if row[0] < days)
    return [
        Post(
            post, parent or post, parent, f"{NAME} {who}", clock(day), f"{dice.choice(WORDS)} {who}"
        )
        for day, post, parent, who in kept
    ]


def clock(day: float) -> str:
    """A moment as the export writes it, so many days after the record began."""
    return (BEGIN + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_flaws(clean: Sequence[Post]) -> list[Post]:
    """Every 40th author deleted, every 300th row doubled, some threads without their opening."""
    made = []
    openings = 0
    for number, post in enumerate(clean):
        if not post.reply_to:
            openings += 1
            if openings % 100 == 0:
                continue
        made.append(post._replace(user="") if number % 40 == 39 else post)
        if number % 300 == 299:
            made.append(made[-1])
    return made


def write(path: Path, made: Sequence[Post]) -> Path:
    """The posts as a CSV with a head."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Post._fields)
        writer.writerows(made)
    return path
