"""What the load measure costs beside a plain loop over the same turns: CPU seconds, same counts."""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
import polars as pl

from workbench.measures import collect
from workbench.measures.inbound import inbound

ROWS, PEOPLE, THREADS = 8_000, 16, 20
HOUR = 3_600_000_000
SPAN = 60 * 24 * HOUR
SEED = 20


def made(rows: int) -> pl.DataFrame:
    """Turns of few people in few threads, so that much arrives for each."""
    rng = np.random.default_rng(SEED)
    person, thread = rng.integers(0, PEOPLE, rows), rng.integers(0, THREADS, rows)
    arrived = np.sort(rng.integers(0, SPAN, rows))
    return pl.DataFrame(
        {
            "community_id": ["c"] * rows,
            "thread_id": [f"{p}-{t}" for p, t in zip(person, thread, strict=True)],
            "recipient_id": [f"p{p}" for p in person],
            "arrived_us": arrived,
            "replied_us": arrived + rng.integers(1, 6 * HOUR, rows),
        }
    )


def looped(turns: pd.DataFrame) -> list[int]:
    """For every turn a look at all turns of the same person."""
    counts = []
    groups = dict(iter(turns.groupby("recipient_id")))
    for row in turns.itertuples():
        mine = groups[row.recipient_id]
        age = row.arrived_us - mine["arrived_us"]
        counts.append(int(((age > 0) & (age <= HOUR) & (mine["thread_id"] != row.thread_id)).sum()))
    return counts


def main() -> int:
    """Print both costs and their ratio; 1 where the counts differ or the gain is below ten."""
    turns = made(ROWS)
    posts = turns.select(
        "community_id", author_id="recipient_id", created_us="replied_us"
    )  # replies are own posts
    before = time.process_time()
    measured = collect(
        inbound(turns, posts, window_us=HOUR, online_us=HOUR, horizon_us=24 * HOUR, within_us=HOUR)
    )
    quick, before = time.process_time() - before, time.process_time()
    slow_counts = looped(turns.to_pandas())
    slow = time.process_time() - before
    key = ["recipient_id", "arrived_us", "thread_id"]
    expected = turns.to_pandas().assign(load=slow_counts).sort_values(key)["load"].to_list()
    same = measured.sort_values(key)["load"].to_list() == expected
    print(f"{ROWS:,} turns: measure {quick:.2f} s (six counts), loop {slow:.2f} s (one count)")
    print(f"{slow / quick:.0f} times faster; counts are {'the same' if same else 'NOT the same'}")
    return 0 if same and slow >= 10 * quick else 1


if __name__ == "__main__":
    sys.exit(main())
