"""Does the difference stand with errors grouped otherwise, within channels, without silences?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import polars as pl

from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.effects import Effect, risk_difference
from workbench.models.inputs import Flags
from workbench.models.result import Estimate
from workbench.models.wild import wild_bootstrap
from workbench.studies.durations import DAY, exactly, local_time
from workbench.studies.feedback_speed.cohorts import Cohort
from workbench.studies.present import TableView
from workbench.studies.refusals import where_possible

WITHOUT = "as H1.1, without windows in a long silence"
LONG = 7 * DAY  # a silence of the whole record that is longer is looked at
WITHIN = "as H1.1, but only people of one channel are compared"
WILD = "the same, by channel (wild bootstrap, linear model)"
FEWEST, MOST = 2, 50  # channels; with more of them, few people are left in each
DRAWS, SEED = 9_999, 20_100_616  # any fixed number; the first day of the first record with channels


def silences(community: Community) -> pd.DataFrame:
    """
    Stretches of the record in which nobody at all posted, longest first.

    One row a silence longer than `LONG`: from_us, until_us, length_us (microseconds, the moments
    since 1970 UTC). The record's first and last moment count as its edges.
    """
    about = community.communities
    edges = [int(about[name][0]) for name in ("observed_from_us", "observed_until_us")]
    moments = np.unique(np.concatenate([edges, community.posts["created_us"].to_numpy()]))
    found = pd.DataFrame({"from_us": moments[:-1], "until_us": moments[1:]})
    found = found.assign(length_us=found["until_us"] - found["from_us"])
    return found[found["length_us"] > LONG].sort_values(
        "length_us", ascending=False, ignore_index=True
    )


def in_silence(one: Cohort, people: pd.DataFrame) -> Flags:
    """Whose outcome window overlaps a long silence: yes or no, by row of `people`."""
    first = people["first_us"].to_numpy(dtype="int64")
    begin, end = first + one.windows.outcome_from, first + one.windows.outcome_until
    gaps = silences(one.community).to_numpy(dtype="int64")
    touched = np.zeros(len(people), dtype=bool)
    for silent_from, silent_until, _ in gaps:
        touched |= (begin < silent_until) & (end > silent_from)
    return touched


def responders(one: Cohort, people: pd.DataFrame) -> pd.Series:
    """
    A label of the person who answered each newcomer first, by row of `people`.

    Whoever was never answered, or by a deleted account, has a label of their own. Of answers dated
    the same, the one with the smallest post_id is first.
    """
    replies = one.community.posts.lazy().filter(
        (pl.col("post_id") != pl.col("thread_id")) & ~pl.col("is_bot")
    )
    if one.windows.response_kinds is not None:
        replies = replies.filter(pl.col("kind").is_in(list(one.windows.response_kinds)))
    ids = ["community_id", "thread_id"]
    asked = pl.from_pandas(people[[*ids, "person_id", "response_us"]]).lazy()
    first = (
        replies.join(asked, on=ids)
        .filter(
            (pl.col("created_us") == pl.col("response_us"))
            & pl.col("author_id").ne_missing(pl.col("person_id"))
        )
        .sort("post_id")
        .group_by(ids)
        .agg(pl.col("author_id").first())
        .collect()
        .to_pandas()
    )
    found = people[ids].merge(first, on=ids, how="left", validate="m:1")["author_id"]
    found.index = people.index
    return found.fillna("alone " + people["person_id"])


def channels(one: Cohort, people: pd.DataFrame) -> pd.Series:
    """The channel of each newcomer's first post, by row of `people`; empty where it has none."""
    opened = one.community.posts.filter(pl.col("post_id") == pl.col("thread_id"))
    known = opened.select("community_id", "thread_id", "channel").to_pandas()
    found = people[["community_id", "thread_id"]].merge(
        known, on=["community_id", "thread_id"], how="left", validate="m:1"
    )
    return found["channel"].set_axis(people.index)


