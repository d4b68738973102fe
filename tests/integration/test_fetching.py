"""Pages are fetched from real servers, of which none gets more than its share."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from moderation.domain.embed_page import Answer
from moderation.errors import InvalidInputError, PageUnreachableError
from moderation.services import fetching
from moderation.services.fetching import MOST_BYTES, Reach, fetch
from tests.web_server import answer, dripping, reach, web_server


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience of half a second, since the tests have no more either."""
    monkeypatch.setattr(fetching, "SECONDS", 0.5)


def test_a_page_is_fetched_with_its_headers() -> None:
    with web_server(answer(b"<p>Hello", X_A="1")) as server:
        found = fetch(f"{server.url}/a%20b/\u00fc?q=\u00e9#top", reach(server))

        assert found.body == b"<p>Hello"
        assert (found.status, found.hops) == (200, ())
        assert found.url == f"{server.url}/a%20b/%C3%BC?q=%C3%A9"
        assert found.header("x-a") == "1"
        assert server.asked == ["GET /a%20b/%C3%BC?q=%C3%A9 HTTP/1.1"]
        assert f"\r\nHost: 127.0.0.1:{server.port}\r\n" in server.requests[0]


def test_of_any_status_there_is_a_page() -> None:
    with web_server(answer(b"no", "404 Not Found", Content_Type="application/pdf")) as server:
        found = fetch(server.url, reach(server))

        assert (found.status, found.body) == (404, b"no")
        assert found.header("Content-Type") == "application/pdf"


def test_a_packed_page_is_unpacked() -> None:
    packed = gzip.compress(b"<p>Hello")
    with web_server(answer(packed, Content_Encoding="gzip")) as server:
        assert fetch(server.url, reach(server)).body == b"<p>Hello"


@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]", "localhost", "169.254.169.254", "0"])
def test_a_private_address_is_refused(address: str) -> None:
    with pytest.raises(PageUnreachableError, match=r"private network|no server named"):
        fetch(f"http://{address}/")


@pytest.mark.parametrize("address", ["127.0.0.1", "2130706433", "0x7f.1", "127.1"])
def test_no_spelling_of_this_machine_is_asked(address: str) -> None:
    with web_server(answer(b"secret")) as server, pytest.raises(PageUnreachableError):
        fetch(f"http://{address}:{server.port}/")

    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/", "file:///etc/passwd", "a.example", "http://me:secret@a.example/", ""],
)
def test_only_addresses_of_the_web_are_fetched(url: str) -> None:
    with pytest.raises(InvalidInputError):
        fetch(url)


def test_an_unusual_port_is_refused() -> None:
    with pytest.raises(PageUnreachableError, match="ports 80 and 443 only"):
        fetch("http://blog.example:6379/", Reach(resolve=lambda _host, _port: ["93.184.215.14"]))


def test_a_name_that_leads_to_both_is_refused() -> None:
    both = Reach(resolve=lambda _host, _port: ["93.184.215.14", "10.0.0.1"])

    with pytest.raises(PageUnreachableError, match="private network"):
        fetch("http://blog.example/", both)


def test_a_name_is_resolved_once_and_that_address_asked() -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with web_server(answer(b"<p>Hello")) as server:
        url = f"http://no-such-host.example:{server.port}/"
        found = fetch(url, reach(server, resolve=rebinding))

        assert found.body == b"<p>Hello"
        assert asked == ["no-such-host.example"]
        assert f"Host: no-such-host.example:{server.port}" in server.requests[0]


def test_a_name_that_is_none_is_told() -> None:
    nobody = Reach(resolve=lambda _host, _port: [])

    with pytest.raises(PageUnreachableError, match=r"no server named nobody\.example"):
        fetch("http://nobody.example/", nobody)


def redirecting(to: Callable[[str], str]) -> Callable[[socket.socket, str], None]:
    def answering(connection: socket.socket, line: str) -> None:
        path = line.split()[1]
        answer(b"", "302 Found", Location=to(path))(connection, line)

    return answering


def test_a_redirect_is_followed() -> None:
    def answering(connection: socket.socket, line: str) -> None:
        if line.split()[1] == "/a":
            answer(b"", "301 Moved Permanently", Location="b/?c")(connection, line)
        else:
            answer(b"<p>Here")(connection, line)

    with web_server(answering) as server:
        found = fetch(f"{server.url}/a", reach(server))

        assert found == Answer(
            f"{server.url}/a", f"{server.url}/b/?c", (f"{server.url}/a",), 200, found.headers, b"<p>Here"
        )  # fmt: skip


