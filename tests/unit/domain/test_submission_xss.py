"""Known attacks as websites, page addresses, names and titles: refused, or harmless as they are kept."""

import re

import pytest

from moderation.domain.submission import Submission, parse_submission
from moderation.errors import InvalidSubmissionError
from tests.factories import ORIGIN, PAGE
from tests.xss_corpus import VECTORS
from tests.xss_inventory import is_web_address


def parsed(**fields: str) -> Submission | None:
    """The submission with these fields; None where one of them is refused."""
    valid = {"url": PAGE, "name": "Anna", "email": "anna@example.com", "comment": "x"}
    try:
        return parse_submission(valid | fields, [ORIGIN])
    except InvalidSubmissionError:
        return None


# One test for all vectors: a test for each would cost more than what it tries.


@pytest.mark.parametrize("before", ["", "https://a.example/?"])
def test_a_website_is_none_or_an_address_of_the_web(before: str) -> None:
    # Nothing that ends a line or turns the direction of writing.
    unseen = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\u202a-\u202e]")

    def is_harmless(taken: Submission | None) -> bool:
        return taken is None or (
            is_web_address(taken.website) and not unseen.search(taken.website or "")
        )

    assert [v for v in VECTORS if not is_harmless(parsed(website=before + v.text))] == []


def test_a_page_is_one_of_the_site_or_none() -> None:
    def is_of_the_site(taken: Submission | None) -> bool:
        if taken is None:
            return True
        url = taken.url or ""
        return url.startswith(f"{ORIGIN}/") and not set('<>" \r\n') & set(url)

    assert [v for v in VECTORS if parsed(url=v.text) is not None] == []
    assert [v for v in VECTORS if not is_of_the_site(parsed(url=f"{ORIGIN}/{v.text}"))] == []


def test_names_and_titles_are_one_line_without_control_characters() -> None:
    def is_plain(taken: Submission | None) -> bool:
        return taken is None or (
            not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in taken.name)
            and taken.title == taken.name
        )

    assert [v for v in VECTORS if not is_plain(parsed(name=v.text, title=v.text))] == []
