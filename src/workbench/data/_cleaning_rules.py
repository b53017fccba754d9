"""What every rule of cleaning does, why, and what else one could choose: declarations only."""

from __future__ import annotations

from dataclasses import dataclass

KEEP, SET_ASIDE, FLAG = "keep", "set-aside", "flag"


@dataclass(frozen=True)
class Rule:
    """
    One rule of cleaning.

    says : what it does, in plain words. reason : why. choices : what can be chosen, the first when
    nobody chooses. required : why it cannot be switched off; empty where it can. aside : how the
    reasons end with which it sets rows aside.
    """

    name: str
    says: str
    reason: str
    choices: tuple[str, ...] = (SET_ASIDE,)
    required: str = ""
    aside: tuple[str, ...] = ()


RULES: tuple[Rule, ...] = (
    Rule(
        "unusable-rows",
        "Rows that the reader cannot use, or that were taken out before cleaning, are set aside, "
        "each with its own reason.",
        "A row that cannot be read must still be counted.",
        required="there is nothing in such a row that could be kept",
    ),
    Rule(
        "local-times",
        "Times from a clock on the wall are converted to UTC, with the zone that the reader knows "
        "or was given.",
        "Waits across a change of the clocks would be an hour wrong.",
        ("convert",),
        "times of two clocks cannot be compared; the zone is a choice of the reader",
    ),
    Rule(
        "merged-accounts",
        "Accounts that are one person's, by the export or by the list given as same_person, become "
        "one; the row of the account that is gone is set aside.",
        "Two accounts of one person make one newcomer look like two, and a reply to oneself like "
        "somebody else's.",
        ("join",),
        "leave the list out to join none",
        ("merged into another account", "merged into an account that is not in the export"),
    ),
    Rule(
        "undescribed-communities",
        "Rows of a community that the export does not describe are set aside.",
        "Without the community nobody knows its clock or how long it was watched.",
        required="measures need the record's limits",
        aside=("its community is not described",),
    ),
    Rule(
        "empty-values",
        "Rows without an id, a time or another value that must be there are set aside.",
        "What is not known is not guessed.",
        required="no measure can use such a row",
        aside=(" is empty",),
    ),
    Rule(
        "empty-answers",
        "Ratings, and truths about items, that hold neither a number nor a class are set aside.",
        "There is nothing in them to count or to compare with.",
        required="no measure can use such a row",
        aside=("neither a number nor a class",),
    ),
    Rule(
        "exact-duplicates",
        "Of rows that are the same in every column of a table with ids, one is kept.",
        "Exports write a row twice where two of their parts meet; counted twice, it would answer "
        "twice.",
        required="an id belongs to one row only",
        aside=("exact duplicate",),
    ),
    Rule(
        "repeated-ratings",
        "Ratings that are the same as another one by the same rater of the same item stay, and are "
        "counted.",
        "Ratings have no ids: some rating tasks ask the same person twice, and nothing tells that "
        "from a row written twice.",
        (KEEP,),
        "what is left out can be tried in a study; what is not stored cannot",
    ),
    Rule(
        "repeated-ids",
        "Of different rows with one id, the first, or the last, is kept.",
        "They are versions of one thing; some exports list the newest first, others last.",
        ("keep-first", "keep-last"),
        aside=("used before by another row", "used again by a later row"),
    ),
    Rule(
        "impossible-dates",
        "Posts and ratings dated before 1995 or after 2035 are set aside.",
        "Clocks that were never set say 1970; such a date would stretch the record by decades.",
        required="a wait from a date that cannot be means nothing",
        aside=("dated outside 1995 to 2035",),
    ),
    Rule(
        "impossible-join-dates",
        "Joining dates, and dates of contests, before 1995 or after 2035 are emptied; the person "
        "or contest stays.",
        "The date is wrong, the person or contest is real.",
        ("empty",),
        "a newcomer by a date that cannot be is none",
    ),
    Rule(
        "outside-record",
        "Posts outside the time that the export says it covers are set aside, or the record's "
        "limits are moved out to them.",
        "Outside its limits a record is full of holes, and silence there is no silence.",
        (SET_ASIDE, "stretch"),
        aside=("dated outside the record",),
    ),
    Rule(
        "cycles",
        "Posts whose links to what they answer lead back to themselves are set aside.",
        "Of posts that answer each other in a ring none can have opened the thread.",
        required="such posts belong to no thread",
        aside=("form a cycle",),
    ),
    Rule(
        "self-parents",
        "A link from a post to itself as what it answers is emptied; the post stays.",
        "Some platforms mark the opening of a thread so.",
        ("empty",),
        "nothing answers itself",
    ),
    Rule(
        "missing-parents",
        "A link to a post that is not in the record is emptied; a thread whose opening post is not "
        "there goes by the name missing: and the id sought.",
        "Deleted or older posts are often absent from exports; the reply was written all the same.",
        ("placeholder",),
        "a link to nowhere breaks every thread that uses it",
    ),
    Rule(
        "early-replies",
        "Replies dated before the opening post of their thread, by more than clocks may differ, "
        "are set aside, or kept as answers after no wait at all.",
        "Either the date or the thread is wrong, and nothing tells which.",
        (SET_ASIDE, KEEP),
        aside=("dated before its thread opened",),
    ),
    Rule(
        "clock-repair",
        "Replies dated before the opening post by no more than clocks may differ keep their date "
        "and waited not at all, or are moved to the moment of the opening post.",
        "Two machines of one platform are seconds apart; the reply came after all.",
        (KEEP, "move"),
    ),
    Rule(
        "day-only-times",
        "Posts dated to the day or coarser stay, marked by the width of their clock's tick, or are "
        "set aside.",
        "A day-wide date says nothing about a wait of minutes: studies do not mix them with finer "
        "ones, and ask for this choice.",
        (KEEP, SET_ASIDE),
        aside=("dated to the day only",),
    ),
    Rule(
        "zero-lag",
        "Replies by somebody else at the very moment of the opening post are kept, or set aside.",
        "Often such a reply was posted by a program, or copied with the thread. Where the clock "
        "shows minutes only, it may as well be a quick answer.",
        (KEEP, SET_ASIDE),
        aside=("a reply at the very moment of its opening post",),
    ),
    Rule(
        "deleted-accounts",
        "Posts of deleted accounts are nobody's, not one person's. They are kept, or the replies "
        "among them are set aside.",
        "Taken for one person, all deleted accounts together would be the most active of all.",
        (KEEP, SET_ASIDE),
        aside=("a reply by a deleted account",),
    ),
    Rule(
        "edited-after-reply",
        "Posts that were changed after their first reply are kept, or set aside. Measures of their "
        "text are those of the last version.",
        "Whoever replied had another text before them than the one that was measured. But only "
        "what was answered can be set aside so: shares of answers are then too low.",
        (KEEP, SET_ASIDE),
        aside=("edited after the first reply",),
    ),
    Rule(
        "vanished-posts",
        "Posts of an earlier export that a later one of the same time no longer has stay, marked.",
        "Posts vanish for reasons, such as having no answer: without them waits look too short.",
        (KEEP,),
        "what is left out can be tried in a study; what is not stored cannot",
    ),
    Rule(
        "unopened-threads",
        "Posts in threads without an opening post are kept, or set aside. No wait is measured in "
        "such a thread.",
        "They were written, so that their authors came back; but nobody knows to what.",
        (KEEP, SET_ASIDE),
        aside=("its thread has no opening post",),
    ),
    Rule(
        "known-bots",
        "Accounts that the platform calls programs, or whose name says so, are flagged, or taken "
        "for people.",
        "An automatic welcome is no answer by a human.",
        (FLAG, "people"),
    ),
    Rule(
        "regular-bots",
        "Accounts that post by the clock (20 posts or more, more than half of the gaps between "
        "them within 1 % of the middle gap) are counted, or flagged as programs.",
        "Nobody is that regular; but a suspicion is not proof, so that none is flagged unasked.",
        ("count", FLAG),
    ),
    Rule(
        "quick-bots",
        "Accounts that answer at once (20 replies to others or more, the middle one within 5 "
        "seconds) are counted, or flagged as programs.",
        "Few people read and write that fast, but in a chat many do: look at the count before "
        "flagging there.",
        ("count", FLAG),
    ),
    Rule(
        "leading-tags",
        "Tags that hold an e-mail address, a handle or a web address, or more than 64 characters, "
        "are set aside; such channels, and names of contests with an address, are emptied, and the "
        "row stays.",
        "Pages show tags and channels, and nobody who is named in one asked for that.",
        required="a page must not lead to a person",
        aside=("a tag that may lead to a person",),
    ),
    Rule(
        "stray-tags",
        "Tags and ideas of posts that are not in the record, or were set aside, are set aside.",
        "A tag or a row of ideas says something about its post only.",
        required="nothing can be said of them without the post",
        aside=("its post is not in the record",),
    ),
    Rule(
        "stray-ideas",
        "Ideas entered into a contest that the export does not describe are set aside; the post "
        "stays.",
        "Without the contest nobody knows what an idea competed with.",
        required="an idea can only win among those of its contest",
        aside=("its contest is not described",),
    ),
    Rule(
        "people-without-a-row",
        "Whoever wrote, received or rated without being listed gets a row; these are counted as "
        "derived, not as read.",
        "Many exports list no people, or only those of today.",
        ("derive",),
        "every author must be in the table of people",
    ),
)
