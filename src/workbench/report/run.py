"""Run one notebook in a kernel of this interpreter, and say in one line how it ended."""

from __future__ import annotations

import asyncio
import atexit
import builtins
import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from traitlets import default

from workbench import errors
from workbench.errors import ReportError

QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
# What these quote are names in code, which are no data.
ABOUT_CODE = (AttributeError, NameError, ImportError, TypeError)
PACKAGE = Path(errors.__file__).parent
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"^File (.+?):(\d+), in (\w+)", re.MULTILINE)


class _OwnKernelSpecs(KernelSpecManager):
    """One kernel under every name: this interpreter's, whatever is installed elsewhere."""

    def get_kernel_spec(self, _name: str) -> KernelSpec:
        # ipykernel warns at every start of a kernel without frozen modules: level 40 is errors.
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(
            argv=[*command, "--log-level=40"], display_name="Python 3", language="python"
        )


class OwnKernel(AsyncKernelManager):
    """
    A kernel manager that knows only the kernel above, and talks to it through files.

    Network ports are chosen here and bound by the kernel a moment later; another program can take
    one in between. Files cannot be taken, but Windows has no such sockets.
    """

    @default("kernel_spec_manager")
    def _own_specs(self) -> _OwnKernelSpecs:
        return _OwnKernelSpecs(parent=self)

    @default("transport")
    def _files_where_possible(self) -> str:
        return "tcp" if os.name == "nt" else "ipc"

    @default("connection_file")
    def _short_path(self) -> str:
        # A socket's path may have about a hundred letters, so it cannot lie in the output folder.
        return str(Path(tempfile.mkdtemp(prefix="workbench-")) / "kernel.json")

    def cleanup_connection_file(self) -> None:
        """Remove the file and the folder that was made for it."""
        super().cleanup_connection_file()
        shutil.rmtree(Path(self.connection_file).parent, ignore_errors=True)


@dataclass
class Kernels:
    """The kernels that run now, so that an interrupted build can end them from its main thread."""

    running: list[NotebookClient] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """End every running kernel, and let no other start a cell."""
        self.stopped.set()
        for client in list(self.running):
            manager = client.km
            process = getattr(getattr(manager, "provisioner", None), "process", None)
            if process is not None:
                process.kill()


@dataclass(frozen=True)
class Run:
    """An executed notebook; `problem` is one line that says where it stopped, None if nowhere."""

    notebook: NotebookNode
    problem: str | None


def read_notebook(path: Path) -> NotebookNode:
    """The notebook at `path`; a file that is none is a ReportError."""
    try:
        return nbformat.read(path, as_version=4)
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        raise ReportError(
            f"{path.name}: expected a Jupyter notebook, got another kind of file "
            f"({type(error).__name__}). Open it in JupyterLab and save it again."
        ) from error


def kernel_environment(
    datasets: Sequence[str],
    extra: Mapping[str, str],
    *,
    profile: Path,
    base: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """
    The environment of a kernel: `base`, and what makes two runs give equal bytes.

    `base` is the caller's environment where it is not given. `profile` is an empty folder in place
    of the user's IPython profile, whose start-up files would run inside every report. A relative
    `WORKBENCH_DATA` is read from the caller's folder.
    """
    own = {
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "IPYKERNEL_CELL_NAME": "notebook",
        "IPYTHONDIR": str(profile),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OPENBLAS_NUM_THREADS": "1",
        "WORKBENCH_DATASETS": ",".join(datasets),
    }
    whole = {**(os.environ if base is None else base), **own, **extra}
    folders = {
        name: str(Path(whole[name]).absolute())
        for name in ("WORKBENCH_DATA", "WORKBENCH_RAW", "WORKBENCH_REPORTS")
        if whole.get(name)
    }
    return {**whole, **folders}


def execute(
    path: Path,
    *,
    environment: Mapping[str, str],
    kernels: Kernels,
    on_cell: Callable[[int, int], None],
) -> Run:
    """
    Run every code cell of the notebook at `path`, in the notebook's own folder.

    `on_cell` is told the number of each code cell when it begins, counted from 1 with the text
    cells, and how many cells there are. The notebook comes back as far as it got; no file is
    written.

    Raises
    ------
    ReportError
        The file is no notebook.
    """
    notebook = read_notebook(path)
    total = len(notebook.cells)
    begun: list[int] = []

    def count(cell_index: int, **_: Any) -> None:
        if kernels.stopped.is_set():
            raise RuntimeError("the build was interrupted")
        begun.append(cell_index + 1)
        on_cell(cell_index + 1, total)

    client = NotebookClient(
        notebook,
        kernel_manager_class=OwnKernel,
        kernel_name="python3",
        record_timing=False,
        timeout=None,
        on_cell_execute=count,
        resources={"metadata": {"path": str(path.parent)}},
    )
    kernels.running.append(client)
    try:
        # A selector loop, because the kernel's sockets need one on Windows; closed when done.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(client.async_execute(env=dict(environment)))
    except CellExecutionError as error:
        what = _without_data(error, source=notebook.cells[begun[-1] - 1].source)
        return Run(notebook, f"{path.stem}: cell {begun[-1]} of {total} stopped with {what}")
    except RuntimeError:
        # nbclient leaves its clean-up behind when a kernel does not start; it would fail at exit.
        atexit.unregister(client._cleanup_kernel)
        place = f"in cell {begun[-1]} of {total}" if begun else "before its first cell"
        return Run(notebook, f"{path.stem}: the kernel ended {place}")
    finally:
        kernels.running.remove(client)
    return Run(notebook, None)


def _without_data(error: CellExecutionError, *, source: str) -> str:
    """The error's type and first line; quoted words that are not in the cell could be data."""
    kind = error.ename
    first = next(iter(error.evalue.strip().splitlines()), "")
    if _is(kind, errors, (errors.WorkbenchError,)):
        return f"{kind}: {first}"

    def masked(found: re.Match[str]) -> str:
        inside = found[1] or found[2] or ""
        return found[0] if inside in source else "'…'"

    # pandas quotes values, not names, in the TypeError of a conversion that failed.
    of_code = _is(kind, builtins, ABOUT_CODE) and "convert" not in first.lower()
    said = first if of_code else QUOTED.sub(masked, first)
    return f"{kind}: {said[:160]}".rstrip(": ") + _stopped_at(error.traceback)


def _is(kind: str, module: ModuleType, bases: tuple[type, ...]) -> bool:
    """Whether the module has an error of that name that is one of `bases`."""
    known = getattr(module, kind, None)
    return isinstance(known, type) and issubclass(known, bases)


def _stopped_at(traceback: str) -> str:
    """File, line and function of the innermost frame inside the package; empty where none is."""
    frames = FRAME.findall(COLOURS.sub("", traceback))
    # IPython writes the user's folder as a tilde.
    paths = [(Path(file).expanduser(), line, function) for file, line, function in frames]
    inside = [
        f" (in {path.relative_to(PACKAGE).as_posix()}:{line}, {function})"
        for path, line, function in paths
        if path.is_relative_to(PACKAGE)
    ]
    return inside[-1] if inside else ""
