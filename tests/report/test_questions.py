"""Three questions with an answer each: which answer speaks, the count, and what is missing."""

from __future__ import annotations

import base64

import executed
import pytest
from bs4 import BeautifulSoup, Tag

from workbench.data import catalogue, downloads
from workbench.report.listed import Page
from workbench.report.questions import CARRIERS, each_answer, largest, overview, tally
from workbench.studies.hypotheses import hypotheses

LEANS, OPEN = "exploratory: leans towards", "exploratory: unclear"
AGAINST = "exploratory: leans against (too small to matter)"
PAGES = [Page("01_feedback", "Quick replies", minutes=45)]


def row(**changes: object) -> dict[str, object]:
    """A finding as a page keeps it, with the page it is from."""
    return {**executed.finding(**changes).to_json(), "page": "01_feedback"}


def card(study: str, *findings: dict[str, object], pages=PAGES) -> Tag:
    """The card of a study, `1` being feedback speed."""
    cards = BeautifulSoup(overview(pages, findings), "html.parser").select("section.study")
    return next(one for one in cards if one.select_one(".subject").get_text().startswith(study))


def folded(*findings: dict[str, object]) -> list[Tag]:
    """The folded questions with each community's answer."""
    return BeautifulSoup(each_answer(PAGES, findings), "html.parser").select("details")


def test_every_study_has_a_card_with_its_headline_questions():
    """Three subjects in order; each card asks the headline questions of its study, and no other."""
    cards = BeautifulSoup(overview([], []), "html.parser").select("section.study")
    asked = [h.get_text() for one in cards for h in one.find_all("h3")]

    assert [one.select_one(".subject").get_text() for one in cards] == [
        "1 · Feedback speed", "2 · Crowdsourcing outcomes", "3 · Information overload",
    ]  # fmt: skip
    headlines = [h for h in hypotheses().values() if h.fields.get("headline")]
    assert asked == [h.question for h in headlines]


def test_the_largest_speaks_whatever_it_says():
    """The answer is that of the most people, not of the most favourable; the count has all."""
    found = card(
        "1",
        row(community="Small", n=90, verdict=LEANS, answer="It did. More of it."),
        row(community="Large", n=9000, verdict=AGAINST, answer="It did not. Much more to say."),
        row(community="Middle", n=900, verdict=LEANS, answer="It did."),
    )

    assert found.select_one(".who").get_text().startswith("Large, the largest of 3 ")
    assert found.select_one(".chip").get_text().endswith(AGAINST)
    assert found.select_one(".said").get_text() == "It did not."
    assert found.select_one(".tally").get_text() == (
        "Of 3 data sets 2 lean towards yes, 1 leans towards no."
    )
    assert found.find("a", href="01_feedback.html").get_text() == "Quick replies"


def test_only_an_estimate_of_a_first_look_speaks():
    """Nothing estimated and data looked at again come after every other, however many people."""
    plain = row(community="Garden", n=10)
    empty = row(community="Empty", n=5000, estimate=None, ci_low=None, ci_high=None)
    again = row(community="Again", n=9000, look="later")

    assert largest([empty, again, plain]) is plain
    assert largest([empty, again]) is again
    assert largest([empty]) is empty


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["supported", "not supported (too small to matter)"], "1 says yes, 1 says no"),
        (["not enough data", "exploratory: not enough data"], "2 have too few data"),
        # "not enough data" begins like "not supported", and is no answer.
        (["not enough data", "not supported (opposite direction)"],
         "1 says no, 1 has too few data"),
        (["inconclusive", OPEN, "monitoring: no verdict of its own"],
         "1 is only watched again, 2 leave it open"),
    ],
)  # fmt: skip
def test_tally_counts_every_kind_of_verdict(verdicts, said):
    """Every verdict counts once, in the same order whatever the order of rows."""
    rows = [row(verdict=verdict) for verdict in verdicts]

    assert tally(rows) == tally(rows[::-1]) == f"Of {len(rows)} data sets {said}."


def test_one_community_is_not_counted():
    """A single data set is named without a count, and its picture has its numbers in words."""
    found = card("1", row(community="Garden"))

    assert found.select(".tally") == []
    assert found.select_one(".who b").get_text() == "Garden"
    assert "largest" not in found.get_text()
    assert found.img["alt"].startswith("Dots on intervals, difference, in 100. Garden: 1.2 in 100")


def test_the_second_question_is_short():
    """It has a verdict and no sentence, and its data sets are its own."""
    share = {"hyp_id": "H1.3", "scale": "probability", "null_value": 0.5, "sesoi": 0.05,
             "estimate": 0.2, "ci_low": 0.1, "ci_high": 0.3}  # fmt: skip
    found = card("1", row(community="Garden"), row(community="Archive", **share))
    second = found.find_all("h3")[1]

    assert second.get_text() == hypotheses()["H1.3"].question
    assert second.find_next_sibling("p").b.get_text() == "Archive"
    assert len(found.select(".said")) == len(found.find_all("img")) == 1


