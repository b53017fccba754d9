"""Numbers and times straight from the bytes of a file, where all are written in the usual way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Bytes = np.ndarray[Any, Any]
Reader = Callable[[Bytes, Bytes, Bytes], Bytes | None]

MOMENT = b"2018-03-12T18:01:09.123"
MINUS, ZERO = ord("-"), ord("0")
LONGEST = 15  # digits, so that nothing overflows


def whole(data: Bytes, begins: Bytes, ends: Bytes) -> Bytes | None:
    """
    Whole numbers between `begins` and `ends` in `data`; None where one is written in another way.

    The usual way has no plus, no zero in front, and at most 15 digits.
    """
    if not len(ends):
        return np.zeros(0, np.int64)
    is_less = data[begins] == MINUS
    first = begins + is_less
    digits = ends - first
    if digits.min() < 1 or digits.max() > LONGEST:
        return None
    if ((data[first] == ZERO) & ((digits > 1) | is_less)).any():
        return None
    total, scale = np.zeros(len(ends), np.int64), 1
    for place in range(1, int(digits.max()) + 1):
        digit = data[ends - place] - ZERO  # what is less than zero becomes more than nine
        digit[digits < place] = 0
        if digit.max() > 9:
            return None
        total += digit.astype(np.int64) * scale
        scale *= 10
    return np.where(is_less, -total, total)


def moment(data: Bytes, begins: Bytes, ends: Bytes) -> Bytes | None:
    """
    Times written like `MOMENT`, as microseconds since 1970; None where one is written otherwise.
    """
    if not len(ends):
        return np.zeros(0, np.int64)
    size = len(MOMENT)
    if (ends - begins != size).any():
        return None
    texts = np.ndarray((len(data) - size + 1,), f"S{size}", buffer=data, strides=(1,))[begins]
    signs = texts.view(np.uint8).reshape(-1, size)
    for place, sign in enumerate(MOMENT):
        column = signs[:, place]
        is_digit = sign in b"0123456789"
        if (column - ZERO > 9).any() if is_digit else (column != sign).any():
            return None
    try:
        return texts.astype("datetime64[us]").astype(np.int64)
    except ValueError:
        return None
