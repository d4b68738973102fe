"""What a report says, and all that can be wrong with it."""

import pytest

from moderation.domain.reports import REASON_WORDS, Grounds, Reason, parse_report
from moderation.errors import InvalidSubmissionError


def test_a_report_is_a_reason_and_perhaps_a_note() -> None:
    assert parse_report({"reason": "spam"}) == Grounds(Reason.SPAM, "")
    assert parse_report({"reason": "abuse", "note": None}) == Grounds(Reason.ABUSE, "")
    assert parse_report({"reason": "other", "note": " A\r\nB "}) == Grounds(Reason.OTHER, "A\nB")


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidSubmissionError) as caught:
        parse_report({"reason": "", "note": "x" * 501, "x" * 300: 1})

    found = [(fault.field, fault.code) for fault in caught.value.faults]
    assert found == [
        ("x" * 100, "unknown_field"),
        ("reason", "invalid_reason"),
        ("note", "too_long"),
    ]
    assert "spam, abuse, off_topic, other" in caught.value.faults[1].message


def test_every_reason_has_words() -> None:
    assert set(REASON_WORDS) == set(Reason)
