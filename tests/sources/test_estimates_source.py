"""The reader of estimates: both forms by hand, what it refuses, and the published file."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.schema import COMMUNITIES, RATINGS, TRUTHS, conform
from workbench.sources import estimates
from workbench.sources._recognise import fitting

NAVAJAS = (
    Path(__file__).resolve().parents[3] / "shared/raw/crowd_labels/wisdom_of_crowds/"
    "navajas_et_al.csv"
)  # fmt: skip
shared = pytest.mark.skipif(not NAVAJAS.is_file(), reason="the samples are not beside the project")


def whole(path, **options):
    """The one batch of an export."""
    (batch,) = estimates.read(path, options=options)
    return batch


def table(tmp_path, *lines):
    """A CSV file of these lines."""
    path = tmp_path / "x.csv"
    path.write_text("\n".join([*lines, ""]))
    return path


def test_wide_by_hand(data, rows_of):
    """A line is two rows; people are numbered within their trial; nothing is too large."""
    batch = whole(data / "estimates/wide.csv")
    kept, rejected, reasons = rows_of([batch], "ratings")

    # Five lines are ten rows: the first estimate of line 3 is NA, that of line 5 is a word.
    assert kept.select("rater_id", "group_id", "item_id", "round", "value").rows() == [
        ("1-1", "1", "3", "before", 15.0),
        ("1-1", "1", "3", "after", 30.0),
        ("1-2", "1", "3", "after", 25.0),
        ("2-1", "2", "3", "before", 1e8),
        ("2-1", "2", "3", "after", 20.5),
        ("2-1", "2", "5", "after", 600.0),
        ("2-2", "2", "5", "before", 500.0),
        ("2-2", "2", "5", "after", 700.0),
    ]
    assert reasons == {3: "no estimate", 7: "the estimate is not a number"}
    assert rejected["place"].to_list() == ["line 3, before", "line 5, before"]


def test_truths_by_hand(data, rows_of):
    """One truth a task; the lines of task 5 say 666 and 660, so that it has none."""
    batch = whole(data / "estimates/wide.csv")
    truths, _, reasons = rows_of([batch], "truths")

    assert truths.select("item_id", "value").rows() == [("3", 20.0)]
    assert reasons == dict.fromkeys((2, 3), "another row says otherwise of this item")
    assert batch.notes == {
        "items_without_truth": 1,
        "items_with_different_truths": 1,
        # Line 3 and line 5 have a second estimate alone.
        "estimates_without_the_other_round": 2,
    }


def test_long_by_hand(data, rows_of):
    """A row is an estimate; one without a person, or of a third round, is set aside."""
    batch = whole(data / "estimates/long.csv")
    kept, _, reasons = rows_of([batch], "ratings")

    assert kept.select("rater_id", "group_id", "item_id", "round", "value").rows() == [
        ("Ada Fern", None, "ox", "before", 1200.0),
        ("Ben Moss", None, "ox", "before", 900.0),
        ("Ben Moss", None, "ox", "after", 1000.0),
    ]
    assert reasons == {4: "no person", 5: "the round is neither before nor after"}
    assert batch.tables["truths"].select("item_id", "value").rows() == [("ox", 1198.0)]
    assert batch.notes == {"estimates_without_the_other_round": 1}


@pytest.mark.parametrize(("people", "ids"), [("within", ["g-1", "h-1"]), ("across", ["1", "1"])])
def test_whose_number_it_is(tmp_path, people, ids):
    """Seat 1 of two groups is two people, unless ids are said to hold across groups."""
    path = table(tmp_path, "item,group,person,guess", "q,g,1,10", "q,h,1,20")

    assert whole(path, people=people).tables["ratings"]["rater_id"].to_list() == ids


def test_no_two_people_become_one(tmp_path):
    """Group 1-2 with person 3, group 1 with person 2-3, and person 1-2-3 of no group are three."""
    path = table(tmp_path, "item,group,person,guess",
                 "q,1-2,3,10", "q,1,2-3,20", "q,,1-2-3,30", "q,1,2%2D3,40")  # fmt: skip

    ids = whole(path).tables["ratings"]["rater_id"].to_list()
    assert ids == ["1-2-3", "1-2%2D3", "1%2D2%2D3", "1-2%252D3"]


def test_without_groups_a_persons_id_stands_as_it_is(tmp_path):
    """Nothing is joined, so that nothing has to be told apart."""
    path = table(tmp_path, "item,person,guess", "q,a-1,10", "q,a%2,20")

    assert whole(path).tables["ratings"]["rater_id"].to_list() == ["a-1", "a%2"]


def test_questions_and_groups_called_by_words_are_numbered(tmp_path):
    """What a question asks and what a group is called are not kept; the scan is told both."""
    lines = ("How old is Ada?,red team,1,10,12", "ox,blue,2,20,", "ox,red team,1,NA,")
    path = table(tmp_path, "item,group,person,guess,truth", *lines)
    batch = whole(path)

    assert batch.tables["ratings"].select("item_id", "group_id", "rater_id").rows() == [
        ("item-1", "group-1", "red team-1"), ("item-2", "group-2", "blue-2"),
    ]  # fmt: skip
    assert batch.tables["truths"].select("item_id", "value").rows() == [("item-1", 12.0)]
    assert batch.notes == {"items_without_truth": 1, "items_numbered": 2, "groups_numbered": 2}
    told = [name for one in estimates.said(path) for name in one.names]
    assert told == ["How old is Ada?", "ox", "red team", "blue"]


def test_a_table_of_one_round_lacks_nothing(tmp_path):
    """Where nobody was asked twice no estimate lacks its other round, and no truth is made up."""
    batch = whole(table(tmp_path, "item,person,estimate,phase", "q,1,10,pre", "q,2,20,pre"))

    assert batch.tables["truths"].is_empty()
    assert batch.notes == {"items_without_truth": 1}


def test_a_truth_that_is_no_number(tmp_path, rows_of):
    """It is set aside once, and an empty one says nothing."""
    path = table(tmp_path, "item,person,estimate,truth", "q,1,10,high", "q,2,20,high", "r,1,3,")
    truths, _, reasons = rows_of([whole(path)], "truths")

    assert truths.is_empty()
    assert reasons == {1: "the truth is not a number"}


@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.one_of(st.just("NA"), st.floats(-1e9, 1e9)), min_size=2, max_size=20))
def test_every_estimate_is_kept_or_set_aside(values, tmp_path_factory):
    """A number comes back as it was written, NA is set aside, and rows add up."""
    lines = [f"q,{number},{value}" for number, value in enumerate(values)]
    batch = whole(table(tmp_path_factory.mktemp("x"), "item,person,estimate", *lines))

    numbers = [value for value in values if value != "NA"]
    assert batch.tables["ratings"]["value"].to_list() == numbers
    assert batch.rejected.height == len(values) - len(numbers)


@pytest.mark.parametrize("name", ["wide.csv", "long.csv"])
def test_tables_are_canonical(data, name):
    """Both forms give the tables of the schema, undated, and no other source claims them."""
    path = data / "estimates" / name
    batch = whole(path, title="A title")

    conform(batch.tables["ratings"], RATINGS, where="test")
    conform(batch.tables["truths"], TRUTHS, where="test")
    about = conform(batch.tables["communities"], COMMUNITIES, where="test").row(0, named=True)
    assert (about["name"], about["platform"]) == ("A title", "rating task")
    assert about["observed_until_us"] is None
    assert list(fitting(path)) == ["estimates"]


def test_what_is_said(data):
    """Names of people, not their numbers."""
    (named,) = estimates.said(data / "estimates/long.csv")
    (numbered,) = estimates.said(data / "estimates/wide.csv")

    assert sorted(named.names) == ["Ada Fern", "Ben Moss", "Cid Vale"]
    assert numbered.names.is_empty()


def test_other_files_are_not_claimed(data, tmp_path):
    """Posts, judgements, folders and files that are not there are no estimates."""
    for path in (data / "table/forum.csv", data / "judgments/named.csv", tmp_path,
                 tmp_path / "absent.csv"):  # fmt: skip
        assert not estimates.detect(path)


def test_refusals(tmp_path, data):
    """A table without a person, and a choice that there is not, are refused in one line."""
    path = table(tmp_path, "task,estimate", "q,1")
    with pytest.raises(SourceError, match=r"expected columns for person, or all of trial, subject"):
        whole(path)
    for act in (estimates.read, estimates.said):
        with pytest.raises(SourceError, match=r"option people expected within, across, got 'both'"):
            next(act(data / "estimates/long.csv", options={"people": "both"}))


@pytest.mark.shared
@shared
def test_published_file():
    """280 trials of 5 people and 4 questions; all lines are two estimates, 254 were not given."""
    batch = whole(NAVAJAS)
    kept = batch.tables["ratings"]
    aside = batch.rejected.with_columns(after=pl.col("place").str.ends_with("after"))

    # 5,600 lines: 142 first and 112 second estimates are NA.
    assert kept.height == 2 * 5_600 - 142 - 112
    assert set(aside["reason"]) == {"no estimate"}
    assert aside["after"].sum() == 112
    assert kept["rater_id"].n_unique() == 1_400
    assert kept["group_id"].n_unique() == 280
    assert batch.tables["truths"].sort("item_id").select("item_id", "value").rows() == [
        ("1", 145.0), ("3", 21.0), ("5", 666.0), ("6", 180.0),
    ]  # fmt: skip
    assert batch.notes == {"estimates_without_the_other_round": 230}
    assert list(fitting(NAVAJAS)) == ["estimates"]
