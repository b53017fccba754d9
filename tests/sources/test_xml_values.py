"""Numbers and times from bytes: the usual form exactly, and nothing made of any other."""

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.sources._xml_values import moment, whole

SHORT_TEXTS = st.lists(st.text("0123456789-+ .x", max_size=17), min_size=1, max_size=4)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(reader, *values):
    """What a reader makes of values that stand between quotation marks."""
    text = "".join(f'"{value}"' for value in values)
    marks = np.flatnonzero(np.frombuffer(text.encode(), np.uint8) == ord('"'))
    found = reader(np.frombuffer(text.encode(), np.uint8), marks[0::2] + 1, marks[1::2])
    return None if found is None else found.tolist()


@given(st.lists(st.integers(1 - 10**15, 10**15 - 1), min_size=1, max_size=5))
def test_numbers(numbers):
    """Any whole numbers of up to fifteen digits are read beside each other."""
    assert read(whole, *numbers) == numbers


@given(SHORT_TEXTS)
@example(["-0"])
@example(["1", "-"])
@example(["/"])
@example([":"])
def test_numbers_in_other_forms(texts):
    """One value in another form is enough for nothing to be read."""
    is_usual = all(re.fullmatch(r"0|-?[1-9][0-9]{0,14}", text) for text in texts)

    assert read(whole, *texts) == ([int(text) for text in texts] if is_usual else None)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_times(when):
    """Times to the millisecond are whole microseconds since 1970."""
    when = when.replace(microsecond=when.microsecond // 1_000 * 1_000)
    written = when.isoformat(timespec="milliseconds").removesuffix("+00:00")

    assert read(moment, "1970-01-01T00:00:01.234", written) == [
        1_234_000, (when - EPOCH) // timedelta(microseconds=1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "written",
    [
        "2018-02-30T18:01:09.000",
        "2018-03-12T24:01:09.000",
        "2018-03-12T18:01:60.000",
        "2018-03-12 18:01:09.123",
        "2018-03-12T18:01:09.12Z",
        "2018-03-12T18:01:09,123",
        "2018-03-12T18:01:09.12",
        "2018-03-1:T18:01:09.123",
        "",
    ],
)
def test_times_in_other_forms(written):
    """A time in another form, or that there never was, is left to others, whatever is beside it."""
    assert read(moment, "2018-03-12T18:01:09.123", written) is None


def test_nothing():
    """An attribute that no row has gives no numbers."""
    assert read(whole) == []
    assert read(moment) == []
