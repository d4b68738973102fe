"""The worst bug there is: an address in a place that is not its sealed column.

A canary address goes through every door of a real, running installation at debug level. Then every
byte that came out of it is searched: responses and headers, the database's files, all that was ever
sent to Redis, the logs.
"""

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import pytest
import redis

from tests.factories import form_token, submission
from tests.stack import Stack, stack_on

pytestmark = pytest.mark.installation

LOCAL, DOMAIN = "Canary.Bird-77q", "Hidden-Cage-41x.example"
ADDRESS = f"{LOCAL}@{DOMAIN}"
API = "/api/v1/sites/demo/comments"
EXPORTED = "/s/demo/wp-comments-post.php"


def spellings(address: str) -> dict[str, bytes]:
    """Every way in which an address, or a hash of it, could be found."""
    local, domain = address.split("@")
    normal = f"{local}@{domain.lower()}"
    plain = {
        normal,
        address,
        address.lower(),
        address.upper(),
        local,
        local.lower(),
        domain.lower(),
    }
    found: dict[str, bytes] = {}
    for text in plain:
        raw = text.encode()
        found |= {f"plain {text}": raw, f"hex {text}": raw.hex().encode()}
        found |= {f"URL {text}": quote(text).encode(), f"form {text}": quote_plus(text).encode()}
        for lead in range(3):
            # What base64 makes of it at each of the three places it can begin at.
            encoded = base64.b64encode(b"\0" * lead + raw)
            start, end = (0, 2, 3)[lead], len(encoded) - 4
            found[f"base64+{lead} {text}"] = encoded[start + (lead > 0) : end]
    for text in (normal, address, address.lower(), address.upper()):
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, text.encode())
            found[f"{name} {text}"] = digest.hexdigest().encode()
            found[f"{name} upper {text}"] = digest.hexdigest().upper().encode()
            found[f"{name} raw {text}"] = digest.digest()
            found[f"{name} base64 {text}"] = base64.b64encode(digest.digest()).rstrip(b"=")
    return found


SPELLINGS = spellings(ADDRESS)


def leaks(haystack: bytes) -> list[str]:
    lowered = haystack.lower()
    return [n for n, needle in SPELLINGS.items() if needle in haystack or needle.lower() in lowered]


@pytest.mark.parametrize(
    "leak",
    [
        ADDRESS.encode(),
        b"mailto:" + ADDRESS.upper().encode(),
        base64.b64encode(b"xx" + ADDRESS.encode() + b"yy"),
        base64.b64encode(b"x" + ADDRESS.lower().encode()),
        ADDRESS.lower().encode().hex().encode(),
        quote(ADDRESS, safe="").encode(),
        hashlib.md5(ADDRESS.lower().encode()).hexdigest().encode(),
        hashlib.sha256(ADDRESS.lower().encode()).digest(),
    ],
)
def test_the_search_finds_a_leak(leak: bytes) -> None:
    assert leaks(b"before " + leak + b" after")


@contextmanager
def overheard(url: str) -> Iterator[list[bytes]]:
    """Every command that Redis is sent meanwhile."""
    heard: list[bytes] = []
    client = redis.Redis.from_url(url)
    monitor = client.connection_pool.get_connection()
    monitor.send_command("MONITOR")
    monitor.read_response()

    def listen() -> None:
        with suppress(redis.RedisError, OSError, ValueError):
            while True:
                heard.append(monitor.read_response(disable_decoding=True))

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield heard
    finally:
        monitor.disconnect()
        listener.join(5)
        client.close()


def everything_in(url: str) -> bytes:
    """All keys and values of a Redis."""
    client = redis.Redis.from_url(url)
    parts = []
    for key in client.scan_iter():
        parts += [key, client.dump(key) or b""]
        if client.type(key) == b"list":
            parts += client.lrange(key, 0, -1)
    client.close()
    return b"\n".join(parts)


