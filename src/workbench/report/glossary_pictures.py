"""Small pictures of the glossary, drawn by code; each has a text for who cannot see it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import cache

import numpy as np
from matplotlib.axes import Axes

from workbench.models.wisdom import expected_maximum
from workbench.plots import BAND, COLOURS, INK, canvas
from workbench.studies.present import Figure

BLUE, RED, GREEN = COLOURS[0], COLOURS[1], COLOURS[2]
MID = 2.6  # inches: half as high as a figure of a study


def censoring(ax: Axes) -> tuple[str, str]:
    """Five threads, of which two are still waiting at the end."""
    waits = ((1, 4, True), (2, 10, False), (3, 5, True), (5, 10, False), (6, 9, True))
    for row, (start, end, answered) in enumerate(waits):
        ax.plot([start, end], [row, row], color=BLUE if answered else RED, lw=3)
        ax.plot(end, row, "o" if answered else ">", ms=10, color=BLUE if answered else RED)
    ax.axvline(10, color=INK, ls="--")
    ax.set(
        yticks=range(5),
        yticklabels=[f"thread {n}" for n in range(1, 6)],
        xlabel="Day",
        xlim=(0, 11),
    )
    ax.grid(visible=False, axis="y")
    kept = sum(not answered for *_, answered in waits)
    return (
        f"Dots: answered. Arrows: still waiting on day 10, when the record ends ({kept} of 5).",
        f"Five waits as lines; {5 - kept} end in an answer before day 10, {kept} run into the end "
        "of the record on day 10 and wait on.",
    )


def landmark(ax: Axes) -> tuple[str, str]:
    """Who counts as answered is decided at one moment; returns count after it."""
    ax.axvspan(2, 8, color=BAND)
    ax.axvline(2, color=INK, ls="--")
    for row, (answer, back) in enumerate(((1, 5), (4, 6), (0.5, 1.5), (None, 7))):
        ax.plot([0, 8], [row, row], color="0.75", lw=2)
        if answer is not None:
            ax.plot(answer, row, "s", color=BLUE, ms=9)
        ax.plot(back, row, "^", color=GREEN, ms=10)
    names = ["answered", "not answered", "left out", "not answered"]
    ax.set(yticks=range(4), yticklabels=names, xlabel="Days since the first post", xlim=(-0.3, 8.3))
    ax.grid(visible=False)
    return (
        "Squares: the answer. Triangles: the return. The dashed line is the landmark; returns "
        "count in the shaded window. The third person was back before it.",
        "Four people on a time line with a landmark on day 2. Answered on day 1: counts as "
        "answered. Answered on day 4, or never: counts as not answered. Back on day 1.5: left out.",
    )


def immortal(ax: Axes) -> tuple[str, str]:
    """The time until the answer is credited to the answered."""
    for row, (answer, end) in enumerate(((4, 9), (None, 3), (None, 5), (2, 8))):
        ax.plot([0, end], [row, row], color=BLUE, lw=3)
        if answer is not None:
            ax.plot([0, answer], [row, row], color=RED, lw=9, alpha=0.45, solid_capstyle="butt")
            ax.plot(answer, row, "s", color=INK, ms=9)
        ax.plot(end, row, "o", color=BLUE, ms=9)
    names = ["answered", "never", "never", "answered"]
    ax.set(yticks=range(4), yticklabels=names, xlabel="Days since the first post", xlim=(-0.3, 10))
    ax.grid(visible=False, axis="y")
    return (
        "Broad: the time until the answer (square). Who left in it could not become “answered”.",
        "Four people until they leave. Two are answered, on day 4 and day 2; the time before is "
        "marked as immortal: nobody who left in it, such as on day 3, could be counted as "
        "answered.",
    )


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    look = {"arrowstyle": "-|>", "color": INK, "lw": 1.8, "shrinkA": 17, "shrinkB": 17}
    ax.annotate("", end, start, arrowprops=look)


def confounder(ax: Axes) -> tuple[str, str]:
    """The two small graphs of three things each."""
    for shift, (top, flip) in ((0.0, ("keenness", False)), (5.0, ("on the front page", True))):
        high, left, right = (shift + 2, 2.0), (shift + 0.6, 0.0), (shift + 3.4, 0.0)
        for place, name in ((high, top), (left, "answer"), (right, "return")):
            ax.text(*place, name, ha="center", va="center", fontsize=11)
        for low in (left, right):
            _arrow(ax, *((low, high) if flip else (high, low)))
    ax.text(2, -1, "a confounder", ha="center", color=BLUE, fontsize=11, weight="bold")
    ax.text(7, -1, "a collider", ha="center", color=RED, fontsize=11, weight="bold")
    ax.set(xlim=(-0.4, 9.4), ylim=(-1.5, 2.6))
    ax.axis("off")
    return (
        "Left: adjust for it. Right: leave it alone; to look only at front pages makes a link.",
        "Two graphs. Left, a confounder: keenness has arrows to answer and to return. Right, a "
        "collider: answer and return both have arrows to being on the front page.",
    )


def orders(ax: Axes) -> tuple[str, str]:
    """The best of n grows though nobody is better."""
    sizes = 2 ** np.arange(7)
    best = [expected_maximum(int(n)) for n in sizes]
    ax.plot(sizes, best, "o-", color=BLUE)
    ax.set_xscale("log", base=2)
    ax.set(
        xticks=sizes, xticklabels=[str(n) for n in sizes], xlabel="Ideas drawn", ylabel="Best (SD)"
    )
    ends = f"{best[2]:.2f} of 4, {best[4]:.2f} of 16 and {best[6]:.2f} of 64"
    return (
        f"The expected best, in standard deviations: {ends}. All are equally good on average.",
        f"A line that rises with every doubling of the number of ideas: the best is {ends}.",
    )


def regression(ax: Axes) -> tuple[str, str]:
    """Two noisy looks at the same skill."""
    random = np.random.default_rng(3)
    skill = random.normal(size=300)
    first, second = (skill + random.normal(size=300) for _ in range(2))
    top = first >= np.quantile(first, 0.9)
    ax.plot(first[~top], second[~top], "o", color="0.75", ms=4)
    ax.plot(first[top], second[top], "s", color=RED, ms=5)
    ax.axline((0, 0), slope=1, color=INK, ls="--", lw=1)
    ax.set(xlabel="First time", ylabel="Second time")
    means = f"{first[top].mean():.1f} the first time, {second[top].mean():.1f} the second"
    return (
        f"Squares: the best tenth of the first time. Their mean is {means}; nobody did anything.",
        f"A cloud of points; the best tenth of the first time lie below the diagonal: {means}.",
    )


def sesoi(ax: Axes) -> tuple[str, str]:
    """Four intervals against the band that is too small to matter."""
    ax.axvspan(-2, 2, color=BAND)
    ax.axvline(0, color=INK, lw=1)
    rows = ((4, 2.5, 5.5), (0.3, -1, 1.6), (1.2, 0.4, 1.9), (1.5, -4, 7))
    names = ["large enough", "equivalent", "real, too small", "too imprecise"]
    for row, (middle, low, high) in enumerate(reversed(rows)):
        ax.plot([low, high], [row, row], color=BLUE, lw=2)
        ax.plot(middle, row, "o", color=BLUE, ms=8)
    ax.set(yticks=range(4), yticklabels=names[::-1], xlabel="More of 100 who come back")
    ax.grid(visible=False, axis="y")
    return (
        "Shaded: differences below the smallest one worth acting on, here 2 of 100.",
        "Four intervals beside a band from minus 2 to 2. One lies above it; one inside it around "
        "zero; one inside it and above zero; one is so wide that it reaches beyond both ends.",
    )


def simpson(ax: Axes) -> tuple[str, str]:
    """Two groups rise, all together fall."""
    x = np.linspace(0, 1, 5)
    groups = (
        (x + 2, 0.4 * x + 0.4, "o", BLUE, "experts"),
        (x, 0.4 * x + 1.6, "s", RED, "newcomers"),
    )
    for across, up, marker, colour, name in groups:
        ax.plot(across, up, marker, ls="-", color=colour, label=name)
    both = (
        np.concatenate([across for across, *_ in groups]),
        np.concatenate([up for _, up, *_ in groups]),
    )
    slope, start = np.polyfit(*both, 1)
    ax.plot([0, 3], [start, start + 3 * slope], color=INK, ls="--", label="all together")
    ax.set(xlabel="Answers a day", ylabel="Posts a day")
    ax.legend(loc="best", fontsize=9)
    return (
        f"Within each group the slope is 0.4; over all points it is {slope:.1f}.",
        "Two groups of points that rise with slope 0.4; the line through all of them falls, "
        f"slope {slope:.1f}.",
    )


def specifications(ax: Axes) -> tuple[str, str]:
    """Sorted answers under many choices, as they could be."""
    estimates = np.sort(np.random.default_rng(5).normal(1, 1.2, size=24))
    ax.axhline(0, color=INK, lw=1)
    ax.vlines(range(24), estimates - 1.5, estimates + 1.5, color="0.7")
    above = estimates > 0
    places = np.arange(24)
    ax.plot(places[above], estimates[above], "o", color=BLUE, ms=5)
    ax.plot(places[~above], estimates[~above], "s", color=RED, ms=5)
    ax.set(xlabel="Choices, sorted by their answer", ylabel="Answer")
    many = int(above.sum())
    said = f"{many} of 24 choices give an answer above zero (dots), the others below (squares)"
    return f"Invented: {said}.", f"24 estimates with intervals, sorted: {said}."


PICTURES: dict[str, Callable[[Axes], tuple[str, str]]] = {
    "censoring": censoring, "confounder": confounder, "immortal": immortal, "landmark": landmark,
    "orders": orders, "regression": regression, "sesoi": sesoi, "simpson": simpson,
    "specifications": specifications,
}  # fmt: skip


@cache
def picture(name: str) -> tuple[str, str, str]:
    """A picture as the address of an image, with its alternative text and its caption."""
    figure, (ax,) = canvas(height=MID)
    caption, alt = PICTURES[name](ax)
    png = Figure(figure, name, caption, alt).png()
    return f"data:image/png;base64,{base64.b64encode(png).decode()}", alt, caption
