"""A stream of random numbers for each named part, so that parts do not disturb each other."""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from workbench.errors import SimulationError


def generator(seed: int, *names: str) -> np.random.Generator:
    """
    The random numbers of one named part of a simulation.

    The same seed and names give the same numbers in every process: names enter by their SHA-256
    and not by `hash`, which Python salts anew each time. Other names give an independent stream.

    Parameters
    ----------
    seed : a whole number, 0 or more.
    names : of the part and of what it belongs to; their order and their number matter.

    Raises
    ------
    SimulationError
        The seed is not a whole number, or negative.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise SimulationError(
            f"simulate: seed must be a whole number, 0 or more, got {seed!r}. Choose another."
        )
    keys = [int.from_bytes(sha256(name.encode()).digest()) for name in names]
    sequence = np.random.SeedSequence([int(seed), len(keys), *keys])
    # Named, because the generator that NumPy takes by default may change.
    return np.random.Generator(np.random.PCG64(sequence))
