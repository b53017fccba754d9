"""Names of accounts: which are placeholders of deleted ones, and which sound like a program's."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

DELETED = ("[deleted]",)  # beside an empty id, which is nobody's in any case

# `bot` ends the name as a word of its own (helper-bot, HelperBot) or stands in brackets; names in
# which it only ends a word (Abbot, robot) are people's.
_BOT = r"(?:^|[-_.:+ ])(?i:bot)$|[a-z0-9]B(?:ot|OT)$|(?i:\[bot\])|^AutoModerator$"


def identifier(column: str) -> pl.Expr:
    """
    An id as text without blanks around it; empty where it is only blanks.

    A whole number written with `.0` loses it: a column of numbers in which one was missing is often
    saved so, while the same numbers in another column are not.
    """
    text = pl.col(column).str.strip_chars().str.replace(r"^(-?\d+)\.0$", "${1}")
    return pl.when(text != "").then(text)


def account(column: str, *, deleted: Sequence[str]) -> pl.Expr:
    """An account's id; empty where it is one of the placeholders for deleted accounts."""
    name = identifier(column)
    return pl.when(~name.is_in(list(deleted))).then(name)


def named_like_bot(name: pl.Expr) -> pl.Expr:
    """True for a name that says it is a program's; an empty name is nobody's."""
    return name.str.contains(_BOT).fill_null(False)
