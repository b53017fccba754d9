"""Merged accounts: the analyst's list by hand, applied before pseudonyms, and what is refused."""

import json

import polars as pl
import pytest

import workbench as wb
from workbench.data.accounts import SamePerson, joined, same_person
from workbench.data.pseudonyms import pseudonym, secret_key
from workbench.errors import DataError
from workbench.sources import REJECTED, Batch

KEY = b"k" * 32


@pytest.fixture
def listed(tmp_path):
    """Write a list and read it."""

    def read(text, *, key=KEY):
        path = tmp_path / "same.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return same_person(path, key=key, where="load mine")

    return read


def test_a_list_by_hand(listed):
    """Two accounts became one; blanks, an empty line, quotes and a mark of bytes do not matter."""
    got = listed('\ufeffaccount , is_now\r\nold,new\r\n\r\n"older "," new"\r\n')

    assert got.became == {"old": "new", "older": "new"}
    assert "old" not in repr(got)


def test_the_hash_follows_list_and_key(listed):
    """Another order is the same list; another id, or another key, has another hash."""
    one = listed("account,is_now\na,c\nb,c\n").key_hash

    assert one == listed("account,is_now\nb,c\na,c\n").key_hash
    assert one != listed("account,is_now\na,c\nb,d\n").key_hash
    assert one != listed("account,is_now\na,c\nb,c\n", key=b"x" * 32).key_hash
    assert SamePerson().key_hash is None


UNREADABLE = (
    "expected a CSV file in UTF-8 with the columns account,is_now, got one that cannot be read. "
    "Mend the path or the file."
)
CHAINED = (
    "expected is_now to name an account that is left, got {} that became another one or the same. "
    "Name the last of each chain, and no circle."
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("account,is_now\nann,\n", "expected an id in both columns, got an empty one in line 2. "
         "Fill it or leave the line out."),
        ("account,is_now\nann,bob\nann,cat\n", "expected every account to become one other, got "
         "a second one in line 3. Keep one of them."),
        ("account,is_now\nann,bob\nbob,cat\n", CHAINED.format(1)),
        ("account,is_now\nann,bob\nbob,ann\n", CHAINED.format(2)),
        ("account,is_now\nann,ann\n", CHAINED.format(1)),
        ("account,is_now\nann,bob,cat\n", "expected two cells, got 3 in line 2. Mend the line."),
        ("ann,bob\n", "expected the columns account,is_now, got 2 others. "
         "Write these two names in the first line."),
        ("", "expected the columns account,is_now, got 0 others. "
         "Write these two names in the first line."),
        (b"account,is_now\n\xff\xfe,bob\n", UNREADABLE),
        ('account,is_now\n"ann,bob\n', UNREADABLE),
    ],
)  # fmt: skip
def test_what_is_refused(listed, text, said):
    """One line says where and what, and never an id."""
    with pytest.raises(DataError) as refused:
        listed(text)

    assert str(refused.value) == f"load mine: same_person same.csv: {said}"


