"""`jupyter nbconvert --to workbench`: an executed notebook as one offline, accessible page.

Cells become HTML through `templates/workbench/index.html.j2`; what comes from data passes
`clean.fragment`; `layout` puts the whole in order and `page.shell` makes the document.
"""

from __future__ import annotations

import base64
import hashlib
import platform
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

import nbconvert
from bs4 import BeautifulSoup
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import default
from traitlets.config import Config

from workbench.errors import ReportError
from workbench.report import answer, glossary, layout, page
from workbench.report.clean import PLACEHOLDER_ALT, fragment
from workbench.report.mathml import mathml

TABLE = "application/vnd.workbench.table+json"
FIGURE = "application/vnd.workbench.figure+json"

_ASSIGNED = re.compile(r"^\w+\s*(:[^=\n]+)?=(?!=)", re.MULTILINE)

# The first one that an output has is shown. Programs and widgets are not in the list: they show
# what they offer as HTML, image or text.
SHOWN = [
    answer.FINDING,
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/latex",
    "text/plain",
]


class _Renderer(IPythonRenderer):
    """Markdown with its formulas as MathML; `where` names the cell in errors."""

    def __init__(self, *, where: str, **options: Any) -> None:
        super().__init__(escape=False, embed_images=True, exclude_anchor_links=True, **options)
        self.where = where

    def inline_math(self, body: str) -> str:
        return mathml(body, display=False, where=self.where)

    def block_math(self, body: str) -> str:
        return mathml(body, display=True, where=self.where)

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


def _where(context: Context) -> str:
    """Notebook and cell that are being rendered; cells count from 1, text cells included."""
    name = context["resources"]["metadata"]["name"]
    cells = context["nb"].cells
    return f"{name}, cell {next(n for n, c in enumerate(cells, 1) if c is context['cell'])}"


@pass_context
def _markdown(context: Context, source: str) -> str:
    where = _where(context)
    renderer = _Renderer(
        where=where,
        attachments=context["cell"].get("attachments", {}),
        path=context["resources"]["metadata"].get("path", ""),
    )
    return fragment(MarkdownWithMath(renderer=renderer).render(source), where=where)


@pass_context
def _table_or_html(context: Context, output: Mapping[str, Any]) -> str:
    name = output["data"].get(TABLE, {}).get("name", "")
    inside = fragment(output["data"]["text/html"], where=_where(context))
    return f'<div class="out" data-name="{escape(name)}">{inside}</div>'


@pass_context
def _figure(context: Context, output: Mapping[str, Any], mime: str) -> str:
    about = {**output["metadata"], **output["metadata"].get(mime, {})}
    about = {**context["cell"].metadata, **about, **output["data"].get(FIGURE, {})}
    alt = str(about.get("alt") or "").strip()
    if not alt or alt == PLACEHOLDER_ALT:
        raise ReportError(
            f"{_where(context)}: expected a figure with an alternative text, got one without. "
            "Show it as a Figure with `alt`, or put `alt` into the cell's metadata."
        )
    data = output["data"][mime]
    if mime == "image/svg+xml":
        data = base64.b64encode(data.encode()).decode()
    source = f"data:{mime};base64,{''.join(data.split())}"
    return (
        f'<figure class="figure" data-name="{escape(str(about.get("name", "")))}"'
        f"{' data-lead=yes' if about.get('lead') else ''}>"
        f'<img src="{source}" alt="{escape(alt)}">'
        f"<figcaption>{escape(str(about.get('caption', '')))}</figcaption></figure>"
    )


def _finding(output: Mapping[str, Any]) -> str:
    return answer.box(output["data"][answer.FINDING])


def _sets_something(source: str) -> bool:
    """Whether code gives a name a value: imports alone are no knobs."""
    return _ASSIGNED.search(source) is not None


def source_hash(notebook: Mapping[str, Any]) -> str:
    """SHA-256 of the notebook's cells as written: kind and source, without outputs."""
    digest = hashlib.sha256()
    for cell in notebook["cells"]:
        digest.update(f"{cell['cell_type']}\0{cell['source']}\0".encode())
    return digest.hexdigest()


def _own_provenance(notebook: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    return [
        ("Notebook", f"{name}.ipynb"),
        ("SHA-256 of its cells", source_hash(notebook)),
        ("Python", platform.python_version()),
        ("nbconvert", nbconvert.__version__),
    ]


class WorkbenchExporter(HTMLExporter):
    """
    Notebook -> page.

    `resources["workbench"]` may hold `provenance` (pairs of label and value), `banner` (text),
    `page` (the name of the folder beside the page that holds its tables and figures as files;
    without it the page links to no files), `neighbours` (the names of the pages `previous` and
    `next`), `absent` (the names of pages that there are not, so that links to them are words) and
    `home` (the address of the index page; an empty one makes no link, and where it is not given no
    word links the glossary beside it).

    Raises
    ------
    ReportError
        A figure or image has no alternative text, or a formula cannot be read; names the cell.
    """

    export_from_notebook = "Workbench page"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "workbench"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(Path(__file__).parent / "templates")]

    @property
    def default_config(self) -> Config:
        """The parent's settings with our order of what an output is shown as."""
        config = super().default_config.copy()
        config.merge(Config({"NbConvertBase": {"display_data_priority": SHOWN}}))
        return config

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """The parent's filters and those of our template."""
        yield from super().default_filters()
        yield "markdown2html", _markdown
        yield "table_or_html", _table_or_html
        yield "figure", _figure
        yield "finding", _finding
        yield "sets_something", _sets_something

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page as text, and nbconvert's resources. `nb` is left as it was."""
        cells, resources = super().from_notebook_node(nb, resources, **kw)
        given = resources.get("workbench", {})
        name = resources["metadata"]["name"]
        soup = BeautifulSoup(cells, "html.parser")
        title = layout.arrange(
            soup, findings=answer.findings_in(nb), files=given.get("page"), name=name
        )
        layout.unlink(soup, given.get("absent", ()))
        if given.get("home"):
            beside = str(given["home"]).rpartition("/")[0]
            glossary.link_words(soup, f"{beside}/{glossary.SLUG}.html".lstrip("/"))
        document = page.shell(
            title=title,
            main_html=str(soup),
            toc_html=layout.table_of_contents(soup),
            banner=given.get("banner"),
            provenance=given.get("provenance") or _own_provenance(nb, name),
            neighbours=given.get("neighbours"),
            home=given.get("home", "index.html"),
        )
        return document, resources
