"""Figures and tables as a notebook shows them."""

import base64
import json

import pandas as pd
import pytest

from workbench import plots
from workbench.data import downloads
from workbench.errors import StudyError
from workbench.studies.present import FIGURE_MIME, TABLE_MIME, Figure, Note, TableView, short_names


def figure(**about):
    """A figure of one dot; `about` replaces its words."""
    drawn, (ax,) = plots.canvas()
    ax.plot([1], [1], "o")
    words = {"name": "dot", "caption": "One dot.", "alt": "A dot at one.", **about}
    return Figure(drawn, **words)


def cells(view):
    """The contents of the first row of a table as it is shown."""
    body = view.to_html().split("<tbody>")[1]
    return [cell.split(">", 1)[1] for cell in body.split("</td>")[:-1]][: len(view.frame.columns)]


def shown(value, **formats):
    """One value as a table shows it."""
    view = TableView(pd.DataFrame({"x": [value]}), name="t", caption="c", formats=formats)
    return cells(view)[0].removeprefix("<tr>").split(">")[-1]


@pytest.mark.parametrize("empty", [{"alt": " "}, {"caption": ""}])
def test_figure_without_words_is_refused(empty):
    """A figure needs a caption and an alternative text."""
    with pytest.raises(
        StudyError, match=r"^figure dot: expected a caption and an alternative text, got an empty"
    ):
        figure(**empty)


def test_equal_figures_are_equal_bytes():
    """Nothing of the moment of drawing is in the PNG."""
    first, second = figure().png(), figure().png()

    assert first == second
    assert first.startswith(b"\x89PNG")


def test_figure_carries_its_words_twice():
    """The words travel as metadata of the image and as a bundle of their own."""
    shown_figure = figure(lead=True)
    data, metadata = shown_figure._repr_mimebundle_()

    about = {"name": "dot", "caption": "One dot.", "alt": "A dot at one.", "lead": True}
    assert set(data) == {"text/plain", "image/png", FIGURE_MIME}
    assert data[FIGURE_MIME] == about
    assert metadata == {"image/png": about}
    assert base64.b64decode(data["image/png"]) == shown_figure.png()
    assert data["text/plain"] == "A dot at one."


def test_table_escapes_everything():
    """Headers, cells and captions are text, never markup."""
    page = TableView(
        pd.DataFrame({"<b>": ["<script>alert(1)</script>"]}), name="t", caption="a < b & c"
    ).to_html()

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;" in page
    assert "<caption>a &lt; b &amp; c</caption>" in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (pd.NA, "–"),
        (True, "yes"),
        (12345, "12,345"),
        (0.012345, "0.0123"),
        (99.95, "100"),  # three digits would be written 1e+02
        (999.7, "1,000"),
        (1234.5, "1,234"),
        ("word", "word"),
    ],
)
def test_values_are_printed_for_reading(value, text):
    """Empty is a dash, whole numbers have separators, others three digits, without exponents."""
    assert shown(value) == text


def test_formats_are_strings_or_functions():
    """A column's own format wins over the general one, except for an empty value."""
    assert shown(0.5, x="{:.0%}") == "50%"
    assert shown(0.5, x=lambda value: f"about {value}") == "about 0.5"
    assert shown(None, x="{:.0%}") == "–"


def test_numbers_stand_in_numeric_columns():
    """Numeric columns are marked, in the head and in the body; labels rename for readers only."""
    view = TableView(
        pd.DataFrame({"who": ["ann"], "n": [3]}), name="t", caption="c", labels={"n": "count"}
    )

    assert '<th scope="col" class=num>count</th>' in view.to_html()
    assert "<td class=num>3</td>" in view.to_html()
    assert "<td>ann</td>" in view.to_html()


def test_arabic_is_read_from_the_right():
    """A cell with Arabic letters says its direction and language, after escaping."""
    page = TableView(pd.DataFrame({"x": ["<لجمع>", "plain"]}), name="t", caption="c").to_html()

    assert '<td>&lt;<span dir="rtl" lang="ar">لجمع</span>&gt;</td>' in page
    assert "<td>plain</td>" in page


def test_csv_keeps_full_precision():
    """What is rounded for reading is whole in the file; empty values are empty."""
    third = 1 / 3
    bundle = TableView(
        pd.DataFrame({"x": [third, None]}), name="t", caption="c", labels={"x": "a third"}
    )._repr_mimebundle_()

    lines = bundle[TABLE_MIME]["csv"].split("\n")
    assert lines[0] == "x"
    assert float(lines[1]) == third
    assert lines[2] == '""'
    assert set(bundle) == {"text/plain", "text/html", TABLE_MIME}
    assert json.loads(json.dumps(bundle[TABLE_MIME]))["name"] == "t"


def test_what_stands_below_or_is_hidden_is_in_the_csv():
    """A cell holds its value and those below it, if any; the CSV keeps every column."""
    frame = pd.DataFrame({"word": ["mot", "all"], "english": ["word", None], "why": ["x", "y"]})
    view = TableView(frame, name="t", caption="c", below={"word": ["english"]}, hidden=["why"])

    assert "<td>mot<br>word</td></tr><tr><td>all</td>" in view.to_html()
    assert view.to_html().count("<th ") == 1
    csv = view._repr_mimebundle_()[TABLE_MIME]["csv"]
    assert csv == "word,english,why\nmot,word,x\nall,,y\n"


def test_a_folded_table_waits_behind_its_line():
    """The line is text, whatever stands in it, and the table is whole behind it."""
    frame = pd.DataFrame({"x": [1]})
    shown_html = TableView(frame, name="t", caption="c", folded="All <2>").to_html()

    assert shown_html.startswith("<details><summary>All &lt;2&gt;</summary><table>")
    assert shown_html.endswith("</table></details>")


def test_a_note_is_a_sentence():
    """It travels as Markdown and as plain text, and as nothing else."""
    assert Note("*None*.")._repr_mimebundle_() == {
        "text/plain": "*None*.", "text/markdown": "*None*.",
    }  # fmt: skip


def test_names_in_figures_are_short_where_that_tells_them_apart():
    """What follows a comma or a colon goes, unless two become one or nothing is left."""
    assert short_names(["DeliData: groups that talk", "Coffee, six weeks"]) == {
        "DeliData: groups that talk": "DeliData",
        "Coffee, six weeks": "Coffee",
    }
    whole = downloads()["navajas-estimates"].title
    assert short_names([whole, "Club"]) == {whole: "Estimates in groups", "Club": "Club"}
    for titles in (["Coffee, a week", "Coffee, a year"], [": odd", "Club"]):
        assert short_names(titles) == {title: title for title in titles}


def test_a_title_wider_than_its_panel_is_broken():
    """A long title takes lines, none of them beyond the panel; a short one stays as it is."""
    long = " ".join(["a long name of a data set"] * 4)
    drawn, axes = plots.canvas(panels=2)
    axes[0].set_title(long, loc="left")
    axes[1].set_title("a short name", loc="left")
    Figure(drawn, name="two", caption="Two.", alt="Two.")
    drawn.draw_without_rendering()
    (broken,) = (text for text in axes[0].get_children() if long[:9] in _words(text))

    assert axes[0].get_title(loc="left").replace("\n", " ") == long
    assert "\n" in axes[0].get_title(loc="left")
    assert broken.get_window_extent().width <= axes[0].get_window_extent().width
    assert axes[1].get_title(loc="left") == "a short name"


def _words(drawn):
    """The words of what is drawn, where it has some."""
    return drawn.get_text() if hasattr(drawn, "get_text") else ""