def test_a_redirect_to_another_port_of_this_machine_is_refused() -> None:
    with (
        web_server(answer(b"secret")) as inner,
        web_server(redirecting(lambda _path: f"{inner.url}/")) as outer,
        pytest.raises(PageUnreachableError, match="ports 80 and 443 only"),
    ):
        fetch(outer.url, reach(outer))

    assert inner.asked == []


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:7f00:1]/", "//10.0.0.1/"],
)  # fmt: skip
def test_a_redirect_to_a_private_address_is_refused(target: str) -> None:
    with (
        web_server(redirecting(lambda _path: target)) as server,
        pytest.raises(PageUnreachableError, match="private network"),
    ):
        fetch(server.url, reach(server))


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "javascript:alert(1)", "http://[", "gopher://x/"]
)
def test_a_redirect_to_no_web_address_is_refused(target: str) -> None:
    with (
        web_server(redirecting(lambda _path: target)) as server,
        pytest.raises(PageUnreachableError, match="no http or https address"),
    ):
        fetch(server.url, reach(server))


def test_redirects_without_end_are_left_after_five() -> None:
    with web_server(redirecting(lambda path: f"{path}a")) as server:
        with pytest.raises(PageUnreachableError, match="after 5 redirects"):
            fetch(f"{server.url}/a", reach(server))

        assert len(server.asked) == 6


def test_a_page_of_two_mebibytes_is_read_and_no_more() -> None:
    with web_server(answer(b"a" * MOST_BYTES)) as server:
        assert len(fetch(server.url, reach(server)).body) == MOST_BYTES
    with (
        web_server(answer(b"a" * (MOST_BYTES + 1))) as server,
        pytest.raises(PageUnreachableError, match="larger than 2 MiB"),
    ):
        fetch(server.url, reach(server))


def test_a_page_without_an_end_is_left() -> None:
    def endless(connection: socket.socket, _line: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"a" * 65_536)

    with (
        web_server(endless) as server,
        pytest.raises(PageUnreachableError, match="larger than 2 MiB"),
    ):
        fetch(server.url, reach(server))


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"\0" * (64 * 1024 * 1024))
    assert len(bomb) < MOST_BYTES
    with (
        web_server(answer(bomb, Content_Encoding="gzip")) as server,
        pytest.raises(PageUnreachableError, match="larger than 2 MiB"),
    ):
        fetch(server.url, reach(server))


@pytest.mark.parametrize("body", [b"not packed", zlib.compress(b"otherwise packed")])
def test_what_cannot_be_unpacked_is_told(body: bytes) -> None:
    with (
        web_server(answer(body, Content_Encoding="gzip")) as server,
        pytest.raises(PageUnreachableError, match="no answer that can be read"),
    ):
        fetch(server.url, reach(server))


def _silent(connection: socket.socket, _line: str) -> None:
    connection.recv(1)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "answering",
    [
        _silent,
        dripping(b"HTTP/1.1 200 OK\r\nX: ", b"a"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: a\r\n"),
    ],
)
def test_a_slow_server_is_left_in_time(answering: Callable[[socket.socket, str], None]) -> None:
    with (
        web_server(answering) as server,
        pytest.raises(PageUnreachableError, match="did not answer in full within"),
    ):
        fetch(server.url, reach(server))


@pytest.mark.usefixtures("soon")
def test_the_time_is_of_all_redirects_together() -> None:
    def slow(connection: socket.socket, line: str) -> None:
        time.sleep(0.2)
        redirecting(lambda path: f"{path}a")(connection, line)

    with web_server(slow) as server:
        with pytest.raises(PageUnreachableError, match="did not answer in full within"):
            fetch(f"{server.url}/a", reach(server))

        assert len(server.asked) <= 3


@pytest.mark.usefixtures("soon")
def test_a_slow_name_is_left_in_time() -> None:
    left = threading.Event()

    def slow(_host: str, _port: int) -> list[str]:
        left.wait()
        return ["127.0.0.1"]

    # The name is not found before it was left.
    try:
        with pytest.raises(PageUnreachableError, match="could not be looked up in time"):
            fetch("http://slow.example/", Reach(resolve=slow))
    finally:
        left.set()


def test_headers_without_end_are_left() -> None:
    def endless(connection: socket.socket, _line: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-A: " + b"a" * 1_000 + b"\r\n")

    with (
        web_server(endless) as server,
        pytest.raises(PageUnreachableError, match="no answer that can be read"),
    ):
        fetch(server.url, reach(server))


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_web_server_is_told(said: bytes) -> None:
    def answering(connection: socket.socket, _line: str) -> None:
        connection.sendall(said)

    with (
        web_server(answering) as server,
        pytest.raises(PageUnreachableError, match="no answer that can be read"),
    ):
        fetch(server.url, reach(server))


def test_a_port_that_nobody_listens_on_is_told() -> None:
    with web_server(_silent) as server:
        pass

    with pytest.raises(PageUnreachableError, match="refuses connections"):
        fetch(server.url, reach(server))


def test_the_operator_may_ask_anywhere() -> None:
    with web_server(answer(b"<p>Mine")) as server:
        assert fetch(server.url, Reach(anywhere=True)).body == b"<p>Mine"


def test_time_that_ends_while_it_connects_ends_the_connection() -> None:
    with web_server(_silent) as server:
        late = fetching._connection(
            urlsplit(server.url), "127.0.0.1", server.port, time.monotonic() + 60
        )
        late.hang_up()

        with pytest.raises(TimeoutError):
            late.connect()
        late.close()
