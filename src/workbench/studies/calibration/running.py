"""Draw many simulated data sets, on all cores, and judge what comes of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from workbench.studies.calibration.draws import Draw, Experiment
from workbench.studies.calibration.experiments import experiments
from workbench.studies.calibration.judging import judge
from workbench.studies.calibration.table import (
    Row,
    Table,
    as_text,
    code_key,
    kept_rows,
    table_file,
)

SEED = 20_261_122
CHUNK = 5
CONFIRM = 4


def run(
    experiment: Experiment,
    *,
    replicates: int,
    seed: int = SEED,
    jobs: int = 1,
    done: Callable[[int, int], None] | None = None,
) -> list[Row]:
    """
    One row a target, over `replicates` data sets; the same seed gives the same rows.

    Of many bands, chance alone leaves some: where a judged target is out of its band, the whole
    experiment is drawn again, from other seeds and CONFIRM times as often, and that decides.
    `done` is told, after each data set, how many are finished and how many there will be.
    """
    rows = _rows(experiment, range(seed, seed + replicates), jobs=jobs, done=done)
    if all(row.passed is not False for row in rows):
        return rows
    again = seed + replicates
    return _rows(experiment, range(again, again + CONFIRM * replicates), jobs=jobs, done=done)


def calibrate(
    *,
    replicates: int,
    seed: int = SEED,
    jobs: int = 1,
    path: Path | None = None,
    told: Callable[[str, int, int], None] | None = None,
) -> Table:
    """
    Run every experiment and keep the table; what was already run for this code is not run again.

    The file is written after each experiment, so that a run that was cut off goes on where it was.
    `told` hears, after each data set, the experiment, how many are finished, and how many there
    will be.
    """
    place, tell = path or table_file(), told or (lambda *_: None)
    kept = kept_rows(place, replicates=replicates, seed=seed)
    rows: list[Row] = []
    for one in experiments():
        here = [row for row in kept if row.experiment == one.name]
        if [row.target for row in here] != list(one.targets.values()):
            here = run(
                one, replicates=replicates, seed=seed, jobs=jobs, done=partial(tell, one.name)
            )
        rows += here
        place.write_text(
            as_text(rows, key=code_key(), replicates=replicates, seed=seed), encoding="utf-8"
        )
    return Table(tuple(rows), replicates, fresh=True)


def _rows(
    experiment: Experiment,
    seeds: Sequence[int],
    *,
    jobs: int,
    done: Callable[[int, int], None] | None,
) -> list[Row]:
    draws: list[dict[str, Draw]] = []
    for one in _all(experiment, seeds, jobs=jobs):
        draws.append(one)
        if done is not None:
            done(len(draws), len(seeds))
    return [
        Row(experiment.name, key, target, judge(target, [one[key] for one in draws]))
        for key, target in experiment.targets.items()
    ]


def _all(experiment: Experiment, seeds: Sequence[int], *, jobs: int) -> Iterator[dict[str, Draw]]:
    if jobs == 1:
        yield from (dict(experiment.draw(seed)) for seed in seeds)
        return
    # The other processes use the other cores: threads of one fit only get in their way.
    for threads in ("OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
        os.environ.setdefault(threads, "1")
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        tasks = ((experiment.name, seed) for seed in seeds)
        yield from pool.map(_one, tasks, chunksize=CHUNK)


def _one(task: tuple[str, int]) -> dict[str, Draw]:
    """One replicate, in another process: an experiment is found again by its name."""
    name, seed = task
    return dict(named([name])[0].draw(seed))


def named(names: Iterable[str]) -> list[Experiment]:
    """The experiments of these names."""
    known = {one.name: one for one in experiments()}
    return [known[name] for name in names]
