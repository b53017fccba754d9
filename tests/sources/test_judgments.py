"""The reader of judgements: every layout by hand, what it refuses, and the published sets."""

import gzip
import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.schema import COMMUNITIES, RATINGS, TRUTHS, conform
from workbench.sources import judgments
from workbench.sources._recognise import fitting

SETS = Path(__file__).resolve().parents[3] / "shared/raw/crowd_labels"
shared = pytest.mark.skipif(not SETS.is_dir(), reason="the samples are not beside the project")


def whole(path, **options):
    """The one batch of an export."""
    (batch,) = judgments.read(path, options=options)
    return batch


def written(folder: Path, **files: str) -> Path:
    """A folder of text files; `labels` stands for labels.txt, `answer` for answer.csv."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        ending = ".csv" if name in ("answer", "truth") else ".txt"
        (folder / f"{name}{ending}").write_text(content)
    return folder


def answers(*rows: str) -> str:
    """An answer.csv of these rows."""
    return "\n".join(["question,worker,answer", *rows, ""])


def test_questions_and_answers_by_hand(data, rows_of):
    """A folder of answer.csv and truth.csv: classes, rows set aside, truths beyond the answers."""
    batch = whole(data / "judgments/questions")
    kept, rejected, reasons = rows_of([batch], "ratings")

    # Row 4 has no answer, row 6 four cells; question 9 has no truth, 11 no answer.
    assert kept.select("item_id", "rater_id", "label").rows() == [
        ("7", "ada", "2"), ("7", "ben", "1"), ("8", "ada", "2"), ("9", "ada", "1"),
    ]  # fmt: skip
    assert reasons == {4: "no answer", 6: "too many cells"}
    assert rejected["place"].to_list() == ["line 5", "line 7"]
    truths = batch.tables["truths"].select("item_id", "label", "place").rows()
    assert truths == [
        ("7", "2", "truth, line 2"), ("8", "1", "truth, line 3"), ("11", "2", "truth, line 4"),
    ]  # fmt: skip
    assert batch.notes == {
        "items_without_truth": 1,
        "truths_of_items_without_judgement": 1,
        "answers_read_as_classes": 4,
    }


def test_addresses_become_numbers_by_hand(data, rows_of):
    """Items called by addresses are numbered as they come; repeats stay, and are counted."""
    batch = whole(data / "judgments/objects")
    kept, _, reasons = rows_of([batch], "ratings")

    # Three sites: red and blue are judged, grey is in the gold alone. Line 4 repeats line 3, and
    # W2 says G and P of blue.
    assert kept["item_id"].to_list() == ["item-1"] * 2 + ["item-2"] * 4
    assert kept["label"].to_list() == ["G", "X", "G", "G", "G", "P"]
    assert reasons == {7: "too few cells"}
    assert batch.tables["truths"].select("item_id", "label").rows() == [
        ("item-1", "X"), ("item-3", "G"),
    ]  # fmt: skip
    assert batch.notes == {
        "truths_from_gold": 2,
        "pairs_of_item_and_rater_with_different_answers": 1,
        "items_without_truth": 1,
        "truths_of_items_without_judgement": 1,
        "items_numbered": 3,
        "answers_read_as_classes": 6,
    }
    assert "example" not in str(batch.tables)


def test_the_evaluation_is_the_truth(data):
    """Beside an evaluation the gold is not used, only compared: one of its two rows agrees."""
    batch = whole(data / "judgments/evaluated")

    assert batch.tables["truths"].select("item_id", "label").rows() == [("1", "1"), ("2", "0")]
    assert batch.notes["truths_from_evaluation"] == 2
    assert batch.notes["gold_rows_not_used"] == 2
    assert batch.notes["gold_rows_as_in_evaluation"] == 1


def test_lines_without_a_header_by_hand(data, rows_of):
    """Worker, task, label, gold, seconds: a gold that differs between lines is none."""
    batch = whole(data / "judgments/toolkit.csv")
    kept, _, _ = rows_of([batch], "ratings")
    truths, _, reasons = rows_of([batch], "truths")

    assert kept["rater_id"].to_list() == ["842", "1258", "842", "1258", "842", "31"]
    assert kept["item_id"].to_list() == ["71", "71", "72", "72", "73", "73"]
    # An empty cell says nothing, and `fast` is no number: the judgement stays without its seconds.
    assert kept["seconds"].to_list() == [12.5, 3.0, None, None, 900.0, 1.0]
    assert truths.select("item_id", "label").rows() == [("71", "0"), ("73", "2")]
    assert reasons == dict.fromkeys((2, 3), "another row says otherwise of this item")
    assert batch.notes["items_with_different_truths"] == 1
    assert batch.notes["items_without_truth"] == 1
    assert batch.notes["seconds_not_read"] == 1


def test_a_header_that_names_what_is_needed(data):
    """Usual words in any case; a class with a number beside it has both; files keep their names."""
    batch = whole(data / "judgments/named.csv")

    kept = batch.tables["ratings"].select("item_id", "rater_id", "label", "value", "seconds")
    assert kept.rows() == [
        ("picture.jpg", "Ada Fern", "cat", 0.5, 2.0),
        ("picture.jpg", "Ben Moss", "dog", 0.25, None),
        ("drawing.jpg", "Ada Fern", "dog", 1.0, 4.0),
    ]
    # A program wrote NA where there was no gold.
    assert batch.tables["truths"].select("item_id", "label").rows() == [("picture.jpg", "cat")]


@pytest.mark.parametrize("name", ["questions", "objects", "evaluated", "toolkit.csv", "named.csv"])
def test_tables_are_canonical(data, name):
    """Every layout gives the tables of the schema, undated, and no other source claims it."""
    path = data / "judgments" / name
    batch = whole(path, title="A title")

    conform(batch.tables["ratings"], RATINGS, where="test")
    conform(batch.tables["truths"], TRUTHS, where="test")
    about = conform(batch.tables["communities"], COMMUNITIES, where="test").row(0, named=True)
    assert about["name"] == "A title"
    assert about["platform"] == "rating task"
    assert about["observed_from_us"] is None
    assert list(fitting(path)) == ["judgments"]


def test_the_folder_above_is_no_export(data):
    """A folder that only holds folders and other files is not claimed."""
    assert not judgments.detect(data / "judgments")
    assert not judgments.detect(data / "judgments/absent.csv")


@pytest.mark.parametrize(
    "content",
    [
        "id,user,upvotes,downvotes\n1,ann,1,0\n2,ben,0,1\n3,cid,1,1\n",
        "post_id,thread_id,author_id,created_at\n1,1,ann,2024-05-13T00:00Z\n",
        "1,1,ann,2024-05-13\n2,1,ben,2024-05-14\n",
        "a,b,1,0\n",
        "item,label\n1,x\n",
    ],
    ids=["counts", "posts", "posts without a header", "one line", "no rater"],
)
def test_other_tables_are_not_claimed(content, tmp_path):
    """Votes on posts, posts, one line, and labels of nobody are no judgements."""
    path = tmp_path / "x.csv"
    path.write_text(content)

    assert not judgments.detect(path)


@pytest.mark.parametrize(
    ("given_answers", "asked", "kind"),
    [
        ([str(n) for n in range(21)], "detect", "numbers"),
        ([str(n) for n in range(20)], "detect", "classes"),
        (["1", "2.5"], "detect", "numbers"),
        (["1.0", "2.0"], "detect", "classes"),
        (["1", "2"], "number", "numbers"),
        ([str(n) for n in range(30)], "class", "classes"),
        ([*(str(n) for n in range(30)), "x", "y", "z"], "detect", "numbers"),
        ([*(str(n) for n in range(30)), "w", "x", "y", "z"], "detect", "classes"),
    ],
)
def test_classes_or_numbers(tmp_path, given_answers, asked, kind):
    """More than twenty numbers or a decimal are numbers, where nine of ten can be read so."""
    # 30 of 33 answers are 0.909 of them, 30 of 34 are 0.882.
    rows = [f"{number},ada,{one}" for number, one in enumerate(given_answers)]
    batch = whole(written(tmp_path / "x", answer=answers(*rows)), answers=asked)

    assert f"answers_read_as_{kind}" in batch.notes
    filled = "value" if kind == "numbers" else "label"
    assert batch.tables["ratings"][filled].null_count() == 0


def test_a_column_called_a_number(tmp_path):
    """Ratings from 1 to 5 in a column called rating are numbers; what is none is set aside."""
    path = tmp_path / "x.csv"
    rows = ["1,ada,5", "1,ben,4", "2,ada,NA", *(f"{n},cid,3" for n in range(9)), "3,ben,good"]
    path.write_text("\n".join(["item,rater,rating", *rows]))

    batch = whole(path)

    assert batch.tables["ratings"]["value"].to_list() == [5, 4, *[3] * 9]
    assert batch.tables["ratings"]["label"].null_count() == 11
    assert batch.rejected["reason"].to_list() == ["no answer", "the answer is not a number"]


def test_a_label_beside_a_number_is_a_class(tmp_path):
    """However many numbers the labels are; a value that is no number is empty, and counted."""
    path = tmp_path / "x.csv"
    rows = [f"{n},ada,{n},{'high' if n == 3 else n / 4}" for n in range(25)]
    path.write_text("\n".join(["item,rater,label,score", *rows]))
    batch = whole(path)

    assert batch.tables["ratings"]["label"].to_list() == [str(n) for n in range(25)]
    assert batch.tables["ratings"]["value"].to_list() == [
        None if n == 3 else n / 4 for n in range(25)
    ]
    assert batch.notes["values_not_read"] == 1


def test_truths_take_the_form_of_the_answers(tmp_path):
    """Beside numbers a truth is a number, and one that is none is set aside."""
    folder = written(
        tmp_path / "x",
        answer=answers("1,ada,2.5", "2,ada,1"),
        truth="question,truth\n1,2\n2,many\n3,\n,4\n",
    )
    batch = whole(folder)

    assert batch.tables["truths"].select("item_id", "value").rows() == [("1", 2.0)]
    assert batch.rejected["reason"].to_list() == [
        "the truth is not a number", "no truth", "no item",
    ]  # fmt: skip


def test_rows_without_item_rater_or_class(tmp_path, rows_of):
    """Each has its reason; a text is no class, and `none` is one."""
    long = "w" * 61
    batch = whole(written(tmp_path / "x", answer=answers(
        ",ada,1", "1,,1", f"1,ada,{long}", "1,ada,NA", "1,ada,none", '1,ada,"two\nlines"',
    )))  # fmt: skip
    kept, _, reasons = rows_of([batch], "ratings")

    assert kept["label"].to_list() == ["none"]
    assert reasons == {
        1: "no item",
        2: "no rater",
        3: "the answer is a text, not a class",
        4: "no answer",
        6: "the answer is a text, not a class",
    }


@pytest.mark.parametrize(
    ("item", "numbered"),
    [
        ("http://a.example/b", True),
        ("www.a.example", True),
        ("blue.example", True),
        ("ann@a.example", True),
        ("a cat on a mat", True),
        ("x" * 61, True),
        ("picture.jpg", False),
        ("D03/frame_1.png", False),
        ("79185673", False),
        ("1.5", False),
        ("question 7", False),
    ],
)
def test_which_items_tell_too_much(tmp_path, item, numbered):
    """Addresses and words are replaced by numbers; names of files and numbers are not."""
    batch = whole(written(tmp_path / "x", answer=answers(f"{item},ada,1", "7,ben,2")))

    shown = batch.tables["ratings"]["item_id"].to_list()
    assert shown == (["item-1", "item-2"] if numbered else [item, "7"])


def test_numbers_keep_one_form(tmp_path):
    """7 and 7.0 are one item and one class, as columns of numbers are often saved."""
    folder = written(
        tmp_path / "x", answer=answers("7.0,ada,1.0", "8.0,ben,2.0"), truth="question,truth\n7,1\n"
    )
    batch = whole(folder)

    assert batch.tables["ratings"]["item_id"].to_list() == ["7", "8"]
    assert batch.tables["ratings"]["label"].to_list() == ["1", "2"]


def test_what_is_said(data):
    """Raters with a name and items called by addresses are names; numbers are nobody's."""

    def names(name):
        return [n for said in judgments.said(data / "judgments" / name) for n in said.names]

    assert sorted(names("named.csv")) == ["Ada Fern", "Ben Moss"]
    assert names("toolkit.csv") == []
    assert set(names("objects")) == {
        "W1", "W2", "http://red.example/a", "http://blue.example", "http://grey.example",
    }  # fmt: skip


