"""The scan of a report folder: what leads to a person is found, each alone, and never shown."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path

import pytest
import spoken_forum
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken_forum import HANDLE, NAME, TEXT, page

from workbench import data, sources
from workbench.data.places import raw_folder
from workbench.errors import DataError, ReportError
from workbench.report import passages
from workbench.report import scan as module
from workbench.report.privacy import kinds
from workbench.report.quoted import own_words
from workbench.report.scan import Problem, scan

NUMBERS = "<p>Half of 1,204 threads were answered within a day.</p>"


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented forum, loaded as `garden`; its export lies among the raw files."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    known = {**sources.sources(), "spoken": spoken_forum.SOURCE}
    monkeypatch.setattr(sources, "sources", lambda: known)
    path = spoken_forum.write_export(raw_folder() / "forum" / "may.spoken")
    data.load("garden", path=path, source="spoken")
    return path


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder of pages that lead to nobody."""
    folder = tmp_path / "reports"
    (folder / "01_waiting").mkdir(parents=True)
    (folder / ".cache").mkdir()
    (folder / ".cache" / "hidden.md").write_text("ann@mail.net", encoding="utf-8")
    (folder / "index.html").write_text(page(NUMBERS), encoding="utf-8")
    (folder / "01_waiting.html").write_text(page(NUMBERS), encoding="utf-8")
    (folder / "01_waiting" / "counts.csv").write_text("threads\n1204\n", encoding="utf-8")
    (folder / "01_waiting" / "waits.png").write_bytes(png())
    (folder / "summary.md").write_text("# Summary\n\nHalf of them.\n", encoding="utf-8")
    (folder / "notes.txt").write_text("Half of them.\n", encoding="utf-8")
    (folder / "01.ipynb").write_text(notebook("1 + 1"), encoding="utf-8")
    return folder


