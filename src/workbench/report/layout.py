"""The order of a page: answer on top, figures and tables numbered, headings with addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag

from workbench.report.answer import answer_box

_NUMBER = re.compile(r"[-−+±<>≤≥]?\s?[\d.,]+(e[-+]?\d+)?\s?%?|–|NaN|<NA>|None")
# An estimate with its interval, a range, a share: numbers with few words between them.
_FIGURES = re.compile(r"(?=.*\d)[\W\d_]*(?:(?:to|of|in|and|from)\b[\W\d_]*)*")
# Letters from which a column of text needs room: more for sentences, most for quotations.
_WORDS, _PROSE, _LONG = 16, 48, 120
_NUMBERED = ".out table, table:has(> caption)"
# Addresses that the document around the text uses itself.
_TAKEN = ("main", "contents", "provenance")


def _parse(markup: str) -> BeautifulSoup:
    return BeautifulSoup(markup, "html.parser")


def _first_heading(soup: BeautifulSoup, name: str) -> Tag:
    heading = soup.find("h1")
    if heading is None:
        heading = soup.new_tag("h1", string=name)
        soup.insert(0, heading)
    return heading


def _hoist(
    soup: BeautifulSoup, heading: Tag, findings: Sequence[Mapping[str, Any]]
) -> list[tuple[Tag, Tag]]:
    """Put the answer below the title with the lead figure in it; (figure, note left behind)."""
    markup = answer_box(findings)
    if not markup:
        return []
    heading.insert_after(_parse(markup))
    place = soup.select_one("section.answer > .lead")
    assert place is not None
    moved = []
    for figure in soup.select("figure[data-lead]"):
        note = soup.new_tag("p", attrs={"class": "moved"})
        figure.replace_with(note)
        place.append(figure)
        moved.append((figure, note))
    if not moved:
        place.decompose()
    return moved


def _point_up(soup: BeautifulSoup, moved: Sequence[tuple[Tag, Tag]]) -> None:
    """Say where a figure went, at the place it was moved from."""
    for figure, note in moved:
        label = figure.select_one("figcaption > b")
        assert label is not None
        link = soup.new_tag("a", string=label.get_text()[:-1], attrs={"href": f"#{figure['id']}"})
        note.extend([link, " stands on top of the page, beside the answer."])


def _label(soup: BeautifulSoup, caption: Tag, label: str) -> None:
    """`Figure 1.` before a caption, in bold."""
    bold = soup.new_tag("b", string=f"{label}.")
    caption.insert(0, bold, " ")


def _file_link(soup: BeautifulSoup, files: str | None, name: str, ending: str, text: str) -> Tag:
    line = soup.new_tag("p", attrs={"class": "file"})
    address = f"{quote(files or '')}/{quote(name)}.{ending}"
    line.append(soup.new_tag("a", string=text, attrs={"href": address}))
    return line


def _number_figures(soup: BeautifulSoup, files: str | None) -> None:
    for number, figure in enumerate(soup.select("figure[data-name]"), 1):
        name = str(figure.attrs.pop("data-name"))
        figure.attrs.pop("data-lead", None)
        figure["id"] = f"fig-{number}"
        caption = figure.find("figcaption")
        assert caption is not None
        _label(soup, caption, f"Figure {number}")
        if files and name:
            text = f"Figure {number} as a file (PNG)"
            figure.append(_file_link(soup, files, name, "png", text))


def _scopes(table: Tag) -> None:
    """Say what each header heads; a header without words is a plain cell."""
    for header in table.find_all("th"):
        if not header.get_text(strip=True):
            header.name = "td"
            header.attrs.pop("scope", None)
        elif header.find_parent("thead") or header.get("scope") == "col":
            wide = int(str(header.get("colspan", "1"))) > 1
            header["scope"] = "colgroup" if wide else "col"
        else:
            tall = int(str(header.get("rowspan", "1"))) > 1
            header["scope"] = "rowgroup" if tall else "row"


def _right_align_numbers(table: Tag) -> None:
    """Mark the columns of a plain grid whose cells are all numbers."""
    if table.select_one("[colspan], [rowspan]"):
        for cell in table.find_all("td"):
            if _NUMBER.fullmatch(cell.get_text(strip=True)):
                cell["class"] = "num"
        return
    rows = [row.find_all(["th", "td"]) for row in table.select("tbody tr")]
    heads = [row.find_all(["th", "td"]) for row in table.select("thead tr")]
    for place in range(max(map(len, rows), default=0)):
        column = [row[place] for row in rows if place < len(row)]
        if all(c.name == "td" and _NUMBER.fullmatch(c.get_text(strip=True)) for c in column):
            for cell in column + [row[place] for row in heads if place < len(row)]:
                cell["class"] = "num"


def _is_figure(text: str) -> bool:
    short = len(text) <= _WORDS and any(letter.isdigit() for letter in text)
    return text == "–" or short or _FIGURES.fullmatch(text) is not None


def _widths(table: Tag) -> None:
    """Mark columns of text, so that rows stay low, and numbers with words, which stay together."""
    if table.select_one("[colspan], [rowspan]"):
        return
    rows = [row.find_all(["th", "td"]) for row in table.select("tbody tr")]
    for place in range(max(map(len, rows), default=0)):
        column = [row[place] for row in rows if place < len(row)]
        texts = [cell.get_text(" ", strip=True) for cell in column]
        longest = max(map(len, texts))
        if all(_is_figure(text) for text in texts):
            kind = "figures"
        elif longest > _WORDS:
            # A table of a few columns fits a telephone as it is; another one scrolls anyway.
            most = "long" if longest > _LONG and len(rows[0]) > 4 else "prose"
            kind = most if longest > _PROSE else "words"
        else:
            continue
        for cell in column:
            cell["class"] = " ".join([*filter(None, cell.get_attribute_list("class")), kind])


def _scrollable(soup: BeautifulSoup, table: Tag) -> Tag:
    """Put a table into a frame that scrolls sideways, by keyboard too; returns the frame."""
    return table.wrap(
        soup.new_tag("div", attrs={"class": "scroll", "role": "region", "tabindex": "0"})
    )


def _caption(soup: BeautifulSoup, table: Tag, number: int) -> Tag:
    """Frame a shown table with its number and caption; returns the frame."""
    old = table.find("caption")
    caption = soup.new_tag("figcaption", attrs={"id": f"tab-{number}-caption"})
    if old is not None:
        caption.extend(list(old.contents))
        old.decompose()
    _label(soup, caption, f"Table {number}")
    scroll = _scrollable(soup, table)
    table["aria-labelledby"] = scroll["aria-labelledby"] = caption["id"]
    frame = scroll.wrap(soup.new_tag("figure", attrs={"class": "table", "id": f"tab-{number}"}))
    frame.insert(0, caption)
    return frame


def _number_tables(soup: BeautifulSoup, files: str | None) -> None:
    """Number tables that a cell shows or that have a caption; others get a frame and a name."""
    for table in soup.find_all("table"):
        _scopes(table)
        _right_align_numbers(table)
        _widths(table)
    for number, table in enumerate(soup.select(_NUMBERED), 1):
        holder = table.find_parent(attrs={"data-name": True})
        frame = _caption(soup, table, number)
        if files and holder and holder["data-name"]:
            text = f"Table {number} with all digits (CSV)"
            frame.append(_file_link(soup, files, str(holder["data-name"]), "csv", text))
    for number, table in enumerate(soup.select("table:not([aria-labelledby])"), 1):
        headers = ", ".join(th.get_text(" ", strip=True) for th in table.select("thead th"))
        _scrollable(soup, table)["aria-label"] = f"Table in the text, {number}: {headers}"
    for holder in soup.select("div[data-name]"):
        del holder["data-name"]


def _address_headings(soup: BeautifulSoup) -> None:
    """Addresses as Jupyter makes them, so that the same links work in the notebook."""
    taken = {*_TAKEN, *(str(tag["id"]) for tag in soup.select("[id]"))}
    for heading in soup.select("h1, h2, h3, h4, h5, h6"):
        if "id" in heading.attrs:
            continue
        base = re.sub(r"\s+", "-", heading.get_text().strip()) or "section"
        address, count = base, 1
        while address in taken:
            count += 1
            address = f"{base}-{count}"
        taken.add(address)
        heading["id"] = address


def arrange(
    soup: BeautifulSoup,
    *,
    findings: Sequence[Mapping[str, Any]],
    files: str | None,
    name: str,
) -> str:
    """
    Put the inside of a page in order, in place; returns its title.

    `findings` are those of the notebook; `files` is the folder beside the page with a PNG of each
    named figure and a CSV of each named table, or None; `name` is the title of a text without one.
    """
    heading = _first_heading(soup, name)
    title = heading.get_text(" ", strip=True)
    moved = _hoist(soup, heading, findings)
    _number_figures(soup, files)
    _point_up(soup, moved)
    _number_tables(soup, files)
    _address_headings(soup)
    for wide in soup.select("pre, math[display=block]"):
        wide["tabindex"] = "0"  # it may scroll sideways, and must do so by keyboard too
    return title


def unlink(soup: BeautifulSoup, absent: Sequence[str]) -> None:
    """Leave of each link to a page that there is not its words."""
    nowhere = {f"{quote(name)}.html" for name in absent}
    for link in soup.select("a[href]"):
        if str(link["href"]).partition("#")[0] in nowhere:
            link.unwrap()


def table_of_contents(soup: BeautifulSoup) -> str:
    """Navigation to the h2 and h3 that are not folded away; empty where there are fewer than 2."""
    headings = [h for h in soup.select("h2, h3") if not h.find_parent("details")]
    if len(headings) < 2:
        return ""
    items = []
    for heading in headings:
        # The answer's communities are near enough.
        if heading.find_parent("section", class_="answer") and heading.name == "h3":
            continue
        text = escape(heading.get_text(" ", strip=True))
        items.append((heading.name, f'<a href="#{quote(str(heading["id"]))}">{text}</a>'))
    parts = [
        f'<li class="{"deeper" if level == "h3" else "section"}">{link}</li>'
        for level, link in items
    ]
    return (
        '<nav class="toc" aria-labelledby="contents"><h2 id="contents">Contents</h2>'
        f"<ol>{''.join(parts)}</ol></nav>"
    )
