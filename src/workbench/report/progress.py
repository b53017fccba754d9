"""How far a build is, on stderr: a live line for each running notebook, or a line at its end."""

from __future__ import annotations

import sys
import threading
from typing import TextIO

from tqdm import tqdm

from workbench.report.build import PageResult


class ProgressLines:
    """
    Lines such as `01_feedback_speed: cell 7 of 30` while notebooks run.

    On a terminal each running notebook has a line that moves on and goes away; elsewhere only the
    end of each notebook is a line.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, stderr by default."""
        self.stream = stream if stream is not None else sys.stderr
        self._bars: dict[str, tqdm] = {}
        self._lock = threading.Lock()

    def cell(self, slug: str, number: int, total: int) -> None:
        """Code cell `number` of `total` begins."""
        if not self.stream.isatty():
            return
        with self._lock:
            if slug not in self._bars:
                self._bars[slug] = tqdm(file=self.stream, bar_format="{desc}", leave=False)
            self._bars[slug].set_description_str(f"{slug}: cell {number} of {total}")

    def done(self, result: PageResult) -> None:
        """The page is made, or has failed: one line that stays."""
        with self._lock:
            bar = self._bars.pop(result.slug, None)
            if bar is not None:
                bar.close()
            line = f"{result.slug}: {result.status} in {result.seconds:.0f} s"
            tqdm.write(line, file=self.stream)
