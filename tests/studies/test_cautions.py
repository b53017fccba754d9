"""The sentences below the answer: how far to trust it, what would change it."""

import pytest

from workbench.studies.cautions import GRADES, STANDINGS, change, trust

DEFAULTS = {
    "grade": "C",
    "standing": "looked at",
    "detectable": 0.171,
    "exaggerated": False,
    "missing": [],
    "weak": [],
    "failed": [],
    "passed": [],
}


def trusted(**changes):
    """The trust paragraph of a risk difference, with some of its facts changed."""
    return trust("risk difference", **{**DEFAULTS, **changes})


def test_trust_names_design_order_and_power():
    """The design grade, why the row is exploratory, and what could have been seen."""
    text = trusted()

    assert text.startswith("Design grade C (A is best, D is weakest). People were compared")
    assert "had been looked at when the hypothesis was written" in text
    assert "a difference of 17 in 100" in text


def test_trust_tells_missing_weak_and_failed_checks_apart():
    """Checks that passed, failed, were too weak or could not be run are four things."""
    text = trusted(
        missing=["calibration"], weak=["negative control"], failed=["other"], passed=["one more"]
    )

    assert "Passed: one more. Failed: other." in text
    assert "Too weak to tell: negative control (a check that should find nothing); it" in text
    assert "in sight); so it cannot count as supported" in text


def test_trust_warns_of_lucky_finds():
    """An effect that these data would mostly have missed is probably exaggerated."""
    assert "probably too large" in trusted(exaggerated=True)
    assert "probably too large" not in trusted()


@pytest.mark.parametrize("standing", sorted(STANDINGS))
@pytest.mark.parametrize("grade", sorted(GRADES))
def test_every_standing_and_grade_has_its_sentence(standing, grade):
    """No combination leaves a place unfilled; a fixed or watched one is not exploratory."""
    text = trusted(standing=standing, grade=grade)

    assert GRADES[grade] in text
    assert ("exploratory" in text) == (standing not in ("fixed", "monitoring"))


def test_change_begins_with_the_people_it_takes():
    """What would change it comes first; the rule against and what decided follow."""
    text = change(["p is not below 0.05"], against="It is small.", needed="9,400 people.")

    assert text.startswith("9,400 people. What would count against")
    assert text.endswith("because p is not below 0.05.")


def test_change_without_a_number_of_people():
    """Where the data are large enough, nothing is asked for."""
    assert change(["x"], against="y.", needed=None).startswith("What would count against")
