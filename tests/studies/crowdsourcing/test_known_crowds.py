"""Study 2 on the record of contests and on judged items, against what is known of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench import data
from workbench.studies.crowdsourcing import crowd_size, serial, voting, winning
from workbench.studies.crowdsourcing.ideas import could_win, ideas

RAW = Path(__file__).resolve().parents[3].parent / "shared/raw"
beside = pytest.mark.skipif(not RAW.is_dir(), reason="the samples are not beside the project")


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A function from the name of a data set to it, loaded into an empty data folder."""
    home = tmp_path_factory.mktemp("crowds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_DATA", str(home))
        patch.setenv("WORKBENCH_RAW", str(RAW))

        def load(name):
            data.load(name)
            return data.open(name)

        yield load


@pytest.mark.shared
@beside
def test_contests_of_openideo(opened):
    """Nineteen contests; what follows a win is what follows in any order; counts as published."""
    community = opened("openideo")
    rows, able = ideas(community), could_win(community)

    # Fuge et al. (2014) and a count of the files: 8,342 ideas, 171 winners, all of them concepts.
    assert (len(rows), rows["contest"].nunique(), int(able["won"].sum())) == (8_342, 19, 171)
    assert set(able["stage"]) == {"concept"}
    found = crowd_size.beyond_arithmetic(community)
    assert (found.n, found.clusters) == (19, 19)
    assert found.low < 0 < found.high
    # Counted apart from this code, idea by idea: 0.119 seen, 0.116 in random order.
    after = serial.after_a_win(community, unit=serial.BY_IDEA)
    assert after.observed == pytest.approx(0.119, abs=0.0005)
    assert after.expected == pytest.approx(0.116, abs=0.001)
    assert winning.busiest(community).iloc[0] < 0.3
    assert winning.difference(community).low > 0


@pytest.mark.shared
@beside
def test_judges_of_bluebirds(opened):
    """Majority 26 wrong of 108, Dawid-Skene 11 (recomputed from Zheng et al. 2017's files)."""
    made = voting.models(opened("crowd-bluebirds"))

    wrong = {name: int((~right).sum()) for name, (_, right) in made.items()}
    assert (wrong[voting.MAJORITY], wrong[voting.MATRIX]) == (26, 11)


@pytest.mark.shared
@beside
def test_judges_of_cf(opened):
    """Dawid-Skene loses to the majority, .830 to .880, and is sure of 96 of 100 items."""
    community = opened("crowd-cf")
    made = voting.models(community)
    found, right = made[voting.FIRST]

    assert right.mean() == pytest.approx(0.830, abs=0.001)
    assert (found.items["confidence"] > 0.99).mean() == pytest.approx(0.96, abs=0.005)
    many = voting.curve(community).curve["share_right"].iloc[-1]
    assert many == pytest.approx(0.880, abs=0.001)
    # The likelier solution is the worse one here.
    likeliest, also_right = made[voting.MATRIX]
    assert likeliest.log_likelihood > found.log_likelihood
    assert also_right.mean() < right.mean()
