"""Figures, tables and notes as a notebook shows them; a figure has a text for who cannot see it.

Captions and alternative texts hold numbers, so studies make them by code; `report` numbers them,
and writes a CSV or PNG of each beside the page.
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from workbench import plots
from workbench.data import downloads
from workbench.errors import StudyError
from workbench.studies.spreadsheet import to_csv

TABLE_MIME = "application/vnd.workbench.table+json"
FIGURE_MIME = "application/vnd.workbench.figure+json"
EMPTY = "–"
# A run of Arabic words, with the blanks and signs between them.
ARABIC = re.compile(r"[\u0600-\u06ff](?:[\u0600-\u06ff\s…«»,.]*[\u0600-\u06ff])?")


def short_names(titles: Sequence[str]) -> dict[str, str]:
    """
    Title -> what figures and lists call it, where that tells all titles apart: they are narrow.

    That is the short title of a data set that the catalogue has one for, else the title up to its
    first comma or colon.
    """
    known = {one.title: one.short for one in downloads().values() if one.short}
    begin = {title: known.get(title) or re.split(r"[,:]", title)[0].strip() for title in titles}
    told_apart = len(set(begin.values())) == len(begin) and all(begin.values())
    return begin if told_apart else {title: title for title in titles}


@dataclass(frozen=True)
class Figure:
    """A drawn figure; `lead` marks the one that stands beside the answer, as Figure 1."""

    drawn: MatplotlibFigure
    name: str
    caption: str
    alt: str
    lead: bool = False

    def __post_init__(self) -> None:
        """Refuse a figure that a blind reader could not read."""
        if not self.alt.strip() or not self.caption.strip():
            raise StudyError(
                f"figure {self.name}: expected a caption and an alternative text, got an empty "
                "one. Write both in the study; they say the numbers."
            )
        plots.fit_titles(self.drawn)

    def png(self) -> bytes:
        """The figure as PNG bytes, without a date, so that equal figures are equal bytes."""
        buffer = io.BytesIO()
        self.drawn.savefig(
            buffer, format="png", dpi=160, bbox_inches="tight", metadata={"Software": None}
        )
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        about = {"name": self.name, "caption": self.caption, "alt": self.alt, "lead": self.lead}
        data = {
            "text/plain": self.alt,
            "image/png": base64.b64encode(self.png()).decode(),
            FIGURE_MIME: about,
        }
        return data, {"image/png": about}


def _readable(text: str) -> str:
    """Escaped text; its Arabic words say which way and in which language they are read."""
    escaped = html.escape(text)
    return ARABIC.sub(r'<span dir="rtl" lang="ar">\g<0></span>', escaped)


@dataclass(frozen=True)
class TableView:
    """
    A tidy table with a caption, for reading; the CSV beside the page keeps full precision.

    `formats` maps a column to a format string such as ``{:.1f}`` or to a function from value to
    text; other numbers are printed with three significant digits, whole numbers with thousands
    separators. `labels` renames columns for the reader only. An empty value prints as an en dash.
    `below` names for a column others that stand under it in its cell; `hidden` are in the CSV only;
    `folded` is the line behind which the table waits until somebody opens it.
    """

    frame: pd.DataFrame
    name: str
    caption: str
    labels: dict[str, str] | None = None
    formats: Mapping[str, str | Callable[[Any], str]] | None = None
    below: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hidden: Sequence[str] = ()
    folded: str = ""

    def _cell(self, column: str, value: Any) -> str:
        if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
            return EMPTY
        if self.formats and column in self.formats:
            form = self.formats[column]
            return form.format(value) if isinstance(form, str) else form(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int) or (hasattr(value, "dtype") and value.dtype.kind in "iu"):
            return f"{value:,}"
        if isinstance(value, float):
            return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
        return str(value)

    def _columns(self) -> list[str]:
        """The columns that have a place of their own on the page."""
        under = {name for names in self.below.values() for name in names}
        return [c for c in self.frame.columns if c not in under and c not in self.hidden]

    def _full_cell(self, column: str, row: Mapping[Any, Any]) -> str:
        """A cell as HTML, with what stands below its value, as far as there is something."""
        lower = (self._cell(name, row[name]) for name in self.below.get(column, ()))
        texts = [self._cell(column, row[column]), *(text for text in lower if text != EMPTY)]
        return "<br>".join(map(_readable, "\n".join(texts).split("\n")))

    def to_html(self) -> str:
        """The table as HTML; every value is escaped."""
        labels, columns = self.labels or {}, self._columns()
        numeric = {c for c in columns if pd.api.types.is_numeric_dtype(self.frame[c])}
        head = "".join(
            f'<th scope="col"{" class=num" if c in numeric else ""}>'
            f"{html.escape(str(labels.get(c, c)))}</th>"
            for c in columns
        )
        names = list(self.frame.columns)
        records = (
            dict(zip(names, row, strict=True))
            for row in self.frame.itertuples(index=False, name=None)
        )
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td{' class=num' if c in numeric else ''}>{self._full_cell(c, row)}</td>"
                for c in columns
            )
            + "</tr>"
            for row in records
        )
        caption = f"<caption>{html.escape(self.caption)}</caption>"
        table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        if not self.folded:
            return table
        return f"<details><summary>{html.escape(self.folded)}</summary>{table}</details>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        about = {
            "name": self.name,
            "caption": self.caption,
            "csv": to_csv(self.frame),
        }
        return {
            "text/plain": f"{self.caption}\n{self.frame.to_string(index=False)}",
            "text/html": self.to_html(),
            TABLE_MIME: about,
        }


@dataclass(frozen=True)
class Note:
    """A sentence in place of a table or figure that there is nothing to fill with (Markdown)."""

    text: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": self.text, "text/markdown": self.text}
