"""
Run one notebook that somebody handed in: `python -m workbench.report.course.attempt FOLDER`.

A process of its own, so that whatever the notebook does ends with it. FOLDER holds `work` (the
notebook's own folder) and takes `said.jsonl`: one line a cell that was begun or done, with the
checks in it, so that what was reached counts even if the run is cut off. Errors leave their kind
only; what a cell printed is not kept.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from workbench.report.course.confined import GIGABYTE, confine

NOTEBOOK, SAID, WORK = "notebook.ipynb", "said.jsonl", "work"
MEMORY = 6 * GIGABYTE  # of addresses, of which numerical libraries reserve more than they use
# What `check` shows; importing it from there would load all studies for every run.
CHECK_MIME = "application/vnd.workbench.check+json"
MOST_PRINTED = 50_000_000  # letters


def main(folder: Path) -> None:
    """Confine this process, then run the notebook; what became of it is in the file."""
    held = confine(folder, memory=MEMORY)
    with (folder / SAID).open("a", encoding="utf-8") as file:

        def say(**line: Any) -> None:
            file.write(json.dumps(line, default=str) + "\n")
            file.flush()

        say(confined=held)
        _run(folder / WORK, say)


def _run(work: Path, say: Any) -> None:
    """Every code cell in order; an error does not keep the next ones from running."""
    import nbformat  # noqa: PLC0415 (after the process is confined, because these start threads)
    from nbclient import NotebookClient  # noqa: PLC0415

    from workbench.report.run import OwnKernel  # noqa: PLC0415

    notebook = nbformat.read(work / NOTEBOOK, as_version=4)
    printed = 0

    class Client(NotebookClient):
        """Counts what is printed, and ends the kernel where it is too much."""

        def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
            nonlocal printed
            printed += sum(map(len, _texts(msg["content"])))
            if printed > MOST_PRINTED:
                say(flooded=True)
                _kill(self.km)
            return super().process_message(msg, cell, cell_index)

    def done(cell: Any, cell_index: int, execute_reply: Any, **_: Any) -> None:
        checks = [
            out["data"][CHECK_MIME] for out in cell.outputs if CHECK_MIME in out.get("data", {})
        ]
        failed = execute_reply["content"].get("ename")
        say(cell=cell_index, checks=checks, error=failed)
        cell.outputs = []

    client = Client(
        notebook, kernel_manager_class=OwnKernel, kernel_name="python3", allow_errors=True,
        timeout=None, record_timing=False, coalesce_streams=False, on_cell_executed=done,
        on_cell_execute=lambda cell_index, **_: say(begun=cell_index),
        resources={"metadata": {"path": str(work)}},
    )  # fmt: skip
    try:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(client.async_execute())
    except RuntimeError:
        say(kernel="ended")
        raise SystemExit(1) from None
    say(finished=True)


def _kill(manager: Any) -> None:
    """End the kernel at once; the client then finds it dead."""
    manager.provisioner.process.kill()


def _texts(content: dict[str, Any]) -> list[str]:
    """What a message shows as text: a stream, or the forms of an output."""
    shown = [content.get("text"), *(content.get("data") or {}).values()]
    return [text for text in shown if isinstance(text, str)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
