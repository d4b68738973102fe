"""A moderator's address, and every link that opens an account, stay where they belong.

A running installation at debug level, with a real mail server: what was said to Redis, what is in
it, and the logs are searched for a canary address, the links' secrets and the password.
"""

import re
from pathlib import Path

import httpx
import pytest

from tests.factories import csrf_token
from tests.integration.test_leaks import everything_in, overheard, spellings
from tests.smtp_server import Inbox, smtp_server
from tests.stack import Stack, stack_on

pytestmark = pytest.mark.installation

OWNER = "Owner.Bird-88q@Hidden-Nest-52x.example"
INVITED = "Invited.Bird-99q@Hidden-Nest-63x.example"
PASSWORD, NEW = "canary-password-1", "canary-password-2"


def test_neither_address_nor_secret_is_in_redis_or_a_log(tmp_path: Path) -> None:
    with smtp_server() as inbox:
        settings = {
            "MODERATION_LOG_LEVEL": "debug",
            "MODERATION_SMTP_URL": f"smtp://127.0.0.1:{inbox.port}",
        }
        with stack_on(tmp_path, "", **settings) as stack:
            with overheard(stack.redis_url) as heard:
                secrets = live(stack, inbox)
                stored = everything_in(stack.redis_url)
            output = stack.stop()

    said = b"\n".join(heard)
    # The search looks in the right places.
    assert b"workers.tasks.mail.send" in said
    assert b"LIMITER/moderation" in said
    assert "workers.tasks.mail" in output
    needles = {name: s.encode() for name, s in secrets.items()}
    for address in (OWNER, INVITED):
        needles |= spellings(address)
    for haystack in (said, stored, output.encode()):
        lowered = haystack.lower()
        assert [n for n, s in needles.items() if s in haystack or s.lower() in lowered] == []


def live(stack: Stack, inbox: Inbox) -> dict[str, str]:
    """Everything that deals with addresses and links; gives the secrets that were dealt with."""
    words = ("moderator", "add", OWNER, "--site", "demo", "--role", "owner", "--password-stdin")
    stack.command(*words, given=f"{PASSWORD}\n")
    printed = stack.command("moderator", "reset", OWNER).strip()
    with browser(stack) as owner:
        assert post(owner, "/queue/sign-in", email=OWNER, password="wrong").status_code == 200
        post(owner, "/queue/reset", email="nobody@example.com")
        post(owner, "/queue/reset", email=OWNER)
        reset = wait_for_link(stack, inbox, "new password")
        fields = {"password": NEW, "password_confirm": NEW}
        assert post(owner, reset, **fields).url.path == "/queue/sign-in"
        wait_for_link(stack, inbox, "was changed")
        post(owner, "/queue/sign-in", email=OWNER, password=NEW, remember="y")
        assert owner.get("/queue/account").status_code == 200
        invite = {"page": "/queue/team/demo", "email": INVITED, "role": "moderator"}
        assert post(owner, "/queue/team/demo/invite", **invite).status_code == 201
        link = wait_for_link(stack, inbox, "Moderate comments")
        session = owner.cookies["moderation_session"]
    with browser(stack) as invited:
        chosen = {"name": "Cara", "password": NEW, "password_again": NEW}
        post(invited, f"{link}/new", page=link, **chosen)
        joined = post(invited, "/queue/sign-in", email=INVITED, password=NEW)
        assert joined.url.path == "/queue/"
        # An address where none is expected, in a request that fails.
        invited.get(f"/queue/invitation/{OWNER}")
        invited.get("/queue/reset/not-a-token")
    assert [r.lower() for r in inbox.recipients] == [OWNER.lower()] * 2 + [INVITED.lower()]
    return {
        "password": PASSWORD,
        "new password": NEW,
        "printed link": printed.rpartition("/")[2],
        "reset link": reset.rpartition("/")[2],
        "invitation": link.rpartition("/")[2],
        "session": session,
    }


def browser(stack: Stack) -> httpx.Client:
    return httpx.Client(base_url=stack.base_url, follow_redirects=True, timeout=30)


def post(client: httpx.Client, path: str, page: str | None = None, **fields: str) -> httpx.Response:
    token = csrf_token(client.get(page or path).text)
    return client.post(path, data={"csrf_token": token, **fields})


def wait_for_link(stack: Stack, inbox: Inbox, subject: str) -> str:
    """The path in the mail of this subject, once it has arrived."""
    assert stack.wait_until(lambda: any(subject in m["Subject"] for m in inbox.letters))
    letter = next(m for m in inbox.letters if subject in m["Subject"])
    found = re.search(r"http://[^/\s]+(/queue/\S+)", letter.get_content())
    assert found
    return found[1]
