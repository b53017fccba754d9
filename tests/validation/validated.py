"""A row of the validation page: one number nobody here made up, beside ours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """
    One reference number and what this project computes in its place.

    estimator : the function, as `survival.kaplan_meier`. what : data, model and quantity in words.
    theirs, ours : the two numbers. origin : program and version, paper or table the number is from.
    relative, absolute : how far apart they may be; the larger of the two allowances counts.
    """

    estimator: str
    what: str
    theirs: float
    ours: float
    origin: str
    relative: float = 1e-6
    absolute: float = 0.0

    @property
    def difference(self) -> float:
        """Ours minus theirs."""
        return self.ours - self.theirs

    @property
    def allowed(self) -> float:
        """The largest difference that passes."""
        return max(self.relative * abs(self.theirs), self.absolute)

    @property
    def passed(self) -> bool:
        """Whether the two agree."""
        return abs(self.difference) <= self.allowed
