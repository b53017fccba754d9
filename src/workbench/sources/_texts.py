"""What is kept of a text: how long it is, and whether it holds code, a link, a question."""

from __future__ import annotations

import re

import polars as pl

_HALF = re.compile("[\ud800-\udfff]")
_LINK = r"(?i)https?://|\bwww\."
_QUESTION = "[?\N{ARABIC QUESTION MARK}\N{FULLWIDTH QUESTION MARK}\N{GREEK QUESTION MARK}]"


def measured(text: pl.Expr, *, code: str) -> dict[str, pl.Expr]:
    """
    The columns `length, has_code, has_link, has_question` of the posts whose text this is.

    `code` is the regular expression of the platform's mark-up for code. All four are empty where
    the text is: a text that is not in the export is not a short one.
    """
    marked = text.str.contains(_QUESTION)
    without = pl.when(marked).then(text).str.replace_all(r"https?://\S+", "")  # saves half the time
    return {
        "length": text.str.len_chars().cast(pl.Int64),
        "has_code": text.str.contains(code),
        "has_link": text.str.contains(_LINK),
        "has_question": pl.when(marked).then(without.str.contains(_QUESTION)).otherwise(marked),
    }


def mended(text: str) -> str:
    """Text that can be stored: half an emoji, which JSON can hold, becomes the broken sign."""
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", text)
