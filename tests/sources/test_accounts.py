"""Account names: programs by their name, deleted accounts, and numbers saved with .0."""

import polars as pl
import pytest

from workbench.sources._accounts import DELETED, account, identifier, named_like_bot


@pytest.mark.parametrize(
    "name",
    [
        "helper-bot", "HelperBot", "news_bot", "bot", "Bot", "x.BOT", "dependabot[bot]",
        "[Bot] news", "AutoModerator", "Chat2Bot", "ChatBOT", "the bot",
    ],
)  # fmt: skip
def test_programs(name):
    """The word `bot` of its own at the end, or in brackets, is a program's name."""
    assert pl.Series("n", [name]).to_frame().select(named_like_bot(pl.col("n"))).item()


@pytest.mark.parametrize(
    "name",
    ["Abbot", "robot", "Talbot", "ABBOT", "botany", "bot-fan", "Botticelli", "ann", "", None],
)
def test_people(name):
    """Names that only end in those letters, and nobody's, are people's."""
    frame = pl.DataFrame({"n": [name]}, schema={"n": pl.String})
    assert not frame.select(named_like_bot(pl.col("n"))).item()


def test_identifiers_by_hand():
    """Blanks go; 12.0 is 12, but 1.5, v1.0 and 1.00 stay what they are."""
    frame = pl.DataFrame({"id": [" a\t", "12.0", "-3.0", "1.5", "v1.0", "1.00", "  ", None]})

    got = frame.select(identifier("id")).to_series().to_list()

    assert got == ["a", "12", "-3", "1.5", "v1.0", "1.00", None, None]


def test_deleted_accounts():
    """Placeholders become empty; others must be named by the caller."""
    frame = pl.DataFrame({"id": ["[deleted]", "", "-1", "ann"]})

    usual = frame.select(account("id", deleted=DELETED)).to_series().to_list()
    named = frame.select(account("id", deleted=["-1"])).to_series().to_list()

    assert usual == [None, None, "-1", "ann"]
    assert named == ["[deleted]", None, None, "ann"]
