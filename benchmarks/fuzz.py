"""Hostile exports for minutes on end: how many each reader was given, and what they found."""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "sources"))
import fuzzing
from sound_exports import starts

from workbench.sources import sources

LOADED = 0.04  # the share that is also loaded, which costs more than reading
MOST_CHANGES = (1, 1, 1, 2, 3)


def main() -> int:
    """Try until the time is over; the same seed tries the same exports in the same order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="of CPU")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--source", choices=list(sources()), action="append")
    parser.add_argument("--how", choices=sorted({*fuzzing.HOWS}), action="append")
    given = parser.parse_args()
    rng = random.Random(given.seed)
    names = given.source or list(sources())
    inputs: Counter[str] = Counter()
    loads: Counter[str] = Counter()
    found: dict[tuple[str, str], tuple[str, int]] = {}
    begun = time.process_time()
    while time.process_time() - begun < 60 * given.minutes:
        name = names[inputs.total() % len(names)]
        one = rng.choice(starts(name))
        changes = tuple(
            fuzzing.some_change(rng, given.how) for _ in range(rng.choice(MOST_CHANGES))
        )
        keep_going, load = rng.random() < 0.5, rng.random() < LOADED
        inputs[name] += 1
        loads[name] += load
        for fault in fuzzing.tried(one, changes, keep_going=keep_going, load=load):
            shown = f"{one.name}{one.pack} keep_going={keep_going} {changes}"
            before = found.get((name, fault), (shown, 0))
            if not before[1]:
                print(f"{name}: {fault}\n    {shown}", flush=True)
            found[name, fault] = (before[0], before[1] + 1)
    print(f"seed {given.seed}, {(time.process_time() - begun) / 60:.1f} minutes of CPU")
    for name in names:
        own = sum(count for (reader, _), (_, count) in found.items() if reader == name)
        print(f"{name:15} {inputs[name]:>7,} inputs, {loads[name]:>5,} loaded, {own:>4,} faults")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'all':15} {inputs.total():>7,} inputs; {peak:,.0f} MiB at most")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
