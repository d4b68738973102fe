"""The `akismet` package from PyPI, unmodified, against a whole installation."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import akismet
import httpx
import psutil
import pytest

from tests.stack import OwnStack, Stack, stack_on

pytestmark = pytest.mark.installation

SPAM = "BUY CHEAP PILLS http://a.example http://b.example http://c.example " * 3
READER = "203.0.113.77"
MAIL = "canary.bird@example.org"


class OtherHost(httpx.HTTPTransport):
    """Takes requests to Akismet to another host, as a name server would."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base = httpx.URL(base_url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == "rest.akismet.com"
        request.url = _moved(request.url, self._base)
        return super().handle_request(request)


class AsyncOtherHost(httpx.AsyncHTTPTransport):
    """The same for the package's other client."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base = httpx.URL(base_url)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = _moved(request.url, self._base)
        return await super().handle_async_request(request)


def _moved(url: httpx.URL, base: httpx.URL) -> httpx.URL:
    return url.copy_with(scheme=base.scheme, host=base.host, port=base.port)


@contextmanager
def client(stack: Stack, key: str, timeout: float = 15) -> Iterator[akismet.SyncClient]:
    """A client as a site would make it; its key is verified first."""
    # The package asks for a key's sites without its key, so the address must have it.
    http = httpx.Client(
        transport=OtherHost(stack.base_url),
        headers={"User-Agent": akismet.USER_AGENT},
        params={"api_key": key},
        timeout=timeout,
    )
    config = akismet.Config(key=key, url=stack.page)
    with http, akismet.SyncClient(config=config, http_client=http) as made:
        yield made


@pytest.mark.parametrize("stack_database", ["sqlite"], indirect=True)
def test_a_site_lives_with_it(stack_database: str, tmp_path: Path) -> None:
    with stack_on(tmp_path, stack_database, MODERATION_AKISMET_WAIT="4") as stack:
        owner = stack.credentials()[0]
        add = ("key", "add", "demo", "Shop", "--scope", "akismet", "--for", owner)
        key = stack.command(*add).strip()
        with client(stack, key) as site:
            judge_and_teach(stack, site)
            figures(site)
            # In a thread of its own: this one may have a browser's event loop.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(lambda: asyncio.run(the_other_client(stack, key))).result()
            without_workers(stack, site)
        with pytest.raises(akismet.APIKeyError), client(stack, "0" * 12):
            pass
        assert MAIL.encode() not in stack.database_bytes()
        assert READER.encode() not in stack.database_bytes()
        assert MAIL not in stack.output
        assert key not in stack.output


def judge_and_teach(stack: Stack, site: akismet.SyncClient) -> None:
    good = {
        "comment_content": "What a thoughtful post, thank you.",
        "comment_author": "Anna",
        "comment_author_email": MAIL,
        "comment_type": "comment",
        "permalink": stack.page,
        "user_agent": "Mozilla/5.0",
    }
    assert site.comment_check(READER, **good) is akismet.CheckResponse.HAM
    assert site.comment_check(READER, **good) is akismet.CheckResponse.HAM
    spam = good | {"comment_content": SPAM, "comment_author": "Pills"}
    assert site.comment_check(READER, **spam) is akismet.CheckResponse.SPAM
    trapped = spam | {"comment_content": "Hm", "comment_author": "viagra-test-123"}
    assert site.comment_check(READER, **trapped, is_test=True) is akismet.CheckResponse.SPAM
    assert site.submit_spam(READER, **good) is True
    assert site.submit_ham(READER, **spam) is True
    assert site.comment_check(READER, **good) is akismet.CheckResponse.SPAM
    assert site.comment_check(READER, **spam) is akismet.CheckResponse.HAM
    feed = httpx.get(f"{stack.base_url}/s/demo/feed.atom").text
    assert "PILLS" not in feed


def figures(site: akismet.SyncClient) -> None:
    usage = site.usage_limit()
    assert (usage["limit"], usage["usage"], usage["throttled"]) == ("none", 7, False)
    sites = site.key_sites()
    month = next(iter(sites.keys() - {"limit", "offset", "total"}))
    assert [row["api_calls"] for row in sites[month]] == ["7"]
    assert "Missed Spam" in site.key_sites(result_format="csv", month=month, order="total")


async def the_other_client(stack: Stack, key: str) -> None:
    http = httpx.AsyncClient(transport=AsyncOtherHost(stack.base_url), timeout=15)
    config = akismet.Config(key=key, url=stack.page)
    async with akismet.AsyncClient(config=config, http_client=http) as site:
        verdict = await site.comment_check(READER, comment_content=SPAM, permalink=stack.page)
        assert verdict is akismet.CheckResponse.SPAM


def without_workers(stack: OwnStack, site: akismet.SyncClient) -> None:
    """The client hears of no verdict, and gets it once the workers are back."""
    worker = stack.part("worker")
    everybody = [worker, *worker.children(recursive=True)]
    _each(everybody, psutil.Process.suspend)
    late = {"comment_content": "While nobody worked.", "permalink": stack.page}
    try:
        with pytest.raises(akismet.RequestError, match="503"):
            site.comment_check(READER, **late)
    finally:
        _each(everybody, psutil.Process.resume)
    assert site.comment_check(READER, **late) is akismet.CheckResponse.HAM


def _each(processes: list[psutil.Process], act: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        act(process)
