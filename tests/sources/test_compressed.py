"""Packed files as bytes: every packing, several streams, damage of every kind, and bombs."""

import bz2
import gzip
import itertools
import lzma

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.sources import _compressed

PACKERS = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "Zstandard": zstandard.ZstdCompressor(write_checksum=True).compress,
}
PACKED = [name for name in PACKERS if name != "plain"]
TEXT = b"".join(b'{"n": %d}\n' % n for n in range(15_000))  # 200 KB: four blocks of 64 KiB

# By hand, RFC 8878: the mark; no content size; a window of 2^31 (31 - 10 in the upper five bits).
LONG_WINDOW = b"\x28\xb5\x2f\xfd\x00" + bytes([(31 - 10) << 3])


def zstd_block(kind: int, size: int, *, last: bool) -> bytes:
    """The head of one Zstandard block: last in bit 0, kind in bits 1 and 2, size above."""
    return ((size << 3) | (kind << 1) | last).to_bytes(3, "little")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Blocks of 64 KiB."""
    monkeypatch.setattr(_compressed, "BLOCK", 2**16)


@pytest.fixture
def unpacked(tmp_path):
    """A function: bytes of a file -> what it holds unpacked."""

    def read(content: bytes) -> bytes:
        path = tmp_path / "file"
        path.write_bytes(content)
        return b"".join(_compressed.blocks(path, where="reddit file"))

    return read


@pytest.mark.parametrize("kind", PACKERS)
def test_every_packing_gives_the_same_bytes(kind, unpacked):
    """Packed or not, one stream or two, with zeros between and behind: the bytes are the same."""
    pack = PACKERS[kind]

    assert unpacked(pack(TEXT)) == TEXT
    assert unpacked(pack(TEXT) + pack(b"end")) == TEXT + b"end"
    if kind != "plain":
        assert unpacked(pack(b"a") + bytes(4) + pack(b"b") + bytes(70_000)) == b"ab"


@pytest.mark.parametrize("kind", PACKED)
def test_a_file_that_is_cut_is_damaged(kind, tmp_path):
    """What comes before the cut is given out, then the damage is told; wherever the cut is."""
    whole = PACKERS[kind](TEXT) + PACKERS[kind](TEXT)
    path = tmp_path / "file"
    for cut in (7, len(whole) // 2 + 3, len(whole) - 1):
        path.write_bytes(whole[:cut])
        got = []
        with pytest.raises(_compressed.Damaged, match=f"^{kind} stream that ends too early$"):
            got.extend(_compressed.blocks(path, where="x"))
        given_out = b"".join(got)
        assert (TEXT + TEXT).startswith(given_out)
    assert len(given_out) >= len(TEXT)  # the first stream was whole


@pytest.mark.parametrize("kind", PACKED)
def test_a_file_that_is_corrupt_is_damaged(kind, unpacked):
    """Other bytes inside or behind a stream are never passed over."""
    whole = PACKERS[kind](TEXT)
    middle = len(whole) // 2
    broken = [whole[:middle] + b"\xff" * 9 + whole[middle + 9 :], whole + b"rows that are lost"]
    for content in broken:
        with pytest.raises(_compressed.Damaged, match=f"^{kind} stream that is corrupt$"):
            unpacked(content)


def test_long_window_by_hand(unpacked):
    """A frame that says it needs 2 GiB of window is read; a frame to be skipped is skipped."""
    frame = LONG_WINDOW + zstd_block(0, 5, last=True) + b"hello"
    skipped = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"???"

    assert unpacked(frame) == b"hello"
    assert unpacked(skipped + frame + frame) == b"hellohello"


def test_a_window_that_is_too_long(unpacked):
    """A frame that needs 4 GiB is not called corrupt."""
    frame = LONG_WINDOW[:-1] + bytes([(32 - 10) << 3]) + zstd_block(0, 1, last=True) + b"x"

    with pytest.raises(_compressed.Damaged, match="Zstandard stream that needs more memory"):
        unpacked(frame)


def test_a_bomb_is_unpacked_by_the_piece(tmp_path):
    """4 KiB that unpack to 128 MiB come in pieces; the first is at most a quarter of them."""
    path = tmp_path / "bomb"
    repeat = zstd_block(1, 2**17, last=False) + b"x"  # 4 bytes: 128 KiB of one letter
    path.write_bytes(b"\x28\xb5\x2f\xfd\x00" + bytes([(17 - 10) << 3]) + repeat * 1024)

    pieces = _compressed.blocks(path, where="x")

    # Slices of 1 KiB: 256 blocks of 128 KiB are 32 MiB.
    assert len(next(pieces)) <= 32 * 2**20
    pieces.close()


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz"])
def test_other_bombs_come_in_blocks(kind, tmp_path):
    """12 MB of zeros, packed to some KB, never come as more than two blocks at once."""
    path = tmp_path / "bomb"
    path.write_bytes(PACKERS[kind](bytes(12_000_000)))

    sizes = [len(block) for block in _compressed.blocks(path, where="x")]

    assert sum(sizes) == 12_000_000
    assert max(sizes) <= 2 * _compressed.BLOCK


@given(content=st.binary(min_size=1, max_size=300), cuts=st.lists(st.integers(0, 300), max_size=3))
@settings(max_examples=25)
def test_any_bytes_in_any_streams(content, cuts, tmp_path_factory):
    """Whatever the bytes and however they are divided into streams, they come back."""
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    parts = [content[a:b] for a, b in itertools.pairwise(edges)]
    path = tmp_path_factory.mktemp("streams") / "file"
    for kind in PACKED:
        path.write_bytes(b"".join(PACKERS[kind](part) for part in parts))
        assert b"".join(_compressed.blocks(path, where="x")) == content


def test_head(tmp_path):
    """The first bytes unpacked, of a damaged file as many as there are, of no file none."""
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(b"abcdef"))
    assert _compressed.head(path, size=4) == b"abcd"
    path.write_bytes(bz2.compress(b"abcdef") + bz2.compress(TEXT)[:-5])
    assert _compressed.head(path, size=6) == b"abcdef"
    assert _compressed.head(tmp_path / "nothing", size=4) == b""


@pytest.mark.parametrize(("mark", "kind"), [(b"PK\3\4", "zip"), (b"7z\xbc\xaf\x27\x1c", "7z")])
def test_an_archive_is_refused(mark, kind, unpacked):
    """An archive of several files says what to do with it."""
    with pytest.raises(SourceError, match=f"^reddit file: expected one file, .* got a {kind} arch"):
        unpacked(mark + b"...")


def test_an_empty_file_is_refused(unpacked):
    """No bytes at all are no export."""
    with pytest.raises(SourceError, match="reddit file: expected rows, got an empty file"):
        unpacked(b"")
