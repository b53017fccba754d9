"""What an exercise is: how the right answer is computed, how close is right, what helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Answer = Callable[[str], float]


@dataclass(frozen=True)
class Exercise:
    """
    The answer, computed when asked for; how close is right; a hint for everybody else.

    `answer` is told the id of the copy: in an exercise on a simulated world every copy has another
    truth, and `own` is true. On real data the id does not matter.
    """

    answer: Answer
    tolerance: float
    hint: str
    own: bool = False
