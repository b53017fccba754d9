"""
A research workbench on online communities: from a raw export to a report that can be defended.

In a notebook: `import workbench as wb`, then `wb.open("college-messages").posts`.

Names are fetched on first use, so that importing the package, and with it every command, is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.data import catalogue, check, load, names, open, remove  # noqa: A004

__all__ = ["__version__", "catalogue", "check", "load", "names", "open", "remove"]


def __getattr__(name: str) -> Any:
    """The version, or a function of the room `data`."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("community-workbench")
    if name in __all__:
        return getattr(importlib.import_module("workbench.data"), name)
    raise AttributeError(f"module 'workbench' has no attribute {name!r}")
