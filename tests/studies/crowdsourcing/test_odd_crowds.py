"""Study 2 on data too small or too odd for a step: a sentence in its place, no traceback."""

from __future__ import annotations

import pytest
from invented_contests import judged_by
from invented_groups import alone, choosing, guessing

from workbench.errors import ModelError
from workbench.studies import crowdsourcing as study
from workbench.studies.crowdsourcing import voting
from workbench.studies.present import TableView

GROUPS = "a p OV OV\na q OV E\nb r E E\nb s E E\nc t O V\nc u V OV"


def test_error_by_diversity_of_raters_alone_gives_way_to_a_reason():
    """Raters who judged alone have no groups to put into fifths; groups beside them are shown."""
    shown = study.error_by_diversity([alone(items=10)])

    assert isinstance(shown, TableView)
    assert shown.frame["why"].tolist() == [
        "the method expected groups that answered together, got raters who judged alone. Look at "
        "what varies"
    ]
    beside = study.error_by_diversity([choosing(GROUPS, name="talkers"), alone(items=10)])
    assert "Talkers" in beside.alt
    assert "Club" not in beside.alt


@pytest.mark.parametrize(
    ("answers", "truth"),
    [
        ("a p q 8 9\nb r q 7 8", 8.0),  # groups of one
        ("a p q 8 9\na r q 7 8", 0.0),  # a truth without a logarithm
    ],
)
def test_limits_leave_out_what_cannot_be_counted(answers, truth):
    """Where no group can be compared the line on questions goes, and the others stay."""
    text = study.limits([guessing(answers, {"q": truth}), choosing(GROUPS, name="talkers")]).text

    assert "Few questions" not in text
    assert "**Agreement by chance** (Talkers)" in text
    assert "**Who is not here**" in text


def test_more_classes_than_matrices_can_hold_are_refused_at_once():
    """Ten classes more than the models take, each named by three judges: a reason, no models."""
    classes = voting.MOST_CLASSES + 10
    rows = [(n, rater, f"c{n}") for n in range(classes) for rater in "xyz"]
    crowd = judged_by(rows, {n: f"c{n}" for n in range(classes)})

    with pytest.raises(ModelError) as error:
        voting.models(crowd)

    assert str(error.value) == (
        "models of labels: expected 30 classes or fewer, got 40. Join the rare ones, or look at "
        "the majority."
    )
    for step in (study.models_table, study.confidence_figure):
        assert "got 40" in step([crowd]).frame["why"][0]
