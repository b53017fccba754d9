"""A browser that looks at a page and says what is wrong with it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest


@dataclass(frozen=True)
class Audit:
    """
    What a browser finds on a page.

    overflow : pixels by which the page is wider than the window. undescribed : images without words
    of their own. violations : `rule: selector` for each element that breaks a rule of axe.
    """

    requests: list[str]
    console: list[str]
    overflow: int
    violations: list[str]
    undescribed: int


def chromium() -> str | None:
    """The path of a Chromium on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, names)]
    return next((path for path in found if path), None)


def without_browser(reason: str) -> NoReturn:
    """Skip in one loud line; under CI, where a browser is part of the deal, fail."""
    message = f"NO BROWSER: pages were not looked at ({reason}). Install Chromium or set CHROMIUM."
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def audit(
    browser, page_path: Path, scheme: str, width: int, *, picture: Path | None = None
) -> Audit:
    """Open a page offline in a `light` or `dark` window `width` pixels wide and look at it."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 (an extra of tests)

    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True
    )
    page = context.new_page()
    requests: list[str] = []
    console: list[str] = []
    own = page_path.resolve().as_uri()
    page.on("request", lambda r: requests.append(r.url) if _outside(r.url, own) else None)
    page.on("console", lambda m: console.append(m.text))
    page.on("pageerror", lambda e: console.append(str(e)))
    page.goto(own)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    undescribed = page.evaluate(
        "[...document.images].filter(i => !i.alt.trim() || i.alt.startsWith('No description'))"
        ".length"
    )
    if picture:
        page.screenshot(path=picture, full_page=True)
    found = Axe().run(page).response["violations"]
    context.close()
    return Audit(
        requests=requests,
        console=console,
        overflow=max(0, overflow),
        violations=[f"{v['id']}: {node['target']}" for v in found for node in v["nodes"]],
        undescribed=undescribed,
    )


def _outside(url: str, own: str) -> bool:
    return not (url.startswith("data:") or url.split("#")[0] == own)
