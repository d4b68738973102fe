"""Known attacks as websites, page addresses, names and titles: refused, or harmless as they are kept."""

import re

import pytest

from moderation.domain.submission import Submission, parse_submission
from moderation.errors import InvalidSubmissionError
from tests.factories import ORIGIN, PAGE
from tests.xss_corpus import VECTORS, Vector
from tests.xss_inventory import is_web_address


def parsed(**fields: str) -> Submission | None:
    """The submission with these fields; None where one of them is refused."""
    valid = {"url": PAGE, "name": "Anna", "email": "anna@example.com", "comment": "x"}
    try:
        return parse_submission(valid | fields, [ORIGIN])
    except InvalidSubmissionError:
        return None


@pytest.mark.parametrize("vector", VECTORS, ids=str)
@pytest.mark.parametrize("before", ["", "https://a.example/?"])
def test_a_website_is_none_or_an_address_of_the_web(vector: Vector, before: str) -> None:
    taken = parsed(website=before + vector.text)

    assert taken is None or is_web_address(taken.website)
    # Nothing that ends a line or turns the direction of writing.
    assert taken is None or not re.search(
        "[\x00-\x20\x7f-\xa0\u2028\u2029\u202a-\u202e]", taken.website or ""
    )


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_page_is_one_of_the_site_or_none(vector: Vector) -> None:
    assert parsed(url=vector.text) is None

    taken = parsed(url=f"{ORIGIN}/{vector.text}")
    assert taken is None or (taken.url and taken.url.startswith(f"{ORIGIN}/"))
    assert taken is None or not set('<>" \r\n') & set(taken.url or "")


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_names_and_titles_are_one_line_without_control_characters(vector: Vector) -> None:
    taken = parsed(name=vector.text, title=vector.text)

    assert taken is None or not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in taken.name)
    assert taken is None or taken.title == taken.name
