"""Month by month: who is there, and how many threads are still unanswered after a day."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pandas as pd
from matplotlib.axes import Axes

from workbench import plots
from workbench.studies.cells import SMALLEST
from workbench.studies.feedback_speed.months import FEWEST_THREADS, MOST_LABELS
from workbench.studies.profile.changing import (
    AFTER_HOURS,
    change_said,
    is_cut,
    kept_waits,
    months_of,
    share_after_a_day,
)
from workbench.studies.profile.coming_back import all_newcomers
from workbench.studies.profile.drawn import Step, drawn, nothing, panels, percent
from workbench.studies.profile.parts import MOST_PARTS, Part, Rows, of_each, tens

SHARES = ("estimate", "low", "high")
WHAT = "By month"


@lru_cache(MOST_PARTS)
def by_month(part: Part) -> Rows:
    """
    One row a calendar month on the community's own clock, from its first post to its last.

    month (`2004-05`), cut (the record begins or ends inside it), threads, people (who wrote),
    newcomers (first post), estimate, low, high: the share still unanswered after a day, empty for
    fewer than `FEWEST_THREADS` threads or ten people who opened them. Counts of people are as
    `parts.tens` shows them.
    """
    found = kept_waits(part)
    rows: Rows = []
    for row in people_by_month(part).to_dict("records"):
        own = found[found["month"] == row["month"]]
        share = share_after_a_day(own)
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


def people_by_month(part: Part) -> pd.DataFrame:
    """One row a month: month, people (who wrote), newcomers, both to the ten, and cut."""
    columns = ["community_id", "author_id", "created_us"]
    posts = part.community.posts.select([*columns, "is_bot"]).to_pandas()
    posts = posts.assign(month=months_of(part, posts, "created_us"))
    human = posts[~posts["is_bot"] & posts["author_id"].notna()]
    months = pd.period_range(posts["month"].min(), posts["month"].max(), freq="M").astype(str)
    new = all_newcomers(part)
    new = new[new["is_newcomer"]].reset_index(drop=True)
    began = months_of(part, new, "first_us") if len(new) else pd.Series(dtype=str)
    people = human.groupby("month")["author_id"].nunique()
    counts = {"people": people, "newcomers": began.value_counts()}
    shown = {
        name: [tens(int(count)) for count in own.reindex(months, fill_value=0)]
        for name, own in counts.items()
    }
    return pd.DataFrame({"month": months, **shown, "cut": [is_cut(part, m) for m in months]})


def monthly_trend(parts: Sequence[Part]) -> Step:
    """The monthly shares still unanswered after a day, drawn; months that are cut are marked."""
    rows, reasons = of_each(parts, by_month)
    if rows.empty:
        return nothing(WHAT, reasons)
    rows = rows.astype(dict.fromkeys(SHARES, float))
    titles = list(dict.fromkeys(rows["community"]))
    figure, axes = panels(titles, height=3.2)
    words = {part.title: change_said(part) for part in parts if part.title in titles}
    said = []
    for title, ax in axes.items():
        own = rows[rows["community"] == title]
        _draw(own, ax)
        said.append(f"{title}: {words[title]}")
    cut = rows.loc[rows["cut"]]
    marked = f"The record covers only a part of {_listed(cut)}. " if len(cut) else ""
    return drawn(
        figure,
        rows,
        name="by-month",
        caption=f"Threads still unanswered after {AFTER_HOURS} hours, of 100 opened in a month, "
        "with 95 % intervals that take the person who opened a thread as the unit. Months of fewer "
        f"than {FEWEST_THREADS} threads, or {SMALLEST} people who opened them, keep their place "
        "and stay empty; hollow marks are months of which the record covers a part. The highest "
        "and the lowest of many months differ by chance alone, so the first half of the whole "
        "months is compared with the last; posts that are gone from the latest export are left "
        "out. Counts of people are rounded to tens. "
        f"{marked}{'. '.join(said)}. {reasons}".strip(),
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
