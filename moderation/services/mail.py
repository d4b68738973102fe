"""Mails, kept sealed until they are sent (`services.delivery`)."""

import json
from dataclasses import dataclass
from datetime import datetime

from moderation.models import Mail, db
from moderation.privacy.sealing import EmailVault, SealedEmail

_PURPOSE = "mail"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. Nothing of it shows in a repr."""

    subject: str
    text: str

    def __repr__(self) -> str:
        return "Letter(…)"


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter, and to whom. Without a recipient it is there only to take the same time."""

    recipient: str
    letter: Letter

    def __repr__(self) -> str:
        return "Addressed(…)"


def post(vault: EmailVault, recipient: str, letter: Letter, now: datetime) -> int:
    """Keep a mail, due at once, within the caller's transaction; gives its id.

    Args:
        vault: seals it.
        recipient: an address, or nothing for a mail that will be thrown away: so that a request
            for an account that does not exist does what one for an account does.
        letter: what it says.
        now: the time.
    """
    payload = json.dumps([recipient, letter.subject, letter.text])
    sealed = vault.seal_text(_PURPOSE, payload)
    mail = Mail(key_id=sealed.key_id, sealed=sealed.sealed, due_at=now, created_at=now)
    db.session.add(mail)
    db.session.flush()
    return mail.id


def open_mail(vault: EmailVault, key_id: str, sealed: bytes) -> Addressed:
    """What was posted.

    Raises:
        ConfigError: its key is not among the keys any more.
    """
    recipient, subject, text = json.loads(vault.open_text(_PURPOSE, SealedEmail(key_id, sealed)))
    return Addressed(recipient, Letter(subject, text))
