"""CPU seconds and memory of Dawid-Skene on 100,000 labels, beside crowd-kit, at equal accuracy.

crowd-kit is no dependency of the project. Where it cannot be imported, it is installed with pip
into an environment of its own in a temporary folder, which is deleted afterwards.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
import tracemalloc
import venv
from pathlib import Path

import numpy as np
import pandas as pd

LABELS, VOTES, RATERS = 100_000, 5, 400
PREVALENCE = np.array([0.45, 0.30, 0.15, 0.10])
SPAMMERS = 0.3
GOAL_RATIO, GOAL_MEMORY = 10, 3
PEER = "crowd-kit==1.4.2"

PEER_CODE = """
import json, sys, time
import pandas as pd
from crowdkit.aggregation import DawidSkene
table = pd.read_csv(sys.argv[1], dtype=str)
table.columns = ["task", "worker", "label"]
began = time.process_time()
found = DawidSkene(n_iter=100).fit_predict(table)
spent = time.process_time() - began
found.rename_axis("item").rename("label").to_csv(sys.argv[2])
print(json.dumps(spent))
"""


def crowd(seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Judgements of four classes and the truth; some raters give one class nearly always."""
    rng = np.random.default_rng(seed)
    items, classes = LABELS // VOTES, len(PREVALENCE)
    truth = rng.choice(classes, size=items, p=PREVALENCE)
    accuracy = rng.beta(8, 2, size=RATERS)[:, None, None]
    rates = np.where(np.eye(classes, dtype=bool), accuracy, (1 - accuracy) / (classes - 1))
    lazy = np.flatnonzero(rng.random(RATERS) < SPAMMERS)
    rates[lazy] = 0.02 / (classes - 1)
    rates[lazy, :, rng.integers(classes, size=len(lazy))] = 0.98
    # Some raters do much more than others: the largest of log activity plus Gumbel noise.
    activity = np.log(rng.pareto(1.2, size=RATERS) + 0.2)
    chosen = np.argpartition(-(activity + rng.gumbel(size=(items, RATERS))), VOTES, axis=1)
    rater, item = chosen[:, :VOTES].ravel(), np.repeat(np.arange(items), VOTES)
    steps = rates[rater, truth[item]].cumsum(axis=1)
    label = np.minimum((rng.random(LABELS)[:, None] > steps).sum(axis=1), classes - 1)
    table = pd.DataFrame({"item": item, "rater": rater, "label": label})
    named = table.astype(str).sample(frac=1, random_state=seed, ignore_index=True)
    return named, pd.Series(truth.astype(str), index=np.arange(items).astype(str))


def share_right(labels: pd.Series, truth: pd.Series) -> float:
    """Share of items with the true label."""
    return float((labels.reindex(truth.index) == truth).mean())


def ours(table: pd.DataFrame, *, starts: int) -> tuple[pd.Series, float]:
    """Labels by item, and the CPU seconds they took."""
    from workbench.models.dawid_skene import dawid_skene  # noqa: PLC0415 - not in the peer's way

    began = time.process_time()
    found = dawid_skene(table, seed=1, starts=starts)
    return found.items.set_index("item")["label"], time.process_time() - began


def memory(table: pd.DataFrame) -> float:
    """Largest memory in use at once, as a multiple of the table's own."""
    tracemalloc.start()
    ours(table, starts=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / table.memory_usage(deep=True).sum()


def python_with_peer(home: Path) -> str:
    """A Python that can import crowd-kit; says what it installs, if it must."""
    if importlib.util.find_spec("crowdkit"):
        return sys.executable
    print(f"installing {PEER} into a temporary environment ...", flush=True)
    venv.create(home / "peer", with_pip=True)
    python = str(home / "peer" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", PEER], check=True)
    return python


def peer(table: pd.DataFrame) -> tuple[pd.Series, float]:
    """The same of crowd-kit, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        python = python_with_peer(home)
        table.to_csv(home / "labels.csv", index=False)
        run = [python, "-c", PEER_CODE, str(home / "labels.csv"), str(home / "found.csv")]
        spent = subprocess.run(run, check=True, capture_output=True, text=True).stdout
        found = pd.read_csv(home / "found.csv", dtype=str).set_index("item")["label"]
    return found, float(json.loads(spent))


def main() -> None:
    """Print accuracy, CPU seconds, their ratio, and memory."""
    table, truth = crowd(11)
    ours(table.head(2000), starts=0)  # imports and first calls are not counted
    one, seconds = ours(table, starts=0)
    many, all_seconds = ours(table, starts=10)
    theirs, peer_seconds = peer(table)
    print(f"{LABELS:,} labels        right   CPU seconds")
    print(f"one start           {share_right(one, truth):.4f}   {seconds:8.2f}")
    print(f"ten more starts     {share_right(many, truth):.4f}   {all_seconds:8.2f}")
    print(f"crowd-kit           {share_right(theirs, truth):.4f}   {peer_seconds:8.2f}")
    print(f"crowd-kit / one start  {peer_seconds / seconds:6.1f} (goal: {GOAL_RATIO} or more)")
    print(f"memory / input         {memory(table):6.1f} (goal: below {GOAL_MEMORY})")


if __name__ == "__main__":
    main()
