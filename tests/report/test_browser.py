"""Pages as a browser sees them: nothing loaded, nothing said, nothing wider, nothing hidden."""

from __future__ import annotations

import pytest
from eyes import Audit

from workbench.report import page
from workbench.report.exporter import WorkbenchExporter

pytestmark = pytest.mark.browser
CLEAN = Audit(requests=[], console=[], overflow=0, violations=[], undescribed=0)
BANNER = "Not refreshed since 3 May 2024: cell 4 failed."


@pytest.fixture(scope="session")
def built(rich, tmp_path_factory):
    """The rich notebook as a page on disk, with a banner and files beside it."""
    given = {"page": "01_rich", "banner": BANNER, "provenance": [("SHA-256", "ab" * 32)]}
    document, _ = WorkbenchExporter().from_notebook_node(rich, {"workbench": given})
    path = tmp_path_factory.mktemp("pages") / "01_rich.html"
    path.write_text(document, encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_clean_in_every_window(audit, built, scheme, width):
    """No request, message, overflow, axe violation or undescribed image, folds opened."""
    assert audit(built, scheme, width) == CLEAN


def test_audit_sees_what_it_is_for(audit, tmp_path):
    """A page with one fault of each kind is reported with each of them."""
    path = tmp_path / "bad.html"
    path.write_text(
        "<html><body><img src='https://example.org/a.png'><p style='width:3000px;color:#eee'>pale"
        "</p><script>console.log('here')</script></body></html>"
    )

    found = audit(path, "light", 375)

    assert found.requests == ["https://example.org/a.png"]
    assert "here" in found.console
    assert found.overflow > 2000
    assert found.undescribed == 1
    rules = {line.split(":")[0] for line in found.violations}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= rules


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bare_shell_is_clean(audit, tmp_path, scheme):
    """A page without contents, provenance or home is as clean as a full one."""
    path = tmp_path / "bare.html"
    path.write_text(page.shell(title="All pages", main_html="<h1>All pages</h1>", home=""))

    assert audit(path, scheme, 375) == CLEAN
