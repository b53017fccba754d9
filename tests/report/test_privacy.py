"""The check before publishing: nothing on a page leads back to a person."""

from __future__ import annotations

import executed
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.report import privacy
from workbench.report.exporter import WorkbenchExporter
from workbench.report.privacy import check_page, check_text


@pytest.mark.parametrize(
    ("html_text", "problem"),
    [
        ("<p>write to ann@mail.net</p>", "an e-mail address before the first heading"),
        ("<h1>A</h1><p>ann<b>@</b>mail<i>.net</i></p>", "an e-mail address under heading 1"),
        ("<p>ann&#64;mail.net</p>", "an e-mail address before the first heading"),
        ("<p>ann [at] mail [dot] net</p>", "an e-mail address before the first heading"),
        ("<p>ann(AT)mail.net</p>", "an e-mail address before the first heading"),
        ("<p>ann＠mail.net</p>", "an e-mail address before the first heading"),
        ("<p>ann\u200b@mail.net</p>", "an e-mail address before the first heading"),
        ('<img src="data:," alt="ann@mail.net">', "an e-mail address before the first heading"),
        ('<a href="mailto:ann@mail.net">me</a>', "an e-mail address before the first heading"),
        ("<pre><code>ann@mail.net</code></pre>", "an e-mail address before the first heading"),
        ("<h1>A</h1><h2>B</h2><td>@ann_k</td>", "an @handle under heading 2"),
        ("<p>thanks (@ann)</p>", "an @handle before the first heading"),
        ("<pre>@ann: hello</pre>", "an @handle before the first heading"),
        (
            '<a href="https://www.reddit.com/r/python/comments/abc/title/">x</a>',
            "the address of a post or profile before the first heading",
        ),
    ],
)
def test_what_leads_to_a_person_is_found(html_text, problem):
    """Addresses and handles are found in text, links and alternative texts, however written."""
    assert check_page(html_text) == [problem]


@pytest.mark.parametrize(
    "address",
    [
        "https://quantumcomputing.stackexchange.com/questions/123/title",
        "https://stackoverflow.com/a/4567",
        "https://x.com/ann/status/1234",
        "https://mastodon.social/@ann/1234",
        "https://medium.com/@ann",
        "https://news.ycombinator.com/item?id=1",
        "https://meta.discourse.org/t/some-topic/123",
        "https://www.linkedin.com/posts/ann_words",
        "https://github.com/pandas-dev/pandas/issues/12",
        "https://t.me/channel/12",
        "https://www.reddit.com/user/ann_k",
        "https://old.reddit.com/u/ann_k/comments",
        "https://www.linkedin.com/in/ann-k",
        "https://twitter.com/ann_k",
        "x.com/@ann_k",
        "https://mobile.twitter.com/ann_k/",
        "https://stackoverflow.com/users/123/ann",
        "https://gardening.meta.stackexchange.com/users/123",
    ],
)
def test_addresses_of_posts_are_found(address):
    """A link to what one person wrote is found in text as well as behind words."""
    assert check_text(f"see {address}") == ["the address of a post or profile"]
    assert len(check_page(f'<a href="{address}">this</a>')) == 1


@pytest.mark.parametrize(
    "html_text",
    [
        "<style>@media print { a { color: red } } @page { margin: 1cm }</style><p>Text</p>",
        '<a href="https://doi.org/10.1080/01621459.1958.10501452">doi:10.1080/01621459</a>',
        "<pre><code>@dataclass\nclass A: ...</code></pre>",
        '<details class="src"><pre>@pytest.mark.shared\nx = a @ b</pre></details>',
        "<p>write to somebody@example.org</p>",
        "<p>git@github.com:owner/repo.git</p>",
        "<p>precision@10, 5 @ 3, p < .05 @ 5 %, version 1.2@3.4</p>",
        '<a href="https://stackoverflow.com/help/licensing">licence</a>',
        '<a href="https://github.com/pandas-dev/pandas">pandas</a>',
        '<a href="https://twitter.com/intent/tweet?text=a">share</a>',
        '<a href="https://x.com/share?url=b">share</a>',
        '<a href="https://www.netflix.com/title/1">x</a> dropbox.com/s https://matrix.com/ann',
        '<a href="https://stackoverflow.com/users">all</a> https://www.reddit.com/r/python/',
        "<p>the values[at] first, look(at) this. net</p>",
        "<!-- ann@mail.net --><p>Text</p>",
    ],
)
def test_what_only_looks_like_it_is_no_alarm(html_text):
    """Styles, DOIs, decorators, reserved addresses and project pages are not people."""
    assert check_page(html_text) == []


