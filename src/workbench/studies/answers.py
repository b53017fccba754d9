"""The sentences of the answer box: plain words first, made from the same numbers as the ledger.

A scale knows how its numbers are said; `answer` puts them into fixed sentences that are tested over
a grid. How far to trust them is said in `cautions`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.errors import StudyError


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


def _side(value: float, decimals: int, more: str, less: str) -> str:
    """`3 more`, `2 fewer`: the size of a value and its direction in words."""
    return f"{number(abs(value), decimals)} {less if round(value, decimals) < 0 else more}"


def _range(low: float, high: float, decimals: int, more: str, less: str) -> str:
    """`1 fewer to 3 more`, or `1 to 3 more` where both lie on one side; the smaller size first."""
    first, last = round(low, decimals), round(high, decimals)
    if first < 0 < last:
        return f"{_side(low, decimals, more, less)} to {_side(high, decimals, more, less)}"
    sizes = sorted((abs(low), abs(high)))
    word = more if first + last >= 0 else less
    return f"{number(sizes[0], decimals)} to {number(sizes[1], decimals)} {word}"


def _compatible(low: float, high: float, decimals: int, more: str, less: str) -> str:
    return f"the data are compatible with anything from {_range(low, high, decimals, more, less)}"


def _people(n: Numbers) -> tuple[str, str]:
    """`about 3 more` with the interval, in 100 people."""
    low, high = 100 * n.low, 100 * n.high
    places = digits([low, high])
    estimate = 100 * n.estimate
    about = (
        "about as many"
        if round(estimate, places) == 0
        else f"about {_side(estimate, places, 'more', 'fewer')}"
    )
    return about, _range(low, high, places, "more", "fewer")


def _risk_difference(n: Numbers, words: Words) -> str:
    about, within = _people(n)
    link = "as" if about == "about as many" else "than"
    if words.among:
        begin = (
            f"Among newcomers who had not come back after {words.landmark} ({words.among}): of 100 "
            "who had been answered by then"
        )
    else:
        begin = f"Of 100 newcomers answered within {words.landmark}"
    return (
        f"{begin}, {about} came back {words.when} {link} of 100 similar newcomers not answered by "
        f"then; the data are compatible with anything from {within}."
    )


def beside(n: Numbers) -> str:
    """The co-reported contrast: the same with nobody left out for having come back early."""
    about, within = _people(n)
    return f"With nobody left out for having come back early: {about} ({within})."


def _percent(log_ratio: float) -> float:
    return 100 * math.expm1(log_ratio)


def _pace(n: Numbers) -> tuple[str, str]:
    low, high = _percent(n.low), _percent(n.high)
    places = digits([low, high])
    more, less = "% faster", "% slower"
    said = _side(_percent(n.estimate), places, more, less)
    return said, _compatible(low, high, places, more, less)


def _log_hazard(n: Numbers, words: Words) -> str:
    said, within = _pace(n)
    return (
        "At the same time since their first post, newcomers who had been answered were about "
        f"{said} to post in another conversation than similar newcomers not yet answered, over the "
        f"first {words.horizon}; {within}."
    )


def _per_halving(n: Numbers, words: Words) -> str:
    said, within = _pace(n)
    return (
        f"For each halving of the wait for the answer, answered newcomers were about {said} to "
        f"post in another conversation, over the first {words.horizon}; {within}."
    )


def _time_sooner(n: Numbers, words: Words) -> str:
    places = digits([n.low, n.high])
    more, less = "days sooner", "days later"
    return (
        f"Among newcomers who had not come back after {words.landmark} ({words.among}): those "
        f"answered by then came back about {_side(n.estimate, places, more, less)}, on average up "
        f"to {words.horizon} after the first post, than similar newcomers not answered by then "
        "(whoever never came back counts with the whole time); "
        f"{_compatible(n.low, n.high, places, more, less)}."
    )


def _within_hour(n: Numbers, _: Words) -> str:
    share, low, high = (100 * value for value in (n.estimate, n.low, n.high))
    places = digits([low, high])
    return (
        f"Of 100 conversations, about {number(share, places)} were answered by another person "
        f"within the hour; the data are compatible with anything from {number(low, places)} to "
        f"{number(high, places)}."
    )


def _percent_step(value: float) -> str:
    return f"a pace {number(_percent(value), 0)} % faster"


def _hundredths(value: float) -> str:
    return number(100 * value, 0 if value >= 0.015 else 1)


@dataclass(frozen=True)
class Scale:
    """
    How a scale's numbers are said.

    sentence : the whole answer. step : a difference in words. line : what the smallest difference
    that matters means. null : what the claim is compared with.
    """

    sentence: Callable[[Numbers, Words], str]
    step: Callable[[float], str]
    line: Callable[[float], str]
    null: str = "zero"


def _acting(step: Callable[[float], str]) -> Callable[[float], str]:
    return lambda value: f"{step(value)} is worth acting on"


def _in_100(value: float) -> str:
    return f"a difference of {_hundredths(value)} in 100"


def _days(value: float) -> str:
    return f"{number(value, 2 if value < 1 else 1)} days"


def _most(value: float) -> str:
    half, margin = 50, 100 * value
    return f"“most” takes {half + margin:.0f} of 100 or more, “few” {half - margin:.0f} or fewer"


SCALES = {
    "risk difference": Scale(_risk_difference, _in_100, _acting(_in_100)),
    "log hazard ratio": Scale(_log_hazard, _percent_step, _acting(_percent_step)),
    "log hazard ratio per halving of the wait": Scale(
        _per_halving, _percent_step, _acting(_percent_step)
    ),
    "days sooner": Scale(_time_sooner, _days, _acting(_days)),
    "probability": Scale(
        _within_hour,
        lambda value: f"a share {_hundredths(value)} in 100 away from one half",
        _most,
        null="one half",
    ),
}


def scale(name: str) -> Scale:
    """How the numbers of this scale are said; an unknown scale is a StudyError."""
    if name not in SCALES:
        raise StudyError(
            f"answer: scale {name!r} has no sentence; there are {', '.join(SCALES)}. "
            "Add it in studies/answers.py."
        )
    return SCALES[name]


def answer(name: str, numbers: Numbers, *, words: Words, grade: str, prespecified: bool) -> str:
    """The answer in plain words: what was seen, how sure, what is worth acting on."""
    said = scale(name)
    line = "Fixed beforehand" if prespecified else "The line drawn in the hypothesis"
    parts = [said.sentence(numbers, words), f"{line}: {said.line(numbers.sesoi)}."]
    if grade == "C":
        parts.append("Nobody was answered at random.")
    return " ".join(parts)
