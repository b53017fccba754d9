"""
Values of JSON as text, as Polars makes them: digits kept, no exponents, no half emoji.

Numbers are told apart from text that looks like them.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from workbench.sources._texts import mended


class Number(str):
    """A number as text, told apart from text."""

    __slots__ = ()


def _whole(written: str) -> Number:
    return Number("0" if written == "-0" else written)


def _decimal(written: str) -> Number:
    """Without an exponent, and without decimals where they say nothing."""
    return Number(format(Decimal(repr(float(written))), "f").removesuffix(".0"))


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are not JSON


def _first_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of two values of one name the first, as Polars has it."""
    return dict(reversed(pairs))


LENIENT = json.JSONDecoder(
    parse_int=_whole,
    parse_float=_decimal,
    parse_constant=_refuse,
    object_pairs_hook=_first_wins,
)


def scalar(value: Any) -> str | None:
    """A value as text that can be stored: half an emoji becomes the sign for a broken one."""
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return mended(str(value))
