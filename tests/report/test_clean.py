"""What data may put on a page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.errors import ReportError
from workbench.report.clean import TAGS, fragment, safe_link

PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    ("given_markup", "left"),
    [
        ("a<script>alert(1)</script>b", "ab"),
        ("<style>p{}</style><p style='color:red' onclick='x()'>t</p>", "<p>t</p>"),
        ("<iframe src='https://example.org'>x</iframe>", ""),
        ("<form action='https://example.org'><input></form>", ""),
        ("<svg><script>x</script></svg><object data='x'></object>", ""),
        ("<!-- note --><b>w</b>", "<b>w</b>"),
        ("<blink>words</blink> stay", "words stay"),
        ("</div></section><p>open", "<p>open</p>"),
        ("<p id='main' data-name='x' class='q'>t</p>", '<p class="q">t</p>'),
        ("<td background='https://example.org/a.png'>t</td>", "<td>t</td>"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("https://example.org/a.html", "https://example.org/a.html"),
        ("<?xml version='1.0'?><p>t</p>", "<p>t</p>"),
        ("<q dir='rtl' lang='ar'>م</q>", '<q dir="rtl" lang="ar">م</q>'),
    ],
)
def test_fragment_by_hand(given_markup, left):
    """Programs, styles and forms go whole; other unknown tags leave their words."""
    assert fragment(given_markup, where="here") == left


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
        ("#what-we-found", "#what-we-found"),
        ("02_next.ipynb#top", "02_next.html#top"),
        ("javascript:alert(1)", None),
        ("JaVa\tScRiPt:alert(1)", None),
        (" \x01javascript:alert(1)", None),
        ("data:text/html,<script>", None),
        ("file:///etc/passwd", None),
        ("//example.org/a", None),
        ("\\\\example.org\\a", None),
        ("https:relative", None),
        ("http://[broken", None),
    ],
)
def test_safe_link_by_hand(address, kept):
    """Links lead to the web, a mailbox or beside the page; notebooks become pages."""
    assert safe_link(address) == kept


def test_link_that_is_not_safe_keeps_its_words():
    """A link without a safe address is only its words."""
    assert fragment('<a href="javascript:x()">words</a>', where="here") == "<a>words</a>"


def test_image_in_the_page_stays_and_others_become_words():
    """An image that would have to be loaded is replaced by what it shows."""
    inside = f'<img alt="a line" src="{PIXEL}"/>'
    assert fragment(inside, where="here") == inside
    outside = '<img src="https://example.org/a.png" srcset="b.png 2x" alt="a <line>">'
    assert fragment(outside, where="here") == "[image: a &lt;line&gt;]"


@pytest.mark.parametrize(
    "alt", ["", 'alt=""', 'alt=" "', 'alt="No description has been provided for this image"']
)
def test_image_without_words_is_refused(alt):
    """No alternative text, an empty one and nbconvert's own are all the same: none."""
    with pytest.raises(ReportError) as caught:
        fragment(f'<img src="{PIXEL}" {alt}>', where="01_x, cell 3")
    assert str(caught.value) == (
        "01_x, cell 3: expected an image with an alternative text, got one without. "
        "Say in words what it shows."
    )


PARTS = st.sampled_from(
    ["<script>", "</script>", "<p ", "onload=x ", "src=//e.org ", ">", "<img alt=a ", "<math>",
     "<a href='java", "script:x'>", "</p>", "<!--", "-->", "<svg ", "style='a:b'", "words", "<",
     '"', "<table><tr><td>", "&lt;b&gt;", "<![CDATA[", "]]>", "<?x ", "<noscript>", "</title>"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=12).map("".join))
@example("<a href='java<script>script:x'>")
def test_nothing_unsafe_is_left_and_a_second_pass_changes_nothing(markup):
    """Whatever goes in, only allowed tags come out, and the result is its own clean version."""
    once = fragment(markup, where="here")

    for tag in BeautifulSoup(once, "html.parser").find_all(True):
        assert tag.name in TAGS
        assert not any(name.startswith("on") or name in {"style", "srcset"} for name in tag.attrs)
        assert str(tag.get("src", "data:image/")).startswith("data:image/")
        assert "script:" not in str(tag.get("href", ""))
    assert fragment(once, where="here") == once
