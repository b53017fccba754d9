"""Tests of whole simulated communities: the same from one seed, canonical, and recovered."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from workbench import simulate
from workbench.data import manifest
from workbench.data.cleaning import clean
from workbench.errors import SimulationError
from workbench.measures import collect
from workbench.measures.newcomers import FIRST_SEEN, JOINED, newcomers
from workbench.models.effects import crude_risk_difference, risk_difference
from workbench.schema import TABLES, conform
from workbench.simulate import Settings
from workbench.simulate.record import one_community
from workbench.sources import REJECTED
from workbench.studies.feedback_speed import cohorts
from workbench.studies.hypotheses import windows

SEED = 20


def tiny(**planted: object) -> simulate.Simulated:
    """A small community with these settings."""
    return simulate.community(Settings(**planted), size="tiny", seed=SEED)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def planned() -> simulate.Simulated:
    """A small community under the settings that nobody changed."""
    return tiny()


def people_at_landmark(planted: Settings) -> pl.DataFrame:
    """Those of 20,000 newcomers whom H1.1 compares, with what was hidden."""
    tables, latent = one_community(
        planted, 20_000, seed=SEED, name="simulated-1", title="Simulated community 1"
    )
    one = simulate.opened(simulate.Simulated(tables, latent, planted, "tiny", SEED), "simulated-1")
    people = cohorts.people_of(one, windows(one.platform))
    people = people[people["complete"] & ~people["returned_early"]]
    merged = people.merge(latent.to_pandas(), on=["community_id", "person_id"], validate="1:1")
    return merged.assign(day=merged["first_us"] // 86_400_000_000)


def test_one_seed_gives_the_same_tables(planned):
    """Bit for bit, the hidden table too; another seed gives others."""
    again = tiny()
    for name, rows in planned.tables.items():
        assert_frame_equal(rows, again.tables[name], check_exact=True)
    assert_frame_equal(planned.latent, again.latent, check_exact=True)
    other = simulate.community(Settings(), size="tiny", seed=SEED + 1)
    assert not other.latent["u"].equals(planned.latent["u"])


def test_tables_are_canonical(planned):
    """Columns, types and filled values are those of the schema, and keys are unique."""
    for name, rows in planned.tables.items():
        assert_frame_equal(rows, conform(rows, TABLES[name], where="test"))
        assert not rows.select(TABLES[name].key).is_duplicated().any()


def test_cleaning_keeps_everything(planned):
    """Nothing to set aside, to repair or to add where no defect was planted."""
    found = clean(planned.tables, pl.DataFrame(schema=REJECTED))
    assert found.quarantine.is_empty()
    for name, rows in planned.tables.items():
        assert_frame_equal(found.tables[name], rows, check_row_order=False)
    assert {k: n for k, n in found.notes.items() if n} == {
        "posts_by_bots": planned.tables["posts"]["is_bot"].sum()
    }


def test_newcomers_are_those_who_arrived(planned):
    """Everybody in the latent table is new because of joining; helpers never are."""
    tables = planned.tables
    found = collect(
        newcomers(tables["posts"], tables["people"], tables["communities"], washout_us=0)
    )
    because = found.set_index("person_id")["because"]
    assert set(because[because == JOINED].index) == set(planned.latent["person_id"])
    others = because[because != JOINED]
    assert set(others) == {FIRST_SEEN}
    assert others.index.str.startswith("helper").all()
    assert found.loc[found["because"] == JOINED, "opened"].all()


def test_newcomers_never_answer_and_never_enter_each_others_threads(planned):
    """All answers are by helpers and programs; newcomers' comments are at home or at a helper's."""
    posts = planned.tables["posts"]
    mine = posts.filter(pl.col("author_id").str.starts_with("newcomer"))
    assert set(mine["kind"]) == {"question", "comment"}
    askers = posts.filter(pl.col("kind") == "question").select("thread_id", asker="author_id")
    homes = mine.join(askers, on="thread_id")
    home = pl.col("asker") == pl.col("author_id")
    assert homes.height == mine.height
    assert homes.select((home | pl.col("asker").str.starts_with("helper")).all()).item()


def without_programs(simulated: simulate.Simulated) -> pl.DataFrame:
    """The posts of humans."""
    return simulated.tables["posts"].filter(~pl.col("is_bot"))


def test_switching_programs_off_leaves_the_humans(planned):
    """Every human post stays as it was, and no other is left."""
    plain = tiny(bots=0.0)
    assert_frame_equal(plain.tables["posts"], without_programs(planned))
    assert not plain.tables["people"]["is_bot"].any()
    assert planned.tables["people"]["is_bot"].any()


def test_switching_an_effect_leaves_what_comes_before_it(planned):
    """tau changes when newcomers come back, not who they are or how they are answered."""
    strong = tiny(tau=1.0)
    assert_frame_equal(strong.latent, planned.latent)
    first = pl.col("thread_id").str.starts_with("first")
    assert_frame_equal(strong.tables["posts"].filter(first), planned.tables["posts"].filter(first))
    assert strong.tables["posts"].height > planned.tables["posts"].height


def test_survivors_are_the_same_but_for_the_deleted(planned):
    """Whole threads are missing: unanswered for 30 days, of no score, about one in four."""
    kept, everything = tiny(survivor=True).tables["posts"], planned.tables["posts"]
    missing = everything.join(kept, on="post_id", how="anti")
    assert kept.height + missing.height == everything.height
    assert not set(missing["thread_id"]) & set(kept["thread_id"])
    questions = missing.filter(pl.col("kind") == "question")
    human_answers = (pl.col("kind") == "answer") & ~pl.col("is_bot")
    opened = questions.select("thread_id", opened_us="created_us")
    late = missing.filter(human_answers).join(opened, on="thread_id")
    assert (questions["score"] <= 0).all()
    assert (late["created_us"] - late["opened_us"] > 30 * 86_400_000_000).all()
    waited = everything.filter(human_answers)["thread_id"].unique()
    silent = everything.filter(
        pl.col("kind") == "question",
        pl.col("score") <= 0,
        ~pl.col("thread_id").is_in(waited.implode()),
    )
    assert 0.15 < questions.height / silent.height < 0.3


def test_an_opened_community_says_that_it_is_simulated(planned):
    """It carries the study's windows, its settings and a title that nobody mistakes."""
    one = simulate.opened(planned, "simulated-1")
    assert one.manifest["is_simulated"] is True
    assert one.title == "Simulated community 1"
    assert one.manifest["options"]["tau"] == 0.1
    assert one.manifest["options"]["seed"] == SEED
    assert one.manifest["truth"]["settings"] == asdict(planned.settings)
    assert one.manifest["truth"]["true_values"]["log_hazard_ratio"]["value"] == 0.1
    assert manifest.misfits(one.manifest) == ["tables"]
    assert windows(one.platform).response_kinds == ("answer",)
    assert_frame_equal(one.posts, planned.tables["posts"])
    assert planned.names == ("simulated-1",)


