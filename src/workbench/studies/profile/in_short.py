"""A dozen lines to paste into a mail: the answers with their numbers, and what cannot be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from workbench.data.manifest import readable
from workbench.errors import ModelError, StudyError
from workbench.studies.durations import HOUR, exactly
from workbench.studies.present import TableView
from workbench.studies.profile.changing import AFTER_HOURS, change_said
from workbench.studies.profile.clocks import in_working_hours, outside_said, zone_is_stated
from workbench.studies.profile.coming_back import (
    WATCHED_DAYS,
    openers,
    returned_in_window,
    returned_within,
    window_said,
)
from workbench.studies.profile.drawn import Step, behind, nothing, percent
from workbench.studies.profile.limits import CANNOT_SHOW
from workbench.studies.profile.loads import (
    TENTH,
    busiest,
    busiest_share,
    load_quantile,
    loads,
    value,
)
from workbench.studies.profile.parts import Part, tens
from workbench.studies.profile.ticks import TOO_COARSE, tells
from workbench.studies.profile.unanswered import (
    AFTER,
    half_answered,
    known_shares,
    later_among_answered,
    unanswered_after,
)
from workbench.studies.refusals import for_readers

QUESTIONS = {
    "who": "What is it?",
    "unanswered": "How many threads stay unanswered?",
    "returning": "Do newcomers come back?",
    "load": "How much does one person get, and who replies?",
    "trend": "Is it changing?",
}


def _who(part: Part) -> str:
    posts = part.community.posts
    dates = [int(posts["created_us"].min()), int(posts["created_us"].max())]  # type: ignore[arg-type]
    first, last = ((readable(us) or "")[:10] for us in dates)
    threads = f"{len(part.waits):,} thread{'s' if len(part.waits) > 1 else ''}"
    return (
        f"{posts.height:,} posts by {part.writers:,} people from {first} to {last}; {threads} "
        f"opened by people. Kind: {part.kind}."
    )


def _unanswered(part: Part) -> str:
    known = known_shares(part.waits)
    coarse = [f"{hours} h" for hours in AFTER if not tells(part.waits, hours)]
    if len(coarse) == len(AFTER):
        return f"This cannot be told: {TOO_COARSE} for waits of {coarse[-1]}."
    if not known:
        return "Nobody was watched for an hour, or one person opened every thread."
    words = ", ".join(f"{percent(share)} after {hours} h" for hours, share in known)
    naive = later_among_answered(part.waits, known[-1][0])
    beside = (
        f" Among the answered only it looks like {100 * naive:.0f} % after {known[-1][0]} h, "
        "because silence is left out." if naive is not None else ""
    )  # fmt: skip
    half = half_answered(part.waits)
    beside += f" For {' and '.join(coarse)} {TOO_COARSE}." if coarse else ""
    return (
        f"Still unanswered: {words}; silent threads are kept as waiting.{beside} "
        f"{half[0].upper()}{half[1:]}.{_working(part)}"
    )


def _returning(part: Part) -> str:
    rows = openers(part)
    inside, within = returned_in_window(rows), returned_within(rows)
    if inside.estimate is None and within.estimate is None:
        return "Too few newcomers were watched long enough, or came back, to say."
    return (
        f"Of about {tens(len(rows)):,} newcomers who opened a thread first, {percent(within)} "
        f"posted in another thread within {WATCHED_DAYS} days; of those watched long enough, "
        f"{percent(inside)} did {window_said(part)}."
    )


def _load(part: Part) -> str:
    rows = loads(part)
    middle, top = load_quantile(rows["a_day"], 0.5), busiest_share(rows)
    group = "tenth" if busiest(len(rows)) == TENTH else "ten people"
    words = [
        f"Half of the people get, on average, at most {value(middle)} posts by others in their "
        "threads on a day on which they post." if middle.estimate is not None else "",
        f"The busiest {group} wrote {percent(top)} of all replies."
        if top.estimate is not None else "",
    ]  # fmt: skip
    return " ".join(word for word in words if word) or "Too few people wrote to say."


def _working(part: Part) -> str:
    """Waits on the working clock, where the record states whose clock on the wall it is."""
    if not zone_is_stated(part) or not tells(part.waits, 1.0):
        return ""
    day = part.clock.day_us
    working = unanswered_after(in_working_hours(part), day / HOUR)
    if working.estimate is None:
        return ""
    return (
        f" In working hours ({part.clock.said}, {part.zone}), {percent(working)} are unanswered "
        f"after one working day of {exactly(day)}; {outside_said(part)}."
    )


def _trend(part: Part) -> str:
    return f"Unanswered after {AFTER_HOURS} h: {change_said(part)}."


ANSWERS: dict[str, Callable[[Part], str]] = {
    "who": _who,
    "unanswered": _unanswered,
    "returning": _returning,
    "load": _load,
    "trend": _trend,
}


def answers(part: Part) -> list[tuple[str, str]]:
    """The questions of the page, each with its answer in a sentence or two."""
    why = part.why_not()
    if why:
        return [(QUESTIONS["who"], f"There is not enough to describe: {why}.")]
    said = []
    for name, answer in ANSWERS.items():
        try:
            said.append((QUESTIONS[name], answer(part)))
        except (ModelError, StudyError) as error:
            said.append((QUESTIONS[name], f"This cannot be told: {for_readers(str(error))}."))
    return said


def summary(parts: Sequence[Part]) -> Step:
    """The answers of the page on top of it, one community after another."""
    rows = [
        {"community": part.title, "question": question, "answer": answer}
        for part in parts
        for question, answer in answers(part)
    ]
    if not rows:
        return nothing("Profile", "")
    table = pd.DataFrame(rows)
    titles = ", ".join(dict.fromkeys(table["community"]))
    return TableView(
        table,
        name="summary",
        caption=f"{titles} in short. Intervals in brackets are 95 % intervals; how each number is "
        "made, and what it cannot mean, is below.",
        hidden=behind(table),
    )


def mail(rows: Sequence[Mapping[str, str]], limits: Sequence[Mapping[str, str]]) -> str:
    """
    The same as Markdown to paste into a mail, with what the record cannot show.

    rows : of the table `summary`. limits : of the table of what the record cannot show.
    """
    lines: list[str] = []
    for title in dict.fromkeys(row["community"] for row in rows):
        lines += [f"# {title}", ""]
        lines += [f"- **{r['question']}** {r['answer']}" for r in rows if r["community"] == title]
        lines += ["", "What the record cannot show:", ""]
        lines += [f"- {row[CANNOT_SHOW]}" for row in limits if row["community"] == title]
        lines.append("")
    lines.append("Intervals in brackets are 95 % intervals. No person and no post can be told.")
    return "\n".join(lines) + "\n"
