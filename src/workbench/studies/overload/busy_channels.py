"""H3.4: who speaks, and how long, on days after much was written in the channel?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.data import Community
from workbench.errors import ModelError
from workbench.measures import collect
from workbench.measures.channels import channel_days
from workbench.models.detrended import Detrended, detrended_slope
from workbench.studies.once import once
from workbench.studies.overload.replying import in_100, turned
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible

FEWEST_DAYS = 10
FIRSTS, LENGTH = "first_share", "log_length"
BEFORE, SAME_DAY = "before", "today"
EXPOSURES = {BEFORE: "the day before", SAME_DAY: "the same day"}


@once
def days(community: Community, *, outcome: str) -> pd.DataFrame:
    """
    Days of channels with a message on the day before, in channels with ten such days or more.

    first_share, log_length : of the day. before, today : logarithm to base 2 of one plus the
    messages of the day before, of this day. since, squared : days since the channel's first, in
    hundreds. weekday, channel, known (messages by known accounts).
    """
    found = collect(channel_days(community.lazy("posts")))
    begun = found.groupby("channel")["day"].transform("min")
    since = (found["day"] - begun).astype(float) / 100
    frame = found.assign(
        first_share=(found["firsts"] / found["known"].where(found["known"] > 0)).astype(float),
        log_length=found["log_length"].astype(float),
        before=np.log2((1 + found["before"].astype(float)).where(found["before"] > 0)),
        today=np.log2(1 + found["messages"].astype(float)),
        since=since,
        squared=since**2,
        weekday="weekday " + ((found["day"] + 3) % 7).astype(str),
    )
    kept = frame.dropna(subset=[outcome, BEFORE]).query("known > 0")
    often = kept.groupby("channel")["day"].transform("size") >= FEWEST_DAYS
    order = kept[often].sort_values(["channel", "day"], ignore_index=True)
    return order.astype({"known": float})


@once
def busy(community: Community, *, outcome: str, exposure: str = BEFORE) -> Detrended:
    """
    H3.4: the slope of `outcome` on the messages of the day before, within channels less trends.

    Raises ModelError as `models.detrended.detrended_slope`, and where no channel has ten days.
    """
    frame = days(community, outcome=outcome)
    if frame.empty:
        raise ModelError(
            f"busy channels: expected channels with {FEWEST_DAYS} days or more that follow a day "
            "with a message, got none. Load a longer record."
        )
    return detrended_slope(
        frame, outcome=outcome, exposure=exposure, group="channel",
        covariates=["weekday"], trend=["since", "squared"], weights="known",
    )  # fmt: skip


@where_possible
def channels_table(communities: Sequence[Community]) -> TableView:
    """First-time writers and lengths against the messages of the day before, and of the same."""
    lines = []
    for one in communities:
        for outcome, said in (
            (FIRSTS, "fewer by first-time writers, of 100 messages"),
            (LENGTH, "shorter, %"),
        ):
            for exposure, when in EXPOSURES.items():
                found = busy(one, outcome=outcome, exposure=exposure)
                lines.append(
                    {
                        "community": one.title,
                        "what": said,
                        "messages of": when,
                        "per doubling": in_100(turned(found.slope)),
                        "days": found.n,
                        "channels": found.slope.clusters,
                    }
                )
    return TableView(
        pd.DataFrame(lines),
        name="busy-channels",
        caption="What goes with twice as many messages in a channel, less the channel's own level "
        "and trend and the day of the week (95 % interval, jackknife over channels). The day "
        "before is what the hypothesis asks; the same day is shown to be avoided: a day on which "
        "newcomers arrive is for that reason a busy one, so that both sides of the comparison are "
        "one thing.",
    )
