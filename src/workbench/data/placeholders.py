"""Author ids that look like a stand-in for nobody, such as `None`: worth knowing, never assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from workbench.data.pseudonyms import pseudonym

WORDS = ("none", "null", "nan", "na", "n/a", "deleted", "unknown")
NOTE = "posts_by_an_author_called_"


def found(tables: Mapping[str, pl.DataFrame]) -> set[str]:
    """Authors of posts, as the export writes them, whose id is one of these words in any case."""
    if "posts" not in tables or "author_id" not in tables["posts"].columns:
        return set()
    authors = tables["posts"]["author_id"].cast(pl.String).drop_nulls().unique()
    return set(authors.filter(authors.str.strip_chars().str.to_lowercase().is_in(WORDS)))


def notes(posts: pl.DataFrame, called: Iterable[str], *, key: bytes) -> dict[str, int]:
    """How many kept posts each of them wrote; the words are nobody's names, so they may be told."""
    wrote = {word: posts["author_id"] == pseudonym(word, key=key) for word in sorted(called)}
    return {f"{NOTE}{word.strip()}": int(mine.sum()) for word, mine in wrote.items() if mine.any()}
