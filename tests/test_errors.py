"""A message is one line of print, whatever the names in it are."""

import pytest

from workbench import errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_stays_one_line(kind):
    """Line breaks, signs that turn text round and halves of characters become question marks."""
    said = str(
        kind("table a\nb\u2028c\u202ed\udcffe\x1b[2J.csv: expected rows, got none. Mend it.")
    )

    assert said == "table a?b?c?d?e?[2J.csv: expected rows, got none. Mend it."
    assert said.isprintable()
    said.encode()


def test_words_of_any_script_stay():
    """Letters, signs and blanks that print are left as they are."""
    words = "Café №1, منتدى, می\u200cخواهم, 3\N{NO-BREAK SPACE}%"

    assert str(errors.SourceError(words)) == words
