"""`workbench doctor`: every problem of an installation in one line, with its cure."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, util

from packaging.requirements import Requirement

from workbench.errors import WorkbenchError

OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: fine, worth knowing, or a problem, with what to do."""

    what: str
    found: str
    cure: str = ""
    problem: bool = False

    def line(self) -> str:
        """One line for the terminal."""
        mark = "PROBLEM" if self.problem else ("note" if self.cure else "ok")
        return f"{mark:8}{self.what}: {self.found}" + (f" -> {self.cure}" if self.cure else "")


def examine() -> list[Finding]:
    """Look at Python and packages; where these are sound, at data, folders and optional parts."""
    found = [_python(), *_packages()]
    if any(finding.problem for finding in found):
        return [*found, Finding("data and folders", "not looked at", "mend the packages first")]
    return [*found, *_catalogue(), *_folders(), *_loaded(), *_fetched(), *_optional()]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < OLDEST
    return Finding("Python", found, "install Python 3.11 or newer" if old else "", old)


def _packages() -> Iterator[Finding]:
    """Every direct dependency is there, in a version that pyproject.toml allows."""
    wrong = []
    for line in metadata.requires("community-workbench") or []:
        need = Requirement(line)
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        version = _installed(need.name)
        if version is None or not need.specifier.contains(version, prereleases=True):
            wrong.append((need, version or "not installed"))
    for need, found in wrong:
        cure = f"pip install '{need.name}{need.specifier}'"
        yield Finding(f"package {need.name}", found, cure, problem=True)
    if not wrong:
        yield Finding("packages", "all there, in versions that fit")
    if _installed("pyspark") and _installed("pyspark-client"):
        yield Finding(
            "package pyspark-client", "installed beside pyspark, whose files it overwrites",
            "pip uninstall pyspark-client, then install pyspark again", problem=True,
        )  # fmt: skip


def _installed(package: str) -> str | None:
    """The version of an installed package, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _catalogue() -> Iterator[Finding]:
    from workbench import data  # noqa: PLC0415  needs packages that may be what is missing

    for entry in data.catalogue().values():
        try:
            entry.locate()
        except WorkbenchError as error:
            yield Finding(f"data {entry.name}", str(error), problem=True)
        else:
            yield Finding(f"data {entry.name}", f"{entry.package} {entry.version}")


def _folders() -> Iterator[Finding]:
    from workbench import data  # noqa: PLC0415

    places = {"WORKBENCH_DATA": data.data_folder(), "WORKBENCH_REPORTS": data.reports_folder()}
    for variable, folder in places.items():
        nearest = next(p for p in (folder, *folder.parents) if p.exists())
        cure = f"set {variable} to another folder"
        if not nearest.is_dir():
            yield Finding(f"folder {folder}", f"{nearest} is not a folder", cure, problem=True)
        elif os.access(nearest, os.W_OK):
            yield Finding(f"folder {folder}", "can be written")
        else:
            cure = f"mend its permissions, or {cure}"
            yield Finding(f"folder {folder}", "cannot be written", cure, problem=True)


def _loaded() -> Iterator[Finding]:
    from workbench import data  # noqa: PLC0415
    from workbench.data.places import obstacle  # noqa: PLC0415
    from workbench.data.store import foreign_folders  # noqa: PLC0415

    if obstacle(data.data_folder()):
        return  # the line of the folder has said so
    for foreign in foreign_folders():
        yield Finding(f"folder {foreign}", "no data set can be called so", "move it elsewhere")
    for name in data.names():
        try:
            problems = data.check(name).problems
        except WorkbenchError as error:
            problems = (str(error),)
        if problems:
            yield Finding(f"data set {name}", problems[0], f"workbench check {name}", problem=True)
        else:
            yield Finding(f"data set {name}", "sound")


def _fetched() -> Iterator[Finding]:
    """Data sets of the catalogue of downloads that are at hand, and those that can be fetched."""
    from workbench import data  # noqa: PLC0415
    from workbench.data.places import obstacle  # noqa: PLC0415

    if obstacle(data.data_folder()):
        return
    loaded, there = set(data.names()), data.at_hand()
    waiting = [name for name in data.named() if there.get(name) and name not in loaded]
    absent = [name for name in there if not there[name] and name not in loaded]
    if waiting:
        yield Finding("data at hand, not loaded", ", ".join(waiting), "workbench load NAME")
    if absent:
        yield Finding("data to be fetched", ", ".join(absent), "workbench get NAME")


def _optional() -> Iterator[Finding]:
    """What is nice to have: JupyterLab, Spark with Java, a browser for the tests."""
    lab = util.find_spec("jupyterlab") is not None
    yield Finding("JupyterLab", "there" if lab else "not installed", "" if lab else "make lab")
    spark = _installed("pyspark")
    java = _java()
    cure = [] if spark else ["pip install -e '.[spark]'"]
    cure += [] if java else ["install Java 17 or newer, on Debian: default-jre-headless"]
    found = f"pyspark {spark or 'not installed'}, Java {java or 'not found'}"
    yield Finding("Spark, for more than one machine", found, " and ".join(cure))
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    yield Finding(
        "Chromium, for the browser tests", browser or "not found",
        "" if browser else "on Debian: apt-get install chromium",
    )  # fmt: skip


def _java() -> str | None:
    """Java's version, or None where there is none."""
    if shutil.which("java") is None:
        return None
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'"([^"]+)"', said)
    return version.group(1) if version else None
