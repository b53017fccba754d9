"""How the numbers of every scale are said: one file a study, found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from workbench.studies.saying import Scale


@cache
def scales() -> dict[str, Scale]:
    """All scales by name, in the order of files and of their lists."""
    found: dict[str, Scale] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= importlib.import_module(f"{__name__}.{module.name}").SCALES
    return found
