"""How the numbers of study 1 are said: coming back, the pace of it, and the first hour."""

from __future__ import annotations

import math

from workbench.studies.saying import (
    Numbers,
    Scale,
    Words,
    acting,
    compatible,
    digits,
    hundredths,
    in_100,
    number,
    side,
    span,
)


def _people(n: Numbers) -> tuple[str, str]:
    """`about 3 more` with the interval, in 100 people."""
    low, high = 100 * n.low, 100 * n.high
    places = digits([low, high])
    estimate = 100 * n.estimate
    about = (
        "about as many"
        if round(estimate, places) == 0
        else f"about {side(estimate, places, 'more', 'fewer')}"
    )
    return about, span(low, high, places, "more", "fewer")


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
    said = side(_percent(n.estimate), places, more, less)
    return said, compatible(low, high, places, more, less)


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
        f"answered by then came back about {side(n.estimate, places, more, less)}, on average up "
        f"to {words.horizon} after the first post, than similar newcomers not answered by then "
        "(whoever never came back counts with the whole time); "
        f"{compatible(n.low, n.high, places, more, less)}."
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


def _days(value: float) -> str:
    return f"{number(value, 2 if value < 1 else 1)} days"


def _most(value: float) -> str:
    half, margin = 50, 100 * value
    return f"“most” takes {half + margin:.0f} of 100 or more, “few” {half - margin:.0f} or fewer"


SCALES = {
    "risk difference": Scale(_risk_difference, in_100, acting(in_100)),
    "log hazard ratio": Scale(_log_hazard, _percent_step, acting(_percent_step)),
    "log hazard ratio per halving of the wait": Scale(
        _per_halving, _percent_step, acting(_percent_step)
    ),
    "days sooner": Scale(_time_sooner, _days, acting(_days)),
    "probability": Scale(
        _within_hour,
        lambda value: f"a share {hundredths(value)} in 100 away from one half",
        _most,
        null="one half",
    ),
}
