"""A program of the site's own: posted each comment as JSON, signed, it answers with points.

`X-Moderation-Timestamp` is the time in seconds, `X-Moderation-Signature` is `sha256=` and the
HMAC-SHA256 (RFC 2104) of the timestamp, a full stop and the raw body, in hexadecimal.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moderation.domain.remote import Service, SignedHttpSettings
from moderation.services.remote.interface import MOST_POINTS, NoAnswerError, Opinion, Question, said
from moderation.services.remote.wire import Wire, expect_json
from moderation.words import N_

TIMESTAMP, SIGNATURE = "X-Moderation-Timestamp", "X-Moderation-Signature"
_NO_OPINION = 204
_ABUSE = "abuse"
_CUT = N_("Its score, {score}, is beyond -10 to 10 and was cut.")


class _Answer(BaseModel):
    """What such a program may say. More than this is left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    score: Annotated[float, Field(allow_inf_nan=False, strict=True)]
    label: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SignedHttpCheck:
    """Asks it."""

    settings: SignedHttpSettings
    key: str = field(repr=False)
    wire: Wire
    clock: Callable[[], float] = time.time
    service: Service = Service.SIGNED_HTTP
    version: int = 1

    def ask(self, question: Question) -> Opinion:
        """Its points, between -10 and 10; with 204 it has no opinion."""
        body = json.dumps(_told(question), ensure_ascii=False).encode("utf-8", "replace")
        headers = sign(self.key, int(self.clock()), body)
        seconds = self.settings.timeout
        answer = self.wire.post_json(self.settings.address, body, seconds, headers)
        if answer.status == _NO_OPINION:
            return Opinion()
        try:
            found = _Answer.model_validate(expect_json(answer))
        except ValidationError:
            raise NoAnswerError(
                N_("It answered, but not with a score: {“score”: -10 to 10, “label”, “reason”}.")
            ) from None
        points = max(-MOST_POINTS, min(MOST_POINTS, found.score))
        label = said(found.label, 40)
        return Opinion(
            spam=max(points, 0.0),
            abusive=label.lower() == _ABUSE,
            good=points <= 0,
            good_points=min(points, 0.0),
            reason=found.reason,
            facts={"label": label} if label else {},
            breach=_CUT.filled(score=f"{found.score:g}") if points != found.score else "",
        )


def sign(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers by which the program knows who asks, and when."""
    digest = hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
    return {TIMESTAMP: str(timestamp), SIGNATURE: f"sha256={digest}"}


def _told(question: Question) -> dict[str, object]:
    return {
        "site": question.site,
        "page": {"url": question.page, "title": question.page_title},
        "comment": {
            "text": question.text,
            "name": question.name,
            "website": question.website or None,
            "written_at": question.written_at.isoformat(),
            "is_reply": question.is_reply,
        },
        "again": question.again or None,
        "test": question.is_test,
    }
