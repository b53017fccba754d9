"""A forum in which it is known what an answer does: drawn at random, as a table of posts."""

from __future__ import annotations

import numpy as np
import polars as pl

DAY = 86_400
BEGIN = 1_704_067_200  # 2024-01-01, a Monday, 00:00 UTC
ARRIVALS_DAYS = 140
RECORD = {
    "record_start": "launch",
    "observed_until": "2024-06-30T00:00:00Z",  # 181 days later: everybody is watched for 31 days
    "title": "Simulated forum",
}


def posts(seed: int, *, people: int, effect: float, weekend: float = 0.4) -> pl.DataFrame:
    """
    One newcomer a thread; at the weekend both an answer and a return are likelier by `weekend`.

    An answer within the day comes with probability .3 (.3 + `weekend` at the weekend), a later one
    to half of the others within five days. A return, after one and within 31 days, comes with
    probability .2, plus `weekend` at the weekend, plus `effect` if the answer came within the day.
    """
    dice = np.random.default_rng(seed)
    arrival = BEGIN + np.sort(dice.integers(0, ARRIVALS_DAYS * DAY, people))
    busy = weekend * ((arrival // DAY - BEGIN // DAY) % 7 >= 5)
    early = dice.random(people) < 0.3 + busy
    late = ~early & (dice.random(people) < 0.5)
    back = dice.random(people) < 0.2 + busy + effect * early
    wait = np.where(early, dice.integers(60, DAY, people), dice.integers(DAY + 1, 5 * DAY, people))
    pause = dice.integers(DAY + 1, 31 * DAY, people)
    who = np.arange(people)
    asked = _rows("q", who, "q", "newcomer", who, arrival)
    answered = _rows("a", who, "q", "helper", dice.integers(0, 40, people), arrival + wait)
    returned = _rows("r", who, "r", "newcomer", who, arrival + pause)
    return pl.concat([asked, answered.filter(early | late), returned.filter(back)])


def _rows(
    post: str, number: np.ndarray, thread: str, author: str, who: np.ndarray, at: np.ndarray
) -> pl.DataFrame:
    names = pl.DataFrame({"number": number, "who": who, "at": at})
    return names.select(
        post_id=pl.format(f"{post}{{}}", "number"),
        thread_id=pl.format(f"{thread}{{}}", "number"),
        author_id=pl.format(f"{author} {{}}", "who"),
        created_at=pl.from_epoch("at", time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
