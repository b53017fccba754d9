"""What the record cannot show: a sentence for each limit, where it applies."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import polars as pl

from workbench.data.manifest import readable
from workbench.data.takedown import NOT_COUNTED, untold
from workbench.studies.cells import SMALLEST
from workbench.studies.durations import HOUR
from workbench.studies.present import TableView
from workbench.studies.profile.coming_back import NO_WINDOWS, all_newcomers
from workbench.studies.profile.drawn import Step, behind, nothing
from workbench.studies.profile.making import how_made
from workbench.studies.profile.parts import MOST_PARTS, Part, tens
from workbench.studies.profile.record import by_day, gaps, gaps_said
from workbench.studies.profile.unanswered import AFTER

# What an export of these kinds never holds, whatever its quality.
NEVER_HELD = {
    "questions and answers": "Questions and answers that were deleted before the export are not "
    "in it; those that were poorly received are deleted more often, so that what is left looks "
    "better than what was.",
    "forum": "Posts that were deleted before the export are not in it or have lost their text; "
    "how often that happened is not known.",
    "paired chat": "A conversation that nobody answered is mostly a failed pairing, not silence.",
    "direct messages": "Only messages between two people are here; what they said to each other "
    "elsewhere is not.",
    "microblog": "An archive holds what its owners wrote; replies by others are in it only where "
    "they were collected too.",
}
CANNOT_SHOW = "what the record cannot show"
READERS = "What people read is in no record: whoever only read is nobody here, account or not."
FEW = (
    f"Fewer than {SMALLEST} people wrote, so that no count of this record is told: "
    "it would be about somebody."
)


def cannot_show(part: Part) -> list[str]:
    """
    Sentences on what the record of one community cannot show, those that apply.

    Every number in them is of posts or threads, or of ten people and more.
    """
    posts = part.community.posts
    if not posts.height:
        return [f"{part.title} holds no posts, so that nothing can be said of answers, newcomers "
                "or load."]  # fmt: skip
    if part.writers < SMALLEST:
        return [one for one in (_simulated(part), FEW, _kind(part), READERS) if one]
    said = [_simulated(part), _begin(part), _end(part), _gaps(part), *_people(part)]
    said += [*_clocks(part), *_parts_of(part), *how_made(part), _aside(part)]
    said += [_kind(part)]
    return [*(sentence for sentence in said if sentence), READERS]


def _simulated(part: Part) -> str:
    if not part.whole.manifest["is_simulated"]:
        return ""
    return "Nobody wrote these posts: the data are simulated and say nothing of any community."


def _begin(part: Part) -> str:
    described = part.community.communities
    if not (described["record_start"] == "cut").any():
        return ""
    first = (readable(int(described["observed_from_us"].min())) or "")[:10]  # type: ignore[arg-type]
    new = all_newcomers(part)["is_newcomer"]
    known = tens(int(new.sum()))
    many = known if isinstance(known, str) else f"about {known:,}" if known else "none"
    return (
        f"The record begins on {first}, the community perhaps earlier: of {len(new):,} people, "
        f"{many} are known to be new; for the "
        "others the first post here may not be their first."
    )


def _end(part: Part) -> str:
    open_ = part.waits[~part.waits["answered"]]
    if open_.empty:
        return ""
    last = (readable(part.until_us) or "")[:10]
    young = int((open_["hours"] < AFTER[-1]).sum())
    return (
        f"Still unanswered when the record ended on {last}: {len(open_):,} of "
        f"{len(part.waits):,} threads; they are kept as still waiting"
        + (f", {young:,} of them for less than {AFTER[-1]} hours." if young else ".")
    )


def _gaps(part: Part) -> str:
    days = by_day(part)
    if not gaps(days):
        return ""
    return (
        f"Posts are missing where some were to be expected: {gaps_said(days)}. Whether nobody "
        "wrote or nothing was recorded cannot be told, and waits run on over these days."
    )


def _people(part: Part) -> list[str]:
    posts = part.community.posts
    nobody, programs = posts["author_id"].null_count(), int(posts["is_bot"].sum())
    said = []
    if nobody:
        said.append(f"By deleted accounts: {nobody:,} of {posts.height:,} posts; they count as "
                    "answers by somebody, and in nobody's load or return.")  # fmt: skip
    if programs:
        said.append(f"By programs, as far as the platform or their names tell: {programs:,} of "
                    f"{posts.height:,} posts; other programs count as people.")  # fmt: skip
    if posts["role"].is_null().all():
        said.append("The record does not say who is staff, so that members and staff cannot be "
                    "told apart.")  # fmt: skip
    return said


def _clocks(part: Part) -> list[str]:
    posts = part.community.posts
    coarse = int((posts["precision_us"] > HOUR).sum())
    said = []
    if coarse:
        said.append(f"Dated to the day or coarser: {coarse:,} of {posts.height:,} posts; waits of "
                    "hours mean nothing there, and the map of the week lacks them.")  # fmt: skip
    assumed = part.community.communities["timezone_source"] == "assumed"
    if assumed.any():
        said.append(f"Nothing states the time zone; {part.zone} is assumed, so that hours of the "
                    "day may be shifted.")  # fmt: skip
    return said


def _parts_of(part: Part) -> list[str]:
    posts, said = part.community.posts, []
    if posts["channel"].is_null().all() and not part.community.read("tags").height:
        said.append("Posts name neither channels nor tags, so that parts of the community cannot "
                    "be compared.")  # fmt: skip
    threads = posts.select(pl.struct("community_id", "thread_id").n_unique()).item()
    opened = posts.filter(pl.col("post_id") == pl.col("thread_id")).height
    if threads > opened:
        said.append(f"Without their opening post: {threads - opened:,} of {threads:,} threads; "
                    "nobody knows how long these waited; they are left out of waits.")  # fmt: skip
    if part.together > 1:
        said.append(f"{part.together} communities are described as one, because a page for each "
                    f"of more than {MOST_PARTS} could not be read.")  # fmt: skip
    return said


def _aside(part: Part) -> str:
    whole = part.whole.manifest
    counts, aside = untold(whole["counts"], whole["quarantine"])
    gone = f"{NOT_COUNTED.capitalize()}." if counts != whole["counts"] else ""
    reasons = aside.get("posts", {})
    if not reasons:
        return gone
    listed = "; ".join(f"{reason}: {rows:,}" for reason, rows in reasons.items())
    said = f"Rows of posts that were set aside: {sum(reasons.values()):,} ({listed})."
    return f"{said} {gone}".strip()


def _kind(part: Part) -> str:
    if part.kind != part.community.platform:
        return NO_WINDOWS
    return NEVER_HELD.get(part.kind, "")


def limits_table(parts: Sequence[Part]) -> Step:
    """What the record of each community cannot show, a sentence a row."""
    rows = [
        {"community": part.title, CANNOT_SHOW: sentence}
        for part in parts
        for sentence in cannot_show(part)
    ]
    if not rows:
        return nothing("What the record cannot show", "")
    table = pd.DataFrame(rows)
    return TableView(
        table,
        name="cannot-show",
        caption="What the record cannot show, and what follows for the numbers above. Only what "
        "applies is listed.",
        hidden=behind(table),
    )
