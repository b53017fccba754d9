"""Findings as boxes."""

from __future__ import annotations

import executed
import pytest
from bs4 import BeautifulSoup

from workbench.report.answer import FINDING, answer_box, box, chip, findings_in
from workbench.studies import verdict
from workbench.studies.finding import MIME


def soup(markup):
    """Markup as a tree."""
    return BeautifulSoup(markup, "html.parser")


@pytest.mark.parametrize(
    ("words", "look", "sign"),
    [
        (verdict.SUPPORTED, "for", "✓"),
        (verdict.TOO_SMALL, "against", "✕"),
        (verdict.OPPOSITE, "against", "✕"),
        (verdict.INCONCLUSIVE, "open", "?"),
        (verdict.IMPRECISE, "open", "?"),
        (verdict.METHOD, "open", "?"),
        (verdict.NOT_ENOUGH, "open", "?"),
        (verdict.LEANS[verdict.SUPPORTED], "for leaning", "↗"),
        (verdict.LEANS[verdict.OPPOSITE], "against leaning", "↘"),
        (verdict.LEANS[verdict.INCONCLUSIVE], "open", "?"),
        (verdict.LEANS[verdict.NOT_ENOUGH], "open", "?"),
        ("recovered", "for", "✓"),
        ("not recovered", "against", "✕"),
    ],
)
def test_chip_says_the_verdict_without_colour(words, look, sign):
    """Each of the rule's words has its sign; those that decide nothing share one."""
    label = soup(chip(words)).span

    assert label["class"] == ["chip", *look.split()]
    assert label.get_text() == f"{sign} {words}"


def test_mime_is_the_one_findings_use():
    """The page reads what the studies write."""
    assert FINDING == MIME


def test_findings_in_keeps_their_order():
    """Two cells with a finding each, one with a number: two rows, as shown."""
    first, second = executed.finding(), executed.finding(hyp_id="H2")
    made = executed.notebook(
        executed.code("a", executed.shown(first)),
        executed.code("1", executed.markup("<p>1</p>")),
        executed.code("b", executed.shown(second)),
    )

    assert findings_in(made) == [first.to_json(), second.to_json()]


def test_box_leaves_out_what_is_empty():
    """A finding that only has a verdict shows no empty sentence."""
    row = executed.finding(answer="", trust="", change="", technical="").to_json()
    shown = soup(box(row))

    assert len(shown.find_all("p")) == 1
    assert shown.get_text() == (
        "H1.1 · Garden <script>alert(1)</script> ? inconclusive (too imprecise to decide)"
    )


def test_answer_box_takes_the_primary_findings():
    """One part a primary finding, the question once, technical lines folded, the rest left out."""
    rows = [
        executed.finding(community="Garden").to_json(),
        executed.finding(community="Other", primary=False).to_json(),
        executed.finding(community="Archive", technical="").to_json(),
    ]
    shown = soup(answer_box(rows))

    assert [h.get_text().split()[0] for h in shown.find_all("h3")] == ["Garden", "Archive"]
    assert len(shown.select(".question")) == 1
    assert [dt.get_text() for dt in shown.select("details dt")] == ["Garden"]
    assert [
        p.strong.get_text() for p in shown.select(".community:first-of-type p:has(strong)")
    ] == [
        "How far to trust it.",
        "What would change it.",
    ]


def test_answer_box_without_a_primary_finding_is_empty():
    """Nothing to answer, no box."""
    assert answer_box([executed.finding(primary=False).to_json()]) == ""


def test_what_findings_say_is_text():
    """A tag in any sentence of a finding shows as a tag."""
    words = dict.fromkeys(("community", "question", "answer", "trust"), "<script>x</script>")
    row = executed.finding(**words, change="<b>", technical="<i>", verdict="<u>").to_json()

    for shown in (soup(box(row)), soup(answer_box([row]))):
        assert not shown.find_all(["script", "u", "i"])
        assert "<script>x</script>" in shown.get_text()
        assert "What would change it. <b>" in shown.get_text()
