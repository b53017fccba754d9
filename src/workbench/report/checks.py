"""The page of checks: what was tried on known truths, on others' numbers, and where rows went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup

from workbench.report import layout
from workbench.report.listed import Page, link
from workbench.report.page import shell
from workbench.report.results import framed
from workbench.studies.calibration.shown import STALE
from workbench.studies.checked import calibration_by_hypothesis, coverage_by_study
from workbench.studies.must_fail.shown import (
    NOT_TRIED,
    TRIED_BEFORE,
    must_fail_figure,
    must_fail_table,
)
from workbench.studies.present import Figure, TableView

TITLE = "How we check ourselves"
SLUG = "checks"
# Tables of pages that this page gathers: name -> the number of the notebook that shows it.
OUTSIDE, PUBLISHED, READING = "outside-checks", "validation", "set-aside"
GATHERED = {OUTSIDE: "A2", PUBLISHED: "00", READING: "00"}
PASS, SAME = "pass", "yes"


@dataclass(frozen=True)
class Gathered:
    """Tables by name, the pages that they are from, and all pages there are."""

    tables: Mapping[str, pd.DataFrame]
    used: frozenset[str]
    pages: Sequence[Page]


def gather(output: Path, pages: Sequence[Page]) -> Gathered:
    """The tables of `GATHERED` from the files beside the pages in `output`."""
    places = {
        name: (page.slug, output / page.slug / f"{name}.csv")
        for name, number in GATHERED.items()
        for page in pages
        if page.slug.startswith(f"{number}_")
    }
    there = {name: place for name, place in places.items() if place[1].is_file()}
    tables = {name: pd.read_csv(path) for name, (_, path) in there.items()}
    return Gathered(tables, frozenset(slug for slug, _ in there.values()), pages)


def checks_page(gathered: Gathered, *, provenance: Sequence[tuple[str, str]] = ()) -> str:
    """
    The page as one HTML document.

    Every count in it is computed: from the kept calibration table, from the catalogue of mistakes,
    and from the tables that other pages show; a page that is not there is named with what to type.
    """
    sections = [*_of_the_code(), _outside(gathered), _published(gathered), _reading(gathered)]
    listed = "".join(f"<li>{one.said}</li>" for one in sections)
    parts = [
        f"<h1>{TITLE}</h1>",
        "<p>An answer is worth as much as what was done to find it wrong. A check that is missing "
        "forbids the word <em>supported</em>, and every page names those that its answers passed, "
        "failed, or still lack.</p>",
        f"<ul>{listed}</ul>",
        *(f"<h2>{one.title}</h2>{one.body}" for one in sections),
        "<h2>Estimators against papers and other programs</h2>",
        "<p>Every estimator is held against numbers of others by the tests of the code; "
        "<code>docs/validation.md</code> sets each of them beside ours.</p>",
    ]
    soup = BeautifulSoup("\n".join(parts), "html.parser")
    title = layout.arrange(soup, findings=(), files=None, name=TITLE)
    return shell(
        title=title, main_html=str(soup), toc_html=layout.table_of_contents(soup),
        provenance=provenance,
    )  # fmt: skip


def _table(view: TableView) -> str:
    return f'<div class="out">{view.to_html()}</div>'


def _figures(figures: Iterable[Figure]) -> str:
    return "".join(map(framed, figures))


@dataclass(frozen=True)
class Section:
    """One kind of check: its heading, what came of it in a sentence, and the whole as HTML."""

    title: str
    said: str
    body: str


@cache
def _of_the_code() -> tuple[Section, Section]:
    """What the kept table says of methods and of mistakes: the same for all pages of a process."""
    return _calibration(), _mistakes()


def _calibration() -> Section:
    view = calibration_by_hypothesis()
    parts = [_table(view)]
    for study, figure in coverage_by_study().items():
        named = replace(figure, name=f"{figure.name}-{study}")
        parts += [f"<h3>Study {escape(study.lstrip('0'))}, world by world</h3>", _figures([named])]
    results = list(view.frame["result"])
    counts = ", ".join(f"{results.count(one)} {one}" for one in dict.fromkeys(results))
    said = f"Methods of {len(results)} hypotheses, where the truth is known: {counts}."
    return Section("Is the method right where the truth is known?", said, "".join(parts))


def _mistakes() -> Section:
    view, drawn = must_fail_table(), must_fail_figure()
    shown, reasons = view.frame["shown"].dropna(), list(view.frame["not shown because"].dropna())
    said = (
        f"Tempting mistakes: {int(shown.sum())} of {len(view.frame)} err as stated where a better "
        "analysis does not"
        if len(shown)
        else f"Tempting mistakes: {len(view.frame)} are listed"
    )
    before = reasons.count(STALE)
    counted = {TRIED_BEFORE: before, NOT_TRIED: len(reasons) - before}
    said += "".join(f"; {count} {why}" for why, count in counted.items() if count) + "."
    body = (
        "<p>A tempting analysis is not wrong because somebody says so: each of these was run on "
        f"data whose truth is known.</p>{_table(view)}{_figures([drawn] if drawn else [])}"
    )
    return Section("Do tempting mistakes show?", said, body)


def _from_page(gathered: Gathered, name: str) -> str:
    """Where a table is from; where it is not there, what to type."""
    number = GATHERED[name]
    own = [page for page in gathered.pages if page.slug.startswith(f"{number}_")]
    if name in gathered.tables:
        return f"<p>From {link(own[0])}.</p>"
    said = f"{link(own[0])} has no such table." if own else "Its page has not been made."
    return f"<p>{said} Type <code>workbench run --study {number}</code>.</p>"


def _gathered(
    gathered: Gathered, name: str, title: str, kind: str, shown: Callable[[pd.DataFrame], TableView]
) -> Section:
    """A table of another page with its caption, which is also what is said of it on top."""
    table, where = gathered.tables.get(name), _from_page(gathered, name)
    if table is None:
        return Section(title, f"{kind}: not here yet.", where)
    view = shown(table)
    return Section(title, escape(view.caption), _table(view) + where)


def _outside(gathered: Gathered) -> Section:
    def shown(table: pd.DataFrame) -> TableView:
        good = int((table["result"] == PASS).sum())
        caption = (
            f"Analyses of others, made again from their data: in {good} of {len(table)} data sets "
            "all numbers agree."
        )
        return TableView(table, OUTSIDE, caption, hidden=list(table.columns[6:]))

    title = "Do we get the numbers that others got?"
    return _gathered(gathered, OUTSIDE, title, "Analyses of others", shown)


def _published(gathered: Gathered) -> Section:
    def shown(table: pd.DataFrame) -> TableView:
        same = int((table["the same"] == SAME).sum())
        caption = f"Counts that others published: {same} of {len(table)} are the same here."
        return TableView(table, PUBLISHED, caption)

    title = "Do we count what others counted?"
    return _gathered(gathered, PUBLISHED, title, "Counts that others published", shown)


def _reading(gathered: Gathered) -> Section:
    def shown(table: pd.DataFrame) -> TableView:
        sums = reading_table(table)
        holds = int((sums["read = kept + set aside"] == SAME).sum())
        caption = (
            f"Rows read, kept and set aside: in {holds} of {len(sums)} data sets, table by table, "
            "what was read is what was kept and what was set aside."
        )
        return TableView(sums, READING, caption)

    return _gathered(gathered, READING, "Where did the rows go?", "Rows read", shown)


def reading_table(table: pd.DataFrame) -> pd.DataFrame:
    """One row a data set: rows read, kept and set aside, and whether they add up in each table."""
    adds_up = table["read"] == table["kept"] + table["set aside"]
    rows = table.assign(holds=adds_up).groupby("data set", sort=False)
    sums = rows[["read", "kept", "set aside"]].sum()
    sums["read = kept + set aside"] = rows["holds"].all().map({True: SAME, False: "NO"})
    return sums.reset_index()