def test_what_is_missing_and_what_to_type():
    """No page: run it. A page without real data: fetch them. A failed page: where it stopped."""
    made = [Page("02_crowds", "Crowds")]
    failed = [Page("02_crowds", "2 · Crowds", missing=True)]
    simulated = row(hyp_id="H2.3b", is_simulated=True)
    none, empty, broken = (
        card("2", simulated, pages=pages).select_one(".lacking") for pages in ([], made, failed)
    )

    assert none.get_text() == "Its page has not been made. Type workbench run --study 02."
    assert empty.get_text() == (
        "No data set here that nobody simulated can answer this; delidata can. Type workbench get "
        "delidata, then workbench run --study 02."
    )
    assert broken.get_text() == "2 · Crowds (did not run), so this question is not answered here."
    assert card("2", simulated, pages=failed).select(".more") == []


def test_every_headline_has_a_data_set_that_can_answer_it():
    """What is named is in a catalogue, and has to be fetched where it does not come along."""
    headlines = {name for name, row in hypotheses().items() if row.fields.get("headline")}

    assert set(CARRIERS) == headlines
    for name, fetched in CARRIERS.values():
        assert name in (downloads() if fetched else catalogue())


def test_a_question_is_asked_once_and_answered_for_each_community():
    """Two communities share the question and the figure, which says their numbers."""
    (section,) = folded(row(community="Garden"), row(community="Archive", dataset_id="archive"))

    assert section.summary.get_text() == f"{row()['question']} 2 data sets"
    assert [s.get_text() for s in section.find_all("strong")] == ["Garden", "Archive"]
    assert row()["answer"] in section.get_text()
    # [-0.8, 3.2] in 100 is 4.0 wide: two significant digits are one decimal.
    assert section.get_text().count("difference, in 100: 1.2 in 100 [−0.8 to 3.2], 95 %") == 2
    assert section.img["alt"] == (
        "Dots on intervals, difference, in 100. Garden: 1.2 in 100, from −0.8 to 3.2; Archive: "
        "1.2 in 100, from −0.8 to 3.2. What lies between −2 and 2 is too small to matter."
    )
    assert base64.b64decode(section.img["src"].partition(",")[2]).startswith(b"\x89PNG")
    assert section.find("a", href="01_feedback.html").get_text() == "Quick replies"


def test_unlike_units_and_bands_are_not_drawn_together():
    """A row with another unit or another smallest difference has its own figure."""
    (section,) = folded(
        row(community="A"),
        row(community="B", dataset_id="b", sesoi=0.05),
        row(community="C", dataset_id="c", scale="hazard ratio", null_value=1.0, sesoi=0.1),
        row(community="D", dataset_id="d", sesoi=None),
    )
    texts = [image["alt"] for image in section.find_all("img")]

    assert len(texts) == 4
    # 1 - 0.1 and 1 + 0.1
    assert "What lies between 0.9 and 1.1 is too close to 1 to matter." in texts[2]
    assert "too small" not in texts[3]


def test_two_questions_have_a_figure_each_in_order():
    """H1.1 is asked before H1.3, each with its communities and its own figure."""
    share = {"hyp_id": "H1.3", "question": "Within the hour?", "scale": "probability",
             "estimate": 0.17485, "ci_low": 0.1686, "ci_high": 0.1813, "null_value": 0.5,
             "sesoi": 0.05}  # fmt: skip
    first, second = folded(
        row(**share), row(), row(**share, community="Archive", dataset_id="archive")
    )

    assert [s.summary.get_text() for s in (first, second)] == [
        f"{row()['question']} 1 data set", "Within the hour? 2 data sets",
    ]  # fmt: skip
    assert [len(s.find_all("img")) for s in (first, second)] == [1, 1]
    assert [s.get_text() for s in second.find_all("strong")][1] == "Archive"
    # [16.86, 18.13] of 100 is 1.27 wide: one decimal. 50 - 5 and 50 + 5.
    assert second.find("img")["alt"].endswith(
        "Archive: 17.5 of 100, from 16.9 to 18.1. What lies between 45 and 55 is too close to 50 "
        "to matter."
    )
    assert "(share, of 100)" in second.find("figcaption").get_text()


def test_simulated_findings_answer_nothing():
    """A simulated community is in no answer, and the reason is said."""
    said = each_answer(PAGES, [row(is_simulated=True)])

    assert said == (
        "<p>No question has been answered yet: no community other than simulated ones.</p>"
    )
    assert card("1", row(is_simulated=True)).find("img") is None


def test_names_from_data_are_text_everywhere():
    """A community called `<script>` is shown as its name, in cards and in folded answers."""
    name = "<script>alert('$x$')</script>"
    finding = row(community=name, answer=f"{name} did.")

    for page in (card("1", finding), folded(finding)[0]):
        assert page.find("script") is None
        assert name in page.get_text()
        assert name in page.img["alt"]
