"""The data report: activity by week with its gaps, clocks, rules of cleaning, filled columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench import plots
from workbench.data import Community
from workbench.data.rules import RULES
from workbench.schema import TABLES
from workbench.studies.durations import SECOND, exactly
from workbench.studies.feedback_speed.months import MOST_LABELS
from workbench.studies.present import Note, TableView
from workbench.studies.profile.drawn import Step, behind, drawn, nothing, panels
from workbench.studies.profile.parts import MOST_PARTS, Part, parts_of, wholes
from workbench.studies.profile.working import working_hours

WEEKS_AROUND = 4  # on either side, of which the same weekday says what is usual
SURPRISING = 20.0  # posts missed: they come in bursts, as if only a third came independently
ACTIVITY = "Activity by week"


@dataclass(frozen=True)
class Gap:
    """Days in a row without a post although posts were to be expected: the first, how many."""

    first: pd.Timestamp
    days: int

    @property
    def said(self) -> str:
        """Its first and last day in words."""
        last = self.first + pd.Timedelta(days=self.days - 1)
        if self.days == 1:
            return f"{self.first:%Y-%m-%d}"
        return f"{self.first:%Y-%m-%d} to {last:%Y-%m-%d} ({self.days:,} days)"


@lru_cache(MOST_PARTS)
def by_day(part: Part) -> pd.Series:
    """Posts by calendar day on the community's own clock, over all days that the record covers."""
    posts = part.community.posts.select("community_id", "created_us").to_pandas()
    days = part.wall(posts, "created_us").dt.normalize()
    described = part.community.communities.select(
        "community_id", "observed_from_us", "observed_until_us"
    ).to_pandas()
    ends = [part.wall(described, f"observed_{end}_us").dt.normalize() for end in ("from", "until")]
    first, last = min(days.min(), ends[0].min()), max(days.max(), ends[1].max())
    return days.value_counts().reindex(pd.date_range(first, last, freq="D"), fill_value=0)


def gaps(days: pd.Series) -> list[Gap]:
    """
    Runs of days without any post in which that many posts were to be expected, longest first.

    A day is expected to have the median of the same weekday in the four weeks before the run, or in
    the four after it where that is less: so quiet weekends, and days before a community took off,
    are no gaps. A run is a gap where twenty posts or more were expected: even if every burst of
    three posts were one, none at all would come by chance in about one case of a thousand.
    """
    silent = days == 0
    runs = (silent != silent.shift()).cumsum()
    found = [
        Gap(own.index[0], len(own))
        for _, own in days[silent].groupby(runs[silent])
        if _expected(days, own) >= SURPRISING
    ]
    return sorted(found, key=lambda gap: (-gap.days, gap.first))


def _expected(days: pd.Series, run: pd.Series) -> float:
    """How many posts the weeks before a run of days and those after it lead to expect in it."""
    around = pd.Timedelta(weeks=WEEKS_AROUND)
    before = days[run.index[0] - around : run.index[0]].iloc[:-1]
    after = days[run.index[-1] : run.index[-1] + around].iloc[1:]
    sides = [side.groupby(_weekday(side)).median() for side in (before, after) if len(side)]
    return min((float(s.reindex(_weekday(run), fill_value=0).sum()) for s in sides), default=0.0)


def _weekday(days: pd.Series) -> pd.Index:
    """The day of the week of each row, 0 for Monday."""
    return pd.DatetimeIndex(days.index).day_of_week


def by_week(days: pd.Series) -> pd.DataFrame:
    """Weeks from Monday: week (its first day), posts, silent_days, gap (a gap lies in it)."""
    marked = pd.Series(False, index=days.index)
    for gap in gaps(days):
        marked[gap.first : gap.first + pd.Timedelta(days=gap.days - 1)] = True
    monday = days.index - pd.to_timedelta(_weekday(days), unit="D")
    weekly = pd.DataFrame({"posts": days, "silent_days": (days == 0).astype(int), "gap": marked})
    return (
        weekly.groupby(monday)
        .agg({"posts": "sum", "silent_days": "sum", "gap": "any"})
        .rename_axis("week")
        .reset_index()
    )


def gaps_said(days: pd.Series) -> str:
    """Gaps in words: how many, and the longest."""
    found = gaps(days)
    if not found:
        return "no gap: on no days are posts missing that were to be expected"
    most = "it is" if len(found) == 1 else "the longest is"
    return f"{len(found)} gap{'s' if len(found) > 1 else ''}; {most} {found[0].said}"


def activity(parts: Sequence[Part]) -> Step:
    """Posts by week, with the weeks shaded in which posts are missing that were to be expected."""
    shown = [part for part in parts if part.community.posts.height]
    if not shown:
        return nothing(ACTIVITY, " ".join(f"{part.title}: {part.why_not()}." for part in parts))
    figure, axes = panels([part.title for part in shown], height=2.8)
    tables, said = [], []
    for part in shown:
        days = by_day(part)
        weeks = by_week(days)
        _draw(weeks, axes[part.title])
        tables.append(weeks.assign(week=weeks["week"].dt.strftime("%Y-%m-%d")))
        tables[-1].insert(0, "community", part.title)
        said.append(
            f"{part.title}: {days.sum():,} posts in {len(weeks):,} weeks, {gaps_said(days)}"
        )
    return drawn(
        figure,
        pd.concat(tables, ignore_index=True),
        name="activity-by-week",
        caption="Posts by week, Monday to Sunday on the community's own clock; shaded: weeks with "
        "a gap, days without any post although twenty or more were to be expected from the same "
        f"weekdays around them. The first and the last week may be cut. {'; '.join(said)}.",
        alt=f"A line of posts by week. {'; '.join(said)}.",
    )


