"""Words that pages show to readers: one line of text that leads to nobody."""

from __future__ import annotations

import re
import unicodedata

from workbench.errors import DataError

ADDRESS = re.compile(r"[\w.+-]@|@[\w-]")
UNPRINTED = {"Cc", "Cs", "Zl", "Zp"}  # control characters, halves of characters, line breaks


def checked_words(words: str, *, where: str) -> str:
    """
    `words`, if a page may show them as a title or as the kind of a platform.

    Raises
    ------
    DataError
        They are empty, hold a character that is not printed, or an e-mail address or @handle: the
        privacy check of a page would refuse those after everything was computed.
    """
    if not isinstance(words, str) or not words.strip():
        found = "nothing"
    elif any(unicodedata.category(letter) in UNPRINTED for letter in words):
        found = "line breaks, control characters or broken characters in them"
    elif ADDRESS.search(words):
        found = "an e-mail address or @handle in them"
    else:
        return words
    raise DataError(f"{where}: expected words to show to readers, got {found}. Choose others.")
