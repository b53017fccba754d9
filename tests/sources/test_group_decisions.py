"""The reader of group decisions: two invented groups by hand, damage, and the published files."""

import csv
import json

import polars as pl
import pytest

from workbench import data as wb
from workbench.errors import SourceError
from workbench.schema import COMMUNITIES, RATINGS, TRUTHS, conform
from workbench.sources import group_decisions
from workbench.sources._group_files import HEADER
from workbench.sources._recognise import fitting

CARDS = "U,4,K,7"  # a vowel, an even number, a consonant, an odd number


def whole(path):
    """The one batch of an export."""
    (batch,) = group_decisions.read(path)
    return batch


def written(path, *rows, group="g1"):
    """A file of one group: rows of kind, who, text and what everybody has chosen."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        lines = csv.writer(stream, delimiter="\t")
        lines.writerow(HEADER)
        for number, (kind, who, text, chosen) in enumerate(rows):
            tracked = chosen if isinstance(chosen, str) else json.dumps(chosen)
            lines.writerow([group, number, kind, who, text, *[""] * 7, tracked])
    return path


def begun(chosen, cards=CARDS):
    """The first line of a group."""
    return ("INITIAL", "SYSTEM", f"Owl,SYSTEM&&{cards}", chosen)


def test_groups_by_hand(data, rows_of):
    """Kinds of the cards and the share rightly decided, before and after; N/A is no answer."""
    batch = whole(data / "group_decisions")
    kept, rejected, reasons = rows_of([batch], "ratings")
    first = kept.filter(pl.col("group_id") == "a1-group")

    # Cards U 4 K 7: U and 7 are right. U and 4: two of four decided rightly; U alone: three;
    # nothing: two, the cards that had to stay.
    assert first.select("rater_id", "round", "label", "value").rows() == [
        ("a1-group-Otter", "before", "even + vowel", 0.5),
        ("a1-group-Lynx", "before", "vowel", 0.75),
        ("a1-group-Newt", "before", "none", 0.5),
        ("a1-group-Otter", "after", "even + vowel", 0.5),
        ("a1-group-Lynx", "after", "odd + vowel", 1.0),
        ("a1-group-Wren", "after", "odd + vowel", 1.0),
        ("a1-group-Newt", "after", "none", 0.5),
    ]
    # Rows 1-8 are of the first file: Wren is its third; in the second Toad is the second.
    assert reasons == {3: "no answer", 10: "a choice that is no card of the group"}
    assert rejected["place"].to_list() == ["file 1, before, person 3", "file 2, before, person 2"]


def test_other_cards_same_words(data):
    """In the second group 3 and E are right; Mole came later, and has one row."""
    kept = whole(data / "group_decisions").tables["ratings"]
    second = kept.filter(pl.col("group_id") == "b2-group")

    assert second.select("rater_id", "round", "label", "value").rows() == [
        ("b2-group-Lynx", "before", "odd + vowel", 1.0),
        ("b2-group-Lynx", "after", "even + odd + vowel", 0.75),
        ("b2-group-Toad", "after", "even + vowel", 0.5),
        ("b2-group-Mole", "after", "odd + vowel", 1.0),
    ]


def test_truths_and_notes_by_hand(data):
    """The right answer is the same in every group; messages and people are counted."""
    batch = whole(data / "group_decisions")

    assert batch.tables["truths"].select("item_id", "label", "value").rows() == [
        ("a1-group", "odd + vowel", 1.0), ("b2-group", "odd + vowel", 1.0),
    ]  # fmt: skip
    assert batch.notes == {
        "groups": 2,
        "people": 7,
        "messages": 3,
        "answers_sent_in_the_talk": 2,
        # Newt and Toad wrote nothing; only Wren and Lynx of the second group sent an answer.
        "people_who_sent_nothing": 2,
        "people_who_sent_no_answer_in_the_talk": 5,
        # Wren and Toad lack the first, Mole was not there.
        "answers_without_the_other_round": 3,
    }


def test_tables_are_canonical(data):
    """The tables of the schema, undated; no text, and no other source claims the folder."""
    batch = whole(data / "group_decisions")

    conform(batch.tables["ratings"], RATINGS, where="test")
    conform(batch.tables["truths"], TRUTHS, where="test")
    about = conform(batch.tables["communities"], COMMUNITIES, where="test").row(0, named=True)
    assert about["platform"] == "group decision"
    assert about["observed_from_us"] is None
    assert "seven" not in str(batch)
    assert list(fitting(data / "group_decisions")) == ["group_decisions"]
    assert list(fitting(data / "group_decisions/a1-group")) == ["group_decisions"]


def test_what_is_said(data):
    """Every message, of nobody: names of animals are given to all groups."""
    said = list(group_decisions.said(data / "group_decisions"))

    assert [len(one.texts) for one in said] == [2, 1]
    assert all(one.names.is_empty() for one in said)


@pytest.mark.parametrize(
    ("rows", "group", "reason"),
    [
        ([("MESSAGE", "Owl", "hello", {})], "g1", "no line of its beginning, or several"),
        ([begun({}), begun({})], "g1", "no line of its beginning, or several"),
        ([begun({})], " ", "no line of its beginning, or several"),
        ([begun({}, "U,4,K")], "g1", "not a vowel, a consonant, an even and an odd number"),
        ([begun({}, "U,4,K,8")], "g1", "not a vowel, a consonant, an even and an odd number"),
        ([begun({}, "U,4,k,7")], "g1", "not a vowel, a consonant, an even and an odd number"),
        ([begun({}, "U,4,K,77")], "g1", "not a vowel, a consonant, an even and an odd number"),
    ],
)
def test_a_group_that_cannot_be_used(rows, group, reason, tmp_path):
    """A file without one beginning or four cards is one row set aside, whoever was in it."""
    batch = whole(written(tmp_path / "x", *rows, group=group))

    assert batch.tables["ratings"].is_empty()
    assert batch.tables["truths"].is_empty()
    assert batch.rejected.height == 1
    assert reason in batch.rejected["reason"][0]


def test_choices_that_cannot_be_read(tmp_path, rows_of):
    """No list, no JSON or a cut line: the rest of the group stays."""
    first = {"Owl": "U", "Elk": ["U", 7], "Emu": ["K", "K"]}
    path = written(tmp_path / "x", begun(first), ("MESSAGE", "Owl", "so", "{"))
    kept, _, reasons = rows_of([whole(path)], "ratings")

    # Emu chose K, said twice: of the four cards only 4, which stays, is decided rightly.
    assert kept.select("rater_id", "label", "value").rows() == [("g1-Emu", "consonant", 0.25)]
    assert reasons == {
        1: "the answer is no list of cards",
        2: "the answer is no list of cards",
        4: "what the group had chosen cannot be read",
    }
    text = path.read_text()
    path.write_text(text[: text.rindex("so")])
    assert whole(path).rejected["reason"][-1] == "what the group had chosen cannot be read"


@pytest.mark.parametrize("left", ["header", "quote", "bytes"])
def test_a_damaged_file_takes_no_other_with_it(left, tmp_path, rows_of):
    """A header alone, a quote never closed, other bytes: one row set aside, the rest stays."""
    written(tmp_path / "a", begun({"Owl": ["U"]}), ("MESSAGE", "Owl", "so", {"Owl": ["7"]}))
    damaged = written(tmp_path / "b", begun({"Elk": ["U"]}), group="g2").read_bytes()
    header = damaged[: damaged.index(b"\n") + 1]
    rests = {"header": b"", "quote": b'g2\t0\t"INITIAL', "bytes": b"g2\t0\t\xff\xfe\n"}
    (tmp_path / "b").write_bytes(header + rests[left])
    kept, rejected, _ = rows_of([whole(tmp_path)], "ratings")

    # The sound file: one person before and after the talk.
    assert kept["rater_id"].to_list() == ["g1-Owl", "g1-Owl"]
    assert rejected.select("place", "reason").rows() == [
        ("file 2", "the group's file is cut, or cannot be read as a table")
    ]
    said = [list(one.texts) for one in group_decisions.said(tmp_path)]
    assert said == [["so"], []]


def test_groups_called_by_words_are_numbered(tmp_path):
    """What a group is called is not kept, also of one whose choices cannot be read."""
    written(tmp_path / "a", begun({"Owl": ["U"]}), group="Team of Ada")
    written(tmp_path / "b", begun("{"), group="https://b.example")
    batch = whole(tmp_path)
    ratings, truths = batch.tables["ratings"], batch.tables["truths"]

    assert set(ratings.select("item_id", "group_id", "rater_id").rows()) == {
        ("group-1", "group-1", "Team of Ada-Owl")
    }
    assert truths["item_id"].to_list() == ["group-1", "group-2"]
    assert batch.notes["groups_numbered"] == 2
    *_, last = group_decisions.said(tmp_path)
    assert last.names.to_list() == ["Team of Ada", "https://b.example"]


def test_no_two_people_become_one(tmp_path):
    """Group g-1 with Owl and group g with 1-Owl are two people."""
    written(tmp_path / "a", begun({"Owl": ["U"]}), group="g-1")
    written(tmp_path / "b", begun({"1-Owl": ["U"]}), group="g")

    assert set(whole(tmp_path).tables["ratings"]["rater_id"]) == {"g-1-Owl", "g-1%2DOwl"}


def test_a_group_twice_and_other_files(tmp_path, rows_of):
    """A second file of a group is set aside; a file of another kind is counted, not read."""
    written(tmp_path / "a", begun({"Owl": ["U"]}))
    written(tmp_path / "b", begun({"Owl": ["7"]}))
    (tmp_path / "readme").write_text("about")
    (tmp_path / ".hidden").write_text("about")
    batch = whole(tmp_path)
    kept, rejected, _ = rows_of([batch], "ratings")

    assert kept["label"].to_list() == ["vowel", "vowel"]
    assert rejected.select("reason", "place").rows() == [
        ("another file has the same group", "file 2")
    ]
    assert batch.notes["files_not_read"] == 1


def test_refusals(tmp_path):
    """A folder without groups is refused in one line."""
    (tmp_path / "readme").write_text("about")
    for act in (group_decisions.read, group_decisions.said):
        with pytest.raises(SourceError, match=r"expected files that begin with group_id, message"):
            next(act(tmp_path))
    assert not group_decisions.detect(tmp_path)


def test_a_folder_that_may_not_be_read(tmp_path, monkeypatch):
    """A refusal of the operating system is one line, and no claim."""

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", refuse)
    assert not group_decisions.detect(tmp_path)
    with pytest.raises(SourceError, match=r"expected a readable folder, got 'Permission denied'"):
        next(group_decisions.read(tmp_path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The 500 published files under their names."""
    found = wb.raw_files("delidata")
    if found is None:
        pytest.skip("delidata is not at hand; `workbench get delidata` fetches it")
    made = tmp_path_factory.mktemp("published") / "delidata"
    made.mkdir()
    for name, path in found.items():
        (made / name).symlink_to(path)
    return made


