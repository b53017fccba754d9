"""The articles' claims: complete, and word for word."""

import re
from pathlib import Path

import pytest

from workbench.studies.claims import claims
from workbench.studies.hypotheses import hypotheses

ARTICLES = Path(__file__).resolve().parents[2].parent / "shared" / "articles"


def spaced(text):
    """The text with every run of white space as one space, and straight quotation marks."""
    return re.sub(r"\s+", " ", text.translate(str.maketrans("“”‘’", "\"\"''")))


CLAIMS = 53


def test_claims_are_complete():
    """All numbers are there once and in order; every claim has words, a test and a reason."""
    found = claims()

    assert [claim.id for claim in found] == [f"C{number:02d}" for number in range(1, CLAIMS + 1)]
    for claim in found:
        assert claim.quotes
        assert all(quote.strip() for quote in claim.quotes)
        assert claim.reworded.endswith(".")
        assert claim.reason
        assert claim.testability in {"T", "P", "N"}
        assert claim.article


def test_what_cannot_be_tested_says_what_it_would_take():
    """A claim is examined in a study, or it is not testable; then it says what would be needed."""
    for claim in claims():
        assert bool(claim.studies) == (claim.testability != "N"), claim.id
        assert claim.testability != "N" or claim.needed or "norm" in claim.reason, claim.id


def test_other_languages_have_an_english_reading():
    """Where the article is not English, a reading in English stands beside the quotation."""
    arabic = [claim for claim in claims() if claim.language == "ar"]

    assert arabic
    assert all(claim.gloss for claim in claims() if claim.language != "en")
    assert all(re.search("[\u0600-\u06ff]", claim.quote) for claim in arabic)


def test_every_hypothesis_answers_a_claim_of_its_study():
    """A hypothesis names claims that are examined in its own study."""
    studies = {claim.id: claim.studies for claim in claims()}

    for row in hypotheses().values():
        assert all(row.study in studies[claim] for claim in row.claims)


def test_quotations_are_joined_by_an_ellipsis():
    """Two passages of one article read as one quotation with a gap."""
    claim = next(claim for claim in claims() if len(claim.quotes) == 2)

    assert claim.quote == f"{claim.quotes[0]} … {claim.quotes[1]}"


@pytest.mark.shared
@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the articles are not beside the project")
def test_quotations_are_word_for_word():
    """Every quoted passage stands in one of the articles."""
    articles = [spaced(path.read_text("utf-8")) for path in sorted(ARTICLES.glob("*.txt"))]

    assert articles
    for claim in claims():
        for quote in claim.quotes:
            assert any(spaced(quote) in article for article in articles), claim.id
