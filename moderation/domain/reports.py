"""What readers report a comment for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from moderation.domain.submission import clean_text, unknown_fields
from moderation.errors import FieldFault, InvalidSubmissionError
from moderation.words import N_

MAX_NOTE = 500  # characters


class Reason(StrEnum):
    """Why. Stored by value, shown in the words of `REASON_WORDS`."""

    SPAM = "spam"
    ABUSE = "abuse"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


REASON_WORDS: dict[Reason, str] = {
    Reason.SPAM: N_("Spam or advertising"),
    Reason.ABUSE: N_("Insulting or hateful"),
    Reason.OFF_TOPIC: N_("Off topic"),
    Reason.OTHER: N_("Something else"),
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a reader says: why, and a note of their own or nothing."""

    reason: Reason
    note: str


def parse_report(fields: Mapping[str, Any]) -> Grounds:
    """What a report says.

    Raises:
        InvalidSubmissionError: with every fault of both.
    """
    faults = unknown_fields(fields, {"reason", "note"})
    reason = next((r for r in Reason if r.value == fields.get("reason")), None)
    if reason is None:
        words = ", ".join(Reason)
        faults.append(FieldFault("reason", "invalid_reason", f"This must be one of: {words}."))
    note = ""
    try:
        told = fields.get("note")
        note = clean_text("note", "" if told is None else told)
        if len(note) > MAX_NOTE:
            words = N_("A note may have {most} characters at most.", most=MAX_NOTE)
            faults.append(FieldFault("note", "too_long", words))
    except InvalidSubmissionError as error:
        faults += error.faults
    if faults or reason is None:
        raise InvalidSubmissionError(
            tuple(faults), N_("Your report was not sent yet. Please correct the marked fields.")
        )
    return Grounds(reason, note)
