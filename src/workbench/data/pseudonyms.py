"""
Pseudonyms: people's ids replaced, before anything is written, by keyed hashes.

HMAC-SHA-256 (RFC 2104, FIPS 180-4) under a random key that stays in `data/private/`: without the
key nobody can find a known account by hashing its name, and whoever holds it can find every row of
somebody who asks to be removed. The same account has the same pseudonym in every table and file.
Ids of posts stay, but where one is to be remembered without being known, it is hidden the same way.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

import polars as pl
from filelock import FileLock

from workbench.data.places import data_folder, private_folder
from workbench.errors import DataError

KEY_BYTES = 32
HEX_CHARACTERS = 16
# Letter in front, which keeps programs from reading a number; and what else goes into the hash.
KINDS = {"person": ("p", b"person\0"), "post": ("t", b"post\0")}
PERSON_COLUMNS = ("author_id", "recipient_id", "person_id", "rater_id")


def key_path() -> Path:
    """Where the installation's key is, or would be."""
    return data_folder() / "private" / "pseudonym.key"


def known_key() -> bytes | None:
    """
    The installation's key, or None where there is none; looking never makes one.

    Raises
    ------
    DataError
        The key file is damaged.
    """
    return _read(key_path()) if key_path().exists() else None


def secret_key() -> bytes:
    """
    The installation's key, made on first use; two runs at once get the same one.

    Raises
    ------
    DataError
        The key file is damaged.
    """
    private_folder()
    path = key_path()
    if not path.exists():
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                _make(path)
    return _read(path)


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise DataError(
            f"pseudonym key {path}: expected {KEY_BYTES} bytes, got {len(key)}. "
            "Restore it from a copy; else delete it and load every data set again."
        )
    return key


def _make(path: Path) -> None:
    """Write a new key under another name first, so that a key is never seen half written."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def key_id(key: bytes) -> str:
    """A short name of the key that tells nothing about it: do two data sets share one?"""
    return hmac.digest(key, b"key\0", "sha256").hex()[:8]


def pseudonym(raw: str, *, key: bytes, kind: str = "person") -> str:
    """The pseudonym of one account, or of one `post`; the two never agree."""
    letter, domain = KINDS[kind]
    return letter + hmac.digest(key, domain + raw.encode(), "sha256").hex()[:HEX_CHARACTERS]


def pseudonymise(frame: pl.DataFrame, *, key: bytes) -> pl.DataFrame:
    """`frame` with the ids of people replaced, wherever they stand; an empty id stays empty."""
    columns = [name for name in PERSON_COLUMNS if name in frame.columns]
    return frame.with_columns(hidden(frame[name].cast(pl.String), key=key) for name in columns)


def hidden(ids: pl.Series, *, key: bytes, kind: str = "person") -> pl.Series:
    """The pseudonym of every id; an empty id stays empty."""
    raw = ids.drop_nulls().unique().to_list()
    new = [pseudonym(one, key=key, kind=kind) for one in raw]
    return ids.replace_strict(raw, new, default=None, return_dtype=pl.String)