@pytest.fixture(scope="module")
def published(folder):
    """The 500 published files, read."""
    return whole(folder)


@pytest.mark.shared
def test_published_counts(published):
    """Groups, people, messages, and the few answers that are none."""
    aside = dict(published.rejected.group_by("reason").len().iter_rows())

    assert published.notes["groups"] == published.tables["truths"].height == 500
    assert published.notes["people"] == 1_974
    assert published.notes["messages"] == 14_003
    assert published.notes["answers_sent_in_the_talk"] == 3_107
    assert published.notes["people_who_sent_nothing"] == 337
    assert published.notes["people_who_sent_no_answer_in_the_talk"] == 379
    assert aside == {"no answer": 21, "a choice that is no card of the group": 2}
    assert published.tables["ratings"].height == 2 * 1_974 - 23


@pytest.mark.shared
def test_published_share_of_right_answers(published):
    """Exactly the vowel and the odd number: 9.0 % of all people at first, 27.6 % at last."""
    ratings = published.tables["ratings"]
    right = ratings.filter(pl.col("label") == "odd + vowel").group_by("round").len()
    counts = dict(right.iter_rows())
    given_answers = dict(ratings.group_by("round").len().iter_rows())

    assert counts == {"before": 177, "after": 544}
    assert given_answers == {"before": 1_952, "after": 1_973}
    # The 21 people whose first answer is N/A are among the people, not among the answers.
    assert counts["before"] / published.notes["people"] == pytest.approx(0.090, abs=0.0005)
    assert counts["before"] / given_answers["before"] == pytest.approx(0.091, abs=0.0005)
    assert set(ratings.filter(pl.col("value") == 1)["label"]) == {"odd + vowel"}


@pytest.mark.shared
def test_published_score_of_groups(folder, published):
    """At the end the mean share rightly decided is the score that the authors give every group."""
    stated = {}
    for path in folder.iterdir():
        with path.open(newline="", encoding="utf-8") as stream:
            *_, last = csv.DictReader(stream, delimiter="\t")
        stated[path.name] = float(last["team_performance"])
    after = published.tables["ratings"].filter(pl.col("round") == "after")
    ours = dict(after.group_by("group_id").agg(pl.col("value").mean()).iter_rows())

    # The authors write at most three decimals.
    assert len(stated) == 500
    assert ours == pytest.approx(stated, abs=0.00051)
