"""A club whose waits can be worked out on paper."""

import by_hand
import pytest

# Hours from the opening of each thread, first self, then program, then human:
#   q1: 1/6 (ann herself), 1/3 (a program), 1/2 (bob)     q2: 2 (cat)     q3: 1/12 (dan)
#   q4: nobody, for 10 hours until the record ends        q6: nobody, for 34 hours
#   q5: opened by a program, so nobody's wait
POSTS = by_hand.table("""
    post_id thread_id author_id is_bot created_at
    q1      q1        ann       no     2024-01-10T00:00:00Z
    q1a     q1        ann       no     2024-01-10T00:10:00Z
    q1b     q1        helper    yes    2024-01-10T00:20:00Z
    q1c     q1        bob       no     2024-01-10T00:30:00Z
    q5      q5        helper    yes    2024-01-15T00:00:00Z
    q5a     q5        ann       no     2024-01-15T00:01:00Z
    q2      q2        bob       no     2024-01-20T00:00:00Z
    q2a     q2        cat       no     2024-01-20T02:00:00Z
    q3      q3        cat       no     2024-01-31T23:30:00Z
    q3a     q3        dan       no     2024-01-31T23:35:00Z
    q6      q6        eve       no     2024-02-09T00:00:00Z
    q4      q4        dan       no     2024-02-10T00:00:00Z
""")


@pytest.fixture
def club(keep):
    """The club, whose clock on the wall is Berlin's."""
    return keep(
        POSTS,
        title="Club",
        timezone="Europe/Berlin",
        record_start="launch",
        observed_until="2024-02-10T10:00:00Z",
    )
