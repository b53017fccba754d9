"""Words that pages show to readers: one line of text that leads to nobody."""

from __future__ import annotations

import re
import unicodedata

from workbench.errors import DataError

ADDRESS = re.compile(r"[\w.+-]@|@[\w-]")
UNPRINTED = {"Cc", "Cs", "Zl", "Zp"}  # control characters, halves of characters, line breaks
# Signs that turn what follows the other way round, and blanks that nobody sees: with them words are
# not what they look like. Joiners and marks that scripts and pictures need are none of these.
MISLEADING = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")


def checked_words(words: str, *, where: str) -> str:
    """
    `words`, if a page may show them as a title or as the kind of a platform.

    Raises
    ------
    DataError
        They are empty, hold a character that is not printed or misleads, or an e-mail address or
        @handle: the privacy check of a page would refuse those after everything was computed.
    """
    if not isinstance(words, str) or not words.strip():
        found = "nothing"
    elif any(unicodedata.category(letter) in UNPRINTED for letter in words):
        found = "line breaks, control characters or broken characters in them"
    elif MISLEADING.search(words):
        found = "signs that turn text round, or blanks without width, in them"
    elif ADDRESS.search(words):
        found = "an e-mail address or @handle in them"
    else:
        return words
    raise DataError(f"{where}: expected words to show to readers, got {found}. Choose others.")
