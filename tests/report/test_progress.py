"""How far a build is, as a reader of the terminal or of a log sees it."""

from __future__ import annotations

import io

import authored
from authored import make

from workbench.report import PageResult
from workbench.report.progress import ProgressLines


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_progress_is_a_line_that_moves_on_a_terminal():
    """On a terminal the cell is shown while it runs; elsewhere each notebook is one line."""
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        lines = ProgressLines(stream)
        lines.cell("01_feedback_speed", 7, 30)
        lines.done(PageResult("01_feedback_speed", "built", 12.4))

    assert "01_feedback_speed: cell 7 of 30" in terminal.getvalue()
    assert terminal.getvalue().endswith("01_feedback_speed: built in 12 s\n")
    assert file.getvalue() == "01_feedback_speed: built in 12 s\n"


def test_build_reports_each_cell_and_each_end(tmp_path):
    """Progress hears of every code cell, counted with the text cells, and of the end."""
    told: list[object] = []

    class Listener:
        def cell(self, slug: str, number: int, total: int) -> None:
            told.append((slug, number, total))

        def done(self, result: PageResult) -> None:
            told.append((result.slug, result.status))

    path = authored.write(tmp_path / "19_two.ipynb", "1", "2")
    make(path, output=tmp_path / "reports", progress=Listener())

    # Cell 1 is the heading.
    assert told == [("19_two", 2, 3), ("19_two", 3, 3), ("19_two", "built")]
