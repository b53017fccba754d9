"""First looks: written once, appended to, never lost."""

import pytest

from workbench.data.looks import first_look, record_look
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
