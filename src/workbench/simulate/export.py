"""
Export: a simulated community as a platform would hand it out, defects included, and its truth.

A folder of newline-delimited JSON, one file a table, with times as ISO 8601 text and texts whose
lengths are those of the posts; `truth.json` says what was planted. The texts are a few invented
words over and over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from workbench.data.places import data_folder, disk, obstacle
from workbench.errors import SimulationError
from workbench.simulate._post_defects import ACCENTED, RIGHT_TO_LEFT
from workbench.simulate._rows import SECOND, Tables
from workbench.simulate.defects import Defects, plant

if TYPE_CHECKING:
    from workbench.simulate import Simulated

TRUTH = "truth.json"
PLAIN = "plain"
# Each begins with a letter of its script, so that the shortest text shows it.
WORDS = {
    PLAIN: 'Has anybody grown "blue" beans on a north wall? Mine climb, then stop. ',
    ACCENTED: "Übrigens: žába, crème brûlée, naïve café, 豆は青い, 🌱 – e\u0301 is one letter. ",
    RIGHT_TO_LEFT: "\u0641\u0648\u0644 \u0623\u0632\u0631\u0642 (beans) \u05d1\u05d2\u05df 12, ",
}
EDITED = " [edited]"


def write_export(
    simulated: Simulated, folder: Path, *, defects: Defects, seed: int
) -> dict[str, int]:
    """
    Write an export of `simulated` into `folder`, and return how often each defect is in it.

    The same community, defects and seed give the same bytes.

    Raises
    ------
    SimulationError
        As `new_folder` says.
    DataError
        The disk refuses it.
    """
    folder = new_folder(folder)
    tables, counts = plant(simulated.tables, defects, seed=seed)
    truth = {
        "settings": simulated.settings,
        "size": simulated.size,
        "seed": simulated.seed,
        "true_values": simulated.truth,
        "defects": {"seed": seed, "shares": defects, "counts": counts},
    }
    text = json.dumps(plain(truth), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    with disk(f"export {folder}", "write to", folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in _as_written(tables).items():
            rows.write_ndjson(folder / f"{name}.ndjson")
        (folder / TRUTH).write_text(text + "\n", encoding="utf-8")
    return counts


def new_folder(folder: Path) -> Path:
    """
    `folder`, its `~` replaced, if an export may be written there.

    Raises
    ------
    SimulationError
        The folder holds something already, lies in the data folder, or is in that of nobody.
    DataError
        The disk refuses to show it.
    """
    try:
        folder = folder.expanduser()
    except RuntimeError:
        raise SimulationError(
            f"export {folder}: expected a folder, got one of a user who is not known here. "
            "Name another."
        ) from None
    with disk(f"export {folder}", "look at", folder):
        taken = obstacle(folder) is not None or (folder.exists() and any(folder.iterdir()))
        inside = folder.resolve().is_relative_to(data_folder().resolve())
    if taken:
        raise SimulationError(
            f"export {folder}: expected a new or an empty folder, got one that is neither. "
            "Name another."
        )
    if inside:
        raise SimulationError(
            f"export {folder}: expected a folder outside the data folder {data_folder()}, got one "
            "inside, where the workbench keeps what it makes. Name another."
        )
    return folder


def plain(value: Any) -> Any:
    """`value` as JSON has it: mappings, lists, text and numbers; what is not a number is empty."""
    if isinstance(value, pl.DataFrame):
        return plain(value.to_dicts())
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _as_written(tables: Tables) -> Tables:
    """Every table with the columns of the export, in the order in which they are written."""
    writers = {
        "communities": _communities, "people": _people, "posts": _posts, "ratings": _ratings
    }  # fmt: skip
    return {name: writers[name](tables) for name in tables}


def _communities(tables: Tables) -> pl.DataFrame:
    return tables["communities"].select(
        *("community_id", "name", "platform", "timezone", "timezone_source", "record_start"),
        observed_from=_stamp("observed_from_us"),
        observed_until=_stamp("observed_until_us"),
        ranking_policy="ranking_policy",
        stamps_in="stamps_in",
        simulated=pl.lit(True),
    )


def _people(tables: Tables) -> pl.DataFrame:
    return tables["people"].select(
        "community_id",
        account_id="person_id",
        joined_at=_stamp("joined_us"),
        is_bot="is_bot",
        merged_into="merged_into",
    )


def _posts(tables: Tables) -> pl.DataFrame:
    zones = tables["communities"].select("community_id", "stamps_in")
    posts = tables["posts"].join(zones, on="community_id", how="left", maintain_order="left")
    created = _stamp("created_us", precise=pl.col("precision_us") < SECOND)
    for zone in zones["stamps_in"].drop_nulls():
        mine = pl.col("stamps_in") == zone
        local = _stamp("created_us", precise=pl.col("precision_us") < SECOND, zone=zone)
        created = pl.when(mine).then(local).otherwise(created)
    return posts.select(
        *("community_id", "post_id", "thread_id", "parent_id", "author_id", "recipient_id"),
        created_at=created,
        edited_at=_stamp("edited_us"),
        kind="kind",
        score="score",
        is_bot="is_bot",
        role="role",
        text=_texts(posts),
    )


def _ratings(tables: Tables) -> pl.DataFrame:
    moment = _stamp("created_us")
    return tables["ratings"].select(
        *("community_id", "item_id", "rater_id", "scale", "value"),
        created_at=pl.when("day_only").then(moment.str.head(10)).otherwise(moment),
    )


def _stamp(column: str, *, precise: pl.Expr | bool = True, zone: str | None = None) -> pl.Expr:
    """Microseconds as ISO text: in UTC with a Z, or what a clock of `zone` shows, without one."""
    at = pl.col(column).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    wall = (at.dt.convert_time_zone(zone) if zone else at).dt.replace_time_zone(None)
    seconds = wall.dt.strftime("%Y-%m-%dT%H:%M:%S")
    text = pl.when(precise).then(wall.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")).otherwise(seconds)
    return text if zone else text + "Z"


def _texts(posts: pl.DataFrame) -> pl.Series:
    """As many characters as each post has, in its script; an edited one says so at its end."""
    kinds = posts.select(pl.col("script").fill_null(PLAIN), "length")
    forms = kinds.drop_nulls("length").unique(maintain_order=True)
    texts = [_text(WORDS[script], length) for script, length in forms.iter_rows()]
    keys = ["script", "length"]
    named = forms.with_columns(text=pl.Series(texts, dtype=pl.String))
    written = kinds.join(named, on=keys, how="left", maintain_order="left")
    mark = pl.when(posts["edited_us"].is_not_null()).then(pl.lit(EDITED)).otherwise(pl.lit(""))
    return written.select(pl.col("text") + mark).to_series()


def _text(words: str, length: int) -> str:
    """The words over and over, cut to so many characters."""
    return (words * (length // len(words) + 1))[:length]
