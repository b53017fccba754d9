"""
The experiments that studies bring themselves, found in the file `tried` of their packages.

Such a file has `experiments() -> tuple[Experiment, ...]` and `WORDS`, what their rows are called on
a page (`shown.Words` by the key of the row, without what was adjusted for).
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.util import find_spec
from types import ModuleType

from workbench import studies


@cache
def tried() -> tuple[ModuleType, ...]:
    """The files `tried` of the studies that have one, by the name of their package."""
    packages = [one.name for one in pkgutil.iter_modules(studies.__path__) if one.ispkg]
    names = [f"{studies.__name__}.{package}.tried" for package in packages]
    return tuple(importlib.import_module(name) for name in names if find_spec(name) is not None)
