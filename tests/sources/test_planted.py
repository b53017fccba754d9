"""The truth of a simulated export: what is read, and every shape that is refused."""

import json

import pytest

from workbench.errors import SourceError
from workbench.sources._planted import read_truth

VALUE = {"hypothesis": "H1.1", "meaning": "risk difference", "value": 0.02}


def told(folder, text):
    """What is read from a truth that is written so."""
    path = folder / "truth.json"
    path.write_text(text, encoding="utf-8")
    return read_truth(path, where="simulated square")


def refused(folder, text):
    """The message with which it is refused."""
    with pytest.raises(SourceError) as raised:
        told(folder, text)
    return str(raised.value)


@pytest.mark.parametrize("value", [0.02, 0, -3, None])
def test_a_truth_is_read_as_written(tmp_path, value):
    """A true value is a number, or empty where no one number is true."""
    truth = {"settings": {"tau": 0.1}, "true_values": {"landmark": {**VALUE, "value": value}}}

    assert told(tmp_path, json.dumps(truth)) == truth


@pytest.mark.parametrize(
    "text",
    ["[1]", "{", "null", "[" * 100_000, '{"a": NaN}', '{"a": 1e999}', '{"a": "\\ud800"}'],
    ids=["list", "half", "null", "deep", "NaN", "infinite", "half a character"],
)
def test_what_is_no_object(tmp_path, text):
    """Anything but an object that can be written again is refused."""
    assert refused(tmp_path, text) == (
        "simulated square: truth.json: expected an object, got something else. "
        "Simulate the community again."
    )


def test_an_empty_file(tmp_path):
    """A file without a byte says what is expected of files."""
    assert refused(tmp_path, "").startswith("simulated square: truth.json: expected rows")


@pytest.mark.parametrize(
    ("truth", "wanted"),
    [
        ({}, "settings that are an object"),
        ({"settings": None, "true_values": {}}, "settings that are an object"),
        ({"settings": {}}, "true_values that are an object"),
        ({"settings": {}, "true_values": None}, "true_values that are an object"),
        ({"settings": {}, "true_values": "high"}, "true_values that are an object"),
    ],
)
def test_parts_that_lack(tmp_path, truth, wanted):
    """Settings and true values are objects."""
    assert refused(tmp_path, json.dumps(truth)) == (
        f"simulated square: truth.json: expected {wanted}, got something else. "
        "Simulate the community again."
    )


@pytest.mark.parametrize(
    "one",
    [
        *(0.02, None, "0.02", [0.02], {}),
        {"hypothesis": "H1.1", "meaning": "risk difference"},
        *({**VALUE, "value": wrong} for wrong in ("0.02", True, [0.02], 10**400)),
        {**VALUE, "meaning": None},
        {**VALUE, "hypothesis": 1},
    ],
)
def test_entries_that_are_no_true_value(tmp_path, one):
    """One wrong entry among good ones is enough, and no value is repeated."""
    truth = {"settings": {}, "true_values": {"landmark": VALUE, "whole": one}}

    assert refused(tmp_path, json.dumps(truth)) == (
        "simulated square: truth.json: expected each of true_values with hypothesis and meaning "
        "(text) and value (a finite number or null), got 1 without. Simulate the community again."
    )
