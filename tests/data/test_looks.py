"""First looks: written once, appended to, never lost."""

import pytest

from workbench.data.looks import earlier_look, first_look, record_look, record_verdicts
from workbench.errors import DataError


def test_the_first_look_stays_and_later_ones_are_appended():
    """What the hypotheses said at first is not changed by what they say later."""
    assert first_look("mine") is None
    assert record_look("mine", inputs=["aa"], hypotheses={"H2": "two", "H1": "one"})
    first = first_look("mine")

    assert not record_look("mine", inputs=["bb"], hypotheses={"H1": "changed"})
    assert not record_look("mine", inputs=["bb"], hypotheses=None)

    now = first_look("mine")
    assert first["hypotheses"] == {"H1": "one", "H2": "two"}
    assert first["later_looks"] == []
    assert {**now, "later_looks": []} == first
    assert [look["hypotheses"] for look in now["later_looks"]] == [{"H1": "changed"}, {}]
    assert [look["inputs"] for look in now["later_looks"]] == [["bb"], ["bb"]]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"date": "x"}',
        '{"date": "x", "inputs": [], "hypotheses": [], "later_looks": []}',
        '{"date": "x", "inputs": [], "hypotheses": {}, "later_looks": [{"date": "y"}]}',
        '{"date": "x", "inputs": [], "hypotheses": {}, "later_looks": [], "verdicts": []}',
        '{"date": "x", "inputs": [], "hypotheses": {}, "later_looks": [], "verdicts": {"H": {}}}',
    ],
)
def test_a_damaged_record_is_refused_and_kept(data_home, text):
    """A record that cannot be read is never taken for a missing one."""
    folder = data_home / "private" / "first_looks"
    folder.mkdir(parents=True)
    (folder / "mine.json").write_text(text)

    with pytest.raises(
        DataError,
        match=r"expected a record of the first load.* or move the file away: all hypotheses then "
        r"count as exploratory for these data\.$",
    ):
        record_look("mine", inputs=[], hypotheses={})
    assert (folder / "mine.json").read_text() == text


def test_names_are_checked():
    """A record is a file, so its name must not lead elsewhere."""
    with pytest.raises(DataError, match="expected small letters"):
        first_look("../mine")


def test_a_verdict_is_noted_once():
    """What the first look said stays, whatever is said later; new questions are added."""
    assert record_verdicts("mine", {"H1": {"verdict": "supported"}}, inputs=["aa"]) == 0
    record_look("mine", inputs=["aa"], hypotheses={})
    assert first_look("mine").get("verdicts") is None

    assert record_verdicts("mine", {"H1": {"verdict": "supported", "low": 1.0}}, inputs=["aa"]) == 1
    first = first_look("mine")["verdicts"]["H1"]
    again = {"H1": {"verdict": "inconclusive"}, "H2": {"verdict": "not enough data"}}
    assert record_verdicts("mine", again, inputs=["aa"]) == 1
    record_look("mine", inputs=["bb"], hypotheses={})

    noted = first_look("mine")["verdicts"]
    assert noted["H1"] == first
    assert (first["verdict"], first["low"]) == ("supported", 1.0)
    assert noted["H2"]["verdict"] == "not enough data"


def test_a_verdict_on_other_data_is_not_of_the_first_look():
    """Files that were added since have no say in it."""
    record_look("mine", inputs=["aa"], hypotheses={})

    assert record_verdicts("mine", {"H1": {"verdict": "supported"}}, inputs=["aa", "bb"]) == 0
    assert "verdicts" not in first_look("mine")


def test_choices_are_noted_with_looks_and_verdicts():
    """The hash of the choices stands with every look and every verdict that was told one."""
    record_look("mine", inputs=["aa"], hypotheses={}, config="c1")
    record_look("mine", inputs=["aa"], hypotheses={}, config="c2")
    record_look("mine", inputs=["aa"], hypotheses={})
    record_verdicts("mine", {"H1": {"verdict": "supported"}}, inputs=["aa"], config="c2")

    now = first_look("mine")
    assert now["config"] == "c1"
    assert [look.get("config") for look in now["later_looks"]] == ["c2", None]
    assert now["verdicts"]["H1"]["config"] == "c2"


def test_files_that_were_looked_at_under_another_name(data_home):
    """The earliest name counts, of a first look or a later one; one's own looks do not."""
    record_look("mine", inputs=["aa"], hypotheses={})
    record_look("mine", inputs=["bb"], hypotheses={})
    record_look("other", inputs=["aa", "cc"], hypotheses={})
    record_look("third", inputs=["cc", "bb"], hypotheses={})
    (data_home / "private" / "first_looks" / "mine (copy).json").write_text("{}")

    assert earlier_look("mine", inputs={"aa": 10}) is None
    assert earlier_look("other", inputs={"aa": 10, "cc": 10}) == "mine"
    assert earlier_look("third", inputs={"cc": 10, "bb": 10}) == "mine"
    assert earlier_look("third", inputs={"cc": 10}) == "other"
    assert earlier_look("never", inputs={"aa": 10}) is None


def test_a_file_that_many_exports_share_is_no_look():
    """An empty list of 2 bytes beside 199 of one's own is under a hundredth; beside 198 it is not.

    2 / 201 < 0.01 and 2 / 200 = 0.01.
    """
    record_look("mine", inputs=["[]", "aa"], hypotheses={})
    record_look("other", inputs=["[]", "bb"], hypotheses={})

    assert earlier_look("other", inputs={"[]": 2, "bb": 199}) is None
    assert earlier_look("other", inputs={"[]": 2, "bb": 198}) == "mine"
