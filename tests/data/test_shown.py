"""Words for readers: one line that leads to nobody."""

import pytest

from workbench.data.shown import checked_words
from workbench.errors import DataError


@pytest.mark.parametrize(
    "words", ["Our forum", "Café Größe №1", "منتدى", "می\u200cخواهم", "meet @ noon", "👩‍🌾"]
)
def test_words_of_any_language(words):
    """Letters, signs and joined pictures are words; an @ that leads to nobody is one too."""
    assert checked_words(words, where="test") == words


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", "nothing"),
        (" \t", "nothing"),
        (7, "nothing"),
        ("a\nb", "line breaks"),
        ("a\u2028b", "line breaks"),
        ("a\0b", "control characters"),
        ("a\x1bb", "control characters"),
        ("a\ud800", "broken characters"),
        ("a\u202emurof\u202c", "signs that turn text round"),
        ("\u2067a", "signs that turn text round"),
        ("zero\u200bwidth", "blanks without width"),
        ("\ufeffforum", "blanks without width"),
        ("ann@example.org", "an e-mail address or @handle"),
        ("the forum of @ann", "an e-mail address or @handle"),
    ],
)
def test_refused_words(words, found):
    """One line says what was found, and not the words."""
    with pytest.raises(
        DataError, match=rf"^test: expected words to show to readers, got .*{found}"
    ) as refused:
        checked_words(words, where="test")
    assert "\n" not in str(refused.value)
    assert "ann" not in str(refused.value)
