"""
Reports: notebooks are run, and each becomes one offline page that can be defended.

`build` makes the pages that are not up to date, `publish` the ledger and the index from all.
Touch this room when presentation changes; a number is made below, in `studies`. Importing it is
cheap, because deciding that nothing changed must be: what runs notebooks loads when it is needed.
"""

from workbench.report.build import BuildResult, PageResult, build, publish

__all__ = ["BuildResult", "PageResult", "build", "publish"]