def test_no_address_leaves_its_sealed_column_and_no_key_is_kept(
    stack_database: str, tmp_path: Path
) -> None:
    # Unprepared: the first start's own words are looked at, too.
    debug = {"MODERATION_LOG_LEVEL": "debug"}
    with stack_on(tmp_path, stack_database, prepared=False, **debug) as stack:
        with overheard(stack.redis_url) as heard:
            key, answers = ask_by_key(stack)
            short_key, told = ask_as_akismet_client(stack)
            answers += [*told, *visit_every_door(stack)]
            assert stack.wait_until(lambda: stack.pending() == 0)
            answers += look_everywhere(stack)
            stored = everything_in(stack.redis_url)
        output = stack.stop()

    responses = b"\n".join(raw(answer) for answer in answers)
    files = stack.database_bytes()

    # The search looks in the right places: what is not secret is found in each.
    assert b"A thought of my own" in responses
    assert b"A thought of my own" in files
    assert b"spam_check" in b"\n".join(heard)
    assert "SELECT" in output.upper() or "celery" in output
    assert leaks(responses) == []
    assert leaks(files) == []
    assert leaks(stored) == []
    assert leaks(b"\n".join(heard)) == []
    assert leaks(output.encode()) == []
    assert leaks(stack.instance_bytes()) == []
    everywhere = [files, stored, output.encode(), *heard, stack.instance_bytes(), responses]
    for secret in (key.rpartition("_")[2].encode(), short_key.encode()):
        assert [place for place in everywhere if secret in place] == []


def raw(answer: httpx.Response) -> bytes:
    headers = b"\n".join(name + b": " + value for name, value in answer.headers.raw)
    return b"\n".join([str(answer.status_code).encode(), headers, answer.content])


def visit_every_door(stack: Stack) -> list[httpx.Response]:
    """Valid, repeated, duplicate, held, refused and broken submissions at each door."""
    client, answers = stack.client, []
    valid = submission(url=stack.page, email=ADDRESS)
    key = {"Idempotency-Key": "canary-key"}
    answers += [client.post(API, json=valid, headers=key) for _ in range(2)]
    answers.append(client.post(API, json=valid))
    answers.append(client.post(API, json=valid | {"name": "", "parent": "x"}))
    answers.append(client.post(API, json=valid | {"email": f"{ADDRESS} " + "x"}))
    answers.append(client.post(API, json=valid | {"parent": 99_999, "comment": "no parent"}))
    answers.append(
        client.post(
            API,
            content=f'{{"email": "{ADDRESS}", '.encode(),
            headers={"Content-Type": "application/json"},
        )
    )
    answers.append(
        client.post(
            API,
            json=submission(
                url=stack.page, email=ADDRESS, comment="https://a.example https://b.example"
            ),
        )
    )
    answers.append(client.post("/api/v1/sites/none/comments", json=valid))
    form = {
        "url": stack.page,
        "name": "Cara",
        "email": ADDRESS,
        "website": "",
        "comment": "A thought of my own, by form.",
    }
    stamp = form_token(client.get("/t/demo", params={"url": stack.page}).text)
    answers += [client.post("/t/demo", data=form | {"form_token": stamp}) for _ in range(2)]
    wordpress = {
        "comment": "A thought of my own, by export.",
        "author": "Wil",
        "email": ADDRESS,
        "url": "",
        "comment_post_ID": "7",
        "comment_parent": "0",
        "redirect_to": stack.page,
    }
    answers.append(client.post(EXPORTED, data=wordpress))
    answers += echoed(client, "/t/demo", form | {"form_token": stamp, "name": ""})
    answers += echoed(client, EXPORTED, wordpress | {"author": ""})
    answers += refused(stack, form, wordpress)
    answers += acted(stack, answers)
    links = {answer.headers.get("location") or status_url(answer) for answer in answers}
    for link in sorted(filter(None, links)):
        answers.append(client.get(link))
        answers.append(client.get(link, headers={"Accept": "text/html"}))
    return answers


