"""Odd data sets: the page comes all the same, tells of nobody, and says what is missing."""

import re
from functools import cache

import a_club
import by_hand
import matplotlib.pyplot as plt
import pytest
from a_club import START

from workbench.errors import StudyError
from workbench.studies import profile
from workbench.studies.durations import DAY, HOUR
from workbench.studies.present import Note, TableView
from workbench.studies.profile import limits
from workbench.studies.profile import parts as opened
from workbench.studies.profile.drawn import Drawn, escaped

STEPS = [
    profile.summary, profile.unanswered_table, profile.unanswered_curves, profile.returning_table,
    profile.returning_curves, profile.load_table, profile.load_figure, profile.monthly_trend,
    profile.group_table, profile.week_maps, profile.role_table, profile.clock_table,
    profile.limits_table, profile.activity, profile.data_report, profile.cleaning_rules,
    profile.read_notes,
]  # fmt: skip
every_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)


def one_thread() -> list[dict]:
    """Twenty people talk in one thread."""
    first = a_club.post("t", "t", "p00", START)
    return [first, *(a_club.post(f"r{k}", "t", f"p{k:02}", START + k * HOUR) for k in range(1, 20))]


def silent() -> list[dict]:
    """Twenty people open a thread each, and nobody answers."""
    return [a_club.post(f"t{k}", f"t{k}", f"p{k}", START + k * DAY) for k in range(20)]


ODD = {
    "few people": [row for row in a_club.club_posts() if row["thread_id"] < "t04"],
    "one thread": one_thread(),
    "no replies": silent(),
    "replies only": [row for row in one_thread() if row["post_id"] != "t"],
    "programs only": [{**row, "is_bot": True} for row in a_club.club_posts()],
    "deleted accounts only": [{**row, "author_id": None} for row in a_club.club_posts()],
    "one moment": [{**row, "created_us": START} for row in a_club.club_posts()],
    "days only": [{**row, "precision_us": DAY} for row in a_club.club_posts()],
    "no posts": [],
}


@cache
def odd(what: str):
    """The parts of an odd data set, made once; where there is no post nothing is dated."""
    undated = {"observed_from_us": None, "observed_until_us": None}
    about = a_club.described(**({} if ODD[what] else undated))
    return a_club.parts(a_club.community(ODD[what], about=[about]))


@every_step
@pytest.mark.parametrize("what", ODD)
def test_every_step_shows_something_of_any_community(step, what):
    """A figure, a table or a sentence; no error, no figure left open, no person."""
    shown = step(odd(what))

    assert isinstance(shown, Drawn | TableView | Note)
    assert plt.get_fignums() == []
    text = written(shown)
    assert text.strip()
    assert not re.search(r"\bp\d\d\b|\bh\d\b", text)


def written(shown: Drawn | TableView | Note) -> str:
    """All that a step puts on a page or into a file."""
    if isinstance(shown, Note):
        return shown.text
    if isinstance(shown, Drawn):
        figure = f"{shown.figure.caption} {shown.figure.alt}"
        return f"{figure} {written(shown.numbers)}"
    return f"{shown.caption} {shown.frame.to_csv(index=False)} {shown.to_html()}"


@every_step
def test_no_data_set_is_a_sentence(step):
    """Without any community every step still says so."""
    assert isinstance(step([]), Note)


REASONS = {
    "few people": "fewer than 10 people wrote in it, and any number would be about somebody",
    "no posts": "it holds no posts",
    "replies only": "none of its threads has an opening post by a person",
    "programs only": "fewer than 10 people wrote in it, and any number would be about somebody",
}


@pytest.mark.parametrize("what", REASONS)
def test_a_community_too_small_says_why(what):
    """The reason stands where the answers would."""
    (part,) = odd(what)

    assert part.why_not() == REASONS[what]
    answer = profile.summary([part]).frame["answer"].tolist()
    assert answer == [f"There is not enough to describe: {REASONS[what]}."]


def test_a_community_too_small_has_no_counts_among_its_limits():
    """Where few people wrote, no sentence on the record holds a number but the ten."""
    (part,) = odd("few people")

    said = limits.cannot_show(part)

    assert said[0] == limits.FEW
    assert set(re.findall(r"\d+", " ".join(said))) == {"10"}


