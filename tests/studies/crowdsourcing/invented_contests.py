"""Communities in memory for the tests of study 2: contests with ideas, and judged items."""

from __future__ import annotations

import numpy as np
import polars as pl

from workbench.data.community import in_memory
from workbench.simulate import contests, raters

HOUR = 3_600_000_000
DAY = 24 * HOUR
NAME = "invented"


def _community(tables, *, platform="forum"):
    about = {
        "community_id": NAME, "name": "Invented", "platform": platform, "timezone": "UTC",
        "timezone_source": "assumed", "record_start": "launch", "observed_from_us": 0,
        "observed_until_us": 100_000 * DAY,
    }  # fmt: skip
    return in_memory(
        NAME, {"communities": pl.DataFrame([about]), **tables}, title="Invented",
        source="simulated", options={},
    )  # fmt: skip


def of_ideas(rows):
    """
    A community of contests from rows of ideas and comments.

    rows : dicts with post, author, at (hours), and for an idea contest, won, score, stage; for a
    comment thread.
    """
    posts, ideas = [], []
    for row in rows:
        posts.append(
            {
                "community_id": NAME, "post_id": row["post"],
                "thread_id": row.get("thread", row["post"]), "author_id": row["author"],
                "created_us": int(row["at"] * HOUR), "precision_us": 1, "is_bot": False,
                "kind": "comment" if "thread" in row else "idea", "score": row.get("score"),
                "length": row.get("length", 100),
            }
        )  # fmt: skip
        if "thread" not in row:
            ideas.append(
                {
                    "community_id": NAME, "post_id": row["post"], "contest_id": row["contest"],
                    "won": row.get("won"), "stage": row.get("stage"),
                }
            )  # fmt: skip
    kinds = {"author_id": pl.String, "score": pl.Int64}
    return _community(
        {
            "posts": pl.DataFrame(posts, schema_overrides=kinds, infer_schema_length=None),
            "ideas": pl.DataFrame(
                ideas, schema_overrides={"won": pl.Boolean, "stage": pl.String},
                infer_schema_length=None,
            ),
        }
    )  # fmt: skip


def simulated(seed, *, settings=None, size=40, people=300, lift=0.0):
    """
    Contests of the simulator; six ideas in ten get a comment within a day.

    `lift` adds that much to the chance that a commented idea is among the winners.
    """
    made = contests.simulate(
        settings or contests.Settings(log_entrants=3.0), seed=seed, contests=size, people=people
    )
    dice = np.random.default_rng([seed, 1])
    rows = []
    for row in made.ideas.itertuples():
        post, at = f"{row.contest}-{row.idea}", 24.0 * (60 * row.contest + row.day)
        early = dice.random() < 0.6
        won = bool(row.success) or (early and dice.random() < lift)
        rows.append(
            {
                "post": post, "author": f"p{row.person}", "at": at, "contest": f"k{row.contest}",
                "won": won, "score": int(row.popularity), "stage": "concept",
                "length": 50 + int(dice.integers(200)),
            }
        )  # fmt: skip
        wait = dice.uniform(0.1, 20) if early else dice.uniform(30, 90)
        writer = f"p{dice.integers(people)}b"
        rows.append({"post": f"{post}-c", "thread": post, "author": writer, "at": at + wait})
    return of_ideas(rows)


def judged_by(rows, truths):
    """A rating task from (item, rater, label) or (item, rater, label, round), and item -> class."""
    ratings = [
        {
            "community_id": NAME, "item_id": str(item), "rater_id": rater, "scale": "s",
            "label": label, "round": more[0] if more else None,
        }
        for item, rater, label, *more in rows
    ]  # fmt: skip
    known = [
        {"community_id": NAME, "item_id": str(item), "label": label}
        for item, label in truths.items()
    ]
    kinds = {"rater_id": pl.String, "label": pl.String, "round": pl.String}
    return _community(
        {
            "ratings": pl.DataFrame(ratings, schema_overrides=kinds, infer_schema_length=None),
            "truths": pl.DataFrame(known, schema_overrides={"label": pl.String}),
        },
        platform="rating task",
    )


def simulated_judges(seed, *, items=120, judges=15, each=5):
    """Judgements of the simulator, with the right class of every item."""
    made = raters.simulate(raters.Settings(), seed=seed, items=items, raters=judges, per_item=each)
    rows = [(row.item, f"r{row.rater}", f"c{row.label}") for row in made.judgements.itertuples()]
    right = {row.item: f"c{row.true_class}" for row in made.items.itertuples()}
    return judged_by(rows, right)
