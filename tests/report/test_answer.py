"""Findings as boxes."""

from __future__ import annotations

import executed
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from workbench.report.answer import FINDING, answer_box, box, chip, findings_in, sentences
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


def cautions(shown):
    """The sentences below the answers, line by line as the box orders them."""
    return [tag.get_text().strip() for tag in shown.select(".cautions :is(p, dt, dd)")]


def test_what_all_communities_share_is_said_once():
    """A caution of both stands above, one of a single community under its name."""
    trust = {"Garden": "Grade C. Few came, 2.5 in 100. Not checked.", "Archive": "Grade C. Many."}
    rows = [
        executed.finding(community=name, trust=text, change="More people.").to_json()
        for name, text in trust.items()
    ]
    shown = soup(answer_box(rows))

    assert cautions(shown) == [
        "How far to trust it. Grade C.",
        "Garden", "Few came, 2.5 in 100. Not checked.",
        "Archive", "Many.",
        "What would change it. More people.",
    ]  # fmt: skip


def test_what_one_question_shares_is_said_under_it():
    """With two questions there are three places: all, the question, the community in it."""
    rows = [
        executed.finding(
            hyp_id=name, question=f"Why {name}?", community=community, change="",
            trust=f"Seen before. Grade of {name}. Found in {community}.",
        ).to_json()
        for name in ("H1.1", "H1.3") for community in ("Garden", "Archive")
    ]  # fmt: skip
    shown = soup(answer_box(rows))

    assert cautions(shown) == [
        "How far to trust it. Seen before.",
        "Why H1.1? Grade of H1.1.",
        "Garden", "Found in Garden.",
        "Archive", "Found in Archive.",
        "Why H1.3? Grade of H1.3.",
        "Garden", "Found in Garden.",
        "Archive", "Found in Archive.",
    ]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(["A b.", "C d 2.5.", "“E” f!", "G?"])), min_size=1))
def test_no_caution_is_lost(texts):
    """Whatever rows say, each of their sentences is somewhere in the box."""
    rows = [executed.finding(trust=" ".join(one), community="X").to_json() for one in texts]
    words = soup(answer_box(rows)).get_text(" ")

    assert all(sentence in words for one in texts for sentence in one)


def test_sentences_end_where_a_capital_follows():
    """Numbers, units and abbreviations in the middle do not end a sentence."""
    text = "Of 100, 2.5 came, e.g. on Monday. “Most” means more. Études too! 95 % of it."

    assert sentences(text) == [
        "Of 100, 2.5 came, e.g. on Monday.", "“Most” means more.", "Études too! 95 % of it.",
    ]  # fmt: skip
    assert sentences(" ") == []


def test_questions_come_in_order_and_the_lead_figure_after_the_first():
    """A notebook may show H1.10 first; the box begins with H1.2, and the figure follows it."""
    rows = [
        executed.finding(hyp_id=name, question=f"Why {name}?", community=name).to_json()
        for name in ("H1.10", "H1.2")
    ]
    box_of_two = soup(answer_box(rows)).section
    order = [tag["class"][0] for tag in box_of_two.find_all(["p", "div"], recursive=False)]

    assert [q.get_text() for q in box_of_two.select(".question")] == ["Why H1.2?", "Why H1.10?"]
    assert order == ["question", "community", "lead", "question", "community", "cautions"]


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