def _draw(weeks: pd.DataFrame, ax: Axes) -> None:
    places = np.arange(len(weeks))
    for place in places[weeks["gap"]]:
        ax.axvspan(place - 0.5, place + 0.5, color="#F3D9C6", linewidth=0, zorder=0)
    marker = plots.MARKERS[0] if len(weeks) < 2 else None
    ax.plot(places, weeks["posts"], color=plots.COLOURS[0], linewidth=1.6, marker=marker)
    step = -(-len(weeks) // (MOST_LABELS - 1))
    ax.set_xticks(places[::step], [f"{day:%Y-%m-%d}" for day in weeks["week"][::step]],
                  fontsize="small")  # fmt: skip
    ax.set(ylabel="posts in a week", xlabel="week that begins on", ylim=(0, None))


def precision(part: Part) -> dict[str, int]:
    """Width of the clock's tick in words -> posts that are dated by it, finest first."""
    ticks = Counter(part.community.posts["precision_us"].to_list())
    return {_tick(tick): ticks[tick] for tick in sorted(ticks)}


def _tick(us: int) -> str:
    if us >= SECOND:
        return exactly(us)
    return f"{us / 1000:g} ms" if us >= 1000 else f"{us} µs"


def filled(part: Part) -> dict[str, list[str]]:
    """Table with rows -> its columns that hold a value in at least one of them."""
    tables = {name: part.community.read(name) for name in TABLES}
    return {
        name: [column.name for column in rows if column.null_count() < rows.height]
        for name, rows in tables.items()
        if rows.height
    }


def empty_columns(part: Part) -> dict[str, list[str]]:
    """Table -> its columns without any value."""
    return {
        name: [column for column in TABLES[name].names if column not in columns]
        for name, columns in filled(part).items()
    }


def coverage(part: Part) -> dict[str, str]:
    """Days covered, gaps and clocks of one community, a few words a line; none without posts."""
    if not part.community.posts.height:
        return {}
    days = by_day(part)
    silent = int((days == 0).sum())
    return {
        "days covered": f"{len(days):,}, of which {silent:,} without a post",
        "gaps": gaps_said(days),
        "posts by the tick of their clock": "; ".join(
            f"{tick}: {count:,}" for tick, count in precision(part).items()
        ),
    }


def facts(part: Part) -> dict[str, str]:
    """What the data report says of one community: a few words a line."""
    tables = filled(part).items()
    return coverage(part) | {
        "columns that hold values": "; ".join(f"{n}: {', '.join(c)}" for n, c in tables),
        "columns without any": "; ".join(
            f"{name}: {', '.join(columns)}"
            for name, columns in empty_columns(part).items()
            if columns
        )
        or "none",
    }


def data_report(parts: Sequence[Part]) -> Step:
    """Days and gaps, precision of clocks, filled and empty columns."""
    rows = [
        {"community": part.title, "what": what, "said": said}
        for part in parts
        for what, said in facts(part).items()
    ]
    if not rows:
        return nothing("Data report", "")
    table = pd.DataFrame(rows)
    return TableView(
        table,
        name="data-report",
        caption="What the stored tables hold. A tick is the width of the clock: a post dated by "
        "the minute may have been written at any moment of it.",
        labels={"said": ""},
        hidden=behind(table),
    )


def report_lines(community: Community) -> list[str]:
    """Days, gaps and clocks of a data set in a few lines of text, for the command line."""
    lines = []
    for part in parts_of(community, working_hours()):
        lead = f"{part.title}: " if part.title != community.title else ""
        lines += [f"{lead}{what}: {said}" for what, said in coverage(part).items()]
    return lines


def cleaning_rules(parts: Sequence[Part]) -> TableView | Note:
    """The rules of cleaning that met rows, with what was chosen and how many they met."""
    says = {rule.name: rule.says for rule in RULES}
    rows = [
        {
            "data set": whole.title,
            "rule": name,
            "what it does": says.get(name, ""),
            "choice": rule["choice"],
            "rows": rule["rows"],
        }
        for whole in wholes(parts)
        for name, rule in whole.manifest.get("rules", {}).items()
        if rule["rows"]
    ]
    if not rows:
        return Note("No rule of cleaning met a row.")
    return TableView(
        pd.DataFrame(rows),
        name="cleaning-rules",
        caption="The rules of cleaning that met rows: set aside, repaired or only counted, as the "
        "choice says. Rules that met none are not listed.",
    )


def read_notes(parts: Sequence[Part]) -> TableView | Note:
    """What reading the export noted: conversions, repairs and what is worth knowing, counted."""
    rows = [
        {"data set": whole.title, "noted while reading": kind.replace("_", " "), "rows": count}
        for whole in wholes(parts)
        for kind, count in whole.manifest["notes"].items()
        if count
    ]
    if not rows:
        return Note("Reading the export noted nothing else.")
    return TableView(
        pd.DataFrame(rows),
        name="read-notes",
        caption="What else was noted while the export was read and cleaned.",
    )