def png(*chunks: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    """A picture of one grey pixel with more chunks."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    all_ = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(b"\0\x80")), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(content)) + kind + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in all_
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + body + after


def packed_small(content: bytes) -> bytes:
    """Compressed with the smallest window, so that it does not begin as usual."""
    packer = zlib.compressobj(wbits=9)
    return packer.compress(content) + packer.flush()


def notebook(source: str, output: str = "2") -> str:
    """A notebook of one code cell with its output, as lines."""
    shown = {"output_type": "execute_result", "data": {"text/html": [f"<p>{output}</p>"]}}
    cell = {"cell_type": "code", "source": [source], "metadata": {}, "outputs": [shown]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


PLANTED = {
    "an e-mail address": "write to ann@mail.net",
    "an @handle": "thanks @ann_k",
    "the address of a post or profile": "see https://stackoverflow.com/questions/123",
    "a key or token": "key ghp_" + "a1" * 18,
    "the name of an account of garden": f"asked by {NAME}",
    "8 words in a row from what somebody wrote in garden": f"One said: {TEXT[:60]}",
}
FILES = {
    "01_waiting.html": (lambda text: page(f"<p>{text}</p>"), "under heading 2"),
    "summary.md": (lambda text: f"# Summary\n\n{text}\n", "in line 3"),
    "01_waiting/counts.csv": (lambda text: f'threads\n"{text}"\n', "in line 2"),
    "notes.txt": (lambda text: text, "in line 1"),
    "01.ipynb": (lambda text: notebook("1 + 1", text), "in cell 1"),
}


def test_a_clean_folder_passes(reports, loaded):
    """Pages that hold numbers only pass, hidden files are not part of a report."""
    report = scan(reports)

    assert report.problems == ()
    assert (report.files, report.others) == (7, ())
    assert report.compared == ("garden",)
    assert report.unchecked == ()


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("file", FILES)
def test_each_thing_is_found_alone(reports, loaded, file, kind):
    """In each sort of file each thing is found, with its place, and nothing else."""
    write, place = FILES[file]
    (reports / file).write_text(write(PLANTED[kind]), encoding="utf-8")

    assert scan(reports).problems == (Problem(file, kind, place),)


@pytest.mark.parametrize(
    "chunk",
    [
        (b"tEXt", b"Author\0ann@mail.net"),
        (b"zTXt", b"Author\0\0" + zlib.compress(b"ann@mail.net")),
        (b"iTXt", b"Author\0\1\0\0\0" + zlib.compress(b"ann@mail.net")),
        (b"iTXt", b"Author\0\0\0\0\0ann@mail.net"),
    ],
    ids=["plain", "packed", "packed, any script", "any script"],
)
def test_metadata_of_pictures(reports, loaded, chunk):
    """What a picture says of its maker is looked at, packed or not."""
    (reports / "01_waiting" / "waits.png").write_bytes(png(chunk))

    (problem,) = scan(reports).problems
    assert problem.line() == "01_waiting/waits.png: an e-mail address in its metadata"


MAIL = "ann@mail.net"
POST = "https://stackoverflow.com/questions/123"
PICTURE = base64.b64encode(png((b"tEXt", b"Author\0ann@mail.net"))).decode()
IN_PAGES = {
    "comment": f"<!-- {MAIL} -->",
    "program": f'<script type="application/json">{{"by": "{MAIL}"}}</script>',
    "program in signs": r'<script>{"by": "ann\u0040mail.net"}</script>',
    "style": f"<style>a::after {{ content: '{MAIL}' }}</style>",
    "attribute": f'<p data-by="{MAIL}">x</p>',
    "head": f'<meta name="author" content="{MAIL}">',
    "field": f'<input value="{MAIL}">',
    "hint": f'<input placeholder="{MAIL}">',
    "name": f'<p id="{MAIL}">x</p>',
    "class": f'<p class="{MAIL}">x</p>',
    "page in a page": '<iframe srcdoc="&lt;p&gt;ann&amp;#64;mail.net&lt;/p&gt;"></iframe>',
    "declared": f"<![CDATA[ {MAIL} ]]>",
    "percent": '<a href="mailto:ann%40mail.net">x</a>',
    "data": f'<a href="data:text/plain;base64,{base64.b64encode(MAIL.encode()).decode()}">x</a>',
    "data as text": '<a href="data:,ann%40mail.net">x</a>',
    "picture": f'<img src="data:image/png;base64,{PICTURE}">',
    "link of a picture": f'<img src="{POST}">',
    "link of an object": f'<object data="{POST}"></object>',
    "link of a form": f'<form action="{POST}"></form>',
}


@pytest.mark.parametrize("hidden", IN_PAGES)
def test_what_a_page_does_not_show_is_found(tmp_path, hidden):
    """The source of a page is looked through as well, each thing alone."""
    (tmp_path / "a.html").write_text(page(NUMBERS + IN_PAGES[hidden]), encoding="utf-8")
    kind = "the address of a post or profile" if "link" in hidden else "an e-mail address"

    assert [one.kind for one in scan(tmp_path).problems] == [kind]


@pytest.mark.parametrize(
    "chunk",
    [
        (b"prIv", b"\1\2 ann@mail.net"),
        (b"zTXt", b"Author\0\0" + packed_small(b"ann@mail.net")),
        (b"eXIf", b"II*\0" + "ann@mail.net".encode("utf-16-le")),
        (b"eXIf", b"MM\0*" + "ann@mail.net".encode("utf-16-be")),
    ],
    ids=["private", "small window", "two bytes", "two bytes, other order"],
)
def test_metadata_in_any_chunk_and_letters(tmp_path, chunk):
    """A chunk of one's own, another window of compression and letters of two bytes hide nothing."""
    (tmp_path / "a.png").write_bytes(png(chunk))

    assert [one.kind for one in scan(tmp_path).problems] == ["an e-mail address"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"by ann&#64;mail.net\n", "an e-mail address"),
        (b"by ann [at] mail.net\n", "an e-mail address"),
        ("by ann@mail.net\n".encode("utf-16-le"), "an e-mail address"),
        ("by ann@mail.net\n".encode("utf-16-be"), "an e-mail address"),
        ("thanks @jürgen\n".encode("latin-1"), "an @handle"),
    ],
    ids=["signs", "spelled", "two bytes", "two bytes, other order", "Latin-1"],
)
def test_texts_in_any_letters(tmp_path, content, kind):
    """However a table or a text is written, what stands in it is found."""
    (tmp_path / "a.csv").write_bytes(content)

    assert [one.kind for one in scan(tmp_path).problems] == [kind]