def several(count: int):
    """A data set of `count` communities, each of them the club."""
    names = [f"club{k}" for k in range(count)]
    posts = [{**row, "community_id": name} for name in names for row in a_club.club_posts()]
    return a_club.community(posts, about=[a_club.described(name) for name in names])


def test_each_of_a_few_communities_is_described_for_itself():
    """Up to five communities have a row and a panel each, under their own names."""
    found = a_club.parts(several(3))

    assert [part.title for part in found] == ["Club: Club0", "Club: Club1", "Club: Club2"]
    assert [len(part.waits) for part in found] == [24, 24, 24]
    table = profile.unanswered_table(found)
    assert table.frame["human"].tolist() == pytest.approx([0.5, 0.5, 0.25] * 3)
    assert "community" not in table.hidden
    assert len(profile.load_figure(found).figure.drawn.axes) == 3
    assert len(profile.wholes(found)) == 1


def test_many_communities_are_described_as_one():
    """Six communities are one part; each keeps its clock, and the page says that it is one."""
    (part,) = a_club.parts(several(6))

    assert (part.title, part.together, len(part.waits)) == ("Club", 6, 144)
    said = profile.limits_table([part]).frame["what the record cannot show"].tolist()
    assert any(line.startswith("6 communities are described as one") for line in said)
    assert profile.unanswered_table([part]).frame["human"][0] == pytest.approx(0.5)


def test_a_kind_without_windows_takes_those_of_a_forum():
    """Where no windows were fixed the page works all the same, and says whose it took."""
    about = a_club.described(platform="notice board")
    (part,) = a_club.parts(a_club.community(a_club.club_posts(), about=[about]))

    shown = profile.returning_table([part])

    assert (part.kind, part.community.platform) == ("notice board", "forum")
    assert shown.frame["in_window"].tolist() == pytest.approx([0.5])
    assert "Club: For this kind of community no windows were fixed" in shown.caption


def test_words_of_data_are_escaped(club):
    """A title that looks like Markdown or HTML is shown as it is."""
    assert escaped("a_b <i>*") == r"a\_b \<i\>\*"
    club.community.manifest["title"] = "<b>Club</b>"
    assert "<b>" not in profile.unanswered_table([club]).to_html()


def test_parts_come_from_the_environment(monkeypatch, keep):
    """The notebook's knobs win over the command's options, and these over the usual."""
    monkeypatch.setenv(opened.HOURS, "8-12")
    monkeypatch.setenv(opened.ZONE, "Asia/Tokyo")
    monkeypatch.setenv(opened.DAYS, "")
    keep(by_hand.table("post_id thread_id author_id created_at\na a ann 2024-01-01T00:00Z"))

    (part,) = profile.open_parts(["club"])
    (own,) = profile.open_parts(["club"], hours="9-10", timezone="UTC")

    assert (part.clock.said, part.zone) == ("8:00 to 12:00, Mon to Fri", "Asia/Tokyo")
    assert (own.clock.said, own.zone) == ("9:00 to 10:00, Mon to Fri", "UTC")


def test_a_wrong_zone_is_refused_before_anything_is_read():
    """The zone is named, with the way to write one."""
    with pytest.raises(StudyError, match=r"^time zone: expected a name such as Europe/Rome"):
        profile.open_parts([], timezone="Mars/Olympus")


def test_people_are_counted_as_they_may_be_shown():
    """One to nine people, alone or left over of a total, are words; none and all are numbers."""
    assert [opened.counted(n) for n in (0, 1, 9, 10)] == [0, "under 10", "under 10", 10]
    assert opened.counted(295, 300) == "all but under 10"
    assert opened.counted(290, 300) == 290
    assert opened.counted(300, 300) == 300


def test_a_notebook_shows_figure_and_numbers(club, monkeypatch):
    """The figure comes first, its numbers folded below, under one name for both files."""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *things: shown.extend(things))
    made = profile.activity([club])

    made._ipython_display_()

    assert [thing.name for thing in shown] == ["activity-by-week", "activity-by-week"]
    assert shown[1].folded == "The numbers of this figure"
