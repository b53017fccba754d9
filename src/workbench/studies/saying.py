"""How numbers are said: rounding, sides of zero, intervals, and what a scale is made of.

Every scale is a `Scale` in a file of the folder `scales`; `answers` puts it into the answer box.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

DAYS = "days sooner"  # the scale of H1.2a where hazards are not proportional


@dataclass(frozen=True)
class Words:
    """
    What a sentence calls things.

    landmark : `24 hours`. when : the outcome window, `in the next 30 days`. horizon : how long
    people are followed from the first post. among : who is left at the landmark, `336 of 796`;
    empty where everybody is compared.
    """

    landmark: str
    when: str
    horizon: str
    among: str = ""


@dataclass(frozen=True)
class Numbers:
    """An estimate with its 95 % interval and the smallest difference worth acting on, one scale."""

    estimate: float
    low: float
    high: float
    sesoi: float


def digits(values: Sequence[float]) -> int:
    """
    Decimals so that the spread of `values` keeps two significant digits, at most three.

    One more where rounding would hide on which side of zero a value lies.
    """
    spread = max(values) - min(values)
    places = 0 if spread >= 10 or spread == 0 else min(3, 1 - math.floor(math.log10(spread)))
    hidden = any(value != 0 and round(value, places) == 0 for value in values)
    return min(3, places + 1) if hidden else places


def number(value: float, decimals: int) -> str:
    """A number with thousands separators; a rounded zero has no sign."""
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def side(value: float, decimals: int, more: str, less: str) -> str:
    """`3 more`, `2 fewer`: the size of a value and its direction in words."""
    return f"{number(abs(value), decimals)} {less if round(value, decimals) < 0 else more}"


def span(low: float, high: float, decimals: int, more: str, less: str) -> str:
    """`1 fewer to 3 more`, or `1 to 3 more` where both lie on one side; the smaller size first."""
    first, last = round(low, decimals), round(high, decimals)
    if first < 0 < last:
        return f"{side(low, decimals, more, less)} to {side(high, decimals, more, less)}"
    sizes = sorted((abs(low), abs(high)))
    word = more if first + last >= 0 else less
    return f"{number(sizes[0], decimals)} to {number(sizes[1], decimals)} {word}"


def compatible(low: float, high: float, decimals: int, more: str, less: str) -> str:
    """The interval as what the data do not contradict."""
    return f"the data are compatible with anything from {span(low, high, decimals, more, less)}"


@dataclass(frozen=True)
class Scale:
    """
    How a scale's numbers are said.

    sentence : the whole answer. step : a difference in words. line : what the smallest difference
    that matters means. null : what the claim is compared with. The sentence gets the numbers and
    whatever `words` its study gives it.
    """

    sentence: Callable[[Numbers, Any], str]
    step: Callable[[float], str]
    line: Callable[[float], str]
    null: str = "zero"


def acting(step: Callable[[float], str]) -> Callable[[float], str]:
    """The line of a scale whose smallest difference is worth acting on."""
    return lambda value: f"{step(value)} is worth acting on"


def hundredths(value: float) -> str:
    """A share as a number of a hundred: whole from 1.5 on, else with a decimal."""
    return number(100 * value, 0 if value >= 0.015 else 1)


def in_100(value: float) -> str:
    """`a difference of 2 in 100`."""
    return f"a difference of {hundredths(value)} in 100"


def percent(value: float) -> str:
    """A share as `10 %`."""
    return f"{number(100 * value, 0 if value >= 0.015 else 1)} %"
