"""Month by month: who is there, and how many threads are still unanswered after a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import pandas as pd
import polars as pl
from matplotlib.axes import Axes

from workbench import plots
from workbench.models.result import Estimate
from workbench.studies.cells import SMALLEST, suppress
from workbench.studies.feedback_speed.months import FEWEST_THREADS, MOST_LABELS
from workbench.studies.feedback_speed.waiting import waits
from workbench.studies.profile.coming_back import all_newcomers
from workbench.studies.profile.drawn import Step, drawn, nothing, panels, percent
from workbench.studies.profile.parts import MOST_PARTS, Part, Rows, of_each
from workbench.studies.profile.unanswered import unanswered_after

AFTER_HOURS = 24
SHARES = ("estimate", "low", "high")
WHAT = "By month"


@lru_cache(MOST_PARTS)
def by_month(part: Part) -> Rows:
    """
    One row a calendar month on the community's own clock, from its first post to its last.

    month (`2004-05`), cut (the record begins or ends inside it), threads, people (who wrote),
    newcomers (first post), estimate, low, high: the share still unanswered after a day, empty for
    fewer than `FEWEST_THREADS` threads. Counts of fewer than ten people are hidden.
    """
    found = kept_waits(part)
    found = found.assign(month=_months(part, found, "opened_us"))
    rows: Rows = []
    for row in people_by_month(part).to_dict("records"):
        own = found[found["month"] == row["month"]]
        share = Estimate(None, None, None, None, None, len(own))
        if len(own) >= FEWEST_THREADS:
            share = unanswered_after(own, AFTER_HOURS)
        rows.append(
            {
                "community": part.title,
                "month": row["month"],
                "cut": row["cut"],
                "threads": len(own),
                "still unanswered": percent(share),
                "people": row["people"],
                "newcomers": row["newcomers"],
                "estimate": share.estimate,
                "low": share.low,
                "high": share.high,
            }
        )
    return rows


def kept_waits(part: Part) -> pd.DataFrame:
    """`part.waits` as the latest export has them: posts that are gone from it have no part."""
    posts = part.community.posts
    gone = pl.col("is_gone").fill_null(False)
    if not posts.select(gone.any()).item():
        return part.waits
    held = {**(part.community.held or {}), "posts": posts.filter(~gone)}
    return waits(replace(part.community, held=held))


def _months(part: Part, rows: pd.DataFrame, column: str) -> pd.Series:
    return part.wall(rows, column).dt.strftime("%Y-%m")


def people_by_month(part: Part) -> pd.DataFrame:
    """
    One row a month: month, people (who wrote), newcomers, cut; small counts are hidden.

    Somebody may write in several months, so that no total gives a count of people away; newcomers
    begin once, so that a second month is hidden where one would follow from their total.
    """
    columns = ["community_id", "author_id", "created_us"]
    posts = part.community.posts.select([*columns, "is_bot"]).to_pandas()
    posts = posts.assign(month=_months(part, posts, "created_us"))
    human = posts[~posts["is_bot"] & posts["author_id"].notna()]
    months = pd.period_range(posts["month"].min(), posts["month"].max(), freq="M").astype(str)
    new = all_newcomers(part)
    new = new[new["is_newcomer"]].reset_index(drop=True)
    began = _months(part, new, "first_us") if len(new) else pd.Series(dtype=str)
    counts = pd.DataFrame(
        {
            "month": months,
            "people": human.groupby("month")["author_id"].nunique().reindex(months, fill_value=0),
            "newcomers": began.value_counts().reindex(months, fill_value=0),
        }
    ).reset_index(drop=True)
    shown = suppress(counts, count="people", by="month", total_known=False).frame
    newest = suppress(counts, count="newcomers", by="month", total_known=len(new) >= SMALLEST)
    cut = [_cut(part, month) for month in months]
    return shown.assign(newcomers=newest.frame["newcomers"], cut=cut)


def _cut(part: Part, month: str) -> bool:
    """Whether the record begins or ends inside a month, by more than a day."""
    described = part.community.communities
    first = int(described["observed_from_us"].min())  # type: ignore[arg-type]
    ends = pd.DataFrame(
        {"community_id": described["community_id"][0], "us": [first, part.until_us]}
    )
    begin, end = part.wall(ends, "us")
    period, day = pd.Period(month, freq="M"), pd.Timedelta(days=1)
    return bool(
        period.start_time + day < begin <= period.end_time
        or period.start_time <= end < period.end_time - day
    )


def monthly_trend(parts: Sequence[Part]) -> Step:
    """The monthly shares still unanswered after a day, drawn; months that are cut are marked."""
    rows, reasons = of_each(parts, by_month)
    if rows.empty:
        return nothing(WHAT, reasons)
    rows = rows.astype(dict.fromkeys(SHARES, float))
    titles = list(dict.fromkeys(rows["community"]))
    figure, axes = panels(titles, height=3.2)
    said = []
    for title, ax in axes.items():
        own = rows[rows["community"] == title]
        _draw(own, ax)
        said.append(f"{title}: {trend_said(own)}")
    cut = rows.loc[rows["cut"]]
    marked = f"The record covers only a part of {_listed(cut)}. " if len(cut) else ""
    return drawn(
        figure,
        rows,
        name="by-month",
        caption=f"Threads still unanswered after {AFTER_HOURS} hours, of 100 opened in a month, "
        "with 95 % intervals that take the person who opened a thread as the unit. Months of fewer "
        f"than {FEWEST_THREADS} threads keep their place and stay empty; hollow marks are months "
        f"of which the record covers a part. {marked}{'. '.join(said)}. {reasons}".strip(),
        alt=f"Points with intervals by month. {marked}{'. '.join(said)}.",
        hidden=SHARES,
    )


def _draw(own: pd.DataFrame, ax: Axes) -> None:
    shown = own.assign(**{name: 100 * own[name] for name in SHARES}, line="")
    plots.points(shown, x="month", label="line", xlabel="month the thread was opened",
                 ylabel="still unanswered, of 100", ax=ax)  # fmt: skip
    months = own["month"].tolist()
    cut = shown[shown["cut"]]
    ax.plot([months.index(month) for month in cut["month"]], cut["estimate"], plots.MARKERS[0],
            color=plots.COLOURS[0], markerfacecolor="white", zorder=4)  # fmt: skip
    step = -(-len(months) // MOST_LABELS)
    names = [month if place % step == 0 else "" for place, month in enumerate(months)]
    ax.set_xticklabels(names, rotation=0, ha="center")
    ax.set(ylim=(0, 100))


def _listed(cut: pd.DataFrame) -> str:
    months = list(dict.fromkeys(cut["month"]))
    return " and ".join([", ".join(months[:-1]), months[-1]] if len(months) > 1 else months)


def trend_said(own: pd.DataFrame) -> str:
    """The lowest, the highest and the last whole month in words."""
    known = own.dropna(subset="estimate")
    if known.empty:
        return f"no month has {FEWEST_THREADS} threads"
    inner = known.sort_values("estimate", kind="stable")
    low, high = inner.iloc[0], inner.iloc[-1]
    words = [
        f"between {100 * low['estimate']:.0f} ({low['month']}) and {100 * high['estimate']:.0f} "
        f"({high['month']}) of 100 over {len(known)} month{'s' if len(known) > 1 else ''}"
    ]
    whole = known[~known["cut"]]
    if len(whole):
        last = whole.iloc[-1]
        words.append(f"{100 * last['estimate']:.0f} in the last whole month, {last['month']}")
    return "; ".join(words)
