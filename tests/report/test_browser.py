"""Pages as a browser sees them: nothing loaded, nothing said, nothing wider, nothing hidden."""

from __future__ import annotations

import pytest
from eyes import Audit, without_browser

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


def test_paper_has_the_text_and_not_the_navigation(browser, built):
    """Printed from a dark screen, the page is black on white without contents or file links."""
    context = browser.new_context(color_scheme="dark")
    sheet = context.new_page()
    sheet.emulate_media(media="print")
    sheet.goto(built.as_uri())

    shown = "s => getComputedStyle(document.querySelector(s)).display !== 'none'"
    assert [sheet.evaluate(shown, s) for s in ("nav.toc", ".file", "details.src")] == [False] * 3
    assert [sheet.evaluate(shown, s) for s in (".answer", "footer", ".knobs")] == [True] * 3
    ground = sheet.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    context.close()


def test_a_missing_browser_is_loud(monkeypatch):
    """Without a browser tests are skipped with a reason; under CI they fail with it."""
    said = r"^NO BROWSER: pages were not looked at \(gone\)\. Install Chromium or set CHROMIUM\.$"
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=said):
        without_browser("gone")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=said):
        without_browser("gone")
