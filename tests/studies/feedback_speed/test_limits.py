"""What the page says that it cannot tell."""

from dataclasses import replace

from workbench.studies.cautions import PAUSES
from workbench.studies.feedback_speed.limits import ALWAYS, MISSING, bet, limits


def test_generic_limits_for_anybodys_data(club):
    """Of data that somebody loaded nothing is said that is known of the embedded ones alone."""
    assert limits([club]).text == "\n".join(f"- {line}" for line in ALWAYS)
    assert limits([]).text == limits([club]).text


def test_embedded_data_are_named_where_they_are_on_the_page(club, college, chitchat):
    """The campus stands there for those that are shown, by their titles."""
    one, both = limits([club, college]).text, limits([college, chitchat]).text

    assert f"{college.title} is no sample of today's platforms." in one
    assert chitchat.title not in one
    assert f"{college.title} and {chitchat.title} are no sample" in both


def test_threads_made_by_pauses_are_a_limit(club):
    """Where an hour of silence cut the threads, the list ends with it."""
    options = {**club.manifest["options"], "answers": "next"}
    paused = replace(club, manifest={**club.manifest, "options": options})

    assert limits([paused]).text.endswith(PAUSES)


def test_contests_that_are_not_there(club):
    """Where a load notes that whole contests are missing, the list says what that hides."""
    gone = replace(club, manifest={**club.manifest, "notes": {MISSING: 2}})

    assert f"**Contests that are not there** ({club.title})" in limits([gone]).text
    assert "Contests" not in limits([club]).text


def test_the_bet_is_about_what_is_on_the_page(club, college):
    """The first community is asked about by its name, kind and year; the others are named."""
    text = bet([club, college]).text

    assert f"In **{club.title}** (forum, from 2024 on) a thread is an opening post" in text
    assert f"(Then the same for {college.title}.)" in text
    assert "Then the same" not in bet([college]).text
    assert bet([]).text.startswith("No data set here has what this study needs")
