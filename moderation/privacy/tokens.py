"""Signed values that readers carry for us: form stamps, private links, receipts of likes."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, Signer, URLSafeSerializer

from moderation.domain.evidence import FormToken
from moderation.privacy.keys import Keys

# The keys are derived once (`_key`), not for every token.
_SIGNING: dict[str, Any] = {"key_derivation": "none", "digest_method": sha256}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
        self._forms = URLSafeSerializer(_key(keys, "reply-form"), signer_kwargs=_SIGNING)
        self._links = Signer(_key(keys, "status-link"), **_SIGNING)
        self._likes = Signer(_key(keys, "like-receipt"), **_SIGNING)

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
        return self._links.sign(str(comment_id)).decode()

    def read_status_link(self, token: str) -> int | None:
        """The comment a private link is for, or None if the token is not one of ours."""
        try:
            return int(self._links.unsign(token.encode("ascii", "replace")))
        except (BadData, ValueError):
            return None

    def sign_like(self, comment_id: int, like_id: int, liked_at: datetime) -> str:
        """The receipt of a like, with which whoever got it can take it back. It names the moment
        too, since a database may give a number again that is free.
        """
        moment = (liked_at - _EPOCH) // timedelta(microseconds=1)
        return self._likes.sign(f"{comment_id}:{like_id}:{moment}").decode()

    def read_like(self, receipt: str, comment_id: int) -> tuple[int, datetime] | None:
        """The like's id and moment that a receipt is for; None if it is not one of ours, or of
        another comment.
        """
        try:
            parts = self._likes.unsign(receipt.encode("ascii", "replace")).decode().split(":")
            liked, like_id, moment = map(int, parts)
        except (BadData, ValueError):
            return None
        if liked != comment_id:
            return None
        return like_id, _EPOCH + timedelta(microseconds=moment)


def _key(keys: Keys, purpose: str) -> bytes:
    """A key of its own for each purpose, so that no token passes for one of another kind."""
    return keys.derive(purpose)


def _text(token: Any) -> str:
    return token if isinstance(token, str) else token.decode()
