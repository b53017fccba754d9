"""One question analysed in every defensible way: all the estimates, and what chance would give."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from workbench.errors import ModelError
from workbench.models.inputs import Floats
from workbench.models.result import Estimate

CAP = 48
NULL_DRAWS = 100

_RESULTS = ("estimate", "std_error", "low", "high", "p_value", "n", "failed")
_FEWEST_DRAWS = 20

Estimator = Callable[[Any], Estimate]


@dataclass(frozen=True, eq=False)
class Curve:
    """
    All specifications together.

    Attributes
    ----------
    table : one row per specification, in the order given: its choices, then estimate, std_error,
        low, high, p_value, n, and `failed`, the reason why there is no estimate (else None).
    median : of the estimates, in their unit.
    same_sign : share of the estimates with the sign of `direction`.
    significant : share of the estimates with that sign and p_value < alpha.
    median_t : of estimate / std_error; None unless `studentised`.
    p_median : chance, where the null holds, of a median at least as far from zero on either side:
        of `median_t` if `studentised`, else of `median`.
    p_significant : chance, where the null holds, of a share of significant estimates at least as
        large. Both count the observed data as one of the draws; None without `null`.
    n, n_failed : specifications, and those among them without an estimate.
    null_draws, null_failed : data sets drawn under the null; estimates that could not be made in
        them, which are left out of the median and the shares of their draw.
    direction, alpha : as passed.
    """

    table: pd.DataFrame
    median: float
    median_t: float | None
    same_sign: float
    significant: float
    p_median: float | None
    p_significant: float | None
    n: int
    n_failed: int
    null_draws: int
    null_failed: int
    direction: int
    alpha: float


def grid(*, cap: int = CAP, **choices: Sequence[Hashable]) -> tuple[dict[str, Any], ...]:
    """
    Every combination of the choices, the last one varying fastest: write it before running.

    Raises
    ------
    ModelError
        No choice, a choice without options or with an option twice, a name that the table of
        `curve` needs, or more combinations than `cap`.
    """
    where = "grid"
    if not choices:
        raise ModelError(f"{where}: expected at least one choice, got none. Name what may differ.")
    for name, options in choices.items():
        if isinstance(options, str) or not options or len(set(options)) < len(options):
            raise ModelError(
                f"{where}: expected different options for {name}, got {options!r}. "
                "List every option once."
            )
    combinations = itertools.product(*choices.values())
    listed = tuple(dict(zip(choices, options, strict=True)) for options in combinations)
    _rows(listed, cap, where=where)
    return listed


def curve(
    specifications: Sequence[Any],
    estimate: Estimator,
    *,
    seed: int,
    null: Callable[[np.random.Generator], Estimator] | None = None,
    null_draws: int = NULL_DRAWS,
    studentised: bool = False,
    direction: Literal[1, -1] = 1,
    alpha: float = 0.05,
    cap: int = CAP,
    progress: Callable[[int, int], None] | None = None,
) -> Curve:
    """
    Run every specification on the data, and again on data in which nothing is to be found.

    Parameters
    ----------
    specifications : the fixed list, made beforehand: dicts (of `grid`) or frozen dataclasses.
    estimate : from a specification to its estimate. A ModelError is kept as its reason.
    null : from a generator to an `estimate` on one data set drawn under the null hypothesis (the
        exposure permuted within strata, say). It draws once, and all specifications see the same
        draw, so that their dependence is kept. Each draw has its own generator made from `seed`.
    studentised : compare estimates with the draws in units of their standard errors, made anew in
        every draw. Needed where the null changes how precise an estimate is: exposures dealt anew
        are no longer predicted by covariates, so that adjusting for these costs less than it did.
    direction : the sign of the effect that the claim names.
    progress : called with the estimates done and those to come in all.

    Raises
    ------
    ModelError
        No specification, more than `cap`, one twice, different sets of choices, a choice named like
        a column of the table, all specifications failed, fewer than 20 draws, a draw in which all
        failed, alpha outside (0, 1), direction other than 1 and -1.

    Source
    ------
    Simonsohn, Simmons & Nelson (2020), doi:10.1038/s41562-020-0912-z; studentised permutation:
    Chung & Romano (2013), doi:10.1214/13-AOS1090.
    """
    where = "curve"
    rows = _rows(specifications, cap, where=where)
    _options(null_draws, direction, alpha, where=where)
    count = 0 if null is None else null_draws
    done = itertools.count(1)

    def run(one: Any, how: Estimator, total: int) -> tuple[Estimate | None, str | None]:
        got = _attempt(how, one, studentised)
        if progress is not None:
            progress(next(done), total)
        return got

    # How many null estimates there will be is known only once the failures are.
    observed = [run(one, estimate, len(rows) * (1 + count)) for one in specifications]
    table = pd.DataFrame([row | _columns(*got) for row, got in zip(rows, observed, strict=True)])
    kept = [one for one, got in zip(specifications, observed, strict=True) if got[0] is not None]
    if not kept:
        raise ModelError(
            f"{where}: expected an estimate from one specification at least, got none. "
            f"The first says: {observed[0][1]}"
        )
    summary = _summary([got[0] for got in observed], direction, alpha, studentised)
    total = len(rows) + count * len(kept)
    drawn: list[tuple[float, ...]] = []
    failed = 0
    for child in np.random.SeedSequence(seed).spawn(count):
        how = null(np.random.default_rng(child)) if null is not None else estimate
        got = [run(one, how, total)[0] for one in kept]
        missing = sum(one is None for one in got)
        if missing == len(kept):
            raise ModelError(
                f"{where}: expected estimates from data drawn under the null, got none in draw "
                f"{len(drawn) + 1}. Check how `null` draws its data."
            )
        failed += missing
        drawn.append(_summary(got, direction, alpha, studentised))
    p_median, p_significant = _chances(summary, np.array(drawn))
    compared, median, same_sign, significant = summary
    return Curve(
        table, median, compared if studentised else None, same_sign, significant,
        p_median, p_significant, len(rows), len(rows) - len(kept), count, failed, direction, alpha,
    )  # fmt: skip


def _rows(specifications: Sequence[Any], cap: int, *, where: str) -> list[dict[str, Any]]:
    """The choices of every specification, or why the list cannot be run."""
    if not 0 < len(specifications) <= cap:
        raise ModelError(
            f"{where}: expected 1 to {cap} specifications, got {len(specifications):,}. "
            "Keep the choices that reasonable people would make differently."
        )
    rows = [_choices(one, where=where) for one in specifications]
    names = list(rows[0])
    for place, row in enumerate(rows):
        if list(row) != names:
            raise ModelError(
                f"{where}: expected the choices {', '.join(names)} in every specification, got "
                f"{', '.join(row)}. Give each a value, in the same order."
            )
        if row in rows[:place]:
            raise ModelError(
                f"{where}: expected different specifications, got number {place + 1} twice. "
                "Leave out the repetition, which would count double."
            )
    taken = [name for name in names if name in _RESULTS]
    if taken:
        raise ModelError(
            f"{where}: expected choices with names of their own, got {', '.join(taken)}, which the "
            "table needs. Rename them."
        )
    return rows


def _choices(specification: Any, *, where: str) -> dict[str, Any]:
    if is_dataclass(specification) and not isinstance(specification, type):
        return {one.name: getattr(specification, one.name) for one in fields(specification)}
    if isinstance(specification, Mapping):
        return dict(specification)
    raise ModelError(
        f"{where}: expected dicts or dataclasses, got {type(specification).__name__}. Use grid."
    )


def _options(null_draws: int, direction: int, alpha: float, *, where: str) -> None:
    if null_draws < _FEWEST_DRAWS:
        raise ModelError(
            f"{where}: expected at least {_FEWEST_DRAWS} draws under the null, got {null_draws}. "
            "Fewer cannot give a p-value below 5 %."
        )
    if direction not in (1, -1) or not 0 < alpha < 1:
        raise ModelError(
            f"{where}: expected direction 1 or -1 and alpha between 0 and 1, got {direction} and "
            f"{alpha:g}. Pass the sign that the claim names."
        )


def _attempt(
    estimate: Estimator, specification: Any, studentised: bool
) -> tuple[Estimate | None, str | None]:
    """The estimate, or the reason why there is none."""
    try:
        got = estimate(specification)
    except ModelError as error:
        return None, str(error)
    if got.estimate is None:
        return None, "the model gave no estimate"
    if studentised and not got.std_error:
        return None, "the model gave no standard error above zero"
    return got, None


def _columns(got: Estimate | None, reason: str | None) -> dict[str, Any]:
    values = {name: getattr(got, name, None) for name in _RESULTS[:-1]}
    numbers = {name: np.nan if value is None else value for name, value in values.items()}
    return numbers | {"n": values["n"] or 0, "failed": reason}


def _summary(
    estimates: list[Estimate | None], direction: int, alpha: float, studentised: bool
) -> tuple[float, float, float, float]:
    """What is compared, median, share with the sign of `direction`, share significant with it."""
    made = [one for one in estimates if one is not None]
    values = np.array([one.estimate for one in made], dtype=float)
    p = np.array([1.0 if one.p_value is None else one.p_value for one in made])
    units = np.array([one.std_error for one in made], dtype=float) if studentised else 1.0
    same = values * direction > 0
    return (
        float(np.median(values / units)), float(np.median(values)), float(same.mean()),
        float((same & (p < alpha)).mean()),
    )  # fmt: skip


def _chances(observed: tuple[float, ...], drawn: Floats) -> tuple[float | None, float | None]:
    """Share of draws, the data themselves among them, that are at least as extreme."""
    if not len(drawn):
        return None, None
    # A permutation may repeat the data up to rounding; that draw is as extreme, not less.
    far = np.abs(drawn[:, 0]) >= abs(observed[0]) * (1 - 1e-12)
    many = drawn[:, 3] >= observed[3] - 1e-12
    p_median, p_significant = ((1 + int(hits.sum())) / (1 + len(drawn)) for hits in (far, many))
    return p_median, p_significant
