"""Pseudonyms: one key, one pseudonym a person, nothing of the id left."""

import hashlib
import hmac
import stat
import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.data import pseudonyms
from workbench.errors import DataError

KEY = bytes(range(32))


def test_a_pseudonym_by_the_definition():
    """HMAC as RFC 2104 spells it out: H(key xor opad, H(key xor ipad, text)), 64-byte blocks."""
    block = KEY.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in block) + b"person\0ann").digest()
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in block) + inner).hexdigest()

    assert pseudonyms.pseudonym("ann", key=KEY) == "p" + outer[:16]


def test_the_same_person_is_the_same_in_every_column():
    """Whole numbers and their text are one id; an empty id stays empty."""
    posts = pl.DataFrame({"author_id": [7, None], "recipient_id": [None, 8], "post_id": ["7", "8"]})
    others = pl.DataFrame({"person_id": ["7"], "rater_id": ["8"]})

    one, two = (pseudonyms.pseudonymise(frame, key=KEY) for frame in (posts, others))

    assert one["author_id"].to_list() == [two["person_id"].item(), None]
    assert one["recipient_id"].to_list() == [None, two["rater_id"].item()]
    assert one["post_id"].to_list() == ["7", "8"]


@given(st.lists(st.text(), unique=True, max_size=30))
def test_different_people_stay_different(ids):
    """Any text is an id: empty, right to left, beyond the basic plane."""
    got = pseudonyms.pseudonymise(
        pl.DataFrame({"author_id": ids}, schema={"author_id": pl.String}), key=KEY
    )

    assert got["author_id"].n_unique() == len(ids)
    assert got["author_id"].str.contains("^p[0-9a-f]{16}$").all()


def test_another_key_gives_other_pseudonyms_and_another_name():
    """A key's name tells keys apart without telling the key."""
    other = bytes(32)

    assert pseudonyms.pseudonym("ann", key=KEY) != pseudonyms.pseudonym("ann", key=other)
    assert pseudonyms.key_id(KEY) != pseudonyms.key_id(other)
    assert hmac.compare_digest(pseudonyms.key_id(KEY), pseudonyms.key_id(bytes(range(32))))


def test_the_key_is_made_once_for_its_owner(data_home):
    """Thirty-two random bytes, readable by nobody else, the same ever after."""
    key = pseudonyms.secret_key()

    path = data_home / "private" / "pseudonym.key"
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert pseudonyms.secret_key() == key


def test_a_key_left_half_written_is_made_anew(data_home):
    """A run killed while making the key leaves a part that the next run replaces."""
    (data_home / "private").mkdir(parents=True)
    (data_home / "private" / "pseudonym.part").write_bytes(b"half")

    assert len(pseudonyms.secret_key()) == 32


def test_a_damaged_key_is_refused(data_home):
    """A shorter key would silently change every pseudonym."""
    pseudonyms.secret_key()
    (data_home / "private" / "pseudonym.key").write_bytes(b"short")

    with pytest.raises(DataError, match=r"expected 32 bytes, got 5\. Restore it from a copy"):
        pseudonyms.secret_key()


def test_runs_at_once_end_with_one_key(data_home):
    """Six processes that all wait for the same moment get the same key."""
    code = (
        "import sys, time; from workbench.data.pseudonyms import secret_key, key_id;"
        "print('ready', flush=True); sys.stdin.readline(); print(key_id(secret_key()))"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for run in runs:
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        run.stdin.write("go\n")
        run.stdin.flush()
    got = {run.communicate(timeout=60)[0] for run in runs}

    assert got == {pseudonyms.key_id(pseudonyms.secret_key()) + "\n"}
