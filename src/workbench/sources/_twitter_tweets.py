"""
What one tweet says, in either form of the platform's interface: as a flat row, or why it is none.

Numbers of tweets and accounts stay text: they are above what a float can hold.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from workbench.sources._texts import mended

FIELDS = pl.Schema(
    [
        ("post_id", pl.String),
        ("number", pl.String),
        ("first_number", pl.String),
        ("versions", pl.Int64),
        ("thread_id", pl.String),
        ("parent_id", pl.String),
        ("author_id", pl.String),
        ("recipient_id", pl.String),
        ("written", pl.String),
        ("joined", pl.String),
        ("called", pl.String),
        ("score", pl.Int64),
        ("text", pl.String),
        ("is_shortened", pl.Boolean),
        ("hashtags", pl.List(pl.String)),
    ]
)

NOT_A_TWEET = "not a tweet"
NO_NUMBER = "tweet without its number"
BAD_NUMBER = "a number of a tweet or an account is not whole"
NO_AUTHOR = "tweet without its author"
RETWEET = "retweet, not a contribution of its own"
EARLIER = "an earlier version of an edited tweet"

_DIGITS = re.compile(r"[0-9]{1,20}")
_LARGEST_COUNT = 2**62


class UnfitError(Exception):
    """Why something is not a row; it quotes nothing."""


def flat(tweet: Any, *, users: Mapping[str, Any], owner: str | None) -> dict[str, Any]:
    """
    The fields of one tweet, those of `FIELDS`.

    users : what the page says of accounts. owner : whose tweet it is where it does not say.

    Raises
    ------
    UnfitError
        It is no tweet, repeats another, or lacks what a post must have.
    """
    if not isinstance(tweet, dict):
        raise UnfitError(NOT_A_TWEET)
    number = whole(tweet, "id_str", "id")
    if number is None:
        raise UnfitError(NO_NUMBER)
    text, is_shortened = _text(tweet)
    if _is_retweet(tweet, text):
        raise UnfitError(RETWEET)
    versions = _versions(tweet)
    if number in versions[:-1]:
        raise UnfitError(EARLIER)
    author, user = _author(tweet, users, owner)
    first = versions[0] if number in versions else number
    conversation = whole(tweet, "conversation_id_str", "conversation_id")
    return {
        "post_id": first,
        "number": number,
        "first_number": first,
        "versions": len(versions) if number in versions else 1,
        "thread_id": first if conversation in versions else conversation,
        "parent_id": _parent(tweet),
        "author_id": author,
        "recipient_id": _recipient(tweet),
        "written": _words(tweet.get("created_at")),
        "joined": _words(user.get("created_at")),
        "called": handle(user),
        "score": _likes(tweet),
        "text": None if is_shortened else text,
        "is_shortened": is_shortened,
        "hashtags": _hashtags(tweet),
    }


def whole(fields: Mapping[str, Any], *names: str) -> str | None:
    """The first of these numbers that is given, as text; the platform writes -1 for none."""
    for name in names:
        value = fields.get(name)
        if value in (None, "", -1, "-1"):
            continue
        text = value if isinstance(value, str) else str(value)
        if isinstance(value, bool) or not _DIGITS.fullmatch(text):
            raise UnfitError(BAD_NUMBER)
        return text
    return None


def handle(user: Mapping[str, Any]) -> str | None:
    """The name that an account types to sign in, for the rule on names of programs."""
    return _words(user.get("screen_name") or user.get("username"))


def author_of(tweet: Mapping[str, Any], users: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the export says of the author, in whichever place it does; nothing where it does not."""
    given = tweet.get("user") or tweet.get("author") or users.get(str(tweet.get("author_id")))
    return given if isinstance(given, dict) else {}


def texts(tweet: Any) -> list[str]:
    """Everything in which a tweet holds its text, as typed, the longest form first."""
    held = _forms(tweet)
    found = [_words(one.get(name)) for one in reversed(held) for name in ("full_text", "text")]
    return [html.unescape(text) for text in found if text is not None]


