"""Communities that a step cannot show are left out with a reason."""

import importlib
from types import SimpleNamespace

import pandas as pd
import pytest

from workbench import data
from workbench.errors import ModelError, StudyError
from workbench.studies.present import TableView
from workbench.studies.refusals import CARRIERS, for_readers, where_possible

LARGE, SMALL = (
    SimpleNamespace(title=title, people=people) for title, people in (("Large", 9), ("Small", 1))
)


@where_possible
def count_people(given, *, least=5):
    """People of each community; refused below `least`."""
    for one in given:
        if one.people < least:
            raise ModelError(f"count: expected {least} people, got {one.people}.")
    return TableView(
        pd.DataFrame({"people": [one.people for one in given]}), name="people", caption="People."
    )


def test_nothing_is_said_where_all_is_well():
    """A step that shows everybody is left as it is."""
    assert count_people([LARGE]).caption == "People."
    assert count_people([LARGE, SMALL], least=1).frame["people"].tolist() == [9, 1]


def test_the_reason_stands_in_the_caption():
    """The small community is left out, and the caption names it and the reason."""
    view = count_people([LARGE, SMALL])

    assert view.frame["people"].tolist() == [9]
    assert view.caption == (
        "People. Not enough data for this step in Small (the method expected 5 people, got 1)."
    )


def test_a_table_of_reasons_where_nobody_is_left():
    """If all are refused, the reasons take the step's place; cohorts are named by community."""
    view = count_people([SimpleNamespace(community=SMALL, people=1)])

    assert view.name == "count-people"
    assert view.caption == "Not enough data for this step."
    assert view.frame.to_dict("records") == [
        {"community": "Small", "why": "the method expected 5 people, got 1"}
    ]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "rmst: expected a horizon up to 3, got 9.",
            "the method expected a horizon up to 3, got 9",
        ),
        (
            "choices: expected an estimate, got none. It says: ols: expected 2 rows, got 1.",
            "the method expected an estimate, got none. It says: the method expected 2 rows, got 1",
        ),
        ("the data lack: known answers.", "the data lack: known answers"),
    ],
)
def test_readers_hear_no_name_of_a_function(reason, said):
    """What a method expected is kept; words that were made for readers stay as they are."""
    assert for_readers(reason) == said


def test_other_errors_pass():
    """A fault of the call is not a lack of data."""

    @where_possible
    def broken(given):
        raise StudyError("study 01: knob.")

    with pytest.raises(StudyError, match="study 01: knob"):
        broken([LARGE])


def test_no_community_at_all_is_said():
    """A step without a single community shows a table with the reason, under its own name."""

    @where_possible
    def some_step(given):
        raise AssertionError("nothing to show")

    view = some_step([])
    assert view.name == "some-step"
    assert view.frame["why"].item().startswith("no data set here has what this study needs")


@pytest.mark.parametrize(
    ("file", "step", "said"),
    [
        ("crowdsourcing.talking", "talk_figure", "workbench get delidata, then workbench load del"),
        ("crowdsourcing.voting", "votes_table", "workbench get crowd-cf, then workbench load cro"),
        ("overload.choosing", "choosing_table", "workbench get openideo --accept-licence, then w"),
    ],
)
def test_a_step_without_a_data_set_says_what_to_type(file, step, said):
    """Where no data set can carry a step, one that can is named with both commands."""
    view = getattr(importlib.import_module(f"workbench.studies.{file}"), step)([])

    assert said in view.frame["why"].item()


@pytest.mark.parametrize(("file", "name"), CARRIERS.items())
def test_what_carries_a_step_is_there(file, name):
    """Every file of the list is a file of steps, and every data set can be fetched by its name."""
    assert importlib.import_module(f"workbench.studies.{file}").where_possible is where_possible
    assert name in data.named()
    assert name in data.downloads()