def test_communities_differ_and_are_opened_one_by_one(planned):
    """Two communities of one data set have rows, clocks and people of their own."""
    both = [one_community(Settings(), 50, seed=SEED, name=name, title=name) for name in ("a", "b")]
    tables = {name: pl.concat([both[0][0][name], both[1][0][name]]) for name in both[0][0]}
    latent = pl.concat([both[0][1], both[1][1]])
    found = replace(planned, tables=tables, latent=latent)
    assert found.names == ("a", "b")
    assert_frame_equal(simulate.opened(found, "b").posts, both[1][0]["posts"])
    assert not both[0][1]["u"].head(10).equals(both[1][1]["u"].head(10))


def test_there_is_no_such_community(planned):
    """The message lists those there are."""
    with pytest.raises(SimulationError, match=r"no community 'x'; there are simulated-1\. Choose"):
        simulate.opened(planned, "x")


def test_settings_are_settings():
    """A dictionary is not; the message shows how to write them."""
    with pytest.raises(SimulationError, match=r"must be a simulate\.Settings, got dict\. Write"):
        simulate.community({"tau": 0.1}, seed=1)  # type: ignore[arg-type]


def test_the_truth_is_that_of_the_settings(planned):
    """Asked of the data set itself."""
    assert planned.truth == simulate.truths(Settings())


def test_the_planted_effect_is_recovered_with_the_confounders_known():
    """tau = 0.4, adjusted for u and q: the truth lies within four standard errors."""
    planted = Settings(tau=0.4)
    people = people_at_landmark(planted)
    found = risk_difference(
        people, outcome="returned", exposure="responded", covariates=("u", "q"), clusters="day"
    )
    truth = simulate.truths(planted)["landmark"].value
    assert found.estimate == pytest.approx(truth, abs=4 * found.std_error)
    assert found.estimate > 4 * found.std_error


def test_the_plain_difference_is_wrong_where_nothing_was_planted():
    """tau = 0: the committed are answered more, about 7 in 100 by confounding alone."""
    people = people_at_landmark(Settings(tau=0.0))
    crude = crude_risk_difference(people, outcome="returned", exposure="responded", clusters="day")
    assert crude.estimate == pytest.approx(0.071, abs=4 * crude.std_error)
    assert crude.low > 0.03
    known = risk_difference(
        people, outcome="returned", exposure="responded", covariates=("u", "q"), clusters="day"
    )
    assert known.estimate == pytest.approx(0, abs=4 * known.std_error)


def test_availability_moves_answers_and_not_returns():
    """The instrument: related to being answered; among the unanswered not to coming back."""
    people = people_at_landmark(Settings(tau=0.0))
    odds = np.corrcoef(np.log(people["availability"]), people["responded"])[0, 1]
    exclusion = np.corrcoef(np.log(people["availability"]), people["returned"])[0, 1]
    assert odds > 0.1
    assert abs(exclusion) < 4 / np.sqrt(len(people))
