"""Other services for tests: small real servers, and a house that asks them."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import dns.message
import dns.rdatatype
import dns.rrset
from sqlalchemy import select

from moderation.config import Settings
from moderation.domain.policy import Verdict
from moderation.domain.remote import SETTINGS, Service
from moderation.domain.roles import SiteRole
from moderation.domain.signals import Signal
from moderation.models import Moderator, RemoteService, Site, db
from moderation.services import screening
from moderation.services.approval import approval_check
from moderation.services.receipts import load_signals
from moderation.services.remote.asking import RemoteChecks
from moderation.services.remote.circuits import Circuits
from moderation.services.remote.configured import change_service, configured
from moderation.services.remote.hearing import hear
from moderation.services.remote.interface import Question
from moderation.services.remote.wire import Wire, wire_of
from tests.factories import House
from tests.integration.queueing import moderator
from tests.web_server import Answering, WebServer, answer

KEY = "canary-key-93x-of-16+"
QUESTION = Question(
    text="Buy now, it is cheap! ünïcödé & <b>",
    name="Zoë",
    website="https://shop.example/",
    page="https://blog.example/a",
    page_title="A page",
    site_url="https://blog.example",
    site="blog",
    language="en",
    user_agent="Mozilla/5.0",
    written_at=datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
    links=("https://pills.example/x", "https://www.pills.example/"),
)


def wire_to(settings: Settings, *servers: WebServer, dns_port: int = 0) -> Wire:
    """A wire on which these servers may be asked, as if an operator had named them."""
    named = frozenset(("127.0.0.1", server.port) for server in servers)
    servers_of_names = (("127.0.0.1", dns_port),) if dns_port else ()
    return wire_of(replace(settings, private_services=named, dns_servers=servers_of_names))


def body_of(request: str) -> str:
    """What was posted."""
    return request.partition("\r\n\r\n")[2].encode("latin-1").decode()


def form_of(request: str) -> dict[str, str]:
    """A form that was posted."""
    fields = parse_qs(body_of(request), keep_blank_values=True, strict_parsing=True)
    return {name: values[0] for name, values in fields.items()}


def by_path(answers: Mapping[str, Answering]) -> Answering:
    """Another answer for each path."""

    def answering(connection: socket.socket, line: str) -> None:
        answers[line.split()[1]](connection, line)

    return answering


def in_turn(*answers: Answering) -> Answering:
    """One answer after the other, the last one for ever."""
    waiting = list(answers)

    def answering(connection: socket.socket, line: str) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(connection, line)

    return answering


def says(word: str, status: str = "200 OK", **headers: str) -> Answering:
    """What Akismet says."""
    return answer(word.encode(), status, **headers)


class Desk:
    """A house whose site asks other services."""

    def __init__(self, house: House, *servers: WebServer, dns_port: int = 0) -> None:
        self.house = house
        self.settings = replace(
            house.settings,
            private_services=frozenset(("127.0.0.1", server.port) for server in servers),
            dns_servers=(("127.0.0.1", dns_port),) if dns_port else (),
        )
        self.time = 0.0
        self.services = self.worker()
        self.owner = moderator(house, "Olga", role=SiteRole.OWNER)

    def worker(self) -> RemoteChecks:
        """What another worker process asks with."""
        circuits = Circuits(lambda: self.time)
        return RemoteChecks(self.house.parts.vault, wire_of(self.settings), circuits)

    def turn_on(self, service: Service, key: str | None = None, **fields: Any) -> None:
        """Set a service up."""
        with self.house.rows():
            site = db.session.scalars(select(Site).where(Site.slug == "blog")).one()
            before = configured(site.id)[service]
            wanted = before.settings.model_dump(mode="json") | {"on": True} | fields
            change_service(
                self.house.parts.vault,
                self.settings,
                self.owner,
                "blog",
                service,
                wanted=SETTINGS[service].model_validate(wanted),
                key=key,
                seen=before.version,
                now=self.house.clock(),
            )

    def judge(self, **fields: Any) -> int:
        """Post a comment and have it judged; gives its id."""
        found = self.house.post(**fields)
        assert found.status_code == 202, found.text
        self.work()
        return int(found.get_json()["id"])

    def work(self) -> list[Verdict | None]:
        """Do what the workers would with what is waiting."""
        verdicts = []
        while self.house.nudges:
            verdicts.append(self.screen(*self.house.nudges.pop(0)))
        return verdicts

    def screen(self, comment: int, revision: int = 1) -> Verdict | None:
        """Screen and conclude on a comment."""
        with self.house.app.app_context():
            now, vault = self.house.clock(), self.house.parts.vault
            hear(self.services, comment, revision, now)
            screening.spam_check(vault, comment, revision, now)
            return approval_check(comment, revision, now)

    def signals(self, comment: int, revision: int = 1) -> list[Signal]:
        """What services said of it."""
        with self.house.rows():
            found = load_signals(comment, revision)
            return [signal for signal in found if signal.check in set(Service)]


def rows_of_services() -> list[RemoteService]:
    """All that is set up, within an app context."""
    return list(db.session.scalars(select(RemoteService)))


def name_of(moderator_id: int) -> str:
    """A moderator's name, within an app context."""
    return db.session.get_one(Moderator, moderator_id).name


Records = Callable[[str], list[str] | None]


@contextmanager
def dns_server(records: Records) -> Iterator[tuple[int, list[str]]]:
    """A name server on UDP: gives its port, and the names that it was asked for.

    Args:
        records: the addresses of a name; nothing: there is no such name; None: it stays silent.
    """
    asked: list[str] = []
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            packet, sender = wire.recvfrom(4096)
            if packet == b"stop":
                return
            query = dns.message.from_wire(packet)
            name = query.question[0].name.to_text(omit_final_dot=True)
            asked.append(name)
            addresses = records(name)
            if addresses is None:
                continue
            response = dns.message.make_response(query)
            if addresses:
                rrset = dns.rrset.from_text(query.question[0].name, 60, "IN", "A", *addresses)
                response.answer.append(rrset)
            else:
                response.set_rcode(dns.rcode.NXDOMAIN)
            wire.sendto(response.to_wire(), sender)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield wire.getsockname()[1], asked
    finally:
        wire.sendto(b"stop", wire.getsockname())
        thread.join()
        wire.close()
