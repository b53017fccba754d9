"""Tables of an exposed and an unexposed arm for the tests of effects."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

NAMES = {"outcome": "y", "exposure": "a", "clusters": "g"}


def cells(*rows):
    """A table from (a, z, people, events): that many rows, each its own cluster."""
    parts = [
        pd.DataFrame({"a": a, "z": z, "y": [1] * events + [0] * (people - events)})
        for a, z, people, events in rows
    ]
    return pd.concat(parts, ignore_index=True).assign(g=lambda table: np.arange(len(table)))


def confounded(seed, *, n=1500, effect=0.5, clusters=None):
    """`z` raises both exposure and outcome; `effect` is the true log odds ratio of exposure."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    a = (rng.random(n) < expit(-0.3 + z)).astype(int)
    y = (rng.random(n) < expit(-1 + z + effect * a)).astype(int)
    return pd.DataFrame({"z": z, "a": a, "y": y, "g": np.arange(n) % (clusters or n)})


STRATA = cells((1, 0, 40, 10), (0, 0, 60, 12), (1, 1, 60, 36), (0, 1, 40, 20))
