"""Is an answer within the hour the rule? Month by month, because a community changes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from workbench import plots
from workbench.data import Community
from workbench.models.result import Estimate
from workbench.studies.cautions import PAUSES
from workbench.studies.communities import threads_by_pauses
from workbench.studies.durations import local_time
from workbench.studies.feedback_speed.waiting import answered_within, waits
from workbench.studies.present import Figure
from workbench.studies.refusals import where_possible

FEWEST_THREADS = 30  # a month with fewer threads is not drawn
MOST_LABELS = 6  # on one axis


def monthly_share(communities: Sequence[Community]) -> pd.DataFrame:
    """
    The share answered within the hour, by month of opening.

    One row a community and calendar month from its first thread to its last: community, month
    (`2004-05`, on the community's own clock), threads, estimate, low, high (shares; the interval is
    clustered by the asker). A month without enough threads to say keeps its row, without a share.
    """
    rows = []
    for community in communities:
        found = waits(community)
        zone = community.communities["timezone"][0]
        month = local_time(found["opened_us"], zone).dt.strftime("%Y-%m")
        parts = dict(list(found.groupby(month)))
        span = pd.period_range(month.min(), month.max(), freq="M").astype(str)
        for name in span:
            part = parts.get(name, found.iloc[:0])
            estimate, low, high = _share(part)
            rows.append(
                {
                    "community": community.title,
                    "month": name,
                    "threads": len(part),
                    "estimate": estimate,
                    "low": low,
                    "high": high,
                }
            )
    shares = dict.fromkeys(("estimate", "low", "high"), float)
    return pd.DataFrame(rows).astype(shares)


def _share(part: pd.DataFrame) -> tuple[float | None, float | None, float | None]:
    """The share of one month with its limits; nothing where too little was seen."""
    if len(part) < FEWEST_THREADS or part["asker"].nunique() < 2:
        return None, None, None
    if part["hours"].max() < 1 and not part["answered"].all():
        return None, None, None
    share = answered_within(part, 1.0)
    return share.estimate, share.low, share.high


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]


def _said(name: str, part: pd.DataFrame) -> str:
    """The lowest and the highest month of a community, and the months in which nobody asked."""
    drawn = part.dropna(subset="estimate")
    if drawn.empty:
        return f"{name}: no such month"
    low, high = (100 * value for value in (drawn["estimate"].min(), drawn["estimate"].max()))
    text = f"{name}: between {low:.0f} and {high:.0f} in 100 over {len(drawn)} "
    text += "month" if len(drawn) == 1 else "months"
    silent = part.loc[part["threads"] == 0, "month"].tolist()
    return text + (f", and no thread at all in {_listed(silent)}" if silent else "")


def _overall(communities: Sequence[Community]) -> str:
    """In how many communities more than half are answered within the hour, over the record."""
    shares = {c.title: answered_within(waits(c), 1.0) for c in communities}
    most = sum(float(share.estimate or 0) > 0.5 for share in shares.values())
    said = [f"{name} {_in_100(share)}" for name, share in shares.items()]
    return (
        "Over the whole record, more than half were answered within the hour in "
        f"{most} of {len(shares)} {'community' if len(shares) == 1 else 'communities'}: "
        f"{_listed(said)}."
    )


def _pauses(communities: Sequence[Community]) -> str:
    """A caution for the communities whose threads were made by pauses; else nothing."""
    made = [c.title for c in communities if threads_by_pauses(c)]
    return f" {_listed(made)}: {PAUSES}" if made else ""


def _in_100(share: Estimate) -> str:
    text = f"{100 * float(share.estimate or 0):.0f} in 100"
    if share.low is None or share.high is None:
        return text
    return f"{text} ({100 * share.low:.0f} to {100 * share.high:.0f})"


def _thin(ax: Axes) -> None:
    """Name at most `MOST_LABELS` months, so that their names do not run into each other."""
    names = [label.get_text() for label in ax.get_xticklabels()]
    step = -(-len(names) // MOST_LABELS)
    shown = [name if place % step == 0 else "" for place, name in enumerate(names)]
    ax.set_xticklabels(shown, rotation=0, ha="center")


@where_possible
def within_the_hour(communities: Sequence[Community]) -> Figure:
    """The monthly shares, drawn; one half is the line that “most” has to cross."""
    rows = monthly_share(communities)
    drawn = rows.assign(**{c: 100 * rows[c] for c in ("estimate", "low", "high")})
    figure, axes = plots.canvas(height=2.9, panels=len(communities))
    said = []
    for community, ax in zip(communities, axes, strict=True):
        name = community.title
        plots.points(
            drawn[drawn["community"] == name], x="month", label="community",
            xlabel="month the thread was opened", ylabel="answered, of 100", line=50, ax=ax,
        )  # fmt: skip
        ax.set(ylim=(0, 100))
        _thin(ax)
        ax.annotate(
            "half", (1, 50), xycoords=("axes fraction", "data"),
            xytext=(4, 0), textcoords="offset points", va="center", annotation_clip=False,
        )  # fmt: skip
        ax.set_title(name, loc="left")
        said.append(_said(name, rows[rows["community"] == name]))
    return Figure(
        figure,
        name="within-the-hour",
        caption="Threads answered by another human within the hour, by month, of 100 opened, with "
        "95 % intervals that take the person who opened a thread as the unit. A month with fewer "
        f"than {FEWEST_THREADS} threads, opened by one person only, or watched for less than an "
        f"hour, keeps its place and stays empty. {'; '.join(said)}. {_overall(communities)}"
        f"{_pauses(communities)}",
        alt="Points with intervals by month against a line at one half. "
        f"{'; '.join(said)}. {_overall(communities)}",
    )
