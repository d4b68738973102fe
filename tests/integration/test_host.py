"""Hosts that are none are refused in a line, not in a page that would need an address."""

import pytest

from tests.factories import House


@pytest.mark.parametrize("host", ["a" * 64, "a..example", f"{'b' * 64}.example:80"])
@pytest.mark.parametrize("path", ["/nothing", "/queue/sign-in", "/api/v1/sites/blog/comments"])
def test_a_host_that_is_none_is_refused(
    home: House, host: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    for method in ("GET", "POST"):
        answer = home.client.open(path, method=method, headers={"Host": host}, data=b"x=1")

        assert (answer.status_code, answer.text) == (400, "The Host header names no host.")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert caplog.text == ""


@pytest.mark.parametrize("host", ["", "localhost", "blog.example:8000", "[::1]:8000", "[::1]"])
def test_any_other_is_answered(home: House, host: str) -> None:
    assert home.client.get("/healthz", headers={"Host": host}).status_code == 200
