"""TeX formulas as MathML, which browsers show offline and screen readers read."""

from __future__ import annotations

import html
import re

from bs4 import BeautifulSoup
from latex2mathml.converter import convert

from workbench.errors import ReportError

# The converter knows the display environments, not their variants for use inside a formula.
_ALIASES = {"aligned": "align*", "gathered": "align*", "gather": "align*", "gather*": "align*"}


def _known_environments(tex: str) -> str:
    def rename(match: re.Match[str]) -> str:
        return f"\\{match[1]}{{{_ALIASES.get(match[2], match[2])}}}"

    return re.sub(r"\\(begin|end)\{([a-z]+\*?)\}", rename, tex)


def _refusal(tex: str, markup: str) -> str | None:
    """Why the result cannot be what the author meant: the converter is silent about both."""
    bare = re.sub(r"\\.", "", tex)
    if bare.count("{") != bare.count("}"):
        return "braces that do not pair"
    unknown = re.search(r"\\[A-Za-z]+", BeautifulSoup(markup, "html.parser").get_text(" "))
    return f"the unknown command {unknown[0]}" if unknown else None


def mathml(tex: str, *, display: bool, where: str) -> str:
    """
    One formula as a `<math>` element that carries its TeX as `alttext`.

    Raises
    ------
    ReportError
        The formula cannot be read, has an unknown command, or braces that do not pair.
    """
    try:
        markup = convert(_known_environments(tex), display="block" if display else "inline")
        reason = _refusal(tex, markup)
    except Exception as error:  # the converter's errors have no common kind
        reason = type(error).__name__
    if reason:
        raise ReportError(
            f"{where}: expected a formula in TeX, got {reason} in “{' '.join(tex.split())}”. "
            "Write it with commands that latex2mathml knows."
        )
    words = html.escape(" ".join(tex.split()))
    return str(markup).replace("<math ", f'<math alttext="{words}" ', 1)