LABELS = "W1\t1\tG\nW2\t1\tP\n"


def test_several_files_of_gold_are_one(tmp_path):
    """Without an evaluation all gold counts, and an item on which two files differ has no truth."""
    folder = written(tmp_path / "x", labels=LABELS, gold="1\tG\n2\tP\n")
    (folder / "gold-1items.txt").write_text("1\tP\n")
    batch = whole(folder)

    assert batch.tables["truths"].select("item_id", "label").rows() == [("2", "P")]
    assert batch.notes["items_with_different_truths"] == 1
    assert batch.notes["truths_from_gold"] == 3


def test_a_truth_file_may_be_absent(tmp_path):
    """Answers alone are read, and no item has a truth."""
    for folder in (
        written(tmp_path / "a", answer=answers("1,ada,1", "1,ben,2")),
        written(tmp_path / "b", labels=LABELS),
    ):
        batch = whole(folder)
        assert batch.tables["truths"].is_empty()
        assert batch.notes["items_without_truth"] == 1


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 3), st.sampled_from(["a", "b", ""])),
        min_size=1,
        max_size=12,
    )
)
def test_every_row_is_kept_or_set_aside(rows, tmp_path_factory):
    """Whatever the answers, rows add up; pairs with two answers are those counted by hand."""
    folder = written(
        tmp_path_factory.mktemp("x"), answer=answers(*(f"{i},r{r},{a}" for i, r, a in rows))
    )
    batch = whole(folder)
    filled = [row for row in rows if row[2]]

    assert batch.tables["ratings"].height == len(filled)
    assert batch.rejected.height == len(rows) - len(filled)
    pairs = [(item, rater) for item, rater, _ in set(filled)]
    twice = {pair for pair in pairs if pairs.count(pair) > 1}
    noted = batch.notes.get("pairs_of_item_and_rater_with_different_answers", 0)
    assert noted == len(twice)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "expected one of answer.csv, labels.txt, labels.txt.gz in the folder, got none"),
        ({"answer": answers("1,a,1"), "labels": LABELS}, "got answer.csv and labels.txt. Name"),
        ({"answer": "question,answer\n1,1\n"}, "expected columns for rater, got question, answer"),
        ({"answer": answers("1,a,1"), "truth": "a,b\n1,1\n"}, "truth.csv: expected columns for it"),
        ({"labels": "one cell\n"}, "expected lines of rater, item, answer with tabs between them"),
        ({"labels": LABELS, "gold": "x\n"}, "gold: expected lines of item, truth with tabs"),
    ],
)
def test_refused_folders(files, said, tmp_path):
    """A folder without answers, with two sets, or with other columns is refused in one line."""
    with pytest.raises(SourceError) as refused:
        whole(written(tmp_path / "x", **files))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_refused_labels(tmp_path):
    """Packed labels that are cut, and labels that are no UTF-8, say what to do."""
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "labels.txt.gz").write_bytes(gzip.compress(LABELS.encode() * 50)[:-9])
    with pytest.raises(SourceError, match=r"got a gzip stream that ends too early\. Download it"):
        whole(folder)
    (folder / "labels.txt.gz").unlink()
    (folder / "labels.txt").write_bytes(b"W1\t1\t\xff\n")
    with pytest.raises(SourceError, match=r"expected UTF-8 text, got other bytes\. Save it"):
        whole(folder)


