"""Small notebooks as they could be handed in, good and bad."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.report.course.submission import Original, Prompt

PROMPT = Prompt("w1", "A threat.", "**A threat.** Name one.")
ORIGINAL = Original("01_small", ("1c", "1d"), (PROMPT,))


def code(name: str, source: str) -> dict[str, Any]:
    """A code cell."""
    return {
        "cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [],
        "execution_count": None,
    }  # fmt: skip


def said(exercise: str, answer: str, *, state: str = "not yet", student: str = "s-1") -> str:
    """Code that shows what a check shows, without the check: quick, and how one would cheat."""
    about = {"exercise": exercise, "answer": answer, "state": state, "student": student}
    bundle = {"application/vnd.workbench.check+json": about, "text/plain": "checked"}
    return f"display({bundle!r}, raw=True)"


def notebook(*sources: str, words: str = "…", student: str = "s-1", of: str = "01_small") -> str:
    """The text of a copy whose code cells hold these sources, with one prompt at the end."""
    cells = [code(f"c{number}", source) for number, source in enumerate(sources)]
    cells.append(
        {"cell_type": "markdown", "id": "w1", "metadata": {"tags": ["rubric"]},
         "source": f"{PROMPT.asked}\n\n{words}"}
    )  # fmt: skip
    about = {"copy": {"of": of, "student": student}}
    return json.dumps(
        {"cells": cells, "metadata": {"workbench": about}, "nbformat": 4, "nbformat_minor": 5}
    )


def put(folder: Path, name: str, text: str) -> Path:
    """Write a file into a folder of its own below `folder`."""
    path = folder / name / "01_small.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path
