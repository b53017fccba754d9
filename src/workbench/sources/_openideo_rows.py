"""The ideas and comments of one OpenIDEO challenge as rows, each with why it cannot be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from workbench.sources._openideo_graph import Challenge, account, moment, whole_number
from workbench.sources._texts import measured, mended
from workbench.sources._times import UNPARSABLE, Clock, read_times

ZONE = "UTC"
UNRESOLVED = "sub-comments by a reference that cannot be resolved"

_COMMENT_TIME = Clock(timezone=ZONE, time_format="%B %d, %Y, %I:%M%p")
_REFERENCE = "py/id"
_NO_CODE = r"[^\s\S]"  # the platform has no mark-up for code

_ROWS = pl.Schema(
    {
        "place": pl.String,
        "kind": pl.String,
        "post_id": pl.String,
        "thread_id": pl.String,
        "parent_id": pl.String,
        "author_id": pl.String,
        "created_us": pl.Int64,
        "precision_us": pl.Int64,
        "written": pl.String,
        "text": pl.String,
        "score": pl.Int64,
        "stage": pl.String,
        "won": pl.Boolean,
        "views": pl.Int64,
        "reason": pl.String,
    }
)


def contributions(challenge: Challenge, *, file: str) -> tuple[pl.DataFrame, Counter[str]]:
    """
    One row an idea, a comment, or a part that stands for comments and cannot be read; and notes.

    The columns are those of `posts` that the export has, with `stage, won, views` of ideas,
    `place`, and `reason`, which is empty where the row can be used. Each place begins with `file`.
    """
    shares_one = _shares_one_list(challenge)
    seen: set[tuple[Any, ...]] = set()
    found: list[dict[str, Any]] = []
    notes: Counter[str] = Counter()
    for number, (name, idea) in enumerate(challenge.ideas.items(), start=1):
        place = f"{file}, idea {number}"
        post_id = f"{challenge.contest_id}/{mended(name)}"
        found.append({"place": place, "post_id": post_id, **_idea(idea, post_id, notes)})
        for one in _comments(idea, place, post_id, shares_one=shares_one, notes=notes):
            reason = one.get("reason")
            key = tuple(one.get(field) for field in ("parent_id", "author_id", "written", "text"))
            if reason is None and key in seen:
                one["reason"] = "exact duplicate"
            seen.add(key)
            found.append({"thread_id": post_id, **one})
    columns = {name: [row.get(name) for row in found] for name in _ROWS}
    return _timed(pl.DataFrame(columns, schema=_ROWS)), notes


def _timed(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with the written times of comments read, and the texts measured and dropped."""
    times = read_times(frame["written"], _COMMENT_TIME)
    is_comment = pl.col("kind") == "comment"
    unread = is_comment & pl.col("reason").is_null()
    return frame.with_columns(
        created_us=pl.when(is_comment).then(times["us"]).otherwise("created_us"),
        precision_us=pl.when(is_comment).then(times["precision_us"]).otherwise("precision_us"),
        reason=pl.when(unread).then(times["problem"]).otherwise("reason"),
        **measured(pl.col("text"), code=_NO_CODE),
    ).drop("text", "written")


def _idea(idea: Any, post_id: str, notes: Counter[str]) -> dict[str, Any]:
    """What the export says of an idea itself."""
    fields: dict[str, Any] = {"kind": "idea", "thread_id": post_id}
    if not isinstance(idea, dict):
        return {**fields, "reason": "not an idea"}
    author, reason = account(idea.get("creator"))
    created, width = moment(idea.get("created"))
    if created is None:
        reason = UNPARSABLE
    text, stage = idea.get("description"), idea.get("type")
    points, views = (_counted(idea, name, notes) for name in ("applause", "views"))
    return {
        **fields,
        "author_id": author,
        "created_us": created,
        "precision_us": width,
        "text": mended(text) if isinstance(text, str) else None,
        "score": points,
        "stage": mended(stage) if isinstance(stage, str) else None,
        "won": idea.get("winner") is True,
        "views": views,
        "reason": reason,
    }


def _counted(fields: dict[str, Any], name: str, notes: Counter[str]) -> int | None:
    """A count that the platform gives, empty where it gives none."""
    value = whole_number(fields.get(name))
    notes["counts_that_are_no_whole_numbers"] += value is None and fields.get(name) is not None
    return value


