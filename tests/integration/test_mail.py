"""Mails: sealed until they are sent, sent once, tried again with growing patience."""

import logging
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from moderation.config import Settings
from moderation.models import Mail, db
from moderation.models.base import writing
from moderation.services import delivery, mail
from moderation.services.mail import Letter
from tests.factories import House
from tests.smtp_server import Inbox, certificate, closed_port, smtp_server

WHO = "canary.mail@hidden.example"
SECRET = "https://example.org/the-secret-link"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as inbox:
        yield inbox


def post(house: House, recipient: str = WHO) -> int:
    with house.rows(), writing():
        letter = Letter("A subject of mine", f"Hello,\n\n{SECRET}\n")
        return mail.post(house.parts.vault, recipient, letter, house.clock())


def send(house: House, mail_id: int, settings: Settings) -> bool:
    with house.rows():
        return delivery.send(house.parts.vault, settings, mail_id, house.clock())


def by_smtp(house: House, port: int, **more: str) -> Settings:
    url = more.get("url", f"smtp://127.0.0.1:{port}")
    return replace(house.settings, smtp_url=url, mail_from="The Blog <us@blog.example>")


def row(mail_id: int) -> Mail | None:
    return db.session.scalar(select(Mail).where(Mail.id == mail_id))


def test_a_mail_waits_sealed_and_goes_once_it_is_sent(house: House, inbox: Inbox) -> None:
    mail_id = post(house)
    with house.rows():
        found = row(mail_id)
        assert found
        assert found.sealed
        assert not any(word in found.sealed for word in (b"canary", b"secret", b"subject"))

    settings = by_smtp(house, inbox.port)
    assert send(house, mail_id, settings)
    assert not send(house, mail_id, settings)

    assert inbox.recipients == [WHO]
    letter = inbox.letters[0]
    assert (letter["To"], letter["Subject"]) == (WHO, "A subject of mine")
    assert letter["From"] == "The Blog <us@blog.example>"
    assert SECRET in letter.get_content()
    with house.rows():
        assert row(mail_id) is None
        assert delivery.due(house.clock()) == []


def test_a_server_that_is_away_is_tried_again_after_twice_the_wait(
    house: House, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    mail_id, away = post(house), by_smtp(house, closed_port())
    waits = []
    for _ in range(3):
        assert not send(house, mail_id, away)
        with house.rows():
            found = row(mail_id)
            assert found
            assert found.due_at
            waits.append(found.due_at - house.clock())
            assert list(delivery.due(house.clock())) == []
        assert not send(house, mail_id, by_smtp(house, inbox.port))  # it is not due
        house.clock.move(seconds=waits[-1].total_seconds())
        with house.rows():
            assert list(delivery.due(house.clock())) == [mail_id]

    assert waits == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert send(house, mail_id, by_smtp(house, inbox.port))
    assert len(inbox.letters) == 1
    assert WHO not in caplog.text


def test_while_a_slow_server_answers_nobody_else_sends_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id, sent = post(house), list[str]()

    def slowly(_: object) -> Callable[[EmailMessage], None]:
        def transport(message: EmailMessage) -> None:
            sent.append(message["To"])
            house.clock.move(minutes=4)
            if len(sent) == 1:
                assert not send(
                    house, mail_id, house.settings
                )  # another process, at beat's next turn

        return transport

    monkeypatch.setattr(delivery, "transport_for", slowly)
    assert send(house, mail_id, house.settings)
    assert sent == [WHO]


def test_who_fails_after_another_has_begun_leaves_it_to_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id, begun = post(house), list[str]()

    def slowly(_: object) -> Callable[[EmailMessage], None]:
        def transport(message: EmailMessage) -> None:
            begun.append(message["To"])
            if len(begun) == 1:
                house.clock.move(minutes=6)
                assert not send(house, mail_id, house.settings)
            raise TimeoutError

        return transport

    monkeypatch.setattr(delivery, "transport_for", slowly)
    assert not send(house, mail_id, house.settings)
    with house.rows():
        found = row(mail_id)
        assert found
        assert (found.attempts, found.due_at) == (2, house.clock() + timedelta(minutes=2))
    assert len(begun) == 2


def test_after_the_last_attempt_the_payload_is_dropped_and_a_warning_logged(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mail_id, away = post(house), by_smtp(house, closed_port())
    for _ in range(delivery.MOST_ATTEMPTS):
        send(house, mail_id, away)
        house.clock.move(hours=5)

    with house.rows():
        found = row(mail_id)
        assert found
        assert found.sealed is None
        assert found.due_at is None
        assert list(delivery.due(house.clock())) == []
    warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert warnings == [f"Mail {mail_id} is given up after 9 attempts (ConnectionRefusedError)"]
    assert WHO not in caplog.text


@pytest.mark.parametrize(
    ("answer", "given_up"), [("550 no such mailbox", True), ("450 later", False)]
)
def test_a_refusal_for_good_is_not_tried_again(
    house: House, inbox: Inbox, caplog: pytest.LogCaptureFixture, answer: str, *, given_up: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    inbox.recipient_answer = answer
    mail_id = post(house)
    assert not send(house, mail_id, by_smtp(house, inbox.port))

    with house.rows():
        found = row(mail_id)
        assert found
        assert (found.sealed is None) == given_up
    assert "canary" not in caplog.text


def test_a_password_goes_by_starttls(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with smtp_server(context) as inbox:
        url = f"smtp://us%40blog:p%2Fw@localhost:{inbox.port}"
        assert send(house, post(house), by_smtp(house, inbox.port, url=url))

    assert inbox.encrypted
    assert inbox.passwords == [("us@blog", "p/w")]
    assert len(inbox.letters) == 1


def test_a_password_goes_nowhere_in_the_clear(house: House, inbox: Inbox) -> None:
    url = f"smtp://us:secret@127.0.0.1:{inbox.port}"
    assert not send(house, post(house), by_smtp(house, inbox.port, url=url))

    assert inbox.passwords == []
    assert inbox.letters == []


def test_without_a_server_mails_are_files_of_the_owner_alone(house: House, tmp_path: Path) -> None:
    settings = replace(house.settings, instance=tmp_path / "instance")
    assert send(house, post(house), settings)

    (file,) = settings.mails_dir.iterdir()
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.mails_dir.stat().st_mode) == 0o700
    assert WHO in file.read_text()
    assert SECRET in file.read_text()


def test_a_mail_for_nobody_is_thrown_away(house: House, inbox: Inbox) -> None:
    mail_id = post(house, "")
    assert not send(house, mail_id, by_smtp(house, inbox.port))

    assert inbox.letters == []
    with house.rows():
        assert row(mail_id) is None
