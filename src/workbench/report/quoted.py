"""
Words of pages, to be compared with what people wrote and what they are called.

The pages are held in memory, because they are small; an export goes by in batches.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from workbench.report.privacy import WORDS_IN_A_ROW, Passage, words

FEWEST_LETTERS = 2
FEWEST_SPELLED = 4  # words with a letter in what counts as a quotation
# What the program itself says may stand on a page without being anybody's name.
OWN_TEXTS = ("*.py", "*.toml", "*.html", "*.html.j2", "*.json", "*.css")

Place = tuple[str, str]


@dataclass
class Spoken:
    """
    All words of some files, in order, and where they stand.

    words : with an empty one where nothing goes on. ends : the number of words up to the end of
    each passage, and where that is. at : word -> where it stands among all. runs : hash of words in
    a row -> where the first of them stands.
    """

    words: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    at: dict[str, list[int]] = field(default_factory=dict)
    runs: dict[int, list[int]] = field(default_factory=dict)

    def add(self, file: str, passages: Iterable[Passage]) -> None:
        """Take in a file."""
        begun = len(self.words)
        for passage in passages:
            for text in passage.spoken:
                self.words += words(text)
                if not passage.goes_on:
                    self.words.append("")
            self.ends.append(len(self.words))
            self.places.append((file, passage.place))
        self.words.append("")
        for first, last in _stretches(self.words, begun):
            for number in range(first, last):
                self.at.setdefault(self.words[number], []).append(number)
            for number in range(first, last - WORDS_IN_A_ROW + 1):
                run = self.words[number : number + WORDS_IN_A_ROW]
                if sum(map(_is_spelled, run)) < FEWEST_SPELLED:
                    continue  # figures of a table agree with somebody's by chance
                stands = self.runs.setdefault(hash(tuple(run)), [])
                if not stands or stands[-1] < begun:
                    stands.append(number)

    def quoted(self, text: str) -> Iterator[Place]:
        """Where something stands that is quoted from `text`."""
        said, known = words(text), 0
        for last, word in enumerate(said, 1):
            # Most words of most texts are on no page, so that most runs need not be made.
            known = known + 1 if word in self.at else 0
            if known >= WORDS_IN_A_ROW:
                run = hash(tuple(said[last - WORDS_IN_A_ROW : last]))
                yield from map(self._place, self.runs.get(run, ()))

    def called(self, name: Sequence[str]) -> Iterator[Place]:
        """Where the words of a name stand in a row."""
        rarest = min(range(len(name)), key=lambda n: len(self.at.get(name[n], ())))
        for found in self.at.get(name[rarest], ()):
            first = found - rarest
            if first >= 0 and self.words[first : first + len(name)] == list(name):
                yield self._place(first)

    def _place(self, number: int) -> Place:
        return self.places[bisect_right(self.ends, number)]

    def says(self, name: Sequence[str]) -> bool:
        """Whether the words of a name stand anywhere in a row."""
        return next(self.called(name), None) is not None


def _is_spelled(word: str) -> bool:
    return not word.isdigit()


def _stretches(all_: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
    """Beginnings and ends of the words between two empty ones."""
    for number in range(start, len(all_)):
        if not all_[number]:
            if number > start:
                yield start, number
            start = number + 1


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name; empty where it has too few letters to be looked for."""
    said = words(name)
    letters = sum(sign.isalpha() for word in said for sign in word)
    return tuple(said) if letters >= FEWEST_LETTERS else ()


@cache
def own_words() -> Spoken:
    """What the program says by itself, on pages and elsewhere: its texts and its notebooks."""
    package = Path(__file__).resolve().parents[1]
    files: Iterable[Path] = (path for kind in OWN_TEXTS for path in package.rglob(kind))
    notebooks = package.parents[1] / "notebooks"
    own = Spoken()
    for path in sorted([*files, *notebooks.rglob("*.ipynb")]):
        text = path.read_text(encoding="utf-8", errors="replace")
        own.add(path.name, [Passage("", "", "", (text.replace("\\n", " "),))])
    return own
