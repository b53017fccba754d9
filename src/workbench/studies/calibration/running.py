"""Draw many simulated data sets, on all cores, and judge what comes of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from filelock import FileLock, Timeout

from workbench.errors import StudyError
from workbench.studies.calibration.covered import code_key, starts
from workbench.studies.calibration.draws import Draw, Experiment
from workbench.studies.calibration.experiments import experiments
from workbench.studies.calibration.judging import CONFIRMING, ERRORS, judge
from workbench.studies.calibration.table import (
    Row,
    Table,
    as_text,
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

    Of many bands, chance alone leaves some: where judged targets are out of theirs, the experiment
    is drawn again, from other seeds and CONFIRM times as often, and these draws, held to a band of
    three Monte-Carlo errors, decide on those targets. `done` is told, after each data set, how many
    are finished and how many there will be.
    """
    first = _draws(experiment, range(seed, seed + replicates), jobs=jobs, done=done)
    rows = _rows(experiment, first, experiment.targets, errors=ERRORS)
    missed = {row.key for row in rows if row.passed is False}
    if not missed:
        return rows
    again = range(seed + replicates, seed + (1 + CONFIRM) * replicates)
    second = _draws(experiment, again, jobs=jobs, done=done)
    decided = {row.key: row for row in _rows(experiment, second, missed, errors=CONFIRMING)}
    return [decided.get(row.key, row) for row in rows]


def _draws(
    experiment: Experiment,
    seeds: Sequence[int],
    *,
    jobs: int,
    done: Callable[[int, int], None] | None,
) -> list[dict[str, Draw]]:
    draws = []
    for one in _all(experiment, seeds, jobs=jobs):
        draws.append(one)
        if done is not None:
            done(len(draws), len(seeds))
    return draws


def _rows(
    experiment: Experiment, draws: Sequence[dict[str, Draw]], keys: Iterable[str], *, errors: int
) -> list[Row]:
    chosen, begin = set(keys), starts(experiment.draw)
    return [
        Row(
            experiment.name, key, target,
            judge(target, [one[key] for one in draws], errors=errors),
            begin, code_key(begin),
        )
        for key, target in experiment.targets.items()
        if key in chosen
    ]  # fmt: skip


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
    `told` hears, after each data set, the experiment and which of how many it is, how many data
    sets are finished, and how many there will be.

    Raises
    ------
    StudyError
        The file holds a table of this code from more data sets, which would be lost; or another
        process writes it now.
    """
    place, tell = path or table_file(), told or (lambda *_: None)
    try:
        with FileLock(f"{place}.lock", timeout=0):
            return _calibrated(place, replicates=replicates, seed=seed, jobs=jobs, tell=tell)
    except Timeout:
        raise StudyError(
            f"calibrate: expected to be alone with {place.name}, got another run that writes it. "
            "Wait until it has ended."
        ) from None
    except OSError as error:
        raise StudyError(
            f"calibrate: expected to write {place}, got: {error.strerror}. Name another file with "
            "--output."
        ) from None


def _calibrated(
    place: Path, *, replicates: int, seed: int, jobs: int, tell: Callable[[str, int, int], None]
) -> Table:
    kept = kept_rows(place, replicates=replicates, seed=seed)
    rows: list[Row] = []
    worlds = experiments()
    for number, one in enumerate(worlds, start=1):
        here = [row for row in kept if row.experiment == one.name]
        same = {row.begin for row in here} == {starts(one.draw)}
        if not same or [row.target for row in here] != list(one.targets.values()):
            name = f"world {number} of {len(worlds)}, {one.name}"
            here = run(one, replicates=replicates, seed=seed, jobs=jobs, done=partial(tell, name))
        rows += here
        waiting = {aim.hypothesis for world in worlds[number:] for aim in world.targets.values()}
        text = as_text(rows, replicates=replicates, seed=seed, waiting=waiting)
        _swap(place, text)
    return Table(tuple(rows), replicates)


def _swap(place: Path, text: str) -> None:
    """Write whole or not at all."""
    aside = place.with_name(f"{place.name}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(place)


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
