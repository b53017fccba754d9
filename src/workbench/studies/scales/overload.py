"""How the numbers of study 3 are said: replies, what people get through, busy channels."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.studies.saying import (
    Numbers,
    Scale,
    acting,
    compatible,
    digits,
    hundredths,
    number,
    percent,
    side,
)


@dataclass(frozen=True)
class Load:
    """
    What a sentence calls things.

    within : the time given for an answer, `1 hour`. when : what counts as load, `in the hour
    before`. bend : the load above which a slope is meant, or nothing. beside : a sentence that
    stands behind the answer, or nothing.
    """

    within: str = ""
    when: str = ""
    bend: str = ""
    beside: str = ""


def _ended(text: str, words: Load) -> str:
    return f"{text} {words.beside}".strip()


def _points(n: Numbers, more: str, less: str) -> tuple[str, str]:
    """`about 3 fewer` and the interval, in 100; positive is `more`."""
    low, high = 100 * n.low, 100 * n.high
    places = digits([low, high])
    about = side(100 * n.estimate, places, more, less)
    return f"about {about}", compatible(low, high, places, more, less)


def _replies(n: Numbers, words: Load) -> str:
    about, within = _points(n, "fewer", "more")
    return _ended(
        f"Of 100 messages that reached somebody who was there, {about} were answered within "
        f"{words.within} for each doubling of what else had come in {words.when}, compared with "
        f"the same person when less came in; {within}.",
        words,
    )


def _above(n: Numbers, words: Load) -> str:
    about, within = _points(n, "fewer", "more")
    return _ended(
        f"Above {words.bend}, of 100 messages {about} were answered within {words.within} for each "
        f"further doubling of what else had come in {words.when}; {within}.",
        words,
    )


def _elasticity(n: Numbers, words: Load) -> str:
    """The estimate is one half less the elasticity: 1 % more in, so many percent more answered."""
    low, high = 0.5 - n.high, 0.5 - n.low
    places = digits([low, high])
    more, less = "% more", "% less"
    return _ended(
        f"Above {words.bend}, where 1 % more came in on a day about "
        f"{side(0.5 - n.estimate, places, more, less)} was answered within {words.within}; "
        f"{compatible(low, high, places, more, less)}. A limit was written down as 0.5 % or less.",
        words,
    )


def _discrimination(n: Numbers, words: Load) -> str:
    about, within = _points(n, "fewer", "more")
    return _ended(
        f"Of 100 pairs of a better and a weaker idea, an early comment pointed to the better one "
        f"in {about} for each doubling of the ideas that came in around them; {within}.",
        words,
    )


def _first_time(n: Numbers, words: Load) -> str:
    about, within = _points(n, "fewer", "more")
    return _ended(
        f"Of 100 messages in a channel, {about} were somebody's first there for each doubling of "
        f"the messages of the day before; {within}.",
        words,
    )


def _shorter(n: Numbers, words: Load) -> str:
    low, high = 100 * n.low, 100 * n.high
    places = digits([low, high])
    about = side(100 * n.estimate, places, "% shorter", "% longer")
    return _ended(
        f"Messages were about {about} for each doubling of the messages of the day before; "
        f"{compatible(low, high, places, '% shorter', '% longer')}.",
        words,
    )


def _per_doubling(value: float) -> str:
    return f"{hundredths(value)} in 100 for each doubling"


def _step(value: float) -> str:
    return f"{number(value, 2)} of an elasticity"


def _length(value: float) -> str:
    return f"messages {percent(value)} shorter"


SCALES = {
    "fewer replies per doubling": Scale(_replies, _per_doubling, acting(_per_doubling)),
    "fewer replies per doubling above the bend": Scale(
        _above, _per_doubling, acting(_per_doubling)
    ),
    "elasticity below one half": Scale(_elasticity, _step, acting(_step), null="one half"),
    "discrimination lost per doubling": Scale(
        _discrimination, _per_doubling, acting(_per_doubling)
    ),
    "first-time share less per doubling": Scale(_first_time, _per_doubling, acting(_per_doubling)),
    "shorter per doubling": Scale(_shorter, _length, acting(_length)),
}
