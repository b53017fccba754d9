"""What survival models cost at size: CPU seconds beside another program, and peak memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from statsmodels.duration.hazard_regression import PHReg

from workbench.models.cox import cox, proportional_hazards_test
from workbench.models.survival import kaplan_meier, kaplan_meier_from_counts

COX_ROWS = 1_000_000
TEST_ROWS = 100_000
CURVE_ROWS = 10_000_000
SEED = 20

# A thread of BLAS that waits for another is counted as working.
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "VECLIB")}


def spells(rows: int, folder: Path) -> None:
    """Waits in whole hours up to 200, two thirds of them ended, with three covariates."""
    rng = np.random.default_rng(SEED)
    x = np.column_stack([rng.integers(0, 2, rows), rng.integers(0, 5, rows), rng.normal(size=rows)])
    wait = rng.exponential(50 * np.exp(-x @ [0.5, -0.2, 0.3]))
    end = rng.uniform(1, 200, rows)
    stop = np.ceil(np.minimum(wait, end))
    start = np.floor(stop * rng.uniform(0, 0.5, rows))
    keep(folder, x=x, stop=stop, event=wait <= end)
    keep(folder, start=start, person=rng.integers(0, rows // 10, rows))


def waits(rows: int, folder: Path) -> None:
    """Waits in whole seconds up to thirty days, most of them short."""
    rng = np.random.default_rng(SEED)
    wait, end = rng.lognormal(8, 2, rows), rng.uniform(1, 30 * 86400, rows)
    keep(folder, time=np.minimum(wait, end).astype(np.int64), ended=wait <= end)


def keep(folder: Path, **arrays: Any) -> None:
    """Write arrays where a process of its own can read them."""
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)


def plain(x: Any, stop: Any, event: Any) -> list[float]:
    """Cox with Efron's ties."""
    fit = cox(None, stop, event, pd.DataFrame(x, copy=False))
    return fit.table["estimate"].to_list()


def late(x: Any, stop: Any, event: Any, start: Any, person: Any) -> list[float]:
    """Cox with delayed entry and errors by person."""
    fit = cox(start, stop, event, pd.DataFrame(x, copy=False), clusters=person)
    return fit.table["std_error"].to_list()


def peer(x: Any, stop: Any, event: Any) -> list[float]:
    """The plain fit by statsmodels."""
    return list(PHReg(stop, x, status=event.astype(int), ties="efron").fit(disp=0).params)


def premise(x: Any, stop: Any, event: Any) -> list[float]:
    """The plain fit and its test of proportional hazards, on fewer rows."""
    rows = (None, stop[:TEST_ROWS], event[:TEST_ROWS], pd.DataFrame(x[:TEST_ROWS]))
    return proportional_hazards_test(cox(*rows), *rows)["chi2"].to_list()


def counted(time: Any, ended: Any) -> list[float]:
    """Rows to a table of distinct times, and the curve from its counts."""
    table = pl.LazyFrame({"time": time, "ended": ended}).group_by("time")
    sums = table.agg(events=pl.col("ended").sum(), units=pl.len())
    counts = sums.collect(engine="streaming")
    censored = counts["units"].cast(pl.Int64) - counts["events"]
    km = kaplan_meier_from_counts(counts["time"], counts["events"], censored)
    return km.table["survival"].tail(3).to_list()


def direct(time: Any, ended: Any) -> list[float]:
    """The same curve from the rows."""
    return kaplan_meier(time, ended).table["survival"].tail(3).to_list()


TASKS: dict[str, Callable[..., list[float]]] = {
    one.__name__: one for one in (plain, late, peer, premise, counted, direct)
}


def peak() -> int:
    """Largest number of bytes that this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def child(task: str, folder: Path) -> None:
    """Run one task; print CPU seconds, peak growth over the bytes of its input, and its numbers."""
    function = TASKS[task]
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    # Once on a few rows, so that what is imported late or set up once is not counted.
    function(*(np.load(folder / f"{name}.npy", mmap_mode="r")[:1000].copy() for name in names))
    before = peak()
    arrays = [np.load(folder / f"{name}.npy") for name in names]
    begin = time.process_time()
    numbers = function(*arrays)
    seconds = time.process_time() - begin
    share = (peak() - before) / sum(values.nbytes for values in arrays)
    print(json.dumps([seconds, share, numbers]))


def prepared(folder: Path) -> None:
    """Write the inputs."""
    spells(COX_ROWS, folder)
    waits(CURVE_ROWS, folder)


def measured(task: str, folder: Path) -> tuple[float, float, list[float]]:
    """What `child` prints, of a new process."""
    seconds, share, numbers = json.loads(started(task, folder))
    return seconds, share, numbers


def started(*words: str | Path) -> str:
    """What a new process prints; it inherits the peak of this one, which therefore stays low."""
    command = [sys.executable, __file__, *map(str, words)]
    environment = os.environ | ONE_THREAD
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main() -> None:
    """Measure every task once and print it beside its goal."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        started("prepare", folder)
        got = {task: measured(task, folder) for task in TASKS}
    seconds = {task: one[0] for task, one in got.items()}
    for task, (cost, share, _) in got.items():
        about = TASKS[task].__doc__ or ""
        print(f"{task:8} {cost:7.2f} CPU seconds, peak {share:4.1f} x input   {about}")
    print(f"peer / plain    {seconds['peer'] / seconds['plain']:6.1f} (goal: 6 or more)")
    print(f"late / plain    {seconds['late'] / seconds['plain']:6.1f} (goal: 3 or less)")
    for task in ("plain", "late"):
        print(f"{task + ', peak':15} {got[task][1]:6.1f} x input (goal: below 3)")
    print(f"counted         {seconds['counted']:6.2f} CPU seconds (goal: below 2)")
    print(f"counted, peak   {got['counted'][1]:6.1f} x input (goal: below 3)")
    apart = np.abs(np.subtract(got["plain"][2], got["peer"][2])).max()
    print(f"coefficients    {apart:6.0e} apart (goal: below 1e-8)")
    print(
        f"curves          {np.ptp([got['counted'][2], got['direct'][2]], axis=0).max():6.0e} apart"
    )


if __name__ == "__main__":
    if len(sys.argv) < 3:
        main()
    elif sys.argv[1] == "prepare":
        prepared(Path(sys.argv[2]))
    else:
        child(sys.argv[1], Path(sys.argv[2]))
