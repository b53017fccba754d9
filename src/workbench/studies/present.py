"""Figures and tables as a notebook shows them: with a name, a caption and, for figures, a text.

Captions and alternative texts hold numbers, so studies make them by code; `report` numbers them,
and writes a CSV or PNG of each beside the page.
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from workbench.errors import StudyError

TABLE_MIME = "application/vnd.workbench.table+json"
FIGURE_MIME = "application/vnd.workbench.figure+json"
# A run of Arabic words, with the blanks and signs between them.
ARABIC = re.compile(r"[\u0600-\u06ff](?:[\u0600-\u06ff\s…«»,.]*[\u0600-\u06ff])?")


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
    """

    frame: pd.DataFrame
    name: str
    caption: str
    labels: dict[str, str] | None = None
    formats: Mapping[str, str | Callable[[Any], str]] | None = None

    def _cell(self, column: str, value: Any) -> str:
        if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
            return "–"
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

    def to_html(self) -> str:
        """The table as HTML; every value is escaped."""
        labels = self.labels or {}
        numeric = {c for c in self.frame.columns if pd.api.types.is_numeric_dtype(self.frame[c])}
        head = "".join(
            f'<th scope="col"{" class=num" if c in numeric else ""}>'
            f"{html.escape(str(labels.get(c, c)))}</th>"
            for c in self.frame.columns
        )
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td{' class=num' if c in numeric else ''}>{_readable(self._cell(c, v))}</td>"
                for c, v in zip(self.frame.columns, row, strict=True)
            )
            + "</tr>"
            for row in self.frame.itertuples(index=False, name=None)
        )
        caption = f"<caption>{html.escape(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        about = {
            "name": self.name,
            "caption": self.caption,
            "csv": self.frame.to_csv(index=False, lineterminator="\n"),
        }
        return {
            "text/plain": f"{self.caption}\n{self.frame.to_string(index=False)}",
            "text/html": self.to_html(),
            TABLE_MIME: about,
        }
