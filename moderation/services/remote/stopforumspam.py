"""StopForumSpam: how often a name, or the hash of an address, was reported by others.

Not asked for IP addresses: of those only the network is kept here, and it would answer for one
address in it that is not the commenter's.
"""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moderation.domain.remote import Service, StopForumSpamSettings
from moderation.services.remote.interface import NoAnswerError, Opinion, Question
from moderation.services.remote.wire import Wire, expect_json
from moderation.words import N_, Message

# A name can be anybody's, an address is somebody's: points at a confidence of 100%.
_FOR_NAME, _FOR_ADDRESS = 1.0, 6.0
_MOST_REPORTS = 1_000_000


class _Found(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    appears: bool
    frequency: Annotated[int, Field(ge=0)] = 0
    confidence: Annotated[float, Field(allow_inf_nan=False)] = 0.0


@dataclass(frozen=True, slots=True)
class StopForumSpamCheck:
    """Asks by POST, so that what it is asked for stands in no address."""

    settings: StopForumSpamSettings
    key: str
    wire: Wire
    service: Service = Service.STOPFORUMSPAM
    version: int = 1

    def ask(self, question: Question) -> Opinion:
        """Points by how sure it is."""
        fields = {"json": "", "username": question.name}
        if question.email:
            digest = hashlib.md5(question.email.lower().encode(), usedforsecurity=False)
            fields["emailhash"] = digest.hexdigest()
        answer = self.wire.post_form(self.settings.address, fields, self.settings.timeout)
        told = _told(expect_json(answer))
        name = _found(told, "username")
        email = _found(told, "emailhash") if question.email else None
        if name is None or (question.email and email is None):
            raise NoAnswerError(N_("It answered, but not about what it was asked."))
        points = _points(name, _FOR_NAME) + _points(email, _FOR_ADDRESS)
        return Opinion(points, good=True, reason=_reported(name, email))


def _told(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict) or answer.get("success") != 1:
        raise NoAnswerError(N_("It answered, but not that it has looked."))
    return {str(name).lower(): value for name, value in answer.items()}


def _found(told: dict[str, Any], name: str) -> _Found | None:
    try:
        return _Found.model_validate(told[name])
    except (KeyError, ValidationError):
        return None


def _reported(name: _Found | None, email: _Found | None) -> str:
    """How often each was reported; nothing of what was not."""
    told: list[Message] = []
    if name is not None and name.appears:
        told.append(
            Message.counted(
                "The name was reported {n} time.",
                "The name was reported {n} times.",
                min(name.frequency, _MOST_REPORTS),
            )
        )
    if email is not None and email.appears:
        told.append(
            Message.counted(
                "The address was reported {n} time.",
                "The address was reported {n} times.",
                min(email.frequency, _MOST_REPORTS),
            )
        )
    return Message.all_of(told)


def _points(found: _Found | None, most: float) -> float:
    if found is None or not found.appears:
        return 0.0
    return most * max(0.0, min(1.0, found.confidence / 100))
