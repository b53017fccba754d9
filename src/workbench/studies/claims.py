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
    testability : T testable with activity data, P partly, N not. study : number, or None.
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
    study: str | None

    @property
    def quote(self) -> str:
        """All quoted passages, joined by an ellipsis."""
        return " … ".join(self.quotes)


@cache
def claims() -> tuple[Claim, ...]:
    """All claims the workbench examines, in order of their number."""
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
            study=row.get("study"),
        )
        for number, row in sorted(data["claims"].items())
    )