NOTEBOOKS = {
    "key of an output": {"outputs": [{"data": {"application/json": {MAIL: 1}}}]},
    "comment in an output": {"outputs": [{"data": {"text/html": f"<p>1<!-- {MAIL} --></p>"}}]},
    "picture": {"outputs": [{"data": {"image/png": PICTURE}}]},
    "picture in text": {
        "outputs": [{"data": {"text/html": f"<img src='data:;base64,{PICTURE}'>"}}]
    },
    "metadata of a cell": {"metadata": {"by": [{"who": MAIL}]}},
    "attached": {"attachments": {MAIL: {}}},
}


@pytest.mark.parametrize("hidden", NOTEBOOKS)
def test_what_a_notebook_does_not_show_is_found(tmp_path, hidden):
    """Keys, comments, pictures and metadata of a notebook are looked through."""
    cell = {"cell_type": "code", "source": "1", "metadata": {}, **NOTEBOOKS[hidden]}
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")

    assert scan(tmp_path).problems == (Problem("a.ipynb", "an e-mail address", "in cell 1"),)


def test_metadata_of_a_whole_notebook(tmp_path):
    """What a notebook says of itself is no cell's."""
    about = {"cells": [], "metadata": {"authors": [{"name": MAIL}]}}
    (tmp_path / "a.ipynb").write_text(json.dumps(about), encoding="utf-8")

    assert scan(tmp_path).problems == (Problem("a.ipynb", "an e-mail address", "in its source"),)


@pytest.mark.parametrize(
    "hidden", ["<!-- {} -->", '<p data-by="{}">1</p>', "<style>/*{}*/</style>"]
)
def test_names_and_quotations_that_are_not_shown(reports, loaded, hidden):
    """What people wrote and are called is looked for in the source of a page too."""
    said = hidden.format(f"{NAME}: {TEXT}")
    (reports / "01_waiting.html").write_text(page(NUMBERS + said), encoding="utf-8")

    assert {one.kind for one in scan(reports).problems} == {
        "the name of an account of garden", "8 words in a row from what somebody wrote in garden",
    }  # fmt: skip


@pytest.mark.parametrize("name", [f"{MAIL}.csv", f"{NAME}.csv", f"{MAIL}.mp4", f"{MAIL}/a.csv"])
def test_names_of_files_are_looked_at_and_not_shown(reports, loaded, name):
    """A file or folder that is called like somebody is told by its number."""
    (reports / name).parent.mkdir(exist_ok=True)
    (reports / name).write_text("n\n", encoding="utf-8")

    report = scan(reports)
    said = " ".join([one.line() for one in report.problems] + list(report.others))
    assert "in the order of names: " in said
    assert "in its name" in said
    assert not any(word in said for word in ("ann", ".net", *NAME.split()))


@pytest.mark.parametrize(
    "name", ["a.json", "a.svg", "a.js", "a.xml", "a.yml", "a.xhtml", "a.css", "a.tsv", "LICENCE"]
)
def test_other_texts_are_looked_through(tmp_path, name):
    """Whatever is a text is looked through, also without an ending."""
    (tmp_path / name).write_text(f'{{"by": "{MAIL}"}}\n', encoding="utf-8")

    assert [one.kind for one in scan(tmp_path).problems] == ["an e-mail address"]


def test_every_file_with_a_quotation_is_named(reports, loaded):
    """The same words in three files are three problems, once in each."""
    files = ["01_waiting.html", "notes.txt", "summary.md"]
    for name in files:
        (reports / name).write_text(f"{TEXT}\n\n{TEXT}\n", encoding="utf-8")

    assert [one.file for one in scan(reports).problems] == files


