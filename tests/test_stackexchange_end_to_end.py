"""From a dump of Stack Exchange to the numbers that are known of it."""

from pathlib import Path

import pytest

from workbench import data
from workbench.studies.feedback_speed.waiting import median_wait, waits
from workbench.studies.hypotheses import seen_before

SAMPLES = Path(__file__).resolve().parents[2] / "shared/raw/stackexchange"
shared = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
QUANTUM, COFFEE = "quantumcomputing.stackexchange_2018-09", "coffee.stackexchange_2015-03"


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """A function: name and path -> what loading it into an empty data folder reports."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "store"))
    return lambda name, path: data.load(name, path=path)


@pytest.mark.shared
@shared
def test_a_site_is_loaded_and_agrees_with_itself(loaded):
    """Every row is kept or set aside, and the site's own counts are found again."""
    report = loaded("quantum", SAMPLES / QUANTUM)
    posts = data.open("quantum").posts

    # 1,986 rows of Posts.xml and 3,413 of Comments.xml; 157 tag wikis have an excerpt each.
    assert report.counts["posts"] == {
        "read": 1_986 + 3_413, "kept": 5_085, "quarantined": 2 * 157, "derived": 0,
    }  # fmt: skip
    assert dict(posts["kind"].value_counts().rows()) == {
        "comment": 3_413,
        "answer": 1_060,
        "question": 612,
    }
    assert report.notes["scores_that_differ_from_the_votes"] == 0
    assert report.notes["questions_whose_answers_differ_from_a_recount"] == 0
    assert report.notes["threads_without_opening_post"] == 0
    assert posts["thread_id"].n_unique() == 612
    assert seen_before("quantum", data.first_look("quantum"))


@pytest.mark.shared
@shared
def test_waiting_for_an_answer(loaded):
    """The share answered by another and the median wait are those counted by other programs."""
    loaded("quantum", SAMPLES / QUANTUM)

    rows = waits(data.open("quantum"))

    assert len(rows) == 612
    assert rows["answered"].sum() == 549
    assert rows.loc[rows["answered"], "hours"].median() == pytest.approx(2.895, abs=0.0005)
    # Kaplan-Meier, silent questions waiting until the end of the record: as none fell silent
    # so late, 306 of 612 still wait, exactly one half, from the 306th answer to the 307th.
    waited = rows.loc[rows["answered"], "hours"].sort_values(ignore_index=True)
    assert median_wait(rows).estimate == pytest.approx(3.733, abs=0.0005)
    assert waited[305:307].tolist() == pytest.approx([3.733, 3.757], abs=0.0005)


@pytest.mark.shared
@shared
def test_posts_alone_are_enough(loaded):
    """A folder with nothing but Posts.xml is a site too."""
    report = loaded("coffee", SAMPLES / COFFEE)

    assert report.counts["posts"]["read"] == 592
    assert report.counts["posts"]["kept"] == 225 + 327
    assert report.counts["ratings"]["read"] == 0
