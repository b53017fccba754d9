"""Values of JSON as text, by hand."""

import pytest

from workbench.sources._json_values import LENIENT, Number, scalar


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("9007199254740993", "9007199254740993"),  # 2^53 + 1, which no double holds
        ("-0", "0"),
        ("1.5e3", "1500"),
        ("0.25", "0.25"),
        ('"0.50"', "0.50"),
        ('"x\\ud83d"', "x\N{REPLACEMENT CHARACTER}"),
        ("true", "true"),
        ("false", "false"),
        ("null", None),
        ("[1]", None),
        ('{"a": 1}', None),
    ],
)
def test_a_value_as_text(written, text):
    """Digits are kept, exponents are not; what is no single value is empty."""
    assert scalar(LENIENT.decode(written)) == text


def test_a_number_is_told_from_text():
    """Both are text afterwards, but only one of them was a number."""
    row = LENIENT.decode('{"a": 12, "b": "12", "b": 13}')

    assert row == {"a": "12", "b": "12"}  # of two values of one name the first
    assert [isinstance(value, Number) for value in row.values()] == [False, True]


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json_is_refused(constant):
    """Words for numbers that JSON does not have."""
    with pytest.raises(ValueError, match=constant):
        LENIENT.decode(constant)
