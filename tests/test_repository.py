"""The repository as a whole: lists that must agree, files that stay small, words that stay out."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workbench import data, schema

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LARGEST_BYTES = 1_000_000
LONGEST_FILE = 300
LONGEST_FUNCTION = 60

# Left-over notes, addresses of one machine or registry, and words about how the code came about.
UNWANTED = (
    r"\bTODO\b", r"\bFIXME\b", r"\bXXX\b", r"/work/", r"\.\./shared", r"pypi\.org",
    r"pythonhosted", r"\bprototypes?\b", r"\bChatGPT\b", r"\bClaude\b", r"\bCopilot\b",
    r"\bAnthropic\b", r"\bLLM\b", r"language model", r"\bas an AI\b",
    r"session transcript", r"\bthis session\b",
)  # fmt: skip


def text(name: str) -> str:
    """The text of a file of the repository."""
    return (ROOT / name).read_text("utf-8")


def tracked() -> list[Path]:
    """Every file under version control that lies there."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def declared() -> dict[str, list[Requirement]]:
    """Every direct dependency of pyproject.toml, by the list it stands in."""
    project = PROJECT["project"]
    lists = {"run": project["dependencies"], **project["optional-dependencies"]}
    lists |= PROJECT["dependency-groups"]
    return {name: [Requirement(line) for line in lines] for name, lines in lists.items()}


def needed() -> list[Requirement]:
    """The same, as one list."""
    return [need for needs in declared().values() for need in needs]


def locked() -> dict[str, Requirement]:
    """Package -> its line in requirements.lock."""
    lines = [line for line in text("requirements.lock").splitlines() if not line.startswith("#")]
    found = [Requirement(line) for line in lines if line.strip()]
    return {canonicalize_name(one.name): one for one in found}


def test_conda_has_no_second_list_of_versions():
    """environment.yml asks for Python as pyproject.toml does, pip, the lock and the project."""
    lines = [line.strip() for line in text("environment.yml").splitlines()]
    listed = [line.removeprefix("- ") for line in lines if line.startswith("- ")]

    python = f"python{PROJECT['project']['requires-python']}"
    assert listed == ["conda-forge", python, "pip", "pip:", "-c requirements.lock", "-e .[lab]"]


@pytest.mark.parametrize("need", needed(), ids=lambda need: need.name)
def test_the_lock_holds_every_dependency(need):
    """Every direct dependency is locked to one version, inside the range that is allowed."""
    line = locked()[canonicalize_name(need.name)]
    (pin,) = line.specifier

    assert pin.operator == "=="
    assert need.specifier.contains(pin.version, prereleases=True)


def test_the_lock_holds_no_address():
    """The lock works with any registry: names, versions and markers, no address and no path."""
    for line in text("requirements.lock").splitlines():
        if not line.startswith("#"):
            assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+( ; [^/]+)?", line), line


@pytest.mark.parametrize("entry", data.catalogue().values(), ids=lambda entry: entry.name)
def test_packages_that_hold_data_are_pinned(entry):
    """The catalogue, pyproject.toml and the lock name the same version of such a package."""
    wanted = {canonicalize_name(need.name): need for need in declared()["run"]}
    name = canonicalize_name(entry.package)

    assert str(wanted[name].specifier) == f"=={entry.version}"
    assert str(locked()[name].specifier) == f"=={entry.version}"


def test_the_data_dictionary_is_the_schema():
    """docs/data-dictionary.md is what `python -m workbench.schema` prints."""
    assert text("docs/data-dictionary.md") == schema.dictionary()


def test_every_dependency_has_its_reason():
    """docs/dependencies.md has one row for each direct dependency, and for nothing else."""
    rows = re.findall(r"^\| ([\w.-]+) +\| (.+) \|$", text("docs/dependencies.md"), re.MULTILINE)
    rows = [(name, why) for name, why in rows if name != "package" and not set(name) <= {"-"}]
    named = sorted(canonicalize_name(name) for name, _ in rows)

    assert named == sorted({canonicalize_name(need.name) for need in needed()})
    assert all(why.strip() for _, why in rows)


def test_one_version_everywhere():
    """pyproject.toml, CITATION.cff and the first entry of the changelog name the same version."""
    version = PROJECT["project"]["version"]
    cited = re.search(r"^version: (\S+)$", text("CITATION.cff"), re.MULTILINE)
    newest = re.search(r"^## \[?([0-9][^\s\]]*)", text("CHANGELOG.md"), re.MULTILINE)

    assert cited is not None
    assert newest is not None
    assert cited[1] == newest[1] == version


def commands(markdown: str) -> set[str]:
    """The targets of `make` that a page names in code: between backticks or in a block."""
    inline = re.findall(r"`make ([a-z]+)", markdown)
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return {*inline, *(m[1] for line in lines if (m := re.match(r"(?:\$ )?make ([a-z]+)", line)))}


def test_commands_are_read_from_pages():
    """`make x` counts in code and not in prose."""
    page = (
        "Say `make report`; make sure.\n\n```bash\nmake test\n$ make lab  # opens\ncmake no\n```\n"
    )

    assert commands(page) == {"report", "test", "lab"}


def test_every_make_target_that_is_named_exists():
    """README and the pages of docs name targets that the Makefile has."""
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    named = {name for page in pages for name in commands(page.read_text("utf-8"))}

    assert {"report", "test", "lab", "check"} <= targets
    assert named <= targets


def test_every_path_that_the_readme_links_exists():
    """A link of README or docs that is no address of the web leads to a file of the repository."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name} links {target}"


def test_no_large_file():
    """Every tracked file is under a megabyte; data come from packages."""
    large = [
        str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > LARGEST_BYTES
    ]

    assert large == []


def test_files_of_the_package_are_short():
    """No module is longer than one can hold in mind."""
    found = {p.name: len(p.read_text("utf-8").splitlines()) for p in (ROOT / "src").rglob("*.py")}

    assert {name: lines for name, lines in found.items() if lines > LONGEST_FILE} == {}


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return lines
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1)


def test_functions_of_the_package_are_short():
    """No function is longer than a screen, its docstring aside."""
    long = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            known = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if known and lines_of_code(node) > LONGEST_FUNCTION:
                long.append(f"{path.name}: {node.name}")

    assert long == []


def test_every_test_says_what_it_tests():
    """Every test function has a docstring of one sentence."""
    silent = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_test = isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            if is_test and not ast.get_docstring(node):
                silent.append(f"{path.name}: {node.name}")

    assert silent == []


def unwanted(written: str) -> list[str]:
    """The unwanted words in a text, as they stand there."""
    return [found[0] for word in UNWANTED for found in re.finditer(word, written)]


def test_unwanted_words_are_found():
    """A left-over note and a path of one machine are found; ordinary words pass."""
    assert unwanted("x = 1  # TODO later") == ["TODO"]
    assert unwanted("see /work/main") == ["/work/"]
    assert unwanted("a fixture of scope session; todo; networks at work / at home") == []


def test_no_unwanted_words():
    """No tracked text holds left-over notes or speaks of how and where it was written."""
    found = []
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" in raw or path == Path(__file__).resolve():
            continue
        written = raw.decode("utf-8", errors="replace")
        if "pytest.mark.shared" in written:
            written = written.replace("../shared", "")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in unwanted(written)]

    assert found == []
