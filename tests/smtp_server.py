"""A small, real SMTP server (RFC 5321), with STARTTLS where it is given a certificate."""

import base64
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Inbox:
    """What the server got, and what it answers."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    passwords: list[tuple[str, str]] = field(default_factory=list)
    encrypted: bool = False
    recipient_answer: str = "250 fine"
    offer_tls: ssl.SSLContext | None = None
    arrived: threading.Event = field(default_factory=threading.Event)


class _Session(StreamRequestHandler):
    inbox: Inbox

    def handle(self) -> None:
        with suppress(ConnectionError, ssl.SSLError):
            self._say("220 test")
            while line := self.rfile.readline():
                if not self._answer(line.decode().strip()):
                    return

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")
        self.wfile.flush()

    def _answer(self, line: str) -> bool:
        verb = line.partition(" ")[0].upper()
        inbox = self.inbox
        if verb == "EHLO":
            offers = ["test"] + (["STARTTLS"] if inbox.offer_tls and not inbox.encrypted else [])
            offers += ["AUTH PLAIN"]
            for offer in offers[:-1]:
                self._say(f"250-{offer}")
            self._say(f"250 {offers[-1]}")
        elif verb == "STARTTLS":
            self._say("220 go on")
            assert inbox.offer_tls
            self.connection = inbox.offer_tls.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb")
            inbox.encrypted = True
        elif verb == "AUTH":
            _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
            inbox.passwords.append((user, password))
            self._say("235 welcome")
        elif verb == "RCPT":
            if inbox.recipient_answer.startswith("2"):
                inbox.recipients.append(line.partition("<")[2].partition(">")[0])
            self._say(inbox.recipient_answer)
        elif verb == "DATA":
            self._say("354 go on")
            body = b""
            while (row := self.rfile.readline()) != b".\r\n":
                body += row[1:] if row.startswith(b"..") else row
            inbox.letters.append(message_from_bytes(body, policy=policy.default))
            self._say("250 taken")
            inbox.arrived.set()
        else:
            self._say("221 bye" if verb == "QUIT" else "250 fine")
        return verb != "QUIT"


@contextmanager
def smtp_server(tls: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """A server on a port of its own."""
    inbox = Inbox(offer_tls=tls)
    handler = type("Session", (_Session,), {"inbox": inbox})

    class Server(ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), handler) as server:
        inbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield inbox
        finally:
            server.shutdown()
            thread.join()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of localhost, as a file to trust, and the server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "trusted.pem", folder / "private.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return trusted, context


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
