"""Hypotheses as package data, each with its own hash; windows per kind of community."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from workbench.data import catalogue, downloads
from workbench.errors import StudyError

MICROSECONDS = 1_000_000
TELLING_BYTES = 1_000  # a smaller file, such as a list of two classes, may be anybody's


@dataclass(frozen=True)
class Windows:
    """
    When an answer is early and when a return counts, in microseconds after the first post.

    An answer is early by `landmark`; a return counts in (`outcome_from`, `outcome_until`]. `grid`
    are other landmarks to try; `washout` is the silence that makes a first post a newcomer's where
    nothing else tells; `response_kinds` restricts what counts as an answer. `thread_means` and
    `answer_means` say in words what the two are in this kind of community.
    """

    landmark: int
    outcome_from: int
    outcome_until: int
    grid: tuple[int, ...]
    washout: int
    response_kinds: tuple[str, ...] | None = None
    thread_means: str = ""
    answer_means: str = ""


@dataclass(frozen=True)
class Hypothesis:
    """One hypothesis: the fields of `hypotheses.toml`, with the hash of exactly these words."""

    id: str
    hash: str
    fields: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        """Fields read as attributes: `hypothesis.estimand`."""
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None


@cache
def _data() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("hypotheses.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def content_hash(content: object) -> str:
    """The hash of plain values, whatever the order of their keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def hypotheses(study: str | None = None) -> dict[str, Hypothesis]:
    """
    The hypotheses, of one study or of all, by id.

    The hash covers a hypothesis's own words and the windows it is examined with, so that moving a
    landmark is as visible as changing a sentence.
    """
    data = _data()
    return {
        name: Hypothesis(name, content_hash({"hypothesis": row, "windows": data["windows"]}), row)
        for name, row in data["hypotheses"].items()
        if study in (None, row["study"])
    }


def hashes() -> dict[str, str]:
    """Hypothesis id -> hash: what the first-look record of a data set keeps."""
    return {name: hypothesis.hash for name, hypothesis in hypotheses().items()}


def looked_at() -> frozenset[str]:
    """Data sets that were looked at while the hypotheses were written."""
    return frozenset(_data()["looked_at"])


def seen_before(dataset: str, first_look: dict[str, Any] | None) -> bool:
    """
    Whether the data had been looked at while the hypotheses were written, under whatever name.

    `first_look` is the record of the first load (`workbench.data.first_look`); it keeps the hashes
    of the export's files.
    """
    files = _files_looked_at()
    return dataset in looked_at() or bool(files & set((first_look or {}).get("inputs", ())))


@cache
def _files_looked_at() -> frozenset[str]:
    """The sha256 of every file of the data sets that were looked at, and of those listed beside."""
    embedded = {entry.sha256 for name, entry in catalogue().items() if name in looked_at()}
    fetched = {
        file.sha256
        for name, about in downloads().items()
        if name in looked_at()
        for file in about.files
        if file.bytes >= TELLING_BYTES
    }
    return frozenset(embedded | fetched | set(_data()["looked_at_files"]))


def prespecified(hypothesis: Hypothesis, dataset: str, first_look: dict[str, Any] | None) -> bool:
    """Whether the hypothesis was written, in these words, before the data were first loaded."""
    if first_look is None or seen_before(dataset, first_look):
        return False
    return first_look.get("hypotheses", {}).get(hypothesis.id) == hypothesis.hash


def platforms() -> tuple[str, ...]:
    """The kinds of community for which windows were fixed."""
    return tuple(_data()["windows"])


def windows(platform: str) -> Windows:
    """
    The windows fixed for this kind of community.

    Raises
    ------
    StudyError
        No windows were fixed for that kind.
    """
    kinds = _data()["windows"]
    if platform not in kinds:
        raise StudyError(
            f"study 01: no landmark was fixed for communities of kind {platform!r}; "
            f"there are {', '.join(kinds)}. Load the data again with one of these as platform."
        )
    row = kinds[platform]
    scaled = {
        name: row[name] * MICROSECONDS
        for name in ("landmark", "outcome_from", "outcome_until", "washout")
    }
    grid = tuple(value * MICROSECONDS for value in row["grid"])
    answers = tuple(row["response_kinds"]) if "response_kinds" in row else None
    said = {name: row[name] for name in ("thread_means", "answer_means")}
    return Windows(**scaled, **said, grid=grid, response_kinds=answers)
