"""What HTML says: tags gone, entities resolved."""

import polars as pl
import pytest

from workbench.sources._html import CODE, outline, said

WORKED = [
    ("<p>a &amp; b</p>", "a & b"),
    ('<a href="x?y=1">this</a>', "this"),
    ("x &lt; y &#39;z&#x27;", "x < y 'z'"),
    ("a&nbsp;b &alpha;", "a\xa0b α"),
    ("1 &amp;lt; 2", "1 &lt; 2"),  # what is written about entities stays so
    ("no end & no beginning;", "no end & no beginning;"),
    ("<img src='a'>", ""),
    ("<p>if x < y</p>\n<p>or <b>not</b></p>", "if x < y\nor not"),  # a sign that is no tag's
    ("", ""),
]


@pytest.mark.parametrize(("written", "read"), WORKED)
def test_by_hand(written, read):
    """The text is what a page shows, and its outline is as long."""
    text = pl.Series([written])

    assert said(text).to_list() == [read]
    assert text.to_frame("t").select(outline(pl.col("t")).str.len_chars()).item() == len(read)


def test_nothing_is_nothing():
    """An absent text stays absent, beside others."""
    assert said(pl.Series([None, "&gt;", "a"], dtype=pl.String)).to_list() == [None, ">", "a"]


def test_code():
    """Code is told by its tag, not by the word."""
    texts = pl.Series(["<code>x</code>", '<code class="r">x</code>', "<codex>", "code"])

    assert texts.str.contains(CODE).to_list() == [True, True, False, False]