def within_channels(one: Cohort) -> dict[str, Estimate | None]:
    """
    H1.1's difference with an intercept for each channel, by day and by channel.

    By channel it is a linear model with the wild bootstrap, because few channels make few groups.
    Without rows where the first posts lie in one channel, or in more than `MOST`; a row is None
    where the model refuses.
    """
    people = one.at_landmark
    named = channels(one, people).fillna("none")
    if not FEWEST <= named.nunique() <= MOST:
        return {}
    dummies = pd.get_dummies(named, prefix="channel", dtype=float).iloc[:, 1:]
    rows = people.assign(
        channel=named,
        back=people["returned"].astype(float),
        early=people["responded"].astype(float),
    ).join(dummies)
    return {
        WITHIN: _possible(lambda: risk_difference(
            rows, outcome="returned", exposure="responded",
            covariates=(*one.covariates, *dummies.columns), clusters="day",
        )),
        WILD: _possible(lambda: wild_bootstrap(
            rows, outcome="back", term="early", clusters="channel", absorb="channel",
            covariates=_varying(rows, one.covariates), draws=DRAWS, seed=SEED,
        )),
    }  # fmt: skip


def _varying(rows: pd.DataFrame, covariates: Sequence[str]) -> list[str]:
    return [name for name in covariates if rows[name].nunique() > 1]


def _possible(estimate: Callable[[], Estimate]) -> Estimate | None:
    """The estimate; None where the model refuses these people."""
    try:
        return estimate()
    except ModelError:
        return None


def _difference(one: Cohort, people: pd.DataFrame, labels: pd.Series) -> Effect:
    return risk_difference(
        people.assign(cluster=labels), outcome="returned", exposure="responded",
        covariates=one.covariates, clusters="cluster",
    )  # fmt: skip


def variants(one: Cohort) -> dict[str, Estimate | None]:
    """
    H1.1's adjusted difference by grouping of errors, within channels, and without long silences.

    None where too few people remain for the model; no row for channels where there are none.
    """
    people = one.at_landmark
    groupings = {
        "those who arrived on one day (H1.1)": people["day"],
        "those who arrived in one week": pd.to_datetime(people["day"]).dt.strftime("%G-%V"),
        "those whom one person answered": responders(one, people),
        "nobody": people["person_id"],
    }
    made: dict[str, Estimate | None] = {
        name: _difference(one, people, labels) for name, labels in groupings.items()
    }
    awake = people[~in_silence(one, people)]
    return {
        **made,
        **within_channels(one),
        WITHOUT: _possible(lambda: _difference(one, awake, awake["day"])),
    }


def _longest(one: Cohort) -> dict[str, object]:
    """The longest silence: its days, and its first and last day on the community's own clock."""
    longest = silences(one.community).iloc[:1]
    if longest.empty:
        return {"longest silence, days": None, "silent from": None, "silent until": None}
    zone = one.community.communities["timezone"][0]
    begin, end = (
        local_time(longest[name], zone).dt.strftime("%Y-%m-%d").iloc[0]
        for name in ("from_us", "until_us")
    )
    days = float(longest["length_us"].iloc[0]) / DAY
    return {"longest silence, days": days, "silent from": begin, "silent until": end}


@where_possible
def robustness(cohorts: Sequence[Cohort]) -> TableView:
    """H1.1 with errors grouped otherwise, within channels, and without windows in a silence."""
    rows = []
    for one in cohorts:
        for name, effect in variants(one).items():
            numbers = {
                "estimate": None if effect is None else effect.estimate,
                "low": None if effect is None else effect.low,
                "high": None if effect is None else effect.high,
                "people": None if effect is None else effect.n,
                "groups": None if effect is None else effect.clusters,
            }
            silence = _longest(one) if name == WITHOUT else {}
            rows.append(
                {"community": one.community.title, "who goes together": name} | numbers | silence
            )
    table = pd.DataFrame(rows).astype(
        dict.fromkeys(("people", "groups"), "Int64")
        | dict.fromkeys(("estimate", "low", "high", "longest silence, days"), float)
    )
    points = {name: lambda value: f"{100 * value:.1f}" for name in ("estimate", "low", "high")}
    return TableView(
        table,
        name="robustness",
        caption="The adjusted difference of H1.1, in 100, with its 95 % interval, when other "
        "people are taken to go together: those who arrived on the same day (as fixed), in the "
        "same week, those whom the same person answered first (whoever was never answered stands "
        f"alone), and nobody. Where the first posts lie in {FEWEST} to {MOST} channels, such as "
        "challenges, two rows compare only people of one channel; the second takes the channels as "
        "what varies, with an interval made for few of them (wild bootstrap). The last row of a "
        "community is again by day, without the newcomers whose outcome window overlaps a silence "
        f"of the whole record of more than {exactly(LONG)}. A dash for the difference: too few "
        "people remain; a dash for the silence: there was none so long.",
        labels={"estimate": "difference in 100", "low": "from", "high": "to"},
        formats={**points, "longest silence, days": "{:.0f}"},
    )
