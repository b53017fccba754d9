"""What `workbench run` costs in CPU seconds: at first, unchanged, and against the floor."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from workbench.cli.running import notebooks

IMPORTS = """
import matplotlib.pyplot, pandas, statsmodels.api
from workbench.studies import exercises, feedback_speed, welcome
"""

# Starts the kernel that a page needs, imports what it needs, and shows nothing.
FLOOR = f"""
import nbconvert, nbclient, nbformat.v4 as v4
cell = v4.new_code_cell({IMPORTS!r})
nbclient.NotebookClient(v4.new_notebook(cells=[cell]), kernel_name="python3").execute()
"""

GOAL_RATIO = 2.5
GOAL_UNCHANGED = 3.0


def cpu_seconds(*command: str, environment: dict[str, str]) -> float:
    """User and system seconds of a command and of every process that it waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *command], env={**os.environ, **environment}, check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """Run with empty folders, run again, start as many idle kernels; print all three."""
    pages = len(notebooks())
    with tempfile.TemporaryDirectory() as home:
        places = {
            "WORKBENCH_DATA": str(Path(home) / "data"),
            "WORKBENCH_REPORTS": str(Path(home) / "reports"),
        }
        first = cpu_seconds("-m", "workbench", "run", environment=places)
        unchanged = cpu_seconds("-m", "workbench", "run", environment=places)
        floor = sum(cpu_seconds("-c", FLOOR, environment=places) for _ in range(pages))
    print(f"first run, {pages} pages    {first:6.1f} CPU seconds")
    print(f"unchanged run         {unchanged:6.1f} CPU seconds (goal: below {GOAL_UNCHANGED:g})")
    print(f"idle kernels, {pages}       {floor:6.1f} CPU seconds")
    print(f"first run / idle      {first / floor:6.2f} (goal: {GOAL_RATIO:g} or less)")


if __name__ == "__main__":
    main()
