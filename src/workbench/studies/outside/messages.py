"""College messages: what others counted in the same record."""

from __future__ import annotations

import numpy as np

from workbench.data import Community
from workbench.models.survival import survival_at
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed.waiting import curve, waits
from workbench.studies.outside.checks import PRINTED, Check

NAME = "college-messages"
TITLE = "College messages"
SNAP = "SNAP, CollegeMsg; Panzarasa, Opsahl & Carley (2009)"
ALONE = "another program, from the messages at second precision"
# At minute precision a few conversations begin in another order, or as two.
ORDER = 5e-4
BESIDES = (
    "; or, for the shares replied to and still silent, 0.0005, because our copy has minutes and "
    "theirs seconds"
)


def checks(one: Community) -> list[Check]:
    """Counts that were published, and waiting times computed elsewhere from the same file."""
    posts = one.posts
    ties = posts.select("author_id", "recipient_id").unique()
    back = ties.join(
        ties, left_on=["author_id", "recipient_id"], right_on=["recipient_id", "author_id"],
        how="semi",
    )  # fmt: skip
    span = float(np.ptp(posts["created_us"].to_numpy())) / DAY
    printed = [
        ("messages", "59835", one.manifest["counts"]["posts"]["read"]),
        ("people", "1899", one.people.height),
        ("ties from one to another", "20296", ties.height),
        ("days from first to last", "193.7", span),
        ("share of ties that go both ways", "0.63638", back.height / ties.height),
    ]
    return [*(Check(TITLE, *values, SNAP, PRINTED) for values in printed), *_waits(one)]


def _waits(one: Community) -> list[Check]:
    found = waits(one)
    answered = found.loc[found["answered"], "hours"]
    silent = curve(found)
    shares = [
        ("share of conversations replied to", "0.4666", float(found["answered"].mean())),
        ("still silent after 24 hours", "0.659473", survival_at(silent, 24).estimate or 0.0),
        ("still silent after 168 hours", "0.576638", survival_at(silent, 168).estimate or 0.0),
    ]
    median = float(answered.median())
    return [
        Check(TITLE, "median wait of the replied, hours", "3.92", median, ALONE),
        *(Check(TITLE, *values, ALONE, loose=ORDER) for values in shares),
    ]