def test_what_follows_a_picture_is_found(reports, loaded):
    """Bytes after the end of a picture are looked at too, and a picture that is none."""
    (reports / "01_waiting" / "waits.png").write_bytes(png(after=b" ann@mail.net "))
    (reports / "other.png").write_bytes(b"by ann@mail.net")

    assert [one.file for one in scan(reports).problems] == ["01_waiting/waits.png", "other.png"]


def test_problems_never_show_the_words(reports, loaded):
    """Nothing that is found stands in what is said of it."""
    for file, (write, _) in FILES.items():
        (reports / file).write_text(write("; ".join(PLANTED.values())), encoding="utf-8")

    said = " ".join(one.line() for one in scan(reports).problems)
    for word in ("ann_k", "mail.net", "123", "ghp", *NAME.split(), HANDLE, *TEXT.split()[:3]):
        assert word not in said


def test_a_handle_without_its_sign_is_a_name(reports, loaded):
    """The name as typed is found as well as the one that is shown, in any case of letters."""
    (reports / "notes.txt").write_text(f"by {HANDLE.upper()}\n", encoding="utf-8")

    assert [one.kind for one in scan(reports).problems] == ["the name of an account of garden"]


def test_names_that_the_program_says_itself_are_counted(reports, loaded):
    """`Page` is somebody's name and a word of every report: it is not looked for, and told."""
    (reports / "notes.txt").write_text("this page is ok\n", encoding="utf-8")

    report = scan(reports)
    assert report.problems == ()
    assert report.common == {"garden": 2}
    assert own_words().says(("page",))
    assert not own_words().says(tuple(NAME.lower().split()))


def test_a_quotation_may_run_over_lines(reports, loaded):
    """Eight words count as in a row where a line ends between them."""
    broken = TEXT.replace(" froze", "\nfroze")
    (reports / "summary.md").write_text(f"# Summary\n\n{broken[:60]}\n", encoding="utf-8")

    assert [one.place for one in scan(reports).problems] == ["in line 3"]


def test_seven_words_are_no_quotation(reports, loaded):
    """Seven words in a row may be chance."""
    seven = " ".join(TEXT.split()[:7])
    (reports / "notes.txt").write_text(f"{seven}, they said\n", encoding="utf-8")

    assert scan(reports).problems == ()


def test_an_export_that_is_not_at_hand_is_said(reports, loaded, tmp_path):
    """What cannot be compared is said in one line; a path to it may be given."""
    (reports / "notes.txt").write_text(f"by {NAME}\n", encoding="utf-8")
    moved = loaded.rename(tmp_path / "elsewhere.spoken")

    report = scan(reports)
    assert report.problems == ()
    assert report.unchecked == (
        "quotations and names of garden: not checked (its export is not at hand; "
        "--raw garden=PATH)",
    )
    assert len(scan(reports, raw={"garden": [moved]}).problems) == 1


def test_an_export_in_a_folder_is_found_by_its_files(reports, loaded, tmp_path):
    """An export of several files is at hand where all of them lie beside one another."""
    folder = tmp_path / "whole"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "one.txt").write_text("one and more", encoding="utf-8")
    (folder / "two.txt").write_text("two", encoding="utf-8")
    inputs = data.open("garden").manifest["inputs"]
    from workbench.data import originals  # noqa: PLC0415
    from workbench.data.manifest import input_files  # noqa: PLC0415

    wanted = [inputs, input_files(folder)]
    assert originals._in_raw_folder(wanted) == {0: loaded}
    target = raw_folder() / "deep" / "whole"
    target.parent.mkdir()
    folder.rename(target)
    assert originals._in_raw_folder(wanted) == {0: loaded, 1: target}
    (target / "two.txt").write_text("owt", encoding="utf-8")
    assert originals._in_raw_folder(wanted) == {0: loaded}


def test_a_source_that_tells_nothing_is_said(reports, loaded):
    """A reader of nothing but times and people has no texts to compare with."""
    path = Path(__file__).parents[1] / "data/collegemsg/collegemsg.csv.gz"
    data.load("mails", path=path, source="collegemsg")

    (line,) = scan(reports).unchecked
    assert line.startswith("quotations and names of mails: not checked (its source collegemsg does")


