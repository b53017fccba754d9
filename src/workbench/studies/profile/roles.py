"""Members against staff: who answers first, and how long newcomers wait for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import polars as pl

from workbench.errors import StudyError
from workbench.studies.cells import SMALLEST
from workbench.studies.feedback_speed.newcomers_waiting import first_threads
from workbench.studies.present import TableView
from workbench.studies.profile.drawn import Step, behind, limits, nothing
from workbench.studies.profile.parts import Part, Rows, of_each, tens
from workbench.studies.profile.rungs import waits_by
from workbench.studies.profile.ticks import median_wait, wait_said
from workbench.studies.profile.unanswered import share_said, unanswered_after

STAFF = ("staff", "moderator")
WHO = {"members": ~pl.col("role").is_in(STAFF), "staff and moderators": pl.col("role").is_in(STAFF)}
AFTER_HOURS = 24
WHAT = "Members against staff"


def by_role(part: Part) -> Rows:
    """
    One row for members and one for staff: first answers, and how long newcomers wait for theirs.

    Raises
    ------
    StudyError
        The data set has no roles, or fewer than ten people with one or the other wrote in it.
    """
    posts = part.community.posts
    if posts["role"].is_null().all():
        raise StudyError("its platform does not say who is staff")
    people = {
        name: posts.filter(who & ~pl.col("is_bot"))["author_id"].drop_nulls().n_unique()
        for name, who in WHO.items()
    }
    if not people["staff and moderators"]:
        raise StudyError("nobody who wrote in it is called staff or moderator")
    kinds = part.windows.response_kinds
    if min(people.values()) < SMALLEST:
        raise StudyError(
            f"fewer than {SMALLEST} of its members, or of its staff and moderators, wrote in it, "
            "and any number would be about somebody"
        )
    found = {name: waits_by(part, kinds=kinds, who=who) for name, who in WHO.items()}
    new = first_threads(part.community, part.waits).to_numpy()
    total = int(part.waits["answered"].sum())
    return [_row(part, name, found, people[name], new, total) for name in WHO]


def _row(
    part: Part, name: str, found: dict[str, pd.DataFrame], people: int, new: Any, total: int
) -> dict[str, object]:
    own = found[name]
    first = own["response_us"].notna() & (own["response_us"] == part.waits["response_us"])
    theirs = own[new].reset_index(drop=True)
    enough = theirs["asker"].nunique() >= SMALLEST
    share = unanswered_after(theirs, AFTER_HOURS) if enough else None
    return {
        "community": part.title,
        "who": name,
        "people": tens(people),
        "first answers": int(first.sum()),
        "of all first answers": float(first.sum()) / total if total else None,
        "newcomers wait, median": median_wait(theirs) if enough else None,
        "newcomers still without one": share_said(theirs, AFTER_HOURS) if enough else None,
        **(limits(share, "after_a_day") if share else {}),
    }


def role_table(parts: Sequence[Part]) -> Step:
    """Who answers first, members or staff, and how long newcomers' first threads wait for each."""
    rows, reasons = of_each(parts, by_role)
    if rows.empty:
        return nothing(WHAT, reasons)
    return TableView(
        rows,
        name="members-and-staff",
        caption="Who gave the first answer, by the role that the platform shows; where both wrote "
        "in the same tick of the clock, both count. Newcomers' first threads wait for an answer by "
        "members, and for one by staff, each as if the other did not answer: median, and those "
        f"without one after {AFTER_HOURS} hours with a 95 % interval (the person who opened a "
        "thread as the unit). Answers by accounts without a role, such as deleted ones, count for "
        f"neither. Numbers of people are rounded to tens. {reasons}".strip(),
        formats={"of all first answers": "{:.1%}", "newcomers wait, median": wait_said},
        hidden=behind(rows, "after_a_day"),
    )
