"""How well a yes or no points to the better of two: an area under the ROC curve, group by group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ModelError
from workbench.models.inputs import numbers


def discrimination(answer: Any, standing: Any, group: Any) -> pd.DataFrame:
    """
    The chance that of two items of a group the one that stands higher has the answer.

    Every pair of items of one group with different standing counts 1 where only the higher has it,
    0 where only the lower has it, and one half where both or neither has: one half plus half of
    Somers' D of the answer given the standing. From ranks, without looking at pairs.

    Parameters
    ----------
    answer : yes or no, or 0 and 1, one per item. standing : numbers, larger is better. group : a
        label per item.

    Returns
    -------
    One row per group with a pair: group, auc, pairs (with different standing), items, answers.

    Raises
    ------
    ModelError
        Empty values, unequal lengths, an answer other than 0 and 1, no pair in any group.

    Source
    ------
    Somers (1962), doi:10.2307/2090408; Hanley & McNeil (1982), doi:10.1148/radiology.143.1.7063747.
    """
    where = "discrimination"
    stands = numbers(standing, where=where, name="standing")
    says = numbers(np.asarray(answer, dtype=float), where=where, name="answer", rows=len(stands))
    if not np.isin(says, (0, 1)).all():
        raise ModelError(
            f"{where}: expected an answer of 0 or 1, got {says[~np.isin(says, (0, 1))][0]:g}. "
            "Say for each item whether it has the answer."
        )
    members = pd.Series(np.asarray(group))
    if len(members) != len(stands) or members.isna().any():
        raise ModelError(
            f"{where}: expected a group for each of {len(stands):,} items, got "
            f"{int(members.notna().sum()):,}. Drop the items without one first."
        )
    codes, found_names = pd.factorize(members, sort=True)
    frame = pd.DataFrame({"group": codes, "answer": says, "standing": stands})
    rank = frame.groupby("group")["standing"].rank()
    pooled = frame.assign(rank=rank, ranked=rank * says)
    parts = pooled.groupby("group")
    n, yes = parts.size(), parts["answer"].sum()
    # Mann and Whitney: pairs in which the item with the answer stands higher, ties counting half.
    above = parts["ranked"].sum() - yes * (yes + 1) / 2
    lead = 2 * above - yes * (n - yes)
    sizes = frame.groupby(["group", "standing"]).size()
    tied = (sizes * (sizes - 1) / 2).groupby("group").sum()
    pairs = n * (n - 1) / 2 - tied
    found = pairs > 0
    if not found.any():
        raise ModelError(
            f"{where}: expected items of different standing in a group, got none. Take wider "
            "groups."
        )
    return pd.DataFrame(
        {
            "group": [name for name, kept in zip(found_names, found, strict=True) if kept],
            "auc": (0.5 + lead / (2 * pairs.where(found)))[found].to_numpy(),
            "pairs": pairs[found].to_numpy(),
            "items": n[found].to_numpy(),
            "answers": yes[found].to_numpy(),
        }
    )
