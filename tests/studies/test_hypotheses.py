"""Hypotheses as data: complete, hashed, and fixed beforehand or not."""

import copy

import pytest

from workbench import data
from workbench.errors import StudyError
from workbench.studies import hypotheses as room
from workbench.studies.claims import claims
from workbench.studies.durations import DAY, MINUTE
from workbench.studies.scales import scales

FIELDS = {
    "study", "title", "question", "claims", "primary", "family", "grade", "unit", "population",
    "exposure", "comparison", "outcome", "estimand", "scale", "sesoi", "sesoi_reason", "against",
    "model", "covariates", "controls", "needs", "minimum_people", "minimum_events",
}  # fmt: skip


@pytest.fixture
def hashes_of(monkeypatch):
    """The hashes that other data would have; the package's own come back afterwards."""

    def hashes(content):
        monkeypatch.setattr(room, "_data", lambda: content)
        room.hypotheses.cache_clear()
        return room.hashes()

    yield hashes
    room.hypotheses.cache_clear()


@pytest.fixture
def own():
    """A copy of the package's data, to be changed."""
    return copy.deepcopy(room._data())


@pytest.mark.parametrize("name", room.hypotheses())
def test_every_hypothesis_is_complete(name):
    """Every field is filled, the scale has a sentence, claims and needed columns exist."""
    row = room.hypotheses()[name]

    assert set(row.fields) >= FIELDS
    assert all(row.fields[field] for field in FIELDS - {"primary", "covariates", "minimum_events"})
    assert row.scale in scales()
    assert row.sesoi > 0
    assert set(row.claims) <= {claim.id for claim in claims()}
    assert all(len(need.split(".")) == 2 for need in row.needs)
    assert (row.family == "confirmatory") == row.primary
    assert len(row.hash) == 64


def test_an_alternative_estimand_is_complete():
    """What stands in for H1.2a names its own scale, line and rule against the claim."""
    instead = room.hypotheses()["H1.2a"].instead

    assert instead["scale"] in scales()
    assert instead["sesoi_share"] > 0
    assert all(instead[field] for field in ("when", "estimand", "sesoi_reason", "against", "model"))


def test_a_word_changes_one_hash(hashes_of, own):
    """A changed word changes the hash of its hypothesis, and of no other."""
    before = hashes_of(own)
    changed = copy.deepcopy(own)
    changed["hypotheses"]["H1.1"]["against"] += " Or so."
    after = hashes_of(changed)

    assert {name for name in before if before[name] != after[name]} == {"H1.1"}


def test_a_window_changes_every_hash(hashes_of, own):
    """A moved landmark is as visible as a changed sentence."""
    before = hashes_of(own)
    changed = copy.deepcopy(own)
    changed["windows"]["forum"]["landmark"] += 1
    after = hashes_of(changed)

    assert all(before[name] != after[name] for name in before)


def test_the_order_of_fields_is_not_in_the_hash(hashes_of, own):
    """The same words in another order are the same hypothesis."""
    before = hashes_of(own)
    own["hypotheses"]["H1.1"] = dict(reversed(own["hypotheses"]["H1.1"].items()))

    assert hashes_of(own) == before


def test_fields_are_attributes():
    """A field reads as an attribute; one that does not exist is an AttributeError."""
    row = room.hypotheses("01")["H1.1"]

    assert row.title == row.fields["title"]
    with pytest.raises(AttributeError, match="colour"):
        _ = row.colour
    assert room.hypotheses("99") == {}


def look(row, *, content=None, inputs=("a",)):
    """A record of a first look that noted this hash."""
    return {"hypotheses": {row.id: content or row.hash}, "inputs": list(inputs)}


def test_prespecified_needs_the_same_words_at_the_first_look():
    """Without a record, or with other words then, the hypothesis was not fixed beforehand."""
    row = room.hypotheses()["H1.1"]

    assert room.prespecified(row, "mine", look(row))
    assert not room.prespecified(row, "mine", None)
    assert not room.prespecified(row, "mine", look(row, content="0" * 64))
    assert not room.prespecified(row, "mine", {"hypotheses": {}, "inputs": []})


def test_data_that_were_looked_at_are_never_prespecified():
    """The embedded data were known, under their own name or another one."""
    row = room.hypotheses()["H1.1"]
    known = data.catalogue()["college-messages"].sha256

    assert not room.prespecified(row, "college-messages", look(row))
    assert not room.prespecified(row, "mine", look(row, inputs=["a", known]))
    assert set(data.catalogue()) <= room.looked_at()


def test_files_that_were_looked_at_are_known_under_any_name(own):
    """The main file of a site that was known makes its rows exploratory."""
    row = room.hypotheses()["H1.1"]

    assert own["looked_at_files"]
    for digest in own["looked_at_files"]:
        assert not room.prespecified(row, "mine", look(row, inputs=["a", digest]))


def test_fetched_files_that_were_looked_at_are_known_under_any_name():
    """A file of the catalogue of downloads makes rows exploratory, but none that anybody has."""
    row = room.hypotheses()["H1.1"]
    files = [file for name in room.looked_at() if name in data.downloads()
             for file in data.download(name).files]  # fmt: skip
    telling = [one for one in files if one.bytes >= room.TELLING_BYTES]

    assert 0 < len(telling) < len(files)
    for one in files:
        known = not room.prespecified(row, "mine", look(row, inputs=["a", one.sha256]))
        assert known == (one in telling)


def test_windows_are_in_microseconds():
    """A campus network has a day and thirty days, a paired chat five minutes and a week."""
    direct, chat = room.windows("direct messages"), room.windows("paired chat")

    assert (direct.landmark, direct.outcome_from, direct.outcome_until) == (DAY, DAY, 31 * DAY)
    assert (chat.landmark, chat.outcome_from, chat.outcome_until) == (5 * MINUTE, DAY, 8 * DAY)
    assert direct.landmark in direct.grid
    assert direct.response_kinds is None
    assert room.windows("questions and answers").response_kinds == ("answer",)


@pytest.mark.parametrize("kind", room._data()["windows"])
def test_outcomes_begin_after_the_landmark(kind):
    """No window lets a return count before the answer is decided."""
    one = room.windows(kind)

    assert 0 < one.landmark <= one.outcome_from < one.outcome_until
    assert one.landmark in one.grid


def test_unknown_platform():
    """A kind of community without windows is named with those that have some."""
    with pytest.raises(
        StudyError,
        match=r"^study 01: no landmark was fixed for communities of kind 'pub'; there are direct",
    ):
        room.windows("pub")
