"""Verbs that a design has not earned are found, and only those."""

import json
from pathlib import Path

import pytest

from workbench.errors import StudyError
from workbench.studies.answers import Numbers, Words, answer, scale
from workbench.studies.claims import claims
from workbench.studies.hypotheses import hypotheses
from workbench.studies.scales import scales
from workbench.studies.scales.crowdsourcing import Crowd
from workbench.studies.scales.overload import Load
from workbench.studies.wording import GRADES, beyond_grade

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize(
    "sentence",
    [
        "A quick answer raises the chance of a return.",
        "Early feedback leads to more posts.",
        "Being answered brings newcomers back.",
        "An answer makes people stay.",
        "They came back because of the answer.",
        "Feedback had a strong effect on returning.",
        "The difference is large: it was caused by the answer.",
    ],
)
def test_a_cause_that_was_not_earned_is_found(sentence):
    """The same sentence is refused in an observational study and allowed in an experiment."""
    assert len(beyond_grade(sentence, "C")) == 1
    assert len(beyond_grade(sentence, "D")) == 1
    assert beyond_grade(sentence, "A") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Does a quick answer bring newcomers back?",
        "The article says “it raises everything”.",
        "Nobody was answered at random, so this raises no claim.",
        "An arrow means that one thing may bring about another.",
        "Those who were answered came back more often.",
        "Being answered is associated, after adjustment, with coming back.",
        "The variable `raises_hand` is a column.",
    ],
)
def test_what_claims_nothing_passes(sentence):
    """Questions, quotations, denials, possibilities and plain differences are no causal claims."""
    assert beyond_grade(sentence, "D") == []


def test_a_quasi_experiment_may_speak_of_evidence():
    """Grade B says “evidence that it raises”, and not that it raises."""
    assert beyond_grade("There is evidence that it raises the share.", "B") == []
    assert beyond_grade("It raises the share.", "B") == ["It raises the share."]


def test_only_the_sentence_that_claims_is_named():
    """Of several sentences over several lines, the one at fault is given back in one line."""
    text = "People wait.\nAn early answer raises\nthe share. Who knows?"

    assert beyond_grade(text, "C") == ["An early answer raises the share."]


def test_an_unknown_grade_is_refused():
    """A typing error in a hypothesis is no permission."""
    with pytest.raises(StudyError, match="expected a design grade among A, B, C, D, got 'E'"):
        beyond_grade("It raises the share.", "E")


def _grade(path: Path) -> str:
    """The best design among the hypotheses of the notebook's study; D where it has none."""
    own = [row.grade for row in hypotheses().values() if row.study == path.stem[:2]]
    return min(own, default=GRADES[-1])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_claim_no_more_than_their_design(path):
    """No sentence of a notebook, code comments included, goes beyond the grade of its study."""
    cells = json.loads(path.read_text("utf-8"))["cells"]

    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            text = "\n\n".join(line.partition("#")[2] for line in text.splitlines())
        assert beyond_grade(text, _grade(path)) == []


@pytest.mark.parametrize("row", hypotheses().values(), ids=lambda row: row.id)
def test_hypotheses_are_worded_as_their_design_allows(row):
    """Estimand and wording of a hypothesis claim no cause that its design cannot show."""
    for name in ("title", "estimand", "outcome", "exposure", "against", "model"):
        assert beyond_grade(str(row.fields.get(name, "")), row.grade) == []


def test_reworded_claims_are_about_what_is_seen():
    """What is tested of a claim that activity data can test is worded without a cause."""
    for claim in claims():
        if claim.testability == "T":
            assert beyond_grade(claim.reworded, "C") == [], claim.id


@pytest.mark.parametrize("name", scales())
@pytest.mark.parametrize("estimate", [-0.3, 0.0, 0.3])
def test_answers_claim_no_more_than_an_observation(name, estimate):
    """Every sentence made from numbers passes for a study in which nobody was randomised."""
    words = {
        "feedback_speed": Words("24 hours", "in the next 30 days", "31 days", "3 of 4"),
        "crowdsourcing": Crowd("500 groups", "the joint score"),
        "overload": Load("1 hour", "in the hour before", "6 messages a day"),
    }[scale(name).sentence.__module__.rpartition(".")[2]]
    numbers = Numbers(estimate, estimate - 0.1, estimate + 0.1, 0.05)

    said = answer(name, numbers, words=words, grade="C", prespecified=True)

    assert beyond_grade(said, "C") == []
