"""An invented place of questions and answers in autumn: canonical tables to plant defects in."""

import numpy as np
import polars as pl

SECOND = 1_000_000
HOUR = 3_600 * SECOND
CHANGE = 1_729_990_800_000_000  # 2024-10-27T01:00Z: clocks in Rome go back from 3:00 to 2:00
START = CHANGE - 200 * HOUR
UNTIL = CHANGE + 200 * HOUR


def communities(*names: str) -> pl.DataFrame:
    """Communities observed for 400 hours around the change of clocks."""
    return pl.DataFrame(
        [
            {
                "community_id": name,
                "name": f"Square {name}",
                "platform": "questions and answers",
                "timezone": "UTC",
                "timezone_source": "stated",
                "record_start": "cut",
                "observed_from_us": START,
                "observed_until_us": UNTIL,
                "ranking_policy": None,
            }
            for name in names
        ],
        schema_overrides={"ranking_policy": pl.String},
    )


def posts(rows: list[tuple[str, str, str, str | None, str, int]]) -> pl.DataFrame:
    """Posts from community, id, thread, parent, author and time; 40 characters each."""
    names = ["community_id", "post_id", "thread_id", "parent_id", "author_id", "created_us"]
    schema = {name: pl.Int64 if name == "created_us" else pl.String for name in names}
    opens = pl.col("parent_id").is_null()
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        recipient_id=pl.lit(None, pl.String),
        precision_us=pl.lit(1, pl.Int64),
        kind=pl.when(opens).then(pl.lit("question")).otherwise(pl.lit("answer")),
        score=pl.lit(None, pl.Int64),
        length=pl.lit(40, pl.Int64),
        is_bot=pl.lit(False),
        role=pl.lit(None, pl.String),
    )


def people(written: pl.DataFrame) -> pl.DataFrame:
    """Everybody who wrote, with an account from the beginning."""
    who = written.select("community_id", person_id="author_id").unique(maintain_order=True)
    return who.with_columns(joined_us=pl.lit(START, pl.Int64), is_bot=pl.lit(False))


def square(count: int = 1500, seed: int = 1) -> dict[str, pl.DataFrame]:
    """Two communities of random threads, closer together around the change of clocks; ratings."""
    dice = np.random.default_rng(seed)
    spread = dice.normal(0, 60, count).clip(-190, 190) * HOUR
    rows, threads = [], {"a": [], "b": []}
    for number, moment in enumerate(np.sort(spread.astype(np.int64)) + CHANGE):
        where = "ab"[dice.integers(2)]
        name, author = f"{where}-{number}", f"person {dice.integers(150)}"
        opens = not threads[where] or dice.random() < 0.4
        if opens:
            threads[where].append(name)
        thread = name if opens else threads[where][-int(dice.integers(1, 6)) :][0]
        rows.append((where, name, thread, None if opens else thread, author, int(moment)))
    written = posts(rows).with_columns(length=pl.Series(dice.integers(1, 200, count)))
    rated = written.head(30)
    ratings = rated.select(
        "community_id", item_id="post_id", rater_id="author_id", scale=pl.lit("useful"),
        value=pl.lit(1.0), created_us="created_us",
    )  # fmt: skip
    return {
        "communities": communities("a", "b"),
        "people": people(written),
        "posts": written,
        "ratings": ratings,
    }