def test_a_data_set_that_cannot_be_opened_is_said(reports, loaded):
    """A damaged data set is named, and the rest is looked through all the same."""
    (data.open("garden").folder / "posts.parquet").unlink()

    (line,) = scan(reports).unchecked
    assert line == (
        "quotations and names of garden: not checked (it cannot be opened; workbench check garden)"
    )


def test_wrong_exports_are_refused(reports, loaded, tmp_path):
    """Another file, no file and an unknown name are refused in one line."""
    other = tmp_path / "other.spoken"
    other.write_text("{}", encoding="utf-8")

    for raw, message in (
        ({"garden": [other]}, "expected an export that it was loaded from, got another one"),
        ({"garden": [tmp_path / "none"]}, "got nothing at"),
        ({"orchard": [loaded]}, "expected names of loaded data sets (garden), got orchard"),
    ):
        with pytest.raises(DataError) as refused:
            scan(reports, raw=raw)
        assert message in str(refused.value)
        assert "\n" not in str(refused.value)


def test_no_folder_is_said(tmp_path):
    """Without pages there is nothing to look through."""
    with pytest.raises(ReportError, match="expected a folder of pages, found none"):
        scan(tmp_path / "none")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0\1\2\xff\xfe" * 50, b"\xff\xfea\0b", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt",
        b"<" * 3000, b"<div>" * 3000, b"[" * 3000, b"{\"cells\": 3}", b"{\"cells\": [1]}", b"null",
    ],
    ids=["empty", "binary", "cut", "picture", "open", "deep", "nested", "number", "list", "null"],
)  # fmt: skip
def test_odd_files_end_without_an_error(tmp_path, content):
    """Whatever is in a file, it is looked through."""
    for name in ("a.html", "b.csv", "c.md", "d.txt", "e.ipynb", "f.png"):
        (tmp_path / name).write_bytes(content)
        found = passages.read(tmp_path / name)

        assert not [kind for one in found for kind in kinds(one.prose, one.code)]


def test_a_file_that_is_too_large_is_a_problem(reports, loaded, monkeypatch):
    """What cannot be looked through is not passed over."""
    monkeypatch.setattr(module, "LARGEST_BYTES", 100)
    (reports / "notes.txt").write_text("x" * 101, encoding="utf-8")

    assert (
        Problem("notes.txt", "too large to be looked through", "as a whole")
        in scan(reports).problems
    )


def test_files_of_other_kinds_are_named(reports, loaded):
    """What is not looked through is told by its name."""
    (reports / "video.mp4").write_bytes(b"x")

    assert scan(reports).others == ("video.mp4",)


def test_simulated_data_are_nobodys(reports, loaded, monkeypatch):
    """Nobody wrote what was simulated, so that nothing is compared with it."""
    manifest = {**data.open("garden").manifest, "is_simulated": True}
    real = data.open("garden")
    monkeypatch.setattr(data, "open", lambda _: data.Community("garden", real.folder, manifest))

    report = scan(reports)
    assert report.compared == report.unchecked == ()


def test_a_long_comparison_is_told(reports, loaded, monkeypatch):
    """What takes longer than two seconds says how far it is."""
    monkeypatch.setattr(module, "TELL_AFTER_SECONDS", -1.0)
    heard: list[str] = []
    scan(reports, tell=heard.append)

    assert heard == [f"looked through {n} of 7 files" for n in range(1, 8)] + [
        f"garden: pages compared with {n} texts" for n in (1, 2)
    ]


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["ab", "cd", "ef", "gh"]), max_size=24), st.integers(0, 16))
def test_exactly_the_stretches_of_eight_words_are_found(said, start):
    """A stretch of a text is found on a page if and only if it has eight words."""
    spoken = module.Spoken()
    stretch = said[start : start + 8]
    spoken.add(
        "a.md", [passages.Passage("in line 1", "", "", ("zz " + " ".join(stretch) + " zz",))]
    )

    assert bool(list(spoken.quoted(" ".join(said)))) == (len(stretch) == 8)
