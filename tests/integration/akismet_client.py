"""What tests of the Akismet door share: a site with a key, and questions to ask with it."""

import secrets
from dataclasses import replace
from typing import Any

from werkzeug.test import TestResponse

from moderation.domain.roles import SiteRole
from moderation.models import Comment, db
from moderation.services import api_keys, screening
from moderation.services.approval import approval_check
from moderation.web.verdict_wait import VerdictWait
from tests.factories import ORIGIN, House, address
from tests.integration.queueing import moderator

SPAM = "BUY CHEAP PILLS http://a.example http://b.example http://c.example " * 3


def short_key(house: House, site: str = "blog", owner: str = "Ora") -> str:
    """A key for Akismet clients, of a new owner."""
    who = moderator(house, owner, (site,), SiteRole.OWNER)
    return key_for(house, who, site)


def key_for(house: House, who: int, site: str = "blog", name: str = "WordPress") -> str:
    """Another key of an owner."""
    index = house.parts.vault.short_key_index
    with house.rows():
        return api_keys.add_key(who, site, name, ["akismet"], house.clock(), index=index).key


def put_to_work(house: House) -> None:
    """Let a comment be judged as soon as the workers are told of it."""

    def judge(comment_id: int, revision: int) -> None:
        if screening.spam_check(house.parts.vault, comment_id, revision, house.clock()):
            approval_check(comment_id, revision, house.clock())

    _change(house, nudge=judge, verdicts=VerdictWait(1, 0.0))


def stop_work(house: House) -> None:
    """Let no comment be judged before `house.work`, and nobody wait for it."""
    _change(house, nudge=lambda *pair: house.nudges.append(pair), verdicts=VerdictWait(1, 0.0))


def _change(house: House, **parts: Any) -> None:
    house.parts = replace(house.parts, **parts)
    for app in (house.app, house.app.extensions["queue"]):
        house.parts.install(app.extensions)


def question(**fields: Any) -> dict[str, Any]:
    """What a client asks; `None` leaves a field out."""
    word = secrets.token_hex(6)
    asked = {
        "blog": f"{ORIGIN}/",
        "user_ip": address(),
        "user_agent": "Mozilla/5.0",
        "permalink": f"{ORIGIN}/first-drive/",
        "comment_type": "comment",
        "comment_author": "Anna",
        "comment_author_email": f"{word}@example.com",
        "comment_content": f"A thought of my own, number {word}.",
    }
    return {name: value for name, value in (asked | fields).items() if value is not None}


def ask(house: House, key: str | None, path: str, **rest: Any) -> TestResponse:
    """Ask as a client does; `api_key` is the key."""
    data = rest.pop("data", None)
    if data is None:
        data = question(**rest) | ({"api_key": key} if key else {})
    return house.client.post(f"/1.1/{path}", data=data, headers={"X-Forwarded-For": "192.0.2.1"})


def check(house: House, key: str, **fields: Any) -> str:
    """The verdict on a comment."""
    answer = ask(house, key, "comment-check", **fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def only_comment(house: House) -> Comment:
    """The one comment that there is."""
    with house.rows():
        comment = db.session.query(Comment).one()
        db.session.expunge(comment)
        return comment
