"""
From an export to an open data set, and everything that is kept about it.

`load` reads an export with its source, replaces people's ids by pseudonyms before anything is
written, cleans the tables and stores them whole or not at all; `open` gives them back; `check`
compares them with what was stored; `remove` deletes them, but neither the pseudonym key nor the
record of the first look. `get` fetches raw files of the catalogue of downloads, and `raw_files`
says where they lie; `named` are the data sets that `load` knows by name, `loadable` those of them
whose files are there. Touch this room when the way from an export to an open data set changes;
raise `schema.SCHEMA_VERSION` when what is stored means something else.
"""

from workbench.data.checks import CheckReport, check, columns_present, remove
from workbench.data.community import Community
from workbench.data.community import open_community as open  # noqa: A004  read as `wb.open(name)`
from workbench.data.downloads import Download, RawFile, at_hand, download, downloads, raw_files
from workbench.data.entries import Entry, catalogue
from workbench.data.fetching import GetReport, get, missing
from workbench.data.loading import LoadReport, load
from workbench.data.looks import earlier_look, first_look, record_verdicts
from workbench.data.named import loadable, named
from workbench.data.places import data_folder, raw_folder, reports_folder
from workbench.data.store import stored_names as names

__all__ = [
    "CheckReport",
    "Community",
    "Download",
    "Entry",
    "GetReport",
    "LoadReport",
    "RawFile",
    "at_hand",
    "catalogue",
    "check",
    "columns_present",
    "data_folder",
    "download",
    "downloads",
    "earlier_look",
    "first_look",
    "get",
    "load",
    "loadable",
    "missing",
    "named",
    "names",
    "open",
    "raw_files",
    "raw_folder",
    "record_verdicts",
    "remove",
    "reports_folder",
]