def test_refused_options(data):
    """A form of answers that there is not is refused with those there are."""
    for act in (judgments.read, judgments.said):
        with pytest.raises(
            SourceError, match=r"option answers expected detect, class, number, got"
        ):
            next(act(data / "judgments/toolkit.csv", options={"answers": "stars"}))


COLUMNS = ("items", "raters", "judgements", "truths", "of items judged", "repeated", "pairs")
PUBLISHED = {
    "crowd_truth_infer/d_Duck_Identification": (108, 39, 4_212, 108, 108, 0, 0),
    "crowd_truth_infer/f201_Emotion_FULL": (700, 38, 7_000, 700, 700, 0, 0),
    "get_another_label/AdultContent2": (11_040, 825, 92_721, 1_517, 333, 2_773, 149),
    "get_another_label/BarzanMozafari": (1_000, 83, 5_000, 1_000, 1_000, 0, 0),
    "active_crowd_toolkit/CF.csv": (300, 461, 1_720, 300, 300, 0, 0),
    "active_crowd_toolkit/SP.csv": (4_999, 203, 27_746, 4_999, 4_999, 0, 0),
}


@pytest.mark.shared
@shared
@pytest.mark.parametrize("name", PUBLISHED)
def test_published_sets(name):
    """Each published set has the counts that its papers or its files give, and no row set aside."""
    batch = whole(SETS / name)
    ratings, truths, notes = batch.tables["ratings"], batch.tables["truths"], batch.notes

    found = (
        ratings["item_id"].n_unique(),
        ratings["rater_id"].n_unique(),
        ratings.height,
        truths.height,
        truths.height - notes.get("truths_of_items_without_judgement", 0),
        ratings.height - ratings.select("item_id", "rater_id", "label", "value").n_unique(),
        notes.get("pairs_of_item_and_rater_with_different_answers", 0),
    )
    assert dict(zip(COLUMNS, found, strict=True)) == dict(
        zip(COLUMNS, PUBLISHED[name], strict=True)
    )
    assert batch.rejected.is_empty()
    assert list(fitting(SETS / name)) == ["judgments"]


