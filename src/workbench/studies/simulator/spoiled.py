"""The defects of an export: how many were planted, and how many reading and cleaning report."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from workbench.data.cleaning import Cleaned, clean
from workbench.data.manifest import by_reason
from workbench.data.reading import read_simulated
from workbench.simulate import Simulated
from workbench.simulate.defects import Defects
from workbench.simulate.export import TRUTH, write_export
from workbench.studies.present import TableView

# Pseudonyms of this page are thrown away with it.
KEY = b"a key for an export that is never stored"
# Planted under this name -> found in the notes, or in the quarantine of a table, under that one.
NOTES = {
    "local_stamps": "local_times_converted",
    "threads_opened_in_the_repeated_hour": "threads_without_opening_post",
    "posts_by_deleted_accounts": "posts_by_deleted_authors",
    "posts_of_merged_accounts": "posts_of_merged_accounts",
    "early_replies": "replies_within_clock_skew",
    "edited_text": "posts_edited",
    "other_scripts": "posts_beyond_ascii",
    "right_to_left": "posts_with_right_to_left_text",
    "ids_out_of_order": "ids_out_of_order",
}
ASIDE = {
    "repeated_hour": ("posts", "local time occurs twice"),
    "merged_accounts": ("people", "merged into another account"),
    "exact_duplicates": ("posts", "exact duplicate"),
}
PARENTS = ("missing_parents", "parents_in_the_repeated_hour")


def defects(made: Simulated) -> TableView:
    """Each defect that was planted in an export, and how often reading and cleaning report it."""
    with tempfile.TemporaryDirectory(prefix="workbench-") as home:
        folder = Path(home) / "export"
        write_export(made, folder, defects=Defects(), seed=made.seed)
        planted = json.loads((folder / TRUTH).read_text("utf-8"))["defects"]["counts"]
        read = read_simulated(folder, key=KEY)
    cleaned = clean(read.tables, read.rejected)
    frame = pd.DataFrame(_rows(planted, cleaned, {**cleaned.notes, **read.notes}))
    same = int((frame["planted"] == frame["reported"]).sum())
    return TableView(
        frame,
        name="defects",
        caption="An export of the simulated community, spoiled as real ones are, and what reading "
        f"and cleaning make of it: {same} of {len(frame)} counts are the same. Nothing is mended "
        "or left out without being counted.",
    )


def _rows(
    planted: Mapping[str, int], cleaned: Cleaned, notes: Mapping[str, int]
) -> list[dict[str, object]]:
    aside = by_reason(cleaned.quarantine)
    rows = [
        (name, planted[name], notes.get(note, 0), "note of the manifest")
        for name, note in NOTES.items()
    ]
    rows += [
        (name, planted[name], aside.get(table, {}).get(reason, 0), "quarantine, with its reason")
        for name, (table, reason) in ASIDE.items()
    ]
    parents = sum(planted[name] for name in PARENTS)
    rows.append(("missing_parents", parents, notes["missing_parents"], "note of the manifest"))
    return [
        {
            "defect": name.replace("_", " "),
            "planted": count,
            "reported": found,
            "the same": "yes" if count == found else "NO",
            "where it is reported": where,
        }
        for name, count, found, where in rows
    ]