def names(tweet: Any, users: Mapping[str, Any]) -> list[str]:
    """What the author of a tweet and the accounts it mentions are called, as shown and as typed."""
    if not isinstance(tweet, dict):
        return []
    mentioned = _listed(_within(tweet, "entities", "user_mentions"))
    mentioned += _listed(_within(tweet, "entities", "mentions"))
    accounts = [author_of(tweet, users), *mentioned]
    named = [
        _words(account.get(name))
        for account in accounts
        if isinstance(account, dict)
        for name in ("name", "screen_name", "username")
    ]
    return [name for name in [*named, _words(tweet.get("in_reply_to_screen_name"))] if name]


def reply(tweet: Any) -> tuple[str | None, str | None, str | None]:
    """Number of a tweet, of the tweet it answers, and of the account that wrote that one."""
    if not isinstance(tweet, dict):
        return None, None, None
    try:
        return whole(tweet, "id_str", "id"), _parent(tweet), _recipient(tweet)
    except UnfitError:
        return None, None, None


def _forms(tweet: Any) -> list[Mapping[str, Any]]:
    """The tweet and what it holds in a longer form."""
    forms = [tweet, *(_within(tweet, name) for name in ("extended_tweet", "note_tweet"))]
    return [one for one in forms if isinstance(one, dict)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _author(
    tweet: Mapping[str, Any], users: Mapping[str, Any], owner: str | None
) -> tuple[str, Mapping[str, Any]]:
    user = author_of(tweet, users)
    author = whole(tweet, "author_id") or whole(user, "id_str", "id") or owner
    if author is None:
        raise UnfitError(NO_AUTHOR)
    return author, user


def _text(tweet: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The text, and whether the export cut it short."""
    held = texts(tweet)
    cut = tweet.get("truncated") is True and len(held) < 2 and "full_text" not in tweet
    return (held[0] if held else None), cut


def _words(value: Any) -> str | None:
    """Text, with a sign in place of each half of a character that lost its other half."""
    return mended(value) if isinstance(value, str) else None


def _referenced(tweet: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    for one in _listed(tweet.get("referenced_tweets")):
        if isinstance(one, dict) and one.get("type") == kind:
            return one
    return None


def _is_retweet(tweet: Mapping[str, Any], text: str | None) -> bool:
    marked = tweet.get("retweeted_status") or _referenced(tweet, "retweeted")
    return bool(marked) or (text or "").startswith("RT @")


def _parent(tweet: Mapping[str, Any]) -> str | None:
    answered = _referenced(tweet, "replied_to") or {}
    given = whole(tweet, "in_reply_to_status_id_str", "in_reply_to_status_id")
    return given or whole(answered, "id")


def _recipient(tweet: Mapping[str, Any]) -> str | None:
    return whole(tweet, "in_reply_to_user_id_str", "in_reply_to_user_id")


def _versions(tweet: Mapping[str, Any]) -> list[str]:
    """The numbers of all versions of a tweet, the newest last; none where it tells of none."""
    listed = tweet.get("edit_history_tweet_ids")
    listed = listed or _within(tweet, "edit_history", "edit_tweet_ids")
    listed = listed or _within(tweet, "edit_info", "initial", "editTweetIds")
    listed = listed or _within(tweet, "edit_info", "edit", "editControlInitial", "editTweetIds")
    numbers = [whole({"id": one}, "id") for one in _listed(listed)]
    return [number for number in numbers if number is not None]


def _within(fields: Any, *names: str) -> Any:
    for name in names:
        fields = fields.get(name) if isinstance(fields, dict) else None
    return fields


def _likes(tweet: Mapping[str, Any]) -> int | None:
    """Likes as of the export; an empty count and one that is no count are not zero."""
    given = tweet.get("favorite_count")
    if given is None:
        given = _within(tweet, "public_metrics", "like_count")
    text = str(given)
    known = not isinstance(given, bool) and _DIGITS.fullmatch(text)
    return int(text) if known and int(text) < _LARGEST_COUNT else None


def _hashtags(tweet: Mapping[str, Any]) -> list[str]:
    """Hashtags as the platform found them, in small letters, each once."""
    listed = [_listed(_within(one, "entities", "hashtags")) for one in _forms(tweet)]
    named = [_words(_within(m, "text") or _within(m, "tag")) for marks in listed for m in marks]
    return list(dict.fromkeys(name.lower() for name in named if name))
