"""A notebook that holds everything, and a browser to look at its page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import executed
import eyes
import pytest


@pytest.fixture(scope="session")
def rich():
    """Everything at once; made once, so it must never be changed."""
    return executed.everything()


# A module long, not a session: playwright keeps an event loop running, which would be in the way of
# tests that run notebooks.
@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Chromium, driven by playwright; without one its tests are skipped, and fail under CI."""
    try:
        from playwright import sync_api  # noqa: PLC0415 (an extra of tests)
    except ImportError as error:
        eyes.without_browser(str(error))
    with sync_api.sync_playwright() as play:
        try:
            found = play.chromium.launch(executable_path=eyes.chromium(), args=["--no-sandbox"])
        except sync_api.Error as error:
            eyes.without_browser(str(error).splitlines()[0])
        yield found
        found.close()


@pytest.fixture(scope="module")
def audit(browser):
    """`audit(page_path, scheme, width)` -> `eyes.Audit`: the page opened offline and looked at."""
    return partial(eyes.audit, browser)
