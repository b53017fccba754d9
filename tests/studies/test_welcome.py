"""Notebook 00's tables: what is here, what was counted, what is claimed."""

from dataclasses import replace
from pathlib import Path

import by_hand
import pytest

from workbench.studies import welcome
from workbench.studies.claims import claims
from workbench.studies.hypotheses import hypotheses
from workbench.studies.verdict import LEANS


def test_our_counts_are_the_published_ones(college, chitchat):
    """
    Every published count of both embedded communities is met exactly.

    Reference: Panzarasa, Opsahl & Carley (2009) and SNAP for College messages; the README of
    chitchat-dataset for Chit-Chat. Counts are whole numbers, so the tolerance is none.
    """
    rows = welcome.validation([college, chitchat]).frame

    found = {(row["data set"], row["what"]): row["ours"] for _, row in rows.iterrows()}
    assert found == {
        ("College messages", "messages"): 59_835,
        ("College messages", "people"): 1_899,
        ("College messages", "ties"): 20_296,
        ("Chit-Chat", "conversations"): 7_168,
        ("Chit-Chat", "messages"): 258_145,
        ("Chit-Chat", "people"): 1_315,
    }
    assert (rows["the same"] == "yes").all()


def test_a_wrong_count_is_not_hidden(college, monkeypatch):
    """A count that differs from the published one is marked in capitals."""
    monkeypatch.setitem(welcome.COUNTED, "people", lambda _: 1_898)
    rows = welcome.validation([college]).frame.set_index("what")

    assert rows.loc["people", "the same"] == "NO"
    assert rows.loc["messages", "the same"] == "yes"


def test_nothing_published_about_a_table_of_ones_own(keep):
    """A community that nobody wrote about has no rows, and the table keeps its columns."""
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-01T00:00Z
    """)
    view = welcome.validation([keep(posts)])

    assert view.frame.empty
    assert "where published" in view.to_html()


def test_meet_says_what_a_data_set_is(college, keep):
    """Kind, size and dates, of an embedded data set and of one's own."""
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-01T00:00Z
        a1      q1        bob       2024-02-01T00:00Z
    """)
    view = welcome.meet([college, keep(posts, title="Club")])
    first, second = view.frame.to_dict("records")

    assert (first["posts"], first["people"], first["ratings"]) == (59_835, 1_899, 0)
    assert (second["data set"], second["name"], second["kind"]) == ("Club", "club", "forum")
    assert (second["posts"], second["people"]) == (2, 2)
    assert (second["from"], second["until"]) == ("2024-01-01", "2024-02-01")
    # The page is narrow: the name stands under the title, and months are enough for reading.
    page = view.to_html()
    assert "<td>Club<br>club</td>" in page
    assert "<td>2024-01</td><td>2024-02</td>" in page


def test_rows_add_up(college, keep):
    """Read is kept plus set aside, and the reasons are those of the quarantine."""
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-01T00:00Z
        q2      q2        bob       -
    """)
    rows = welcome.set_aside([college, keep(posts, title="Club")]).frame

    assert (rows["read"] == rows["kept"] + rows["set aside"]).all()
    own = rows[(rows["data set"] == "Club") & (rows["table"] == "posts")].iloc[0]
    assert (own["read"], own["kept"], own["set aside"]) == (2, 1, 1)
    assert own["reasons"].endswith(": 1")


def test_rows_that_were_taken_down_are_not_counted(keep):
    """Their number would be how much one person wrote; the caption says that they are missing."""
    club = keep(by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-01T00:00Z
        q2      q2        bob       -
    """))  # fmt: skip
    read = club.manifest["counts"]["posts"]
    counts = {**club.manifest["counts"], "posts": {**read, "read": 9, "quarantined": 8}}
    aside = {"posts": {"taken down": 7, "another": 1}}
    gone = replace(club, manifest={**club.manifest, "counts": counts, "quarantine": aside})
    view = welcome.set_aside([gone])

    # 9 - 7 read = 1 kept + 8 - 7 set aside.
    own = view.frame[view.frame["table"] == "posts"].iloc[0]
    assert (own["read"], own["kept"], own["set aside"]) == (2, 1, 1)
    assert own["reasons"] == "another: 1"
    assert "; rows that were taken down are not counted here." in view.caption


def test_many_tables_are_folded(keep, monkeypatch):
    """Beyond a screen of rows the counts wait behind their sum; a few stand open."""
    club = keep(by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-01T00:00Z
        q2      q2        bob       -
    """))  # fmt: skip
    shown = welcome.set_aside([club])
    monkeypatch.setattr(welcome, "IN_VIEW", 1)

    assert shown.folded == ""
    assert welcome.set_aside([club]).folded == shown.caption
    assert shown.caption.endswith(f"Of {len(shown.frame)} tables 1 had rows to set aside.")


def test_communities_are_opened_by_name(at_embedded):
    """Named data sets are opened, and only those."""
    assert [one.name for one in welcome.communities(["chit-chat"])] == ["chit-chat"]


def test_claims_in_their_own_words():
    """Every claim has a row, folded; the Arabic quotation is shown from right to left."""
    view = welcome.claims_table()

    assert view.frame["claim"].tolist() == [claim.id for claim in claims()]
    assert '<span dir="rtl" lang="ar">' in view.to_html()
    assert view.to_html().startswith(f"<details><summary>All {len(claims())} claims")


def test_translations_stand_under_their_quotations():
    """Four columns are shown; the English reading shares the cell of the Arabic words."""
    page = welcome.claims_table().to_html()
    gloss = next(claim.gloss for claim in claims() if claim.gloss)

    assert page.count("<th ") == 4
    assert f"</span><br>{gloss}" in page.replace("&#x27;", "'")


def test_claims_in_view_are_those_of_studies_that_exist():
    """A study without a hypothesis is planned; its claims wait in the folded table."""
    view = welcome.claims_examined()
    every = welcome.claims_table().frame.set_index("claim")["study"]

    assert view.frame["claim"].tolist() == [
        "C03", "C04", "C06", "C15", "C18", "C21", "C25", "C32", "C45", "C47", "C50",
    ]  # fmt: skip
    assert every["C15"] == "study 01, 06 (planned)"
    assert every["C47"] == "study 01, 02"
    assert every["C01"] == "study 10 (planned)"
    assert {"article", "why", "in English"} <= set(view.frame)


def test_studies_that_exist_have_a_notebook():
    """What is not called planned can be opened."""
    folder = Path(__file__).parents[2] / "notebooks"
    numbers = {path.stem.split("_")[0] for path in folder.glob("*.ipynb")}

    assert {row.study for row in hypotheses().values()} <= numbers


@pytest.mark.parametrize("name", hypotheses())
def test_a_card_has_the_words_and_their_hash(name):
    """The card shows the rule against the claim and the hash of exactly these words."""
    card = welcome.hypothesis_card(name)
    shown = dict(zip(card.frame["field"], card.frame["content"], strict=True))

    assert shown["what would count against the claim"] == hypotheses()[name].against
    assert shown["what exactly we compare (estimand)"] == hypotheses()[name].estimand
    assert shown["hash"] == hypotheses()[name].hash
    assert "." not in card.name
    assert card.caption.startswith(f"Hypothesis {name}: ")


def test_every_verdict_word_is_explained():
    """The words that the rule can say are those that the page explains."""
    assert set(welcome.verdict_words().frame["verdict"]) == set(LEANS)