def acted(stack: Stack, answers: list[httpx.Response]) -> list[httpx.Response]:
    """What readers do besides writing. Words that they type into a comment or a report are theirs
    to publish, an address in them too; so here none is in those, and every other field is refused.
    """
    client = stack.client
    link = next(filter(None, map(status_url, answers)))
    assert stack.wait_until(lambda: client.get(link).json()["status"] == "published")
    comment = f"{API}/{client.get(link).json()['id']}"
    told = {"email": ADDRESS, ADDRESS: "x"}
    found = [
        client.patch(link, json={"comment": "A thought of my own, edited.", "revision": 9}),
        client.patch(link, json={"comment": "x", "revision": ADDRESS} | told),
        client.post("/api/v1/sites/demo/preview", json={"comment": "A thought of my own."}),
        client.post(f"{comment}/like"),
        client.delete(f"{comment}/like", headers={"Like-Receipt": ADDRESS}),
        client.post(f"{comment}/report", json={"reason": "spam", "note": "Look at this."}),
        client.post(f"{comment}/report", json={"reason": ADDRESS}),
        client.get("/api/v1/sites/demo/counts", params={"url": stack.page}),
        client.post(API, json=submission(url=stack.page, email=ADDRESS, notify=True)),
        client.post(API, json=submission(url=stack.page, email=ADDRESS, notify=ADDRESS)),
    ]
    token = {"token": link.rsplit("/", 1)[1]}
    for revision in ("1", ADDRESS):
        form = token | {"comment": "A thought of my own, edited by form.", "revision": revision}
        found.append(client.post("/t/demo/own/edit", data=form))
    found.append(client.post("/t/demo/own/delete", data=token | {"email": ADDRESS}))
    assert [answer.status_code for answer in found] == [
        409, 422, 200, 200, 403, 202, 422, 200, 202, 422, 303, 400, 303
    ]  # fmt: skip
    return found


def ask_by_key(stack: Stack) -> tuple[str, list[httpx.Response]]:
    """A key, and what is answered to it: a comment for a reader, the queue, a decision."""
    client, (owner, _) = stack.client, stack.credentials()
    scopes = [word for scope in ("read", "moderate", "submit") for word in ("--scope", scope)]
    key = stack.command("key", "add", "demo", "Canary", *scopes, "--for", owner).split()[-1]
    shown = {"Authorization": f"Bearer {key}", "X-Reader-Address": "192.0.2.7"}
    links = "https://a.example https://b.example by a server"
    held = submission(url=stack.page, email=ADDRESS, comment=links)
    answers = [client.post(API, json=held, headers=shown)]
    assert stack.wait_until(lambda: stack.pending() == 0)
    queue = "/api/v1/sites/demo/moderation"
    answers.append(client.get(f"{queue}/comments", params={"tab": "all"}, headers=shown))
    number = answers[0].json()["id"]
    decision = {"decision": "spam", "revision": 1, "seen": "held"}
    decided = client.post(f"{queue}/comments/{number}/decision", json=decision, headers=shown)
    assert decided.status_code == 200, decided.text
    answers.append(decided)
    undo = f"{queue}/decisions/{decided.json()['entry']}/undo"
    answers.append(client.post(undo, headers=shown))
    answers.append(client.get(f"{queue}/comments/{number}", headers=shown))
    answers.append(client.get(f"{queue}/comments", headers={"Authorization": f"Bearer {key}x"}))
    return key, answers


