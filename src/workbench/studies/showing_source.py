"""The code of a step, for who wants to see what a knob changes: first in words, then folded."""

from __future__ import annotations

import ast
import html
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from workbench import errors
from workbench.errors import StudyError

PACKAGE = Path(errors.__file__).parent
# `wrapcode`: a decorator inside a code element is nobody's handle for the check of pages.
LOOK = HtmlFormatter(cssclass="highlight source", wrapcode=True)


@dataclass(frozen=True)
class Source:
    """
    The code of one step as a notebook shows it.

    name : of the function. place : its file within the package. words : its docstring. code : the
    rest of it.
    """

    name: str
    place: str
    words: str
    code: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        lines = len(self.code.splitlines())
        summary = f"The code of {self.name} ({self.place}, {lines} lines)"
        words = "".join(
            f"<p>{html.escape(' '.join(part.split()))}</p>" for part in self.words.split("\n\n")
        )
        # Pages have colours of their own and take the style element out; a notebook needs it.
        style = f"<style>{LOOK.get_style_defs('.highlight.source')}</style>"
        code = highlight(self.code, PythonLexer(), LOOK)
        return {
            "text/plain": f"{summary}\n{self.words}\n\n{self.code}",
            "text/html": f"{style}<details><summary>{html.escape(summary)}</summary>"
            f"{words}{code}</details>",
        }


def show_source(step: Callable[..., Any]) -> Source:
    """
    The code of a step of a study, such as `show_source(study.contrasts)`.

    Raises
    ------
    StudyError
        It is no function of the workbench.
    """
    function = inspect.unwrap(step) if callable(step) else step
    path = inspect.getsourcefile(function) if inspect.isfunction(function) else None
    if path is None or not Path(path).is_relative_to(PACKAGE):
        raise StudyError(
            f"show_source: expected a function of the workbench, got {type(step).__name__}. "
            "Name a step without brackets behind it, such as show_source(study.selection)."
        )
    written = textwrap.dedent(inspect.getsource(function))
    return Source(
        function.__name__,
        Path(path).relative_to(PACKAGE).as_posix(),
        inspect.getdoc(function) or "",
        _without_words(written),
    )


def _without_words(written: str) -> str:
    """A function's text without its docstring."""
    function = ast.parse(written).body[0]
    assert isinstance(function, ast.FunctionDef)
    lines, first = written.splitlines(), function.body[0]
    if ast.get_docstring(function) is not None:
        del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines)
