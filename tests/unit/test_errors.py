"""The family of errors: stable codes, messages for people."""

import pytest

from moderation import errors
from moderation.errors import FieldFault, FloodError, InvalidSubmissionError, ModerationError


def family() -> list[type[ModerationError]]:
    """All errors of the service."""
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, ModerationError)
    ]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in family()]

    assert len(codes) == len(set(codes)) > 10
    assert all(code.isascii() and code == code.lower() and " " not in code for code in codes)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("FloodError", "comment_flood"),
        ("DuplicateCommentError", "comment_duplicate"),
        ("ThreadClosedError", "comment_closed"),
        ("InvalidSubmissionError", "invalid_submission"),
        ("UnknownThreadError", "unknown_page"),
    ],
)
def test_codes_that_programs_rely_on_stay(name: str, code: str) -> None:
    assert code == getattr(errors, name).code


def test_an_error_says_its_message() -> None:
    error = ModerationError("It is late.")

    assert (str(error), error.message) == ("It is late.", "It is late.")


def test_an_invalid_submission_keeps_its_faults_and_does_not_quote_them() -> None:
    fault = FieldFault("name", "required", "Please tell us your name.")

    error = InvalidSubmissionError((fault,))

    assert error.faults == (fault,)
    assert fault.message not in str(error)


def test_a_flood_says_when_to_come_back() -> None:
    assert FloodError("Slowly, please.", 7).retry_after == 7
