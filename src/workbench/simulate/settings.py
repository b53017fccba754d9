"""What is planted in a simulated question-and-answer community: every true effect and parameter."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from workbench.errors import SimulationError


@dataclass(frozen=True)
class Pace:
    """How questions are answered: the share ever answered at quality 0, and a scale in hours."""

    answered: float
    scale_hours: float


PACES = {
    "fast": Pace(answered=0.93, scale_hours=0.02),
    "default": Pace(answered=0.80, scale_hours=0.2),
    "slow": Pace(answered=0.64, scale_hours=0.6),
}


@dataclass(frozen=True)
class Size:
    """How many communities, and how many newcomers each may expect."""

    communities: int
    newcomers: int


SIZES = {
    "tiny": Size(communities=1, newcomers=500),
    "default": Size(communities=8, newcomers=20_000),
    "large": Size(communities=16, newcomers=100_000),
}

# Beyond this the hazard could cross what the two arms share, and the truths would not hold.
_LARGEST_EFFECT = 1.5


@dataclass(frozen=True)
class Settings:
    """
    The true effects and parameters of a simulated community; the seed and the size come apart.

    What is true of coming back (log hazard ratios)
        tau : of having been answered by a human. tau2 : added for an answer at once, falling in a
        straight line to 0 for one that took 24 hours. b_u, b_q : per unit of commitment u and of
        the first question's quality q. xi : per unit of log availability; 0 makes the availability
        of answerers a valid instrument, anything else breaks its exclusion.
    What is true of the first question
        rho : correlation of u and q. th_q : log hazard ratio of being answered per unit of q.
        proxy_strength : how much of q its length shows; 0 hides it.
    Frame
        pace : a key of `PACES`. back_unanswered : share of newcomers who come back within 30 days
        where nobody answers anybody. days : length of the record. availability_spread : standard
        deviation of log availability. shocks_per_year : outages and holidays, in which
        availability falls to `shock_factor`. bots : share of the accounts that are programs.
        survivor : unanswered questions of low score are deleted, one in four, after 30 days, and
        are missing from the record.

    Raises
    ------
    SimulationError
        A value that is not a number or outside its range.
    """

    tau: float = 0.10
    tau2: float = 0.0
    b_u: float = 0.9
    b_q: float = 0.3
    xi: float = 0.0
    rho: float = 0.4
    th_q: float = 0.5
    proxy_strength: float = 1.0
    pace: str = "default"
    back_unanswered: float = 0.30
    days: int = 365
    availability_spread: float = 0.4
    shocks_per_year: float = 6.0
    shock_factor: float = 0.3
    bots: float = 0.01
    survivor: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        for name, (low, high) in _RANGES.items():
            whole = "whole " if name == "days" else ""
            if not _within(getattr(self, name), low, high, whole=bool(whole)):
                raise SimulationError(
                    f"simulate: {name} must be a {whole}number from {low:g} to {high:g}, "
                    f"got {getattr(self, name)!r}. Choose another."
                )
        if not isinstance(self.survivor, bool):
            raise SimulationError(
                f"simulate: survivor must be True or False, got {self.survivor!r}. Choose one."
            )
        if self.pace not in PACES:
            raise SimulationError(
                f"simulate: pace must be one of {', '.join(PACES)}, got {self.pace!r}. "
                "Choose one of these."
            )
        if abs(self.tau + self.tau2) > _LARGEST_EFFECT:
            raise SimulationError(
                f"simulate: tau + tau2 must be from {-_LARGEST_EFFECT:g} to {_LARGEST_EFFECT:g}, "
                f"got {self.tau + self.tau2:g}. Plant a smaller effect."
            )


_RANGES: dict[str, tuple[float, float]] = {
    "tau": (-_LARGEST_EFFECT, _LARGEST_EFFECT),
    "tau2": (-_LARGEST_EFFECT, _LARGEST_EFFECT),
    "b_u": (-2, 2),
    "b_q": (-2, 2),
    "xi": (-2, 2),
    "rho": (-1, 1),
    "th_q": (-2, 2),
    "proxy_strength": (0, 10),
    "back_unanswered": (0.01, 0.9),
    "days": (32, 3650),
    "availability_spread": (0, 2),
    "shocks_per_year": (0, 50),
    "shock_factor": (0.01, 1),
    "bots": (0, 0.5),
}


def _within(value: Any, low: float, high: float, *, whole: bool) -> bool:
    """Whether it is a number in the range; text and not-a-number are not."""
    known = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
    return known and bool(low <= value <= high)


def size_of(name: str) -> Size:
    """The size of that name; a SimulationError lists those there are."""
    if name not in SIZES:
        raise SimulationError(
            f"simulate: size must be one of {', '.join(SIZES)}, got {name!r}. Choose one of these."
        )
    return SIZES[name]