def test_a_list_that_is_not_there(tmp_path):
    """A path to nothing, to a folder, or that can be none is refused in the same line."""
    for path in (tmp_path / "none.csv", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(DataError, match="got one that cannot be read"):
            same_person(path, key=KEY, where="load mine")


def test_accounts_are_joined_in_every_table():
    """Author, recipient and rater change; the row of the account that is gone is rejected."""
    posts = pl.DataFrame({"author_id": ["old", "new", None], "recipient_id": ["bo", "old", "old"]})
    people = pl.DataFrame(
        {"person_id": ["old", "new", None], "row": [1, 2, 3], "place": ["line 1", "line 2", None]}
    )
    ratings = pl.DataFrame({"item_id": ["old"], "rater_id": ["old"]})
    tables = {"posts": posts, "people": people, "ratings": ratings}

    got = joined(
        Batch(tables, notes={"posts_of_merged_accounts": 2, "other": 1}), SamePerson({"old": "new"})
    )

    assert got.tables["posts"].rows() == [("new", "bo"), ("new", "new"), (None, "new")]
    assert got.tables["people"]["person_id"].to_list() == ["new", None]
    assert got.tables["ratings"].rows() == [("old", "new")]
    assert got.rejected.rows() == [("people", 1, "merged into another account", "line 1")]
    # One post changed its author, beside the two that the reader had counted.
    assert got.notes == {"posts_of_merged_accounts": 3, "other": 1}


def test_people_without_numbers_are_rejected_without(tmp_path):
    """Rows that never were rows of a file have no place."""
    batch = Batch({"people": pl.DataFrame({"person_id": ["old"]})})

    got = joined(batch, SamePerson({"old": "new"}))

    assert got.rejected.rows() == [("people", None, "merged into another account", None)]
    assert got.rejected.schema == REJECTED


def test_a_load_with_merged_accounts(export, tmp_path, data_home):
    """Every post of both is one person's; no id is stored, and another list loads again."""
    path = tmp_path / "same.csv"
    path.write_text("account,is_now\nbo,boris\n")
    options = {"same_person": str(path)}

    first = wb.load("mine", path=export, options=options)
    again = wb.load("mine", path=export, options=options)
    authors = wb.open("mine").posts["author_id"].to_list()
    manifest = wb.open("mine").manifest
    path.write_text("account,is_now\nbo,bert\n")
    other = wb.load("mine", path=export, options=options)

    assert authors[1] == pseudonym("boris", key=secret_key())
    assert manifest["rules"]["merged-accounts"] == {"choice": "join", "rows": 1}
    assert (first.unchanged, again.unchanged, other.unchanged) == (False, True, False)
    assert manifest["notes"]["accounts_listed_as_merged_but_not_in_the_export"] == 0
    assert "boris" not in json.dumps(manifest)
    stored = [p.read_bytes() for p in data_home.rglob("*") if p.is_file()]
    assert not [
        content for content in stored if b"boris" in content or str(path).encode() in content
    ]


def test_accounts_of_the_list_that_nobody_has(export, tmp_path):
    """Ids written otherwise than in the export join nothing, which is said by a count."""
    path = tmp_path / "same.csv"
    path.write_text("account,is_now\nBo,boris\nperson 0,boris\nbo,boris\n")

    report = wb.load("mine", path=export, options={"same_person": path})

    # The export has four lines, and no line of person 0.
    assert report.notes["accounts_listed_as_merged_but_not_in_the_export"] == 2
    assert report.notes["posts_of_merged_accounts"] == 1


def test_a_list_must_be_a_path(export):
    """Anything else is refused before the export is read."""
    with pytest.raises(DataError) as refused:
        wb.load("mine", path=export, options={"same_person": ["bo"]})

    assert str(refused.value) == (
        "load mine: same_person: expected the path of a CSV file, got list. Write it as text."
    )


def test_a_home_folder_that_nobody_has(export):
    """A path to the home of an unknown user leads to nothing, like any other."""
    with pytest.raises(DataError, match="got one that cannot be read"):
        wb.load("mine", path=export, options={"same_person": "~no such user/same.csv"})
    with pytest.raises(DataError, match=r"found nothing\. Mend"):
        wb.load("mine", path="~no such user/posts.csv")


def test_rules_are_checked_before_anything_is_read(export):
    """An unknown rule is refused in one line, and nothing is stored."""
    with pytest.raises(DataError, match=r"^rules: expected names of rules, got 'lag'; there are"):
        wb.load("mine", path=export, options={"rules": {"lag": "keep"}})
    assert wb.names() == []


def test_another_choice_is_another_configuration(export):
    """The hash beside every result follows the choices; the usual ones need not be said."""
    hashes = []
    for given in ({}, {"zero-lag": "keep"}, {"zero-lag": "set-aside"}):
        wb.load("mine", path=export, options={"rules": given})
        hashes.append(wb.open("mine").manifest["config_hash"])

    assert hashes[0] == hashes[1] != hashes[2]