def test_maintainers_in_package_metadata_are_allowed(monkeypatch):
    """An address that an installed package gives for its maintainer may be printed."""
    text = "Author-email: Pat <pat@project.net>"

    class Metadata:
        def get_all(self, name: str) -> list[str] | None:
            return [text] if name == "Author-email" else None

    class Package:
        metadata = Metadata()

    privacy._maintainers.cache_clear()
    monkeypatch.setattr(privacy.metadata, "distributions", lambda: [Package()])
    assert check_text("Pat@project.net") == []
    assert check_text("ann@project.net") == ["an e-mail address"]
    privacy._maintainers.cache_clear()


def test_eight_words_of_a_post_are_too_many():
    """Seven words in a row may be chance; eight that somebody wrote are a quotation."""
    post = "I asked, twice: why does my loop never end here at all?"
    seven = "<p>They said I asked twice why does my life never.</p>"
    eight = "<p>They said <i>I asked twice</i> why does my loop never end.</p>"

    assert check_page(seven, texts=[post]) == []
    assert check_page(eight, texts=["short", post]) == ["8 words in a row from what somebody wrote"]
    assert check_page(eight) == []


def test_a_quotation_is_found_around_a_link_and_in_an_alternative_text():
    """An address between two words does not hide a quotation; nor does a text for the blind."""
    post = "one two three four five six seven eight nine"
    link = '<p>one two three <a href="https://example.org/x">four five</a> six seven eight</p>'

    assert check_page(link, texts=[post]) == ["8 words in a row from what somebody wrote"]
    assert check_page(f'<img src="data:," alt="{post}">', texts=[post]) == [
        "8 words in a row from what somebody wrote"
    ]


def test_a_quotation_without_blanks_is_found():
    """Where a script has no blanks between words every sign counts as one."""
    post = "我昨天在公园里看到了一只猫"

    assert check_page(f"<p>x {post[2:10]} y</p>", texts=[post])
    assert check_page(f"<p>x {post[2:9]} y</p>", texts=[post]) == []


@pytest.mark.parametrize(
    "token",
    [
        "xoxb-" + "1234567890-abcdef",
        "ghp_" + "a1" * 18,
        "AKIA" + "ABCDEFGHIJ234567",
        "sk-" + "proj-a1B2" * 6,
        "AIza" + "Sy0" * 12,
        "glpat-" + "a1B2" * 5,
        "https://hooks.slack.com/services/" + "T000/B000/x",
        "Authorization: Bearer " + "a1b2c3d4e5f6g7h8i9",
        "https://files.example.org/x.png?pub=1&t=" + "xyz1234567890abc",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0",
    ],
)
def test_keys_and_tokens_are_found(token):
    """What opens a door is found in text and in code."""
    assert check_text(f"x {token} y") == ["a key or token"]
    assert check_page(f"<pre><code>{token}</code></pre>") == [
        "a key or token before the first heading"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "t=3.5",
        "bearer of bad news arrived",
        "video?t=120s",
        "xoxo",
        "sk-learn-like-names-of-packages",
    ],
)
def test_what_only_looks_like_a_token_is_no_alarm(text):
    """A test statistic, a word and a moment of a film open nothing."""
    assert check_text(text) == []


@given(st.text(alphabet="ab@. -\n", max_size=60))
def test_nothing_is_reported_without_an_at_sign_or_an_address(text):
    """Without @ and without a link no text is a problem."""
    assert check_text(text.replace("@", "")) == []


@settings(deadline=None)  # the first address reads the metadata of all installed packages
@given(
    st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?@[a-z]{2,8}\.(net|de|io)", fullmatch=True),
    st.sampled_from(["", "(", "<", "'", " ", "mail: "]),
)
def test_every_plain_address_is_found(address, before):
    """Whatever stands before it, an e-mail address is found."""
    assert "an e-mail address" in check_text(f"{before}{address}, and more")


def test_problems_do_not_repeat_the_words():
    """The report of a problem holds nothing of what was found."""
    found = check_page("<h2>ann@mail.net</h2><p>@ann https://x.com/ann/status/1</p>")
    assert len(found) == 3
    assert not any("ann" in line for line in found)


def test_page_with_everything_is_no_alarm():
    """A page with one of each thing a page can hold passes."""
    page, _ = WorkbenchExporter().from_notebook_node(
        executed.everything(), {"metadata": {"name": "rich"}}
    )
    assert check_page(page) == []
