"""
One run apart from all others: its own process, folders and copies of the data, ended for sure.

The teacher's data are not in reach through anything that the workbench tells a run; `confined` says
what else the system can forbid. The pseudonym key is never copied.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl

from workbench import data
from workbench.errors import DataError
from workbench.report.course import untrusted
from workbench.report.course.attempt import NOTEBOOK, SAID, WORK
from workbench.report.course.ending import adopting, end
from workbench.report.course.marks import FINISHED, TIME_OUT, Outcome
from workbench.report.run import kernel_environment

LONGEST_REPORT = 20_000_000
# What a process needs of the caller's environment; nothing else, such as a password, is handed on.
KEPT = (
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT", "TZ",
    "VIRTUAL_ENV",
)  # fmt: skip


def attempt(
    content: Mapping[str, Any], apart: Path, *, timeout: float, datasets: Sequence[str]
) -> Outcome:
    """
    Run a notebook in the folder `apart`, which belongs to it alone, and say what it showed.

    When the time is over, the process and all that it started are ended.
    """
    for name in (WORK, "home", "profile", "t"):
        (apart / name).mkdir(exist_ok=True)
    (apart / WORK / NOTEBOOK).write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-m", "workbench.report.course.attempt", str(apart)]
    with (apart / "log").open("wb") as log, adopting(passing=str(apart / "t")):
        process = subprocess.Popen(
            command, cwd=apart, env=_environment(apart, datasets), stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(timeout)
            over = False
        except subprocess.TimeoutExpired:
            over = True
        finally:
            end(process)
    return _outcome(apart / SAID, over=over)


def _environment(apart: Path, datasets: Sequence[str]) -> dict[str, str]:
    """An environment in which home, temporary files, data and reports are inside the folder."""
    base = {name: os.environ[name] for name in KEPT if name in os.environ}
    home, passing = str(apart / "home"), str(apart / "t")
    own = {
        "HOME": home, "USERPROFILE": home, "XDG_CACHE_HOME": home, "XDG_CONFIG_HOME": home,
        "TMPDIR": passing, "TEMP": passing, "TMP": passing, "MPLCONFIGDIR": str(apart / "look"),
        "WORKBENCH_DATA": str(apart / "data"), "WORKBENCH_RAW": str(apart / "data" / "raw"),
        "WORKBENCH_REPORTS": str(apart / "reports"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    return kernel_environment(datasets, own, profile=apart / "profile", base=base)


@contextmanager
def template_of(datasets: Sequence[str]) -> Iterator[Path]:
    """A folder with copies of the data sets, of which every submission gets a copy of its own."""
    loaded = data.names()
    missing = [name for name in datasets if name not in loaded]
    if missing:
        raise DataError(
            f"grade: expected loaded data sets, got {', '.join(missing)}. There are "
            f"{', '.join(loaded) or 'none'}; see workbench load --help"
        )
    with tempfile.TemporaryDirectory(prefix="course-") as place:
        template, source = Path(place, "template"), data.data_folder()
        (template / "data" / "processed").mkdir(parents=True)
        for name in datasets:
            shutil.copytree(source / "processed" / name, template / "data" / "processed" / name)
        fonts = Path(mpl.get_cachedir())  # matplotlib needs seconds to list the fonts anew
        (template / "look").mkdir()
        for path in fonts.glob("fontlist-*.json"):
            shutil.copyfile(path, template / "look" / path.name)
        yield template


def _outcome(said: Path, *, over: bool) -> Outcome:
    """What the run wrote down, as far as it can be read: a notebook can spoil this file."""
    checks: dict[str, dict[str, Any]] = {}
    errors: dict[int, str] = {}
    end, reached = TIME_OUT if over else "it ended before it was done", 0
    for line in _lines(said):
        if isinstance(line.get("begun"), int):
            reached = line["begun"] + 1
        if line.get("flooded"):
            end = "it printed more than can be read"
        if line.get("finished") is True and not over:
            end = FINISHED
        if isinstance(line.get("cell"), int):
            shown = line.get("checks")
            for check in shown if isinstance(shown, list) else []:
                if isinstance(check, dict):
                    checks[str(check.get("exercise"))] = check
            if line.get("error"):
                errors[line["cell"] + 1] = "".join(filter(str.isidentifier, str(line["error"])))[
                    :40
                ]
    return Outcome(checks, errors, end, reached)


def _lines(said: Path) -> list[dict[str, Any]]:
    try:
        written = untrusted.content(said, most=LONGEST_REPORT)
    except OSError:
        return []
    found = []
    for line in written.splitlines():
        try:
            one = untrusted.parsed(line)
        except (ValueError, RecursionError):
            continue
        found += [one] if isinstance(one, dict) else []
    return found
