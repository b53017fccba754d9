"""Anderson and Rubin's test turned round: the effects that instruments do not reject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from workbench.models.inputs import Floats

# Directions in which the test is tried; crossings between them are then refined.
_ANGLES = 2_001

Segment = tuple[float | None, float | None]


@dataclass(frozen=True, eq=False)
class Reduced:
    """What the instruments do to outcome and exposure, and the joint covariance of both."""

    on_y: Floats
    on_d: Floats
    yy: Floats
    yd: Floats
    dd: Floats
    df: int

    def ratio(self, a: Floats | float, b: Floats | float) -> Floats:
        """F of the instruments on a x outcome - b x exposure, for every pair of numbers."""
        ones, twos = np.asarray(a)[..., None], np.asarray(b)[..., None]
        gap = ones * self.on_y - twos * self.on_d
        ones, twos = ones[..., None], twos[..., None]
        spread = ones**2 * self.yy - ones * twos * (self.yd + self.yd.T) + twos**2 * self.dd
        scaled = np.linalg.solve(spread, gap[..., None])[..., 0]
        return np.asarray((gap * scaled).sum(axis=-1) / len(self.on_y))

    def f(self, effect: float) -> float:
        """F of the instruments on what the outcome would be without this effect."""
        return float(self.ratio(1.0, effect))


def segments(
    reduced: Reduced, critical: float, *, centre: float, unit: float
) -> tuple[Segment, ...]:
    """
    The effects whose F is at most `critical`, as segments from left to right.

    The line is tried at centre + unit x tan(angle), so that both its ends are seen; with one
    instrument the limits are the roots of a quadratic.
    """
    if len(reduced.on_y) == 1:
        limits = _quadratic_limits(reduced, critical)
    else:
        limits = _searched_limits(reduced, critical, centre=centre, unit=unit)
    if not limits:
        return ((None, None),) if reduced.f(centre) <= critical else ()
    inside = [limits[0] - unit, *(np.add(limits[1:], limits[:-1]) / 2), limits[-1] + unit]
    edges = [None, *limits, None]
    return tuple(
        (edges[i], edges[i + 1]) for i, b in enumerate(inside) if reduced.f(float(b)) <= critical
    )


def _searched_limits(
    reduced: Reduced, critical: float, *, centre: float, unit: float
) -> list[float]:
    """Where F crosses `critical`, found between neighbouring angles."""

    def over(angle: Floats | float) -> Floats:
        a, b = np.cos(angle), np.sin(angle)
        return reduced.ratio(a, centre * a + unit * b) - critical

    angles = np.linspace(-np.pi / 2, np.pi / 2, _ANGLES)
    signs = np.sign(over(angles))
    turns = np.flatnonzero(signs[1:] != signs[:-1])
    return [centre + unit * float(np.tan(brentq(over, angles[i], angles[i + 1]))) for i in turns]


def _quadratic_limits(reduced: Reduced, critical: float) -> list[float]:
    """Where (on_y - b on_d)^2 equals critical x its variance: two points, or none."""
    y, d = float(reduced.on_y[0]), float(reduced.on_d[0])
    square = d**2 - critical * float(reduced.dd[0, 0])
    middle = y * d - critical * float(reduced.yd[0, 0])
    constant = y**2 - critical * float(reduced.yy[0, 0])
    root = middle**2 - square * constant
    if root <= 0:
        return []
    # The larger numerator first, so that no digits cancel in the other.
    far = middle + np.copysign(np.sqrt(root), middle)
    return sorted([float(far / square), float(constant / far)])


def sentence(found: tuple[Segment, ...], level: float) -> str:
    """The segments in words."""
    share = f"{100 * level:g} %"
    if not found:
        return f"No effect fits the instruments at {share}: they contradict each other."
    if found == ((None, None),):
        return f"Every effect is compatible with the data at {share}: the instruments say nothing."
    parts = []
    for low, high in found:
        if low is None:
            parts.append(f"up to {high:.3g}")
        elif high is None:
            parts.append(f"from {low:.3g} up")
        else:
            parts.append(f"from {low:.3g} to {high:.3g}")
    return f"Effects {' or '.join(parts)} are compatible with the data at {share}."
