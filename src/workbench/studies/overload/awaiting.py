"""Who compares with whom in study 3: turns that await a reply, while the recipient is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from workbench.data import Community
from workbench.errors import ModelError
from workbench.measures import collect
from workbench.measures.inbound import inbound
from workbench.measures.turns import turns
from workbench.studies.cells import SMALLEST
from workbench.studies.durations import DAY, MINUTE, exactly, local_time
from workbench.studies.flow import Stage, flow, narrowing, reading
from workbench.studies.hypotheses import MICROSECONDS, hypotheses
from workbench.studies.once import once
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

# Whose reply a post awaits; in every other kind of community it is that of the thread's opener.
RECIPIENTS = {"direct messages": "addressee", "paired chat": "partner"}
OPENER = "opener"
# From when on an unanswered turn no longer counts as waiting: for description only.
GIVEN_UP = {"direct messages": DAY, "paired chat": 10 * MINUTE}
GIVEN_UP_ELSEWHERE = 7 * DAY


@dataclass(frozen=True)
class Setting:
    """
    Lengths in microseconds: the time to reply, how far back load and being there reach, giving up.

    recipient : whose reply a post awaits, as `measures.turns` names it.
    """

    within: int
    window: int
    online: int
    given_up: int
    recipient: str

    @property
    def choices(self) -> dict[str, int | str]:
        """The same as plain values, for the hash of a configuration."""
        return dict(vars(self))


def setting(community: Community) -> Setting:
    """The lengths that hypothesis H3.1 fixes for this kind of community."""
    fixed, kind = hypotheses()["H3.1"].fields, community.platform
    return Setting(
        within=fixed["within"][kind] * MICROSECONDS,
        window=fixed["load_window"][kind] * MICROSECONDS,
        online=fixed["online"][kind] * MICROSECONDS,
        given_up=GIVEN_UP.get(kind, GIVEN_UP_ELSEWHERE),
        recipient=RECIPIENTS.get(kind, OPENER),
    )


@once
def turn_table(community: Community) -> pl.DataFrame:
    """Every turn of a community: the rows of `measures.turns.turns`, made once for all lengths."""
    found = turns(
        community.lazy("posts"), community.lazy("people"),
        recipient=setting(community).recipient,
    )  # fmt: skip
    return found.collect(backend="polars").to_native()


@once
def order_of_arrival(community: Community) -> dict[str, int]:
    """
    A whole number for everybody to whom a turn came: by the first, their number, the last.

    Pseudonyms differ from machine to machine; what a seed deals over people must not depend on
    their order.
    """
    moment = pl.col("arrived_us")
    people = turn_table(community).drop_nulls("recipient_id").group_by("recipient_id")
    found = people.agg(first=moment.min(), turns=pl.len(), last=moment.max())
    ordered = found.sort("first", "turns", "last")["recipient_id"]
    return {person: place for place, person in enumerate(ordered)}


@once
def rows(community: Community, *, widened: int = 1) -> pd.DataFrame:
    """
    One row per turn, oldest first; the window of load and sends is `widened` times the fixed one.

    person : the recipient. load, load_after, conversations, backlog, sent, online : as
    `measures.inbound`. inflow, later, sends : logarithms to base 2 of one plus load, load_after,
    sent. replied : 0 or 1, in time. waited_us : up to the reply; missing without one. silent_us :
    since the recipient's last own post anywhere; missing before the first. left_us : from the turn
    to the end of the record. watched : that is as long as the time to reply. hour : of the week,
    and day, on the community's clock on the wall.
    """
    given = setting(community)
    found = inbound(
        turn_table(community), community.lazy("posts"),
        window_us=widened * given.window, online_us=given.online,
        horizon_us=given.given_up, within_us=given.within,
    )  # fmt: skip
    order = ["arrived_us", "thread_id", "recipient_id", "sender_id"]
    frame = collect(found).sort_values(order, ignore_index=True)
    about = community.communities
    clock = local_time(frame["arrived_us"], str(about["timezone"][0]))
    local, naive = clock.dt, clock.dt.tz_localize(None).dt.as_unit("us")
    waited = (frame["replied_us"] - frame["arrived_us"]).astype("Float64")
    left = int(about["observed_until_us"][0]) - frame["arrived_us"].astype("int64")
    counts = {"inflow": "load", "later": "load_after", "sends": "sent"}
    return frame.rename(columns={"recipient_id": "person"}).assign(
        **{new: np.log2(1 + frame[old].astype(float)) for new, old in counts.items()},
        online=frame["online"].astype(bool),
        waited_us=waited.to_numpy(dtype=float, na_value=np.nan),
        silent_us=_silent(community, frame),
        replied=(waited <= given.within).fillna(value=False).astype(float),
        left_us=left,
        watched=left >= given.within,
        hour=(24 * local.day_of_week + local.hour).astype(str),
        day=(naive.astype("int64") // DAY).astype(str),
    )


def _silent(community: Community, frame: pd.DataFrame) -> pd.Series:
    """How long ago the recipient of each turn had last written, in microseconds."""
    own = community.posts.select("created_us", person=pl.col("author_id")).drop_nulls()
    asked = pl.DataFrame(
        {"row": range(len(frame)), "person": frame["recipient_id"].to_numpy(dtype=object),
         "moment": frame["arrived_us"].to_numpy(dtype="int64")},
        schema_overrides={"person": pl.String},
    )  # fmt: skip
    last = asked.sort("moment").join_asof(
        own.with_columns(moment=pl.col("created_us") + 1).sort("moment"), on="moment", by="person",
        strategy="backward", check_sortedness=False,
    )  # fmt: skip
    gap = last.sort("row").select((pl.col("moment") - pl.col("created_us")).cast(pl.Float64))
    return pd.Series(gap.to_series().to_numpy(), index=frame.index)


def compared(frame: pd.DataFrame) -> pd.DataFrame:
    """The turns that are compared: the recipient was there, and the time to reply is in sight."""
    return frame[frame["online"] & frame["watched"]].reset_index(drop=True)


@once
def at_hand(community: Community) -> pd.DataFrame:
    """
    The turns that the hypothesis compares.

    Raises
    ------
    ModelError
        There are none, or all were replied to, or none was.
    """
    found = compared(rows(community))
    if found["replied"].nunique() < 2:
        raise ModelError(
            f"awaiting: expected turns answered in time and turns that were not, got {len(found):,}"
            " that are all alike. Load a longer record."
        )
    return found


def most_active(frame: pd.DataFrame, number: int) -> list[str]:
    """The people with most turns; of equals those whose pseudonym comes first."""
    counts = frame.groupby("person").size().rename("turns").reset_index()
    order = counts.sort_values(["turns", "person"], ascending=[False, True])
    return list(order["person"].head(number))


def without(frame: pd.DataFrame, number: int) -> pd.DataFrame:
    """The rows of everybody but the `number` most active people."""
    return frame[~frame["person"].isin(most_active(frame, number))].reset_index(drop=True)


SENT = "posts kept"
TURNS, THERE, WATCHED = (
    "turns that await a reply",
    "the recipient was there",
    "the time to reply is in sight",
)
REASONS = {
    THERE: "the recipient had not written shortly before: nobody knows who was there",
    WATCHED: "the record ends before the time to reply does",
}


def stages(community: Community) -> tuple[Stage, ...]:
    """From the posts read to the turns compared."""
    found = rows(community)
    there = found[found["online"]]
    reached = {TURNS: len(found), THERE: len(there), WATCHED: int(there["watched"].sum())}
    return (*reading(community), *narrowing(reached, REASONS))


@where_possible
def selection(communities: Sequence[Community]) -> Figure:
    """How many posts, turns and turns to people who were there; who leaves, and why."""
    return flow({one.title: stages(one) for one in communities}, name="turns-compared")


@where_possible
def settings_here(communities: Sequence[Community]) -> TableView:
    """What the words of the hypothesis mean in each community."""
    words = {
        "addressee": "the person it is addressed to",
        "partner": "the other one of the two who write in the conversation",
        OPENER: "the person who opened the thread",
    }
    frame = pd.DataFrame(
        {
            "community": one.title,
            "whose reply a post awaits": words[given.recipient],
            "replied in time: within": exactly(given.within),
            "load: newly arrived in the": f"{exactly(given.window)} before",
            "there: wrote within the": f"{exactly(given.online)} before",
        }
        for one, given in ((one, setting(one)) for one in communities)
    )
    return TableView(
        frame,
        name="settings",
        caption="The lengths that the hypothesis fixes for each kind of community.",
    )


@where_possible
def turns_table(communities: Sequence[Community]) -> TableView:
    """What the turns are like: how many, answered in time, load, and how few people have most."""
    lines = []
    for one in communities:
        frame = at_hand(one)
        share = frame["person"].isin(most_active(frame, 10)).mean()
        # Among fewer turns it would be one of the ten highest loads, and so tell of a person.
        many = len(frame) >= 100 * SMALLEST
        lines.append(
            {
                "community": one.title,
                "turns compared": len(frame),
                "people": frame["person"].nunique(),
                "answered in time": frame["replied"].mean(),
                "with no load": (frame["load"] == 0).mean(),
                "median load where there is one": frame.loc[frame["load"] > 0, "load"].median(),
                "load that 99 of 100 turns do not exceed": frame["load"].quantile(0.99)
                if many
                else None,
                "other conversations that wait, mean": frame["conversations"].mean(),
                "to the ten most active people": share,
            }
        )
    shares = ("answered in time", "with no load", "to the ten most active people")
    return TableView(
        pd.DataFrame(lines),
        name="turns",
        caption="The turns that are compared. Load is the number of turns that had newly arrived "
        "from other threads; a conversation waits until its turn is answered or given up on "
        f"({exactly(GIVEN_UP['paired chat'])} in paired chat, "
        f"{exactly(GIVEN_UP['direct messages'])} in direct messages, "
        f"{exactly(GIVEN_UP_ELSEWHERE)} elsewhere). "
        f"What 99 of 100 do not exceed is empty below {100 * SMALLEST:,} turns.",
        formats=dict.fromkeys(shares, "{:.0%}"),
    )
