"""Draw many simulated data sets, on all cores, and judge what comes of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from workbench.studies.calibration.draws import Draw, Experiment
from workbench.studies.calibration.experiments import experiments
from workbench.studies.calibration.judging import judge
from workbench.studies.calibration.table import Row

SEED = 20_261_122
CHUNK = 5


def replicate_seeds(seed: int, replicates: int) -> range:
    """One seed a replicate, the same whatever the number of processes."""
    return range(seed, seed + replicates)


def run(
    experiment: Experiment,
    *,
    replicates: int,
    seed: int = SEED,
    jobs: int = 1,
    done: Callable[[int], None] | None = None,
) -> list[Row]:
    """
    One row a target, over `replicates` data sets; `done` is told how many more are finished.

    The same seed gives the same rows, with any number of processes.
    """
    tell = done or (lambda _: None)
    seeds = replicate_seeds(seed, replicates)
    draws: list[dict[str, Draw]] = []
    for one in _all(experiment, seeds, jobs=jobs):
        draws.append(one)
        tell(1)
    return [
        Row(experiment.name, key, target, judge(target, [one[key] for one in draws]))
        for key, target in experiment.targets.items()
    ]


def _all(experiment: Experiment, seeds: Sequence[int], *, jobs: int) -> Iterator[dict[str, Draw]]:
    if jobs == 1:
        yield from (dict(experiment.draw(seed)) for seed in seeds)
        return
    # The other processes use the other cores: threads of one fit only get in their way.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
