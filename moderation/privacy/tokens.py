"""Signed values that readers carry for us: form stamps and private links."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from moderation.domain.evidence import FormToken
from moderation.privacy.keys import Keys

_LONGEST_OPEN = 24 * 60 * 60  # seconds that a form may stay open before its stamp counts as old


@dataclass(frozen=True, slots=True)
class FormStamp:
    """What a form's stamp says: whether it holds, for how long the form was open (seconds), and
    the random nonce that makes a re-sent form recognisable. The latter two only of a genuine one.
    """

    token: FormToken
    seconds: float | None = None
    nonce: str | None = None


class TokenSigner:
    """Signs and reads tokens with one installation's secret key (HMAC-SHA256)."""

    def __init__(self, keys: Keys) -> None:
        self._forms = _serializer(keys, "reply-form")
        self._links = _serializer(keys, "status-link")

    def stamp_form(self, site_id: int, now: datetime) -> str:
        """A stamp for a form shown now."""
        return _text(
            self._forms.dumps([site_id, int(now.timestamp() * 1000), secrets.token_urlsafe(12)])
        )

    def read_form_stamp(self, site_id: int, stamp: str | None, now: datetime) -> FormStamp:
        """What a stamp that came back says. One of another site counts as forged."""
        if not stamp:
            return FormStamp(FormToken.MISSING)
        try:
            stamped_site, shown, nonce = self._forms.loads(stamp)
        except (BadData, ValueError, TypeError):
            return FormStamp(FormToken.FORGED)
        if stamped_site != site_id:
            return FormStamp(FormToken.FORGED)
        seconds = now.timestamp() - shown / 1000
        token = FormToken.EXPIRED if seconds > _LONGEST_OPEN else FormToken.VALID
        return FormStamp(token, max(seconds, 0.0), nonce)

    def sign_status_link(self, comment_id: int) -> str:
        """The secret part of the author's private link. It is the same each time, so that a
        re-sent form gets the link it got before, and nothing of it needs to be stored.
        """
        return _text(self._links.dumps(comment_id))

    def read_status_link(self, token: str) -> int | None:
        """The comment a private link is for, or None if the token is not one of ours."""
        try:
            comment_id = self._links.loads(token)
        except BadData:
            return None
        return comment_id if isinstance(comment_id, int) else None


def _serializer(keys: Keys, purpose: str) -> "URLSafeSerializer":
    return URLSafeSerializer(
        keys.secret_key,
        salt=f"moderation.{purpose}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
    )


def _text(token: Any) -> str:
    return token if isinstance(token, str) else token.decode()
