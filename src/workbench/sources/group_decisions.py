"""
DeliData: groups of people solve a puzzle alone, talk about it in a chat, and choose again.

Licence: CC BY 4.0; G. Karadzhov, T. Stafford & A. Vlachos (2023), DeliData: a dataset for
deliberation in multi-party problem solving, doi:10.48550/arXiv.2108.05271. The puzzle is the
selection task of P. C. Wason (1968), doi:10.1080/14640746808400161: of four cards turn those, and
only those, that can show whether all cards with a vowel have an even number on the other side.

A folder of files without an ending, one a group, with tabs between columns. The line INITIAL names
the four cards and what everybody chose alone; every line has what everybody has chosen by then.

Quirks. Each group has cards of its own, so that an answer is told by the kinds of the cards chosen:
`odd + vowel` is right in every group. The last line is after the talk; who neither wrote a new
answer nor sent one keeps the first. Somebody who chose nothing is `none`; an answer `N/A`, which
the files hold letter by letter, is no answer, and a choice that is no card is none either. People
are called after animals; a person is group and name together. Where a group's id is more than a
short word, groups are numbered. Nothing is dated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import Batch, Option, Said, Source
from workbench.sources._answers import NO_TEXTS, batch, undated, within_group, without_other_round
from workbench.sources._group_files import Group, files, group, texts
from workbench.sources._numbered import count, keys, names, renamed
from workbench.sources._texts import mended

SCALE = "cards"
RIGHT = frozenset({"odd", "vowel"})
NO_ANSWER = ["N", "/", "A"]
LOOKED_AT = 20
NOBODY = pl.Series("names", [], pl.String)
OPTIONS = (Option("title", "name shown to readers; else that of the folder"),)

_RATINGS = {
    "item_id": pl.String,
    "group_id": pl.String,
    "rater_id": pl.String,
    "round": pl.String,
    "label": pl.String,
    "value": pl.Float64,
    "place": pl.String,
    "reason": pl.String,
}
_TRUTHS = {name: _RATINGS[name] for name in ("item_id", "label", "value", "place", "reason")}


def detect(path: Path) -> str:
    """Words for a group's file, or a folder in which one of the first files is one."""
    try:
        fits = any(fits for _, fits in islice(files(path), LOOKED_AT))
    except OSError:
        return ""
    return "its files are talks of groups about cards" if fits else ""


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read all groups as one batch: ratings, truths and one community.

    A row of ratings is what one person had chosen before or after the talk; its value is the share
    of the four cards that were rightly turned or left, 0 to 1.

    Raises
    ------
    SourceError
        No file is a group's, the folder cannot be read, or an option is unknown.
    """
    where = f"group_decisions {path.name}"
    chosen = SOURCE.choices(options or {})
    ratings: list[dict[str, Any]] = []
    truths: list[dict[str, Any]] = []
    notes: Counter[str] = Counter()
    seen: set[str] = set()
    for file, place in _groups(path, notes, where=where):
        one = group(file, where=f"{where}, {place}")
        problem = one.problem or ("another file has the same group" if one.name in seen else "")
        if problem:
            ratings.append({"place": place, "reason": problem})
            continue
        seen.add(one.name)
        ratings += _answers(one, place)
        truths.append({"item_id": one.name, **_judged(_right(one), one), "place": place})
        notes.update(_counted(one))
    judged = _frame(ratings, _RATINGS).with_columns(rater_id=within_group("group_id", "rater_id"))
    notes["answers_without_the_other_round"] = without_other_round(judged)
    told = _frame(truths, _TRUTHS)
    groups = keys(told["item_id"], called="group")
    notes["groups_numbered"] = count(groups)
    yield batch(
        undated(path, chosen["title"], platform="group decision", otherwise="groups"),
        renamed(renamed(judged, "item_id", groups), "group_id", groups),
        renamed(told, "item_id", groups),
        scale=SCALE,
        notes=notes,
    )


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """
    What people wrote to each other; raises as `read` does.

    Nobody's name is among it: the experiment gave the same names of animals to every group. Ids of
    groups are, where they are numbered.
    """
    where = f"group_decisions {path.name}"
    SOURCE.choices(options or {})
    called: list[str] = []
    for file, place in _groups(path, Counter(), where=where):
        written = list(texts(file, where=f"{where}, {place}"))
        yield Said(pl.Series("texts", written, pl.String), NOBODY)
        called.append(group(file, where=f"{where}, {place}").name)
    groups = keys(pl.Series([name for name in called if name], dtype=pl.String), called="group")
    if groups is not None:
        yield Said(NO_TEXTS, names(groups))


def _groups(path: Path, notes: Counter[str], *, where: str) -> Iterator[tuple[Path, str]]:
    """Files of groups, each with its place: a number, because a name may be a person's."""
    found = False
    try:
        for number, (file, fits) in enumerate(files(path), start=1):
            found = found or fits
            if fits:
                yield file, f"file {number}"
            else:
                notes["files_not_read"] += 1
    except OSError as error:
        raise SourceError(
            f"{where}: expected a readable folder, got '{error.strerror or error}'. "
            "Change its permissions, or copy it to a folder of yours."
        ) from None
    if not found:
        raise SourceError(
            f"{where}: expected files that begin with group_id, message_id, message_type and ten "
            "more columns between tabs, got none. Name the folder that holds one file a group."
        )


def _answers(one: Group, place: str) -> list[dict[str, Any]]:
    """What everybody had chosen before and after the talk, or why it is not known."""
    rows: list[dict[str, Any]] = []
    for name, tracked in (("before", one.first), ("after", one.last)):
        told = f"{place}, {name}"
        if tracked is None:
            rows.append({"place": told, "reason": "what the group had chosen cannot be read"})
            continue
        for number, (person, selection) in enumerate(tracked.items(), start=1):
            rows.append(
                {
                    "item_id": one.name,
                    "group_id": one.name,
                    "rater_id": mended(person),
                    "round": name,
                    "place": f"{told}, person {number}",
                    **_judged(selection, one),
                }
            )
    return rows


def _judged(selection: Any, one: Group) -> dict[str, Any]:
    """The kinds of the cards in a selection and the share rightly decided, or a reason."""
    if selection == NO_ANSWER:
        return {"reason": "no answer"}
    if not isinstance(selection, list) or not all(isinstance(card, str) for card in selection):
        return {"reason": "the answer is no list of cards"}
    if not one.cards.keys() >= set(selection):
        return {"reason": "a choice that is no card of the group"}
    kinds = {one.cards[card] for card in selection}
    rightly = [(kind in kinds) == (kind in RIGHT) for kind in one.cards.values()]
    return {
        "label": " + ".join(sorted(kinds)) or "none",
        "value": sum(rightly) / len(rightly),
        "reason": None,
    }


def _right(one: Group) -> list[str]:
    return [card for card, kind in one.cards.items() if kind in RIGHT]


def _counted(one: Group) -> dict[str, int]:
    people = {*(one.first or ()), *(one.last or ())}
    return {
        "groups": 1,
        "people": len(people),
        "messages": one.messages,
        "answers_sent_in_the_talk": one.submissions,
        "people_who_sent_nothing": len(people - one.wrote),
        "people_who_sent_no_answer_in_the_talk": len(people - one.submitted),
    }


def _frame(rows: list[dict[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    columns = {name: [row.get(name) for row in rows] for name in schema}
    return pl.DataFrame(columns, schema=dict(schema)).with_columns(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )


SOURCE = Source(
    name="group_decisions",
    help="DeliData: choices of cards before and after a talk in a group, one file a group",
    detect=detect,
    read=read,
    options=OPTIONS,
    said=said,
)
