"""Sending the mails that were posted: by SMTP, or into files where no server is set.

At least once: a mail's row goes only after it was sent, and a worker that dies in between lets it
come again. Nothing here names an address in a log or an exception.
"""

import logging
import os
import secrets
import smtplib
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from sqlalchemy import delete, select, update

from moderation.config import Settings
from moderation.errors import ConfigError
from moderation.models import Mail, db
from moderation.models.base import writing
from moderation.privacy.sealing import EmailVault
from moderation.services.mail import Addressed, open_mail

_LOG = logging.getLogger(__name__)

_FIRST_WAIT = timedelta(minutes=1)  # doubles with each attempt
MOST_ATTEMPTS = 9  # over four hours in all
_TIMEOUT = 20  # seconds for each answer of the server
_UNDER_WAY = timedelta(minutes=5)  # longer than all of a server's answers take together
_SUBMISSION, _SUBMISSIONS = 587, 465  # ports (RFC 8314)
_BATCH = 100
_REFUSED = 500  # and above: the server will not change its mind

Transport = Callable[[EmailMessage], None]


def due(now: datetime) -> Sequence[int]:
    """The ids of mails whose time has come, the oldest first."""
    return db.session.scalars(
        select(Mail.id).where(Mail.due_at <= now).order_by(Mail.due_at).limit(_BATCH)
    ).all()


def send(vault: EmailVault, settings: Settings, mail_id: int, now: datetime) -> bool:
    """Try to send a mail whose time has come; tells whether it was sent.

    Idempotent: the attempt is claimed in a transaction of its own, for longer than a slow server
    takes, so that nobody finds it due meanwhile. After the last attempt, or where the server
    refuses for good, its payload is dropped. Never raises for what the server does.
    """
    claimed = _claim(mail_id, now)
    if claimed is None:
        return False
    key_id, sealed, attempts = claimed
    try:
        mail = open_mail(vault, key_id, sealed)
        if mail.recipient:
            transport_for(settings)(_message(settings, mail, now))
    except (OSError, smtplib.SMTPException, ConfigError, ValueError) as error:
        # Of these, the text may name the recipient, so only the kind is told.
        if attempts >= MOST_ATTEMPTS or _is_final(error):
            _give_up(mail_id)
            _LOG.warning(
                "Mail %d is given up after %d attempts (%s)",
                mail_id,
                attempts,
                type(error).__name__,
            )
        else:
            _try_later(mail_id, attempts, now)
            _LOG.info("Mail %d waits for another attempt (%s)", mail_id, type(error).__name__)
        return False
    with writing():
        db.session.execute(delete(Mail).where(Mail.id == mail_id))
    return bool(mail.recipient)


def _claim(mail_id: int, now: datetime) -> tuple[str, bytes, int] | None:
    with writing():
        attempts = db.session.scalar(
            select(Mail.attempts).where(Mail.id == mail_id, Mail.due_at <= now).with_for_update()
        )
        if attempts is None:
            return None
        row = db.session.execute(
            update(Mail)
            .where(Mail.id == mail_id, Mail.due_at <= now, Mail.sealed.is_not(None))
            .values(attempts=attempts + 1, due_at=now + max(_UNDER_WAY, _wait(attempts + 1)))
            .returning(Mail.key_id, Mail.sealed)
        ).one_or_none()
    return (row.key_id, row.sealed, attempts + 1) if row and row.sealed else None


def _wait(attempts: int) -> timedelta:
    """From the last of so many attempts to the next."""
    return _FIRST_WAIT * (1 << (attempts - 1))


def _try_later(mail_id: int, attempts: int, now: datetime) -> None:
    """Let it be due again, unless another attempt was begun meanwhile."""
    with writing():
        db.session.execute(
            update(Mail)
            .where(Mail.id == mail_id, Mail.attempts == attempts)
            .values(due_at=now + _wait(attempts))
        )


def _give_up(mail_id: int) -> None:
    with writing():
        db.session.execute(
            update(Mail).where(Mail.id == mail_id).values(sealed=None, key_id="", due_at=None)
        )


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _REFUSED for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _REFUSED


def _message(settings: Settings, mail: Addressed, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.letter.subject
    message["Date"] = format_datetime(now)
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    message["Message-ID"] = make_msgid(domain=domain or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    # As it is where that can be, so that a link in a file can be copied from it.
    plain = mail.letter.text.isascii()
    message.set_content(mail.letter.text, cte="7bit" if plain else "quoted-printable")
    return message


def transport_for(settings: Settings) -> Transport:
    """What sends: the server of MODERATION_SMTP_URL, or without one, files in the instance."""
    if settings.smtp_url:
        return lambda message: _send_by_smtp(settings.smtp_url, message)
    return lambda message: _write_file(settings, message)


def _send_by_smtp(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    host, trust = parts.hostname or "", ssl.create_default_context()
    client: smtplib.SMTP
    if parts.scheme == "smtps":
        port = parts.port or _SUBMISSIONS
        client = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=trust)
    else:
        client = smtplib.SMTP(host, parts.port or _SUBMISSION, timeout=_TIMEOUT)
    with client:
        if parts.scheme == "smtp":
            client.ehlo()
            if client.has_extn("starttls"):
                client.starttls(context=trust)
            elif parts.username:
                raise smtplib.SMTPNotSupportedError("no STARTTLS, so no password is sent")
        if parts.username:
            client.login(unquote(parts.username), unquote(parts.password or ""))
        client.send_message(message)


def _write_file(settings: Settings, message: EmailMessage) -> None:
    folder = settings.mails_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(message.as_bytes())
    # Whole or not at all, for whoever watches the directory.
    draft.rename(folder / f"{message['Date'].datetime:%Y%m%dT%H%M%S}-{draft.name[1:9]}.eml")
