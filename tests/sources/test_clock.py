"""What the times of a whole file mean: settled by any value, or refused with the flag to give."""

import polars as pl
import pytest

from workbench.errors import SourceError
from workbench.sources._clock import form, settle
from workbench.sources._times import Clock, read_times

ROME = Clock("Europe/Rome")


def settled(*values, clock=ROME, batches=1):
    """The clock of a file with these values, given in so many batches."""
    series = pl.Series(values, dtype=pl.String)
    size = -(-len(values) // batches)
    parts = [series.slice(i, size) for i in range(0, len(values), size)]
    return settle(parts, clock, where="test")


@pytest.mark.parametrize("batches", [1, 3])
def test_one_value_settles_the_order(batches):
    """A day above 12 anywhere in the file says which part is the day."""
    assert settled("1/2/2024", "3/4/2024", "13/1/2024", batches=batches).day_first is True
    assert settled("1/2/2024", "3/4/2024", "1/13/2024", batches=batches).day_first is False


def test_order_that_does_not_matter():
    """Where day and month are equal in all values, either order reads the same moment."""
    clock = settled("7/7/2024", "8/8/2024")

    assert read_times(pl.Series(["7/7/2024"]), clock)["problem"].to_list() == [None]


def test_given_order_is_kept():
    """What the user says is not overruled by a value that does not fit."""
    values = ["1/2/2024", "3/4/2024", "13/1/2024"]

    assert settled(*values, clock=Clock("UTC", day_first=False)).day_first is False


def test_open_order():
    """Where nothing settles the order, the flags that do are named, and no value is shown."""
    with pytest.raises(SourceError, match=r"such as 9/9/9999\. Say which: --day-first or --month"):
        settled("1/2/2024", "3/4/2024")


def test_contradictory_order():
    """A file with both orders is refused with the number of each."""
    with pytest.raises(SourceError, match="2 times can only have the day first and 1 only the mon"):
        settled("13/1/2024", "14/1/2024", "1/13/2024")


def test_missing_zone():
    """Times without a zone are counted and the flag is named; those with one need none."""
    with pytest.raises(
        SourceError, match=r"1 of 2 times name no time zone, such as 9999-99-99 99:99\."
    ):
        settled("2024-01-01 10:00", "2024-01-01T10:00Z", clock=Clock())

    assert settled("2024-01-01T10:00Z", clock=Clock()).timezone is None


def test_too_many_unread():
    """More than half unread is an error that shows the form of a value and never the value."""
    with pytest.raises(
        SourceError, match="2 of 3 times cannot be read, most of them like aaaa-99"
    ) as e:
        settled("Rosa-17", "Aldo-21", "2024-01-01")

    assert "Rosa" not in str(e.value)
    assert "--time-format" in str(e.value)
    assert "\n" not in str(e.value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("45425.5", "like 99999.9. Excel serial date: save the column as ISO text."),
        ("٢٠٢٤-٠٥-١٣", "like 9999-99-99. Digits other than 0 to 9: save the column as ISO text."),
    ],
)
def test_unread_forms_with_a_cure(value, said):
    """Where most times are of a form that can be named, the line says how to save them."""
    with pytest.raises(SourceError) as refused:
        settled(value, value, "soon", clock=Clock())

    assert str(refused.value) == f"test: 3 of 3 times cannot be read, most of them {said}"


def test_half_unread_is_borne():
    """Up to half of the rows may be unread: those rows are rejected one by one."""
    assert settled("soon", "2024-01-01").timezone == "Europe/Rome"


def test_wrong_given_order_is_noticed():
    """With the wrong order given, most dates are none, and the file is refused."""
    values = [f"1/{day}/2024" for day in range(1, 29)]  # 16 of the 28 have a part above 12

    with pytest.raises(
        SourceError, match=r"16 of 28 times cannot be read, most of them like 9/99/9999"
    ):
        settled(*values, clock=Clock("UTC", day_first=True))


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("2024-05-13T10:00", "9999-99-99a99:99"),
        ("Ève ١٢\n", "aaa 99?"),
        ("", "(empty)"),
        (None, "(empty)"),
        ("x" * 50, "a" * 39 + "…"),
    ],
)
def test_form(value, shape):
    """Digits and letters of any script are hidden; long values are cut."""
    assert form(value) == shape
