"""The code of a step: its words first, then the code itself, folded and escaped."""

import pytest
from bs4 import BeautifulSoup

from workbench.errors import StudyError
from workbench.report.clean import fragment
from workbench.report.privacy import check_page
from workbench.studies.refusals import where_possible
from workbench.studies.showing_source import Source, show_source


def test_the_step_behind_its_wrapper_is_shown():
    """A step is shown as it was written, not the wrapper that refuses communities."""
    from workbench.studies.feedback_speed import contrasts  # noqa: PLC0415

    shown = show_source(contrasts)

    assert shown.name == "contrasts"
    assert shown.place == "studies/feedback_speed/returning.py"
    assert "def contrasts(cohorts" in shown.code
    assert "wraps" not in shown.code


def test_words_come_first_and_once():
    """The docstring stands before the code, and no longer in it."""
    shown = show_source(where_possible)
    markup = shown._repr_mimebundle_()["text/html"]

    assert shown.words.startswith("Let a step show the communities that can carry it")
    assert "Let a step show" not in shown.code
    assert shown.code.startswith("def where_possible(")
    assert markup.index("Let a step show") < markup.index("where_possible</span>")


def test_code_is_escaped_and_folded():
    """Nothing in code or words can become markup; all of it waits behind one line."""
    shown = Source("f", "a.py", "Less <b> is more.", 'def f():\n    return "<script>x</script>"')
    markup = shown._repr_mimebundle_()["text/html"]

    assert "<script" not in markup
    assert "<b>" not in markup
    assert "<details><summary>The code of f (a.py, 2 lines)</summary>" in markup


def test_a_page_keeps_the_code_and_drops_the_style():
    """On a page the fold, the words and the colours' names stay, and the style element goes."""
    page = fragment(show_source(where_possible)._repr_mimebundle_()["text/html"], where="here")

    assert "<style" not in page
    assert "<details><summary>The code of where_possible" in page
    assert 'class="k"' in page


def test_a_decorator_is_nobodys_handle():
    """The check of pages for people finds none in the code of a decorated step."""
    from workbench.studies.feedback_speed import contrasts  # noqa: PLC0415

    markup = show_source(contrasts)._repr_mimebundle_()["text/html"]

    assert "@where_possible" in BeautifulSoup(markup, "html.parser").get_text()
    assert check_page(markup) == []


@pytest.mark.parametrize("thing", [3, "contrasts", None, len, pytest.raises, Source])
def test_what_is_no_step_is_refused(thing):
    """Numbers, names, classes and functions of others are refused in one line."""
    with pytest.raises(StudyError) as refused:
        show_source(thing)

    said = str(refused.value)
    assert said.startswith("show_source: expected a function of the workbench, got ")
    assert said.endswith("such as show_source(study.selection).")
    assert "\n" not in said
