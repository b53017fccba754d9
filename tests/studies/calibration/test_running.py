"""Experiments are drawn again and again: the same twice, confirmed where out of band, resumed."""

import json
from functools import partial

import numpy as np
import pytest
from filelock import FileLock
from scipy import stats

from workbench.errors import StudyError
from workbench.studies.calibration import running
from workbench.studies.calibration.draws import NEITHER, Draw, Experiment, Target
from workbench.studies.calibration.experiments import experiments
from workbench.studies.calibration.judging import CONFIRMING, band
from workbench.studies.calibration.running import CONFIRM, calibrate, run
from workbench.studies.calibration.table import read_table


def mean(seed, *, shift=0.0, until=10**9):
    """One normal number with its true error; wrong by `shift` below the seed `until`."""
    value = np.random.default_rng(seed).normal() + (shift if seed < until else 0.0)
    return {
        "mean": Draw(value, 1.0, value - 1.96, value + 1.96, 2 * stats.norm.sf(abs(value)))
    }  # fmt: skip


def world(name="world", **how):
    """An experiment with one target."""
    return Experiment(name, {"mean": Target("H", "w", NEITHER, 0.0)}, partial(mean, **how))


def test_the_same_seed_gives_the_same_rows():
    """Nothing but the seed decides; another seed decides otherwise."""
    first, again = (run(world(), replicates=60, seed=5) for _ in range(2))

    assert first == again
    assert first != run(world(), replicates=60, seed=500)


def test_what_is_out_of_its_band_is_tried_again_with_more():
    """A bad stretch of seeds is not the last word; a bad method is."""
    unlucky = run(world(shift=1.0, until=60), replicates=60, seed=0)[0]
    wrong = run(world(shift=1.0), replicates=60, seed=0)[0]
    low, high = band(0.95, CONFIRM * 60, CONFIRMING)

    assert (unlucky.judged.coverage_low, unlucky.judged.coverage_high) == (low, high)

    assert unlucky.judged.replicates == wrong.judged.replicates == CONFIRM * 60
    assert (unlucky.passed, wrong.passed) == (True, False)


def test_only_what_missed_is_decided_anew():
    """A target that was inside its band keeps its row when another one is tried again."""

    def both(seed):
        return {"mean": mean(seed)["mean"], "wrong": mean(seed, shift=1.0)["mean"]}

    target = Target("H", "w", NEITHER, 0.0)
    two = Experiment("world", {"mean": target, "wrong": target}, both)
    right, wrong = run(two, replicates=60, seed=5)

    assert (right.judged.replicates, wrong.judged.replicates) == (60, CONFIRM * 60)


def test_progress_is_told_for_every_data_set():
    """How many are finished, of how many."""
    told = []
    run(world(), replicates=50, seed=5, done=lambda *counts: told.append(counts))

    assert told == [(number, 50) for number in range(1, 51)]


def test_a_run_that_was_cut_off_goes_on(tmp_path, monkeypatch):
    """Finished experiments are not run again for the same code, and others are."""
    ran = []

    def counted(name, seed):
        ran.append(name)
        return mean(seed)

    worlds = tuple(
        Experiment(name, {"mean": Target("H", name, NEITHER, 0.0)}, partial(counted, name))
        for name in ("one", "two")
    )
    path = tmp_path / "calibration.json"
    monkeypatch.setattr(running, "experiments", lambda: worlds[:1])
    calibrate(replicates=60, seed=5, path=path)
    monkeypatch.setattr(running, "experiments", lambda: worlds)
    table = calibrate(replicates=60, seed=5, path=path)

    assert ran == ["one"] * 60 + ["two"] * 60
    assert [row.experiment for row in table.rows] == ["one", "two"]
    assert read_table(path).fresh
    kept = json.loads(path.read_text("utf-8"))
    kept["rows"][0]["code"] = "other"
    path.write_text(json.dumps(kept), encoding="utf-8")
    calibrate(replicates=60, seed=5, path=path)
    assert ran[120:] == ["one"] * 60


def test_two_runs_at_once_are_refused(tmp_path):
    """The second one says in one line that it is not alone, and writes nothing."""
    path = tmp_path / "calibration.json"

    with FileLock(f"{path}.lock"), pytest.raises(StudyError, match="got another run that writes"):
        calibrate(replicates=60, path=path)
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    """A folder that is none is refused before anything is drawn."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(StudyError, match=r"^calibrate: expected to write .*--output\.$"):
        calibrate(replicates=60, path=tmp_path / "file" / "table.json")


def test_processes_give_the_same_rows():
    """Several processes find the experiment by its name and draw the same."""
    pooled = next(one for one in experiments() if one.name.startswith("communities, eight"))

    assert run(pooled, replicates=40, jobs=2) == run(pooled, replicates=40)


@pytest.mark.parametrize("one", experiments(), ids=lambda one: one.name)
def test_every_experiment_draws_what_it_aims_at(one):
    """The draws of a seed have exactly the names of the targets."""
    assert set(one.draw(1)) == set(one.targets)
