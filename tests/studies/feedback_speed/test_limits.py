"""What the page says that it cannot tell."""

from dataclasses import replace

from workbench.studies.cautions import PAUSES
from workbench.studies.feedback_speed.limits import ALWAYS, limits


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