@pytest.mark.shared
@shared
def test_published_forms_of_answers():
    """The emotions are numbers, all else classes; the small gold agrees with the evaluation."""
    emotions = whole(SETS / "crowd_truth_infer/f201_Emotion_FULL").tables["ratings"]["value"]
    labels = whole(SETS / "active_crowd_toolkit/CF.csv").tables["ratings"]["label"]
    notes = whole(SETS / "get_another_label/BarzanMozafari").notes

    assert (emotions.min(), emotions.max(), emotions.null_count()) == (-100, 100, 0)
    assert labels.n_unique() == 5
    assert notes["gold_rows_not_used"] == notes["gold_rows_as_in_evaluation"] == 30


@pytest.mark.shared
@shared
def test_published_addresses_are_not_shown():
    """Every item of the set of web sites is a number."""
    tables = whole(SETS / "get_another_label/AdultContent2").tables
    ids = pl.concat([tables["ratings"]["item_id"], tables["truths"]["item_id"]])

    assert ids.str.contains(r"^item-\d{5}$").all()


@pytest.mark.shared
@shared
def test_published_majority():
    """The majority is right for 82 of 108 bluebirds, 0.7593 as Zheng et al. (2017) have it."""
    tables = whole(SETS / "crowd_truth_infer/d_Duck_Identification").tables
    yes = pl.col("label") == "1"
    # 39 raters a picture: no ties.
    votes = tables["ratings"].group_by("item_id").agg(voted=yes.mean() > 0.5)
    known = votes.join(tables["truths"], on="item_id")

    assert known.select((pl.col("voted") == yes).sum()).item() == 82


def test_packed_labels_are_the_same_as_plain(data, tmp_path):
    """labels.txt.gz and what it holds give the same rows."""
    plain = tmp_path / "evaluated"
    shutil.copytree(data / "judgments/evaluated", plain)
    packed = plain / "labels.txt.gz"
    (plain / "labels.txt").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()

    ours, theirs = whole(plain), whole(data / "judgments/evaluated")
    assert ours.tables["ratings"].equals(theirs.tables["ratings"])
    assert ours.notes == theirs.notes
