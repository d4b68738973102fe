"""The class of an address's domain."""

import pytest

from moderation.domain.email_class import email_class
from moderation.domain.evidence import EmailClass


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (None, EmailClass.NONE),
        ("anna@gmail.com", EmailClass.FREE),
        ("anna@GMail.com", EmailClass.FREE),
        ("anna@outlook.com.br", EmailClass.FREE),
        ("anna@mailinator.com", EmailClass.DISPOSABLE),
        ("anna@any.thing.mailinator.com", EmailClass.DISPOSABLE),
        ("anna@notmailinator.com", EmailClass.OTHER),
        ("anna@mailinator.com.example", EmailClass.OTHER),
        ("anna@blog.example", EmailClass.OTHER),
        ("anna@bücher.example", EmailClass.OTHER),
        ('"a@gmail.com"@blog.example', EmailClass.OTHER),
    ],
)
def test_an_address_is_of_a_class(address: str | None, expected: EmailClass) -> None:
    assert email_class(address) is expected