def ask_as_akismet_client(stack: Stack) -> tuple[str, list[httpx.Response]]:
    """A short key, and what is answered to it; the address is in every field that may hold one."""
    owner = stack.credentials()[0]
    key = stack.command(
        "key", "add", "demo", "Client", "--scope", "akismet", "--for", owner
    ).strip()
    fields = {
        "api_key": key,
        "blog": stack.page,
        "user_ip": "192.0.2.8",
        "comment_author": "Anna",
        "comment_author_email": ADDRESS,
        "comment_content": "A thought of my own, told by a client.",
        "POST_email": ADDRESS,
        "HTTP_REFERER": f"{stack.page}?to={ADDRESS}",
        "referrer": f"mailto:{ADDRESS}",
        "permalink": f"{stack.page}?to={ADDRESS}",
    }
    ask, broken = (
        ("comment-check", "submit-spam", "submit-ham"),
        {"blog": ADDRESS, "month": ADDRESS},
    )
    answers = [stack.client.post(f"/1.1/{path}", data=fields) for path in ask]
    assert [answer.status_code for answer in answers] == [200] * 3
    answers += [stack.client.post(f"/1.1/{path}", data=fields | broken) for path in ask]
    answers.append(stack.client.get("/1.2/key-sites", params={"api_key": key, "filter": ADDRESS}))
    answers.append(stack.client.get("/1.2/key-sites", params={"api_key": key, "month": ADDRESS}))
    return key, answers


def status_url(answer: httpx.Response) -> str | None:
    return answer.json().get("status_url") if answer.status_code == 202 else None


def refused(stack: Stack, form: dict[str, str], wordpress: dict[str, str]) -> list[httpx.Response]:
    """Whole submissions that each door refuses: from another's page, to a closed thread, too many."""
    client, answers = stack.client, []
    json = submission(url=stack.page, email=ADDRESS)

    def try_all(words: str, status: int, **headers: str) -> None:
        answer = client.post(API, json=json | {"comment": words}, headers=headers)
        assert answer.status_code == status
        answers.append(answer)
        for path, fields in (("/t/demo", form), (EXPORTED, wordpress)):
            answers.extend(echoed(client, path, fields | {"comment": words}, status, headers))

    try_all("From elsewhere.", 403, Origin="https://other.example")
    stack.command("thread", "close", "demo", stack.page)
    try_all("Too late.", 403)
    stack.command("thread", "open", "demo", stack.page)
    stack.command("site", "set", "demo", "flood_network.count=1")
    assert stack.wait_until(lambda: client.post(API, json=submission(url=stack.page)).is_error)
    try_all("Too many.", 429)
    stack.lift_limits()
    return answers


def echoed(
    client: httpx.Client,
    path: str,
    fields: dict[str, str],
    status: int = 422,
    headers: dict[str, str] | None = None,
) -> list[httpx.Response]:
    """A form with a fault comes back to who typed it, the address in its field, there alone, and
    is not to be stored anywhere. What is searched is the answer without that one field.
    """
    answer = client.post(path, data=fields, headers=headers)
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    field = re.compile(rf'(<input id="email"[^>]* value="){re.escape(ADDRESS)}"')
    rest, count = field.subn(r'\1"', answer.text)
    assert count == 1
    return [httpx.Response(answer.status_code, headers=answer.headers, text=rest)]


def look_everywhere(stack: Stack) -> list[httpx.Response]:
    """Every page that shows anything of the comments."""
    client = stack.client
    answers = [
        client.get("/api/v1/sites/demo/comments", params={"url": stack.page}),
        client.get("/api/v1/sites/demo/thread", params={"url": stack.page}),
        client.get("/s/demo/fragment", params={"url": stack.page}),
        client.get("/s/demo/feed.atom"),
        client.get("/s/demo/feed.atom", params={"url": stack.page}),
        client.get("/s/demo/thread.json", params={"url": stack.page}),
        client.get("/t/demo", params={"url": stack.page}),
        client.get("/t/demo", params={"url": stack.page, "replytocom": "1"}),
        client.get("/readyz"),
        client.get("/healthz"),
    ]
    with stack.moderator() as moderator:
        queue = moderator.get("/queue/")
        assert "held" in queue.text
        answers.append(queue)
        answers += stack.decide_all(moderator)
        answers.append(moderator.get("/queue/"))
    return answers
