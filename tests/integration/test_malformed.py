"""Requests that are not what they should be: hosts that are none, parts without a name."""

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


@pytest.mark.parametrize("path", ["/queue/sign-in", "/queue/1", "/s/blog/wp-comments-post.php"])
def test_a_part_without_a_name_is_no_error_of_ours(home: House, path: str) -> None:
    part = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"
    for body in (part, part.replace(b"form-data", b'form-data; filename="f"')):
        answer = home.client.post(path, data=body, content_type="multipart/form-data; boundary=b")

        assert 400 <= answer.status_code < 500
