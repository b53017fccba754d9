"""The articles' claims as package data: quoted, reworded, with what can and cannot be tested."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Claim:
    """
    One claim of one article.

    quotes : the article's own words. gloss : an English reading where they are not English.
    reworded : the claim made testable, or as it is understood where it is not testable.
    testability : T testable with activity data, P partly, N not. reason : why.
    needed : what it would take where the record is not enough.
    studies : numbers of the studies that examine it, the main one first; none where N.
    """

    id: str
    article: str
    article_kind: str
    language: str
    quotes: tuple[str, ...]
    gloss: str | None
    reworded: str
    testability: str
    reason: str
    needed: str | None
    studies: tuple[str, ...]

    @property
    def quote(self) -> str:
        """All quoted passages, joined by an ellipsis."""
        return " … ".join(self.quotes)


@cache
def claims() -> tuple[Claim, ...]:
    """All claims of the articles, in order of their number, testable or not."""
    text = resources.files(__package__).joinpath("claims.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return tuple(
        Claim(
            id=number,
            article=data["articles"][row["article"]]["title"],
            article_kind=data["articles"][row["article"]]["kind"],
            language=row["language"],
            quotes=tuple(row["quotes"]),
            gloss=row.get("gloss"),
            reworded=row["reworded"],
            testability=row["testability"],
            reason=row["reason"],
            needed=row.get("needed"),
            studies=tuple(row["studies"]),
        )
        for number, row in sorted(data["claims"].items())
    )
