"""An address that a site lets Akismet have is in Akismet's hands and in no other place.

A whole installation, at debug level, whose Akismet is a server that says the address back in every
header there is; with an added check beside it, as the documentation tells to install one.
"""

import hashlib
from pathlib import Path

import pytest
from celery import Celery

from tests.added_checks import install_example
from tests.factories import csrf_token, submission
from tests.integration.services_kit import by_path, form_of, in_turn
from tests.integration.test_leaks import ADDRESS, API, everything_in, leaks, overheard, raw
from tests.stack import Stack, stack_on
from tests.web_server import Answering, WebServer, answer, web_server
from workers.hints import SharedHints

pytestmark = pytest.mark.installation

KEY = "canary-service-key-5512"
_HEADERS = (
    "X-akismet-guid",
    "X-akismet-debug-help",
    "X-akismet-pro-tip",
    "X-akismet-alert-msg",
    "X-other",
)


def echoing(body: bytes) -> Answering:
    local = ADDRESS.partition("@")[0]
    digest = hashlib.md5(ADDRESS.lower().encode()).hexdigest()
    echoes = [ADDRESS, ADDRESS.lower(), f"of {local}", f"hash {digest}", ADDRESS]
    headers = dict(zip((h.replace("-", "_") for h in _HEADERS), echoes, strict=True))
    return answer(body, X_akismet_alert_code="10504", **headers)


def lying_akismet() -> Answering:
    thanks = echoing(b"Thanks for making the web a better place.")
    failing = echoing(ADDRESS.encode())
    return by_path(
        {
            "/1.1/verify-key": echoing(b"valid"),
            # Of the comment that is made up, of the first and of the second.
            "/1.1/comment-check": in_turn(echoing(b"false"), echoing(b"false"), failing),
            "/1.1/submit-spam": thanks,
        }
    )


def set_up(stack: Stack, server: WebServer) -> list[bytes]:
    """As an owner does, in the browser."""
    with stack.moderator() as owner:
        told = {"send_email": "yes", "send_network": "yes", "key": KEY, "address": server.url}
        saved = stack.turn_on(owner, "akismet", **told)
        path = "/queue/sites/demo/services"
        tried = owner.post(f"{path}/akismet/try", data={"csrf_token": csrf_token(saved.text)})
        return [raw(saved), raw(tried), raw(owner.get("/queue/audit"))]


def test_what_akismet_is_told_it_alone_is_told(tmp_path: Path) -> None:
    added = install_example(tmp_path)
    with web_server(lying_akismet()) as server:
        extra = {
            "MODERATION_LOG_LEVEL": "debug",
            "MODERATION_PRIVATE_SERVICES": f"127.0.0.1:{server.port}",
            "MODERATION_UNDO_WINDOW": "0",
            "PYTHONPATH": str(added),
        }
        with stack_on(tmp_path, "", **extra) as stack:
            with overheard(stack.redis_url) as heard:
                responses = set_up(stack, server)
                words = "THIS IS THE BEST THING THAT I HAVE EVER SEEN"
                for comment in (words, "A thought of my own, and another."):
                    sent = submission(url=stack.page, email=ADDRESS, comment=comment)
                    responses.append(raw(stack.client.post(API, json=sent)))
                    assert stack.wait_until(lambda: stack.pending() == 0)
                responses += decide(stack)
                broker = Celery("test", broker=stack.settings.broker_url, set_as_current=False)
                broker.send_task("workers.tasks.services.tell", queue="maintenance")
                broker.close()
                assert stack.wait_until(lambda: "submit-spam" in " ".join(server.asked))
                stored = everything_in(stack.redis_url)
            workers_hint_at_each_other(stack.redis_url)
            output = stack.stop()
        files = stack.database_bytes()
        asked = [form_of(request) for request in server.requests if "comment_content" in request]

    assert {fields.get("comment_author_email", "").lower() for fields in asked} == {
        "",  # of the comment that was made up
        ADDRESS.lower(),
    }
    seen = b"\n".join(responses)
    assert b"It shouts: 100% capitals" in seen
    assert b"Akismet" in seen
    for place in (seen, files, stored, b"\n".join(heard), output.encode(), stack.instance_bytes()):
        assert leaks(place) == []
        assert KEY.encode() not in place


def workers_hint_at_each_other(redis_url: str) -> None:
    """A pause that one tells of, the others know of, until it is over."""
    one, other = SharedHints(redis_url), SharedHints(redis_url)
    assert not other.is_paused("1:akismet:0")
    one.pause("1:akismet:0", 30.0)
    assert other.is_paused("1:akismet:0")
    assert not other.is_paused("1:llm:0")


def test_without_redis_there_are_no_hints(tmp_path: Path) -> None:
    hints = SharedHints(f"unix://{tmp_path}/no.sock")
    hints.pause("a", 30.0)

    assert not hints.is_paused("a")


def decide(stack: Stack) -> list[bytes]:
    """Mark as spam what Akismet called good; look at the receipts."""
    with stack.moderator() as owner:
        held = owner.get("/queue/?tab=held&q=THING")
        number = held.text.partition('data-comment="')[2].partition('"')[0]
        form = {
            "csrf_token": csrf_token(held.text),
            "decision": "spam",
            "seen": "held",
            "revision": "1",
        }
        pages = [held, owner.get("/queue/"), owner.post(f"/queue/{number}", data=form)]
        pages.append(owner.get("/queue/sites/demo/services"))
        assert pages[2].status_code == 200
        return [raw(page) for page in pages]
