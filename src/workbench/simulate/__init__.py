"""
Communities whose truth is known: the tables of a loaded export, and what was planted in them.

One seed gives the same tables, bit for bit; every part draws from a stream of its own, so that
switching one part off leaves the others' draws as they were. Simulated data never decide a claim:
they only show whether a method recovers what was planted. Touch this room when a new effect or a
new defect is to be planted; nothing here knows a measure or a model.
"""

from workbench.simulate.settings import PACES, SIZES, Settings
from workbench.simulate.simulated import Simulated, community, opened
from workbench.simulate.truths import Truth, truths

__all__ = [
    "PACES",
    "SIZES",
    "Settings",
    "Simulated",
    "Truth",
    "community",
    "opened",
    "truths",
]
