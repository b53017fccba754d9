"""Notebooks made by hand as if they had been run: what a page is made of."""

from __future__ import annotations

import nbformat
import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.studies.finding import Finding
from workbench.studies.present import Figure, TableView

INTRO = """# 1 · Does a quick reply bring newcomers back?

*You will learn* to treat a silent thread as still waiting. *Data*: two invented communities.
See [the estimand](#What-exactly-we-compare) and [the next page](02_next.ipynb).

<blockquote dir="rtl" lang="ar">التعليقات السريعة تعيد الأعضاء الجدد إلى المجتمع</blockquote>
"""
FORMULAS = r"""## What exactly we compare

The share still waiting after $t$ hours is $S(t)$, and

$$\hat S(t) = \prod_{t_i \le t} \left(1 - \frac{d_i}{n_i}\right)$$

| word | meaning |
| --- | --- |
| censored | still waiting when the record ends |

### A longer formula

\begin{align*} a &= b + c \\ d &= e \end{align*}
"""


def finding(**changes: object) -> Finding:
    """An invented finding; `changes` replace its fields."""
    fields: dict[str, object] = {
        "hyp_id": "H1.1", "claim_ids": "C15", "study": "01", "dataset_id": "garden",
        "is_simulated": False, "grade": "C", "prespecified": True, "estimand": "return in 30 days",
        "scale": "risk difference", "estimate": 0.012, "se": 0.01, "ci_low": -0.008,
        "ci_high": 0.032, "p": 0.21, "family": "garden", "sesoi": 0.02, "n": 1200,
        "clusters": None, "config_hash": "a1", "code_commit": "b2",
        "verdict": "inconclusive (too imprecise to decide)",
        "community": "Garden <script>alert(1)</script>",
        "question": "Do newcomers who are answered within a day come back more often?",
        "answer": "Of 100 newcomers answered within 24 hours, about 1 more posted again than of "
        "100 comparable others; the data are compatible with anything from 1 fewer to 3 more.",
        "trust": "Nobody was answered at random; quick answers go to better questions.",
        "change": "Twice as many newcomers, or a month in which answers were late by accident.",
        "technical": "Risk difference 0.012 (95 % −0.008 to 0.032), n = 1,200; p = 0.21.",
        "primary": True,
    }  # fmt: skip
    return Finding(**(fields | changes))


def drawing() -> MatplotlibFigure:
    """A small line on axes."""
    figure = MatplotlibFigure(figsize=(6, 3.2))
    axes = figure.subplots()
    axes.plot([0, 6, 12, 24], [1.0, 0.6, 0.4, 0.3])
    axes.set(xlabel="Hours since the question", ylabel="Share still waiting")
    return figure


def shown(thing: object) -> nbformat.NotebookNode:
    """The output that a notebook keeps when a cell ends in `thing`."""
    bundle = thing._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return new_output("display_data", data=data, metadata=metadata)


def markup(html: str) -> nbformat.NotebookNode:
    """An output that is HTML and nothing else."""
    return new_output("display_data", data={"text/html": html})


def code(source: str, *outputs: nbformat.NotebookNode, tags: tuple[str, ...] = ()):
    """An executed code cell."""
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook of these cells with fixed ids."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=list(cells), metadata={"language_info": {"name": "python"}})


def everything() -> nbformat.NotebookNode:
    """A notebook with one of each thing that a page can hold."""
    wide = pd.DataFrame({f"a long heading {n}": [n * 1234.5, n / 7] for n in range(14)})
    tags = pd.DataFrame({"tag": ["<script>alert(2)</script>", "python"], "threads": [1200, 31]})
    plain = pd.DataFrame({"hours": [1.5, 22.25]}, index=pd.Index(["asked", "answered"]))
    waiting = Figure(
        drawing(), "waiting", "Share still waiting.", "A falling line: 1 to 0.3.", True
    )
    other = Figure(drawing(), "other", "Again, for <b>others</b>.", "The same falling line.")
    second = {"community": "Archive", "verdict": "supported", "hyp_id": "H1.2"}
    return notebook(
        new_markdown_cell(INTRO),
        code("HOURS = 24  # try 1\nDAYS = 30", tags=("parameters",)),
        new_markdown_cell(FORMULAS),
        code("study.others()", shown(other)),
        code("study.waiting()", shown(waiting)),
        code("study.tags()", shown(TableView(tags, "tags", "Threads a tag."))),
        code("study.wide()", shown(TableView(wide, "wide", "A wide table."))),
        code("plain", new_output("execute_result", data={"text/html": plain.to_html()})),
        new_markdown_cell("## What we found"),
        code("study.finding()", shown(finding())),
        code("study.second()", shown(finding(**second)), tags=("hide-input",)),
        code(
            "study.third()",
            shown(
                finding(primary=False, verdict="exploratory: leans against (opposite direction)")
            ),
        ),
        code(
            "print('a' * 200)",
            new_output("stream", name="stdout", text="a" * 200 + "\n"),
            new_output("stream", name="stderr", text="\x1b[31mslow\x1b[0m & steady\n"),
        ),
        new_markdown_cell("## Exercises"),
        code("1 + 1", new_output("execute_result", data={"text/plain": "2"}), tags=("solution",)),
        new_markdown_cell("Because **both** count.", metadata={"tags": ["solution"]}),
        code(
            "1 / 0",
            new_output(
                "error",
                ename="ZeroDivisionError",
                evalue="division by zero",
                traceback=["\x1b[31m<cell>\x1b[0m line 1", "ZeroDivisionError: division by zero"],
            ),
        ),
    )
