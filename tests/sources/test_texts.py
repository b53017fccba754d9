"""What is kept of texts, by hand."""

import polars as pl
import pytest

from workbench.sources._texts import measured, mended


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("héllo", (5, False, False, False)),
        ("why?", (4, False, False, True)),
        ("لماذا؟", (6, False, False, True)),
        ("see https://a.example/?q=1", (26, False, True, False)),
        ("WWW.a.example", (13, False, True, False)),
        ("`x = 1`", (7, True, False, False)),
        ("", (0, False, False, False)),
        (None, (None, None, None, None)),
    ],
)
def test_measured(text, expected):
    """Characters, code, links and questions; the question mark of an address asks nothing."""
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})

    row = frame.select(**measured(pl.col("text"), code="`")).row(0)

    assert row == expected


def test_mended():
    """Each half of an emoji becomes one sign; a whole one stays."""
    assert mended("a\ud83db\udc00") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    assert mended("\N{SEEDLING}") == "\N{SEEDLING}"
