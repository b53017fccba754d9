"""The sentences of the answer box: plain words first, made from the same numbers as the ledger.

A scale knows how its numbers are said; `answer`, `trust` and `change` put them into fixed sentences
that are tested over the grid of verdicts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.errors import StudyError


@dataclass(frozen=True)
class Words:
    """What a sentence calls things: the early-answer window, the outcome window, the selection."""

    landmark: str
    window: str
    selected: str = ""


@dataclass(frozen=True)
class Numbers:
    """An estimate with its 95 % interval and the smallest difference worth acting on, one scale."""

    estimate: float
    low: float
    high: float
    sesoi: float


def digits(values: Sequence[float]) -> int:
    """Decimals so that the spread of `values` keeps two significant digits, at most three."""
    spread = max(values) - min(values)
    return 0 if spread >= 10 or spread == 0 else min(3, 1 - math.floor(math.log10(spread)))


def number(value: float, decimals: int) -> str:
    """A number with thousands separators; a rounded zero has no sign."""
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def _side(value: float, decimals: int, more: str, less: str) -> str:
    """`3 more`, `2 fewer`: the size of a value and its direction in words."""
    size = number(abs(value), decimals)
    return f"{size} {less if value < 0 and float(size.replace(',', '')) != 0 else more}"


def _range(low: float, high: float, decimals: int, more: str, less: str) -> str:
    lower, upper = _side(low, decimals, more, less), _side(high, decimals, more, less)
    if lower.split()[-1] == upper.split()[-1]:
        first, second = (low, high) if low >= 0 else (high, low)
        word = upper.split(" ", 1)[1]
        return f"{number(abs(first), decimals)} to {number(abs(second), decimals)} {word}"
    return f"{lower} to {upper}"


def _risk_difference(n: Numbers, words: Words) -> str:
    low, high = 100 * n.low, 100 * n.high
    places = digits([low, high])
    return (
        f"Of 100 newcomers answered within {words.landmark}{words.selected}, about "
        f"{_side(100 * n.estimate, places, 'more', 'fewer')} came back to post in another "
        f"conversation within {words.window} than of 100 comparable others; the data are "
        f"compatible with anything from {_range(low, high, places, 'more', 'fewer')}."
    )


def _percent(log_ratio: float) -> float:
    return 100 * math.expm1(log_ratio)


def _hazard(n: Numbers, words: Words, lead: str) -> str:
    low, high = _percent(n.low), _percent(n.high)
    places = digits([low, high])
    more, less = "% faster", "% slower"
    return (
        f"{lead} about {_side(_percent(n.estimate), places, more, less)} to post in another "
        f"conversation within {words.window}; the data are compatible with anything from "
        f"{_range(low, high, places, more, less)}."
    )


def _log_hazard(n: Numbers, words: Words) -> str:
    return _hazard(n, words, "Once answered, newcomers were, from day to day,")


def _per_halving(n: Numbers, words: Words) -> str:
    return _hazard(
        n, words, "For each halving of the wait for the answer, newcomers were, from day to day,"
    )


def _time_sooner(n: Numbers, words: Words) -> str:
    places = digits([n.low, n.high])
    more, less = "days sooner", "days later"
    return (
        f"Newcomers answered within {words.landmark}{words.selected} came back to post in another "
        f"conversation about {_side(n.estimate, places, more, less)}, on average over the first "
        f"{words.window}, than comparable others; the data are compatible with anything from "
        f"{_range(n.low, n.high, places, more, less)}."
    )


def _within_hour(n: Numbers, _: Words) -> str:
    share, low, high = (100 * (value + 0.5) for value in (n.estimate, n.low, n.high))
    places = digits([low, high])
    return (
        f"Of 100 conversations, about {number(share, places)} were answered by another person "
        f"within the hour; the data are compatible with anything from {number(low, places)} to "
        f"{number(high, places)}. “Most” means more than 50."
    )


def _percent_step(value: float) -> str:
    return f"a pace {number(_percent(value), 0)} % faster"


def _hundredths(value: float) -> str:
    return number(100 * value, 0 if value >= 0.015 else 1)


@dataclass(frozen=True)
class Scale:
    """
    How a scale's numbers are said: the whole sentence, one difference in words, and the sentence
    about the smallest one that matters.
    """

    sentence: Callable[[Numbers, Words], str]
    step: Callable[[float], str]
    line: str = "{} is worth acting on"


SCALES = {
    "risk difference": Scale(
        _risk_difference, lambda value: f"a difference of {_hundredths(value)} in 100"
    ),
    "log hazard ratio": Scale(_log_hazard, _percent_step),
    "log hazard ratio per halving of the wait": Scale(_per_halving, _percent_step),
    "days sooner": Scale(
        _time_sooner, lambda value: f"{number(value, 2 if value < 1 else 1)} days"
    ),
    "probability minus one half": Scale(
        _within_hour,
        lambda value: f"a share {_hundredths(value)} in 100 away from one half",
        line="it takes {} to speak of most or of few",
    ),
}

GRADES = {
    "A": "People were put into groups at random, so the difference can be put down to the answer.",
    "B": "Something outside people's choice decided who was answered; the difference is evidence "
    "of what the answer does, as far as that holds.",
    "C": "Nobody was answered at random. People were compared with others who look alike in what "
    "the record shows; what it does not show, such as how keen somebody was, may explain the "
    "difference.",
    "D": "This describes what was seen; it compares nobody with anybody.",
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
    parts = [said.sentence(numbers, words)]
    parts.append(f"{line}: {said.line.format(said.step(numbers.sesoi))}.")
    if grade == "C":
        parts.append("Nobody was answered at random.")
    return " ".join(parts)


def trust(
    name: str,
    *,
    grade: str,
    prespecified: bool,
    detectable: float,
    unavailable: Sequence[str],
    failed: Sequence[str],
) -> str:
    """How far to trust the answer: the design, the order of looking, the checks, the power."""
    parts = [f"Design grade {grade}. {GRADES[grade]}"]
    if not prespecified:
        parts.append(
            "These data, or these settings, had been looked at when the hypothesis was written, so "
            "the row is exploratory: it says which way the data lean and cannot confirm anything."
        )
    parts.append(
        f"The smallest effect these data could have shown four times out of five is "
        f"{scale(name).step(detectable)}."
    )
    if failed:
        parts.append(f"Failed: {', '.join(failed)}.")
    if unavailable:
        parts.append(f"Not checked yet: {', '.join(unavailable)}; so it cannot count as supported.")
    return " ".join(parts)


def change(reasons: Sequence[str], *, against: str, needed: str | None) -> str:
    """What would change the answer: the conditions that failed, the rule against, the people."""
    parts = [f"It stands where it does because {'; '.join(reasons)}."]
    parts.append(f"What would count against the claim was written down: {against}")
    if needed:
        parts.append(needed)
    return " ".join(parts)