def _comments(
    idea: Any, place: str, post_id: str, *, shares_one: bool, notes: Counter[str]
) -> Iterator[dict[str, Any]]:
    """A row for each comment on an idea, and for each part that may hold some and is unreadable."""
    listed = idea.get("comments") if isinstance(idea, dict) else None
    if listed is None:
        notes["ideas_without_a_list_of_comments"] += isinstance(idea, dict)
    elif not isinstance(listed, list):
        yield {"place": f"{place}, comments", "reason": "comments are not a list"}
    for comment, number, above in _walk(listed):
        yield {
            "place": f"{place}, comment {number}",
            "kind": "comment",
            "post_id": f"{post_id}#{number}",
            "parent_id": f"{post_id}#{above}" if above else post_id,
            **_comment(comment, notes),
        }
        below = _below(comment)
        resolved = shares_one if _refers(below) else isinstance(below, list | None)
        if not resolved:
            yield {"place": f"{place}, below comment {number}", "reason": UNRESOLVED}


def _walk(listed: Any) -> Iterator[tuple[Any, str, str]]:
    """Each comment in the order of the file, its number such as 3.1, and that of the one above."""
    first = listed if isinstance(listed, list) else []
    waiting = [(one, str(n), "") for n, one in enumerate(first, start=1)][::-1]
    while waiting:
        comment, number, above = waiting.pop()
        yield comment, number, above
        below = _below(comment)
        if isinstance(below, list) and not _refers(below):
            waiting += [(one, f"{number}.{n}", number) for n, one in enumerate(below, start=1)][
                ::-1
            ]


def _below(comment: Any) -> Any:
    """The sub-comments of a comment, as they are written."""
    return comment.get("sub_comments") if isinstance(comment, dict) else None


def _comment(comment: Any, notes: Counter[str]) -> dict[str, Any]:
    """What the export says of a comment itself."""
    if not isinstance(comment, dict):
        return {"reason": "not a comment"}
    author, reason = account(comment.get("user"))
    written, text = comment.get("date"), comment.get("text")
    if not isinstance(written, str):
        reason = UNPARSABLE
    return {
        "author_id": author,
        "written": mended(written) if isinstance(written, str) else None,
        "text": mended(text) if isinstance(text, str) else None,
        "score": _counted(comment, "applause", notes),
        "reason": reason,
    }


def _refers(below: Any) -> bool:
    """Whether a list of sub-comments is given by a reference, bare or in a list of its own."""
    one = below[0] if isinstance(below, list) and len(below) == 1 else below
    return isinstance(one, dict) and set(one) == {_REFERENCE}


def _shares_one_list(challenge: Challenge) -> bool:
    """
    Whether all references to sub-comments mean the one list that is written out in the file.

    jsonpickle numbers what it writes, but these files do not stand in the order of writing: the
    list that number 4 means is written out up to two thousand comments later. So numbers cannot be
    counted off. Where all references have one number and one list is written out, it is that.
    """
    numbers, written = set(), 0
    for idea in challenge.ideas.values():
        for comment, _, _ in _walk(idea.get("comments") if isinstance(idea, dict) else None):
            below = _below(comment)
            if _refers(below):
                one = below[0] if isinstance(below, list) else below
                numbers.add(repr(one[_REFERENCE]))
            else:
                written += isinstance(below, list)
    return len(numbers) == 1 and written == 1


def words(challenge: Challenge) -> tuple[list[str], list[str]]:
    """What people wrote in a challenge, and the numbers of their accounts."""
    texts: list[str] = []
    names: set[str] = set(map(mended, challenge.users))
    for idea in challenge.ideas.values():
        if not isinstance(idea, dict):
            continue
        comments = [one for one, _, _ in _walk(idea.get("comments")) if isinstance(one, dict)]
        spoken = [idea.get(field) for field in ("title", "description")]
        spoken += [one.get("text") for one in comments]
        called = [
            idea.get("creator"),
            *(one.get(f) for one in comments for f in ("user", "user_url")),
        ]
        texts += [mended(text) for text in spoken if isinstance(text, str) and text]
        names.update(mended(name) for name in called if isinstance(name, str) and name)
    return texts, sorted(names)
