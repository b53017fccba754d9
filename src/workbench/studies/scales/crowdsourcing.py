"""How the numbers of study 2 are said: ideas, groups, judges."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.studies.saying import (
    Numbers,
    Scale,
    acting,
    compatible,
    digits,
    hundredths,
    in_100,
    number,
    percent,
    side,
)


@dataclass(frozen=True)
class Crowd:
    """
    What a sentence calls things.

    who : `500 groups`, `19 contests`. what : what is judged, `the group's joint score`. beside : a
    sentence that stands behind the answer, or nothing.
    """

    who: str
    what: str = ""
    beside: str = ""


def _ended(text: str, words: Crowd) -> str:
    return f"{text} {words.beside}".strip()


def _shares(n: Numbers, more: str, less: str) -> tuple[str, str]:
    """`about 3 % less` and the interval, of a share."""
    low, high = 100 * n.low, 100 * n.high
    places = digits([low, high])
    about = side(100 * n.estimate, places, f"% {more}", f"% {less}")
    return f"about {about}", compatible(low, high, places, f"% {more}", f"% {less}")


def _points(n: Numbers, more: str, less: str) -> tuple[str, str]:
    """`about 3 more` and the interval, in 100."""
    low, high = 100 * n.low, 100 * n.high
    places = digits([low, high])
    about = side(100 * n.estimate, places, more, less)
    return f"about {about}", compatible(low, high, places, more, less)


def _beyond(n: Numbers, words: Crowd) -> str:
    places = digits([n.low, n.high])
    more, less = "standard deviations better", "standard deviations worse"
    return _ended(
        f"In {words.who}, a contest with twice as many ideas had a best idea that stood about "
        f"{side(n.estimate, places, more, less)} than so many random draws bring; "
        f"{compatible(n.low, n.high, places, more, less)}.",
        words,
    )


def _diverse(n: Numbers, words: Crowd) -> str:
    about, within = _shares(n, "smaller", "larger")
    return _ended(
        f"Among {words.who}, the error of {words.what} was {about} where members differed more, "
        f"by one standard deviation, than in similar groups; {within}.",
        words,
    )


def _narrower(n: Numbers, words: Crowd) -> str:
    about, within = _shares(n, "less", "more")
    return _ended(
        f"After talking, the members of {words.who} differed {about} than before; {within}.", words
    )


def _nearer(n: Numbers, words: Crowd) -> str:
    about, within = _shares(n, "smaller", "larger")
    return _ended(
        f"After talking, the error of {words.what} was {about} than before, in {words.who}; "
        f"{within}.",
        words,
    )


def _labels(n: Numbers, words: Crowd) -> str:
    about, within = _points(n, "more", "fewer")
    return _ended(
        f"For each doubling of the number of judges, {about} of 100 {words.who} were labelled "
        f"rightly by majority; {within}.",
        words,
    )


def _after_a_win(n: Numbers, words: Crowd) -> str:
    about, within = _points(n, "fewer", "more")
    return _ended(
        f"Of 100 contests that {words.who} entered after a first win, they won {about} than if "
        f"the order of their entries meant nothing; {within}.",
        words,
    )


def _winning(n: Numbers, words: Crowd) -> str:
    about, within = _points(n, "more", "fewer")
    return _ended(
        f"Of 100 ideas that somebody commented on within 24 hours, {about} won than of 100 others "
        f"in the same contest, in {words.who}; {within}.",
        words,
    )


def _deviations(value: float) -> str:
    return f"{number(value, 2)} standard deviations for each doubling"


def _error(value: float) -> str:
    return f"an error {percent(value)} smaller"


def _spread(value: float) -> str:
    return f"a spread {percent(value)} smaller"


def _labelled(value: float) -> str:
    return f"{hundredths(value)} in 100 for each doubling"


SCALES = {
    "SD per doubling beyond arithmetic": Scale(_beyond, _deviations, acting(_deviations)),
    "share of error less per SD of diversity": Scale(_diverse, _error, acting(_error)),
    "share of spread less": Scale(_narrower, _spread, acting(_spread)),
    "share of error less": Scale(_nearer, _error, acting(_error)),
    "more right per doubling": Scale(_labels, _labelled, acting(_labelled)),
    "fewer wins after a win": Scale(_after_a_win, in_100, acting(in_100)),
    "chance of winning": Scale(_winning, in_100, acting(in_100)),
}
