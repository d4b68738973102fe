"""Pages over https: the certificate is checked against the name, whatever address was asked."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from moderation.errors import PageUnreachableError
from moderation.services import fetching
from moderation.services.fetching import fetch
from tests.web_server import answer, dripping, reach, web_server


def at_home(_host: str, _port: int) -> list[str]:
    """Every name is of this machine."""
    return ["127.0.0.1"]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of blog.example, with its key, that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "blog.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("blog.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_over_https_the_certificate_must_be_of_the_name_that_was_asked(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with web_server(answer(b"<p>Safe"), tls(certificate)) as server:
        there = reach(server, resolve=at_home)

        assert fetch(f"https://blog.example:{server.port}/", there).body == b"<p>Safe"
        with pytest.raises(
            PageUnreachableError, match=r"certificate of other\.example is not valid"
        ):
            fetch(f"https://other.example:{server.port}/", there)


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with (
        web_server(answer(b"<p>Hello"), tls(certificate)) as server,
        pytest.raises(PageUnreachableError, match=r"certificate of blog\.example is not valid"),
    ):
        fetch(f"https://blog.example:{server.port}/", reach(server, resolve=at_home))


def test_a_server_without_https_is_told() -> None:
    with (
        web_server(answer(b"", "400 Bad Request")) as server,
        pytest.raises(PageUnreachableError, match="does not speak https"),
    ):
        fetch(f"https://blog.example:{server.port}/", reach(server, resolve=at_home))


def test_a_slow_greeting_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    # A record of TLS that comes byte by byte, so that the handshake never ends.
    with (
        web_server(dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\0")) as server,
        pytest.raises(PageUnreachableError, match="did not answer in full within"),
    ):
        fetch(f"https://blog.example:{server.port}/", reach(server, resolve=at_home))
